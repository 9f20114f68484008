package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
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
		if err := p.Stop(nil); err == nil || time.Since(began) != 5*time.Second {
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

func TestTheServiceStartsWithTheComputerAndIsRestartedWhenItDies(t *testing.T) {
	t.Parallel()
	c := config([]string{"--port", "1234"})
	for option, want := range map[string]any{
		"OnFailure": "restart", "OnFailureDelayDuration": "5s", "OnFailureResetPeriod": 86400,
		"StartType": "automatic", "DelayedAutoStart": false, "RunAtLoad": true,
	} {
		if got := c.Option[option]; got != want {
			t.Errorf("%s is %v, not %v", option, got, want)
		}
	}
	if !strings.Contains(unit, "Restart=on-failure\n") {
		t.Error("systemd would not restart it")
	}
	if wants := map[bool]string{true: `NT AUTHORITY\LocalService`}[runtime.GOOS == "windows"]; c.UserName != wants {
		t.Errorf("it runs as %q, not %q", c.UserName, wants)
	}
	if want := []string{"run", "--port", "1234"}; !slices.Equal(c.Arguments, want) {
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
		if n, err := (events{&r}).Write([]byte(line + "\n")); err != nil || n != len(line)+1 || r.last != want || r.text != line {
			t.Errorf("%s: %s %q, %d, %v", line, r.last, r.text, n, err)
		}
	}
}

// recorder is an event log that remembers the last event.
type recorder struct{ last, text string }

func (r *recorder) write(severity string, v []any) error {
	r.last, r.text = severity, fmt.Sprint(v...)
	return nil
}

func (r *recorder) Error(v ...any) error          { return r.write("error", v) }
func (r *recorder) Warning(v ...any) error        { return r.write("warning", v) }
func (r *recorder) Info(v ...any) error           { return r.write("info", v) }
func (r *recorder) Errorf(string, ...any) error   { return errors.ErrUnsupported }
func (r *recorder) Warningf(string, ...any) error { return errors.ErrUnsupported }
func (r *recorder) Infof(string, ...any) error    { return errors.ErrUnsupported }
