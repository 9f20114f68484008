// Package card holds cards: their numbers and chips, the stock on its way from
// the supplier to a counter, the groups that carry one, and the answer to «whose
// is this?». A card belongs to one card system and at most one holder, a
// passholder or a group.
//
// A card goes from status to status by [Transition] only, along the table in
// rules.go, and each step leaves an event. Who needs several rows in one
// transaction locks cards before people, ids ascending.
//
// Digit 12 of a number says that the card was issued as a social-tariff card;
// it says nothing about anybody's right today.
package card

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/fault"
)

// The refusals.
var (
	ErrInvalidNumber     = fault.New(fault.Invalid, "invalid-uitpasnumber")
	ErrInvalidChip       = fault.New(fault.Invalid, "invalid-chip-number")
	ErrInvalidIdentifier = fault.New(fault.Invalid, "invalid-identifier")
	ErrUnknown           = fault.New(fault.Missing, "card-unknown")
	ErrTransition        = fault.New(fault.Conflict, "card-status-changed") // With "status": what it is now, which does not lead there
	ErrOtherActive       = fault.New(fault.Conflict, "card-other-active")   // the holder has another card in use in the card system
	ErrHolder            = fault.New(fault.Invalid, "card-holder-invalid")  // a card in use has one holder, a card in stock none
	ErrHolderChanged     = fault.New(fault.Conflict, "card-holder-changed") // not all cards are that person's
)

// What look-ups leave in the audit log.
const (
	ActionIdentified      = "card.identified"
	ActionTariffsExported = "card.tariffsExported"
)

// Status is where a card is in its life.
type Status string

// The statuses, in the order of a card's life.
const (
	Provisioned Status = "PROVISIONED" // a number, no card yet
	Stock       Status = "STOCK"       // at the supplier
	Sent        Status = "SENT"        // on its way to a counter
	LocalStock  Status = "LOCAL_STOCK" // at a counter, to be given out
	Active      Status = "ACTIVE"
	Blocked     Status = "BLOCKED"
	Deleted     Status = "DELETED"
)

// Reason is why a card's status changed.
type Reason string

// The reasons. NoReason is for steps that explain themselves.
const (
	NoReason Reason = ""
	Lost     Reason = "LOST"
	Stolen   Reason = "STOLEN"
	Defect   Reason = "DEFECT"
	Replaced Reason = "REPLACED" // the holder has another card
	Moved    Reason = "MOVED"    // the holder lives elsewhere
	Deceased Reason = "DECEASED"
	Misuse   Reason = "MISUSE"
	Regained Reason = "FOUND"   // a lost card is back
	Mistake  Reason = "MISTAKE" // it should not have been done
	Voided   Reason = "VOIDED"  // what it was done for is undone
	Imported Reason = "IMPORTED"
)

// Public returns the status as the public API knows it.
func (s Status) Public() Status {
	if s == Stock || s == Sent {
		return Provisioned
	}
	return s
}

// Type is what carries the number.
type Type string

// The types.
const (
	NFCCard Type = "NFC_CARD"
	Digital Type = "DIGITAL"
)

// A Card carries a number, and a chip unless it is digital.
type Card struct {
	ID           uuid.UUID
	CardSystemID int
	Number       Number
	Chip         Chip
	Type         Type
	Status       Status
	PassholderID uuid.UUID // uuid.Nil: none
	GroupPassID  uuid.UUID // uuid.Nil: none
	CounterID    string    // where it is, or was given out
	Replaces     uuid.UUID
	StatusReason Reason
	StatusAt     time.Time
	Pack         string    // the supplier's package
	ShipmentID   uuid.UUID // the parcel it came in; uuid.Nil: none
}

// A Change is what goes with a new status. What it leaves out stays as it is,
// but for the holder: a card that goes back to stock has none.
type Change struct {
	PassholderID uuid.UUID // for a card from stock that is taken in use: one of
	GroupPassID  uuid.UUID // the two
	CounterID    string    // where the card is now
	Replaces     uuid.UUID // the card it takes the place of
	ShipmentID   uuid.UUID // the parcel it is in
	At           time.Time
}

// An Event is what happened to a card.
type Event struct {
	ID          uuid.UUID
	CardID      uuid.UUID
	At          time.Time
	From, To    Status
	Reason      Reason
	Actor       string // who.Actor's Key
	OrganizerID string
}

// Kind is what an identifier turned out to be.
type Kind string

// The kinds.
const (
	KindPassholder   Kind = "PASSHOLDER"   // somebody's, and in use
	KindGroupPass    Kind = "GROUP_PASS"   // a group's, and in use
	KindUnregistered Kind = "UNREGISTERED" // ready to be given out
	KindBlocked      Kind = "BLOCKED"
	KindDeleted      Kind = "DELETED"
	KindInTransit    Kind = "IN_TRANSIT" // not at a counter yet
	KindUnknown      Kind = "UNKNOWN"
	KindInvalid      Kind = "INVALID" // no number at all; Found.Err says why
)

// Found is the answer to «whose is this?».
type Found struct {
	Kind         Kind
	Read         IdentifierKind // what the identifier was taken for
	Card         *Card          // nil: unknown, or a person without an active card
	System       *cardsystem.System
	PassholderID uuid.UUID // uuid.Nil: none
	GroupPass    *GroupPass
	Err          error // with KindInvalid
}

// A TariffCard is a card with which there is a social tariff today.
type TariffCard struct {
	Number           Number
	Group            bool
	AvailableTickets int // of a group
}
