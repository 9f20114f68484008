// Package membership holds the belonging of people to card systems, and the
// social tariff: a dated right of a person in one card system. Whether it works
// today, still works in its grace period, has expired or is suspended is
// computed here, and nowhere from a card.
package membership

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/period"
)

// Status of a membership.
type Status string

// The statuses.
const (
	Active  Status = "ACTIVE"
	Blocked Status = "BLOCKED"
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
