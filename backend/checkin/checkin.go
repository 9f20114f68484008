// Package checkin registers participations: a person takes part in an activity
// and saves points. One query loads the facts, a pure rule decides, and one
// statement writes everything or nothing: the balance, the counter of the
// limit, the check-in, its transfer, the audit entry and what the
// Idempotency-Key did. In a rush, requests that wait share both statements (see
// batch). Cancelling reverses the points and gives the use back.
//
// Locks are taken in one order, the holder's account and then the counter; two
// requests at once meet at the account, and the loser learns what happened by
// loading the facts again.
package checkin

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/points"
)

// The refusals of a check-in. Each has a text in four languages.
var (
	ErrTooEarly           = fault.New(fault.Conflict, "checkin-too-early")
	ErrTooLate            = fault.New(fault.Conflict, "checkin-too-late")
	ErrNotToday           = fault.New(fault.Conflict, "checkin-not-today")
	ErrLimitReached       = fault.New(fault.Conflict, "checkin-limit-reached")
	ErrNoPoints           = fault.New(fault.Conflict, "checkin-no-points")
	ErrGroupPass          = fault.New(fault.Conflict, "group-pass")
	ErrCardBlocked        = fault.New(fault.Conflict, "card-blocked")
	ErrCardNotActive      = fault.New(fault.Conflict, "card-not-active")
	ErrNoActiveMembership = fault.New(fault.Conflict, "no-active-membership")
)

// The refusals of a cancellation, and of a race that was lost too often.
var (
	ErrUnknown          = fault.New(fault.Missing, "checkin-unknown")
	ErrAlreadyCancelled = fault.New(fault.Conflict, "checkin-already-cancelled")
	ErrBusy             = fault.New(fault.Busy, "try-again")
)

// What check-ins leave in the audit log.
const (
	ActionRegistered  = "checkin.registered"
	ActionCancelled   = "checkin.cancelled"
	ActionHistoryRead = "points.read"
)

// Channel is the way a check-in came in.
type Channel string

// The channels.
const (
	Counter Channel = "COUNTER"
	API     Channel = "API"
	Kiosk   Channel = "KIOSK"
	Code    Channel = "CODE"
)

// A Registration asks for a check-in, by card number or by person.
type Registration struct {
	UitpasNumber   string    // as the caller wrote it; or:
	PassholderID   uuid.UUID // the person, with the card that is in use
	ActivityID     string
	IdempotencyKey string // optional
	Channel        Channel
}

// A Checkin is one participation. Its JSON is what an Idempotency-Key keeps.
type Checkin struct {
	ID            uuid.UUID   `json:"id"`
	PassholderID  uuid.UUID   `json:"passholderId"`
	ActivityID    string      `json:"activityId"`
	ActivityTitle string      `json:"activityTitle"`
	UitpasNumber  card.Number `json:"uitpasNumber"`
	Points        int         `json:"points"`
	Balance       int         `json:"balance"`
	Debt          int         `json:"debt"`
	At            time.Time   `json:"at"`
	Replayed      bool        `json:"-"` // the Idempotency-Key had done it before
}

// Cancelled is what a cancellation left on the account.
type Cancelled struct {
	Balance  int  `json:"balance"`
	Debt     int  `json:"debt"`
	Replayed bool `json:"-"`
}

// An Offer is an activity with whether a person may save a point there.
type Offer struct {
	Activity  activity.Activity
	Decision  Decision
	DoneAt    time.Time // when a point was saved in this period; zero: not
	CheckinID uuid.UUID // that check-in; uuid.Nil: none
}

// A Line of the points history.
type Line struct {
	ID            uuid.UUID // of the transfer
	At            time.Time
	Code          points.Code
	Title         string
	OrganizerName string
	Points        int // negative when taken back
	BalanceAfter  int // negative while there is a debt
	CheckinID     uuid.UUID
	Undo          *Undo // nil unless it is a check-in
}

// Undo says whether a check-in can be cancelled by the one who asks.
type Undo struct {
	Allowed bool
	Err     *fault.Error // why not
}

// History is a page of somebody's points.
type History struct {
	Balance, Debt, Total int
	Lines                []Line
}
