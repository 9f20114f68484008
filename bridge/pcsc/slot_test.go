package pcsc_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

func TestEachCodeHasItsClass(t *testing.T) {
	t.Parallel()
	for code, want := range map[uint32]error{
		0x8010001D: pcsc.ErrDown,
		0x8010001E: pcsc.ErrDown,
		0x80100013: pcsc.ErrDown,
		0x80100012: pcsc.ErrDown,
		0x80100018: pcsc.ErrDown,
		0x80100003: pcsc.ErrDead,
		6:          pcsc.ErrDead,
		0x8010006A: pcsc.ErrDenied,
		0x80100027: pcsc.ErrDenied,
		0x80100009: pcsc.ErrUnknownReader,
		0x80100017: pcsc.ErrUnknownReader,
		0x80100069: pcsc.ErrRemoved,
		0x8010000C: pcsc.ErrRemoved,
		0x80100068: pcsc.ErrReset,
		0x8010000B: pcsc.ErrBusy,
		0x80100066: pcsc.ErrMute,
		0x80100067: pcsc.ErrMute,
		0x80100065: pcsc.ErrMute,
		0x80100015: pcsc.ErrMute,
		0x8010000F: pcsc.ErrMute,
		0x80100016: pcsc.ErrGarbled,
		0x8010002F: pcsc.ErrGarbled,
		0x80100001: pcsc.ErrFailed,
		0:          pcsc.ErrFailed,
		0xFFFFFFFF: pcsc.ErrFailed,
	} {
		err := pcsc.Fail("try", code)
		if !errors.Is(err, want) || !strings.HasPrefix(err.Error(), "try: ") {
			t.Errorf("%08X: %v, want %v", code, err, want)
		}
	}
}

func TestSlotsDifferInEveryField(t *testing.T) {
	t.Parallel()
	one := pcsc.Slot{Reader: "a", ATR: []byte{0x3B}, Count: 1, Present: true}
	if twin := one; !one.Equal(twin) {
		t.Fatal("a slot equals its copy")
	}
	for name, change := range map[string]func(*pcsc.Slot){
		"reader":    func(s *pcsc.Slot) { s.Reader = "b" },
		"ATR":       func(s *pcsc.Slot) { s.ATR = nil },
		"count":     func(s *pcsc.Slot) { s.Count++ },
		"present":   func(s *pcsc.Slot) { s.Present = false },
		"mute":      func(s *pcsc.Slot) { s.Mute = true },
		"in use":    func(s *pcsc.Slot) { s.InUse = true },
		"exclusive": func(s *pcsc.Slot) { s.Exclusive = true },
	} {
		other := one
		if change(&other); one.Equal(other) || (pcsc.Slots{"a": one}).Equal(pcsc.Slots{"a": other}) {
			t.Errorf("a change of %s is not seen", name)
		}
	}
}
