package reader

import (
	"context"
	"runtime"
	"time"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// seat is what Watch knows of one reader.
type seat struct {
	name string
	slot pcsc.Slot
	card *Card  // what lies there, once read
	told bool   // the card was presented, and its removal must follow
	said Reader // the reader as it was told last
	deaf bool   // what lies there was mute when the reader appeared

	// The worker.
	tasks chan *task         // holds the newest task: older ones are of no interest
	task  *task              // what it is at, or was last
	lift  context.CancelFunc // ends the task
	stop  context.CancelFunc // ends the worker

	// The card that lay there last.
	last     Card
	liftedAt time.Time
}

// reader describes the seat to others.
func (s *seat) reader() Reader {
	return Reader{ID: ID(s.name), Name: s.name, State: stateOf(s.slot, s.card), Card: s.card}
}

// give hands the worker a task in place of the one it may not have begun, and
// lets it run first: the card's answer is what takes time.
func (s *seat) give(t *task) {
	select {
	case <-s.tasks:
	default:
	}
	s.tasks <- t // never blocks: there is one giver
	runtime.Gosched()
}

// back reports whether a card is the one that was lifted a moment before. A
// card about which nothing is known could be any.
func (s *seat) back(c Card, placed time.Time) bool {
	return s.last.PresentationID != "" && placed.Sub(s.liftedAt) < trembling &&
		(c.UID != "" || c.Problem != "") && c.UID == s.last.UID && c.Problem == s.last.Problem
}
