package membership_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

const gent = 1

var (
	registrar   = who.Actor{Kind: who.Person, ID: "u2", Subject: "registrar@openbalie.example", Counter: "desk"}
	coordinator = who.Actor{Kind: who.Person, ID: "u3", Subject: "coordinator@openbalie.example", Counter: "desk"}
	clerk       = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"}
	neighbour   = who.Actor{Kind: who.Person, ID: "u2", Subject: "registrar@openbalie.example", Counter: "other"}
)

// A world is a counter in Gent on a clock that the test sets, with two people:
// one of the town, one of the next.
type world struct {
	*membership.Service
	now       time.Time
	ann, mies uuid.UUID
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{now: at("2026-11-22T14:00:00Z"), ann: db.NewID(), mies: db.NewID()}
	w.Service = &membership.Service{DB: dbtest.New(t), Now: func() time.Time { return w.now }}
	ctx := t.Context()
	w.do(t, func(tx *db.Tx) error {
		us := who.Program("test")
		return errors.Join(
			cardsystem.Add(ctx, tx, cardsystem.System{ID: gent, Name: "Gent", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels", SocialTariffGraceDays: 30}),
			cardsystem.Add(ctx, tx, cardsystem.System{ID: 2, Name: "Elders", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels"}),
			organizer.Add(ctx, tx, organizer.Organizer{ID: "desk", Name: "Balie", City: "Gent", AccountID: db.NewID(), CardSystemIDs: []int{gent}}),
			organizer.Add(ctx, tx, organizer.Organizer{ID: "other", Name: "Balie 2", City: "Gent", AccountID: db.NewID(), CardSystemIDs: []int{gent}}),
			rights.Grant(ctx, tx, us, who.Person, clerk.Subject, "desk", rights.Clerk),
			rights.Grant(ctx, tx, us, who.Person, registrar.Subject, "desk", rights.Registrar),
			rights.Grant(ctx, tx, us, who.Person, registrar.Subject, "other", rights.Registrar),
			rights.Grant(ctx, tx, us, who.Person, coordinator.Subject, "desk", rights.Coordinator),
			addPerson(ctx, tx, w.ann, "Gent"), addPerson(ctx, tx, w.mies, "Melle"),
			membership.Join(ctx, tx, us, w.ann, gent, w.now), membership.Join(ctx, tx, us, w.mies, gent, w.now),
		)
	})
	return w
}

func addPerson(ctx context.Context, tx *db.Tx, id uuid.UUID, city string) error {
	return passholder.Add(ctx, tx, nil, passholder.Passholder{ID: id, CreatedAt: at("2020-01-01T00:00:00Z"), Details: passholder.Details{
		Name: "Peeters", FirstName: "Ann", DateOfBirth: dayOf("1983-03-02"), PostalCode: "9000", City: city, Country: "be",
	}})
}

func (w *world) do(t *testing.T, f func(*db.Tx) error) {
	t.Helper()
	if err := db.InTx(t.Context(), w.DB, f); err != nil {
		t.Fatal(err)
	}
}

func (w *world) act(id uuid.UUID) membership.Act {
	return membership.Act{PassholderID: id, CardSystemID: gent, IdempotencyKey: uuid.NewString()}
}

func (w *world) standing(t *testing.T, id uuid.UUID) *membership.Standing {
	t.Helper()
	all, err := membership.OfPassholder(t.Context(), w.DB, id, w.now)
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	return all[0].SocialTariff
}

func TestTheLifeOfASocialTariff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	granted, err := w.Grant(t.Context(), registrar, w.act(w.ann), period.Day{}, "RVV", "")
	if s := w.standing(t, w.ann); err != nil || s == nil || s.Status != membership.TariffActive || s.Until != dayOf("2027-04-30") {
		t.Fatalf("granted: %+v, %v", s, err)
	}
	if _, err := w.Suspend(t.Context(), registrar, w.act(w.ann), dayOf("2026-12-24"), "misbruik"); err != nil || w.standing(t, w.ann).Status != membership.TariffSuspended {
		t.Errorf("suspended: %v, %v", w.standing(t, w.ann), err)
	}
	if _, err := w.Suspend(t.Context(), registrar, w.act(w.ann), period.Day{}, ""); err != nil || w.standing(t, w.ann).Status != membership.TariffActive {
		t.Errorf("given back: %v, %v", w.standing(t, w.ann), err)
	}
	w.now = at("2027-05-10T10:00:00Z")
	if s := w.standing(t, w.ann); s.Status != membership.TariffGrace {
		t.Errorf("in grace: %v", s)
	}
	if got, err := w.Grant(t.Context(), registrar, w.act(w.ann), period.Day{}, "RVV", "attest gezien"); err != nil || got.Kind != membership.Renewed || got.From != dayOf("2027-05-01") {
		t.Errorf("renewed: %+v, %v", got, err)
	}
	if _, err := w.End(t.Context(), registrar, w.act(w.ann), dayOf("2027-05-31"), "niet langer"); err != nil || w.standing(t, w.ann).Until != dayOf("2027-05-31") {
		t.Errorf("ended early: %v, %v", w.standing(t, w.ann), err)
	}
	history, terms, err := w.History(t.Context(), registrar, w.ann, gent)
	kinds := make([]membership.ChangeKind, len(history))
	for i, c := range history {
		kinds[i] = c.Kind
	}
	if err != nil || len(kinds) != 5 || kinds[0] != membership.Cut || kinds[4] != membership.Granted || history[4].ID != granted.ID || history[1].Note != "attest gezien" {
		t.Errorf("history %v, %v", kinds, err)
	}
	if history[0].UndoRefusal != nil || !errors.Is(history[1].UndoRefusal, membership.ErrUndoGone) || history[0].OrganizerName != "Balie" {
		t.Errorf("the newest %+v, the one before %+v", history[0], history[1])
	}
	if terms != (membership.Terms{Today: dayOf("2027-05-10"), Default: dayOf("2028-04-30"), Latest: dayOf("2028-12-31")}) {
		t.Errorf("%+v", terms)
	}
	if _, _, err := w.History(t.Context(), clerk, w.ann, gent); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a clerk reads it: %v", err)
	}
}

func TestAChangeIsUndoneTheSameDayByTheSameCounter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, err := w.Grant(t.Context(), registrar, w.act(w.ann), dayOf("2027-01-31"), "RVV", "")
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.Grant(t.Context(), registrar, w.act(w.ann), dayOf("2027-04-30"), "OCMW", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Undo(t.Context(), registrar, w.act(w.mies), second.ID); !errors.Is(err, rights.ErrDenied) && !errors.Is(err, membership.ErrUndoGone) {
		t.Errorf("as if it were somebody else's: %v", err)
	}
	undo := func(by who.Actor, id uuid.UUID) error {
		_, err := w.Undo(t.Context(), by, w.act(w.ann), id)
		return err
	}
	if err := undo(registrar, first.ID); !errors.Is(err, membership.ErrUndoGone) {
		t.Errorf("not the newest: %v", err)
	}
	if err := undo(neighbour, second.ID); !errors.Is(err, membership.ErrUndoForeign) {
		t.Errorf("another counter: %v", err)
	}
	w.now = w.now.Add(24 * time.Hour)
	if err := undo(registrar, second.ID); !errors.Is(err, membership.ErrUndoLate) {
		t.Errorf("the next day: %v", err)
	}
	w.now = w.now.Add(-24 * time.Hour)
	if err := undo(registrar, second.ID); err != nil || w.standing(t, w.ann).Until != dayOf("2027-01-31") {
		t.Errorf("undone: %v, %v", w.standing(t, w.ann), err)
	}
	if err := undo(registrar, second.ID); !errors.Is(err, membership.ErrUndoGone) {
		t.Errorf("undone twice: %v", err)
	}
	third, err := w.Grant(t.Context(), registrar, w.act(w.mies), period.Day{}, "", "")
	if !errors.Is(err, rights.ErrDenied) {
		t.Errorf("somebody of another town: %+v, %v", third, err)
	}
	if third, err = w.Grant(t.Context(), coordinator, w.act(w.mies), period.Day{}, "", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Undo(t.Context(), coordinator, w.act(w.mies), third.ID); err != nil || w.standing(t, w.mies) != nil {
		t.Errorf("a grant that was a mistake: %v, %v", w.standing(t, w.mies), err)
	}
}

func TestWhoMayGrantAndWhatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	elsewhere := w.act(w.ann)
	elsewhere.CardSystemID = 2
	_, byClerk := w.Grant(t.Context(), clerk, w.act(w.ann), period.Day{}, "", "")
	_, other := w.Grant(t.Context(), coordinator, elsewhere, period.Day{}, "", "")
	_, nobody := w.Grant(t.Context(), registrar, w.act(db.NewID()), period.Day{}, "", "")
	_, none := w.End(t.Context(), registrar, w.act(w.ann), dayOf("2026-12-01"), "")
	_, past := w.Suspend(t.Context(), registrar, w.act(w.ann), dayOf("2026-11-22"), "")
	w.do(t, func(tx *db.Tx) error {
		return membership.Become(t.Context(), tx, who.Program("test"), w.ann, gent, membership.Blocked, membership.Misuse, w.now)
	})
	_, blocked := w.Grant(t.Context(), registrar, w.act(w.ann), period.Day{}, "", "")
	for name, tt := range map[string]struct{ got, want error }{
		"a clerk":                    {byClerk, rights.ErrDenied},
		"in another card system":     {other, rights.ErrDenied},
		"to nobody":                  {nobody, passholder.ErrUnknown},
		"ending what is not there":   {none, membership.ErrTariffNone},
		"suspending nothing":         {past, membership.ErrTariffNone},
		"to somebody who is blocked": {blocked, membership.ErrBlocked},
	} {
		if !errors.Is(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", name, tt.got, tt.want)
		}
	}
}

func TestOneKeyGrantsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	act := w.act(w.ann)
	var all sync.WaitGroup
	errs, ids := make([]error, 8), make([]uuid.UUID, 8)
	for i := range errs {
		all.Go(func() {
			c, err := w.Grant(t.Context(), registrar, act, period.Day{}, "RVV", "")
			errs[i], ids[i] = err, c.ID
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if id != ids[0] {
			t.Fatal("granted more than once")
		}
	}
	if _, err := w.Grant(t.Context(), registrar, act, dayOf("2027-01-01"), "RVV", ""); !errors.Is(err, idempotency.ErrReused) {
		t.Errorf("the same key for another day: %v", err)
	}
}

func TestTheReminderListHasThoseWhoseLastRightEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for id, until := range map[uuid.UUID]string{w.ann: "2026-12-31", w.mies: "2027-04-30"} {
		if _, err := w.Grant(t.Context(), coordinator, w.act(id), dayOf(until), "RVV", ""); err != nil {
			t.Fatal(err)
		}
	}
	winter := period.Range{From: dayOf("2026-11-22"), Until: dayOf("2027-02-01")}
	list, total, err := w.Expiring(t.Context(), registrar, gent, winter, 0, 20)
	if err != nil || total != 1 || len(list) != 1 || list[0].PassholderID != w.ann || list[0].Until != dayOf("2026-12-31") {
		t.Errorf("%+v, %d, %v", list, total, err)
	}
	if _, _, err := w.Expiring(t.Context(), clerk, gent, winter, 0, 20); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a clerk: %v", err)
	}
	if _, err := w.Grant(t.Context(), coordinator, w.act(w.ann), dayOf("2027-04-30"), "RVV", ""); err != nil {
		t.Fatal(err)
	}
	if _, total, err := w.Expiring(t.Context(), registrar, gent, winter, 0, 20); err != nil || total != 0 {
		t.Errorf("after the renewal: %d, %v", total, err)
	}
}

func TestAMembershipEndsAndBeginsAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, us := t.Context(), who.Program("test")
	become := func(to membership.Status, why membership.Reason) error {
		return db.InTx(ctx, w.DB, func(tx *db.Tx) error { return membership.Become(ctx, tx, us, w.ann, gent, to, why, w.now) })
	}
	join := func() error {
		return db.InTx(ctx, w.DB, func(tx *db.Tx) error { return membership.Join(ctx, tx, us, w.ann, gent, w.now) })
	}
	if err := join(); !errors.Is(err, membership.ErrAlready) {
		t.Errorf("joining twice: %v", err)
	}
	if err := errors.Join(become(membership.Ended, membership.Moved), join(), become(membership.Blocked, membership.Misuse)); err != nil {
		t.Fatal(err)
	}
	if err := join(); !errors.Is(err, membership.ErrBlocked) {
		t.Errorf("joining while blocked: %v", err)
	}
	w.do(t, func(tx *db.Tx) error { return membership.Leave(ctx, tx, us, w.ann, gent) })
	if all, err := membership.OfPassholder(ctx, w.DB, w.ann, w.now); err != nil || len(all) != 0 {
		t.Errorf("after leaving: %+v, %v", all, err)
	}
}

