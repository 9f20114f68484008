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
	"slices"
	"sync"

	"github.com/openbalie/openbalie/bridge/eid"
)

//go:generate go run mint.go

// A Card is what a chip holds.
type Card struct {
	ID         string    `json:"id"`
	Labels     Labels    `json:"labels"`
	Generation string    `json:"generation"` // "1.1", "1.7", "1.7 hybrid" or "1.8"
	ATR        []byte    `json:"atr"`
	Data       []byte    `json:"data"`     // the answer to GET CARD DATA
	Inactive   bool      `json:"inactive"` // handed out, not activated
	Files      eid.Files `json:"files"`    // as on the chip: zeros behind the certificate
}

// Labels name a card for people.
type Labels struct {
	NL string `json:"nl"`
	FR string `json:"fr"`
	DE string `json:"de"`
	EN string `json:"en"`
}

// What somebody with a card may be in the sandbox's sample data.
const (
	Regular    = "eid-1.8"        // a passholder, on a new card
	Older      = "eid-1.7"        // a passholder, on an older card
	Moved      = "eid-1.7-hybrid" // a passholder whose address has changed
	Newcomer   = "eid-1.8-new"    // nobody's passholder yet
	Foreigner  = "eid-foreigner"  // on a foreigner's card
	Child      = "eid-kids"       // on a Kids-ID
	Forged     = "eid-forged"     // whose address somebody changed
	Ancient    = "eid-1.1"        // on one of the first cards, long expired
	NotInForce = "eid-inactive"   // on a card that was never activated
)

//go:embed cards.json
var cardsJSON []byte

//go:embed roots.pem
var rootsPEM []byte

var cards = sync.OnceValue(func() []Card {
	var out []Card
	if err := json.Unmarshal(cardsJSON, &out); err != nil {
		panic(err) // compiled in, and tested
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
	name := pkix.Name{Country: []string{"BE"}, Organization: []string{"OpenBalie Test"}, CommonName: "RRN"}
	for _, rdn := range name.ToRDNSequence() {
		p.Subject = append(p.Subject, rdn...)
	}
	p.Policies = []asn1.ObjectIdentifier{{2, 16, 56, 1, 40, 40, 40, 1}}
	return p
}
