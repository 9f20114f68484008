package pcsc

import (
	"errors"
	"fmt"
)

// What can go wrong, to be matched with errors.Is. The text of an error also
// says what was tried and the code the card service gave.
var (
	ErrDown          = errors.New("the card service is not running")
	ErrDead          = errors.New("the session with the card service is dead")
	ErrDenied        = errors.New("this account may not use the card service")
	ErrUnknownReader = errors.New("the reader is gone")
	ErrRemoved       = errors.New("the card is gone")
	ErrReset         = errors.New("another program reset the card")
	ErrBusy          = errors.New("another program is using the card")
	ErrMute          = errors.New("the card does not answer")
	ErrGarbled       = errors.New("the conversation with the card broke off")
	ErrUnsupported   = errors.New("this build cannot read cards")
	ErrFailed        = errors.New("the card service failed")
)

// Outcomes that Wait deals with itself.
var (
	errTimeout   = errors.New("nothing happened")
	errCancelled = errors.New("the wait was cancelled")
	errNoReaders = errors.New("there are no readers")
)

// Fail makes the error for a code of the card service. Simulated readers use
// it too, so that an error looks the same wherever it comes from.
func Fail(tried string, code uint32) error {
	return fmt.Errorf("%s: %w (%08X)", tried, classOf(code), code)
}

// classOf sorts the codes, which are those of winscard.h everywhere.
func classOf(code uint32) error {
	switch code {
	case 0x8010001D, // NO_SERVICE
		0x8010001E, // SERVICE_STOPPED: Windows stops it with the last reader
		0x80100013, // F_COMM_ERROR: pcscd died during the call
		0x80100012, // SYSTEM_CANCELLED: shutdown or sign-out
		0x80100018: // P_SHUTDOWN
		return ErrDown
	case 0x80100003, // INVALID_HANDLE
		6: // ERROR_INVALID_HANDLE: a remote desktop took the context along
		return ErrDead
	case 0x8010006A, // SECURITY_VIOLATION: polkit
		0x80100027: // NO_ACCESS
		return ErrDenied
	case 0x80100009, // UNKNOWN_READER
		0x80100017: // READER_UNAVAILABLE: unplugged while connected
		return ErrUnknownReader
	case 0x80100069, // REMOVED_CARD
		0x8010000C: // NO_SMARTCARD
		return ErrRemoved
	case 0x80100068: // RESET_CARD
		return ErrReset
	case 0x8010000B: // SHARING_VIOLATION
		return ErrBusy
	case 0x80100066, // UNRESPONSIVE_CARD
		0x80100067, // UNPOWERED_CARD
		0x80100065, // UNSUPPORTED_CARD
		0x80100015, // INVALID_ATR
		0x8010000F: // PROTO_MISMATCH
		return ErrMute
	case 0x80100016, // NOT_TRANSACTED
		0x8010002F: // COMM_DATA_LOST
		return ErrGarbled
	case 0x8010000A:
		return errTimeout
	case 0x80100002:
		return errCancelled
	case 0x8010002E:
		return errNoReaders
	default:
		return ErrFailed
	}
}
