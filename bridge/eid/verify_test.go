package eid_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" //nolint:gosec // some test cards are signed so
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

// trusted is the profile of all cards that these tests mint.
func trusted() eid.Profile {
	var all []*eidtest.Authority
	for _, g := range eidtest.Generations() {
		all = append(all, eidtest.AuthorityOf(g))
	}
	return eidtest.Profile(all...)
}

func TestWhatTheRegisterSignedIsVerified(t *testing.T) {
	t.Parallel()
	profile := trusted()
	for _, g := range eidtest.Generations() {
		for seed := range uint64(10) {
			v := profile.Verify(mint(g, seed).Want(), today)
			if !v.Authentic() || !v.Verified() || v.Why() != "" {
				t.Errorf("%s: %v", g, v.Findings)
			}
			for _, c := range eid.Checks() {
				want := eid.Finding{Check: c, Result: eid.Passed}
				if c == eid.CheckRevocation {
					want.Result, want.Reason = eid.Undone, eid.NoRevocationList
				}
				if got := v.Of(c); got != want {
					t.Errorf("%s: %v", g, got)
				}
			}
		}
	}
}

func TestEachThingThatIsWrongIsSaid(t *testing.T) {
	t.Parallel()
	flip := func(b []byte) []byte {
		b = bytes.Clone(b)
		b[len(b)/2] ^= 1
		return b
	}
	other := mint(eidtest.V17, 2).Want()
	for name, c := range map[string]struct {
		change func(f *eid.Files)
		check  eid.Check
		result eid.Result
		reason eid.Reason
		good   bool // authentic all the same
	}{
		"another identity":      {func(f *eid.Files) { f.Identity = other.Identity }, eid.CheckIdentity, eid.Failed, eid.SignatureWrong, false},
		"a letter changed":      {func(f *eid.Files) { f.Identity = bytes.Replace(f.Identity, []byte("0"), []byte("1"), 1) }, eid.CheckIdentity, eid.Failed, eid.SignatureWrong, false},
		"identity cut off":      {func(f *eid.Files) { f.Identity = f.Identity[:50] }, eid.CheckIdentity, eid.Failed, eid.Unreadable, false},
		"signature changed":     {func(f *eid.Files) { f.IdentitySignature = flip(f.IdentitySignature) }, eid.CheckIdentity, eid.Failed, eid.SignatureWrong, false},
		"signature missing":     {func(f *eid.Files) { f.IdentitySignature = nil }, eid.CheckIdentity, eid.Undone, eid.SignatureMissing, false},
		"somebody's address":    {func(f *eid.Files) { f.Address, f.AddressSignature = other.Address, other.AddressSignature }, eid.CheckAddress, eid.Failed, eid.SignatureWrong, false},
		"address changed":       {func(f *eid.Files) { f.Address = bytes.Replace(f.Address, []byte("e"), []byte("a"), 1) }, eid.CheckAddress, eid.Failed, eid.SignatureWrong, false},
		"address unsigned":      {func(f *eid.Files) { f.AddressSignature = nil }, eid.CheckAddress, eid.Failed, eid.SignatureMissing, false},
		"address not read":      {func(f *eid.Files) { f.Address, f.AddressSignature = nil, nil }, eid.CheckAddress, eid.Undone, eid.NotRead, true},
		"address padded less":   {func(f *eid.Files) { f.Address = bytes.TrimRight(f.Address, "\x00") }, eid.CheckAddress, eid.Passed, "", true},
		"address all zeros":     {func(f *eid.Files) { f.Address = make([]byte, 117) }, eid.CheckAddress, eid.Undone, eid.NoAddress, true},
		"somebody's picture":    {func(f *eid.Files) { f.Picture = other.Picture }, eid.CheckPicture, eid.Failed, eid.PictureDiffers, false},
		"picture cut off":       {func(f *eid.Files) { f.Picture = f.Picture[:len(f.Picture)-1] }, eid.CheckPicture, eid.Failed, eid.PictureDiffers, false},
		"no picture":            {func(f *eid.Files) { f.Picture = nil }, eid.CheckPicture, eid.Undone, eid.NotRead, true},
		"no certificate":        {func(f *eid.Files) { f.Certificate = nil }, eid.CheckIssuer, eid.Undone, eid.CertificateMissing, false},
		"certificate broken":    {func(f *eid.Files) { f.Certificate = f.Certificate[:99] }, eid.CheckSigner, eid.Failed, eid.CertificateBroken, false},
		"and says it of all":    {func(f *eid.Files) { f.Certificate = f.Certificate[:99] }, eid.CheckIdentity, eid.Undone, eid.CertificateBroken, false},
		"nothing at all":        {func(f *eid.Files) { *f = eid.Files{} }, eid.CheckIdentity, eid.Undone, eid.NotRead, false},
		"certificate of a root": {func(f *eid.Files) { f.Certificate = eidtest.AuthorityOf(eidtest.V17).Root.Raw }, eid.CheckSigner, eid.Failed, eid.SignerWrongName, false},
	} {
		for _, g := range eidtest.Generations() {
			f := mint(g, 1).Want()
			c.change(&f)
			v := trusted().Verify(f, today)
			if got, want := v.Of(c.check), (eid.Finding{Check: c.check, Result: c.result, Reason: c.reason}); got != want || v.Authentic() != c.good {
				t.Errorf("%s on %s: %v, authentic %t", name, g, v.Findings, v.Authentic())
			}
			if !c.good && v.Why() == "" {
				t.Errorf("%s on %s: no reason", name, g)
			}
		}
	}
}

