package eidtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // the first generations are signed so
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
)

// Authority stands for the National Register at a time: a root certificate and
// the certificate that it gave the Register to sign cards with.
type Authority struct {
	Root   *x509.Certificate
	Signer *x509.Certificate

	root, signer crypto.Signer
	weak         bool // both certificates are signed with SHA-1
}

// Terms are what a test may want otherwise in the signer's certificate.
type Terms struct {
	Root        string // the name of the root
	Subject     pkix.Name
	Policy      string
	Usage       x509.KeyUsage
	CA          bool
	From, Until time.Time
}

// Policy is the certificate policy of minted cards.
const Policy = "2.16.56.1.40.40.40.1"

// Subject is the name of whoever signs minted cards.
func Subject() pkix.Name {
	return pkix.Name{Country: []string{"BE"}, Organization: []string{"OpenBalie Test"}, CommonName: "RRN"}
}

// Usual returns the terms of an ordinary signer.
func Usual() Terms {
	return Terms{
		Root: "OpenBalie Test Root", Subject: Subject(), Policy: Policy,
		Usage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		From:  time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// NewAuthority makes an authority whose signer has the keys of a generation.
func NewAuthority(g Generation, terms Terms) *Authority {
	a := &Authority{weak: g == V11}
	switch g {
	case V11:
		a.root, a.signer = newRSA(2048), newRSA(1024)
	case V17:
		a.root, a.signer = newRSA(2048), newRSA(2048)
	default:
		a.root, a.signer = newP384(), newP384()
	}
	self := &x509.Certificate{
		SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		Subject:   pkix.Name{Country: []string{"BE"}, CommonName: terms.Root + " " + g.String()},
		KeyUsage:  x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		NotBefore: time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2041, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	a.Root = a.issue(self, self, a.root.Public())
	a.Signer = a.Issue(terms, a.signer.Public())
	return a
}

// Again returns the root with the same name and key and another time, as the
// government does when a root outlives its cards.
func (a *Authority) Again(from, until time.Time) *x509.Certificate {
	self := &x509.Certificate{
		SerialNumber: big.NewInt(2), IsCA: true, BasicConstraintsValid: true, RawSubject: a.Root.RawSubject,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, NotBefore: from, NotAfter: until,
	}
	return a.issue(self, self, a.root.Public())
}

// Issue makes a certificate under the root.
func (a *Authority) Issue(terms Terms, key crypto.PublicKey) *x509.Certificate {
	policy := must(x509.ParseOID(terms.Policy))
	return a.issue(&x509.Certificate{
		SerialNumber: must(rand.Int(rand.Reader, big.NewInt(1<<62))), Subject: terms.Subject,
		Policies: []x509.OID{policy}, KeyUsage: terms.Usage, IsCA: terms.CA, BasicConstraintsValid: terms.CA,
		NotBefore: terms.From, NotAfter: terms.Until,
	}, a.Root, key)
}

func (a *Authority) issue(template, parent *x509.Certificate, key crypto.PublicKey) *x509.Certificate {
	der := must(x509.CreateCertificate(rand.Reader, template, parent, key, a.root))
	if a.weak {
		der = a.weaken(der)
	}
	return must(x509.ParseCertificate(der))
}

// weaken signs a certificate again with SHA-1, which the library no longer does.
func (a *Authority) weaken(der []byte) []byte {
	var c struct {
		Signed    asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	must(asn1.Unmarshal(der, &c))
	// The names of the two algorithms differ in their last byte.
	strong := must(asn1.Marshal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}))
	signed := c.Signed.FullBytes
	for at := range len(signed) - len(strong) {
		if string(signed[at:at+len(strong)]) == string(strong) {
			signed[at+len(strong)-1] = 5
			break
		}
	}
	c.Signed = asn1.RawValue{FullBytes: signed}
	c.Algorithm.Algorithm = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}
	sum := sha1.Sum(signed) //nolint:gosec // see the import
	c.Signature.Bytes = must(a.root.Sign(rand.Reader, sum[:], crypto.SHA1))
	return must(asn1.Marshal(c))
}

// Revoke returns the root's list of what it took back, to be renewed by next.
func (a *Authority) Revoke(next time.Time, serials ...*big.Int) *x509.RevocationList {
	var entries []x509.RevocationListEntry
	for _, s := range serials {
		entries = append(entries, x509.RevocationListEntry{SerialNumber: s, RevocationTime: next.AddDate(0, 0, -1)})
	}
	der := must(x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: next.AddDate(0, 0, -7), NextUpdate: next, RevokedCertificateEntries: entries,
	}, a.Root, a.root))
	return must(x509.ParseRevocationList(der))
}

// RevokeFirst is Revoke in version 1 of lists, which the roots of Belgium gave
// out for years and the library does not read.
func (a *Authority) RevokeFirst(next time.Time, serials ...*big.Int) []byte {
	type entry struct {
		Serial *big.Int
		At     time.Time
	}
	var entries []entry
	for _, s := range serials {
		entries = append(entries, entry{s, next.AddDate(0, 0, -1)})
	}
	algorithm := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, Parameters: asn1.NullRawValue}
	hash := crypto.SHA256
	if a.weak {
		algorithm.Algorithm, hash = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}, crypto.SHA1
	}
	if _, ec := a.root.(*ecdsa.PrivateKey); ec {
		algorithm, hash = pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}}, crypto.SHA384
	}
	signed := must(asn1.Marshal(struct {
		Algorithm        pkix.AlgorithmIdentifier
		Issuer           asn1.RawValue
		This, NextUpdate time.Time
		Revoked          []entry `asn1:"optional,omitempty"`
	}{algorithm, asn1.RawValue{FullBytes: a.Root.RawSubject}, next.AddDate(0, 0, -7).UTC(), next.UTC(), entries}))
	h := hash.New()
	h.Write(signed)
	signature := must(a.root.Sign(rand.Reader, h.Sum(nil), hash))
	return must(asn1.Marshal(struct {
		Signed    asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}{asn1.RawValue{FullBytes: signed}, algorithm, asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}}))
}

// Profile trusts the authorities and nobody else.
func Profile(authorities ...*Authority) eid.Profile {
	var p eid.Profile
	for _, a := range authorities {
		p.Roots = append(p.Roots, a.Root)
	}
	for _, rdn := range Subject().ToRDNSequence() {
		p.Subject = append(p.Subject, rdn...)
	}
	p.Policies = []asn1.ObjectIdentifier{{2, 16, 56, 1, 40, 40, 40, 1}}
	return p
}

var authorities = map[Generation]func() *Authority{
	V11:    sync.OnceValue(func() *Authority { return NewAuthority(V11, Usual()) }),
	V17:    sync.OnceValue(func() *Authority { return NewAuthority(V17, Usual()) }),
	Hybrid: sync.OnceValue(func() *Authority { return NewAuthority(Hybrid, Usual()) }),
	V18:    sync.OnceValue(func() *Authority { return NewAuthority(V18, Usual()) }),
}

// AuthorityOf returns the usual authority of a generation, the same each time.
func AuthorityOf(g Generation) *Authority { return authorities[g]() }

func newRSA(bits int) crypto.Signer { return must(rsa.GenerateKey(rand.Reader, bits)) }

func newP384() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)) }

// must is for what can only fail when this package is wrong.
func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("eidtest: %v", err))
	}
	return v
}
