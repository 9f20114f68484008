package rights_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

var (
	boss = who.Actor{Kind: who.Person, ID: "u1", Subject: "boss@openbalie.example", Counter: "desk"}
	ann  = who.Actor{Kind: who.Person, ID: "u2", Subject: "ann@openbalie.example", Counter: "desk"}
)

// staffed returns a database where boss coordinates «desk» but not «pool».
func staffed(t *testing.T) *db.DB {
	t.Helper()
	d := dbtest.New(t)
	for _, id := range []string{"desk", "pool"} {
		if _, err := d.Exec(t.Context(), `INSERT INTO organizer (id, name, account_id) VALUES ($1, $1, $2)`, id, db.NewID()); err != nil {
			t.Fatal(err)
		}
	}
	if err := grant(t.Context(), d, who.Program("test"), boss.Subject, "desk", rights.Coordinator); err != nil {
		t.Fatal(err)
	}
	return d
}

func grant(ctx context.Context, d *db.DB, by who.Actor, subject, organizerID string, role rights.Role) error {
	return db.InTx(ctx, d, func(tx *db.Tx) error {
		return rights.Grant(ctx, tx, by, who.Person, subject, organizerID, role)
	})
}

func TestARightHereIsOneAtTheCounterThatIsActedFor(t *testing.T) {
	t.Parallel()
	d := staffed(t)
	if err := grant(t.Context(), d, who.Program("test"), boss.Subject, "pool", rights.Clerk); err != nil {
		t.Fatal(err)
	}
	at := func(counter string) who.Actor {
		by := boss
		by.Counter = counter
		return by
	}
	for name, tt := range map[string]struct {
		by   who.Actor
		need []rights.Permission
		ok   bool
	}{
		"a coordinator's right as a coordinator": {at("desk"), []rights.Permission{rights.CardSystemsWrite}, true},
		"the same where one is only a clerk":     {at("pool"), []rights.Permission{rights.CardSystemsWrite}, false},
		"a clerk's right as a clerk":             {at("pool"), []rights.Permission{rights.CheckinsWrite}, true},
		"one of two as a clerk":                  {at("pool"), []rights.Permission{rights.CardSystemsWrite, rights.CheckinsWrite}, true},
		"at a counter where one is nothing":      {at("bar"), []rights.Permission{rights.CheckinsWrite}, false},
		"who acts for no counter, anywhere":      {at(""), []rights.Permission{rights.CardSystemsWrite}, true},
		"somebody else":                          {ann, []rights.Permission{rights.CheckinsWrite}, false},
		"a program of that name":                 {who.Actor{Kind: who.Client, ID: "x", Subject: boss.Subject}, []rights.Permission{rights.CheckinsWrite}, false},
	} {
		if err := rights.CheckHere(t.Context(), d, tt.by, tt.need...); (err == nil) != tt.ok || err != nil && !errors.Is(err, rights.ErrDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARightIsThereWithTheNextRequestAndGoneAgain(t *testing.T) {
	t.Parallel()
	d := staffed(t)
	if err := rights.Check(t.Context(), d, ann, rights.CheckinsWrite, "desk"); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("before: %v", err)
	}
	// Given by an address in another spelling, before Ann ever signed in, twice.
	for range 2 {
		if err := grant(t.Context(), d, boss, "Ann@OpenBalie.example", "desk", rights.Clerk); err != nil {
			t.Fatal(err)
		}
	}
	if err := rights.Check(t.Context(), d, ann, rights.CheckinsWrite, "desk"); err != nil {
		t.Errorf("after: %v", err)
	}
	if err := rights.Check(t.Context(), d, ann, rights.PassholdersWrite, "desk"); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a right of another role: %v", err)
	}
	if err := rights.Check(t.Context(), d, ann, rights.CheckinsWrite, "pool"); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("at another counter: %v", err)
	}
	program := who.Actor{Kind: who.Client, ID: "x", Subject: ann.Subject}
	if err := rights.Check(t.Context(), d, program, rights.CheckinsWrite, "desk"); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a program of that name: %v", err)
	}
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		return rights.Revoke(t.Context(), tx, boss, who.Person, ann.Subject, "desk", rights.Clerk)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := rights.Check(t.Context(), d, ann, rights.CheckinsWrite, "desk"); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("after it was taken back: %v", err)
	}
}

func TestNobodyGrantsAtACounterThatIsNotTheirs(t *testing.T) {
	t.Parallel()
	d := staffed(t)
	if err := grant(t.Context(), d, boss, ann.Subject, "pool", rights.Clerk); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("at the pool: %v", err)
	}
	if err := grant(t.Context(), d, boss, boss.Subject, "desk", rights.Admin); !errors.Is(err, rights.ErrBeyond) {
		t.Errorf("to oneself, beyond: %v", err)
	}
	if held, err := rights.Of(t.Context(), d, ann); err != nil || held != nil {
		t.Errorf("Ann holds %v, %v", held, err)
	}
}

func TestWhatSomebodyHoldsIsListedByOrganizer(t *testing.T) {
	t.Parallel()
	d := staffed(t)
	for _, organizerID := range []string{"desk", "pool"} {
		for _, role := range []rights.Role{rights.Clerk, rights.Registrar} {
			if err := grant(t.Context(), d, who.Program("test"), ann.Subject, organizerID, role); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := rights.Of(t.Context(), d, ann)
	roles := []rights.Role{rights.Clerk, rights.Registrar}
	want := []rights.Held{
		{OrganizerID: "desk", Roles: roles, Permissions: rights.Union(roles)},
		{OrganizerID: "pool", Roles: roles, Permissions: rights.Union(roles)},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if err := rights.CheckHere(t.Context(), d, ann, rights.PassesRead); err != nil {
		t.Error(err)
	}
	if err := rights.CheckHere(t.Context(), d, ann, rights.PermissionsWrite); !errors.Is(err, rights.ErrDenied) {
		t.Error(err)
	}
}

func TestAGrantIsRecordedWithoutTheAddress(t *testing.T) {
	t.Parallel()
	d := staffed(t)
	if err := grant(t.Context(), d, boss, ann.Subject, "desk", rights.Clerk); err != nil {
		t.Fatal(err)
	}
	var detail string
	err := d.QueryRow(t.Context(), `SELECT detail::text FROM audit WHERE action = $1 AND actor_id = 'u1' AND subject_id = 'desk'`,
		rights.ActionGranted).Scan(&detail)
	if err != nil || detail != `{"to": "PERSON", "role": "CLERK"}` {
		t.Errorf("%s, %v", detail, err)
	}
}
