package registration_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/who"
)

// The papers of a sale are of the counter that made it.
func TestWhoGetsThePapersOfASale(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	sold := w.register(t, w.adult(t, 1))
	r := w.adult(t, 2)
	r.Details.Email, r.Details.NoEmail, r.Consents = "", true, passholder.Consents{passholder.TermsOnPaper: true}
	unreachable := w.register(t, r)
	voided, err := w.replace(t, sold, card.Lost, w.fresh(t, gent, nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Void(ctx, registrar, uuid.NewString(), voided.ID); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		by            who.Actor
		of            registration.Registration
		receipt, mail error
	}{
		"the counter that sold":  {registrar, sold, nil, nil},
		"another counter":        {neighbour, sold, registration.ErrUnknown, registration.ErrUnknown},
		"who has no address":     {registrar, unreachable, nil, registration.ErrNoAddress},
		"of what was voided":     {registrar, voided, nil, registration.ErrVoided},
		"of what was never sold": {registrar, registration.Registration{ID: uuid.New()}, registration.ErrUnknown, registration.ErrUnknown},
	} {
		paper, err := w.Receipt(ctx, tt.by, tt.of.ID, "nl")
		if !errors.Is(err, tt.receipt) || err == nil && paper.Voided != (tt.of.ID == voided.ID) {
			t.Errorf("%s: receipt %+v, %v", name, paper, err)
		}
		if err := w.Mail(ctx, tt.by, tt.of.ID); !errors.Is(err, tt.mail) {
			t.Errorf("%s: mail %v", name, err)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM outbox WHERE type = $1`, registration.TypeMailAsked); n != 1 {
		t.Errorf("%d mails asked for", n)
	}
}

// A label is in the language of the paper where the price list has it.
func TestAReceiptSaysWhatWasPaidFor(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	r := w.adult(t, 1)
	r.Voucher = w.voucher(t, gent)
	sold := w.register(t, r)
	paper, err := w.Receipt(ctx, registrar, sold.ID, "fr") // which the list does not have
	if err != nil || len(paper.Lines) != 2 || paper.Lines[0].Text != sold.Explanation.Label["nl"] || paper.Lines[0].Cents != 500 || paper.Lines[1].Cents != -500 {
		t.Errorf("%+v, %v", paper, err)
	}
}

func TestWhichPassIsPrinted(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	digital := registration.Pass{CardSystemID: gent, Type: card.Digital}
	r := w.adult(t, 1)
	r.Pass = digital
	sold := w.register(t, r)
	_, err := w.Join(ctx, registrar, uuid.NewString(), registration.Joining{
		Pass: registration.Pass{CardSystemID: zuid, Type: card.Digital}, Sale: registration.Sale{Payment: registration.Cash},
		PassholderID: sold.PassholderID, Channel: registration.AtCounter,
	})
	if err != nil {
		t.Fatal(err)
	}
	plastic := w.register(t, w.adult(t, 2))
	if err := w.Block(ctx, registrar, uuid.NewString(), string(sold.Number), card.Lost); err != nil {
		t.Fatal(err)
	}
	sheet := func(id uuid.UUID, system int) (string, error) {
		out, err := w.PassSheet(ctx, registrar, id, system, "nl")
		return out.Pass, err
	}
	if number, err := sheet(sold.PassholderID, gent); !errors.Is(err, registration.ErrNoDigital) {
		t.Errorf("a blocked one: %s, %v", number, err)
	}
	if number, err := sheet(plastic.PassholderID, gent); !errors.Is(err, registration.ErrNoDigital) {
		t.Errorf("one of plastic: %s, %v", number, err)
	}
	again, err := w.replace(t, sold, card.Lost, digital)
	if err != nil {
		t.Fatal(err)
	}
	if number, err := sheet(sold.PassholderID, gent); err != nil || number != string(again.Number) {
		t.Errorf("the one in its place: %s, %v; want %s", number, err, again.Number)
	}
	if number, err := sheet(sold.PassholderID, zuid); err != nil || number == string(again.Number) {
		t.Errorf("that of the other card system: %s, %v", number, err)
	}
}
