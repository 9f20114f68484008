// Package organizer holds organizers, and counters: an organizer in its role at
// a desk. Their ids are those of the event database and stay text.
package organizer

import (
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/rights"
)

// ErrUnknown says that there is no such organizer.
var ErrUnknown = fault.New(fault.Missing, "organizer-unknown")

// An Organizer offers activities, and people at a desk.
type Organizer struct {
	ID            string
	Name          string
	City          string
	School        bool
	AccountID     uuid.UUID // the ledger account its points come from
	CardSystemIDs []int
}

// A Counter is an organizer as somebody who works there sees it.
type Counter struct {
	Organizer
	CardSystems []cardsystem.System // in the order of their names
	Roles       []rights.Role
	Permissions []rights.Permission
}
