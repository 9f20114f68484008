package checkin_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
)

// What a check-in writes, without ids and the clock, and with the person's and
// the key's names left out: two people with one history have the same rows.
var traces = map[string]string{
	"account":       `SELECT posted_in, posted_out, pending_out, overdraft FROM account WHERE id = $1`,
	"usage_counter": `SELECT rule, period, used, max FROM usage_counter WHERE subject = $1 ORDER BY rule, period`,
	"checkin": `SELECT activity_id, organizer_id, card_system_id, points, period, occurred_at, channel, cancelled_at IS NULL
		FROM checkin WHERE passholder_id = $1 ORDER BY id`,
	"transfer": `SELECT occurred_at, card_system_id, debit_id = $1, credit_id = $1, amount, unit, code, reverses = group_id,
			(SELECT activity_id FROM checkin c WHERE c.id = group_id)
		FROM transfer WHERE $1 IN (debit_id, credit_id) ORDER BY id`,
	"audit": `SELECT actor_kind, actor_id, organizer_id, action, subject_kind, detail IS NULL FROM audit
		WHERE subject_id = $1::uuid::text ORDER BY id`,
	"idempotency": `SELECT actor, outcome - 'id' - 'passholderId' - 'uitpasNumber' - 'at', (outcome->>'at')::timestamptz FROM idempotency
		WHERE outcome->>'passholderId' = $1::uuid::text ORDER BY outcome->>'id'`,
}

func (w *world) trace(holder uuid.UUID) map[string][]string {
	w.t.Helper()
	out := map[string][]string{}
	for table, sql := range traces {
		rows, err := w.db.Query(context.Background(), `SELECT t::text FROM (`+sql+`) t`, holder)
		if err != nil {
			w.t.Fatal(err)
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				w.t.Fatal(err)
			}
			out[table] = append(out[table], line)
		}
		if rows.Err() != nil {
			w.t.Fatal(table, rows.Err())
		}
	}
	return out
}

// Two people live through the same: one on the hot path amid others, one on the
// plain path.
// They are told the same and leave the same rows.
func TestTheHotStatementIsEqualToThePlainPath(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.service()
	activities := []string{
		w.activity(nil).ID,
		w.activity(func(a *activity.Activity) { a.Points, a.Limit = 3, activity.Limit{Volume: 2, Period: period.Weekly} }).ID,
		w.activity(func(a *activity.Activity) { a.Limit = activity.Limit{Volume: 5, Period: period.Absolute} }).ID,
		w.activity(func(a *activity.Activity) { a.Points = 0 }).ID,
		w.activity(func(a *activity.Activity) { a.OrganizerID = "other" }).ID,
		"nowhere",
	}
	var crowd []checkin.Registration
	busy := w.activity(func(a *activity.Activity) { a.Limit = activity.Limit{Volume: 1_000_000, Period: period.Daily} })
	for range 2*runtime.GOMAXPROCS(0) + 8 { // more than go by themselves
		crowd = append(crowd, checkin.Registration{UitpasNumber: string(w.person().Number), ActivityID: busy.ID, Channel: checkin.API})
	}
	rapid.Check(t, func(rt *rapid.T) {
		hot, plain := w.person(), w.person()
		var hotIDs, plainIDs []uuid.UUID
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"register", "register", "register", "cancel", "spend", "block"}).Draw(rt, "step") {
			case "register":
				id := rapid.SampledFrom(activities).Draw(rt, "activity")
				key := rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(rt, "key")
				in := func(c card.Card) checkin.Registration {
					r := checkin.Registration{UitpasNumber: string(c.Number), ActivityID: id, Channel: checkin.API}
					if key != "" {
						r.IdempotencyKey = c.ID.String() + key
					}
					return r
				}
				a, errA := w.amid(s, crowd, in(hot))
				b, errB := s.RegisterPlainly(context.Background(), w.clerk, in(plain))
				if errA == nil && errB == nil {
					hotIDs, plainIDs = append(hotIDs, a.ID), append(plainIDs, b.ID)
				}
				told(rt, a, b, errA, errB)
			case "cancel":
				if len(hotIDs) == 0 {
					continue
				}
				i := rapid.IntRange(0, len(hotIDs)-1).Draw(rt, "which")
				_, errA := s.Cancel(context.Background(), w.clerk, hotIDs[i], "")
				_, errB := s.Cancel(context.Background(), w.clerk, plainIDs[i], "")
				told(rt, checkin.Checkin{}, checkin.Checkin{}, errA, errB)
			case "spend":
				n := rapid.IntRange(1, 3).Draw(rt, "points")
				w.spend(hot.PassholderID, n)
				w.spend(plain.PassholderID, n)
			case "block":
				status := rapid.SampledFrom([]string{"ACTIVE", "BLOCKED"}).Draw(rt, "status")
				w.exec(`UPDATE card SET status = $1 WHERE id IN ($2, $3)`, status, hot.ID, plain.ID)
			}
		}
		if diff := cmp.Diff(w.trace(plain.PassholderID), w.trace(hot.PassholderID)); diff != "" {
			rt.Fatalf("rows (-plain +hot):\n%s", diff)
		}
	})
	if n := w.together(); n < 2 {
		t.Errorf("at most %d check-ins in one statement", n)
	}
	w.sound()
}

