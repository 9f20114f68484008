package checkin_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/checkin"
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

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is one card system, two organizers and whom a test puts in it.
type world struct {
	t      testing.TB
	db     *db.DB
	ring   *secret.Ring
	now    time.Time
	desk   organizer.Organizer
	other  organizer.Organizer
	clerk  who.Actor // holds CLERK at desk
	nobody who.Actor
	serial int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ring, err := secret.OpenRing(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, db: dbtest.New(t), ring: ring, now: time.Now().UTC().Truncate(time.Microsecond),
		desk:   organizer.Organizer{ID: "desk", Name: "Cultuurcentrum De Werf", AccountID: db.NewID(), CardSystemIDs: []int{1}},
		other:  organizer.Organizer{ID: "other", Name: "Zwembad", AccountID: db.NewID(), CardSystemIDs: []int{1}},
		clerk:  who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"},
		nobody: who.Actor{Kind: who.Person, ID: "u2", Subject: "nobody@openbalie.example", Counter: "desk"},
	}
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		for id, name := range map[int]string{1: "Dender", 2: "Gent"} {
			if err := cardsystem.Add(ctx, tx, cardsystem.System{
				ID: id, Name: name, PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels", SocialTariffGraceDays: 30,
			}); err != nil {
				return err
			}
		}
		for _, o := range []organizer.Organizer{w.desk, w.other} {
			if err := organizer.Add(ctx, tx, o); err != nil {
				return err
			}
			if err := points.OpenOrganizer(ctx, tx, o.AccountID); err != nil {
				return err
			}
		}
		return rights.Grant(ctx, tx, who.Program("test"), who.Person, w.clerk.Subject, "desk", rights.Clerk)
	})
	return w
}

func (w *world) tx(fn func(context.Context, *db.Tx) error) {
	w.t.Helper()
	ctx := context.Background()
	if err := db.InTx(ctx, w.db, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) service() *checkin.Service {
	return &checkin.Service{DB: w.db, Ring: w.ring, Now: func() time.Time { return w.now }}
}

// number returns the next valid UiTPAS number.
func (w *world) number() card.Number {
	w.serial++
	n, err := card.NewNumber(fmt.Sprintf("09000%06d", w.serial), false)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// person adds somebody with an active membership and an active card.
func (w *world) person() card.Card {
	w.t.Helper()
	c := w.stranger()
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		return membership.Add(ctx, tx, c.PassholderID, c.CardSystemID, membership.Active, w.now)
	})
	return c
}

// stranger adds somebody with an active card but no membership.
func (w *world) stranger() card.Card {
	w.t.Helper()
	id := db.NewID()
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		if err := passholder.Add(ctx, tx, w.ring, passholder.Passholder{
			ID: id, CreatedAt: w.now, Details: passholder.Details{
				Name: "Peeters", FirstName: "Marc", DateOfBirth: period.NewDay(1990, 5, 17), PostalCode: "9300", City: "Aalst", Country: "be",
			},
		}); err != nil {
			return err
		}
		return points.OpenHolder(ctx, tx, id)
	})
	return w.card(card.Card{Status: card.Active, PassholderID: id})
}

func (w *world) card(c card.Card) card.Card {
	w.t.Helper()
	c.ID, c.CardSystemID, c.Type, c.Number, c.StatusAt = db.NewID(), 1, card.NFCCard, w.number(), w.now
	w.tx(func(ctx context.Context, tx *db.Tx) error { return card.Add(ctx, tx, c) })
	return c
}

// activity adds one at the desk that is on for two hours around now, unless
// change says otherwise.
func (w *world) activity(change func(*activity.Activity)) activity.Activity {
	w.t.Helper()
	w.serial++
	a := activity.Activity{
		ID: fmt.Sprintf("activity-%d", w.serial), OrganizerID: "desk", Title: "Poppentheater", TimeZone: "Europe/Brussels",
		CalendarType: activity.Single, Margin: 5 * time.Hour, Points: 1,
		Calendar: activity.Calendar{Times: []activity.Time{{Begin: w.now.Add(-time.Hour), End: w.now.Add(time.Hour)}}},
	}
	if change != nil {
		change(&a)
	}
	w.tx(func(ctx context.Context, tx *db.Tx) error { return activity.Add(ctx, tx, a) })
	return a
}

// block changes the status of a card behind everybody's back.
func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Exec(context.Background(), sql, args...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(sql string, args ...any) int {
	w.t.Helper()
	var n int
	if err := w.db.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) balance(holder uuid.UUID) points.Balance {
	w.t.Helper()
	b, err := points.Of(context.Background(), w.db, holder)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// sound fails the test when the verifier of the ledger finds anything.
func (w *world) sound() {
	w.t.Helper()
	faults, err := points.Verify(context.Background(), w.db)
	if err != nil || len(faults) > 0 {
		w.t.Errorf("the ledger verifier found %v, %v", faults, err)
	}
}
