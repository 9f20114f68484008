// Package fault holds the errors that are expected: refusals and mistakes that
// a caller can act upon. Everything else is an ordinary error and reaches the
// outside world as «internal» only. A fault is declared once, as a
// package-level Err variable of the noun that refuses; package web turns it
// into a problem and its code into a sentence in four languages.
package fault

import "maps"

// Kind groups errors by what the caller should do next.
type Kind string

// The kinds.
const (
	Invalid         Kind = "invalid"         // send something else
	Denied          Kind = "denied"          // ask for a right
	Missing         Kind = "missing"         // name something that exists
	Conflict        Kind = "conflict"        // look again, the world has moved on
	Unauthenticated Kind = "unauthenticated" // say who you are
	Busy            Kind = "busy"            // come back later
)

// An Error is one expected failure. Its Code is part of the API contract.
type Error struct {
	Kind Kind
	Code string         // kebab-case, never reused: "checkin-limit-reached"
	Args map[string]any // what a translated message needs; no personal data
}

// New returns an error to declare as a package-level Err variable.
func New(k Kind, code string) *Error { return &Error{Kind: k, Code: code} }

// With returns a copy of e that also carries key and value.
func (e *Error) With(key string, value any) *Error {
	args := map[string]any{}
	maps.Copy(args, e.Args)
	args[key] = value
	return &Error{Kind: e.Kind, Code: e.Code, Args: args}
}

func (e *Error) Error() string { return string(e.Kind) + ": " + e.Code }

// Is reports whether target is the same failure, whatever its Args.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}
