package eid

import (
	"bytes"
	"crypto/x509"
	"slices"
	"time"
)

// Verify looks at everything that the bytes of a card can prove, at a moment in
// the zone where the card is shown. It parses the files itself: fields that
// others parsed prove nothing.
func (p Profile) Verify(f Files, at time.Time) Verdict {
	var v Verdict
	note := func(c Check, r Result, why Reason) {
		v.Findings = append(v.Findings, Finding{Check: c, Result: r, Reason: why})
	}
	id, err := ParseIdentity(f.Identity)
	known := err == nil
	signer, broken := parseCertificate(f.Certificate)
	if broken != nil {
		signer = nil
	}

	r, why := f.identityFinding(signer, known, len(id.PictureHash))
	note(CheckIdentity, r, why)
	r, why = f.addressFinding(signer, len(id.PictureHash))
	note(CheckAddress, r, why)
	r, why = f.pictureFinding(id)
	note(CheckPicture, r, why)

	if signer == nil {
		if r, why = Failed, f.noSigner(); why == CertificateMissing {
			r = Undone
		}
		for _, c := range []Check{CheckIssuer, CheckSigner, CheckSignerDates, CheckRevocation} {
			note(c, r, why)
		}
	} else {
		root, r, why := p.issuer(signer, at)
		note(CheckIssuer, r, why)
		r, why = p.signer(signer, root)
		note(CheckSigner, r, why)
		r, why = dates(signer, id.ValidUntil, at)
		note(CheckSignerDates, r, why)
		r, why = p.revocation(signer, root, at)
		note(CheckRevocation, r, why)
	}

	r, why = cardDates(id, known, DateOf(at))
	note(CheckCardDates, r, why)
	r, why = numberFinding(id, known)
	note(CheckNumber, r, why)
	return v
}

func (f Files) identityFinding(signer *x509.Certificate, known bool, hash int) (Result, Reason) {
	switch {
	case len(f.Identity) == 0:
		return Undone, NotRead
	case !known:
		return Failed, Unreadable
	case len(f.IdentitySignature) == 0:
		return Undone, SignatureMissing
	case signer == nil:
		return Undone, f.noSigner()
	case !f.identityHolds(signer, hash):
		return Failed, SignatureWrong
	default:
		return Passed, ""
	}
}

// noSigner says why there is no certificate to check a signature with.
func (f Files) noSigner() Reason {
	if len(f.Certificate) > 0 {
		return CertificateBroken
	}
	return CertificateMissing
}

func (f Files) addressFinding(signer *x509.Certificate, hash int) (Result, Reason) {
	a, err := ParseAddress(f.Address)
	switch {
	case len(f.Address) == 0:
		return Undone, NotRead
	case err != nil:
		return Failed, Unreadable
	case signer != nil && f.addressHolds(signer, hash):
		return Passed, ""
	case a.IsZero() && len(bytes.Trim(f.Address, "\x00")) == 0:
		return Undone, NoAddress
	case signer == nil:
		return Undone, f.noSigner()
	case len(f.AddressSignature) == 0, len(f.IdentitySignature) == 0:
		return Failed, SignatureMissing // or leaving it out would be a way to forge an address
	default:
		return Failed, SignatureWrong
	}
}

// pictureFinding compares the whole file with the digest in the identity (C54
// section 6.2.6).
func (f Files) pictureFinding(id Identity) (Result, Reason) {
	sum := digest(len(id.PictureHash), f.Picture)
	switch {
	case len(f.Picture) == 0:
		return Undone, NotRead
	case sum == nil:
		return Failed, NoPictureHash
	case !bytes.Equal(sum, id.PictureHash):
		return Failed, PictureDiffers
	default:
		return Passed, ""
	}
}

func cardDates(id Identity, known bool, today Date) (Result, Reason) {
	switch {
	case !known:
		return Undone, NotRead
	case !id.ValidFrom.Whole() || !id.ValidUntil.Whole():
		return Warned, CardDatesUnknown
	case today.Before(id.ValidFrom):
		return Failed, CardNotYet
	case id.ValidUntil.Before(today):
		return Failed, CardExpired
	default:
		return Passed, ""
	}
}

func numberFinding(id Identity, known bool) (Result, Reason) {
	switch {
	case !known:
		return Undone, NotRead
	case id.NationalNumber.IsZero():
		return Undone, NoNumber
	case !id.NationalNumber.Valid():
		return Failed, NumberWrong
	case !id.NationalNumber.Fits(id.Born):
		return Warned, NumberNotBirth // a corrected date of birth; the Register signed both
	default:
		return Passed, ""
	}
}

// signed reports whether both signatures hold.
func (f Files) signed() bool {
	signer, err := parseCertificate(f.Certificate)
	if err != nil {
		return false
	}
	id, err := ParseIdentity(f.Identity)
	hash := len(id.PictureHash)
	return err == nil && f.identityHolds(signer, hash) && f.addressHolds(signer, hash)
}

// identityHolds reports whether the identity's signature is over every byte of
// its file (C54 section 6.2.3), or over those without the padding, which
// specimens of applet 1.8 do not have: either says the same about the same
// person. The
// size of the picture's digest tells the age of a card.
func (f Files) identityHolds(signer *x509.Certificate, hash int) bool {
	short := unpadded(f.Identity)
	return holds(signer, f.IdentitySignature, hash, f.Identity) ||
		len(short) < len(f.Identity) && holds(signer, f.IdentitySignature, hash, short)
}

// addressHolds reports whether the address's signature is over the address
// without its padding and the whole file of the identity's signature (C54
// section 6.2.5; eid-mw, eid-viewer/certhelpers.c), or over the latter without
// its padding, for the same reason as above.
func (f Files) addressHolds(signer *x509.Certificate, hash int) bool {
	if len(f.IdentitySignature) == 0 {
		return false
	}
	address := unpadded(f.Address)
	if holds(signer, f.AddressSignature, hash, slices.Concat(address, f.IdentitySignature)) {
		return true
	}
	size := derSize(f.IdentitySignature)
	return size > 0 && size < len(f.IdentitySignature) &&
		holds(signer, f.AddressSignature, hash, slices.Concat(address, f.IdentitySignature[:size]))
}

// parseCertificate reads a certificate, with the zeros that fill up its file or
// without.
func parseCertificate(content []byte) (*x509.Certificate, error) {
	if size := derSize(content); size > 0 && size < len(content) && len(unpadded(content[size:])) == 0 {
		content = content[:size]
	}
	return x509.ParseCertificate(content)
}

// unpadded takes off zeros at the end.
func unpadded(content []byte) []byte { return bytes.TrimRight(content, "\x00") }