func TestOldAndNewWaysOfSigningAreKnown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		generation eidtest.Generation
		change     func(c *eidtest.Card)
	}{
		"1.1 signed anew with SHA-256": {eidtest.V11, func(c *eidtest.Card) { c.SignWith = crypto.SHA256 }},
		"1.1 with a newer key": {eidtest.V11, func(c *eidtest.Card) {
			c.Authority, c.SignWith = eidtest.AuthorityOf(eidtest.V17), crypto.SHA256
			c.SignatureSize = 256
		}},
		"1.1 in a file for a longer key":     {eidtest.V11, func(c *eidtest.Card) { c.SignatureSize = 256 }},
		"1.8 in files of exactly their size": {eidtest.V18, func(c *eidtest.Card) { c.SignatureSize = 0 }},
		"1.8 in files of 256":                {eidtest.V18, func(c *eidtest.Card) { c.SignatureSize = 256 }},
	} {
		for range 5 {
			card := mint(c.generation, 1)
			c.change(card)
			card.Sign()
			f := card.Want()
			if v := trusted().Verify(f, today); !v.Verified() {
				t.Errorf("%s: %v", name, v.Findings)
			}
		}
	}
	plain := mint(eidtest.V11, 1) // no picture, so no digest to go by
	plain.Files.Identity, plain.Files.Picture = []byte(entry(1, "B12345678")+entry(3, "01.02.2020")+entry(4, "01.02.2030")), nil
	plain.Sign()
	if v := trusted().Verify(plain.Want(), today); !v.Verified() {
		t.Error(v.Findings)
	}
	f := mint(eidtest.V18, 1).Want()
	f.Identity = append(bytes.Clone(f.Identity), 0, 0, 0) // the padding is perhaps not signed
	if v := trusted().Verify(f, today); !v.Verified() {
		t.Error(v.Findings)
	}
}

