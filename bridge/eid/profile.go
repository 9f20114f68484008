package eid

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Profile says whose signature counts. The zero value trusts nobody.
type Profile struct {
	// Roots are the certificates that the signer's has to come from, directly:
	// there is none in between.
	Roots []*x509.Certificate

	// Tests are roots of test cards and specimens, whose signers have names
	// and policies of their own. They have no place where there are real people.
	Tests []*x509.Certificate

	// Lists are what the roots have taken back. They have to be signed by
	// one of Roots.
	Lists []*x509.RevocationList

	// Subject is the signer's name, exactly these attributes and no others.
	Subject []pkix.AttributeTypeAndValue

	// Policies are the certificate policies, of which the signer's certificate
	// must have one. Without them any certificate under the same root, such as
	// that of a citizen, might sign an identity.
	Policies []asn1.ObjectIdentifier

	// Proofs, unless nil, remembers what the roots signed.
	Proofs *Proofs
}

// Why a file of root certificates is not taken.
var (
	ErrNotPinned = errors.New("eid: this is not one of the known root certificates")
	ErrNoRoot    = errors.New("eid: there is no root certificate in it")
)

// Pins are the SHA-256 fingerprints of the root certificates of Belgium whose
// cards are in use.
func Pins() []string {
	return []string{
		"A8D14E945E3E5156BCAE5E39737CF6A1B1F51028BBBF982F50CE5F4C05568B4D",
		"C3FBF37259AF0954EEEA4282DD1C7226A54E7150F7C29A2C495BA34DBFE09CA0",
		"702DD5C1A093CF0A9D71FADD9BF9A7C5857D89FB73B716E867228B3C2BEB968F",
		"9C872BC979A7C09A58D4A274C199E5CB16CFA9B9618D98BC9A9988E984B8495C",
	}
}

// PinCA2 is the fingerprint of the root that expired in 2021, for the cards
// that it signed before and that are still valid.
const PinCA2 = "9F9744463BE13714754E1A3BECF98C08CC205E4AB32028F4E2830C4A1B2775B8"

// Production is the profile of real cards, with the root certificates in a PEM
// text that the operator got from the government. One with a fingerprint that
// is not among the pins is ErrNotPinned.
func Production(roots []byte, pins ...string) (Profile, error) {
	p := Register()
	for block, rest := pem.Decode(roots); block != nil; block, rest = pem.Decode(rest) {
		sum := sha256.Sum256(block.Bytes)
		if !slices.Contains(pins, strings.ToUpper(hex.EncodeToString(sum[:]))) {
			return Profile{}, fmt.Errorf("%w: %X", ErrNotPinned, sum)
		}
		root, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return Profile{}, fmt.Errorf("read root certificate %X: %w", sum, err)
		}
		p.Roots = append(p.Roots, root)
	}
	if len(p.Roots) == 0 {
		return Profile{}, ErrNoRoot
	}
	return p, nil
}

// Register is the profile of real cards where nobody gave us a root certificate:
// signatures are looked at, but whose they are is not known.
func Register() Profile {
	return Profile{
		Subject: []pkix.AttributeTypeAndValue{
			{Type: commonName, Value: "RRN"}, {Type: organization, Value: "RRN"}, {Type: country, Value: "BE"},
		},
		// jtrust, BelgianTrustValidatorFactory.java: under the root, CA2, CA3, CA4 and CA6.
		Policies: []asn1.ObjectIdentifier{
			{2, 16, 56, 1, 1, 1, 4},
			{2, 16, 56, 9, 1, 1, 4},
			{2, 16, 56, 10, 1, 1, 4},
			{2, 16, 56, 12, 1, 1, 4},
			{2, 16, 56, 13, 6, 0, 1},
		},
	}
}

var (
	commonName   = asn1.ObjectIdentifier{2, 5, 4, 3}
	country      = asn1.ObjectIdentifier{2, 5, 4, 6}
	organization = asn1.ObjectIdentifier{2, 5, 4, 10}
	keyUsage     = asn1.ObjectIdentifier{2, 5, 29, 15}
)

