package checkin_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
)

// together tells how many check-ins the largest statement wrote.
func (w *world) together() int {
	w.t.Helper()
	return w.count(`SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM transfer WHERE code = 1 GROUP BY xmin::text) t`)
}

func TestManyAtOnceShareStatements(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.service()
	a := w.activity(func(a *activity.Activity) { a.Limit = activity.Limit{Volume: 2, Period: period.Daily} })
	var people []card.Card
	for range 2*runtime.GOMAXPROCS(0) + 20 {
		people = append(people, w.person())
	}
	for round := range 3 { // two are allowed
		race(len(people), func(i int) {
			_, err := s.Register(t.Context(), w.clerk, checkin.Registration{
				UitpasNumber: string(people[i].Number), ActivityID: a.ID, IdempotencyKey: people[i].ID.String() + string('a'+rune(round)), Channel: checkin.API,
			})
			if (err == nil) != (round < 2) {
				t.Errorf("round %d: %v", round, err)
			}
		})
	}
	if n := w.together(); n < 2 {
		t.Errorf("at most %d check-ins in one statement", n)
	}
	for _, p := range people {
		if b := w.balance(p.PassholderID); b.Points != 2 {
			t.Errorf("balance %+v", b)
		}
	}
	w.sound()
}

// Whose account is locked waits, and nobody else does.
func TestNobodyWaitsForSomebodyElsesAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, a := w.service(), w.activity(nil)
	held := w.person()
	var others []card.Card
	for range 12 {
		others = append(others, w.person())
	}
	ask := func(c card.Card) error {
		_, err := s.Register(t.Context(), w.clerk, checkin.Registration{UitpasNumber: string(c.Number), ActivityID: a.ID, Channel: checkin.API})
		return err
	}
	told := make(chan error)
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT FROM account WHERE id = $1 FOR UPDATE`, held.PassholderID); err != nil {
			return err
		}
		go func() { told <- ask(held) }()
		time.Sleep(5 * time.Millisecond) // it is there first
		race(len(others), func(i int) {
			if err := ask(others[i]); err != nil {
				t.Errorf("somebody else: %v", err)
			}
		})
		select {
		case err := <-told:
			t.Errorf("the account was not waited for: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
		return nil
	})
	if err := <-told; err != nil {
		t.Errorf("after the lock: %v", err)
	}
	w.sound()
}
