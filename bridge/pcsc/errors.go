package pcsc

import "errors"

// What can go wrong, to be matched with errors.Is. The text of an error says
// what was tried and the code the card service gave.
var (
	ErrDown          = errors.New("the card service is not running")
	ErrDead          = errors.New("the session with the card service is dead")
	ErrDenied        = errors.New("this account may not use the card service")
	ErrUnknownReader = errors.New("the reader is gone")
	ErrRemoved       = errors.New("the card is gone")
	ErrReset         = errors.New("another program reset the card")
	ErrBusy          = errors.New("another program is using the card")
	ErrMute          = errors.New("the card does not answer")
	ErrUnsupported   = errors.New("this build cannot read cards")
	ErrFailed        = errors.New("the card service failed")
)
