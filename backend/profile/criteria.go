package profile

import (
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/period"
)

// The refusals of a search.
var (
	ErrNothingAsked = fault.New(fault.Invalid, "search-empty")     // no filter that says anything
	ErrTooShort     = fault.New(fault.Invalid, "search-too-short") // With "min" letters
	ErrTooMany      = fault.New(fault.Invalid, "search-too-many")  // With "max" numbers
	ErrAssociation  = fault.New(fault.Invalid, "search-association-unknown")
)

// Validity is whether something that has an end still holds.
type Validity string

// The validities.
const (
	Any     Validity = ""
	Current Validity = "ACTIVE"
	Over    Validity = "EXPIRED"
)

// Criteria say whom to look for. All that are given must fit; texts may hold *
// for anything.
type Criteria struct {
	// Text is a name as somebody typed it, with mistakes in it: «vandenberg jan».
	Text string
	// Name and FirstName, or a part of them, spelled right but for case, accents
	// and spaces.
	Name      string
	FirstName string

	BornFrom, BornUntil period.Day // both included
	Street              string
	PostalCode          string
	City                string
	Email               string
	Phone               string
	SchoolID            string // * is any
	AssociationID       uuid.UUID
	AssociationStatus   Validity
	CardSystemID        int
	OrganizerID         string // members of one of its card systems
	MembershipStatus    membership.Status
	CardStatus          card.Status
	SocialTariff        Validity // right now, in the card system asked for or in any
	Numbers             []string // pass numbers and chip numbers, alone
	INSZ                string   // alone

	Among []uuid.UUID // only these, wherever they belong; nil: everybody

	Descending bool // by name
	Count      bool // how many there are in all
}

// MaxNumbers is how many numbers can be looked up at once.
const MaxNumbers = 1000

// A Page is a part of what was found.
type Page struct{ Start, Limit int }

// A Result is who was found.
type Result struct {
	People  []uuid.UUID
	More    bool // there are people after these
	Total   int  // with Criteria.Count
	Unknown []string
	Invalid []string // numbers that cannot be
	// By names the card that led to a person, where a number did.
	By map[uuid.UUID]card.Number
}

// byNumber tells whether the criteria are numbers, which those may use who may
// look people up by number only.
func (c Criteria) byNumber() bool {
	return len(c.Numbers) > 0 || c.INSZ != "" || c.Among != nil && len(c.used()) == 0
}

// used names the filters, for the audit log: never their values.
func (c Criteria) used() []string {
	var out []string
	for _, f := range []struct {
		name string
		on   bool
	}{
		{"name", c.Text != "" || c.Name != "" || c.FirstName != ""},
		{"dateOfBirth", !c.BornFrom.IsZero() || !c.BornUntil.IsZero()},
		{"address", c.Street != "" || c.City != "" || c.PostalCode != ""},
		{"email", c.Email != ""},
		{"phoneNumber", c.Phone != ""},
		{"school", c.SchoolID != ""},
		{"association", c.AssociationID != uuid.Nil},
		{"cardSystem", c.CardSystemID != 0},
		{"status", c.MembershipStatus != "" || c.CardStatus != ""},
		{"socialTariff", c.SocialTariff != Any},
		{"number", len(c.Numbers) > 0},
		{"insz", c.INSZ != ""},
	} {
		if f.on {
			out = append(out, f.name)
		}
	}
	return out
}
