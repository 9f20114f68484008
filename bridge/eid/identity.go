package eid

import (
	"fmt"
	"strings"
)

// Sex is as people say it at the counter; the card has a letter per language.
type Sex string

// What a card says. Nothing is possible too.
const (
	Male   Sex = "M"
	Female Sex = "F"
)

// Identity is the identity file (IDA5 section 1). Texts are as on the card, in
// the language of the municipality; what a card does not have is empty.
type Identity struct {
	Version        []byte // tag 00
	CardNumber     string
	ChipNumber     []byte
	ValidFrom      Date
	ValidUntil     Date
	IssuedBy       string // the municipality
	NationalNumber NationalNumber
	Name           string
	GivenNames     string // the first two
	ThirdInitial   string // of the third given name
	Nationality    string
	BirthPlace     string
	Born           Date
	BornText       string // as on the card, should Born miss something
	Sex            Sex
	Noble          string
	Document       DocumentType
	Status         SpecialStatus
	PictureHash    []byte // SHA-1, SHA-256 or SHA-384 by its length
	Duplicate      string
	Organisation   string // special organisation: 1 SHAPE, 2 NATO, 4 old blue card, 5 researcher
	FamilyMember   bool   // of a citizen of the Union
	Protection     string // date and country of protection
	Labour         string // mention about work
	VATNumbers     []string
	RegionalFile   string
	BasicKeyHash   []byte // SHA-384 of the key for INTERNAL AUTHENTICATE, applet 1.8
	MentionB       string // withdrawal agreement with the United Kingdom
	MentionC       string // permanent stay
	Mentions       string // season, student, trainee and the like
	MentionK       string // mobility
	UnionSince     Date
	Unknown        []Field // tags that nobody had told us of
}

// SpecialStatus is the number in tag 10.
type SpecialStatus int

// WhiteCane reports whether the holder is blind or sees badly.
func (s SpecialStatus) WhiteCane() bool { return s == 1 || s == 3 }

// ExtendedMinority reports whether somebody else decides for the holder.
func (s SpecialStatus) ExtendedMinority() bool { return s == 2 || s == 3 || s == 5 }

// YellowCane reports whether the holder sees a little.
func (s SpecialStatus) YellowCane() bool { return s == 4 || s == 5 }

// ParseIdentity reads the identity file. Unknown tags, types and spellings are
// no errors; only an entry that is cut off, or a file without any, is ErrMalformed.
func ParseIdentity(raw []byte) (Identity, error) {
	all, err := fields(raw)
	if err != nil {
		return Identity{}, fmt.Errorf("read identity: %w", err)
	}
	if len(all) == 0 {
		return Identity{}, fmt.Errorf("read identity: %w: it is empty", ErrMalformed)
	}
	var id Identity
	for _, f := range all {
		id.set(f)
	}
	return id, nil
}

func (id *Identity) set(f Field) {
	s := text(f.Value)
	switch f.Tag {
	case 0x00:
		id.Version = f.Value
	case 0x01:
		id.CardNumber = s
	case 0x02:
		id.ChipNumber = f.Value
	case 0x03:
		id.ValidFrom = parseDay(s)
	case 0x04:
		id.ValidUntil = parseDay(s)
	case 0x05:
		id.IssuedBy = s
	case 0x06:
		id.NationalNumber = NationalNumber{s}
	case 0x07:
		id.Name = s
	case 0x08:
		id.GivenNames = s
	case 0x09:
		id.ThirdInitial = s
	case 0x0A:
		id.Nationality = s
	case 0x0B:
		id.BirthPlace = s
	case 0x0C:
		id.Born, id.BornText = parseBirth(s), s
	case 0x0D:
		id.Sex = sexOf(s)
	case 0x0E:
		id.Noble = s
	case 0x0F:
		id.Document = DocumentType(number(s))
	case 0x10:
		id.Status = SpecialStatus(number(s))
	case 0x11:
		id.PictureHash = f.Value
	case 0x12:
		id.Duplicate = s
	default:
		id.setLater(f, s)
	}
}

// setLater sets what came with the cards of foreigners and applet 1.8.
func (id *Identity) setLater(f Field, s string) {
	switch f.Tag {
	case 0x13:
		id.Organisation = s
	case 0x14:
		id.FamilyMember = true // being there is what it says
	case 0x15:
		id.Protection = s
	case 0x16:
		id.Labour = s
	case 0x17, 0x18:
		if s != "" { // citizens' cards of applet 1.8 have the entries, and nothing in them
			id.VATNumbers = append(id.VATNumbers, s)
		}
	case 0x19:
		id.RegionalFile = s
	case 0x1A:
		id.BasicKeyHash = f.Value
	case 0x1B:
		id.MentionB = s
	case 0x1C:
		id.MentionC = s
	case 0x1D:
		id.Mentions = s
	case 0x1E:
		id.MentionK = s
	case 0x1F:
		id.UnionSince = parseDay(s)
	default:
		id.Unknown = append(id.Unknown, f)
	}
}

// sexOf reads M in every language and F, V and W in French, Dutch and German.
func sexOf(s string) Sex {
	switch strings.ToUpper(s) {
	case "M":
		return Male
	case "F", "V", "W":
		return Female
	default:
		return ""
	}
}

// PrintedNumber returns the card number as it is printed on citizens' cards,
// 3-7-2, and others as they are.
func (id Identity) PrintedNumber() string {
	n := id.CardNumber
	if len(n) != 12 {
		return n
	}
	return n[:3] + "-" + n[3:10] + "-" + n[10:]
}
