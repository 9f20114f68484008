// Package association holds associations, whose members are passholders: a
// sports club, the staff of a town. A card system keeps them and says which
// organizers see their members (read) and register them (write).
//
// A membership has a last day. How that is found is the association's choice:
// somebody names it, it follows from the date of birth, or from the day of
// registering. Near that day, and after it, a membership can be renewed, but
// for one that follows from the date of birth. Stopping one is not deleting it:
// the row stays, and the person may join again.
package association

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
)

// The refusals.
var (
	ErrUnknown      = fault.New(fault.Missing, "association-unknown") // or not for this organizer
	ErrReadOnly     = fault.New(fault.Denied, "association-read-only")
	ErrOtherSystem  = fault.New(fault.Conflict, "association-other-system") // With "cardSystem": no active membership of it
	ErrTooOld       = fault.New(fault.Conflict, "association-too-old")      // With "until"
	ErrNotRenewable = fault.New(fault.Conflict, "association-not-renewable")
	ErrTooEarly     = fault.New(fault.Conflict, "association-renewal-early") // With "from"
	ErrEndMissing   = fault.New(fault.Invalid, "association-end-missing")
	ErrEndEarly     = fault.New(fault.Invalid, "association-end-early") // With "earliest"
	ErrNoMember     = fault.New(fault.Missing, "association-no-member")
	ErrInvalid      = fault.New(fault.Invalid, "association-invalid")  // With "field"
	ErrChanged      = fault.New(fault.Conflict, "association-changed") // somebody else saved meanwhile
)

// What changes leave in the audit log.
const (
	actionJoined  = "association.joined"
	actionRenewed = "association.renewed"
	actionStopped = "association.stopped"
	actionRead    = "association.membershipsRead"
	actionSaved   = "association.saved"
)

// EndDateType is how the last day of a membership is found.
type EndDateType string

// The types.
const (
	Custom         EndDateType = "CUSTOM"                     // whoever registers names it
	ByBirth        EndDateType = "BASED_ON_DATE_OF_BIRTH"     // so many months after birth
	ByRegistration EndDateType = "BASED_ON_REGISTRATION_DATE" // so many months after registering
)

// Access is what an organizer may do with the members of an association.
type Access string

// The kinds. Who may write may read.
const (
	Read  Access = "READ"
	Write Access = "WRITE"
)

// An Association has members.
type Association struct {
	ID              uuid.UUID
	CardSystemID    int
	Name            string
	EndDateType     EndDateType
	SuggestedEnd    period.Day // with Custom: of each year; zero: none
	Months          int        // of age, or after registering; 0 with Custom
	RenewableMonths int        // before its end from which a membership can be renewed
	CreatedAt       time.Time
	Version         int
}

// A Share lets an organizer see the members of an association, or register them
// too.
type Share struct {
	OrganizerID string
	Access      Access
}

// A Shared association is one as an organizer sees it.
type Shared struct {
	Association
	Access Access
}

// A Managed association is one as its card system sees it.
type Managed struct {
	Association
	Shares  []Share
	Members int // active ones
}

// A Membership is one person's in an association.
type Membership struct {
	AssociationID uuid.UUID
	PassholderID  uuid.UUID
	Since         period.Day
	EndsOn        period.Day // last day
	StoppedAt     time.Time  // zero: not stopped
}

// Status of a membership.
type Status string

// The statuses.
const (
	Active  Status = "ACTIVE"
	Expired Status = "EXPIRED"
	None    Status = "NONE" // not a member, or stopped
)

// A Standing is where somebody stands with an association, and what can be done.
type Standing struct {
	Shared
	Status  Status
	Since   period.Day   // zero with None
	EndsOn  period.Day   // last day; zero with None
	NewEnd  period.Day   // last day when they join or renew today; zero: somebody has to name it, or they cannot
	Refusal *fault.Error // why they cannot join or renew today; nil: they can
}

// Renewable reports whether the membership can be renewed now.
func (s Standing) Renewable() bool { return s.Status != None && s.Refusal == nil }

// A Request asks to join an association, or to stay longer.
type Request struct {
	OrganizerID    string // that registers
	PassholderID   uuid.UUID
	AssociationID  uuid.UUID
	EndsOn         period.Day // with Custom; else it is not looked at
	IdempotencyKey string     // "": the request is not repeated
}
