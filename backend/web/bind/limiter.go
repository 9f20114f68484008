package bind

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxLimited bounds how many callers a Limiter remembers.
const maxLimited = 10_000

// A Limiter lets each caller ask only so often. It counts in this process
// alone: it slows searching down, it is no quota.
type Limiter struct {
	PerMinute int
	Burst     int
	Now       func() time.Time

	mu      sync.Mutex
	callers map[string]*rate.Limiter
}

// Allow takes one turn of a caller, or returns ErrTooManyQuestions.
func (l *Limiter) Allow(caller string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.callers == nil || len(l.callers) >= maxLimited {
		l.callers = map[string]*rate.Limiter{}
	}
	of, ok := l.callers[caller]
	if !ok {
		of = rate.NewLimiter(rate.Limit(float64(l.PerMinute)/60), l.Burst)
		l.callers[caller] = of
	}
	if !of.AllowN(l.Now(), 1) {
		return ErrTooManyQuestions
	}
	return nil
}
