package card

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/fault"
)

// The refusals of the stock.
var (
	ErrFile             = fault.New(fault.Invalid, "card-file-invalid")              // no line of it can be read
	ErrFileTooLong      = fault.New(fault.Invalid, "card-file-too-long")             // With "max"
	ErrNothingToSend    = fault.New(fault.Invalid, "shipment-empty")                 // no cards are named
	ErrNotInStock       = fault.New(fault.Conflict, "cards-not-in-stock")            // With "count", and "first" of those missing
	ErrCounterElsewhere = fault.New(fault.Conflict, "counter-not-in-card-system")    // the destination
	ErrNoSocialTariff   = fault.New(fault.Conflict, "counter-without-social-tariff") // it may not grant what the cards are for
	ErrShipmentUnknown  = fault.New(fault.Missing, "shipment-unknown")
	ErrShipmentReceived = fault.New(fault.Conflict, "shipment-received")
	ErrShipmentRecalled = fault.New(fault.Conflict, "shipment-recalled")
	ErrDiscardReason    = fault.New(fault.Invalid, "card-discard-reason-invalid")
	ErrCountInvalid     = fault.New(fault.Invalid, "stock-count-invalid")
)

// What the stock leaves in the audit log.
const (
	ActionImported  = "card.imported"
	ActionSent      = "shipment.sent"
	ActionReceived  = "shipment.received"
	ActionRecalled  = "shipment.recalled"
	ActionCounted   = "stock.counted"
	ActionDiscarded = "card.discarded"
	ActionRegained  = "card.regained"
)

// MaxFile is the most lines that one supplier's file may have.
const MaxFile = 1_000_000

// A FileReport says what became of a supplier's file.
type FileReport struct {
	Lines  int         // that hold something
	Added  int         // new cards
	Known  int         // that were there already, exactly so
	Packs  int         // of the supplier, in all lines that are cards
	Failed []LineError // in the order of the file
}

// A LineError says why a line of a file is no card.
type LineError struct {
	Line   int    // from 1
	Number string // as it was read
	Code   string // of LineCodes
}

// The reasons for which a line of a file is no card.
const (
	LineUnreadable  = "line-unreadable"      // not two or three values
	LineNumber      = "invalid-uitpasnumber" // length, check digit or marker
	LineChip        = "invalid-chip-number"
	LineNumberTwice = "number-twice" // in the file
	LineChipTwice   = "chip-twice"   // in the file
	LineNumberTaken = "number-taken" // by another card
	LineChipTaken   = "chip-taken"   // by another card
)

// LineCodes lists them.
func LineCodes() []string {
	return []string{LineUnreadable, LineNumber, LineChip, LineNumberTwice, LineChipTwice, LineNumberTaken, LineChipTaken}
}

// A Parcel is what is to be sent to a counter: whole packs, cards by number, or
// so many of a kind.
type Parcel struct {
	CardSystemID int
	CounterID    string // where it goes
	FromID       string // the counter that passes them on; empty: the region's stock
	Note         string
	Packs        []string
	Numbers      []Number
	Count        int // of a kind
	SocialTariff bool

	IdempotencyKey string // may be empty
}

// A Shipment is a parcel on its way, or that has come.
type Shipment struct {
	ID           uuid.UUID
	CardSystemID int
	CounterID    string
	FromID       string
	Note         string
	Cards        int // that were sent
	Missing      int // of those, the ones that are still on their way
	SentAt       time.Time
	SentBy       string
	ReceivedAt   time.Time // zero: not yet
	ReceivedBy   string
	RecalledAt   time.Time // zero: not
	Replayed     bool      `json:"-"` // the request was done before
}

// A Shelf is how many cards of a kind are somewhere.
type Shelf struct {
	CardSystemID int
	CounterID    string // empty: the region's stock
	SocialTariff bool
	InStock      int  // at the region
	Sent         int  // on their way to the counter
	Local        int  // at the counter
	Wanted       int  // how many the card system wants a counter to have
	Low          bool // the counter has fewer
}

// A Count is what somebody found in a drawer.
type Count struct {
	ID           uuid.UUID
	CardSystemID int
	CounterID    string
	SocialTariff bool
	Expected     int // by the books
	Counted      int
	Note         string
	At           time.Time
	Actor        string

	IdempotencyKey string `json:"-"` // may be empty
	Replayed       bool   `json:"-"` // the request was done before
}
