package checkin_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/who"
)

func TestACheckinWritesEverythingAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, a := w.person(), w.activity(func(a *activity.Activity) { a.Points = 2 })
	got, err := w.service().Register(t.Context(), w.clerk, checkin.Registration{
		UitpasNumber: string(p.Number), ActivityID: a.ID, IdempotencyKey: "k1", Channel: checkin.Counter,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := checkin.Checkin{
		ID: got.ID, PassholderID: p.PassholderID, ActivityID: a.ID, ActivityTitle: a.Title, UitpasNumber: p.Number,
		Points: 2, Balance: 2, At: w.now,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("check-in (-want +got):\n%s", diff)
	}
	if n := w.count(`SELECT count(*) FROM transfer WHERE group_id = $1 AND credit_id = $2 AND debit_id = $3 AND amount = 2 AND code = 1`,
		got.ID, p.PassholderID, w.desk.AccountID); n != 1 {
		t.Errorf("%d transfers", n)
	}
	if n := w.count(`SELECT count(*) FROM audit WHERE action = $1 AND subject_id = $2 AND actor_id = 'u1' AND organizer_id = 'desk'`,
		checkin.ActionRegistered, p.PassholderID.String()); n != 1 {
		t.Errorf("%d audit entries", n)
	}
	if n := w.count(`SELECT used FROM usage_counter WHERE subject = $1`, p.PassholderID); n != 1 {
		t.Errorf("the limit counted %d", n)
	}
	w.sound()
}

func TestACheckinByPersonTakesTheCardInUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lost := w.person()
	w.exec(`UPDATE card SET status = 'BLOCKED' WHERE id = $1`, lost.ID)
	current := w.card(card.Card{Status: card.Active, PassholderID: lost.PassholderID})
	got, err := w.service().Register(t.Context(), w.clerk, checkin.Registration{
		PassholderID: lost.PassholderID, ActivityID: w.activity(nil).ID, Channel: checkin.Counter,
	})
	if err != nil || got.UitpasNumber != current.Number {
		t.Errorf("checked in with %s, %v; want %s", got.UitpasNumber, err, current.Number)
	}
}

func TestEachRefusalHasItsCodeAndMovesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hour := func(from, to int) func(*activity.Activity) {
		return func(a *activity.Activity) {
			a.Calendar.Times = []activity.Time{{
				Begin: w.now.Add(time.Duration(from) * time.Hour), End: w.now.Add(time.Duration(to) * time.Hour),
			}}
		}
	}
	now, member := w.activity(nil), w.person()
	blocked, stock := w.person(), w.card(card.Card{Status: card.LocalStock})
	w.exec(`UPDATE card SET status = 'BLOCKED' WHERE id = $1`, blocked.ID)
	group := uuid.New()
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		return card.AddGroupPass(ctx, tx, card.GroupPass{ID: group, CardSystemID: 1, Name: "De Vlieger", PostalCode: "9300", City: "Aalst", CreatedAt: w.now})
	})
	expelled := w.person()
	w.exec(`UPDATE membership SET status = 'BLOCKED' WHERE passholder_id = $1`, expelled.PassholderID)
	cases := map[string]struct {
		by       who.Actor
		number   card.Number
		activity string
		code     string
	}{
		"the day after tomorrow":           {w.clerk, member.Number, w.activity(hour(48, 50)).ID, "checkin-too-early"},
		"last week":                        {w.clerk, member.Number, w.activity(hour(-170, -168)).ID, "checkin-too-late"},
		"between two days":                 {w.clerk, member.Number, w.activity(between(w.now)).ID, "checkin-not-today"},
		"an activity without points":       {w.clerk, member.Number, w.activity(func(a *activity.Activity) { a.Points = 0 }).ID, "checkin-no-points"},
		"a blocked card":                   {w.clerk, blocked.Number, now.ID, "card-blocked"},
		"a card that was never given out":  {w.clerk, stock.Number, now.ID, "card-not-active"},
		"a group pass":                     {w.clerk, w.card(card.Card{Status: card.Active, GroupPassID: group}).Number, now.ID, "group-pass"},
		"somebody whose membership is off": {w.clerk, expelled.Number, now.ID, "no-active-membership"},
		"somebody without a membership":    {w.clerk, w.stranger().Number, now.ID, "no-active-membership"},
		"a number that no card has":        {w.clerk, w.number(), now.ID, "passholder-unknown"},
		"a number with a wrong digit":      {w.clerk, "0900000031617", now.ID, "invalid-uitpasnumber"},
		"an activity that does not exist":  {w.clerk, member.Number, "nowhere", "activity-unknown"},
		"an id with a zero byte":           {w.clerk, member.Number, "no\x00where", "activity-unknown"},
		"somebody else's activity":         {w.clerk, member.Number, w.activity(func(a *activity.Activity) { a.OrganizerID = "other" }).ID, "forbidden"},
		"somebody without rights":          {w.nobody, member.Number, now.ID, "forbidden"},
		"a program with a person's name":   {who.Actor{Kind: who.Client, ID: "x", Subject: w.clerk.Subject}, member.Number, now.ID, "forbidden"},
	}
	for name, tt := range cases {
		_, err := w.service().Register(t.Context(), tt.by, checkin.Registration{
			UitpasNumber: string(tt.number), ActivityID: tt.activity, IdempotencyKey: "key of " + name, Channel: checkin.API,
		})
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != tt.code {
			t.Errorf("%s: %v, want %s", name, err, tt.code)
		}
	}
	for _, table := range []string{"checkin", "transfer", "usage_counter", "idempotency"} {
		if n := w.count(`SELECT count(*) FROM ` + table); n != 0 {
			t.Errorf("%d rows in %s", n, table)
		}
	}
}

