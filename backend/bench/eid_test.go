//go:build bench

package bench_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

const (
	verdictGoal = 2 * time.Millisecond // of a full read
	verdictBare = 1.2                  // times the bare signature checks
)

// TestVerdictBesideTheBareSignatureChecks measures the verdict of a full read
// beside nothing but the public-key operations that it cannot do without: the
// signatures of identity and address, and for the first card of a signer that of
// the root on the signer's certificate. Both take turns; the medians count.
func TestVerdictBesideTheBareSignatureChecks(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same cards each time
	t.Logf("%-11s %13s %13s %6s   %13s %13s %6s", "chip", "first verdict", "three bare", "", "later verdict", "two bare", "")
	for _, g := range eidtest.Generations() {
		card := eidtest.Mint(g, eidtest.Random(r, at), r)
		profile := eidtest.Profile(card.Authority)
		f := card.Want()
		warm := eidcheck.Trusting(profile)
		if v := warm.Verify(f, at); !v.Verified() {
			t.Fatalf("%s: %v", g, v.Findings)
		}
		checks := bare(t, card)
		all := func(n int) func() {
			return func() {
				for _, check := range checks[:n] {
					check()
				}
			}
		}
		first, three := sideBySide(func() { eidcheck.Trusting(profile).Verify(f, at) }, all(3))
		later, two := sideBySide(func() { warm.Verify(f, at) }, all(2))
		t.Logf("%-11s %13v %13v %5.2f×   %13v %13v %5.2f×", g, first, three, ratio(first, three), later, two, ratio(later, two))
		for name, took := range map[string][2]time.Duration{"first": {first, three}, "later": {later, two}} {
			if took[0] > verdictGoal {
				t.Logf("MISSED: %s, %s card: %v, more than %v", g, name, took[0], verdictGoal)
			}
			// RSA takes microseconds, in which reading the files counts.
			if over := ratio(took[0], took[1]); over > verdictBare && took[0] > verdictGoal/10 {
				t.Logf("MISSED: %s, %s card: %.2f times the bare checks, more than %.1f", g, name, over, verdictBare)
			}
		}
	}
}

// bare are the checks of identity, address and signer's certificate on keys and
// digests that are ready.
func bare(t *testing.T, card *eidtest.Card) []func() {
	t.Helper()
	f, signer, root := card.Want(), card.Authority.Signer, card.Authority.Root
	address := bytes.TrimRight(f.Address, "\x00")
	hash := map[eidtest.Generation]crypto.Hash{eidtest.V11: crypto.SHA1, eidtest.V17: crypto.SHA256}[card.Generation]
	if hash == 0 {
		hash = crypto.SHA384
	}
	return []func(){
		checkOf(t, signer.PublicKey, hash, f.Identity, f.IdentitySignature),
		checkOf(t, signer.PublicKey, hash, slices.Concat(address, f.IdentitySignature), f.AddressSignature),
		checkOf(t, root.PublicKey, hash, signer.RawTBSCertificate, signer.Signature),
	}
}

func checkOf(t *testing.T, key crypto.PublicKey, hash crypto.Hash, content, signature []byte) func() {
	t.Helper()
	digest := func() []byte {
		s := hash.New()
		s.Write(content)
		return s.Sum(nil)
	}
	var holds func() bool
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		signature := signature[:2+int(signature[1])]
		holds = func() bool { return ecdsa.VerifyASN1(key, digest(), signature) }
	case *rsa.PublicKey:
		holds = func() bool { return rsa.VerifyPKCS1v15(key, hash, digest(), signature) == nil }
	}
	if holds == nil || !holds() {
		t.Fatalf("a bare check of %T fails", key)
	}
	return func() { holds() }
}

// sideBySide runs two functions in turns and returns the median of each.
func sideBySide(a, b func()) (ofA, ofB time.Duration) {
	const turns = 301
	var as, bs []time.Duration
	took := func(f func()) time.Duration {
		begin := time.Now()
		f()
		return time.Since(begin)
	}
	for range turns {
		as, bs = append(as, took(a)), append(bs, took(b))
	}
	slices.Sort(as)
	slices.Sort(bs)
	return as[turns/2], bs[turns/2]
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