func TestOnlyTheRegistersOwnCertificateCounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*eidtest.Terms)
		check  eid.Check
		result eid.Result
		reason eid.Reason
	}{
		"a citizen":        {func(o *eidtest.Terms) { o.Subject.CommonName = "Jan Peeters (Signature)" }, eid.CheckSigner, eid.Failed, eid.SignerWrongName},
		"one name more":    {func(o *eidtest.Terms) { o.Subject.Locality = []string{"Gent"} }, eid.CheckSigner, eid.Failed, eid.SignerWrongName},
		"other policy":     {func(o *eidtest.Terms) { o.Policy = "2.16.56.1.1.1.2.1" }, eid.CheckSigner, eid.Failed, eid.SignerWrongPolicy},
		"other use":        {func(o *eidtest.Terms) { o.Usage = x509.KeyUsageDigitalSignature }, eid.CheckSigner, eid.Failed, eid.SignerWrongUse},
		"an issuer":        {func(o *eidtest.Terms) { o.CA = true; o.Usage |= x509.KeyUsageCertSign }, eid.CheckSigner, eid.Failed, eid.SignerWrongUse},
		"a CA in disguise": {func(o *eidtest.Terms) { o.CA = true }, eid.CheckSigner, eid.Failed, eid.SignerWrongUse},
		"names swapped": {func(o *eidtest.Terms) {
			o.Subject.CommonName, o.Subject.Organization = o.Subject.Organization[0], []string{o.Subject.CommonName}
		}, eid.CheckSigner, eid.Failed, eid.SignerWrongName},
		"one name twice": {func(o *eidtest.Terms) {
			o.Subject.CommonName, o.Subject.Organization = "", []string{o.Subject.Organization[0], o.Subject.Organization[0]}
		}, eid.CheckSigner, eid.Failed, eid.SignerWrongName},
		"not yet valid":  {func(o *eidtest.Terms) { o.From = today.AddDate(0, 0, 1) }, eid.CheckSignerDates, eid.Failed, eid.SignerNotYet},
		"expired":        {func(o *eidtest.Terms) { o.Until = today.AddDate(0, 0, -1) }, eid.CheckSignerDates, eid.Warned, eid.SignerExpired},
		"before its own": {func(o *eidtest.Terms) { o.From = time.Date(2013, 1, 1, 0, 0, 0, 0, time.UTC) }, eid.CheckIssuer, eid.Failed, eid.IssuerNotYet},
	} {
		terms := eidtest.Usual()
		c.change(&terms)
		a := eidtest.NewAuthority(eidtest.V18, terms)
		card := mint(eidtest.V18, 1)
		card.Authority = a
		card.Sign()
		v := eidtest.Profile(a).Verify(card.Want(), today)
		if got, want := v.Of(c.check), (eid.Finding{Check: c.check, Result: c.result, Reason: c.reason}); got != want || v.Authentic() != (c.result == eid.Warned) {
			t.Errorf("%s: %v", name, v.Findings)
		}
	}
	// A root of the same name with another key, and nobody at all.
	for want, p := range map[eid.Reason]eid.Profile{
		eid.IssuerUnknown: eidtest.Profile(eidtest.NewAuthority(eidtest.V18, eidtest.Usual())),
		eid.NoRoots:       eidtest.Profile(),
	} {
		f := mint(eidtest.V18, 1).Want()
		f.Picture = nil // not asked for is no reason
		if v := p.Verify(f, today); v.Of(eid.CheckIssuer).Reason != want || v.Authentic() || v.Why() != want {
			t.Error(v.Why(), v.Findings)
		}
	}
	for _, nobody := range []eid.Profile{{}, eid.Register()} {
		v := nobody.Verify(mint(eidtest.V18, 1).Want(), today)
		if v.Authentic() || v.Of(eid.CheckIdentity).Result != eid.Passed || v.Of(eid.CheckSigner).Reason != eid.SignerWrongName {
			t.Error(v.Findings)
		}
	}
	// A root that expired since.
	later := time.Date(2041, 6, 1, 0, 0, 0, 0, time.UTC)
	if f := trusted().Verify(mint(eidtest.V11, 1).Want(), later).Of(eid.CheckIssuer); f.Result != eid.Warned || f.Reason != eid.IssuerExpired {
		t.Error(f)
	}
}

// Specimens are signed by whoever made them, under a name and a policy of theirs.
func TestATestCardIsBelievedUnderATestRootOnly(t *testing.T) {
	t.Parallel()
	for _, g := range eidtest.Generations() {
		a := eidtest.AuthorityOf(g)
		files := mint(g, 1).Want()
		p := eid.Register()
		p.Tests = []*x509.Certificate{a.Root}
		v := p.Verify(files, today)
		if !v.Authentic() || !v.Verified() || v.Of(eid.CheckIssuer) != (eid.Finding{Check: eid.CheckIssuer, Result: eid.Warned, Reason: eid.IssuerForTests}) {
			t.Errorf("%s: %v", g, v.Findings)
		}
		p.Lists = []*x509.RevocationList{a.Revoke(today.AddDate(0, 0, 1), a.Signer.SerialNumber)}
		if v := p.Verify(files, today); v.Authentic() || v.Why() != eid.Revoked {
			t.Errorf("%s, taken back: %v", g, v.Findings)
		}
		files.Identity = bytes.Replace(files.Identity, []byte("Gent"), []byte("Gand"), 1)
		files.Identity[0] ^= 0x40
		if v := p.Verify(files, today); v.Authentic() {
			t.Errorf("%s, forged: %v", g, v.Findings)
		}
		p = eid.Register()
		p.Tests = []*x509.Certificate{eidtest.NewAuthority(g, eidtest.Usual()).Root} // of the same name
		if v := p.Verify(mint(g, 1).Want(), today); v.Authentic() || v.Of(eid.CheckIssuer).Reason != eid.IssuerUnknown || v.Of(eid.CheckSigner).Reason != eid.SignerWrongName {
			t.Errorf("%s, another test root: %v", g, v.Findings)
		}
		p = eid.Register()
		p.Roots = []*x509.Certificate{a.Root}
		if v := p.Verify(mint(g, 1).Want(), today); v.Authentic() || v.Why() != eid.SignerWrongName {
			t.Errorf("%s, as if real: %v", g, v.Findings)
		}
	}
	terms := eidtest.Usual()
	terms.Usage = x509.KeyUsageCertSign
	a := eidtest.NewAuthority(eidtest.V17, terms)
	p := eid.Register()
	p.Tests = []*x509.Certificate{a.Root}
	files := mint(eidtest.V17, 1).Want()
	files.Certificate = a.Signer.Raw
	if v := p.Verify(files, today); v.Of(eid.CheckSigner).Reason != eid.SignerWrongUse {
		t.Errorf("a certificate for something else: %v", v.Findings)
	}
}

