package service

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestStartReturnsAtOnceAndStopWaitsForTheEnd(t *testing.T) {
	t.Parallel()
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			ended := false
			p := &program{log: slog.New(slog.DiscardHandler), exit: func(int) { t.Error("exited") }, bridge: func(ctx context.Context) error {
				<-ctx.Done()
				time.Sleep(3 * time.Second)
				ended = true
				return nil
			}}
			began := time.Now()
			if err := p.Start(nil); err != nil || time.Since(began) != 0 {
				t.Fatalf("Start took %v: %v", time.Since(began), err)
			}
			if err := p.Stop(nil); err != nil || !ended || time.Since(began) != 3*time.Second {
				t.Errorf("Stop returned after %v, ended %v: %v", time.Since(began), ended, err)
			}
		})
	}
}

func TestStopGivesUpAfterFiveSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &program{log: slog.New(slog.DiscardHandler), bridge: func(context.Context) error {
			time.Sleep(time.Hour)
			return nil
		}}
		if err := p.Start(nil); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := p.Stop(nil); err == nil || time.Since(began) != stopTime {
			t.Errorf("Stop returned after %v: %v", time.Since(began), err)
		}
		<-p.done
	})
}

func TestABridgeThatDiesTakesTheProgramWithIt(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{"with an error": errors.New("broken"), "silently": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				code := -1
				p := &program{
					log: slog.New(slog.DiscardHandler), exit: func(c int) { code = c },
					bridge: func(context.Context) error { return err },
				}
				if err := p.Start(nil); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if code != 1 {
					t.Errorf("exit code %d", code)
				}
				p.cancel()
			})
		})
	}
}

func TestTheServiceIsRestartedWhenItDies(t *testing.T) {
	t.Parallel()
	c := config([]string{"--port", "1234"})
	if c.Option["OnFailure"] != "restart" {
		t.Error("Windows would not restart it")
	}
	for _, line := range []string{"Restart=on-failure", "CapabilityBoundingSet=\n", "NoNewPrivileges=yes", "{{range Arguments}}"} {
		if !strings.Contains(unit, line) {
			t.Errorf("the systemd unit lacks %q", line)
		}
	}
	if len(c.Arguments) != 3 || c.Arguments[0] != "run" {
		t.Errorf("arguments %q", c.Arguments)
	}
}

func TestEventsHaveTheSeverityOfTheirLine(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"time=x level=ERROR msg=\"Bridge ended\"":      "error",
		"time=x level=WARN msg=\"Request refused\"":    "warning",
		"time=x level=INFO msg=\"Page connected\"":     "info",
		`{"time":"x","level":"ERROR","msg":"x"}`:       "error",
		"openbalie-bridge: listen: the port is taken":  "info",
		`{"time":"x","level":"INFO","msg":"no ERROR"}`: "info",
	} {
		var r recorder
		if n, err := (events{&r}).Write([]byte(line + "\n")); err != nil || n != len(line)+1 || r.last != want {
			t.Errorf("%s: %s, %d, %v", line, r.last, n, err)
		}
	}
}

// recorder is an event log that remembers the last severity.
type recorder struct{ last string }

func (r *recorder) Error(...any) error            { r.last = "error"; return nil }
func (r *recorder) Warning(...any) error          { r.last = "warning"; return nil }
func (r *recorder) Info(...any) error             { r.last = "info"; return nil }
func (r *recorder) Errorf(string, ...any) error   { return r.Error() }
func (r *recorder) Warningf(string, ...any) error { return r.Warning() }
func (r *recorder) Infof(string, ...any) error    { return r.Info() }
