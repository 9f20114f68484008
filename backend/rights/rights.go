// Package rights says who may do what for which organizer. A grant is (person
// or client) × organizer × role; a role expands to permissions of the public
// API. Persons are named by e-mail address, so that a grant can be given before
// the first login.
//
// Nothing is cached: each request reads its grants again, so that a right that
// was taken away is gone with the next click.
package rights

import "github.com/openbalie/openbalie/backend/fault"

// The refusals.
var (
	ErrDenied      = fault.New(fault.Denied, "forbidden")
	ErrBeyond      = fault.New(fault.Denied, "grant-beyond-own-rights")
	ErrUnknownRole = fault.New(fault.Invalid, "role-unknown")
)

// Held is what somebody holds at one organizer.
type Held struct {
	OrganizerID string
	Roles       []Role
	Permissions []Permission // in the order of Permissions()
}
