package pcsc

import (
	"bytes"
	"maps"
	"slices"
)

// The bits of a reader's state as PC/SC gives them. The high half is a counter.
const (
	stateChanged   = 0x0002
	stateUnknown   = 0x0004
	statePresent   = 0x0020
	stateExclusive = 0x0080
	stateInUse     = 0x0100
	stateMute      = 0x0200
)

// announcer is the pseudo reader whose state changes when readers come and go.
const announcer = `\\?PnP?\Notification`

// slotOf reads a state.
func slotOf(reader string, state uint32, atr []byte) Slot {
	s := Slot{
		Reader:    reader,
		Count:     uint16(state >> 16),
		Present:   state&statePresent != 0,
		Mute:      state&(statePresent|stateMute) == statePresent|stateMute,
		InUse:     state&stateInUse != 0,
		Exclusive: state&stateExclusive != 0,
	}
	if s.Present && !s.Mute && len(atr) > 0 {
		s.ATR = bytes.Clone(atr)
	}
	return s
}

// Equal reports whether nothing differs.
func (s Slot) Equal(o Slot) bool {
	return s.Reader == o.Reader && bytes.Equal(s.ATR, o.ATR) && s.Count == o.Count &&
		s.Present == o.Present && s.Mute == o.Mute && s.InUse == o.InUse && s.Exclusive == o.Exclusive
}

// Equal reports whether the slots are the same and nothing differs in them.
func (s Slots) Equal(o Slots) bool { return maps.EqualFunc(s, o, Slot.Equal) }

// Names returns the names of the readers in order.
func (s Slots) Names() []string { return slices.Sorted(maps.Keys(s)) }
