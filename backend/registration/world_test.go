package registration_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/who"
)

const (
	gent      = 1
	zuid      = 2 // another card system of the same counter
	elsewhere = 3
)

var (
	clerk       = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"}
	registrar   = who.Actor{Kind: who.Person, ID: "u2", Subject: "registrar@openbalie.example", Counter: "desk"}
	coordinator = who.Actor{Kind: who.Person, ID: "u3", Subject: "coordinator@openbalie.example", Counter: "desk"}
	neighbour   = who.Actor{Kind: who.Person, ID: "u2", Subject: "registrar@openbalie.example", Counter: "other"}
	newcomers   = uuid.MustParse("00000000-0000-7000-8000-000000000200")
)

// A world is a counter in Gent with cards in stock, prices and vouchers, on a
// clock that the test sets.
type world struct {
	*registration.Service
	vouchers *voucher.Service
	now      time.Time
	serial   int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ring, err := secret.OpenRing(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.New(t)
	w := &world{now: time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.now }
	w.Service = &registration.Service{DB: d, Now: now, Ring: ring, EIDs: &eidcheck.Service{DB: d, Now: now, Ring: ring, Trust: eidcheck.Trusting()}}
	w.vouchers = &voucher.Service{DB: d, Now: now}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		us := who.Program("test")
		var all error
		for id, name := range map[int]string{gent: "Gent", zuid: "Zuid", elsewhere: "Elders"} {
			all = errors.Join(all,
				cardsystem.Add(ctx, tx, cardsystem.System{
					ID: id, Name: name, PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels", SocialTariffGraceDays: 30,
					Cities: []cardsystem.City{{PostalCode: "9000", Name: "Gent"}, {PostalCode: "9090", Name: "Melle"}},
				}),
				voucher.AddType(ctx, tx, voucher.Type{ID: kindOf(id), CardSystemID: id, Name: "Nieuwe inwoners", Prefix: "200", MaxUses: 1}, w.now),
				price.Add(ctx, tx, us.Key(), price.List{
					ID: db.NewID(), CardSystemID: id, Valid: period.Range{From: period.NewDay(2026, 1, 1)}, CreatedAt: w.now, Rows: prices(kindOf(id)),
				}))
			_, err := tx.Exec(ctx, `INSERT INTO card_number_range (id, card_system_id, prefix, first_serial, next_serial, last_serial)
				VALUES ($1, $2, $3, 0, 0, 99999)`, db.NewID(), id, fmt.Sprintf("0998%d", id))
			all = errors.Join(all, err)
		}
		desk := organizer.Organizer{ID: "desk", Name: "Balie", City: "Gent", AccountID: db.NewID(), CardSystemIDs: []int{gent, zuid}}
		other := organizer.Organizer{ID: "other", Name: "Balie 2", City: "Gent", AccountID: db.NewID(), CardSystemIDs: []int{gent}}
		return errors.Join(all, organizer.Add(ctx, tx, desk), organizer.Add(ctx, tx, other),
			points.OpenOrganizer(ctx, tx, desk.AccountID), points.OpenOrganizer(ctx, tx, other.AccountID),
			rights.Grant(ctx, tx, us, who.Person, clerk.Subject, "desk", rights.Clerk),
			rights.Grant(ctx, tx, us, who.Person, registrar.Subject, "desk", rights.Registrar),
			rights.Grant(ctx, tx, us, who.Person, registrar.Subject, "other", rights.Registrar),
			rights.Grant(ctx, tx, us, who.Person, coordinator.Subject, "desk", rights.Coordinator))
	})
	return w
}

func kindOf(systemID int) uuid.UUID {
	id := newcomers
	id[0] = byte(systemID)
	return id
}