func TestACertificateThatWasTakenBackIsRefused(t *testing.T) {
	t.Parallel()
	for _, g := range eidtest.Generations() {
		a := eidtest.AuthorityOf(g)
		serial := a.Signer.SerialNumber
		for _, c := range []struct {
			list   *x509.RevocationList
			result eid.Result
			reason eid.Reason
		}{
			{a.Revoke(today.AddDate(0, 0, 1), big.NewInt(7)), eid.Passed, ""},
			{a.Revoke(today.AddDate(0, 0, 1), serial), eid.Failed, eid.Revoked},
			{a.Revoke(today.AddDate(0, 0, -1), serial), eid.Failed, eid.Revoked},
			{a.Revoke(today.AddDate(0, 0, -1)), eid.Warned, eid.RevocationListOld},
			{eidtest.NewAuthority(g, eidtest.Usual()).Revoke(today, serial), eid.Undone, eid.RevocationListWrong},
		} {
			p := trusted()
			p.Lists = []*x509.RevocationList{c.list}
			v := p.Verify(mint(g, 1).Want(), today)
			if got, want := v.Of(eid.CheckRevocation), (eid.Finding{Check: eid.CheckRevocation, Result: c.result, Reason: c.reason}); got != want || v.Authentic() == (c.result == eid.Failed) {
				t.Errorf("%s: %v, want %v", g, got, want)
			}
		}
	}
}

func TestAListOfTheFirstVersionCountsAsMuch(t *testing.T) {
	t.Parallel()
	for _, g := range eidtest.Generations() {
		a := eidtest.AuthorityOf(g)
		serial := a.Signer.SerialNumber
		wrong := a.RevokeFirst(today.AddDate(0, 0, 1), serial)
		wrong[len(wrong)-1] ^= 1
		for name, c := range map[string]struct {
			der    []byte
			result eid.Result
			reason eid.Reason
		}{
			"empty":      {a.RevokeFirst(today.AddDate(0, 0, 1)), eid.Passed, ""},
			"of another": {a.RevokeFirst(today.AddDate(0, 0, 1), big.NewInt(7)), eid.Passed, ""},
			"of ours":    {a.RevokeFirst(today.AddDate(0, 0, 1), big.NewInt(7), serial), eid.Failed, eid.Revoked},
			"old":        {a.RevokeFirst(today.AddDate(0, 0, -1)), eid.Warned, eid.RevocationListOld},
			"not signed": {wrong, eid.Undone, eid.RevocationListWrong},
		} {
			list, err := eid.ParseRevocationList(c.der)
			if err != nil {
				t.Fatalf("%s, %s: %v", g, name, err)
			}
			p := trusted()
			p.Lists = []*x509.RevocationList{list}
			want := eid.Finding{Check: eid.CheckRevocation, Result: c.result, Reason: c.reason}
			if got := p.Verify(mint(g, 1).Want(), today).Of(eid.CheckRevocation); got != want {
				t.Errorf("%s, %s: %v, want %v", g, name, got, want)
			}
		}
	}
}

