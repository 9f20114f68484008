package reader

import (
	"context"
	"time"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// seat is what Watch knows of one reader.
type seat struct {
	id       string
	name     string
	body     string // what the names of the slots of one reader have in common
	slot     pcsc.Slot
	sessions *sessions
	card     *Card  // what lies there, once read
	told     bool   // the card was presented, and its removal must follow
	said     Reader // the reader as it was told last
	deaf     bool   // what lies there was mute when the reader appeared
	fixed    bool   // what lies there was there when the reader appeared

	// The worker.
	task   *task              // nil once the card is lifted
	cancel context.CancelFunc // ends the task

	// The last card that came.
	placed  time.Time
	contact bool // it went into a slot

	// The card that lay there last.
	last     Card
	liftedAt time.Time
}

func newSeat(name string, slot pcsc.Slot, service pcsc.Service) *seat {
	return &seat{
		id: ID(name), name: name, body: body(name), slot: slot, deaf: slot.Mute, fixed: slot.Present,
		sessions: &sessions{service: service},
	}
}

// reader describes the seat to others.
func (s *seat) reader() Reader {
	return Reader{ID: s.id, Name: s.name, State: stateOf(s.slot, s.card), Card: s.card}
}

// awoke reports whether its card only found its voice, and the worker is on it
// still or knows it by now.
func (s *seat) awoke(after pcsc.Slot) bool {
	return s.task != nil && s.slot.Mute && after.Present && !after.Mute && s.slot.Count == after.Count &&
		(s.card == nil || s.card.Problem != CardMute)
}

// back reports whether a card is the one that was lifted a moment before. A
// card about which nothing is known could be any.
func (s *seat) back(c Card, placed time.Time) bool {
	return s.last.PresentationID != "" && placed.Sub(s.liftedAt) < trembling &&
		(c.UID != "" || c.Problem != "") && c.UID == s.last.UID && c.Problem == s.last.Problem
}
