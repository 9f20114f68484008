package eid

import (
	"fmt"
	"regexp"
)

// Address is the address file (IDA5 section 2). The zero value is a card
// without an address, which is no error.
type Address struct {
	Version      []byte // tag 00
	Street       string // with number and box, as on the card
	PostalCode   string
	Municipality string
	Unknown      []Field // tags that nobody had told us of
}

// ParseAddress reads the address file. Only an entry that is cut off is ErrMalformed.
func ParseAddress(raw []byte) (Address, error) {
	all, err := fields(raw)
	if err != nil {
		return Address{}, fmt.Errorf("read address: %w", err)
	}
	var a Address
	for _, f := range all {
		switch s := text(f.Value); f.Tag {
		case 0x00:
			a.Version = f.Value
		case 0x01:
			a.Street = s
		case 0x02:
			a.PostalCode = s
		case 0x03:
			a.Municipality = s
		default:
			a.Unknown = append(a.Unknown, f)
		}
	}
	return a, nil
}

// IsZero reports whether the card has no address.
func (a Address) IsZero() bool { return a.Street == "" && a.PostalCode == "" && a.Municipality == "" }

var streetLine = regexp.MustCompile(`^(.*?\D)[ ,]+(\d+[^ /]*)(?:[ /]+(?:[Bb](?:us|te|oîte|oite|ox)?\.?[ ]*)?([^ ].*))?$`)

// Suggest splits the street line into street, number and box. The card has one
// field for the three, so this is for a person to look at and never for keeping.
func (a Address) Suggest() (street, number, box string) {
	if len(a.Street) > 255 { // not even the envisaged 60 letters
		return a.Street, "", ""
	}
	parts := streetLine.FindStringSubmatch(a.Street)
	if parts == nil {
		return a.Street, "", ""
	}
	return parts[1], parts[2], parts[3]
}