// Knows reports whether a certificate says that it comes from one of the roots,
// which is the way to choose between profiles. It proves nothing.
func (p Profile) Knows(certificate []byte) bool {
	c, err := parseCertificate(certificate)
	return err == nil && slices.ContainsFunc(p.all(), func(root *x509.Certificate) bool {
		return bytes.Equal(root.RawSubject, c.RawIssuer)
	})
}

// all returns the roots of real cards and those of test cards.
func (p Profile) all() []*x509.Certificate { return slices.Concat(p.Roots, p.Tests) }

// issuer finds the root that signed a certificate. Several may have the same
// name, and two of them the same key, so each is tried. A root only has to be in
// its time when it signed; of two that were, the one that lasts longer counts.
func (p Profile) issuer(signer *x509.Certificate, at time.Time) (*x509.Certificate, Result, Reason) {
	var found *x509.Certificate
	for _, root := range p.all() {
		if !bytes.Equal(root.RawSubject, signer.RawIssuer) || !root.IsCA ||
			p.Proofs.signedBy(root, signer.SignatureAlgorithm, signer.RawTBSCertificate, signer.Signature) != nil {
			continue
		}
		then, before := within(root, signer.NotBefore), found != nil && within(found, signer.NotBefore)
		if found == nil || then && !before || then == before && found.NotAfter.Before(root.NotAfter) {
			found = root
		}
	}
	switch {
	case len(p.all()) == 0:
		return nil, Undone, NoRoots
	case found == nil:
		return nil, Failed, IssuerUnknown
	case !within(found, signer.NotBefore):
		return found, Failed, IssuerNotYet
	case slices.Contains(p.Tests, found):
		return found, Warned, IssuerForTests
	case at.After(found.NotAfter):
		return found, Warned, IssuerExpired
	default:
		return found, Passed, ""
	}
}

// within reports whether a moment is in a certificate's time, both ends included.
func within(c *x509.Certificate, at time.Time) bool {
	return !at.Before(c.NotBefore) && !at.After(c.NotAfter)
}

// signer checks that a certificate is the one of the National Register and not
// another one from the same root.
func (p Profile) signer(c, root *x509.Certificate) (Result, Reason) {
	test := root != nil && slices.Contains(p.Tests, root)
	usage := slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(keyUsage) && e.Critical })
	const wanted = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	switch {
	case !test && (len(p.Subject) == 0 || !sameName(c.Subject.Names, p.Subject)):
		return Failed, SignerWrongName
	case !test && !slices.ContainsFunc(p.Policies, func(o asn1.ObjectIdentifier) bool {
		return slices.ContainsFunc(c.PolicyIdentifiers, o.Equal)
	}):
		return Failed, SignerWrongPolicy
	case !usage || c.KeyUsage != wanted || c.IsCA || short(c):
		return Failed, SignerWrongUse
	default:
		return Passed, ""
	}
}

// short reports whether a key is too short to trust: nobody but test cards has one.
func short(c *x509.Certificate) bool {
	key, ok := c.PublicKey.(*rsa.PublicKey)
	return ok && key.Size() < strongRSA
}

// sameName compares names as sets, since certificates differ in the order.
func sameName(a, b []pkix.AttributeTypeAndValue) bool {
	all := func(a, b []pkix.AttributeTypeAndValue) bool {
		for _, one := range a {
			if !slices.ContainsFunc(b, func(o pkix.AttributeTypeAndValue) bool {
				return o.Type.Equal(one.Type) && o.Value == one.Value
			}) {
				return false
			}
		}
		return true
	}
	return len(a) == len(b) && all(a, b) && all(b, a)
}

// dates checks a signer's own time. One that expired since warns: the card was
// signed when the certificate was good. Whether the card is, is another finding.
func dates(c *x509.Certificate, cardUntil Date, at time.Time) (Result, Reason) {
	switch {
	case at.Before(c.NotBefore):
		return Failed, SignerNotYet
	case !at.After(c.NotAfter):
		return Passed, ""
	case cardUntil.Whole():
		return Warned, SignerExpired
	default:
		return Failed, SignerExpired
	}
}