// The last day is today at the earliest, and before the one it had.
func TestWhenASocialTariffMayEndEarly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.Grant(t.Context(), registrar, w.act(w.ann), dayOf("2027-04-30"), "RVV", ""); err != nil {
		t.Fatal(err)
	}
	for last, want := range map[string]error{
		"2026-11-21": membership.ErrEndPast, "2027-04-30": membership.ErrEndLate, "2027-05-01": membership.ErrEndLate,
	} {
		if _, err := w.End(t.Context(), registrar, w.act(w.ann), dayOf(last), ""); !errors.Is(err, want) {
			t.Errorf("until %s: %v, want %v", last, err, want)
		}
	}
	for _, last := range []string{"2027-04-29", "2026-11-22"} {
		if _, err := w.End(t.Context(), registrar, w.act(w.ann), dayOf(last), ""); err != nil || w.standing(t, w.ann).Until != dayOf(last) {
			t.Errorf("until %s: %+v, %v", last, w.standing(t, w.ann), err)
		}
	}
	for day, want := range map[string]error{"2026-11-22": membership.ErrSuspendPast, "2026-11-23": nil} {
		if _, err := w.Suspend(t.Context(), registrar, w.act(w.ann), dayOf(day), ""); !errors.Is(err, want) {
			t.Errorf("suspended until %s: %v", day, err)
		}
	}
	// In grace there is nothing left to end.
	w.now = at("2026-11-23T10:00:00Z")
	if _, err := w.End(t.Context(), registrar, w.act(w.ann), dayOf("2026-11-23"), ""); !errors.Is(err, membership.ErrTariffNone) {
		t.Errorf("after its end: %v", err)
	}
}

