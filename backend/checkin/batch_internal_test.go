package checkin

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
)

// number asks for itself; numbers with one last digit meet.
type number int

func (n number) meets(other number) bool { return n%10 == other%10 }

// line is a batch whose statements wait until they are let go, one by one.
type line struct {
	batch[number, int]
	mu     sync.Mutex
	served [][]number
	fails  func(asks []number) error
	goOn   chan struct{}
}

func newLine() *line {
	return &line{goOn: make(chan struct{}), fails: func([]number) error { return nil }}
}

func (l *line) serve(_ context.Context, asks []number) ([]answered[int], error) {
	l.mu.Lock()
	l.served = append(l.served, asks)
	l.mu.Unlock()
	<-l.goOn
	out := make([]answered[int], len(asks))
	for i, n := range asks {
		out[i].answer = int(n)
	}
	return out, l.fails(asks)
}

// queue lets the numbers come one after the other, and everything finish.
func (l *line) queue(ctx context.Context, numbers ...number) []error {
	errs := make([]error, len(numbers))
	var wg sync.WaitGroup
	for i, n := range numbers {
		wg.Go(func() {
			got, err := l.do(ctx, n, l.serve)
			if errs[i] = err; err == nil && got != int(n) {
				errs[i] = errors.New("somebody else's answer")
			}
		})
		synctest.Wait()
	}
	close(l.goOn)
	wg.Wait()
	synctest.Wait()
	return errs
}

// others are n numbers that do not meet the first, nor each other.
func others(runners int) (first, rest []number) {
	for i := range runners {
		first = append(first, number(100*i))
	}
	return first, []number{1, 2, 3}
}

func TestWhoComesFirstGoesAloneAndThoseWhoWaitGoTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		first, rest := others(runners())
		for _, err := range l.queue(t.Context(), append(first, rest...)...) {
			if err != nil {
				t.Error(err)
			}
		}
		if got := l.served[len(first):]; !cmp.Equal(got, [][]number{rest}) || len(l.served[0]) != 1 {
			t.Errorf("served %v", l.served)
		}
		if l.running != 0 || len(l.waiting) != 0 {
			t.Errorf("%d run and %d wait at the end", l.running, len(l.waiting))
		}
	})
}

func TestThoseWhoMeetGoApartAndNoBatchIsTooLarge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		first, _ := others(runners())
		var all []number
		for i := range 3 * maxBatch {
			all = append(all, number(i))
		}
		for _, err := range l.queue(t.Context(), append(first, all...)...) {
			if err != nil {
				t.Error(err)
			}
		}
		if n := len(slices.Concat(l.served...)); n != len(first)+len(all) {
			t.Errorf("%d were served", n)
		}
		for _, asks := range l.served {
			for i, n := range asks {
				if len(asks) > maxBatch || slices.ContainsFunc(asks[:i], n.meets) {
					t.Errorf("together: %v", asks)
				}
			}
		}
	})
}

func TestWhoLeavesTakesNobodyAlong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		first, rest := others(runners())
		ctx, cancel := context.WithCancel(t.Context())
		for _, n := range first {
			go func() { _, _ = l.do(t.Context(), n, l.serve) }()
		}
		synctest.Wait()
		left := make(chan error)
		go func() {
			_, err := l.do(ctx, 9, l.serve)
			left <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who left was told %v", err)
		}
		for _, err := range l.queue(t.Context(), rest...) {
			if err != nil {
				t.Error(err)
			}
		}
		if slices.Contains(slices.Concat(l.served...), 9) {
			t.Error("who left was served")
		}
	})
}

func TestARefusalIsToldToTheOneItIsAbout(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	tooMuch := &pgconn.PgError{SeverityUnlocalized: "ERROR", Code: "23514"}
	for name, tt := range map[string]struct {
		cause error
		told  []error // those who waited: 1, 2 and 3
		tries int     // of them
	}{
		"a constraint":        {tooMuch, []error{nil, tooMuch, nil}, 4},
		"a server that stops": {&pgconn.PgError{SeverityUnlocalized: "FATAL", Code: "57P01"}, nil, 1},
		"a broken connection": {broken, nil, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := newLine()
			l.fails = func(asks []number) error {
				if slices.Contains(asks, 2) {
					return tt.cause
				}
				return nil
			}
			first, rest := others(runners())
			errs := l.queue(t.Context(), append(first, rest...)...)[len(first):]
			for i, err := range errs {
				want := tt.cause
				if tt.told != nil {
					want = tt.told[i]
				}
				if !errors.Is(err, want) {
					t.Errorf("%s: %d was told %v", name, rest[i], err)
				}
			}
			if n := len(l.served) - len(first); n != tt.tries {
				t.Errorf("%s: %d statements, want %d", name, n, tt.tries)
			}
		})
	}
}

func TestAPanicIsAnErrorOfThoseWhoWereServed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		l.fails = func(asks []number) error {
			if len(asks) > 1 {
				panic("0900000031618")
			}
			return nil
		}
		first, rest := others(runners())
		for i, err := range l.queue(t.Context(), append(first, rest...)...) {
			if alone := i < len(first); alone != (err == nil) {
				t.Errorf("%d: %v", i, err)
			} else if !alone && (!strings.Contains(err.Error(), "panic of type string") || strings.Contains(err.Error(), "09000")) {
				t.Error(err)
			}
		}
	})
}
