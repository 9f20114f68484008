package sandbox

import (
	"time"

	"github.com/google/uuid"
)

// pass is a row of card before it has its number.
type pass struct {
	status   string
	reason   string
	holder   *uuid.UUID
	group    *uuid.UUID
	counter  *string
	replaces *uuid.UUID
	mark     bool // issued as a social tariff card
	chipped  bool // not a digital pass
	at       time.Time
}

// addCard gives a card the next number of its region.
func (w *world) addCard(r region, c pass) (id uuid.UUID, number string) {
	prefix := r.prefix
	w.serials[prefix]++
	serial := w.serials[prefix]
	number = uitpasNumber(prefix, serial, c.mark)
	var uid []byte
	if c.chipped {
		uid = chip(r.id, serial)
	}
	return w.addCardAs(r.id, number, uid, c), number
}

func (w *world) addCardAs(system int, number string, chip []byte, c pass) uuid.UUID {
	kind := "NFC_CARD"
	if chip == nil {
		kind = "DIGITAL"
	}
	id := w.id(c.at)
	w.add("card", id, system, number, chip, kind, c.status, c.holder, c.group, c.counter, c.replaces, c.reason, c.at, c.at)
	return id
}

// addPasses gives somebody a pass: most hold their first one, some lost it
// and have another, a few are without since they reported it.
func (w *world) addPasses(r region, p holder, state tariffState) (number string) {
	mark, chipped := state != none, !w.chance(12)
	current := pass{status: "ACTIVE", holder: &p.id, mark: mark, chipped: chipped, at: p.since}
	switch dice := w.IntN(100); {
	case dice < 5:
		lost, _ := w.addCard(r, pass{status: "BLOCKED", reason: "LOST", holder: &p.id, mark: mark, chipped: true, at: w.ago(120)})
		current.replaces = &lost
	case dice < 8:
		current.status, current.reason, current.at = "BLOCKED", "STOLEN", w.ago(40)
	}
	_, number = w.addCard(r, current)
	return number
}
