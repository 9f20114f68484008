package registration_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/registration"
)

// says reports whether a refusal says so about the field.
func says(err error, field string, want error) bool {
	refused, ok := errors.AsType[*registration.RefusedError](err)
	if !ok {
		return errors.Is(err, want)
	}
	for _, p := range refused.Decision.Problems {
		if p.Field == field && errors.Is(p.Fault, want) {
			return true
		}
	}
	return false
}

func (w *world) join(t testing.TB, id uuid.UUID, p registration.Pass, own bool) (registration.Registration, error) {
	t.Helper()
	return w.Join(t.Context(), registrar, uuid.NewString(), registration.Joining{
		Pass: p, Sale: registration.Sale{Payment: registration.Cash}, PassholderID: id, WithOwnCard: own, Channel: registration.AtCounter,
	})
}

func TestWhichCardIsReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.register(t, w.adult(t, 1))
	if _, err := w.join(t, had.PassholderID, w.fresh(t, zuid, nil), false); err != nil {
		t.Fatal(err)
	}
	if _, err := w.replace(t, had, card.Lost, w.fresh(t, zuid, nil)); !says(err, "oldNumber", registration.ErrCardSystem) {
		t.Errorf("one of another card system: %v", err)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return card.Transition(ctx, tx, registrar, had.CardID, card.Blocked, card.Lost, card.Change{At: w.now})
	})
	blocked, err := w.replace(t, had, card.Lost, w.fresh(t, gent, nil))
	if err != nil {
		t.Errorf("a blocked one: %v", err)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			card.Transition(ctx, tx, registrar, blocked.CardID, card.Blocked, card.Lost, card.Change{At: w.now}),
			card.Transition(ctx, tx, registrar, blocked.CardID, card.Deleted, card.Mistake, card.Change{At: w.now}))
	})
	if _, err := w.replace(t, blocked, card.Lost, w.fresh(t, gent, nil)); !says(err, "oldNumber", card.ErrTransition) {
		t.Errorf("a deleted one: %v", err)
	}
}

// Whose record is no more gets nothing and loses nothing.
func TestARecordThatIsGoneIsLeftAlone(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	for name, gone := range map[string]string{
		"merged into another": `UPDATE passholder SET merged_into = $2 WHERE id = $1`,
		"erased":              `UPDATE passholder SET erased_at = now() WHERE id = $1 AND id <> $2`,
	} {
		had, other := w.register(t, w.adult(t, len(name))), w.register(t, w.adult(t, 100+len(name)))
		if _, err := w.DB.Exec(ctx, gone, had.PassholderID, other.PassholderID); err != nil {
			t.Fatal(err)
		}
		_, replaced := w.replace(t, had, card.Lost, w.fresh(t, gent, nil))
		_, joined := w.join(t, had.PassholderID, w.fresh(t, zuid, nil), false)
		_, left := w.Depart(ctx, registrar, uuid.NewString(), had.PassholderID, gent)
		_, died := w.Bury(ctx, registrar, uuid.NewString(), had.PassholderID, w.today())
		_, enrolled := w.Consider(ctx, coordinator, had.PassholderID, zuid, false)
		for what, err := range map[string]error{"replaced": replaced, "joined": joined, "left": left, "died": died, "enrolled": enrolled} {
			if !errors.Is(err, passholder.ErrGone) && !errors.Is(err, passholder.ErrUnknown) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

func TestJoiningWithTheOwnCardNeedsOneInUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.register(t, w.adult(t, 1))
	if _, err := w.join(t, had.PassholderID, registration.Pass{CardSystemID: zuid, Tariff: &registration.Tariff{}}, true); !says(err, "socialTariff", registration.ErrTariffNoCard) {
		t.Errorf("with a social tariff: %v", err)
	}
	if err := w.Block(t.Context(), registrar, uuid.NewString(), string(had.Number), card.Lost); err != nil {
		t.Fatal(err)
	}
	if _, err := w.join(t, had.PassholderID, registration.Pass{CardSystemID: zuid}, true); !says(err, "card", registration.ErrNoCardAtAll) {
		t.Errorf("with a blocked card: %v", err)
	}
}

// A digital pass shows no mark: whose social tariff still stands keeps it with
// another digital one, unless they give it up.
func TestASocialTariffGoesOnWithADigitalPass(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	digital := registration.Pass{CardSystemID: gent, Type: card.Digital}
	r := w.adult(t, 1)
	r.Pass = digital
	r.Tariff = &registration.Tariff{}
	had := w.register(t, r)
	until := func() period.Day { return w.memberships(t, had.PassholderID)[gent].SocialTariff.Until }
	was := until()
	kept, err := w.replace(t, had, card.Lost, digital)
	if err != nil || !kept.Number.SocialTariffCard() || until() != was {
		t.Fatalf("kept: %s until %v, %v", kept.Number, until(), err)
	}
	lost, err := w.Replace(t.Context(), registrar, uuid.NewString(), registration.Replacement{
		Pass: digital, Sale: registration.Sale{Payment: registration.Card}, PassholderID: had.PassholderID, OldNumber: string(kept.Number),
		Why: card.Replaced, Channel: registration.AtCounter, GivesUpTariff: true,
	})
	if err != nil || lost.Number.SocialTariffCard() || until() != w.today() {
		t.Errorf("given up: %s until %v, %v", lost.Number, until(), err)
	}
}

// One that ended long ago does not come back with a new card.
func TestASocialTariffThatEndedDoesNotGoOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	digital := registration.Pass{CardSystemID: gent, Type: card.Digital}
	r := w.adult(t, 1)
	r.Pass = digital
	r.Tariff = &registration.Tariff{}
	had := w.register(t, r)
	w.now = w.now.AddDate(1, 0, 0)
	got, err := w.replace(t, had, card.Lost, digital)
	if err != nil || got.Number.SocialTariffCard() {
		t.Errorf("%s, %v", got.Number, err)
	}
}

// Whoever was a member once and joins again is, when that is voided, a member no
// more: not somebody who never was one.
func TestAVoidedReturnLeavesAFormerMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.register(t, w.adult(t, 1))
	if _, err := w.Depart(t.Context(), registrar, uuid.NewString(), had.PassholderID, gent); err != nil {
		t.Fatal(err)
	}
	again, err := w.join(t, had.PassholderID, w.fresh(t, gent, nil), false)
	if err != nil || w.memberships(t, had.PassholderID)[gent].Status != membership.Active {
		t.Fatal(err)
	}
	if _, err := w.Void(t.Context(), registrar, uuid.NewString(), again.ID); err != nil {
		t.Fatal(err)
	}
	if m, is := w.memberships(t, had.PassholderID)[gent]; !is || m.Status != membership.Ended {
		t.Errorf("%+v, %v", m, is)
	}
}

