package limit_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/limit"
	"github.com/openbalie/openbalie/backend/period"
)

var today = period.Daily.Range(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), period.Brussels())

func use(t *testing.T, d *db.DB, who uuid.UUID, rule string, p period.Range, maximum int) error {
	t.Helper()
	return db.InTx(t.Context(), d, func(tx *db.Tx) error { return limit.Use(t.Context(), tx, who, rule, p, maximum) })
}

func TestALimitCountsPerSubjectRuleAndPeriod(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ann, bob := uuid.New(), uuid.New()
	tomorrow := period.Range{From: today.Until, Until: today.Until.Add(1)}
	for name, tt := range map[string]struct {
		who    uuid.UUID
		rule   string
		period period.Range
	}{
		"Ann today":       {ann, "swim", today},
		"Ann, other rule": {ann, "dance", today},
		"Ann tomorrow":    {ann, "swim", tomorrow},
		"Ann for ever":    {ann, "swim", period.Range{}},
		"Bob today":       {bob, "swim", today},
	} {
		for range 2 {
			if err := use(t, d, tt.who, tt.rule, tt.period, 2); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := use(t, d, tt.who, tt.rule, tt.period, 2); !errors.Is(err, limit.ErrReached) {
			t.Errorf("%s, the third time: %v", name, err)
		}
		if n, err := limit.Used(t.Context(), d, tt.who, tt.rule, tt.period); err != nil || n != 2 {
			t.Errorf("%s: used %d, %v", name, n, err)
		}
	}
}

func TestAUseThatIsGivenBackIsFreeAgain(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ann := uuid.New()
	back := func() error {
		return db.InTx(t.Context(), d, func(tx *db.Tx) error { return limit.GiveBack(t.Context(), tx, ann, "swim", today) })
	}
	if err := errors.Join(use(t, d, ann, "swim", today, 1), back(), use(t, d, ann, "swim", today, 1), back()); err != nil {
		t.Fatal(err)
	}
	if err := back(); err == nil {
		t.Error("gave back what nobody used")
	}
}

func TestAUseIsGivenBackToItsOwnCounterOnly(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ann, bob := uuid.New(), uuid.New()
	other := period.Range{From: today.Until, Until: today.Until.Add(1)}
	counters := []struct {
		who    uuid.UUID
		rule   string
		period period.Range
	}{{ann, "swim", other}, {ann, "gym", today}, {bob, "swim", today}, {ann, "swim", today}}
	for _, c := range counters {
		if err := errors.Join(use(t, d, c.who, c.rule, c.period, 2), use(t, d, c.who, c.rule, c.period, 2)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.InTx(t.Context(), d, func(tx *db.Tx) error { return limit.GiveBack(t.Context(), tx, ann, "swim", today) }); err != nil {
		t.Fatal(err)
	}
	for i, c := range counters {
		want := 2
		if i == len(counters)-1 {
			want = 1
		}
		if n, err := limit.Used(t.Context(), d, c.who, c.rule, c.period); err != nil || n != want {
			t.Errorf("%s in %s: %d, %v; want %d", c.rule, c.period, n, err, want)
		}
	}
}

func TestALowerLimitHoldsAtOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ann := uuid.New()
	if err := errors.Join(use(t, d, ann, "swim", today, 3), use(t, d, ann, "swim", today, 3)); err != nil {
		t.Fatal(err)
	}
	if err := use(t, d, ann, "swim", today, 1); !errors.Is(err, limit.ErrReached) {
		t.Errorf("third use of one: %v", err)
	}
}

func TestAHigherLimitLeavesRoomAtOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ann := uuid.New()
	if err := errors.Join(use(t, d, ann, "swim", today, 1), use(t, d, ann, "swim", today, 2)); err != nil {
		t.Fatal(err)
	}
	if err := use(t, d, ann, "swim", today, 2); !errors.Is(err, limit.ErrReached) {
		t.Errorf("third use of two: %v", err)
	}
}

func TestOfEightUsesAtOnceTheLimitLetsThrough(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for range 50 {
		ann := uuid.New()
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() { errs[i] = use(t, d, ann, "swim", today, 3) })
		}
		wg.Wait()
		through := 0
		for _, err := range errs {
			if err == nil {
				through++
			} else if !errors.Is(err, limit.ErrReached) {
				t.Error(err)
			}
		}
		if through != 3 {
			t.Fatalf("%d of 8 got through a limit of 3", through)
		}
	}
}
