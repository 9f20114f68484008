package association_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

const gent, elsewhere = 1, 2

var (
	clerk       = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"}
	registrar   = who.Actor{Kind: who.Person, ID: "u2", Subject: "registrar@openbalie.example", Counter: "desk"}
	coordinator = who.Actor{Kind: who.Person, ID: "u3", Subject: "coordinator@openbalie.example", Counter: "desk"}
)

// A world is a desk that registers for a club and sees another, on a clock that
// the test sets, with Ann of the region and Mies from elsewhere.
type world struct {
	*association.Service
	now               time.Time
	ann, mies         uuid.UUID
	club, seen, other association.Association
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC), ann: db.NewID(), mies: db.NewID()}
	w.Service = &association.Service{DB: dbtest.New(t), Now: func() time.Time { return w.now }}
	w.club = association.Association{ID: db.NewID(), CardSystemID: gent, Name: "Zwemclub", EndDateType: association.ByRegistration, Months: 12, RenewableMonths: 1, CreatedAt: w.now}
	w.seen = association.Association{ID: db.NewID(), CardSystemID: gent, Name: "Academie", EndDateType: association.Custom, SuggestedEnd: dayOf("2026-08-31"), CreatedAt: w.now}
	w.other = association.Association{ID: db.NewID(), CardSystemID: gent, Name: "Personeel", EndDateType: association.Custom, CreatedAt: w.now}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		us := who.Program("test")
		all := []error{
			cardsystem.Add(ctx, tx, cardsystem.System{ID: gent, Name: "Gent", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels"}),
			cardsystem.Add(ctx, tx, cardsystem.System{ID: elsewhere, Name: "Elders", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels"}),
			organizer.Add(ctx, tx, organizer.Organizer{ID: "desk", Name: "Balie", City: "Gent", AccountID: db.NewID(), CardSystemIDs: []int{gent}}),
			organizer.Add(ctx, tx, organizer.Organizer{ID: "far", Name: "Ver", City: "Elders", AccountID: db.NewID(), CardSystemIDs: []int{elsewhere}}),
			rights.Grant(ctx, tx, us, who.Person, clerk.Subject, "desk", rights.Clerk),
			rights.Grant(ctx, tx, us, who.Person, registrar.Subject, "desk", rights.Registrar),
			rights.Grant(ctx, tx, us, who.Person, coordinator.Subject, "desk", rights.Coordinator),
			association.Add(ctx, tx, w.club, association.Share{OrganizerID: "desk", Access: association.Write}),
			association.Add(ctx, tx, w.seen, association.Share{OrganizerID: "desk", Access: association.Read}),
			association.Add(ctx, tx, w.other),
		}
		for _, id := range []uuid.UUID{w.ann, w.mies} {
			all = append(all, passholder.Add(ctx, tx, nil, passholder.Passholder{ID: id, CreatedAt: w.now, Details: passholder.Details{
				Name: "Peeters", FirstName: "Ann", DateOfBirth: dayOf("1983-03-02"), PostalCode: "9000", City: "Gent", Country: "be",
			}}))
		}
		return errors.Join(append(all,
			membership.Join(ctx, tx, us, w.ann, gent, w.now), membership.Join(ctx, tx, us, w.mies, elsewhere, w.now))...)
	})
	return w
}

func (w *world) do(t *testing.T, f func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := db.InTx(t.Context(), w.DB, func(tx *db.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func (w *world) request(person uuid.UUID, a association.Association) association.Request {
	return association.Request{OrganizerID: "desk", PassholderID: person, AssociationID: a.ID, IdempotencyKey: uuid.NewString()}
}

// stands says where somebody stands with each association that the desk sees.
func (w *world) stands(t *testing.T, id uuid.UUID) map[string]association.Standing {
	t.Helper()
	all, err := w.Standings(t.Context(), registrar, "desk", id)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]association.Standing{}
	for _, s := range all {
		out[s.Name] = s
	}
	return out
}

func TestAMembershipBeginsIsRenewedAndStops(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	r := w.request(w.ann, w.club)
	m, err := w.Register(ctx, registrar, r)
	if err != nil || m.EndsOn != dayOf("2027-11-22") || m.Since != dayOf("2026-11-22") {
		t.Fatalf("%+v, %v", m, err)
	}
	if again, err := w.Register(ctx, registrar, r); err != nil || again != m {
		t.Errorf("the same key again: %+v, %v", again, err)
	}
	if _, err := w.Register(ctx, registrar, w.request(w.ann, w.club)); !errors.Is(err, association.ErrTooEarly) {
		t.Errorf("renewed at once: %v", err)
	}
	if s := w.stands(t, w.ann)["Zwemclub"]; s.Status != association.Active || s.Renewable() {
		t.Errorf("%+v", s)
	}

	w.now = w.now.AddDate(0, 11, 5)
	if s := w.stands(t, w.ann)["Zwemclub"]; s.Status != association.Active || !s.Renewable() {
		t.Errorf("in its last month: %+v", s)
	}
	m, err = w.Register(ctx, registrar, w.request(w.ann, w.club))
	if err != nil || m.EndsOn != dayOf("2028-10-27") || m.Since != dayOf("2026-11-22") {
		t.Errorf("renewed: %+v, %v", m, err)
	}

	if err := w.Stop(ctx, registrar, w.request(w.ann, w.club)); err != nil {
		t.Fatal(err)
	}
	if s := w.stands(t, w.ann)["Zwemclub"]; s.Status != association.None || s.Refusal != nil {
		t.Errorf("stopped: %+v", s)
	}
	if err := w.Stop(ctx, registrar, w.request(w.ann, w.club)); !errors.Is(err, association.ErrNoMember) {
		t.Errorf("stopped twice: %v", err)
	}
	if m, err := w.Register(ctx, registrar, w.request(w.ann, w.club)); err != nil || m.Since != dayOf("2027-10-27") {
		t.Errorf("back again: %+v, %v", m, err)
	}
}

func TestANamedLastDayMustBeThereAndBeLater(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	_, err := w.Save(ctx, coordinator, withVersion(w.seen), []association.Share{{OrganizerID: "desk", Access: association.Write}})
	if err != nil {
		t.Fatal(err)
	}
	r := w.request(w.ann, w.seen)
	for day, want := range map[string]error{"": association.ErrEndMissing, "2026-11-21": association.ErrEndEarly} {
		r.EndsOn = dayOf(day)
		if _, err := w.Register(ctx, registrar, r); !errors.Is(err, want) {
			t.Errorf("until %q: %v", day, err)
		}
	}
	r.EndsOn = dayOf("2026-11-22")
	if _, err := w.Register(ctx, registrar, r); err != nil {
		t.Fatal(err)
	}
	r.IdempotencyKey = uuid.NewString()
	if _, err := w.Register(ctx, registrar, r); !errors.Is(err, association.ErrEndEarly) {
		t.Errorf("renewed to the same day: %v", err)
	}
	other := r
	other.EndsOn = dayOf("2027-08-31")
	if m, err := w.Register(ctx, registrar, other); err != nil || m.EndsOn != other.EndsOn {
		t.Errorf("%+v, %v", m, err)
	}
	r.EndsOn = dayOf("2028-01-01")
	if _, err := w.Register(ctx, registrar, r); !errors.Is(err, idempotency.ErrReused) {
		t.Errorf("another request under one key: %v", err)
	}
}

func TestWhoMayRegisterWithWhat(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	nobody := association.Request{OrganizerID: "desk", PassholderID: db.NewID(), AssociationID: w.club.ID}
	far := w.request(w.ann, w.club)
	far.OrganizerID = "far"
	for name, tt := range map[string]struct {
		by   who.Actor
		r    association.Request
		want error
	}{
		"a clerk":                                {clerk, w.request(w.ann, w.club), rights.ErrDenied},
		"a registrar at another desk":            {registrar, far, rights.ErrDenied},
		"an association that is only seen":       {registrar, w.request(w.ann, w.seen), association.ErrReadOnly},
		"an association that is not seen at all": {registrar, w.request(w.ann, w.other), association.ErrUnknown},
		"an association that is not there":       {registrar, w.request(w.ann, association.Association{ID: db.NewID()}), association.ErrUnknown},
		"somebody of another region":             {registrar, w.request(w.mies, w.club), association.ErrOtherSystem},
		"nobody":                                 {registrar, nobody, passholder.ErrUnknown},
	} {
		if _, err := w.Register(ctx, tt.by, tt.r); !errors.Is(err, tt.want) {
			t.Errorf("%s: register: %v", name, err)
		}
		if err := w.Stop(ctx, tt.by, tt.r); !errors.Is(err, tt.want) && !errors.Is(err, association.ErrNoMember) {
			t.Errorf("%s: stop: %v", name, err)
		}
	}
	for want, names := range map[association.Access][]string{association.Read: {"Academie", "Zwemclub"}, association.Write: {"Zwemclub"}} {
		all, err := w.Of(ctx, registrar, "desk", want)
		got := make([]string, len(all))
		for i, a := range all {
			got[i] = a.Name
		}
		if err != nil || !slices.Equal(got, names) {
			t.Errorf("%s: %v, %v", want, got, err)
		}
	}
	if _, err := w.Of(ctx, clerk, "desk", association.Read); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a clerk lists: %v", err)
	}
	if _, err := w.Standings(ctx, clerk, "desk", w.ann); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a clerk looks: %v", err)
	}
	if _, err := w.Standings(ctx, registrar, "desk", db.NewID()); !errors.Is(err, passholder.ErrUnknown) {
		t.Errorf("nobody's: %v", err)
	}
}

// Two of eight who renew at once would both be right without the lock: the
// second one is too early.
func TestOneOfManyWhoRegisterAtOnceDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	done := make([]error, 8)
	for i := range done {
		all.Go(func() { _, done[i] = w.Register(t.Context(), registrar, w.request(w.ann, w.club)) })
	}
	all.Wait()
	ok := 0
	for _, err := range done {
		if err == nil {
			ok++
		} else if !errors.Is(err, association.ErrTooEarly) {
			t.Error(err)
		}
	}
	if ok != 1 {
		t.Errorf("%d of 8 registered", ok)
	}
}

