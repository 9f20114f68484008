// Package profile assembles a person: the data, the cards, the memberships
// with their social tariffs, and the points, read together for one answer. It
// also answers the look-ups of the public API. It writes no table but the
// audit log: every look-up by national number is recorded, also a program's.
package profile

import (
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/points"
)

// The refusals of a pass look-up.
var (
	ErrPassUnknown       = fault.New(fault.Missing, "pass-not-found")
	ErrPassholderBlocked = fault.New(fault.Conflict, "passholder-blocked")
)

// What a look-up by national number leaves in the audit log.
const actionSearched = "passholder.searched"

// A Profile is a person in one view.
type Profile struct {
	passholder.Passholder
	Balance     points.Balance
	Cards       []card.Card               // those in use first, then the newest
	Systems     map[int]cardsystem.System // of the cards and memberships
	Memberships []membership.Membership   // oldest first
	Registrar   organizer.Organizer       // zero: unknown
}

// A Pass is what the public API calls one: a card in use, and what its holder
// can do with it.
type Pass struct {
	Card        card.Card
	System      cardsystem.System
	GroupPass   *card.GroupPass // nil: a person's
	Passholder  passholder.Passholder
	Points      int
	SocialRight *membership.Standing // in the card's system; nil: none ever
}

// A CardStatusError says that a card was found which is not in use.
type CardStatusError struct{ Found card.Found }

func (e *CardStatusError) Error() string { return "the card is " + string(e.Found.Card.Status) }

// A Query names a person by one of their numbers.
type Query struct {
	Number string
	Chip   string
	INSZ   string
}

// CurrentCard is the card that the person uses in a card system: the one in
// use, else the newest.
func (p Profile) CurrentCard(systemID int) (card.Card, bool) {
	for _, c := range p.Cards {
		if c.CardSystemID == systemID {
			return c, true
		}
	}
	return card.Card{}, false
}

// UitpasNumber is the number of the oldest active membership whose card is in
// use; empty when there is none.
func (p Profile) UitpasNumber() card.Number {
	for _, m := range p.Memberships {
		if c, ok := p.CurrentCard(m.System.ID); ok && m.Status == membership.Active && c.Status == card.Active {
			return c.Number
		}
	}
	return ""
}

// IsCurrent tells whether a card is the one its holder uses.
func (p Profile) IsCurrent(id uuid.UUID) bool {
	for _, c := range p.Cards {
		if c.ID == id {
			current, _ := p.CurrentCard(c.CardSystemID)
			return current.ID == id
		}
	}
	return false
}