// One that begins after the old one shrinks to its first day, and comes back whole.
func TestARightThatHasNotBegunIsEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, until := range []string{"2026-11-30", "2027-04-30"} {
		w.do(t, func(tx *db.Tx) error {
			from := dayOf(until).Add(-7)
			return membership.GrantSocialTariff(t.Context(), tx, w.ann, gent, membership.SocialTariff{ID: db.NewID(), From: from, Until: dayOf(until)})
		})
	}
	ended, err := w.End(t.Context(), registrar, w.act(w.ann), dayOf("2026-11-22"), "niet langer")
	if err != nil || ended.From != dayOf("2027-04-23") || ended.Until != dayOf("2027-04-23") {
		t.Fatalf("%+v, %v", ended, err)
	}
	undone, err := w.Undo(t.Context(), registrar, w.act(w.ann), ended.ID)
	if err != nil || undone.Until != dayOf("2027-04-30") {
		t.Errorf("undone: %+v, %v", undone, err)
	}
	if _, err := w.Undo(t.Context(), registrar, w.act(w.ann), undone.ID); !errors.Is(err, membership.ErrUndoGone) {
		t.Errorf("an undo undone: %v", err)
	}
}

// An act names whose social tariff it is about, and in which card system.
func TestAChangeIsUndoneWhereItWasMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(t, func(tx *db.Tx) error {
		ctx, us := t.Context(), who.Program("test")
		return errors.Join(
			organizer.Add(ctx, tx, organizer.Organizer{ID: "both", Name: "Beide", City: "Gent", AccountID: db.NewID(), CardSystemIDs: []int{gent, 2}}),
			rights.Grant(ctx, tx, us, who.Person, coordinator.Subject, "both", rights.Coordinator),
			membership.Join(ctx, tx, us, w.ann, 2, w.now))
	})
	by := coordinator
	by.Counter = "both"
	granted, err := w.Grant(t.Context(), by, w.act(w.ann), period.Day{}, "RVV", "")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := w.act(w.ann)
	elsewhere.CardSystemID = 2
	for what, act := range map[string]membership.Act{"of another card system": elsewhere, "of somebody else": w.act(w.mies)} {
		if _, err := w.Undo(t.Context(), by, act, granted.ID); !errors.Is(err, membership.ErrUndoGone) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := w.Undo(t.Context(), by, w.act(w.ann), granted.ID); err != nil {
		t.Error(err)
	}
}

