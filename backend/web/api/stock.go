package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

const (
	maxCardFile   = 48 << 20 // bytes: a million lines
	maxFailed     = 1000     // lines of a report that are shown
	maxParcel     = 5000     // numbers or packs that one request names
	maxParcelText = 500
)

type cardImportRequest struct {
	CardSystemID int    `json:"cardSystemId"`
	List         string `json:"list"` // the supplier's file
	DryRun       bool   `json:"dryRun"`
}

func (in *cardImportRequest) Check(f *bind.Fields) { f.Text("/list", in.List, 1, maxCardFile) }

type cardImportJSON struct {
	Lines       int              `json:"lines"`
	Added       int              `json:"added"`
	Known       int              `json:"known"`
	Packs       int              `json:"packs"`
	FailedTotal int              `json:"failedTotal"`
	Failed      []cardFailedJSON `json:"failed"`
}

type cardFailedJSON struct {
	Line         int          `json:"line"`
	UitpasNumber string       `json:"uitpasNumber,omitempty"`
	Code         string       `json:"code"`
	Message      bind.Message `json:"message"`
}

// postCardImport takes a supplier's file into the region's stock: POST
// /api/v1/card-imports.
func (s *Server) postCardImport(c *gin.Context, _ login.Session, by who.Actor) error {
	var in cardImportRequest
	if err := bind.JSONWithin(c, maxCardFile, &in); err != nil {
		return err
	}
	report, err := s.Cards.Import(c.Request.Context(), by, in.CardSystemID, strings.NewReader(in.List), in.DryRun)
	if err != nil {
		return err
	}
	out := cardImportJSON{Lines: report.Lines, Added: report.Added, Known: report.Known, Packs: report.Packs, FailedTotal: len(report.Failed), Failed: []cardFailedJSON{}}
	for _, l := range report.Failed[:min(maxFailed, len(report.Failed))] {
		m, _ := bind.MessageOf(l.Code, nil)
		out.Failed = append(out.Failed, cardFailedJSON{l.Line, l.Number, l.Code, m})
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type shelfJSON struct {
	CardSystemID int    `json:"cardSystemId"`
	CounterID    string `json:"counterId,omitempty"`
	SocialTariff bool   `json:"socialTariff"`
	InStock      int    `json:"inStock"`
	Sent         int    `json:"sent"`
	Local        int    `json:"local"`
	Wanted       int    `json:"wanted"`
	Low          bool   `json:"low"`
}

// getStock says how many cards are where: GET /api/v1/stock.
func (s *Server) getStock(c *gin.Context, _ login.Session, by who.Actor) error {
	shelves, err := s.Cards.Stock(c.Request.Context(), by)
	if err != nil {
		return err
	}
	out := make([]shelfJSON, len(shelves))
	for i, l := range shelves {
		out[i] = shelfJSON(l)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type shipmentRequest struct {
	CardSystemID int      `json:"cardSystemId"`
	CounterID    string   `json:"counterId"`
	FromHere     bool     `json:"fromHere"` // from the stock of the acting counter, not the region's
	Note         string   `json:"note"`
	Packs        []string `json:"packs"`
	Numbers      []string `json:"uitpasNumbers"`
	Count        int      `json:"count"`
	SocialTariff bool     `json:"socialTariff"`
}

func (in *shipmentRequest) Check(f *bind.Fields) {
	f.Text("/counterId", in.CounterID, 1, 64)
	if in.Note != "" {
		f.Text("/note", in.Note, 1, maxParcelText)
	}
	f.Most("/packs", len(in.Packs), maxParcel)
	f.Most("/uitpasNumbers", len(in.Numbers), maxParcel)
}

type shipmentJSON struct {
	ID           string     `json:"id"`
	CardSystemID int        `json:"cardSystemId"`
	CounterID    string     `json:"counterId"`
	FromID       string     `json:"fromId,omitempty"`
	Note         string     `json:"note,omitempty"`
	Cards        int        `json:"cards"`
	Missing      int        `json:"missing"`
	SentAt       time.Time  `json:"sentAt"`
	ReceivedAt   *time.Time `json:"receivedAt,omitempty"`
	RecalledAt   *time.Time `json:"recalledAt,omitempty"`
}

func shipmentOf(p card.Shipment) shipmentJSON {
	return shipmentJSON{
		ID: p.ID.String(), CardSystemID: p.CardSystemID, CounterID: p.CounterID, FromID: p.FromID, Note: p.Note, Cards: p.Cards,
		Missing: p.Missing, SentAt: p.SentAt.UTC(), ReceivedAt: instantOrNone(p.ReceivedAt), RecalledAt: instantOrNone(p.RecalledAt),
	}
}

func instantOrNone(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

type shipmentPage struct {
	TotalItems int            `json:"totalItems"`
	Member     []shipmentJSON `json:"member"`
}

// getShipments lists parcels: GET /api/v1/shipments.
func (s *Server) getShipments(c *gin.Context, _ login.Session, by who.Actor) error {
	page, err := bind.OwnPage(c)
	if err != nil {
		return err
	}
	found, total, err := s.Cards.Shipments(c.Request.Context(), by, page.Start, page.Limit)
	if err != nil {
		return err
	}
	out := shipmentPage{TotalItems: total, Member: make([]shipmentJSON, len(found))}
	for i, p := range found {
		out.Member[i] = shipmentOf(p)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type shippedJSON struct {
	UitpasNumber string `json:"uitpasNumber"`
	Pack         string `json:"pack,omitempty"`
	Missing      bool   `json:"missing"`
}

type parcelJSON struct {
	Shipment shipmentJSON  `json:"shipment"`
	Cards    []shippedJSON `json:"cards"`
}

// getShipment shows a parcel with its cards: GET
// /api/v1/shipments/{shipmentId}.
func (s *Server) getShipment(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "shipmentId", card.ErrShipmentUnknown)
	if err != nil {
		return err
	}
	p, cards, err := s.Cards.Shipment(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	out := parcelJSON{Shipment: shipmentOf(p), Cards: make([]shippedJSON, len(cards))}
	for i, one := range cards {
		out.Cards[i] = shippedJSON{string(one.Number), one.Pack, one.Missing}
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type destinationJSON struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	City          string `json:"city"`
	CardSystemIDs []int  `json:"cardSystemIds"`
	SocialTariff  bool   `json:"socialTariff"`
}

// getStockCounters lists where cards can go: GET /api/v1/stock-counters.
func (s *Server) getStockCounters(c *gin.Context, _ login.Session, by who.Actor) error {
	found, err := s.Cards.Destinations(c.Request.Context(), by)
	if err != nil {
		return err
	}
	out := make([]destinationJSON, len(found))
	for i, d := range found {
		out[i] = destinationJSON(d)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type packJSON struct {
	CardSystemID int    `json:"cardSystemId"`
	Name         string `json:"name"`
	Cards        int    `json:"cards"`
	SocialTariff int    `json:"socialTariff"`
}

// getPacks lists the packages at the region: GET /api/v1/stock-packs.
func (s *Server) getPacks(c *gin.Context, _ login.Session, by who.Actor) error {
	found, err := s.Cards.Packs(c.Request.Context(), by)
	if err != nil {
		return err
	}
	out := make([]packJSON, len(found))
	for i, p := range found {
		out[i] = packJSON(p)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// postShipment sends a parcel: POST /api/v1/shipments.
func (s *Server) postShipment(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in shipmentRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	p := card.Parcel{
		CardSystemID: in.CardSystemID, CounterID: in.CounterID, Note: in.Note, Packs: in.Packs, Count: in.Count,
		SocialTariff: in.SocialTariff, IdempotencyKey: key,
	}
	if in.FromHere {
		p.FromID = by.Counter
	}
	if p.Numbers, err = numbers(in.Numbers); err != nil {
		return err
	}
	sent, err := s.Cards.Send(c.Request.Context(), by, p)
	if err != nil {
		return err
	}
	if sent.Replayed {
		c.Header("Idempotent-Replayed", "true")
	}
	c.JSON(http.StatusCreated, shipmentOf(sent))
	return nil
}

func numbers(texts []string) ([]card.Number, error) {
	var out []card.Number
	for _, text := range texts {
		n, err := card.ParseNumber(text)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

type receiptRequest struct {
	Numbers []string `json:"uitpasNumbers"` // none: all of it
}

func (in *receiptRequest) Check(f *bind.Fields) { f.Most("/uitpasNumbers", len(in.Numbers), maxParcel) }

// postReceipt takes a parcel in: POST /api/v1/shipments/{shipmentId}/receipt.
func (s *Server) postReceipt(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "shipmentId", card.ErrShipmentUnknown)
	if err != nil {
		return err
	}
	var in receiptRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	got, err := numbers(in.Numbers)
	if err != nil {
		return err
	}
	p, err := s.Cards.Receive(c.Request.Context(), by, id, got...)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, shipmentOf(p))
	return nil
}

// postRecall calls a parcel back: POST /api/v1/shipments/{shipmentId}/recall.
func (s *Server) postRecall(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "shipmentId", card.ErrShipmentUnknown)
	if err != nil {
		return err
	}
	p, err := s.Cards.Recall(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, shipmentOf(p))
	return nil
}

type stockCountRequest struct {
	CardSystemID int    `json:"cardSystemId"`
	SocialTariff bool   `json:"socialTariff"`
	Counted      int    `json:"counted"`
	Note         string `json:"note"`
}

func (in *stockCountRequest) Check(f *bind.Fields) {
	if in.Note != "" {
		f.Text("/note", in.Note, 1, maxParcelText)
	}
}

type stockCountJSON struct {
	ID           string    `json:"id"`
	CardSystemID int       `json:"cardSystemId"`
	SocialTariff bool      `json:"socialTariff"`
	Expected     int       `json:"expected"`
	Counted      int       `json:"counted"`
	Note         string    `json:"note,omitempty"`
	At           time.Time `json:"at"`
}

func stockCountOf(n card.Count) stockCountJSON {
	return stockCountJSON{n.ID.String(), n.CardSystemID, n.SocialTariff, n.Expected, n.Counted, n.Note, n.At.UTC()}
}

// postStockCount writes down what is in the drawer: POST /api/v1/stock-counts.
func (s *Server) postStockCount(c *gin.Context, _ login.Session, by who.Actor) error {
	var in stockCountRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	n, err := s.Cards.Count(c.Request.Context(), by, card.Count{
		CardSystemID: in.CardSystemID, SocialTariff: in.SocialTariff, Counted: in.Counted, Note: in.Note,
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, stockCountOf(n))
	return nil
}

// getStockCounts lists what was counted: GET /api/v1/stock-counts.
func (s *Server) getStockCounts(c *gin.Context, _ login.Session, by who.Actor) error {
	found, err := s.Cards.Counts(c.Request.Context(), by)
	if err != nil {
		return err
	}
	out := make([]stockCountJSON, len(found))
	for i, n := range found {
		out[i] = stockCountOf(n)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type discardRequest struct {
	Number string `json:"uitpasNumber"`
	Reason string `json:"reason"` // none: it is back
}

func (in *discardRequest) Check(f *bind.Fields) { f.Text("/uitpasNumber", in.Number, 1, 20) }

// postCardDiscard takes a card that nobody has out of the stock: POST
// /api/v1/card-discards.
func (s *Server) postCardDiscard(c *gin.Context, _ login.Session, by who.Actor) error {
	var in discardRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	n, err := card.ParseNumber(in.Number)
	if err != nil {
		return err
	}
	if err := s.Cards.Discard(c.Request.Context(), by, n, card.Reason(in.Reason)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type regainRequest struct {
	Number string `json:"uitpasNumber"`
}

func (in *regainRequest) Check(f *bind.Fields) { f.Text("/uitpasNumber", in.Number, 1, 20) }

// postCardRegain takes a discarded card back: POST /api/v1/card-regains.
func (s *Server) postCardRegain(c *gin.Context, _ login.Session, by who.Actor) error {
	var in regainRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	n, err := card.ParseNumber(in.Number)
	if err != nil {
		return err
	}
	if err := s.Cards.Regain(c.Request.Context(), by, n); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type cardHistoryJSON struct {
	UitpasNumber string          `json:"uitpasNumber"`
	Status       string          `json:"status"`
	Events       []cardEventJSON `json:"events"`
}

type cardEventJSON struct {
	ID          string    `json:"id"`
	At          time.Time `json:"at"`
	From        string    `json:"from"`
	To          string    `json:"to"`
	Reason      string    `json:"reason,omitempty"`
	OrganizerID string    `json:"organizerId,omitempty"`
}

// getCardHistory says what happened to a card: GET
// /api/v1/cards/{uitpasNumber}/events.
func (s *Server) getCardHistory(c *gin.Context, _ login.Session, by who.Actor) error {
	n, err := card.ParseNumber(c.Param("uitpasNumber"))
	if err != nil {
		return err
	}
	found, events, err := s.Cards.History(c.Request.Context(), by, n)
	if err != nil {
		return err
	}
	out := cardHistoryJSON{UitpasNumber: string(found.Number), Status: string(found.Status), Events: make([]cardEventJSON, len(events))}
	for i, e := range events {
		out.Events[i] = cardEventJSON{e.ID.String(), e.At.UTC(), string(e.From), string(e.To), string(e.Reason), e.OrganizerID}
	}
	c.JSON(http.StatusOK, out)
	return nil
}
