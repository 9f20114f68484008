package registration_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/who"
)

// fresh is a pass from the stock of the desk.
func (w *world) fresh(t testing.TB, systemID int, tariff *registration.Tariff) registration.Pass {
	t.Helper()
	return registration.Pass{CardSystemID: systemID, Type: card.NFCCard, Number: w.stock(t, systemID, "desk", tariff != nil), Tariff: tariff}
}

func (w *world) replace(t testing.TB, had registration.Registration, why card.Reason, p registration.Pass) (registration.Registration, error) {
	t.Helper()
	return w.Replace(t.Context(), registrar, uuid.NewString(), registration.Replacement{
		Pass: p, Sale: registration.Sale{Payment: registration.Card}, PassholderID: had.PassholderID, OldNumber: string(had.Number), Why: why,
		Channel: registration.AtCounter,
	})
}

func TestALostCardIsReplacedInOneStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.register(t, w.adult(t, 1))
	got, err := w.replace(t, had, card.Lost, w.fresh(t, gent, nil))
	if err != nil || got.Reason != price.LossTheft || got.Cents != 100 || got.Payment != registration.Card {
		t.Fatalf("%+v, %v", got, err)
	}
	if old, young := w.cardOf(t, string(had.Number)), w.cardOf(t, string(got.Number)); old.Status != card.Blocked || young.Status != card.Active || young.Replaces != old.ID {
		t.Errorf("old %+v, new %+v", old, young)
	}
	if got, err = w.replace(t, got, card.Defect, w.fresh(t, gent, nil)); err != nil || got.Reason != price.Defect {
		t.Errorf("a broken one: %+v, %v", got, err)
	}
}

func TestANewCardIsLookedAtBeforeTheOldOneIsBlocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.register(t, w.adult(t, 1))
	taken := w.register(t, w.adult(t, 2))
	for name, p := range map[string]registration.Pass{
		"somebody's card":      {CardSystemID: gent, Type: card.NFCCard, Number: string(taken.Number)},
		"of another counter":   {CardSystemID: gent, Type: card.NFCCard, Number: w.stock(t, gent, "other", false)},
		"of another system":    {CardSystemID: gent, Type: card.NFCCard, Number: w.stock(t, zuid, "desk", false)},
		"one that is not real": {CardSystemID: gent, Type: card.NFCCard, Number: "0930000390706"},
	} {
		_, err := w.replace(t, had, card.Lost, p)
		if _, refused := errors.AsType[*registration.RefusedError](err); !refused {
			t.Errorf("%s: %v", name, err)
		}
		if c := w.cardOf(t, string(had.Number)); c.Status != card.Active {
			t.Errorf("%s: the old card is %s", name, c.Status)
		}
	}
	other := had
	other.PassholderID = taken.PassholderID
	if _, err := w.replace(t, other, card.Lost, w.fresh(t, gent, nil)); !errors.Is(err, registration.ErrNotTheirCard) {
		t.Errorf("somebody else's card: %v", err)
	}
}

func TestTheSocialTariffFollowsTheCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.register(t, w.adult(t, 1))
	won, err := w.replace(t, had, card.Replaced, w.fresh(t, gent, &registration.Tariff{Ground: "RVV"}))
	if m := w.memberships(t, had.PassholderID)[gent]; err != nil || won.Reason != price.TariffGranted || m.SocialTariff == nil || !m.SocialTariff.Works() {
		t.Fatalf("won: %+v, %+v, %v", won, m, err)
	}
	// Another social-tariff card in its place needs no new grant.
	kept, err := w.replace(t, won, card.Lost, registration.Pass{CardSystemID: gent, Type: card.NFCCard, Number: w.stock(t, gent, "desk", true)})
	if err != nil || kept.Reason != price.LossTheft {
		t.Fatalf("kept: %+v, %v", kept, err)
	}
	lost, err := w.replace(t, kept, card.Replaced, registration.Pass{CardSystemID: gent, Type: card.NFCCard, Number: w.stock(t, gent, "desk", false)})
	if m := w.memberships(t, had.PassholderID)[gent]; err != nil || lost.Reason != price.TariffLost || m.SocialTariff.Until != period.NewDay(2026, 11, 22) {
		t.Fatalf("lost: %+v, %+v, %v", lost, m, err)
	}
	if _, err := w.Void(t.Context(), registrar, uuid.NewString(), lost.ID); err != nil || w.memberships(t, had.PassholderID)[gent].SocialTariff.Until != period.NewDay(2027, 4, 30) {
		t.Errorf("undone: %v", err)
	}
}

