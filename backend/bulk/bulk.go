// Package bulk does one thing to many people: to a selection, or to the rows of
// a file. It is also the door by which people, cards, points and social tariffs
// come in from another system, and by which lists leave.
//
// Work is done in portions, each a transaction that also writes down the outcome
// of its rows. So a program that was killed goes on where it was, and no row is
// done twice. A portion in which one row cannot be written is done again in
// halves, until that row stands alone with its reason. A dry run does the same
// and takes every portion back.
package bulk

import (
	"encoding/json"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// The refusals.
var (
	ErrUnknown    = fault.New(fault.Missing, "bulk-unknown")
	ErrKind       = fault.New(fault.Invalid, "bulk-kind-unknown")
	ErrNobody     = fault.New(fault.Invalid, "bulk-nobody")      // neither a selection nor a file, or both
	ErrTooMany    = fault.New(fault.Invalid, "bulk-too-many")    // With "max"
	ErrColumn     = fault.New(fault.Invalid, "bulk-column")      // With "column": no such column, or twice
	ErrNoColumn   = fault.New(fault.Invalid, "bulk-no-column")   // With "column": one that must be there
	ErrParameter  = fault.New(fault.Invalid, "bulk-parameter")   // With "parameter"
	ErrPurpose    = fault.New(fault.Invalid, "bulk-no-purpose")  // a list leaves with a purpose only
	ErrFinished   = fault.New(fault.Conflict, "bulk-finished")   // there is nothing to cancel
	ErrUnfinished = fault.New(fault.Conflict, "bulk-unfinished") // there is no list yet
)

// What a row says beside the refusals of the nouns that it is about.
var (
	ErrValue       = fault.New(fault.Invalid, "bulk-value")                   // With "column": what stands there cannot be read
	ErrRowEmpty    = fault.New(fault.Invalid, "bulk-row-empty")               // neither a card nor a person
	ErrRefused     = fault.New(fault.Conflict, "bulk-row-refused")            // the database did not take it
	ErrNoCardInUse = fault.New(fault.Conflict, "bulk-no-card-in-use")         // there is nothing to block
	ErrNumberTwice = fault.New(fault.Invalid, "import-number-twice")          // With "row": the first with it
	ErrChipTwice   = fault.New(fault.Invalid, "import-chip-twice")            // With "row"
	ErrINSZTwice   = fault.New(fault.Invalid, "import-insz-twice")            // With "row"
	ErrNumberTaken = fault.New(fault.Conflict, "import-number-taken")         // another card has it
	ErrChipTaken   = fault.New(fault.Conflict, "import-chip-taken")           // another card has it
	ErrCardKnown   = fault.New(fault.Conflict, "import-card-known")           // it was taken over before
	ErrPersonKnown = fault.New(fault.Conflict, "import-person-known")         // the card goes to somebody who is there
	ErrDouble      = fault.New(fault.Conflict, "import-person-double")        // With "passholderId": same name and birthday
	ErrPersonLost  = fault.New(fault.Conflict, "import-person-failed")        // With "row": the one that tells who it is
	ErrNoPerson    = fault.New(fault.Invalid, "import-no-person")             // points or a right for nobody
	ErrTariffTwice = fault.New(fault.Conflict, "import-socialtariff-overlap") // two rights at the same time
)

// TypeStarted is what the outbox says when there is work.
const TypeStarted = "bulk.started"

// What is left in the audit log.
const (
	actionStarted   = "bulk.started"
	actionFinished  = "bulk.finished"
	actionCancelled = "bulk.cancelled"
	actionRead      = "bulk.rowsRead"
	actionReported  = "bulk.reportTaken"
	actionExported  = "passholder.exported"
	actionImported  = "passholder.imported"
)

// Kind is what is done.
type Kind string

// The kinds.
const (
	Address Kind = "ADDRESS"             // everybody lives there, or each where the row says
	Block   Kind = "BLOCK"               // the cards in use
	Renew   Kind = "RENEW_SOCIAL_TARIFF" // until a day
	Enlist  Kind = "ASSOCIATION"         // everybody joins one, or stays longer
	Export  Kind = "EXPORT"              // a list, with a purpose
	Import  Kind = "IMPORT"              // people, cards, points and social tariffs of another system
)

// State is how far it is.
type State string

// The states.
const (
	Ready     State = "READY"
	Running   State = "RUNNING"
	Done      State = "DONE"
	Failed    State = "FAILED" // it could not go on; the rows say how far it came
	Cancelled State = "CANCELLED"
)

// RowState is what became of one row.
type RowState string

// The states of a row.
const (
	RowWaiting RowState = "WAITING"
	RowDone    RowState = "DONE"
	RowFailed  RowState = "FAILED"
	RowSkipped RowState = "SKIPPED" // there was nothing to do
)

// The most rows.
const (
	MaxSelection = 50_000
	MaxRows      = 250_000
)

// Parameters are what a kind needs to know; each uses its own.
type Parameters struct {
	CardSystemID int         `json:"cardSystemId,omitempty"` // Renew, Import
	Street       string      `json:"street,omitempty"`       // Address
	PostalCode   string      `json:"postalCode,omitempty"`
	City         string      `json:"city,omitempty"`
	Country      string      `json:"country,omitempty"`      // "": Belgium
	Reason       card.Reason `json:"reason,omitempty"`       // Block
	Until        period.Day  `json:"until,omitzero"`         // Renew, Enlist; zero: as the card system or the association has it
	Ground       string      `json:"ground,omitempty"`       // Renew
	AddDoubles   bool        `json:"addDoubles,omitempty"`   // Import: also people whose name and birthday somebody has
	Association  uuid.UUID   `json:"associationId,omitzero"` // Enlist
	FromFile     bool        `json:"fromFile,omitempty"`     // the rows are those of a file; Start says so
}

// An Order asks for work: on a selection, on a file, or on those for whom a dry
// run went well; one of them.
type Order struct {
	Kind        Kind
	Passholders []uuid.UUID
	File        io.Reader // CSV or XLSX
	Rehearsal   uuid.UUID // a dry run of the same kind, on a selection
	Parameters  Parameters
	Purpose     string
	DryRun      bool
}

// A Bulk is work on many, and how far it is.
type Bulk struct {
	ID          uuid.UUID
	Kind        Kind
	OrganizerID string
	Actor       string // who.Actor's Key
	Purpose     string
	Parameters  Parameters
	DryRun      bool
	State       State
	Total       int
	Done        int // rows with an outcome, good or bad
	Failed      int
	CreatedAt   time.Time
	FinishedAt  time.Time // zero: not yet

	by who.Actor
}

// Finished reports whether nothing more will happen.
func (b Bulk) Finished() bool { return b.State != Ready && b.State != Running }

// A Row is what became of one row of the file, or one of the selection.
type Row struct {
	Number    int
	SubjectID uuid.UUID // the person; uuid.Nil: none, or not known yet
	FirstName string    // of a person whom the counter may see
	Name      string
	State     RowState
	Code      string // why it failed or was skipped, or what to know about it
	Args      map[string]any
}

// Service takes orders and does the work. All fields are required.
type Service struct {
	DB   *db.DB
	Now  func() time.Time
	Ring *secret.Ring
}

// Format is how a report is written.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// actorJSON is who gave an order, as the database keeps it.
type actorJSON struct {
	Kind    who.Kind `json:"kind"`
	ID      string   `json:"id"`
	Subject string   `json:"subject"`
	Counter string   `json:"counter"`
}

func actorText(a who.Actor) ([]byte, error) {
	return json.Marshal(actorJSON{a.Kind, a.ID, a.Subject, a.Counter})
}

func actorOf(text []byte) (who.Actor, error) {
	var a actorJSON
	err := json.Unmarshal(text, &a)
	return who.Actor{Kind: a.Kind, ID: a.ID, Subject: a.Subject, Counter: a.Counter}, err
}