// amid registers while others do, so that they share statements.
func (w *world) amid(s *checkin.Service, crowd []checkin.Registration, in checkin.Registration) (out checkin.Checkin, err error) {
	w.t.Helper()
	race(len(crowd)+1, func(i int) {
		if i == len(crowd) {
			out, err = s.Register(context.Background(), w.clerk, in)
		} else if _, err := s.Register(context.Background(), w.clerk, crowd[i]); err != nil {
			w.t.Errorf("one of the crowd: %v", err)
		}
	})
	return out, err
}

// told compares what the two people were told.
func told(rt *rapid.T, a, b checkin.Checkin, errA, errB error) {
	a.ID, a.PassholderID, a.UitpasNumber = b.ID, b.PassholderID, b.UitpasNumber
	if errA == nil && !cmp.Equal(a, b) {
		rt.Fatalf("told (-plain +hot):\n%s", cmp.Diff(b, a))
	}
	fa, _ := errors.AsType[*fault.Error](errA)
	fb, _ := errors.AsType[*fault.Error](errB)
	if !cmp.Equal(fa, fb) || (errA == nil) != (errB == nil) {
		rt.Fatalf("hot %v, plain %v", errA, errB)
	}
}

func (w *world) spend(holder uuid.UUID, n int) {
	w.t.Helper()
	err := db.InTx(context.Background(), w.db, func(tx *db.Tx) error {
		_, err := points.Spend(context.Background(), tx, points.Movement{
			ID: db.NewID(), PassholderID: holder, OrganizerID: w.desk.AccountID, CardSystemID: 1, Points: n, GroupID: db.NewID(), At: w.now,
		})
		return err
	})
	if err != nil && !errors.Is(err, points.ErrTooFew) {
		w.t.Fatal(err)
	}
}

func TestAWriteWhoseFactsAreOldChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.person()
	for name, change := range map[string]func(card.Card, checkin.Registration){
		"the card is blocked": func(c card.Card, _ checkin.Registration) {
			w.exec(`UPDATE card SET status = 'BLOCKED' WHERE id = $1`, c.ID)
		},
		"the card is given to somebody else": func(c card.Card, _ checkin.Registration) {
			w.exec(`UPDATE card SET status = 'DELETED' WHERE id = $1`, other.ID)
			w.exec(`UPDATE card SET passholder_id = $2 WHERE id = $1`, c.ID, other.PassholderID)
		},
		"the limit is reached": func(_ card.Card, in checkin.Registration) {
			in.IdempotencyKey = ""
			w.saved(in)
		},
		"the key has done it": func(_ card.Card, in checkin.Registration) {
			w.exec(`UPDATE activity SET checkin_limit_volume = 9 WHERE id = $1`, in.ActivityID)
			w.saved(in)
		},
	} {
		p, a := w.person(), w.activity(nil)
		in := checkin.Registration{UitpasNumber: string(p.Number), ActivityID: a.ID, IdempotencyKey: "key of " + name, Channel: checkin.Counter}
		var before string
		err := w.service().WriteAfter(t.Context(), w.clerk, in, func() {
			change(p, in)
			before = fmt.Sprint(w.trace(p.PassholderID))
		})
		if after := fmt.Sprint(w.trace(p.PassholderID)); !errors.Is(err, checkin.ErrLost) || after != before {
			t.Errorf("%s: %v\nbefore %s\nafter  %s", name, err, before, after)
		}
	}
}

// The statement for several leaves out whose card has changed, and nobody else.
func TestOfSeveralAtOnceTheOnesWithOldFactsChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, other := w.activity(nil), w.person()
	people := []card.Card{w.person(), w.person(), w.person()}
	var ins []checkin.Registration
	for _, p := range people {
		ins = append(ins, checkin.Registration{UitpasNumber: string(p.Number), ActivityID: a.ID, IdempotencyKey: p.ID.String(), Channel: checkin.API})
	}
	written, err := w.service().WriteTogetherAfter(t.Context(), w.clerk, ins, func() {
		w.exec(`UPDATE card SET status = 'BLOCKED' WHERE id = $1`, people[0].ID)
		w.exec(`UPDATE card SET status = 'DELETED' WHERE id = $1`, other.ID)
		w.exec(`UPDATE card SET passholder_id = $2 WHERE id = $1`, people[1].ID, other.PassholderID)
	})
	if diff := cmp.Diff([]bool{false, false, true}, written); err != nil || diff != "" {
		t.Errorf("written, %v (-want +got):\n%s", err, diff)
	}
	for table, want := range map[string]int{"checkin": 1, "transfer": 1, "usage_counter": 1, "idempotency": 1} {
		if n := w.count(`SELECT count(*) FROM ` + table); n != want {
			t.Errorf("%d rows in %s", n, table)
		}
	}
	w.sound()
}