// What is done to one membership is done to no other: not to somebody else's,
// nor to the same person's elsewhere.
func TestWhatIsDoneToOneMembershipLeavesTheOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	year := func() membership.SocialTariff {
		return membership.SocialTariff{ID: db.NewID(), From: dayOf("2026-05-01"), Until: dayOf("2027-04-30")}
	}
	w.do(t, func(tx *db.Tx) error {
		ctx, us := t.Context(), who.Program("test")
		return errors.Join(membership.Join(ctx, tx, us, w.ann, 2, w.now),
			membership.GrantSocialTariff(ctx, tx, w.ann, 2, year()), membership.GrantSocialTariff(ctx, tx, w.mies, gent, year()))
	})
	for _, id := range []uuid.UUID{w.ann, w.mies} {
		if _, err := w.Grant(t.Context(), coordinator, w.act(id), dayOf("2027-06-30"), "RVV", "attest gezien"); err != nil {
			t.Fatal(err)
		}
	}
	// Somebody who renewed elsewhere is on the list here all the same.
	days := period.Range{From: dayOf("2027-06-30"), Until: dayOf("2027-07-01")}
	w.do(t, func(tx *db.Tx) error {
		return membership.GrantSocialTariff(t.Context(), tx, w.ann, 2, membership.SocialTariff{ID: db.NewID(), From: dayOf("2027-08-01"), Until: dayOf("2027-12-31")})
	})
	if _, total, err := w.Expiring(t.Context(), coordinator, gent, days, 0, 20); err != nil || total != 2 {
		t.Errorf("%d people whose right ends, %v", total, err)
	}
	w.do(t, func(tx *db.Tx) error {
		return errors.Join(membership.Forget(t.Context(), tx, w.ann), membership.Leave(t.Context(), tx, who.Program("test"), w.ann, gent))
	})
	count := func(query string, args ...any) (n int) {
		t.Helper()
		if err := w.DB.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for what, tt := range map[string]struct{ got, want int }{
		"rights of Ann":       {count(`SELECT count(*) FROM social_tariff WHERE passholder_id = $1`, w.ann), 2},
		"memberships of Ann":  {count(`SELECT count(*) FROM membership WHERE passholder_id = $1`, w.ann), 1},
		"notes about Ann":     {count(`SELECT count(*) FROM social_tariff_event WHERE passholder_id = $1 AND note <> ''`, w.ann), 0},
		"rights of Mies":      {count(`SELECT count(*) FROM social_tariff WHERE passholder_id = $1`, w.mies), 1},
		"memberships of Mies": {count(`SELECT count(*) FROM membership WHERE passholder_id = $1`, w.mies), 1},
		"notes about Mies":    {count(`SELECT count(*) FROM social_tariff_event WHERE passholder_id = $1 AND note <> ''`, w.mies), 1},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %d, want %d", what, tt.got, tt.want)
		}
	}
}