func TestJoiningAnotherCardSystem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.register(t, w.adult(t, 1))
	join := func(p registration.Pass, own bool) (registration.Registration, error) {
		return w.Join(t.Context(), registrar, uuid.NewString(), registration.Joining{
			Pass: p, Sale: registration.Sale{Payment: registration.Cash}, PassholderID: had.PassholderID, WithOwnCard: own, Channel: registration.AtCounter,
		})
	}
	got, err := join(registration.Pass{CardSystemID: zuid}, true)
	if err != nil || got.Reason != price.CardUpgrade || got.CardID != uuid.Nil || len(w.memberships(t, had.PassholderID)) != 2 {
		t.Fatalf("with the own card: %+v, %v", got, err)
	}
	if _, err := join(w.fresh(t, zuid, nil), false); !errors.Is(err, registration.ErrMember) {
		t.Errorf("twice: %v", err)
	}
	if _, err := w.Void(t.Context(), registrar, uuid.NewString(), got.ID); err != nil || len(w.memberships(t, had.PassholderID)) != 1 {
		t.Errorf("undone: %v", err)
	}
	if got, err = join(w.fresh(t, zuid, nil), false); err != nil || got.Reason != price.ExtraCard || got.Number == "" {
		t.Errorf("with a new card: %+v, %v", got, err)
	}
	if _, err := join(registration.Pass{CardSystemID: elsewhere}, true); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("where the counter is not: %v", err)
	}
}

func TestWhatWasSoldIsVoidedTheSameDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	void := func(by who.Actor, id uuid.UUID) error {
		_, err := w.Void(t.Context(), by, uuid.NewString(), id)
		return err
	}
	r := w.adult(t, 1)
	r.Voucher = w.voucher(t, gent)
	first := w.register(t, r)
	second, err := w.replace(t, first, card.Lost, w.fresh(t, gent, nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := void(registrar, first.ID); !errors.Is(err, registration.ErrVoidUsed) {
		t.Errorf("while another came after it: %v", err)
	}
	if err := void(neighbour, second.ID); !errors.Is(err, registration.ErrVoidElsewhere) {
		t.Errorf("by another counter: %v", err)
	}
	w.now = w.now.Add(24 * time.Hour)
	if err := void(registrar, second.ID); !errors.Is(err, registration.ErrVoidLate) {
		t.Errorf("the next day: %v", err)
	}
	w.now = w.now.Add(-24 * time.Hour)
	if err := void(registrar, second.ID); err != nil {
		t.Fatal(err)
	}
	if old, young := w.cardOf(t, string(first.Number)), w.cardOf(t, string(second.Number)); old.Status != card.Active || young.Status != card.LocalStock || young.PassholderID != uuid.Nil {
		t.Errorf("old %+v, new %+v", old, young)
	}
	if err := void(registrar, first.ID); err != nil {
		t.Fatal(err)
	}
	if err := void(registrar, first.ID); !errors.Is(err, registration.ErrVoided) {
		t.Errorf("twice: %v", err)
	}
	if v, _, err := voucher.Look(t.Context(), w.DB, r.Voucher); err != nil || v.Used != 0 {
		t.Errorf("voucher %+v, %v", v, err)
	}
	day, err := w.DayTotal(t.Context(), registrar, period.NewDay(2026, 11, 22))
	if err != nil || len(day.Sales) != 2 || len(day.Totals) != 0 {
		t.Errorf("day %+v, %v", day, err)
	}
	// The person is forgotten, and can be registered again with the same card.
	r.Sale = registration.Sale{Payment: registration.Cash}
	w.register(t, r)
}

func TestAPersonWithPointsIsNotForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.register(t, w.adult(t, 1))
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		giver := db.NewID()
		if err := points.OpenOrganizer(ctx, tx, giver); err != nil {
			return err
		}
		_, err := points.Credit(ctx, tx, points.Movement{
			ID: db.NewID(), PassholderID: got.PassholderID, OrganizerID: giver, CardSystemID: gent, Points: 1, GroupID: db.NewID(), At: w.now,
		})
		return err
	})
	if _, err := w.Void(t.Context(), registrar, uuid.NewString(), got.ID); !errors.Is(err, registration.ErrVoidUsed) {
		t.Errorf("%v", err)
	}
}

func TestACardIsBlockedAndUnblocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.register(t, w.adult(t, 1))
	number := string(had.Number)
	block := func(by who.Actor) error { return w.Block(t.Context(), by, uuid.NewString(), number, card.Lost) }
	unblock := func(by who.Actor) error { return w.Unblock(t.Context(), by, uuid.NewString(), number, card.Regained) }
	if err := errors.Join(block(clerk), unblock(clerk)); err != nil {
		t.Fatalf("the same counter, the same day: %v", err)
	}
	if err := block(clerk); err != nil {
		t.Fatal(err)
	}
	if err := block(clerk); !errors.Is(err, card.ErrTransition) {
		t.Errorf("blocked twice: %v", err)
	}
	w.now = w.now.Add(24 * time.Hour)
	if err := unblock(clerk); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a clerk the next day: %v", err)
	}
	if err := unblock(coordinator); err != nil || w.cardOf(t, number).Status != card.Active {
		t.Errorf("a coordinator: %v", err)
	}
}
