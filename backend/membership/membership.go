// Package membership holds the belonging of people to card systems, and the
// social tariff: a dated right of a person in one card system. Whether it works
// today, still works in its grace period, has expired or is suspended is
// computed here, and nowhere from a card.
package membership

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
)

// Status of a membership.
type Status string

// The statuses.
const (
	Active  Status = "ACTIVE"
	Blocked Status = "BLOCKED"
	Ended   Status = "ENDED" // moved away, died, voided
)

// Reason is why a membership is not active.
type Reason string

// The reasons.
const (
	NoReason Reason = ""
	Moved    Reason = "MOVED"
	Deceased Reason = "DECEASED"
	Misuse   Reason = "MISUSE"
	Request  Reason = "REQUEST" // the person asked for it
	Voided   Reason = "VOIDED"
	Merged   Reason = "MERGED"
)

// The refusals.
var (
	ErrNone        = fault.New(fault.Missing, "membership-none")
	ErrAlready     = fault.New(fault.Conflict, "membership-already")
	ErrBlocked     = fault.New(fault.Conflict, "membership-blocked")
	ErrEnded       = fault.New(fault.Conflict, "membership-ended")
	ErrEndPast     = fault.New(fault.Invalid, "socialtariff-end-past")
	ErrEndLate     = fault.New(fault.Invalid, "socialtariff-end-too-late")
	ErrNotLonger   = fault.New(fault.Conflict, "socialtariff-not-longer")
	ErrTariffNone  = fault.New(fault.Missing, "socialtariff-none")
	ErrSuspendPast = fault.New(fault.Invalid, "socialtariff-suspend-past")
	ErrUndoGone    = fault.New(fault.Conflict, "socialtariff-undo-gone")
	ErrUndoLate    = fault.New(fault.Conflict, "socialtariff-undo-late")
	ErrUndoForeign = fault.New(fault.Denied, "socialtariff-undo-elsewhere")
)

// A Membership is one person's in one card system.
type Membership struct {
	PassholderID uuid.UUID
	System       cardsystem.System
	Status       Status
	Since        time.Time
	Rights       []SocialTariff // oldest first; never overlapping
	SocialTariff *Standing      // nil: never had the right
}

// A SocialTariff is a dated right.
type SocialTariff struct {
	ID             uuid.UUID
	From, Until    period.Day // both included
	SuspendedUntil period.Day // first day it works again; zero: not suspended
	Ground         string
}

// TariffStatus says what a social tariff is worth now.
type TariffStatus string

// The statuses of a social tariff.
const (
	TariffActive    TariffStatus = "ACTIVE"
	TariffGrace     TariffStatus = "GRACE" // over, but still works for a while
	TariffExpired   TariffStatus = "EXPIRED"
	TariffSuspended TariffStatus = "SUSPENDED"
)

// Standing is where a social tariff stands at a moment.
type Standing struct {
	Status         TariffStatus
	Until          period.Day // last day, included
	EndsAt         time.Time  // the last second of that day
	GraceUntil     period.Day // last day on which it still works
	SuspendedUntil period.Day // zero unless suspended
}

// Works reports whether a reduced price may be asked for now.
func (s Standing) Works() bool { return s.Status == TariffActive || s.Status == TariffGrace }

// A Change is what happened to a social tariff: who, when, on what ground.
type Change struct {
	ID             uuid.UUID
	TariffID       uuid.UUID
	Kind           ChangeKind
	From, Until    period.Day // after it, both included
	SuspendedUntil period.Day // after it
	Ground         string
	Note           string
	At             time.Time
	Actor          string // who.Actor's key
	OrganizerID    string
}

// An Entry of the history is a change as a counter sees it.
type Entry struct {
	Change
	OrganizerName string       // of the counter that made it; "": none did
	UndoRefusal   *fault.Error // why the counter cannot undo it now; nil: it can
}

// Terms are the last days that a social tariff granted today can have.
type Terms struct {
	Today, Default, Latest period.Day
}

// ChangeKind is what kind of change it was.
type ChangeKind string

// The kinds.
const (
	Granted   ChangeKind = "GRANTED"
	Renewed   ChangeKind = "RENEWED"
	Suspended ChangeKind = "SUSPENDED"
	Resumed   ChangeKind = "RESUMED"
	Cut       ChangeKind = "ENDED" // ended early
	Undone    ChangeKind = "UNDONE"
)

// A Grant asks for a social tariff: a first one, or a longer one.
type Grant struct {
	PassholderID uuid.UUID
	CardSystemID int
	Until        period.Day // last day; zero: the card system's default
	Ground       string     // "RVV", "OCMW" …
	Note         string
}

// Expiring is somebody whose social tariff ends soon, or has just ended.
type Expiring struct {
	PassholderID uuid.UUID
	Name         string
	FirstName    string
	City         string
	Email        string
	Until        period.Day
	Ground       string
}
