package bind

import (
	"maps"
	"net/netip"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
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

// Address is where a request comes from, as a caller: of an IPv6 address its
// network, of which one subscriber has all the addresses.
func Address(c *gin.Context) string {
	at, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return "address:" + c.ClientIP()
	}
	if at = at.Unmap(); at.Is6() {
		if network, err := at.WithZone("").Prefix(subscriberBits); err == nil {
			return "address:" + network.String()
		}
	}
	return "address:" + at.String()
}

// subscriberBits is how much of an IPv6 address names a subscriber.
const subscriberBits = 64

// makeRoom forgets callers when there are too many: first those who have all
// their turns, to whom it makes no difference, so that a crowd does not give its
// turns back to who has spent them.
func (l *Limiter) makeRoom() {
	if len(l.callers) >= maxLimited {
		now := l.Now()
		maps.DeleteFunc(l.callers, func(_ string, of *rate.Limiter) bool { return of.TokensAt(now) >= float64(l.Burst) })
	}
	if l.callers == nil || len(l.callers) >= maxLimited {
		l.callers = map[string]*rate.Limiter{}
	}
}

// Allow takes one turn of a caller, or returns ErrTooManyQuestions.
func (l *Limiter) Allow(caller string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.makeRoom()
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
