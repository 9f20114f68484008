package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type quoteRequest struct {
	CardSystemID int        `json:"cardSystemId"`
	Reason       string     `json:"reason"`
	DateOfBirth  period.Day `json:"dateOfBirth"`
	SocialTariff bool       `json:"socialTariff"`
	CardType     string     `json:"cardType"`
	PostalCode   string     `json:"postalCode"`
	Voucher      string     `json:"voucher"`
}

func (in *quoteRequest) Check(f *bind.Fields) {
	f.OneOf("/reason", in.Reason, reasonNames()...)
	f.OneOf("/cardType", in.CardType, string(card.NFCCard), string(card.Digital))
	f.Text("/postalCode", in.PostalCode, 4, 16)
	f.Text("/dateOfBirth", in.DateOfBirth.String(), 10, 10)
}

func reasonNames() []string {
	out := make([]string, len(price.Reasons()))
	for i, r := range price.Reasons() {
		out[i] = string(r)
	}
	return out
}

// A quote says what a pass costs, and by which line of the price list; with a
// voucher also what it would cost without.
type quoteJSON struct {
	Cents       money.Cents       `json:"cents"`
	Age         int               `json:"age"`
	Resident    bool              `json:"resident"`
	Line        priceRowJSON      `json:"line"`
	VoucherName string            `json:"voucherName,omitempty"`
	Without     *priceWithoutJSON `json:"withoutVoucher,omitempty"`
}

type priceWithoutJSON struct {
	Cents money.Cents  `json:"cents"`
	Line  priceRowJSON `json:"line"`
}

