// Package family holds families: a list of people that one of them, the main
// member, keeps. It is directed: who is on somebody's list has not got them on
// their own. The main member is always in their own family and cannot be taken
// out.
//
// Whoever is put on a list is told so, with a link that takes them off again
// without signing in. Only the hash of its token is kept; the token itself is
// made at the moment the mail is written ([MintUndo]).
package family

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/fault"
)

// The refusals.
var (
	ErrNoMember = fault.New(fault.Missing, "family-no-member")
	ErrAlready  = fault.New(fault.Conflict, "family-member-already")
	ErrFull     = fault.New(fault.Conflict, "family-full")        // With "max"
	ErrAdults   = fault.New(fault.Conflict, "family-full-adults") // With "max"
	ErrMain     = fault.New(fault.Denied, "family-main-member")   // cannot be taken out
	ErrIcon     = fault.New(fault.Invalid, "family-icon")
	ErrToken    = fault.New(fault.Unauthenticated, "family-undo-invalid") // unknown, used, or of somebody else
)

// What changes leave in the audit log.
const (
	ActionRead    = "family.read"
	actionAdded   = "family.memberAdded"
	actionChanged = "family.memberChanged"
	actionRemoved = "family.memberRemoved"
	actionUndone  = "family.memberLeft"
)

// TypeAdded is told to whoever writes the mail with the link: somebody was put
// on a list. The payload is an [Added].
const TypeAdded = "family.memberAdded"

// Added is who was put on whose list.
type Added struct {
	MainID   uuid.UUID `json:"mainId"`
	MemberID uuid.UUID `json:"memberId"`
}

// A Member is on a list.
type Member struct {
	PassholderID uuid.UUID
	Main         bool
	Icon         string
	Since        time.Time
}

// A Family is a list as somebody who is on it sees it.
type Family struct {
	MainID    uuid.UUID
	Name      string
	FirstName string
	Email     string // "": none, or not for this reader
	Since     time.Time
}

// Limits are how large a family may be, the main member included.
type Limits struct {
	Members  int
	Adults   int
	AdultAge int // full years from which somebody is one
}

// LimitsOf are those of the card systems that the main member belongs to: of
// several the most generous counts, and of none what a card system has that has
// set nothing.
func LimitsOf(systems []cardsystem.System) Limits {
	if len(systems) == 0 {
		systems = []cardsystem.System{{Rules: cardsystem.DefaultRules()}}
	}
	var out Limits
	for _, s := range systems {
		out.Members = max(out.Members, s.Rules.FamilyMaxMembers)
		out.Adults = max(out.Adults, s.Rules.FamilyMaxAdults)
		out.AdultAge = max(out.AdultAge, s.Rules.AdultAge)
	}
	return out
}

// maxIcon is longer than any name of an icon.
const maxIcon = 64