// Every change leaves a line in the audit log, and so does who looks.
func TestWhatTheAuditLogSaysOfMemberships(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lines := func() (n int) {
		t.Helper()
		if err := w.DB.QueryRow(t.Context(), `SELECT count(*) FROM audit WHERE action LIKE 'membership.%'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	us := who.Program("test")
	var granted membership.Change
	in := func(do func(tx *db.Tx) error) error { return db.InTx(t.Context(), w.DB, do) }
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"joins", func() error {
			return in(func(tx *db.Tx) error { return membership.Join(t.Context(), tx, us, w.ann, 2, w.now) })
		}},
		{"is granted", func() (err error) {
			granted, err = w.Grant(t.Context(), registrar, w.act(w.ann), period.Day{}, "RVV", "")
			return err
		}},
		{"takes it back", func() error { _, err := w.Undo(t.Context(), registrar, w.act(w.ann), granted.ID); return err }},
		{"is looked at", func() error { _, _, err := w.History(t.Context(), registrar, w.ann, gent); return err }},
		{"is listed", func() error { _, _, err := w.Expiring(t.Context(), registrar, gent, period.Range{}, 0, 20); return err }},
		{"is blocked", func() error {
			return in(func(tx *db.Tx) error {
				return membership.Become(t.Context(), tx, us, w.ann, 2, membership.Blocked, membership.Misuse, w.now)
			})
		}},
		{"leaves", func() error {
			return in(func(tx *db.Tx) error { return membership.Leave(t.Context(), tx, us, w.ann, 2) })
		}},
	} {
		before := lines()
		if err := step.do(); err != nil || lines() != before+1 {
			t.Errorf("who %s leaves %d lines, %v", step.what, lines()-before, err)
		}
	}
}

func TestNobodyLeavesWhatTheyAreNotIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := db.InTx(t.Context(), w.DB, func(tx *db.Tx) error {
		return membership.Leave(t.Context(), tx, who.Program("test"), w.ann, 2)
	})
	if !errors.Is(err, membership.ErrNone) {
		t.Error(err)
	}
}
