package registration_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
)

func enrolment(id uuid.UUID, system int, number string) registration.Enrolment {
	return registration.Enrolment{
		Pass: registration.Pass{CardSystemID: system, Type: card.NFCCard, Number: number}, PassholderID: id, Channel: registration.ByAPI,
		Sale: registration.Sale{Payment: registration.Nothing},
	}
}

func TestAnEnrolmentDoesAndCostsWhatWasSaidBefore(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	ann := w.register(t, w.adult(t, 1)).PassholderID
	tariff := &registration.Tariff{}
	for _, step := range []struct {
		what   string
		system int
		tariff *registration.Tariff
		kind   registration.ProspectKind
		reason price.Reason
	}{
		{"what she has", gent, nil, registration.NotPossible, ""},
		{"a social tariff", gent, tariff, registration.Replaces, price.TariffGranted},
		{"it once more", gent, tariff, registration.NotPossible, ""},
		{"another card system", zuid, nil, registration.Fresh, price.ExtraCard},
		{"no social tariff any more", gent, nil, registration.Replaces, price.TariffLost},
	} {
		said, err := w.Consider(ctx, coordinator, ann, step.system, step.tariff != nil)
		if err != nil || said.Kind != step.kind {
			t.Fatalf("%s: %+v, %v", step.what, said, err)
		}
		r := enrolment(ann, step.system, w.stock(t, step.system, "desk", step.tariff != nil))
		r.Tariff = step.tariff
		quote, err := w.Quote(ctx, coordinator, ann, r.Pass, "")
		if err != nil {
			t.Fatal(err)
		}
		sold, err := w.Enrol(ctx, coordinator, uuid.NewString(), r)
		if step.kind == registration.NotPossible {
			if !errors.Is(err, registration.ErrSameMembership) {
				t.Errorf("%s: %v", step.what, err)
			}
			continue
		}
		if err != nil || sold.Reason != step.reason || sold.Cents != quote.Cents {
			t.Errorf("%s: %s for %v, said %v, %v", step.what, sold.Reason, sold.Cents, quote.Cents, err)
		}
	}
	if all := w.memberships(t, ann); len(all) != 2 || all[gent].SocialTariff.Until != w.today() {
		t.Errorf("%+v", all)
	}
}

func TestWhoCannotBeEnrolled(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	ann := w.register(t, w.adult(t, 1)).PassholderID
	ask := func(id uuid.UUID, system int) error {
		_, err := w.Consider(ctx, coordinator, id, system, false)
		return err
	}
	if err := ask(uuid.New(), gent); !errors.Is(err, passholder.ErrUnknown) {
		t.Errorf("nobody: %v", err)
	}
	if err := ask(ann, elsewhere); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("in a card system of others: %v", err)
	}
	if _, err := w.Consider(ctx, clerk, ann, gent, false); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("by a clerk: %v", err)
	}
	if _, err := w.DB.Exec(ctx, `UPDATE membership SET status = 'BLOCKED' WHERE passholder_id = $1`, ann); err != nil {
		t.Fatal(err)
	}
	if err := ask(ann, gent); !errors.Is(err, membership.ErrBlocked) {
		t.Errorf("blocked: %v", err)
	}
	if _, err := w.Bury(ctx, coordinator, uuid.NewString(), ann, w.today()); err != nil {
		t.Fatal(err)
	}
	if err := ask(ann, gent); !errors.Is(err, registration.ErrDeceased) {
		t.Errorf("who died: %v", err)
	}
	if _, err := w.Enrol(ctx, coordinator, uuid.NewString(), enrolment(ann, zuid, w.stock(t, zuid, "desk", false))); !errors.Is(err, registration.ErrDeceased) {
		t.Errorf("who died: %v", err)
	}
}

// A new address comes with the membership or not at all.
func TestAnAddressIsKeptWithTheMembershipOnly(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	ann := w.register(t, w.adult(t, 1)).PassholderID
	street := func() (out string) {
		if err := w.DB.QueryRow(ctx, `SELECT street || ', ' || city FROM passholder WHERE id = $1`, ann).Scan(&out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	was := street()
	r := enrolment(ann, zuid, "")
	r.Address = &registration.Address{Street: "Dorp 2", PostalCode: "9090", City: "Melle"}
	if _, err := w.Enrol(ctx, coordinator, uuid.NewString(), r); !errors.Is(err, registration.ErrCardNeeded) || street() != was {
		t.Errorf("refused: %v, lives at %s", err, street())
	}
	r.Number = w.stock(t, zuid, "desk", false)
	if _, err := w.Enrol(ctx, coordinator, uuid.NewString(), r); err != nil || street() != "Dorp 2, Melle" {
		t.Errorf("%v, lives at %s", err, street())
	}
}

func TestOneOfManyWhoEnrolAtOnceDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.register(t, w.adult(t, 1)).PassholderID
	requests := make([]registration.Enrolment, 8)
	for i := range requests {
		requests[i] = enrolment(ann, zuid, w.stock(t, zuid, "desk", false))
	}
	var all sync.WaitGroup
	done := make([]error, len(requests))
	for i, r := range requests {
		all.Go(func() { _, done[i] = w.Enrol(t.Context(), coordinator, uuid.NewString(), r) })
	}
	all.Wait()
	ok := 0
	for _, err := range done {
		if err == nil {
			ok++
		} else if !errors.Is(err, registration.ErrSameMembership) && !errors.Is(err, registration.ErrMember) {
			t.Error(err)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM card WHERE passholder_id = $1 AND card_system_id = $2`, ann, zuid); ok != 1 || n != 1 {
		t.Errorf("%d of 8 went through, with %d cards", ok, n)
	}
}

func (w *world) today() period.Day { return period.DayOf(w.now, period.Brussels()) }