// The statement for several leaves out whose account is locked, and does not wait.
func TestOfSeveralAtOnceTheOneWhoseAccountIsLockedIsLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, held, free := w.activity(nil), w.person(), w.person()
	var ins []checkin.Registration
	for _, p := range []card.Card{held, free} {
		ins = append(ins, checkin.Registration{UitpasNumber: string(p.Number), ActivityID: a.ID, Channel: checkin.API})
	}
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT FROM account WHERE id = $1 FOR UPDATE`, held.PassholderID); err != nil {
			return err
		}
		written, err := w.service().WriteTogetherAfter(ctx, w.clerk, ins, func() {})
		if diff := cmp.Diff([]bool{false, true}, written); err != nil || diff != "" {
			t.Errorf("written, %v (-want +got):\n%s", err, diff)
		}
		return nil
	})
	w.sound()
}

func TestALimitThatIsRaisedLeavesRoomAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.activity(nil)
	var ins []checkin.Registration
	for range 3 {
		ins = append(ins, checkin.Registration{UitpasNumber: string(w.person().Number), ActivityID: a.ID, Channel: checkin.API})
		w.saved(ins[len(ins)-1])
	}
	w.exec(`UPDATE activity SET checkin_limit_volume = 2 WHERE id = $1`, a.ID)
	if _, err := w.service().Register(t.Context(), w.clerk, ins[0]); err != nil {
		t.Errorf("alone: %v", err)
	}
	written, err := w.service().WriteTogetherAfter(t.Context(), w.clerk, ins[1:], func() {})
	if diff := cmp.Diff([]bool{true, true}, written); err != nil || diff != "" {
		t.Errorf("together, %v (-want +got):\n%s", err, diff)
	}
	w.sound()
}

// A decision is the first obstacle of all that there are.
func TestAllowNamesTheFirstObstacle(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	rapid.Check(t, func(rt *rapid.T) {
		can := func(what string) bool { return rapid.Bool().Draw(rt, what) }
		a := &activity.Activity{
			ID: "a", TimeZone: "Europe/Brussels", CalendarType: activity.Single, Points: 1, Limit: activity.Limit{Volume: 1, Period: period.Daily},
			Calendar: activity.Calendar{Times: []activity.Time{{Begin: now.Add(-time.Hour), End: now.Add(time.Hour)}}},
		}
		f := checkin.Facts{Activity: a, MayWrite: true, ActiveMember: true, Card: &card.Card{Status: card.Active, PassholderID: uuid.New()}}
		var obstacles []string
		if !can("exist") {
			f.Activity = nil
			obstacles = append(obstacles, "activity-unknown")
		}
		if !can("write") {
			f.MayWrite = false
			obstacles = append(obstacles, "forbidden")
		}
		switch rapid.SampledFrom([]string{"fine", "none", "group", "blocked", "stock"}).Draw(rt, "card") {
		case "none":
			f.Card = nil
			obstacles = append(obstacles, "passholder-unknown")
		case "group":
			f.Card = &card.Card{Status: card.Active, GroupPassID: uuid.New()}
			obstacles = append(obstacles, "group-pass")
		case "blocked":
			f.Card.Status = card.Blocked
			obstacles = append(obstacles, "card-blocked")
		case "stock":
			f.Card = &card.Card{Status: card.LocalStock}
			obstacles = append(obstacles, "card-not-active")
		}
		if !can("belong") {
			f.ActiveMember = false
			obstacles = append(obstacles, "no-active-membership")
		}
		if !can("earn") {
			a.Points = 0
			obstacles = append(obstacles, "checkin-no-points")
		}
		if !can("be in time") {
			a.Calendar.Times[0] = activity.Time{Begin: now.Add(24 * time.Hour), End: now.Add(25 * time.Hour)}
			obstacles = append(obstacles, "checkin-too-early")
		}
		if !can("come first") {
			f.Used = 1
			obstacles = append(obstacles, "checkin-limit-reached")
		}
		d := checkin.Allow(f, now)
		if d.Allowed != (len(obstacles) == 0) || !d.Allowed && d.Code != obstacles[0] || (d.Err() == nil) != d.Allowed {
			rt.Fatalf("%s of %s", d.Code, strings.Join(obstacles, ", "))
		}
	})
}
