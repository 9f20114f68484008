package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

const (
	maxParcel     = 5000 // numbers or packs that one request names
	maxParcelText = 500
)

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
