package checkin_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// saved registers a check-in that must succeed.
func (w *world) saved(in checkin.Registration) checkin.Checkin {
	w.t.Helper()
	in.Channel = checkin.Counter
	out, err := w.service().Register(context.Background(), w.clerk, in)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestACancelledCheckinGivesPointsAndLimitBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := checkin.Registration{UitpasNumber: string(w.person().Number), ActivityID: w.activity(nil).ID}
	first := w.saved(in)
	got, err := w.service().Cancel(t.Context(), w.clerk, first.ID, "k")
	if err != nil || got != (checkin.Cancelled{}) {
		t.Fatalf("%+v, %v", got, err)
	}
	w.sound()
	second := w.saved(in)
	if second.ID == first.ID || second.Balance != 1 {
		t.Errorf("after the cancellation: %+v", second)
	}
	if n := w.count(`SELECT count(*) FROM audit WHERE action = $1`, checkin.ActionCancelled); n != 1 {
		t.Errorf("%d audit entries", n)
	}
	w.sound()
}

func TestASecondCancellationIsRefusedUnlessItIsTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.saved(checkin.Registration{UitpasNumber: string(w.person().Number), ActivityID: w.activity(nil).ID})
	other := w.saved(checkin.Registration{UitpasNumber: string(w.person().Number), ActivityID: w.activity(nil).ID})
	if _, err := w.service().Cancel(t.Context(), w.clerk, c.ID, "k"); err != nil {
		t.Fatal(err)
	}
	if got, err := w.service().Cancel(t.Context(), w.clerk, c.ID, "k"); err != nil || !got.Replayed {
		t.Errorf("under the same key: %+v, %v", got, err)
	}
	for _, key := range []string{"", "k2"} {
		if _, err := w.service().Cancel(t.Context(), w.clerk, c.ID, key); !errors.Is(err, checkin.ErrAlreadyCancelled) {
			t.Errorf("under key %q: %v", key, err)
		}
	}
	if _, err := w.service().Cancel(t.Context(), w.clerk, other.ID, "k"); !errors.Is(err, idempotency.ErrReused) {
		t.Errorf("another one under that key: %v", err)
	}
	if _, err := w.service().Cancel(t.Context(), w.clerk, uuid.New(), "k3"); !errors.Is(err, checkin.ErrUnknown) {
		t.Errorf("one that does not exist: %v", err)
	}
	if _, err := w.service().Cancel(t.Context(), w.nobody, other.ID, "k4"); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("without the right: %v", err)
	}
	swimmer := who.Actor{Kind: who.Person, ID: "u3", Subject: "pool@openbalie.example", Counter: "other"}
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		return rights.Grant(ctx, tx, who.Program("test"), who.Person, swimmer.Subject, "other", rights.Clerk)
	})
	if _, err := w.service().Cancel(t.Context(), swimmer, other.ID, "k5"); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("with the right at another counter: %v", err)
	}
	w.sound()
}

func TestCancellingSpentPointsLeavesADebtThatTheNextOnesPay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, two := w.person(), func(a *activity.Activity) { a.Points = 2 }
	c := w.saved(checkin.Registration{PassholderID: p.PassholderID, ActivityID: w.activity(two).ID})
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := points.Spend(ctx, tx, points.Movement{
			ID: db.NewID(), PassholderID: p.PassholderID, OrganizerID: w.desk.AccountID, CardSystemID: 1, Points: 2,
			GroupID: db.NewID(), At: w.now,
		})
		return err
	})
	got, err := w.service().Cancel(t.Context(), w.clerk, c.ID, "k")
	if err != nil || got != (checkin.Cancelled{Debt: 2}) {
		t.Errorf("%+v, %v", got, err)
	}
	next := w.saved(checkin.Registration{PassholderID: p.PassholderID, ActivityID: w.activity(nil).ID})
	if next.Balance != 0 || next.Debt != 1 {
		t.Errorf("the next point: %+v", next)
	}
	last := w.saved(checkin.Registration{PassholderID: p.PassholderID, ActivityID: w.activity(two).ID})
	if last.Balance != 1 || last.Debt != 0 {
		t.Errorf("the last two: %+v", last)
	}
	w.sound()
}

func TestOfEightCancellationsAtOnceOneCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, s := w.activity(nil), w.service()
	for round := range 25 {
		c := w.saved(checkin.Registration{UitpasNumber: string(w.person().Number), ActivityID: a.ID})
		var errs [8]error
		race(8, func(i int) { _, errs[i] = s.Cancel(t.Context(), w.clerk, c.ID, uuid.NewString()) })
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if !errors.Is(err, checkin.ErrAlreadyCancelled) {
				t.Error(err)
			}
		}
		if done != 1 {
			t.Fatalf("round %d: %d cancelled it", round, done)
		}
	}
	w.sound()
}

