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
	maxCardFile = 48 << 20 // bytes: a million lines
	maxFailed   = 1000     // lines of a report that are shown
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
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in stockCountRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	n, err := s.Cards.Count(c.Request.Context(), by, card.Count{
		CardSystemID: in.CardSystemID, SocialTariff: in.SocialTariff, Counted: in.Counted, Note: in.Note, IdempotencyKey: key,
	})
	if err != nil {
		return err
	}
	if n.Replayed {
		c.Header("Idempotent-Replayed", "true")
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
