package chip

import (
	"bytes"
	"errors"
	"fmt"
)

// What a reader or card answers when it does not give a number.
var (
	ErrTryAgain = errors.New("chip: the card did not get its answer across")
	ErrNoNumber = errors.New("chip: the card has no number to give")
)

var getUID = []byte{0xFF, 0xCA, 0x00, 0x00}

// GetUID returns the command with which PC/SC part 3 asks for the number.
func GetUID() []byte { return append(bytes.Clone(getUID), 0x00) }

// IsGetUID reports whether a command asks for the number, whatever length it expects.
func IsGetUID(command []byte) bool { return len(command) == 5 && bytes.HasPrefix(command, getUID) }

// ReadUID reads the answer to [GetUID]. When the reader wants to hear the exact
// length first, again is the command to send instead.
func ReadUID(answer []byte) (uid UID, again []byte, err error) {
	if len(answer) < 2 {
		return "", nil, fmt.Errorf("%w: an answer of %d bytes", ErrTryAgain, len(answer))
	}
	data, sw1, sw2 := answer[:len(answer)-2], answer[len(answer)-2], answer[len(answer)-1]
	switch {
	case sw1 == 0x90 && sw2 == 0x00, sw1 == 0x62 && sw2 == 0x82: // 6282: fewer bytes than asked for
		uid, err = NewUID(data)
		if err != nil {
			return "", nil, fmt.Errorf("%w: %d bytes", ErrNoNumber, len(data))
		}
		return uid, nil, nil
	case sw1 == 0x6C:
		return "", append(bytes.Clone(getUID), sw2), nil
	case sw1 == 0x63, sw1 == 0x64, sw1 == 0x6F: // the radio failed
		return "", nil, fmt.Errorf("%w: %02X%02X", ErrTryAgain, sw1, sw2)
	default:
		return "", nil, fmt.Errorf("%w: %02X%02X", ErrNoNumber, sw1, sw2)
	}
}

// SelectTravel returns the command that selects the application of passports
// and of the contactless chip in newer identity cards (ICAO 9303).
func SelectTravel() []byte {
	return []byte{0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}
}

// SelectTransport returns the command that selects the application of Calypso
// cards for public transport, by its name 1TIC.ICA.
func SelectTransport() []byte {
	return append([]byte{0x00, 0xA4, 0x04, 0x00, 0x08}, "1TIC.ICA"...)
}

// Succeeded reports whether an answer ends in 9000.
func Succeeded(answer []byte) bool {
	n := len(answer)
	return n >= 2 && answer[n-2] == 0x90 && answer[n-1] == 0x00
}