// between puts one moment two days ago and one in two days.
func between(now time.Time) func(*activity.Activity) {
	return func(a *activity.Activity) {
		a.CalendarType = activity.Multiple
		a.Calendar.Times = []activity.Time{
			{Begin: now.Add(-50 * time.Hour), End: now.Add(-48 * time.Hour)},
			{Begin: now.Add(48 * time.Hour), End: now.Add(50 * time.Hour)},
		}
	}
}

func TestASecondCheckinMeetsTheLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := checkin.Registration{UitpasNumber: string(w.person().Number), ActivityID: w.activity(nil).ID, Channel: checkin.Counter}
	if _, err := w.service().Register(t.Context(), w.clerk, in); err != nil {
		t.Fatal(err)
	}
	_, err := w.service().Register(t.Context(), w.clerk, in)
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != "checkin-limit-reached" || f.Args["limit"] != 1 || f.Args["period"] != "DAY" {
		t.Errorf("second check-in: %v", err)
	}
	w.sound()
}

func TestALimitThatChangedItsPeriodCountsAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.activity(nil)
	in := checkin.Registration{UitpasNumber: string(w.person().Number), ActivityID: a.ID, Channel: checkin.Counter}
	for _, p := range []period.Period{period.Daily, period.Weekly, period.Absolute} {
		w.exec(`UPDATE activity SET checkin_limit_period = $1`, string(p))
		if _, err := w.service().Register(t.Context(), w.clerk, in); err != nil {
			t.Fatalf("first of a %s: %v", p, err)
		}
		if _, err := w.service().Register(t.Context(), w.clerk, in); !errors.Is(err, checkin.ErrLimitReached) {
			t.Errorf("second of a %s: %v", p, err)
		}
	}
	w.sound()
}

func TestOneKeyDoesOneThingOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := checkin.Registration{
		UitpasNumber: string(w.person().Number), ActivityID: w.activity(nil).ID, IdempotencyKey: "k", Channel: checkin.API,
	}
	first, err := w.service().Register(t.Context(), w.clerk, in)
	if err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	again, err := w.service().Register(t.Context(), w.clerk, in)
	first.Replayed = true
	if diff := cmp.Diff(first, again); err != nil || diff != "" {
		t.Errorf("replay %v (-want +got):\n%s", err, diff)
	}
	spaced := in
	spaced.UitpasNumber = in.UitpasNumber[:5] + " " + in.UitpasNumber[5:]
	if got, err := w.service().Register(t.Context(), w.clerk, spaced); err != nil || !got.Replayed {
		t.Errorf("the same number with a space: %+v, %v", got, err)
	}
	other := in
	other.ActivityID = w.activity(nil).ID
	if _, err := w.service().Register(t.Context(), w.clerk, other); !errors.Is(err, idempotency.ErrReused) {
		t.Errorf("another request under the key: %v", err)
	}
	other.IdempotencyKey = strings.Repeat("x", 256)
	if _, err := w.service().Register(t.Context(), w.clerk, other); !errors.Is(err, idempotency.ErrInvalidKey) {
		t.Errorf("a key of 256 bytes: %v", err)
	}
	w.sound()
}

// race runs n calls at once.
func race(n int, call func(i int)) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			call(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}

func TestOfEightAtOnceExactlyOneSucceeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, s := w.activity(nil), w.service()
	for round := range 200 {
		p := w.person()
		var errs [8]error
		race(8, func(i int) {
			_, errs[i] = s.Register(t.Context(), w.clerk, checkin.Registration{
				UitpasNumber: string(p.Number), ActivityID: a.ID, IdempotencyKey: uuid.NewString(), Channel: checkin.Counter,
			})
		})
		saved := 0
		for _, err := range errs {
			if err == nil {
				saved++
			} else if !errors.Is(err, checkin.ErrLimitReached) {
				t.Errorf("round %d: %v", round, err)
			}
		}
		if b := w.balance(p.PassholderID); saved != 1 || b.Points != 1 {
			t.Fatalf("round %d: %d succeeded, balance %+v", round, saved, b)
		}
	}
	w.sound()
}

func TestOneKeySentEightTimesHasOneOutcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.activity(func(a *activity.Activity) { a.Limit = activity.Limit{Volume: 100, Period: period.Daily} })
	s := w.service()
	for round := range 200 {
		p := w.person()
		var got [8]checkin.Checkin
		var errs [8]error
		race(8, func(i int) {
			got[i], errs[i] = s.Register(t.Context(), w.clerk, checkin.Registration{
				UitpasNumber: string(p.Number), ActivityID: a.ID, IdempotencyKey: p.ID.String(), Channel: checkin.Counter,
			})
		})
		fresh := 0
		for i := range got {
			if !got[i].Replayed {
				fresh++
			}
			got[i].Replayed = false
			if errs[i] != nil || !cmp.Equal(got[i], got[0]) {
				t.Fatalf("round %d: %v, %s", round, errs[i], cmp.Diff(got[0], got[i]))
			}
		}
		if n := w.count(`SELECT count(*) FROM checkin WHERE passholder_id = $1`, p.PassholderID); n != 1 || fresh != 1 {
			t.Fatalf("round %d: %d rows, %d did it", round, n, fresh)
		}
	}
	w.sound()
}
