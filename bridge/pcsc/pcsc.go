package pcsc

import (
	"context"
	"time"
)

// Service is a card service: the one of this computer (see [System]), or
// simulated readers that behave alike.
type Service interface {
	// Open starts a session. It fails with ErrDown or ErrDenied where
	// there is no service for us.
	Open(ctx context.Context) (Session, error)
}

// Session is one conversation with the card service. It belongs to one
// goroutine at a time; only Look may come from another.
type Session interface {
	// Wait blocks until the slots differ from known, and returns them as
	// they are then with the moment the service said so. Known is what the
	// last Wait returned; the zero value asks for the slots at once, even
	// when there are none. Beside an error Slots is nil. When ctx ends its
	// error comes back.
	Wait(ctx context.Context, known Slots) (Slots, time.Time, error)

	// Look has a Wait that is under way look at the slots again at once: the
	// service tells of most changes, but not of all.
	Look(ctx context.Context)

	// Connect reaches the card in a reader, shared with other programs.
	// When ctx ends it returns even if the service does not answer; the
	// session is of no further use then and answers ErrDead.
	Connect(ctx context.Context, reader string) (Card, error)

	// Unpower switches off the card in a reader, whoever uses it; the next
	// to connect switches it on again. It wakes up a card that is stuck.
	Unpower(ctx context.Context, reader string) error

	// Close ends the session and what it still holds.
	Close() error
}

// Card is a connected card. Hold it for a few commands only: other programs
// want it too. It belongs to the goroutine that owns its session.
type Card interface {
	// ATR returns the answer to reset, for a slot that could not tell it.
	ATR(ctx context.Context) ([]byte, error)

	// Transmit sends one command and returns the answer, status word last.
	Transmit(ctx context.Context, command []byte) ([]byte, error)

	// Transaction runs talk while no other program can come in between, and
	// waits for the one that has the card now. Windows resets a card that is
	// kept without a word for five seconds. Talk may run in another goroutine,
	// and when the context of a command ends before the command does,
	// Transaction returns its error and talk ends where it is.
	Transaction(ctx context.Context, talk func() error) error

	// Reconnect reaches the card anew after ErrReset, and with reset
	// switches it off and on first.
	Reconnect(ctx context.Context, reset bool) error

	// Escape sends a command to the reader itself. Few systems allow it.
	Escape(ctx context.Context, command []byte) ([]byte, error)

	// Close lets go of the card and leaves it as it is.
	Close() error
}

// Slots are the slots of all readers by name. Names are those of the card
// service; the pseudo reader that announces readers is never among them.
type Slots map[string]Slot

// Slot is what a reader says about the card in it.
type Slot struct {
	Reader    string
	ATR       []byte // empty unless a card answers
	Count     uint16 // movements so far, where the system counts them: it tells twins apart
	Present   bool   // there is a card
	Mute      bool   // it does not answer
	InUse     bool   // a program, perhaps this one, is connected to it
	Exclusive bool   // another program has it for itself
}
