package passholder_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

var (
	now       = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	clerk     = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"}
	registrar = who.Actor{Kind: who.Person, ID: "u2", Subject: "registrar@openbalie.example", Counter: "desk"}
)

func insz(t *testing.T, s string) secret.NationalNumber {
	t.Helper()
	n, err := secret.ParseNationalNumber(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func desk(t *testing.T) (*passholder.Service, string) {
	t.Helper()
	keys := t.TempDir() + "/keys"
	ring, err := secret.OpenRing(keys)
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.New(t)
	err = db.InTx(t.Context(), d, func(tx *db.Tx) error {
		return errors.Join(
			organizer.Add(t.Context(), tx, organizer.Organizer{ID: "desk", Name: "Balie", AccountID: db.NewID()}),
			rights.Grant(t.Context(), tx, who.Program("test"), who.Person, clerk.Subject, "desk", rights.Clerk),
			rights.Grant(t.Context(), tx, who.Program("test"), who.Person, registrar.Subject, "desk", rights.Registrar),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	return &passholder.Service{DB: d, Now: func() time.Time { return now }, Ring: ring}, keys
}

func person(n secret.NationalNumber) passholder.Passholder {
	return passholder.Passholder{
		ID: db.NewID(), RegistrationOrganizerID: "desk", CreatedAt: now, UpdatedAt: now, Version: 1,
		Details: passholder.Details{
			Name: "Peeters", FirstName: "Ann", DateOfBirth: period.NewDay(1983, 3, 2), PlaceOfBirth: "Gent", Gender: passholder.Female,
			Nationality: "be", Street: "Markt 1 bus 2", PostalCode: "9000", City: "Gent", Country: "be", Email: "ann@openbalie.example",
			PhoneNumber: "+32470000000", Language: passholder.Dutch, Remarks: "Belt liever.", INSZ: n,
		},
		OptIn: map[string]bool{"serviceMails": true},
	}
}

func add(ctx context.Context, s *passholder.Service, p passholder.Passholder) error {
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error { return passholder.Add(ctx, tx, s.Ring, p) })
}

func TestAPersonComesBackAsAdded(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	want := person(insz(t, "83030201540"))
	if err := add(t.Context(), s, want); err != nil {
		t.Fatal(err)
	}
	got, err := s.ByID(t.Context(), clerk, want.ID)
	want.INSZKnown = true
	hidden := cmpopts.IgnoreFields(passholder.Details{}, "INSZ")
	if diff := cmp.Diff(want, got, hidden); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got.Age(now) != 43 {
		t.Errorf("age %d", got.Age(now))
	}
	if _, err := s.ByID(t.Context(), clerk, db.NewID()); !errors.Is(err, passholder.ErrUnknown) {
		t.Errorf("somebody unknown: %v", err)
	}
}

func TestOnlyThoseWhoRegisterPeopleSeeNationalNumbers(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	p := person(insz(t, "83030201540"))
	if err := add(t.Context(), s, p); err != nil {
		t.Fatal(err)
	}
	if got, err := s.ByID(t.Context(), clerk, p.ID); err != nil || !got.INSZ.IsZero() || !got.INSZKnown {
		t.Errorf("a clerk sees it: %v, %v", !got.INSZ.IsZero(), err)
	}
	if got, err := s.ByID(t.Context(), registrar, p.ID); err != nil || got.INSZ != p.INSZ {
		t.Errorf("a registrar does not: %v", err)
	}
}

func TestEveryReadIsRecordedAndNoRefusedOne(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	p := person(secret.NationalNumber{})
	if err := add(t.Context(), s, p); err != nil {
		t.Fatal(err)
	}
	stranger := who.Actor{Kind: who.Person, ID: "u3", Subject: "nobody@openbalie.example", Counter: "desk"}
	if got, err := s.ByID(t.Context(), stranger, p.ID); !errors.Is(err, rights.ErrDenied) || got.Name != "" && err == nil {
		t.Errorf("a stranger read: %v", err)
	}
	if _, err := s.ByID(t.Context(), clerk, p.ID); err != nil {
		t.Fatal(err)
	}
	var n int
	err := s.DB.QueryRow(t.Context(), `SELECT count(*) FROM audit WHERE action = $1 AND subject_id = $2 AND actor_id = 'u1'
		AND organizer_id = 'desk'`, passholder.ActionRead, p.ID.String()).Scan(&n)
	if err != nil || n != 1 {
		t.Errorf("%d entries, %v", n, err)
	}
	err = s.DB.QueryRow(t.Context(), `SELECT count(*) FROM audit WHERE actor_id = 'u3'`).Scan(&n)
	if err != nil || n != 0 {
		t.Errorf("%d entries of the stranger, %v", n, err)
	}
}

func TestANationalNumberBelongsToOnePerson(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	n := insz(t, "83030201540")
	if err := add(t.Context(), s, person(n)); err != nil {
		t.Fatal(err)
	}
	s.Ring.Rotate()
	if err := add(t.Context(), s, person(n)); !errors.Is(err, passholder.ErrINSZUsed) {
		t.Errorf("a second one, after a rotation: %v", err)
	}
}

func TestAfterARotationPeopleAreFoundBeforeAndAfterResealing(t *testing.T) {
	t.Parallel()
	s, keys := desk(t)
	people := map[string]uuid.UUID{}
	for _, n := range []string{"83030201540", "10010105762", "02020231402"} {
		p := person(insz(t, n))
		people[n] = p.ID
		if err := add(t.Context(), s, p); err != nil {
			t.Fatal(err)
		}
	}
	find := func(when string) {
		for n, id := range people {
			if got, err := passholder.IDByINSZ(t.Context(), s.DB, s.Ring, insz(t, n)); err != nil || got != id {
				t.Errorf("%s: found %s, %v", when, got, err)
			}
			if p, err := s.ByID(t.Context(), registrar, id); err != nil || p.INSZ != insz(t, n) {
				t.Errorf("%s: opened %v", when, err)
			}
		}
	}
	s.Ring.Rotate()
	find("after the rotation")
	for _, want := range []int{3, 0} {
		if n, err := passholder.Reseal(t.Context(), s.DB, s.Ring); err != nil || n != want {
			t.Fatalf("resealed %d, %v; want %d", n, err, want)
		}
	}
	s.Ring.Retire()
	find("after the old keys are gone")
	if err := passholder.CheckRing(t.Context(), s.DB, s.Ring); err != nil {
		t.Error(err)
	}
	old, err := secret.OpenRing(keys)
	if err != nil {
		t.Fatal(err)
	}
	if err := passholder.CheckRing(t.Context(), s.DB, old); !errors.Is(err, passholder.ErrForeignRing) {
		t.Errorf("the keys of before the rotation: %v", err)
	}
}