// Root CA4 was handed out twice, with the same key and another time. Either of
// the two vouches for what was signed in its time, whichever comes first.
func TestOfTwoRootsWithOneKeyTheOneThatSignedCounts(t *testing.T) {
	t.Parallel()
	day := func(year int, m time.Month, d int) time.Time { return time.Date(year, m, d, 0, 0, 0, 0, time.UTC) }
	terms := eidtest.Usual()
	terms.From, terms.Until = day(2020, 1, 1), day(2040, 1, 1)
	for _, g := range []eidtest.Generation{eidtest.V11, eidtest.V18} {
		a := eidtest.NewAuthority(g, terms)
		card := mint(g, 1)
		card.Authority = a
		card.Sign()
		for name, c := range map[string]struct {
			roots  []*x509.Certificate
			result eid.Result
			reason eid.Reason
		}{
			"the second began later":          {[]*x509.Certificate{a.Again(day(2014, 1, 1), day(2028, 1, 1)), a.Again(day(2022, 1, 1), day(2032, 1, 1))}, eid.Passed, ""},
			"the second lasts longer":         {[]*x509.Certificate{a.Again(day(2014, 1, 1), day(2025, 1, 1)), a.Again(day(2014, 1, 1), day(2032, 1, 1))}, eid.Passed, ""},
			"both are over":                   {[]*x509.Certificate{a.Again(day(2014, 1, 1), day(2024, 1, 1)), a.Again(day(2014, 1, 1), day(2025, 1, 1))}, eid.Warned, eid.IssuerExpired},
			"the one that signed is over":     {[]*x509.Certificate{a.Again(day(2014, 1, 1), day(2025, 1, 1)), a.Again(day(2022, 1, 1), day(2032, 1, 1))}, eid.Warned, eid.IssuerExpired},
			"neither was in its time":         {[]*x509.Certificate{a.Again(day(2014, 1, 1), day(2019, 1, 1)), a.Again(day(2022, 1, 1), day(2032, 1, 1))}, eid.Failed, eid.IssuerNotYet},
			"signed after the only one's end": {[]*x509.Certificate{a.Again(day(2014, 1, 1), day(2019, 1, 1))}, eid.Failed, eid.IssuerNotYet},
			"signed on the very first moment": {[]*x509.Certificate{a.Again(day(2020, 1, 1), day(2032, 1, 1))}, eid.Passed, ""},
			"signed on the very last moment":  {[]*x509.Certificate{a.Again(day(2014, 1, 1), day(2020, 1, 1))}, eid.Warned, eid.IssuerExpired},
		} {
			for range 2 {
				p := eidtest.Profile(a)
				p.Roots = c.roots
				want := eid.Finding{Check: eid.CheckIssuer, Result: c.result, Reason: c.reason}
				v := p.Verify(card.Want(), today)
				if got := v.Of(eid.CheckIssuer); got != want || v.Authentic() != (c.result != eid.Failed) {
					t.Errorf("%s on %s: %v, want %v", name, g, got, want)
				}
				slices.Reverse(c.roots)
			}
		}
	}
}

