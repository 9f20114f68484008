package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

const gent = 1

var (
	admin = who.Actor{Kind: who.Person, ID: "u4", Subject: "admin@openbalie.example", Counter: "desk"}
	clerk = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"}
	other = who.Actor{Kind: who.Person, ID: "u4", Subject: "admin@openbalie.example", Counter: "other"}
	now   = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
)

// A world is a counter in Gent, and one elsewhere, with some people in each.
type world struct {
	*bulk.Service
	gent  []uuid.UUID // members of Gent
	other uuid.UUID   // a member of the other card system
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ring, err := secret.OpenRing(filepath.Join(t.TempDir(), "keyring"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Service: &bulk.Service{DB: dbtest.New(t), Now: func() time.Time { return now }, Ring: ring}}
	ctx, us := t.Context(), who.Program("test")
	w.do(t, func(tx *db.Tx) error {
		desk, elsewhere := db.NewID(), db.NewID()
		err := errors.Join(
			cardsystem.Add(ctx, tx, cardsystem.System{
				ID: gent, Name: "Gent", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels", SocialTariffGraceDays: 30,
				Cities: []cardsystem.City{{PostalCode: "9000", Name: "Gent"}, {PostalCode: "9090", Name: "Melle"}},
			}),
			cardsystem.Add(ctx, tx, cardsystem.System{ID: 2, Name: "Elders", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels"}),
			points.OpenOrganizer(ctx, tx, desk), points.OpenOrganizer(ctx, tx, elsewhere),
			organizer.Add(ctx, tx, organizer.Organizer{ID: "desk", Name: "Balie", City: "Gent", AccountID: desk, CardSystemIDs: []int{gent}}),
			organizer.Add(ctx, tx, organizer.Organizer{ID: "other", Name: "Balie 2", City: "Melle", AccountID: elsewhere, CardSystemIDs: []int{2}}),
			rights.Grant(ctx, tx, us, who.Person, admin.Subject, "desk", rights.Admin),
			rights.Grant(ctx, tx, us, who.Person, admin.Subject, "other", rights.Admin),
			rights.Grant(ctx, tx, us, who.Person, clerk.Subject, "desk", rights.Clerk),
		)
		for n := range 5 {
			id := db.NewID()
			w.gent = append(w.gent, id)
			err = errors.Join(err, w.addPerson(ctx, tx, id, n, gent))
		}
		w.other = db.NewID()
		return errors.Join(err, w.addPerson(ctx, tx, w.other, 9, 2))
	})
	return w
}

func (w *world) addPerson(ctx context.Context, tx *db.Tx, id uuid.UUID, n, system int) error {
	return errors.Join(
		passholder.Add(ctx, tx, w.Ring, passholder.Passholder{ID: id, CreatedAt: now.AddDate(-1, 0, 0), Details: passholder.Details{
			Name: fmt.Sprintf("Peeters %c", 'A'+n), FirstName: "Ann", DateOfBirth: period.NewDay(1983, 3, 2), PostalCode: "9000", City: "Gent", Country: "be",
		}}),
		points.OpenHolder(ctx, tx, id),
		membership.Join(ctx, tx, who.Program("test"), id, system, now.AddDate(-1, 0, 0)),
		card.Add(ctx, tx, card.Card{
			ID: db.NewID(), CardSystemID: system, Number: number(900 + n), Type: card.NFCCard, Status: card.Active, PassholderID: id, StatusAt: now.AddDate(-1, 0, 0),
		}),
	)
}

func (w *world) do(t *testing.T, f func(*db.Tx) error) {
	t.Helper()
	if err := db.InTx(t.Context(), w.DB, f); err != nil {
		t.Fatal(err)
	}
}

// number is the n-th pass number of the tests.
func number(n int) card.Number {
	out, err := card.NewNumber(fmt.Sprintf("0%010d", n), false)
	if err != nil {
		panic(err)
	}
	return out
}

// run takes an order, does it, and returns what became of its rows.
func (w *world) run(t *testing.T, by who.Actor, o bulk.Order) (bulk.Bulk, []bulk.Row) {
	t.Helper()
	b, err := w.Start(t.Context(), by, uuid.NewString(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Work(t.Context(), b.ID); err != nil {
		t.Fatal(err)
	}
	return w.look(t, by, b.ID)
}

func (w *world) look(t *testing.T, by who.Actor, id uuid.UUID) (bulk.Bulk, []bulk.Row) {
	t.Helper()
	b, err := w.ByID(t.Context(), by, id)
	if err != nil {
		t.Fatal(err)
	}
	rows, total, err := w.Rows(t.Context(), by, id, "", 0, 1000)
	if err != nil || total != b.Total {
		t.Fatalf("%d rows of %d, %v", total, b.Total, err)
	}
	if faults, err := points.Verify(t.Context(), w.DB); err != nil || len(faults) > 0 {
		t.Errorf("the ledger: %v, %v", faults, err)
	}
	return b, rows
}

// said is the outcomes as one word each.
func said(rows []bulk.Row) string {
	words := make([]string, len(rows))
	for i, r := range rows {
		words[i] = fmt.Sprintf("%d:%s", r.Number, r.State)
		if r.Code != "" {
			words[i] += ":" + r.Code
		}
	}
	return strings.Join(words, " ")
}

func (w *world) count(t *testing.T, query string, args ...any) int {
	t.Helper()
	var n int
	if err := w.DB.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func rowsIDs(rows []bulk.Row) []uuid.UUID {
	out := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		out[i] = r.SubjectID
	}
	return out
}

func parsed(t *testing.T, s string) secret.NationalNumber {
	t.Helper()
	n, err := secret.ParseNationalNumber(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
