package protocol

import "encoding/base64"

// The messages in this file are about the person on an identity card. They go
// to the connection that asked and to no other.

// CardRead is what card.read asks for and is answered with: the files of one
// presentation, as far as the scope goes. What was read follows by itself.
type CardRead struct {
	PresentationID string `json:"presentationId"`
	Scope          string `json:"scope"` // ScopeIdentity or ScopePhoto
}

// CardStop is the parameters of card.stop.
type CardStop struct {
	PresentationID string `json:"presentationId"`
}

// The scopes of card.read.
const (
	ScopeIdentity = "card.identity" // identity, address, their signatures, the verdict
	ScopePhoto    = "card.photo"    // and the picture
)

// The names of the files of a card.
const (
	FileIdentity          = "identity"
	FileIdentitySignature = "identitySignature"
	FileAddress           = "address"
	FileAddressSignature  = "addressSignature"
	FilePicture           = "picture"
	FileCertificate       = "certificate"
)

// CardIdentity tells the identity file. Raw is all of it; [FileNote] encodes it.
type CardIdentity struct {
	Seq            uint64   `json:"seq"`
	PresentationID string   `json:"presentationId"`
	Identity       Identity `json:"identity"`
	Raw            []byte   `json:"raw,omitempty"`
}

// CardAddress tells the address file.
type CardAddress struct {
	Seq            uint64  `json:"seq"`
	PresentationID string  `json:"presentationId"`
	Address        Address `json:"address"`
	Raw            []byte  `json:"raw,omitempty"`
}

// CardPicture tells the picture file, which is the picture.
type CardPicture struct {
	Seq            uint64 `json:"seq"`
	PresentationID string `json:"presentationId"`
	MediaType      string `json:"mediaType"`
	Width          int    `json:"width,omitempty"`
	Height         int    `json:"height,omitempty"`
	Raw            []byte `json:"raw,omitempty"`
}

// CardVerdict ends a read: what the bridge itself found, and the files that
// prove it to somebody else.
type CardVerdict struct {
	Seq            uint64  `json:"seq"`
	PresentationID string  `json:"presentationId"`
	Verdict        Verdict `json:"verdict"`
	Files          Proofs  `json:"files"`
}

// Proofs are the files that nobody looks at: those which prove the others.
type Proofs struct {
	IdentitySignature []byte `json:"identitySignature,omitempty"`
	AddressSignature  []byte `json:"addressSignature,omitempty"`
	Certificate       []byte `json:"certificate,omitempty"`
}

// CardFailed tells that a file could not be read, and that reading goes on; or,
// without a file, that the read has ended.
type CardFailed struct {
	Seq            uint64 `json:"seq"`
	PresentationID string `json:"presentationId"`
	File           string `json:"file,omitempty"`
	Error          *Error `json:"error"`
}

// Identity is what the identity file says, for showing only: what it proves, it
// proves as bytes. Texts are as on the card, and absent where it has none.
type Identity struct {
	CardNumber     string         `json:"cardNumber"`
	ChipSerial     string         `json:"chipSerial"` // upper-case hexadecimal
	ValidFrom      string         `json:"validFrom,omitempty"`
	ValidUntil     string         `json:"validUntil,omitempty"` // the last day, YYYY-MM-DD
	IssuedBy       string         `json:"issuedBy"`
	NationalNumber string         `json:"nationalNumber"`
	LastName       string         `json:"lastName"`
	FirstNames     string         `json:"firstNames"` // the first two
	ThirdInitial   string         `json:"thirdInitial,omitempty"`
	Nationality    string         `json:"nationality"`
	PlaceOfBirth   string         `json:"placeOfBirth"`
	DateOfBirth    PartialDate    `json:"dateOfBirth"`
	Sex            string         `json:"sex,omitempty"` // M or F
	NobleCondition string         `json:"nobleCondition,omitempty"`
	DocumentType   DocumentType   `json:"documentType"`
	SpecialStatus  *SpecialStatus `json:"specialStatus,omitempty"`
	Duplicate      string         `json:"duplicate,omitempty"`

	// Of foreigners' cards.
	SpecialOrganisation string   `json:"specialOrganisation,omitempty"`
	FamilyMember        bool     `json:"familyMember,omitempty"` // of a citizen of the Union
	Protection          string   `json:"protection,omitempty"`
	WorkMention         string   `json:"workMention,omitempty"`
	VATNumbers          []string `json:"vatNumbers,omitempty"`
	RegionalFile        string   `json:"regionalFile,omitempty"`
	MentionB            string   `json:"mentionB,omitempty"`
	MentionC            string   `json:"mentionC,omitempty"`
	Mentions            string   `json:"mentions,omitempty"`
	MentionK            string   `json:"mentionK,omitempty"`
	UnionSince          string   `json:"unionSince,omitempty"` // YYYY-MM-DD
}

// PartialDate is a date of which a card may not know every part.
type PartialDate struct {
	Year  int    `json:"year,omitempty"`
	Month int    `json:"month,omitempty"`
	Day   int    `json:"day,omitempty"`
	Text  string `json:"text"` // as on the card
}

// DocumentType is the kind of card. Numbers without a name are as good as any.
type DocumentType struct {
	Code   int    `json:"code"`
	Name   string `json:"name"`             // in English, for programs and logs
	Permit string `json:"permit,omitempty"` // the letters on a foreigner's card
}

// SpecialStatus is what the holder may need help with.
type SpecialStatus struct {
	Code             int  `json:"code"`
	WhiteCane        bool `json:"whiteCane"`
	YellowCane       bool `json:"yellowCane"`
	ExtendedMinority bool `json:"extendedMinority"`
}

// Address is what the address file says. A card without an address has three
// empty texts.
type Address struct {
	Street       string `json:"street"` // with number and box
	PostalCode   string `json:"postalCode"`
	Municipality string `json:"municipality"`
}

// Verdict is how far the data can be trusted. It is no reason to hide them.
type Verdict struct {
	Verified  bool      `json:"verified"`
	Authentic bool      `json:"authentic"`
	Why       string    `json:"why,omitempty"` // the first reason not to be verified
	Findings  []Finding `json:"findings"`
}

// Finding is one thing that was looked at.
type Finding struct {
	Check  string `json:"check"`
	Result string `json:"result"` // passed, warned, undone or failed
	Reason string `json:"reason,omitempty"`
}

// FileNote encodes a notification about a file, with its bytes behind the other
// parameters. They go into this one slice and no other buffer, so that whoever
// sends it can wipe it.
func FileNote(method string, params any, raw []byte) []byte {
	const start, end = `,"raw":"`, `"}}`
	note := Note(method, params)
	defer clear(note)
	open := len(note) - len(`}}`)
	data := make([]byte, 0, open+len(start)+base64.StdEncoding.EncodedLen(len(raw))+len(end))
	data = append(data, note[:open]...)
	data = append(data, start...)
	data = base64.StdEncoding.AppendEncode(data, raw)
	return append(data, end...)
}