// A root hands out a list now and then: one that is good is enough, whatever
// lies beside it, unless one of them names the certificate.
func TestOfManyListsTheWorstWordAboutACertificateCounts(t *testing.T) {
	t.Parallel()
	a := eidtest.AuthorityOf(eidtest.V18)
	other := eidtest.NewAuthority(eidtest.V18, eidtest.Usual()) // of the same name
	serial := a.Signer.SerialNumber
	fresh, old := a.Revoke(today.AddDate(0, 0, 1)), a.Revoke(today.AddDate(0, 0, -1))
	endless := *fresh // says no date for the next
	endless.NextUpdate = time.Time{}
	for name, c := range map[string]struct {
		lists  []*x509.RevocationList
		result eid.Result
		reason eid.Reason
	}{
		"fresh and old":             {[]*x509.RevocationList{fresh, old}, eid.Passed, ""},
		"fresh and not ours":        {[]*x509.RevocationList{fresh, other.Revoke(today, serial)}, eid.Passed, ""},
		"old and not ours":          {[]*x509.RevocationList{old, other.Revoke(today, serial)}, eid.Warned, eid.RevocationListOld},
		"fresh, and named long ago": {[]*x509.RevocationList{fresh, a.Revoke(today.AddDate(0, 0, -1), serial)}, eid.Failed, eid.Revoked},
		"good for this moment yet":  {[]*x509.RevocationList{a.Revoke(today)}, eid.Passed, ""},
		"without a next":            {[]*x509.RevocationList{&endless}, eid.Passed, ""},
		"of another root":           {[]*x509.RevocationList{eidtest.AuthorityOf(eidtest.V17).Revoke(today, serial)}, eid.Undone, eid.NoRevocationList},
	} {
		for range 2 {
			p := trusted()
			p.Lists = c.lists
			want := eid.Finding{Check: eid.CheckRevocation, Result: c.result, Reason: c.reason}
			if got := p.Verify(mint(eidtest.V18, 1).Want(), today).Of(eid.CheckRevocation); got != want {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
			slices.Reverse(c.lists)
		}
	}
}

func TestTheSignerHasItsTimeToTheMoment(t *testing.T) {
	t.Parallel()
	a := eidtest.AuthorityOf(eidtest.V18)
	card := mint(eidtest.V18, 1)
	nameless := mint(eidtest.V18, 1)
	nameless.Files.Identity = []byte(entry(1, "B12345678")) // says no date of its own
	nameless.Sign()
	for name, c := range map[string]struct {
		card   *eidtest.Card
		at     time.Time
		result eid.Result
		reason eid.Reason
	}{
		"a second before":                 {card, a.Signer.NotBefore.Add(-time.Second), eid.Failed, eid.SignerNotYet},
		"the first":                       {card, a.Signer.NotBefore, eid.Passed, ""},
		"the last":                        {card, a.Signer.NotAfter, eid.Passed, ""},
		"a second after":                  {card, a.Signer.NotAfter.Add(time.Second), eid.Warned, eid.SignerExpired},
		"after, of a card without an end": {nameless, a.Signer.NotAfter.Add(time.Second), eid.Failed, eid.SignerExpired},
	} {
		want := eid.Finding{Check: eid.CheckSignerDates, Result: c.result, Reason: c.reason}
		if got := trusted().Verify(c.card.Want(), c.at).Of(eid.CheckSignerDates); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestTheCardHasItsTime(t *testing.T) {
	t.Parallel()
	card := mint(eidtest.V17, 1)
	id, err := eid.ParseIdentity(card.Files.Identity)
	if err != nil {
		t.Fatal(err)
	}
	day := func(d eid.Date, days int) time.Time {
		return time.Date(d.Year, time.Month(d.Month), d.Day+days, 12, 0, 0, 0, time.UTC)
	}
	for _, c := range []struct {
		at   time.Time
		want eid.Reason
	}{
		{day(id.ValidFrom, -1), eid.CardNotYet},
		{day(id.ValidFrom, 0), ""},
		{day(id.ValidUntil, 0), ""},
		{day(id.ValidUntil, 1), eid.CardExpired},
	} {
		v := trusted().Verify(card.Want(), c.at)
		if got := v.Of(eid.CheckCardDates).Reason; got != c.want || !v.Authentic() || v.Verified() != (c.want == "") || v.Why() != c.want {
			t.Errorf("%s: %v", c.at, v.Findings)
		}
	}
}

// A card that expired, and the certificate that signed it too: what it says is
// still what the Register said.
func TestACardThatExpiredWithItsSignerSaysSo(t *testing.T) {
	t.Parallel()
	terms := eidtest.Usual()
	terms.Until = today.AddDate(0, 0, -1)
	card := mint(eidtest.V17, 1)
	card.Authority = eidtest.NewAuthority(eidtest.V17, terms)
	card.Sign()
	v := eidtest.Profile(card.Authority).Verify(card.Want(), today.AddDate(20, 0, 0))
	if !v.Authentic() || v.Verified() || v.Why() != eid.CardExpired || v.Of(eid.CheckSignerDates).Reason != eid.SignerExpired {
		t.Error(v.Why(), v.Findings)
	}
}

// Some published test cards are signed with keys that the library refuses.
func TestASignatureWithAShortKeyIsRightButCountsForNothing(t *testing.T) {
	t.Parallel()
	for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
		a := eidtest.NewAuthority(eidtest.V17, eidtest.Usual())
		key := shortKey(t)
		a.Signer = a.Issue(eidtest.Usual(), &rsa.PublicKey{N: key.n, E: 65537})
		card := mint(eidtest.V11, 1)
		f := card.Want()
		f.Certificate = a.Signer.Raw
		f.IdentitySignature = key.sign(h, f.Identity)
		f.AddressSignature = key.sign(h, slices.Concat(bytes.TrimRight(f.Address, "\x00"), f.IdentitySignature))
		v := eidtest.Profile(a).Verify(f, today)
		if v.Authentic() || v.Of(eid.CheckIdentity).Result != eid.Passed || v.Of(eid.CheckAddress).Result != eid.Passed || v.Why() != eid.SignerWrongUse {
			t.Error(h, v.Findings)
		}
		f.IdentitySignature[20] ^= 1
		f.AddressSignature = f.AddressSignature[:63]
		v = eidtest.Profile(a).Verify(f, today)
		if v.Of(eid.CheckIdentity).Reason != eid.SignatureWrong || v.Of(eid.CheckAddress).Reason != eid.SignatureWrong {
			t.Error(h, v.Findings)
		}
	}
}

// raw is an RSA key of 512 bits, which the library would not even make.
type raw struct{ n, d *big.Int }

func shortKey(t *testing.T) raw {
	t.Helper()
	for {
		p, err := rand.Prime(rand.Reader, 256)
		if err != nil {
			t.Fatal(err)
		}
		q, err := rand.Prime(rand.Reader, 256)
		if err != nil {
			t.Fatal(err)
		}
		one := big.NewInt(1)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		if d := new(big.Int).ModInverse(big.NewInt(65537), phi); d != nil {
			return raw{new(big.Int).Mul(p, q), d}
		}
	}
}

// sign is RFC 8017 section 8.2.1.
func (k raw) sign(h crypto.Hash, content []byte) []byte {
	hash := h.New()
	hash.Write(content)
	info, err := asn1.Marshal(struct {
		Algorithm pkix.AlgorithmIdentifier
		Digest    []byte
	}{pkix.AlgorithmIdentifier{
		Algorithm: map[crypto.Hash]asn1.ObjectIdentifier{crypto.SHA1: {1, 3, 14, 3, 2, 26}, crypto.SHA256: {2, 16, 840, 1, 101, 3, 4, 2, 1}}[h], Parameters: asn1.NullRawValue,
	}, hash.Sum(nil)})
	if err != nil {
		panic(err)
	}
	padded := slices.Concat([]byte{0, 1}, bytes.Repeat([]byte{0xFF}, 64-3-len(info)), []byte{0}, info)
	return new(big.Int).Exp(new(big.Int).SetBytes(padded), k.d, k.n).FillBytes(make([]byte, 64))
}

func TestRootsAreTakenByTheirFingerprintOnly(t *testing.T) {
	t.Parallel()
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: eidtest.AuthorityOf(eidtest.V18).Root.Raw})
	if _, err := eid.Production(root, eid.Pins()...); !errors.Is(err, eid.ErrNotPinned) {
		t.Error(err)
	}
	if _, err := eid.Production(nil, eid.Pins()...); !errors.Is(err, eid.ErrNoRoot) {
		t.Error(err)
	}
	for _, pin := range append(eid.Pins(), eid.PinCA2) {
		if len(pin) != 64 || slices.ContainsFunc([]byte(pin), func(b byte) bool { return !bytes.ContainsRune([]byte("0123456789ABCDEF"), rune(b)) }) {
			t.Errorf("%q is no fingerprint", pin)
		}
	}
	// Under the terms of real cards, those of the tests are worth nothing.
	real, err := eid.Production(root, fingerprint(eidtest.AuthorityOf(eidtest.V18).Root))
	if err != nil {
		t.Fatal(err)
	}
	if v := real.Verify(mint(eidtest.V18, 1).Want(), today); v.Authentic() || v.Of(eid.CheckSigner).Reason != eid.SignerWrongName {
		t.Error(v.Findings)
	}
	terms := eidtest.Usual()
	terms.Subject, terms.Policy = pkix.Name{Country: []string{"BE"}, Organization: []string{"RRN"}, CommonName: "RRN"}, "2.16.56.13.6.0.1"
	a := eidtest.NewAuthority(eidtest.V18, terms)
	real.Roots = []*x509.Certificate{a.Root}
	card := mint(eidtest.V18, 1)
	card.Authority = a
	card.Sign()
	if v := real.Verify(card.Want(), today); !v.Verified() {
		t.Error(v.Findings)
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, g := range eidtest.Generations() {
		b.Run(g.String(), func(b *testing.B) {
			f, p := mint(g, 1).Want(), trusted()
			for b.Loop() {
				p.Verify(f, today)
			}
		})
	}
}

func fingerprint(c *x509.Certificate) string { return fmt.Sprintf("%X", sha256.Sum256(c.Raw)) }