// prices: an adult 5, a child 3, a social tariff 1, a lost card 1, a voucher of
// the action nothing.
func prices(kind uuid.UUID) []price.Row {
	return []price.Row{
		{Cents: 500, Label: map[string]string{"nl": "Volwassene"}},
		{Cents: 300, Conditions: price.Conditions{AgeUntil: new(17)}},
		{Cents: 100, Conditions: price.Conditions{SocialTariff: new(true)}},
		{Cents: 100, Conditions: price.Conditions{Reason: new(price.LossTheft)}},
		{Cents: 0, Conditions: price.Conditions{VoucherTypeID: &kind}},
	}
}

func (w *world) do(t testing.TB, f func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := db.InTx(t.Context(), w.DB, func(tx *db.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// stock puts a card into the stock of a counter and returns its number.
func (w *world) stock(t testing.TB, systemID int, counter string, socialTariff bool) string {
	t.Helper()
	w.serial++
	n, err := card.NewNumber(fmt.Sprintf("0930%d%06d", systemID, w.serial), socialTariff)
	if err != nil {
		t.Fatal(err)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return card.Add(ctx, tx, card.Card{
			ID: db.NewID(), CardSystemID: systemID, Number: n, Type: card.NFCCard, Status: card.LocalStock, CounterID: counter, StatusAt: w.now,
		})
	})
	return string(n)
}

func (w *world) voucher(t testing.TB, systemID int) string {
	t.Helper()
	made, err := w.vouchers.Make(t.Context(), coordinator, "", kindOf(systemID), 1)
	if err != nil {
		t.Fatal(err)
	}
	return made.Numbers[0]
}

// adult is a request that nothing is wrong with: the n-th person, without a
// social tariff, with a card from stock.
func (w *world) adult(t testing.TB, n int) registration.Request {
	t.Helper()
	return registration.Request{
		Pass: registration.Pass{CardSystemID: gent, Type: card.NFCCard, Number: w.stock(t, gent, "desk", false)},
		Sale: registration.Sale{Payment: registration.Cash},
		Details: passholder.Details{
			FirstName: "Ann", Name: surname(n), DateOfBirth: period.NewDay(1983, 3, 2), Gender: passholder.Female, INSZ: insz(t, n),
			Nationality: "Belg", PlaceOfBirth: "Gent", Street: "Markt 1", PostalCode: "9000", City: "Gent", Country: "be", Email: "ann@example.org",
		},
		Consents: passholder.Consents{passholder.TermsOnPaper: true, passholder.ServiceMails: true},
		Channel:  registration.AtCounter, AcceptDoubles: true,
	}
}

// surname spells a number in letters.
func surname(n int) string {
	out := []rune("Peeters")
	for ; n > 0; n /= 26 {
		out = append(out, rune('a'+n%26))
	}
	return string(out)
}

// insz is the number of the n-th woman born on 2 March 1983.
func insz(t testing.TB, n int) secret.NationalNumber {
	t.Helper()
	nine := 830302000 + 2*n + 2
	out, err := secret.ParseNationalNumber(fmt.Sprintf("%09d%02d", nine, 97-nine%97))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (w *world) register(t testing.TB, r registration.Request) registration.Registration {
	t.Helper()
	got, err := w.Register(t.Context(), registrar, uuid.NewString(), r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (w *world) cardOf(t testing.TB, number string) card.Card {
	t.Helper()
	c, err := card.ByNumber(t.Context(), w.DB, card.Number(number))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) memberships(t testing.TB, id uuid.UUID) map[int]membership.Membership {
	t.Helper()
	all, err := membership.OfPassholder(t.Context(), w.DB, id, w.now)
	if err != nil {
		t.Fatal(err)
	}
	out := map[int]membership.Membership{}
	for _, m := range all {
		out[m.System.ID] = m
	}
	return out
}

func (w *world) count(t testing.TB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := w.DB.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// bornIn2016 is the number of a girl born on 3 May 2016.
func bornIn2016(t testing.TB) secret.NationalNumber {
	t.Helper()
	nine := 160503002
	out, err := secret.ParseNationalNumber(fmt.Sprintf("%09d%02d", nine, 97-(2_000_000_000+nine)%97))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
