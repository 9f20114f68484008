// Package training holds identity cards of people who do not exist, of every
// generation of chips, for practice and demonstrations. They are signed by
// authorities of our own, whose certificates are here and whose keys are not
// kept anywhere: nobody can make a further one. Only a sandbox trusts them.
//
// The cards are data: mint.go made them once, and would make others.
package training

import (
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"
	"sync"

	"github.com/openbalie/openbalie/bridge/eid"
)

//go:generate go run mint.go

// A Card is what a chip holds.
type Card struct {
	ID         string    `json:"id"`
	Labels     Labels    `json:"-"`          // what is special about the card
	Notes      Labels    `json:"-"`          // whose it is, and what happens with it
	Generation string    `json:"generation"` // "1.1", "1.7", "1.7 hybrid" or "1.8"
	ATR        []byte    `json:"atr"`
	Data       []byte    `json:"data"`     // the answer to GET CARD DATA
	Inactive   bool      `json:"inactive"` // handed out, not activated
	Files      eid.Files `json:"files"`    // as on the chip: zeros behind the certificate
}

// Labels are a text for people in the four languages.
type Labels struct {
	NL string `json:"nl"`
	FR string `json:"fr"`
	DE string `json:"de"`
	EN string `json:"en"`
}

// The cards by what they are for.
const (
	Regular    = "eid-1.8"        // of a passholder of the sandbox
	Older      = "eid-1.7"        // of another one, on an older card
	Moved      = "eid-1.7-hybrid" // of one who moved
	Newcomer   = "eid-1.8-new"    // of somebody without a pass
	Child      = "eid-kids"       // a Kids-ID
	Foreigner  = "eid-foreigner"  // of a citizen of the Union
	BirthYear  = "eid-birth-year" // of somebody whose day of birth is not known
	German     = "eid-german"     // made out in German
	Forged     = "eid-forged"     // the address was changed after it was signed
	Ancient    = "eid-1.1"        // one of the first, long expired
	NotInForce = "eid-inactive"   // never activated
)

//go:embed cards.json
var cardsJSON []byte

// wordsJSON is apart, so that a card can be described better without minting it
// anew.
//
//go:embed words.json
var wordsJSON []byte

//go:embed roots.pem
var rootsPEM []byte

var cards = sync.OnceValue(func() []Card {
	var out []Card
	var words map[string]struct{ Label, Note Labels }
	if err := errors.Join(json.Unmarshal(cardsJSON, &out), json.Unmarshal(wordsJSON, &words)); err != nil {
		panic(err) // compiled in, and tested
	}
	for i := range out {
		out[i].Labels, out[i].Notes = words[out[i].ID].Label, words[out[i].ID].Note
	}
	return out
})

// Cards lists the cards in the order in which people try them.
func Cards() []Card { return slices.Clone(cards()) }

// Roots are the certificates that the signers of the cards come from, as PEM.
func Roots() []byte { return slices.Clone(rootsPEM) }

// Profile trusts the authorities of the training cards, and nobody else.
func Profile() eid.Profile {
	var p eid.Profile
	for rest := rootsPEM; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		root, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			panic(err) // compiled in, and tested
		}
		p.Roots = append(p.Roots, root)
	}
	name := pkix.Name{Country: []string{"BE"}, Organization: []string{"OpenBalie Training"}, CommonName: "RRN"}
	for _, rdn := range name.ToRDNSequence() {
		p.Subject = append(p.Subject, rdn...)
	}
	p.Policies = []asn1.ObjectIdentifier{{2, 16, 56, 1, 40, 40, 40, 1}}
	return p
}
