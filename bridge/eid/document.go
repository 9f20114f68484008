package eid

import "strconv"

// DocumentType says what kind of card it is (IDA5, tag 15). Numbers that are
// not in the list are as good as any other: a new kind of card must not stop
// anybody (Fedict/eid-mw issue 137).
type DocumentType int

// Citizen cards.
const (
	Citizen      DocumentType = 1
	Kids         DocumentType = 6
	Bootstrap    DocumentType = 7
	Habilitation DocumentType = 8
)

// permits are the cards of foreigners by the letters printed on them. From 61
// on they are for children, who have no certificate for themselves.
var permits = map[DocumentType]string{
	11: "A", 12: "B", 13: "C", 14: "D", 15: "E", 16: "E+", 17: "F", 18: "F+", 19: "H", 20: "I",
	21: "J", 22: "M", 23: "N", 27: "K", 28: "L", 31: "EU", 32: "EU+", 33: "A", 34: "B", 35: "F", 36: "F+",
	61: "EU", 62: "EU+", 63: "A", 64: "B", 65: "K", 66: "L", 67: "F", 68: "F+", 69: "M",
}

// Permit returns the letters on a foreigner's card, or nothing.
func (d DocumentType) Permit() string { return permits[d] }

// Foreigner reports whether it is a card for somebody who is not Belgian.
func (d DocumentType) Foreigner() bool { return permits[d] != "" }

// ForChild reports whether it is a card for somebody under twelve.
func (d DocumentType) ForChild() bool { return d == Kids || d >= 61 && d <= 69 }

// Known reports whether the number is in the list.
func (d DocumentType) Known() bool {
	return permits[d] != "" || d == Citizen || d == Kids || d == Bootstrap || d == Habilitation
}

// String names the kind for logs.
func (d DocumentType) String() string {
	switch {
	case d == Citizen:
		return "citizen"
	case d == Kids:
		return "kids-id"
	case d == Bootstrap:
		return "bootstrap"
	case d == Habilitation:
		return "habilitation"
	case permits[d] != "" && d.ForChild():
		return "child's permit " + permits[d]
	case permits[d] != "":
		return "permit " + permits[d]
	default:
		return "type " + strconv.Itoa(int(d))
	}
}
