// Package passholder holds people. A person belongs to the whole platform, not
// to a card system. The national number is sealed, found by keyed hash, and
// handed out only to those who may register people; every read of a person by
// a person is in the audit log.
package passholder

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
)

// The refusals.
var (
	ErrUnknown  = fault.New(fault.Missing, "passholder-unknown")
	ErrINSZUsed = fault.New(fault.Conflict, "insz-already-used")
)

// ActionRead is what opening a person leaves in the audit log.
const ActionRead = "passholder.read"

// Gender as the public API spells it; empty when unknown.
type Gender string

// The genders.
const (
	Male   Gender = "MALE"
	Female Gender = "FEMALE"
	X      Gender = "X"
)

// A Passholder is a person.
type Passholder struct {
	ID                      uuid.UUID
	Name                    string
	FirstName               string
	DateOfBirth             period.Day
	Gender                  Gender
	Nationality             string
	Street                  string
	PostalCode              string
	City                    string
	Country                 string // lower-case ISO 3166-1 alpha-2
	Email                   string
	PhoneNumber             string
	INSZ                    secret.NationalNumber // zero unless asked for by somebody who may see it
	INSZKnown               bool
	RegistrationOrganizerID string
	CreatedAt               time.Time
	OptIn                   map[string]bool
}

// Age returns the person's full years on the day of an instant, Brussels time.
func (p Passholder) Age(now time.Time) int {
	return period.Age(p.DateOfBirth, period.DayOf(now, period.Brussels()))
}
