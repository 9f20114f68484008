package reader

import (
	"time"

	"github.com/openbalie/openbalie/bridge/chip"
)

// Kind says what happened.
type Kind int

// The kinds of events.
const (
	ServiceChanged Kind = iota + 1 // Event.Service
	ReaderAdded                    // Event.Reader
	ReaderChanged                  // Event.Reader
	ReaderRemoved                  // Event.Reader, as it was last
	CardPresented                  // Event.Reader and Event.Card
	CardRemoved                    // Event.Reader and Event.Card
)

// Event is one thing that happened. Every CardPresented is followed by exactly
// one CardRemoved with the same presentation, before its reader is removed and
// before the service is told to be away.
type Event struct {
	Kind    Kind
	Woke    time.Time // when the card service told us: the clock of our own share starts here
	Service Service
	Reader  Reader // with its Card, if one is presented
	Card    Card
}

// Service is the state of the card service.
type Service string

// The states of the card service.
const (
	OK     Service = "ok"
	Down   Service = "down"   // not running, or not yet
	Denied Service = "denied" // this account may not use it
)

// State is what a reader shows.
type State string

// The states of a reader.
const (
	Empty   State = "empty"
	Present State = "present"
	Mute    State = "mute" // a card that does not answer
	Busy    State = "busy" // another program keeps the card
)

// Reader is one slot of one card reader.
type Reader struct {
	ID    string // the same for the same name, also tomorrow
	Name  string
	State State
	Card  *Card // what lies on it, once read
}

// CardKind says what a card is good for.
type CardKind string

// The kinds of cards.
const (
	Pass  CardKind = "pass"  // it has a chip number
	EID   CardKind = "eid"   // an identity card in the slot; nothing of it is read yet
	Other CardKind = "other" // a phone, a bank card, a card nobody can read
)

// Problem says why a card is of no use as it lies there.
type Problem string

// The problems. The names are those of the protocol.
const (
	RandomUID        Problem = "RANDOM_UID"
	CardMute         Problem = "CARD_MUTE"
	CardUnknown      Problem = "CARD_UNKNOWN"
	ReaderBusy       Problem = "READER_BUSY"
	EIDContactless   Problem = "EID_CONTACTLESS"
	CardNotActivated Problem = "CARD_NOT_ACTIVATED" // an identity card that the municipality still has to activate
	MOBIB            Problem = "MOBIB"
	CardForeign      Problem = "CARD_FOREIGN" // a card of another kind, such as a bank card
)

// Card is one presentation of a card: from the moment it lies there to the
// moment it is lifted.
type Card struct {
	PresentationID string // UUIDv7
	Kind           CardKind
	UID            chip.UID // of a pass
	Problem        Problem  // empty when there is none
}
