package eid_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

func TestWhatIsRememberedIsJudgedAsTheFirstTime(t *testing.T) {
	t.Parallel()
	proofs := &eid.Proofs{}
	for _, g := range []eidtest.Generation{eidtest.V17, eidtest.V18} {
		card := mint(g, 1)
		plain := eidtest.Profile(card.Authority)
		taken := plain
		taken.Lists = append(taken.Lists, card.Authority.Revoke(today.AddDate(0, 0, 1), card.Authority.Signer.SerialNumber))
		stranger := eidtest.Profile(eidtest.NewAuthority(g, eidtest.Usual()))
		broken := card.Want()
		broken.Certificate = bytes.Clone(broken.Certificate)
		broken.Certificate[len(broken.Certificate)-5] ^= 1
		for name, c := range map[string]struct {
			profile eid.Profile
			files   eid.Files
			at      time.Time
		}{
			"as it is":                   {plain, card.Want(), today},
			"a hundred years later":      {plain, card.Want(), today.AddDate(100, 0, 0)},
			"when it has been revoked":   {taken, card.Want(), today},
			"under another root":         {stranger, card.Want(), today},
			"with a broken certificate":  {plain, broken, today},
			"when nobody is trusted now": {eid.Register(), card.Want(), today},
		} {
			want := c.profile.Verify(c.files, c.at)
			c.profile.Proofs = proofs
			for range 2 {
				if got := c.profile.Verify(c.files, c.at); !equal(got, want) {
					t.Errorf("%s, %s: %v, want %v", g, name, got.Findings, want.Findings)
				}
			}
		}
	}
}

func TestAnyNumberOfSignersIsRememberedByManyAtOnce(t *testing.T) {
	t.Parallel()
	card := mint(eidtest.V17, 1)
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	profile := eidtest.Profile(card.Authority)
	profile.Proofs = &eid.Proofs{}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 40 { // more than are remembered
				f := card.Want()
				f.Certificate = card.Authority.Issue(eidtest.Usual(), key.Public()).Raw
				for range 2 {
					if v := profile.Verify(f, today); v.Of(eid.CheckIssuer).Result != eid.Passed || v.Authentic() {
						t.Error(v.Findings)
					}
				}
			}
		})
	}
	all.Wait()
}

func equal(a, b eid.Verdict) bool {
	for _, c := range eid.Checks() {
		if a.Of(c) != b.Of(c) {
			return false
		}
	}
	return true
}