func TestACardSystemKeepsItsAssociations(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	desk := []association.Share{{OrganizerID: "desk", Access: association.Write}}
	fresh := association.Association{CardSystemID: gent, Name: "  Turnkring ", EndDateType: association.ByBirth, Months: 216}
	saved, err := w.Save(ctx, coordinator, fresh, desk)
	if err != nil || saved.Name != "Turnkring" || saved.Version != 1 {
		t.Fatalf("%+v, %v", saved, err)
	}
	saved.Months, saved.CardSystemID = 144, elsewhere
	changed, err := w.Save(ctx, coordinator, saved.Association, nil)
	if err != nil || changed.Version != 2 || changed.CardSystemID != gent {
		t.Errorf("%+v, %v", changed, err)
	}
	if _, err := w.Save(ctx, coordinator, saved.Association, desk); !errors.Is(err, association.ErrChanged) {
		t.Errorf("saved over another's: %v", err)
	}
	if _, err := w.Register(ctx, registrar, w.request(w.ann, w.club)); err != nil {
		t.Fatal(err)
	}
	all, err := w.Managed(ctx, coordinator)
	if err != nil || len(all) != 4 {
		t.Fatalf("%+v, %v", all, err)
	}
	i := slices.IndexFunc(all, func(m association.Managed) bool { return m.Name == "Zwemclub" })
	if diff := cmp.Diff(desk, all[i].Shares); diff != "" || all[i].Members != 1 {
		t.Errorf("%d members (-want +got)\n%s", all[i].Members, diff)
	}

	for _, tt := range []struct {
		field string
		bad   association.Association
	}{
		{"name", association.Association{Name: " ", EndDateType: association.Custom}},
		{"name", association.Association{Name: strings.Repeat("é", 201), EndDateType: association.Custom}},
		{"endDateType", association.Association{Name: "x", EndDateType: "NEVER"}},
		{"months", association.Association{Name: "x", EndDateType: association.ByBirth}},
		{"months", association.Association{Name: "x", EndDateType: association.ByBirth, Months: 120*12 + 1}},
		{"months", association.Association{Name: "x", EndDateType: association.Custom, Months: 3}},
		{"suggestedEnd", association.Association{Name: "x", EndDateType: association.ByBirth, Months: 3, SuggestedEnd: dayOf("2027-01-01")}},
		{"renewableMonths", association.Association{Name: "x", EndDateType: association.Custom, RenewableMonths: 25}},
		{"renewableMonths", association.Association{Name: "x", EndDateType: association.Custom, RenewableMonths: -1}},
	} {
		tt.bad.CardSystemID = gent
		if _, err := w.Save(ctx, coordinator, tt.bad, desk); !errors.Is(err, association.ErrInvalid) || fieldOf(err) != tt.field {
			t.Errorf("%s: %v", tt.field, err)
		}
	}
	longest := association.Association{CardSystemID: gent, Name: strings.Repeat("é", 200), EndDateType: association.ByBirth, Months: 120 * 12, RenewableMonths: 24}
	if _, err := w.Save(ctx, coordinator, longest, desk); err != nil {
		t.Errorf("the longest of everything: %v", err)
	}
	for name, shares := range map[string][]association.Share{
		"of another region": {{OrganizerID: "far", Access: association.Read}},
		"unknown":           {{OrganizerID: "nothing", Access: association.Read}},
		"twice":             {desk[0], {OrganizerID: "desk", Access: association.Read}},
		"of no kind":        {{OrganizerID: "desk", Access: "LOOK"}},
	} {
		if _, err := w.Save(ctx, coordinator, fresh, shares); !errors.Is(err, association.ErrInvalid) || fieldOf(err) != "organizers" {
			t.Errorf("an organizer %s: %v", name, err)
		}
	}
	foreign := fresh
	foreign.CardSystemID = elsewhere
	if _, err := w.Save(ctx, coordinator, foreign, nil); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("of another region: %v", err)
	}
	if _, err := w.Save(ctx, registrar, fresh, desk); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a registrar saves: %v", err)
	}
	if _, err := w.Managed(ctx, registrar); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a registrar lists: %v", err)
	}
	if _, err := w.Save(ctx, coordinator, association.Association{ID: db.NewID()}, nil); !errors.Is(err, association.ErrUnknown) {
		t.Errorf("nothing: %v", err)
	}
}

