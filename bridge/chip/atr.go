package chip

import "bytes"

// Family tells cards apart by their answer to reset.
type Family int

// The families. The zero value is an answer that says nothing.
const (
	Unknown  Family = iota
	Contact         // a card with contacts, such as an identity card
	Storage         // a contactless memory chip, as PC/SC part 3 describes it
	ISO14443        // a contactless chip with a processor (ISO 14443-4)
)

// Contactless reports whether the reader reached the card through the air.
func (f Family) Contactless() bool { return f == Storage || f == ISO14443 }

// String names the family for logs.
func (f Family) String() string {
	switch f {
	case Contact:
		return "contact"
	case Storage:
		return "storage"
	case ISO14443:
		return "iso14443-4"
	default:
		return "unknown"
	}
}

// storage is what the historical bytes of a storage card start with: the tag
// 4F and the registered identifier of the PC/SC workgroup.
var storage = []byte{0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06}

// FamilyOf reads the family from an answer to reset. PC/SC part 3 makes one up
// for every contactless card: 3B 8n 80 01, then the historical bytes.
func FamilyOf(atr []byte) Family {
	switch {
	case len(atr) < 2:
		return Unknown
	case len(atr) < 4 || atr[0] != 0x3B || atr[1]&0xF0 != 0x80 || atr[2] != 0x80 || atr[3] != 0x01:
		return Contact
	case bytes.HasPrefix(atr[4:], storage):
		return Storage
	default:
		return ISO14443
	}
}

// Transport reports whether the card is a Calypso card for public transport,
// which in Belgium is MOBIB: its historical bytes begin with 80 5A.
func Transport(atr []byte) bool {
	return FamilyOf(atr) == ISO14443 && bytes.HasPrefix(atr[4:], []byte{0x80, 0x5A})
}
