package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type voucherHoldRequest struct {
	Number       string `json:"number"`
	CardSystemID int    `json:"cardSystemId"`
	HoldID       string `json:"holdId"` // to keep it longer
}

func (in *voucherHoldRequest) Check(f *bind.Fields) {
	f.Text("/number", in.Number, 1, 64)
	f.UUID("/holdId", in.HoldID, false)
}

type voucherHoldJSON struct {
	ID        string    `json:"id"`
	Number    string    `json:"number"`
	TypeName  string    `json:"typeName"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// postVoucherHold keeps a voucher for a registration: POST
// /api/v1/voucher-holds.
func (s *Server) postVoucherHold(c *gin.Context, _ login.Session, by who.Actor) error {
	var in voucherHoldRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	again, _ := uuid.Parse(in.HoldID) // checked; none is none
	h, err := s.Vouchers.Hold(c.Request.Context(), by, in.Number, in.CardSystemID, again)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, voucherHoldJSON{h.ID.String(), h.Number, h.Type.Name, h.ExpiresAt.UTC()})
	return nil
}

// deleteVoucherHold frees a voucher: DELETE /api/v1/voucher-holds/{holdId}.
func (s *Server) deleteVoucherHold(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "holdId", bind.ErrURLUnknown)
	if err != nil {
		return err
	}
	if err := s.Vouchers.Release(c.Request.Context(), by, id); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type voucherTypeJSON struct {
	ID           string     `json:"id,omitempty"`
	CardSystemID int        `json:"cardSystemId"`
	Name         string     `json:"name"`
	Prefix       string     `json:"prefix"`
	ValidFrom    period.Day `json:"validFrom,omitzero"`
	ValidUntil   period.Day `json:"validUntil,omitzero"` // last day, included
	MaxUses      int        `json:"maxUses"`
	Closed       bool       `json:"closed"`
	Made         int        `json:"made"`
	Used         int        `json:"used"`
	Version      int        `json:"version"`
}

func voucherTypeOf(t voucher.Type) voucherTypeJSON {
	out := voucherTypeJSON{
		ID: t.ID.String(), CardSystemID: t.CardSystemID, Name: t.Name, Prefix: t.Prefix, ValidFrom: t.Valid.From,
		MaxUses: t.MaxUses, Closed: t.Closed, Made: t.Made, Used: t.Used, Version: t.Version,
	}
	if !t.Valid.Until.IsZero() {
		out.ValidUntil = t.Valid.Until.Add(-1)
	}
	return out
}

type voucherTypeRequest struct {
	ID           string     `json:"id"` // of the one to change
	CardSystemID int        `json:"cardSystemId"`
	Name         string     `json:"name"`
	Prefix       string     `json:"prefix"`
	ValidFrom    period.Day `json:"validFrom"`
	ValidUntil   period.Day `json:"validUntil"`
	MaxUses      int        `json:"maxUses"`
	Closed       bool       `json:"closed"`
	Version      int        `json:"version"` // that was seen of it
}

func (in *voucherTypeRequest) Check(f *bind.Fields) {
	f.UUID("/id", in.ID, false)
	f.Text("/name", in.Name, 1, 200)
	f.Text("/prefix", in.Prefix, 1, 8)
}

// getVoucherTypes lists the actions that give vouchers: GET
// /api/v1/voucher-types.
func (s *Server) getVoucherTypes(c *gin.Context, _ login.Session, by who.Actor) error {
	types, err := s.Vouchers.Types(c.Request.Context(), by)
	if err != nil {
		return err
	}
	out := make([]voucherTypeJSON, len(types))
	for i, t := range types {
		out[i] = voucherTypeOf(t)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// postVoucherType makes or changes one: POST /api/v1/voucher-types.
func (s *Server) postVoucherType(c *gin.Context, _ login.Session, by who.Actor) error {
	var in voucherTypeRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	id, _ := uuid.Parse(in.ID) // checked; none is none
	t := voucher.Type{
		ID: id, CardSystemID: in.CardSystemID, Name: in.Name, Prefix: in.Prefix, MaxUses: in.MaxUses, Closed: in.Closed,
		Version: in.Version, Valid: period.Range{From: in.ValidFrom},
	}
	if !in.ValidUntil.IsZero() {
		t.Valid.Until = in.ValidUntil.Add(1)
	}
	saved, err := s.Vouchers.SaveType(c.Request.Context(), by, t)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, voucherTypeOf(saved))
	return nil
}

type voucherBatchRequest struct {
	Number int `json:"number"`
}

func (*voucherBatchRequest) Check(*bind.Fields) {}

type voucherBatchJSON struct {
	Numbers []string `json:"numbers"`
}

// postVouchers makes vouchers: POST
// /api/v1/voucher-types/{voucherTypeId}/vouchers.
func (s *Server) postVouchers(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "voucherTypeId", voucher.ErrTypeUnknown)
	if err != nil {
		return err
	}
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in voucherBatchRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	made, err := s.Vouchers.Make(c.Request.Context(), by, key, id, in.Number)
	if err != nil {
		return err
	}
	if made.Replayed {
		c.Header("Idempotent-Replayed", "true")
	}
	c.JSON(http.StatusCreated, voucherBatchJSON{made.Numbers})
	return nil
}

type voucherImportRequest struct {
	List   string `json:"list"`
	DryRun bool   `json:"dryRun"`
}

func (in *voucherImportRequest) Check(f *bind.Fields) { f.Text("/list", in.List, 1, bind.MaxBody) }

type voucherImportJSON struct {
	Taken   int                  `json:"taken"`
	Refused []voucherRefusedJSON `json:"refused"`
}

type voucherRefusedJSON struct {
	Line    int           `json:"line"`
	Code    string        `json:"code"`
	Message *bind.Message `json:"message,omitempty"`
}

// postVoucherImport takes a printer's list: POST
// /api/v1/voucher-types/{voucherTypeId}/imports.
func (s *Server) postVoucherImport(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "voucherTypeId", voucher.ErrTypeUnknown)
	if err != nil {
		return err
	}
	var in voucherImportRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	taken, refused, err := s.Vouchers.Import(c.Request.Context(), by, id, strings.NewReader(in.List), in.DryRun)
	if err != nil {
		return err
	}
	out := voucherImportJSON{taken, make([]voucherRefusedJSON, len(refused))}
	for i, r := range refused {
		out.Refused[i] = voucherRefusedJSON{r.Line, r.Err.Code, nil}
		if m, ok := bind.MessageOf(r.Err.Code, r.Err.Args); ok {
			out.Refused[i].Message = &m
		}
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type voucherJSON struct {
	Number    string    `json:"number"`
	MaxUses   int       `json:"maxUses"`
	Used      int       `json:"used"`
	Reserved  int       `json:"reserved"`
	Withdrawn bool      `json:"withdrawn"`
	CreatedAt time.Time `json:"createdAt"`
}

func voucherOf(v voucher.Voucher) voucherJSON {
	return voucherJSON{v.Number, v.MaxUses, v.Used, v.Held, v.Withdrawn, v.CreatedAt.UTC()}
}

type voucherPageJSON struct {
	TotalItems int           `json:"totalItems"`
	Member     []voucherJSON `json:"member"`
}

// getVouchers lists vouchers: GET
// /api/v1/voucher-types/{voucherTypeId}/vouchers.
func (s *Server) getVouchers(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "voucherTypeId", voucher.ErrTypeUnknown)
	if err != nil {
		return err
	}
	p, err := bind.OwnPage(c)
	if err != nil {
		return err
	}
	list, total, err := s.Vouchers.Vouchers(c.Request.Context(), by, id, p.Start, p.Limit)
	if err != nil {
		return err
	}
	out := voucherPageJSON{total, make([]voucherJSON, len(list))}
	for i, v := range list {
		out.Member[i] = voucherOf(v)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type voucherWithdrawalRequest struct {
	Number    string `json:"number"`
	Withdrawn bool   `json:"withdrawn"`
}

func (in *voucherWithdrawalRequest) Check(f *bind.Fields) { f.Text("/number", in.Number, 1, 64) }

// postVoucherWithdrawal stops a voucher, or lets it work again: POST
// /api/v1/voucher-withdrawals.
func (s *Server) postVoucherWithdrawal(c *gin.Context, _ login.Session, by who.Actor) error {
	var in voucherWithdrawalRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	v, err := s.Vouchers.Withdraw(c.Request.Context(), by, in.Number, in.Withdrawn)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, voucherOf(v))
	return nil
}