func TestTwoRecordsThatAreOneKeepTheBestMembershipAndCanComeApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := func(a association.Association, id uuid.UUID, since, until string) association.Membership {
		return association.Membership{AssociationID: a.ID, PassholderID: id, Since: dayOf(since), EndsOn: dayOf(until)}
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			association.Join(ctx, tx, at(w.club, w.mies, "2024-01-01", "2027-06-30")),
			association.Join(ctx, tx, at(w.seen, w.mies, "2025-01-01", "2026-12-31")),
			association.Join(ctx, tx, at(w.club, w.ann, "2023-01-01", "2026-12-31")),
		)
	})
	before := w.all(t)
	var handed association.Handed
	w.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
		handed, err = association.Hand(ctx, tx, w.mies, w.ann)
		return err
	})
	want := []string{
		w.line(w.club, w.ann, "2023-01-01", "2027-06-30"), // the longest, since the first
		w.line(w.seen, w.ann, "2025-01-01", "2026-12-31"),
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, w.all(t)); diff != "" {
		t.Errorf("made one (-want +got)\n%s", diff)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return association.HandBack(ctx, tx, w.mies, w.ann, handed)
	})
	if diff := cmp.Diff(before, w.all(t)); diff != "" {
		t.Errorf("apart again (-want +got)\n%s", diff)
	}

	w.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
		if handed, err = association.Hand(ctx, tx, w.mies, w.ann); err != nil {
			return err
		}
		if err := association.Join(ctx, tx, at(w.club, w.ann, "2023-01-01", "2029-06-30")); err != nil {
			return err
		}
		return association.HandBack(ctx, tx, w.mies, w.ann, handed)
	})
	if got := w.all(t); !slices.Contains(got, w.line(w.club, w.ann, "2023-01-01", "2029-06-30")) || len(got) != 3 {
		t.Errorf("what was renewed meanwhile is gone: %v", got)
	}
}

func (w *world) line(a association.Association, id uuid.UUID, since, until string) string {
	return a.ID.String() + " " + id.String() + " " + since + " " + until
}

func (w *world) all(t *testing.T) []string {
	t.Helper()
	var out []string
	err := w.DB.QueryRow(t.Context(), `
		SELECT array_agg(concat_ws(' ', association_id, passholder_id, since, ends_on, stopped_at) ORDER BY 1)
		FROM (SELECT * FROM association_membership ORDER BY 1, 2) m`).Scan(&out)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func withVersion(a association.Association) association.Association {
	a.Version = 1
	return a
}
