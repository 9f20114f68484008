package training_test

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/training"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// line is a reader with one card in it.
type line struct{ *training.Chip }

func (l line) Transaction(_ context.Context, talk func(eid.Transmit) error) error {
	return talk(func(_ context.Context, command []byte) ([]byte, error) { return l.Answer(command), nil })
}

func (l line) Reconnect(_ context.Context, reset bool) error {
	if reset {
		l.PowerCycle()
	}
	return nil
}

// Every card is read as a real one would be, and proved, except for what it was
// made to show.
func TestEveryCardShowsWhatItIsFor(t *testing.T) {
	t.Parallel()
	shown := map[string]eid.Reason{training.Forged: eid.SignatureWrong, training.Ancient: eid.CardExpired}
	for _, c := range training.Cards() {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			if c.Labels.NL == "" || c.Labels.FR == "" || c.Labels.DE == "" || c.Labels.EN == "" {
				t.Error("a card without a name")
			}
			var f eid.Files
			report, err := eid.Read(t.Context(), line{c.Chip()}, eid.Options{ATR: c.ATR}, func(e eid.Event) error {
				f.Put(e.File, e.Raw)
				return e.Err
			})
			if c.Inactive {
				if !errors.Is(err, eid.ErrNotActivated) {
					t.Errorf("not activated: %v", err)
				}
				return
			}
			if err != nil || report.Card.Applet == 0 {
				t.Fatalf("%+v, %v", report, err)
			}
			verdict := training.Profile().Verify(f, today)
			if why := verdict.Why(); why != shown[c.ID] || verdict.Verified() != (shown[c.ID] == "") {
				t.Errorf("verified %v, because %q: %v", verdict.Verified(), why, verdict.Findings)
			}
			who, err := eid.ParseIdentity(f.Identity)
			if err != nil || who.Name == "" || !who.NationalNumber.Valid() {
				t.Errorf("nobody, %v", err)
			}
		})
	}
}

// A sandbox's trust is worth nothing where real cards are checked.
func TestNobodyElseTrustsTheCards(t *testing.T) {
	t.Parallel()
	if _, err := eid.Production(training.Roots(), eid.Pins()...); !errors.Is(err, eid.ErrNotPinned) {
		t.Errorf("the training roots among the real ones: %v", err)
	}
}

func TestNoKeyIsInTheTree(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "git", "grep", "-lE", "BEGIN (EC |RSA |ENCRYPTED )?PRIVATE KEY", "--", ".").Output()
	if _, none := errors.AsType[*exec.ExitError](err); err != nil && !none {
		t.Skipf("needs git: %v", err)
	}
	if found := strings.TrimSpace(string(out)); found != "" && found != "training_test.go" {
		t.Errorf("keys in %s", found)
	}
}