// What was blocked before somebody left is blocked again, and a card that was
// blocked in the meantime is not put back in use.
func TestWhatWasBlockedIsBlockedAgain(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	had := w.register(t, w.adult(t, 1))
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return membership.Become(ctx, tx, registrar, had.PassholderID, gent, membership.Blocked, membership.Misuse, w.now)
	})
	d, err := w.Bury(ctx, registrar, uuid.NewString(), had.PassholderID, w.today())
	if err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return card.Transition(ctx, tx, registrar, had.CardID, card.Deleted, card.Mistake, card.Change{At: w.now})
	})
	if _, err := w.Undo(ctx, registrar, uuid.NewString(), d.ID); err != nil {
		t.Fatal(err)
	}
	if m, c := w.memberships(t, had.PassholderID)[gent], w.cardOf(t, string(had.Number)); m.Status != membership.Blocked || c.Status != card.Deleted {
		t.Errorf("membership %s, card %s", m.Status, c.Status)
	}
}

// Only the newest departure that stands is offered for undoing.
func TestOneDepartureAtATimeIsUndone(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	id := w.settled(t)
	for _, system := range []int{gent, zuid} {
		if _, err := w.Depart(ctx, registrar, uuid.NewString(), id, system); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(time.Minute)
	}
	list, err := w.Departures(ctx, registrar, id)
	if err != nil || len(list) != 2 || list[0].UndoRefusal != nil || !errors.Is(list[1].UndoRefusal, registration.ErrDepartureUsed) {
		t.Errorf("%+v, %v", list, err)
	}
}

// A lost card is replaced in the grace period too: the social tariff is as good
// as it was, and no better.
func TestALostCardIsReplacedInTheGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.adult(t, 1)
	r.Pass = w.fresh(t, gent, &registration.Tariff{})
	had := w.register(t, r)
	until := w.memberships(t, had.PassholderID)[gent].SocialTariff.Until
	w.now = until.Add(10).At(12, 0, period.Brussels())
	got, err := w.replace(t, had, card.Lost, registration.Pass{CardSystemID: gent, Type: card.NFCCard, Number: w.stock(t, gent, "desk", true)})
	if err != nil || !got.Number.SocialTariffCard() || got.Reason != price.LossTheft {
		t.Errorf("%+v, %v", got, err)
	}
	if m := w.memberships(t, had.PassholderID)[gent].SocialTariff; m.Until != until || m.Status != membership.TariffGrace {
		t.Errorf("%+v", m)
	}
}
