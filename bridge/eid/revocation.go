package eid

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"time"
)

// revocation looks a certificate up in the list of its root, if there is one.
func (p Profile) revocation(c, root *x509.Certificate, at time.Time) (Result, Reason) {
	switch {
	case len(p.all()) == 0:
		return Undone, NoRoots
	case root == nil:
		return Undone, IssuerUnknown
	}
	r, why := Undone, NoRevocationList
	for _, list := range p.Lists {
		if !bytes.Equal(list.RawIssuer, root.RawSubject) {
			continue
		}
		if p.Proofs.signedBy(root, list.SignatureAlgorithm, list.RawTBSRevocationList, list.Signature) != nil {
			if r == Undone {
				why = RevocationListWrong
			}
			continue
		}
		if slices.ContainsFunc(list.RevokedCertificateEntries, func(e x509.RevocationListEntry) bool {
			return e.SerialNumber.Cmp(c.SerialNumber) == 0
		}) {
			return Failed, Revoked
		}
		switch old := !list.NextUpdate.IsZero() && at.After(list.NextUpdate); {
		case !old:
			r, why = Passed, ""
		case r != Passed:
			r, why = Warned, RevocationListOld
		}
	}
	return r, why
}

// ParseRevocationList reads a list in DER. The library reads version 2 only,
// and roots of Belgium have given out lists of version 1.
func ParseRevocationList(der []byte) (*x509.RevocationList, error) {
	list, err := x509.ParseRevocationList(der)
	if err == nil {
		return list, nil
	}
	if first, ok := parseFirstVersion(der); ok {
		return first, nil
	}
	return nil, err
}

// parseFirstVersion reads a list of version 1, which says no version and has no
// extensions (RFC 5280 section 5.1).
func parseFirstVersion(der []byte) (*x509.RevocationList, bool) {
	var list struct {
		Signed struct {
			Raw        asn1.RawContent
			Algorithm  pkix.AlgorithmIdentifier
			Issuer     asn1.RawValue
			ThisUpdate time.Time
			NextUpdate time.Time `asn1:"optional"`
			Revoked    []struct {
				Serial *big.Int
				At     time.Time
			} `asn1:"optional"`
		}
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	rest, err := asn1.Unmarshal(der, &list)
	if err != nil || len(rest) > 0 || !list.Algorithm.Algorithm.Equal(list.Signed.Algorithm.Algorithm) {
		return nil, false
	}
	out := &x509.RevocationList{
		Raw: der, RawTBSRevocationList: list.Signed.Raw, RawIssuer: list.Signed.Issuer.FullBytes,
		SignatureAlgorithm: signatureAlgorithm(list.Algorithm.Algorithm), Signature: list.Signature.RightAlign(),
		ThisUpdate: list.Signed.ThisUpdate, NextUpdate: list.Signed.NextUpdate,
	}
	for _, r := range list.Signed.Revoked {
		out.RevokedCertificateEntries = append(out.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: r.Serial, RevocationTime: r.At})
	}
	return out, true
}

// signatureAlgorithm names what the roots of Belgium sign with. What it does not
// know cannot be checked, so that such a list counts for nothing.
func signatureAlgorithm(id asn1.ObjectIdentifier) x509.SignatureAlgorithm {
	for algorithm, known := range map[x509.SignatureAlgorithm]asn1.ObjectIdentifier{
		x509.SHA1WithRSA:     {1, 2, 840, 113549, 1, 1, 5},
		x509.SHA256WithRSA:   {1, 2, 840, 113549, 1, 1, 11},
		x509.SHA384WithRSA:   {1, 2, 840, 113549, 1, 1, 12},
		x509.SHA512WithRSA:   {1, 2, 840, 113549, 1, 1, 13},
		x509.ECDSAWithSHA256: {1, 2, 840, 10045, 4, 3, 2},
		x509.ECDSAWithSHA384: {1, 2, 840, 10045, 4, 3, 3},
	} {
		if known.Equal(id) {
			return algorithm
		}
	}
	return x509.UnknownSignatureAlgorithm
}
