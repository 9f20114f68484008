// Package points is the ledger of points: append-only double entry, whole
// numbers only. A person has one account on the whole platform, which carries
// the person's id; its balance is kept in the transaction that moves points and
// proved by Verify. Organizers' accounts keep no balance: theirs is a sum.
//
// Spending never overdraws. Taking back points that were spent already leaves a
// debt, which the next points pay off.
package points

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/fault"
)

// ErrTooFew says that there are fewer points than would be spent.
var ErrTooFew = fault.New(fault.Conflict, "points-too-few")

// Code says why points moved.
type Code int16

// The codes. A number is never reused.
const (
	Checkin  Code = 1
	Reversal Code = 2
	Spending Code = 3
	// TakenOver is what people had in the system that was there before.
	TakenOver Code = 4
	// Handing goes from one record of a person to another, when the two are made
	// one or parted again.
	Handing Code = 5
)

// A Balance is what a person has, or owes.
type Balance struct {
	Points int `json:"points"`
	Debt   int `json:"debt"`
}

// A Movement is what a transfer moves and why.
type Movement struct {
	ID           uuid.UUID
	PassholderID uuid.UUID
	OrganizerID  uuid.UUID // the organizer's account
	CardSystemID int
	Points       int
	GroupID      uuid.UUID // the act that moved them
	Reverses     uuid.UUID // the transfer that is taken back
	At           time.Time
}

// An Entry is a line of somebody's history.
type Entry struct {
	ID           uuid.UUID
	At           time.Time
	Code         Code
	Points       int // negative when taken away
	BalanceAfter int // negative while there is a debt
	CardSystemID int
	OrganizerID  uuid.UUID // the organizer's account
	GroupID      uuid.UUID
	Reverses     uuid.UUID
}

// A Fault is something that the verifier found: there should be none.
type Fault struct{ What, Ref string }