func TestRegisteringAndCancellingAtOnceNeverLosesCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, s, p := w.activity(nil), w.service(), w.person()
	for range 25 {
		c := w.saved(checkin.Registration{UitpasNumber: string(p.Number), ActivityID: a.ID})
		race(6, func(i int) {
			var err error
			if i == 0 {
				_, err = s.Cancel(t.Context(), w.clerk, c.ID, "")
			} else {
				_, err = s.Register(t.Context(), w.clerk, checkin.Registration{UitpasNumber: string(p.Number), ActivityID: a.ID, Channel: checkin.API})
			}
			if err != nil && !errors.Is(err, checkin.ErrLimitReached) {
				t.Error(err)
			}
		})
		if n := w.count(`SELECT count(*) FROM checkin WHERE cancelled_at IS NULL`); n > 1 {
			t.Fatalf("%d check-ins stand", n)
		}
		w.exec(`UPDATE usage_counter SET used = 0`) // the next round starts free
		w.exec(`UPDATE checkin SET cancelled_at = now() WHERE cancelled_at IS NULL`)
	}
}

func TestStatusDecidesAsRegisterDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, a := w.person(), w.activity(nil)
	before, err := w.service().Status(t.Context(), w.clerk, string(p.Number), a.ID)
	if err != nil || !before.Allowed || before.Points != 1 || before.ClosesAt == nil {
		t.Errorf("before: %+v, %v", before, err)
	}
	w.saved(checkin.Registration{UitpasNumber: string(p.Number), ActivityID: a.ID})
	after, err := w.service().Status(t.Context(), w.clerk, string(p.Number), a.ID)
	if err != nil || after.Allowed || after.Code != "checkin-limit-reached" {
		t.Errorf("after: %+v, %v", after, err)
	}
	if _, err := w.service().Status(t.Context(), w.nobody, string(p.Number), a.ID); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("without the right: %v", err)
	}
	if _, err := w.service().Status(t.Context(), w.clerk, string(p.Number), "nowhere"); !errors.Is(err, activity.ErrUnknown) {
		t.Errorf("an unknown activity: %v", err)
	}
}

func TestOffersAreWhatMayBeSavedFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.person()
	done, open := w.activity(nil), w.activity(nil)
	later := w.activity(func(a *activity.Activity) {
		a.Calendar.Times = []activity.Time{{Begin: w.now.Add(48 * time.Hour), End: w.now.Add(50 * time.Hour)}}
	})
	w.activity(func(a *activity.Activity) { a.OrganizerID = "other" })
	c := w.saved(checkin.Registration{UitpasNumber: string(p.Number), ActivityID: done.ID})
	got, total, err := w.service().Offers(t.Context(), w.clerk, p.PassholderID, activity.Filter{OrganizerID: "desk", When: activity.All}, activity.Page{})
	if err != nil || total != 3 {
		t.Fatalf("%d offers, %v", total, err)
	}
	var shown []string
	for _, o := range got {
		shown = append(shown, o.Activity.ID+" "+o.Decision.Code)
	}
	if diff := cmp.Diff([]string{open.ID + " ", done.ID + " checkin-limit-reached", later.ID + " checkin-too-early"}, shown); diff != "" {
		t.Errorf("offers (-want +got):\n%s", diff)
	}
	if got[1].CheckinID != c.ID || !got[1].DoneAt.Equal(w.now) || got[0].CheckinID != uuid.Nil {
		t.Errorf("done: %+v", got[1])
	}
	if _, _, err := w.service().Offers(t.Context(), w.clerk, uuid.New(), activity.Filter{OrganizerID: "desk"}, activity.Page{}); err == nil {
		t.Error("offers for nobody")
	}
	if _, _, err := w.service().Offers(t.Context(), w.clerk, p.PassholderID, activity.Filter{OrganizerID: "other"}, activity.Page{}); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("offers of somebody else: %v", err)
	}
}

func TestTheHistoryTellsWhatCanBeUndone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.person()
	kept := w.saved(checkin.Registration{UitpasNumber: string(p.Number), ActivityID: w.activity(nil).ID})
	gone := w.saved(checkin.Registration{UitpasNumber: string(p.Number), ActivityID: w.activity(nil).ID})
	if _, err := w.service().Cancel(t.Context(), w.clerk, gone.ID, ""); err != nil {
		t.Fatal(err)
	}
	got, err := w.service().History(t.Context(), w.clerk, p.PassholderID, activity.Page{Limit: 20})
	if err != nil || got.Balance != 1 || got.Total != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	type line struct {
		Points, After int
		Reversal      bool
		Checkin       uuid.UUID
		Undo          string
	}
	var lines []line
	for _, l := range got.Lines {
		undo := "-"
		if l.Undo != nil {
			undo = "yes"
		}
		if l.Undo != nil && !l.Undo.Allowed {
			undo = l.Undo.Err.Code
		}
		if l.Title != "Poppentheater" || l.OrganizerName != w.desk.Name {
			t.Errorf("%+v", l)
		}
		lines = append(lines, line{l.Points, l.BalanceAfter, l.Code == points.Reversal, l.CheckinID, undo})
	}
	want := []line{
		{-1, 1, true, gone.ID, "-"}, {1, 2, false, gone.ID, "checkin-already-cancelled"}, {1, 1, false, kept.ID, "yes"},
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	if n := w.count(`SELECT count(*) FROM audit WHERE action = $1 AND subject_id = $2`, checkin.ActionHistoryRead, p.PassholderID.String()); n != 1 {
		t.Errorf("%d audit entries", n)
	}
}
