package bind_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

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

// 20,000 addresses that each ask once are no way to get turns back.
func TestACrowdGivesNobodyTheirTurnsBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := &bind.Limiter{PerMinute: 1, Burst: 3, Now: func() time.Time { return now }}
	for range 3 {
		if err := l.Allow("mallory"); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20_000 {
		if err := l.Allow(fmt.Sprint("caller ", i)); err != nil {
			t.Fatal(err)
		}
		if i%5_000 == 0 {
			now = now.Add(time.Minute) // who asked once has all turns again, mallory one
			if err := l.Allow("mallory"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := l.Allow("mallory"); !errors.Is(err, bind.ErrTooManyQuestions) {
		t.Errorf("a crowd gave turns back: %v", err)
	}
}

func TestASubscriberIsOneCallerWhateverAddressTheyTake(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7":             "address:192.0.2.7",
		"::ffff:192.0.2.7":      "address:192.0.2.7",
		"2001:db8:1:2::1":       "address:2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::99": "address:2001:db8:1:2::/64",
		"2001:db8:1:3::1":       "address:2001:db8:1:3::/64",
	} {
		c, _ := gin.CreateTestContext(httptest.NewRecorder())
		c.Request = httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		c.Request.RemoteAddr = net.JoinHostPort(address, "1234")
		if got := bind.Address(c); got != want {
			t.Errorf("%s is %q, want %q", address, got, want)
		}
	}
}
