package registration_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// club makes somebody a member of an association of a card system.
func (w *world) club(t testing.TB, id uuid.UUID, systemID int) {
	t.Helper()
	a := association.Association{ID: db.NewID(), CardSystemID: systemID, Name: "Club", EndDateType: association.Custom, CreatedAt: w.now}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return association.Add(ctx, tx, a, association.Share{OrganizerID: "desk", Access: association.Write})
	})
	s := association.Service{DB: w.DB, Now: func() time.Time { return w.now }}
	_, err := s.Register(t.Context(), coordinator, association.Request{
		OrganizerID: "desk", PassholderID: id, AssociationID: a.ID, EndsOn: period.NewDay(2027, 6, 30), IdempotencyKey: uuid.NewString(),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// has is all that somebody has, for comparing.
func (w *world) has(t testing.TB, id uuid.UUID) string {
	t.Helper()
	var out strings.Builder
	p, err := passholder.ByIDs(t.Context(), w.DB, w.Ring, []uuid.UUID{id}, false)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&out, "died", p[id].DeceasedOn)
	for _, systemID := range []int{gent, zuid} {
		if m, is := w.memberships(t, id)[systemID]; is {
			fmt.Fprintln(&out, systemID, m.Status, m.Rights)
		}
	}
	var cards string
	err = w.DB.QueryRow(t.Context(), `SELECT string_agg(uitpas_number || ' ' || status, E'\n' ORDER BY id) FROM card WHERE passholder_id = $1`, id).Scan(&cards)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&out, cards)
	fmt.Fprintln(&out, w.count(t, `SELECT count(*) FROM association_membership WHERE passholder_id = $1 AND stopped_at IS NULL`, id), "clubs")
	return out.String()
}

// settled is somebody with a social tariff in Gent, a card of Zuid and a club in
// both.
func (w *world) settled(t testing.TB) uuid.UUID {
	t.Helper()
	r := w.adult(t, 1)
	r.Pass = w.fresh(t, gent, &registration.Tariff{})
	id := w.register(t, r).PassholderID
	_, err := w.Join(t.Context(), registrar, uuid.NewString(), registration.Joining{
		Pass: w.fresh(t, zuid, nil), Sale: registration.Sale{Payment: registration.Cash}, PassholderID: id, Channel: registration.AtCounter,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.club(t, id, gent)
	w.club(t, id, zuid)
	return id
}

func TestWhoMovesAwayLosesWhatIsOfThatCardSystemAndGetsItBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.settled(t)
	before := w.has(t, id)
	d, err := w.Depart(t.Context(), registrar, uuid.NewString(), id, gent)
	if err != nil {
		t.Fatal(err)
	}
	all := w.memberships(t, id)
	if m := all[gent]; m.Status != membership.Ended || m.SocialTariff.Until != period.NewDay(2026, 11, 22) || all[zuid].Status != membership.Active {
		t.Errorf("after: %+v", all)
	}
	if after := w.has(t, id); strings.Count(after, "ACTIVE") != 2 || strings.Count(after, "BLOCKED") != 1 || !strings.Contains(after, "1 clubs") {
		t.Errorf("after:\n%s", after)
	}
	if _, err := w.Depart(t.Context(), registrar, uuid.NewString(), id, gent); !errors.Is(err, membership.ErrEnded) {
		t.Errorf("once more: %v", err)
	}
	if _, err := w.Undo(t.Context(), registrar, uuid.NewString(), d.ID); err != nil {
		t.Fatal(err)
	}
	if after := w.has(t, id); after != before {
		t.Errorf("undone:\n%swas:\n%s", after, before)
	}
	if _, err := w.Undo(t.Context(), registrar, uuid.NewString(), d.ID); !errors.Is(err, registration.ErrDepartureUndone) {
		t.Errorf("undone twice: %v", err)
	}
}

func TestADeathEndsEverythingUntilItTurnsOutAMistake(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.settled(t)
	before := w.has(t, id)
	for _, on := range []period.Day{{}, period.NewDay(2026, 11, 23), period.NewDay(1983, 3, 1)} {
		if _, err := w.Bury(t.Context(), registrar, uuid.NewString(), id, on); !errors.Is(err, registration.ErrDeathDate) {
			t.Errorf("dead on %v: %v", on, err)
		}
	}
	d, err := w.Bury(t.Context(), registrar, uuid.NewString(), id, period.NewDay(2026, 11, 20))
	if err != nil {
		t.Fatal(err)
	}
	if after := w.has(t, id); strings.Contains(after, "ACTIVE") || !strings.Contains(after, "died 2026-11-20") || !strings.Contains(after, "0 clubs") {
		t.Errorf("after:\n%s", after)
	}
	r := registration.Registration{PassholderID: id, Number: card.Number(w.stock(t, gent, "desk", false))}
	if _, err := w.replace(t, r, card.Lost, w.fresh(t, gent, nil)); !errors.Is(err, registration.ErrDeceased) {
		t.Errorf("a card for the dead: %v", err)
	}
	if _, err := w.Bury(t.Context(), registrar, uuid.NewString(), id, period.NewDay(2026, 11, 20)); !errors.Is(err, registration.ErrDeceased) {
		t.Errorf("dead twice: %v", err)
	}
	if _, err := w.Undo(t.Context(), registrar, uuid.NewString(), d.ID); err != nil {
		t.Fatal(err)
	}
	if after := w.has(t, id); after != before {
		t.Errorf("undone:\n%swas:\n%s", after, before)
	}
}

func TestWhoMayUndoADeparture(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.settled(t)
	undo := func(by who.Actor, d registration.Departure) error {
		t.Helper()
		_, err := w.Undo(t.Context(), by, uuid.NewString(), d.ID)
		return err
	}
	d, err := w.Depart(t.Context(), registrar, uuid.NewString(), id, gent)
	if err != nil {
		t.Fatal(err)
	}
	if err := undo(clerk, d); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a clerk: %v", err)
	}
	if err := undo(neighbour, d); !errors.Is(err, registration.ErrDepartureElsewhere) {
		t.Errorf("another counter: %v", err)
	}
	if err := undo(registrar, registration.Departure{ID: db.NewID()}); !errors.Is(err, registration.ErrDepartureUnknown) {
		t.Errorf("one that never was: %v", err)
	}
	w.now = w.now.Add(24 * time.Hour)
	if err := undo(registrar, d); !errors.Is(err, registration.ErrDepartureLate) {
		t.Errorf("the next day: %v", err)
	}
	list, err := w.Departures(t.Context(), registrar, id)
	if err != nil || len(list) != 1 || !errors.Is(list[0].UndoRefusal, registration.ErrDepartureLate) {
		t.Errorf("%+v, %v", list, err)
	}
	w.now = w.now.Add(-24 * time.Hour)
	second, err := w.Bury(t.Context(), registrar, uuid.NewString(), id, period.NewDay(2026, 11, 22))
	if err != nil {
		t.Fatal(err)
	}
	if err := undo(registrar, d); !errors.Is(err, registration.ErrDepartureUsed) {
		t.Errorf("while another came after it: %v", err)
	}
	if err := errors.Join(undo(registrar, second), undo(registrar, d)); err != nil {
		t.Errorf("the newest first: %v", err)
	}
	// Who is a member again has a new card: the old one stays blocked.
	if d, err = w.Depart(t.Context(), registrar, uuid.NewString(), id, zuid); err != nil {
		t.Fatal(err)
	}
	_, err = w.Join(t.Context(), registrar, uuid.NewString(), registration.Joining{
		Pass: w.fresh(t, zuid, nil), Sale: registration.Sale{Payment: registration.Cash}, PassholderID: id, Channel: registration.AtCounter,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := undo(registrar, d); !errors.Is(err, registration.ErrDepartureUsed) {
		t.Errorf("a member again: %v", err)
	}
}

func TestNobodyIsSentAwayByAStranger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.adult(t, 1)
	r.Pass = w.fresh(t, zuid, nil)
	id := w.register(t, r).PassholderID
	// The neighbour belongs to Gent only, the person to Zuid only.
	if _, err := w.Depart(t.Context(), neighbour, uuid.NewString(), id, zuid); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("from a card system of others: %v", err)
	}
	if _, err := w.Bury(t.Context(), neighbour, uuid.NewString(), id, period.NewDay(2026, 11, 20)); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("dead: %v", err)
	}
	if _, err := w.Depart(t.Context(), registrar, uuid.NewString(), id, gent); !errors.Is(err, membership.ErrNone) {
		t.Errorf("no member: %v", err)
	}
}

func TestADepartureIsTakenOncePerKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.settled(t)
	key := uuid.NewString()
	first, err := w.Depart(t.Context(), registrar, key, id, gent)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := w.Depart(t.Context(), registrar, key, id, gent); err != nil || again.ID != first.ID {
		t.Errorf("%v, %v", again.ID, err)
	}
}

func TestWhoLeftGetsNoCardAndNoCardBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.register(t, w.adult(t, 1))
	d, err := w.Depart(t.Context(), registrar, uuid.NewString(), had.PassholderID, gent)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.replace(t, had, card.Lost, w.fresh(t, gent, nil)); !errors.Is(err, registration.ErrNotMember) {
		t.Errorf("a card in the place of the old one: %v", err)
	}
	if err := w.Unblock(t.Context(), coordinator, uuid.NewString(), string(had.Number), card.Regained); !errors.Is(err, registration.ErrNotMember) {
		t.Errorf("the old one again: %v", err)
	}
	if _, err := w.Void(t.Context(), registrar, uuid.NewString(), had.ID); !errors.Is(err, registration.ErrVoidUsed) {
		t.Errorf("the sale voided: %v", err)
	}
	if _, err := w.Undo(t.Context(), registrar, uuid.NewString(), d.ID); err != nil {
		t.Fatal(err)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return membership.Become(ctx, tx, registrar, had.PassholderID, gent, membership.Blocked, membership.Misuse, w.now)
	})
	if _, err := w.replace(t, had, card.Lost, w.fresh(t, gent, nil)); !errors.Is(err, membership.ErrBlocked) {
		t.Errorf("a card for a blocked member: %v", err)
	}
}

func TestAVoidedNewcomerIsInNoClub(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.register(t, w.adult(t, 1))
	w.club(t, had.PassholderID, gent)
	if _, err := w.Void(t.Context(), registrar, uuid.NewString(), had.ID); err != nil {
		t.Fatal(err)
	}
	if n := w.count(t, `SELECT count(*) FROM association_membership`); n != 0 {
		t.Errorf("%d memberships of clubs are left", n)
	}
}
