package bind_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/web/bind"
)

func TestEachCallerAsksOnlySoOften(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := &bind.Limiter{PerMinute: 60, Burst: 3, Now: func() time.Time { return now }}
	ask := func(caller string, times, want int) {
		t.Helper()
		allowed := 0
		for range times {
			if err := l.Allow(caller); err == nil {
				allowed++
			} else if !errors.Is(err, bind.ErrTooManyQuestions) {
				t.Error(err)
			}
		}
		if allowed != want {
			t.Errorf("%s asked %d times and was allowed %d, want %d", caller, times, allowed, want)
		}
	}
	ask("ann", 5, 3)
	ask("bob", 5, 3)
	now = now.Add(2 * time.Second)
	ask("ann", 5, 2)
	now = now.Add(time.Hour)
	ask("ann", 5, 3) // no more than that is saved up
	for i := range 20_000 {
		ask(fmt.Sprint("caller ", i), 1, 1) // however many there are
	}
}
