package eid

import (
	"errors"
	"fmt"
)

// What comes out of a card that cannot be read, to be matched with errors.Is.
var (
	ErrNotEID       = errors.New("eid: this card is no Belgian eID")
	ErrMOBIB        = fmt.Errorf("%w but a MOBIB card", ErrNotEID)
	ErrBankCard     = fmt.Errorf("%w but a bank card", ErrNotEID)
	ErrNotActivated = errors.New("eid: this eID is not activated yet")
	ErrAbsent       = errors.New("eid: the card does not have this file")
	ErrRefused      = errors.New("eid: the card refused a command")
	ErrTruncated    = errors.New("eid: the file came cut off each time")
	ErrUnstable     = errors.New("eid: the reader gave other bytes each time")
	ErrMalformed    = errors.New("eid: the file is not what it should be")
)

// What a [Line] says when the way to the card breaks. Its errors wrap one of
// these where it fits; anything else ends the read at once.
var (
	ErrRemoved = errors.New("eid: the card is gone")
	ErrReset   = errors.New("eid: another program reset the card")
	ErrGarbled = errors.New("eid: the conversation with the card broke off")
)

// errDoubtful says that a file was read to its end but is not whole.
var errDoubtful = errors.New("eid: the file ends too early")
