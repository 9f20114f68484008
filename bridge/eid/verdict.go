package eid

// Check is one thing that a verification looks at.
type Check string

// The checks, in the order in which a person would want to hear of them.
const (
	CheckIdentity    Check = "identity"    // the National Register signed it
	CheckAddress     Check = "address"     // and the address with it
	CheckPicture     Check = "picture"     // it is the one that the identity speaks of
	CheckIssuer      Check = "issuer"      // a root certificate that we were given signed the signer's
	CheckSigner      Check = "signer"      // the certificate is the National Register's
	CheckSignerDates Check = "signerDates" // and in its time
	CheckRevocation  Check = "revocation"  // and not taken back
	CheckCardDates   Check = "cardDates"   // the card is in its time
	CheckNumber      Check = "number"      // the national number checks itself
)

// Checks returns all checks in order.
func Checks() []Check {
	return []Check{
		CheckIdentity, CheckAddress, CheckPicture, CheckIssuer, CheckSigner,
		CheckSignerDates, CheckRevocation, CheckCardDates, CheckNumber,
	}
}

// Result is how a check ended.
type Result string

// The results.
const (
	Passed Result = "passed"
	Warned Result = "warned" // good enough, with a reason to know
	Undone Result = "undone" // there was nothing to look at
	Failed Result = "failed"
)

// Reason says why a check did not simply pass. It is for programs; what people
// read is made from it in their language.
type Reason string

// The reasons.
const (
	NotRead             Reason = "not-read"
	Unreadable          Reason = "unreadable"
	NoAddress           Reason = "no-address"
	SignatureMissing    Reason = "signature-missing"
	SignatureWrong      Reason = "signature-wrong"
	CertificateMissing  Reason = "certificate-missing"
	CertificateBroken   Reason = "certificate-broken"
	PictureDiffers      Reason = "picture-differs"
	NoPictureHash       Reason = "no-picture-hash"
	NoRoots             Reason = "no-roots" // we were given none
	IssuerUnknown       Reason = "issuer-unknown"
	IssuerNotYet        Reason = "issuer-not-valid-then"
	IssuerExpired       Reason = "issuer-expired"   // since, but not when it signed
	IssuerForTests      Reason = "issuer-for-tests" // it is a test card
	SignerWrongName     Reason = "signer-wrong-name"
	SignerWrongPolicy   Reason = "signer-wrong-policy"
	SignerWrongUse      Reason = "signer-wrong-use"
	SignerNotYet        Reason = "signer-not-valid-yet"
	SignerExpired       Reason = "signer-expired"
	Revoked             Reason = "revoked"
	NoRevocationList    Reason = "no-revocation-list"
	RevocationListOld   Reason = "revocation-list-old"
	RevocationListWrong Reason = "revocation-list-wrong"
	CardExpired         Reason = "card-expired"
	CardNotYet          Reason = "card-not-valid-yet"
	CardDatesUnknown    Reason = "card-dates-unknown"
	NoNumber            Reason = "no-national-number"
	NumberWrong         Reason = "national-number-wrong"
	NumberNotBirth      Reason = "national-number-not-birth-date"
)

// Reasons returns all reasons.
func Reasons() []Reason {
	return []Reason{
		NotRead, Unreadable, NoAddress, SignatureMissing, SignatureWrong, CertificateMissing, CertificateBroken,
		PictureDiffers, NoPictureHash, NoRoots, IssuerUnknown, IssuerNotYet, IssuerExpired, IssuerForTests, SignerWrongName,
		SignerWrongPolicy, SignerWrongUse, SignerNotYet, SignerExpired, Revoked, NoRevocationList, RevocationListOld,
		RevocationListWrong, CardExpired, CardNotYet, CardDatesUnknown, NoNumber, NumberWrong, NumberNotBirth,
	}
}

// Finding is a check with its result, and a reason unless it passed.
type Finding struct {
	Check  Check  `json:"check"`
	Result Result `json:"result"`
	Reason Reason `json:"reason,omitempty"`
}

// Verdict is what a verification found. It is about the data and beside them:
// nothing it says is a reason to hide what was read.
type Verdict struct {
	Findings []Finding `json:"findings"` // one per check, in the order of Checks
}

// Of returns the finding of a check.
func (v Verdict) Of(c Check) Finding {
	for _, f := range v.Findings {
		if f.Check == c {
			return f
		}
	}
	return Finding{Check: c, Result: Undone, Reason: NotRead}
}

// needed are the checks without which nothing is authentic.
var needed = []Check{CheckIdentity, CheckIssuer, CheckSigner, CheckSignerDates}

// Authentic reports whether the National Register signed everything that was
// read. It says nothing of the card being there: a copy reads the same.
func (v Verdict) Authentic() bool {
	for _, c := range needed {
		if r := v.Of(c).Result; r != Passed && r != Warned {
			return false
		}
	}
	for _, c := range []Check{CheckAddress, CheckPicture, CheckRevocation} {
		if v.Of(c).Result == Failed {
			return false
		}
	}
	return true
}

// Verified reports whether the data are authentic and nothing else failed, such
// as the dates of the card.
func (v Verdict) Verified() bool {
	for _, f := range v.Findings {
		if f.Result == Failed {
			return false
		}
	}
	return v.Authentic()
}

// Why returns the first reason for data not to be verified, or nothing.
func (v Verdict) Why() Reason { return v.Against().Reason }

// Against returns the first finding that speaks against data being verified, or
// the zero Finding.
func (v Verdict) Against() Finding {
	if v.Verified() {
		return Finding{}
	}
	for _, f := range v.Findings {
		if f.Result != Failed {
			continue
		}
		if id := v.Of(CheckIdentity); id.Reason == f.Reason { // an address is nothing without its identity
			return id
		}
		return f
	}
	for _, c := range needed {
		if f := v.Of(c); f.Result == Undone {
			return f
		}
	}
	return v.Of(CheckIdentity)
}
