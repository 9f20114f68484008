// Package eidcheck proves that an identity card was read: it takes the files of
// the card, verifies them against the root certificates of this installation,
// says what stands on the card, and finds who is registered with its national
// number.
//
// Nothing that a browser or a bridge says about the files counts; they are
// parsed here. A verdict is about the data and beside them: data that cannot be
// proved are shown all the same, with the reason.
//
// A read is kept for [Life], so that a registration can refer to it: who read
// it where, the verdict, a digest of the files and the sealed national number.
// No file, picture, name or address of a card is stored. What a verdict cannot
// say is that the card was there: a copy of its files reads the same.
package eidcheck

import (
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/bridge/eid"
)

// The refusals.
var (
	ErrUnreadable = fault.New(fault.Invalid, "eid-unreadable") // no identity in the files: read the card again
	ErrUnknown    = fault.New(fault.Missing, "eid-read-unknown")
)

// ErrNoRoot says that a folder holds no root certificate.
var ErrNoRoot = errors.New("there is no root certificate in it")

// ActionRead is what a read leaves in the audit log.
const ActionRead = "eid.read"

// Life is how long a read can be referred to.
const Life = time.Hour

// A Read is what a card says and what is to be thought of it.
type Read struct {
	ID            uuid.UUID
	At            time.Time
	Identity      eid.Identity
	Address       eid.Address // zero: the card has none, or it was not read
	Picture       []byte      // a JPEG; nil: none
	PictureProved bool        // it is the one that the identity speaks of
	NumberValid   bool        // the national number is one
	Verdict       eid.Verdict
	Match         *Match // nil: nobody has that number, or there is none
}

// A Match is the person who is registered with the card's national number.
type Match struct {
	PassholderID uuid.UUID
	FirstName    string
	Name         string
	Differences  []Field // between the card and the profile
}

// Field is something that a card and a profile both know.
type Field string

// The fields, in the order in which they are compared.
const (
	FirstName   Field = "firstName"
	Name        Field = "name"
	DateOfBirth Field = "dateOfBirth"
	Gender      Field = "gender"
	Street      Field = "street"
	PostalCode  Field = "postalCode"
	City        Field = "city"
)

// A Kept is what is kept of a read.
type Kept struct {
	ID          uuid.UUID
	At          time.Time
	INSZ        secret.NationalNumber // zero: the card has no valid one
	Verdict     eid.Verdict
	FilesSHA256 []byte // of all files together
}
