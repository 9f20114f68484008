// Package who names the one who asks. An Actor is passed down explicitly to
// everything that checks a right or writes the audit log; it never hides in a
// context.
package who

import (
	"log/slog"
	"strings"
)

// Kind tells what an actor is.
type Kind string

// The kinds.
const (
	Person Kind = "PERSON" // somebody who signed in
	Client Kind = "CLIENT" // a program with its own credentials
	System Kind = "SYSTEM" // this program itself: jobs, sample data, the command line
)

// An Actor is the one who asks.
type Actor struct {
	Kind    Kind
	ID      string // login user's uuid, client id, or the job's name
	Subject string // what grants name: lower-case e-mail address, or client id; never logged
	Counter string // acting organizer's id, empty for API clients
	Purpose string // what for people are read, one of Purposes; empty for programs
}

// Purposes are what people are read for at a counter. The first is what is meant
// when nothing is said.
var Purposes = []string{"SERVICE", "REGISTRATION", "CORRECTION", "SUPPORT", "REPORTING", "PRIVACY"}

// Program returns the actor for work that nobody in particular asked for.
func Program(name string) Actor { return Actor{Kind: System, ID: name} }

// Key is the scope of idempotency keys: two actors never share one.
func (a Actor) Key() string { return strings.ToLower(string(a.Kind)) + ":" + a.ID }

// String names the actor without the e-mail address.
func (a Actor) String() string { return a.Key() }

// GoString is String: %#v must not show more than %v.
func (a Actor) GoString() string { return a.Key() }

// LogValue keeps the e-mail address out of the log.
func (a Actor) LogValue() slog.Value { return slog.StringValue(a.Key()) }