// postQuote says what a pass costs: POST /api/v1/quotes.
func (s *Server) postQuote(c *gin.Context, _ login.Session, by who.Actor) error {
	var in quoteRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	q, err := s.Prices.Quote(c.Request.Context(), by, price.Inquiry{
		CardSystemID: in.CardSystemID, Reason: price.Reason(in.Reason), DateOfBirth: in.DateOfBirth, SocialTariff: in.SocialTariff,
		CardType: card.Type(in.CardType), PostalCode: in.PostalCode, Voucher: in.Voucher,
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, quoteOf(q))
	return nil
}

func quoteOf(q price.Quote) quoteJSON {
	out := quoteJSON{
		Cents: q.Cents, Age: q.Question.Age, Resident: q.Question.Resident, Line: priceRowOf(q.Row), VoucherName: q.Voucher.Name,
	}
	if q.Without != nil {
		out.Without = &priceWithoutJSON{q.Without.Cents, priceRowOf(*q.Without)}
	}
	return out
}

// Conditions that are absent hold for everybody.
type priceRowJSON struct {
	ID            string            `json:"id,omitempty"`
	Reason        *price.Reason     `json:"reason,omitempty"`
	AgeFrom       *int              `json:"ageFrom,omitempty"`
	AgeUntil      *int              `json:"ageUntil,omitempty"`
	SocialTariff  *bool             `json:"socialTariff,omitempty"`
	CardType      *card.Type        `json:"cardType,omitempty"`
	Resident      *bool             `json:"resident,omitempty"`
	VoucherTypeID *uuid.UUID        `json:"voucherTypeId,omitempty"`
	Cents         money.Cents       `json:"cents"`
	Label         map[string]string `json:"label,omitempty"`
}

func priceRowOf(r price.Row) priceRowJSON {
	out := conditionsOf(r.Conditions)
	out.Cents, out.Label = r.Cents, r.Label
	if r.ID != uuid.Nil {
		out.ID = r.ID.String()
	}
	return out
}

func conditionsOf(c price.Conditions) priceRowJSON {
	return priceRowJSON{
		Reason: c.Reason, AgeFrom: c.AgeFrom, AgeUntil: c.AgeUntil, SocialTariff: c.SocialTariff, CardType: c.CardType,
		Resident: c.Resident, VoucherTypeID: c.VoucherTypeID,
	}
}

func (r priceRowJSON) row() price.Row {
	return price.Row{Cents: r.Cents, Label: r.Label, Conditions: price.Conditions{
		Reason: r.Reason, AgeFrom: r.AgeFrom, AgeUntil: r.AgeUntil, SocialTariff: r.SocialTariff, CardType: r.CardType,
		Resident: r.Resident, VoucherTypeID: r.VoucherTypeID,
	}}
}

func rowsOf(in []priceRowJSON) []price.Row {
	out := make([]price.Row, len(in))
	for i, r := range in {
		out[i] = r.row()
	}
	return out
}

type priceListJSON struct {
	ID           string         `json:"id"`
	CardSystemID int            `json:"cardSystemId"`
	Name         string         `json:"name"`
	ValidFrom    period.Day     `json:"validFrom,omitzero"`
	ValidUntil   period.Day     `json:"validUntil,omitzero"` // last day, included
	CreatedAt    time.Time      `json:"createdAt"`
	Version      int            `json:"version"`
	Rows         []priceRowJSON `json:"rows,omitempty"`
}

func priceListOf(l price.List) priceListJSON {
	out := priceListJSON{
		ID: l.ID.String(), CardSystemID: l.CardSystemID, Name: l.Name, ValidFrom: l.Valid.From, CreatedAt: l.CreatedAt.UTC(),
		Version: l.Version,
	}
	if !l.Valid.Until.IsZero() {
		out.ValidUntil = l.Valid.Until.Add(-1)
	}
	for _, r := range l.Rows {
		out.Rows = append(out.Rows, priceRowOf(r))
	}
	return out
}

// getPriceLists lists the price lists: GET /api/v1/price-lists.
func (s *Server) getPriceLists(c *gin.Context, _ login.Session, by who.Actor) error {
	lists, err := s.Prices.Lists(c.Request.Context(), by)
	if err != nil {
		return err
	}
	out := make([]priceListJSON, len(lists))
	for i, l := range lists {
		out[i] = priceListOf(l)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// getPriceList returns one with its rows: GET
// /api/v1/price-lists/{priceListId}.
func (s *Server) getPriceList(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "priceListId", price.ErrListUnknown)
	if err != nil {
		return err
	}
	l, err := s.Prices.List(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, priceListOf(l))
	return nil
}

type priceListRequest struct {
	ID           string         `json:"id"`      // of the one to replace
	Version      int            `json:"version"` // that was seen of it
	CardSystemID int            `json:"cardSystemId"`
	Name         string         `json:"name"`
	ValidFrom    period.Day     `json:"validFrom"`
	Rows         []priceRowJSON `json:"rows"`
}

// maxRows is more than any price list has.
const maxRows = 500

func (in *priceListRequest) Check(f *bind.Fields) {
	f.UUID("/id", in.ID, false)
	f.Most("/rows", len(in.Rows), maxRows)
	f.Text("/validFrom", in.ValidFrom.String(), 10, 10)
}

// postPriceList saves a list: POST /api/v1/price-lists.
func (s *Server) postPriceList(c *gin.Context, _ login.Session, by who.Actor) error {
	var in priceListRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	id, _ := uuid.Parse(in.ID) // checked; none is none
	l, err := s.Prices.Save(c.Request.Context(), by, price.List{
		ID: id, Version: in.Version, CardSystemID: in.CardSystemID, Name: in.Name, Valid: period.Range{From: in.ValidFrom}, Rows: rowsOf(in.Rows),
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, priceListOf(l))
	return nil
}

// deletePriceList takes a list away that has not begun: DELETE
// /api/v1/price-lists/{priceListId}?version=….
func (s *Server) deletePriceList(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "priceListId", price.ErrListUnknown)
	if err != nil {
		return err
	}
	version, err := bind.Number(c.Query("version"))
	if err != nil {
		return bind.ErrQuery.With("parameter", "version")
	}
	if err := s.Prices.Delete(c.Request.Context(), by, id, version); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type pricePreviewRequest struct {
	Rows []priceRowJSON `json:"rows"`
}

func (in *pricePreviewRequest) Check(f *bind.Fields) { f.Most("/rows", len(in.Rows), maxRows) }

// A preview is the list as people read it. Cells without cents are gaps.
type pricePreviewJSON struct {
	Cells   []priceCellJSON `json:"cells"`
	Problem *reasonJSON     `json:"problem,omitempty"`
}

type priceCellJSON struct {
	Conditions priceConditionsJSON `json:"conditions"`
	Cents      *money.Cents        `json:"cents,omitempty"`
	Row        int                 `json:"row,omitempty"` // counted from 1
}

type priceConditionsJSON struct {
	Reason        *price.Reason `json:"reason,omitempty"`
	AgeFrom       *int          `json:"ageFrom,omitempty"`
	AgeUntil      *int          `json:"ageUntil,omitempty"`
	SocialTariff  *bool         `json:"socialTariff,omitempty"`
	CardType      *card.Type    `json:"cardType,omitempty"`
	Resident      *bool         `json:"resident,omitempty"`
	VoucherTypeID *uuid.UUID    `json:"voucherTypeId,omitempty"`
}

// postPricePreview shows what rows would mean, and what is wrong with them; it
// saves nothing: POST /api/v1/price-list-previews.
func (s *Server) postPricePreview(c *gin.Context, _ login.Session, _ who.Actor) error {
	var in pricePreviewRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	rows := rowsOf(in.Rows)
	out := pricePreviewJSON{Cells: []priceCellJSON{}}
	for _, cell := range price.Table(rows) {
		j := priceCellJSON{Conditions: priceConditionsJSON(cell.Conditions)}
		if cell.Row != nil {
			j.Cents, j.Row = &cell.Row.Cents, placeOf(rows, cell.Row)
		}
		out.Cells = append(out.Cells, j)
	}
	if wrong, ok := errors.AsType[*fault.Error](price.Check(rows)); ok {
		m, _ := bind.MessageOf(wrong.Code, wrong.Args)
		out.Problem = &reasonJSON{wrong.Code, wrong.Args, m}
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func placeOf(rows []price.Row, r *price.Row) int {
	for i := range rows {
		if &rows[i] == r {
			return i + 1
		}
	}
	return 0
}
