package eidcheck_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

var (
	now   = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	clerk = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"}
	ann   = uuid.MustParse("01900000-0000-7000-8000-000000000001")
)

// annsNumber is the national number of Ann Peeters.
const annsNumber = "83030201540"

// counter is a desk with a clerk, and Ann, who is registered.
func counter(t testing.TB, profiles ...eid.Profile) *eidcheck.Service {
	t.Helper()
	d := dbtest.New(t)
	ring, err := secret.OpenRing(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	err = db.InTx(ctx, d, func(tx *db.Tx) error {
		n, err := secret.ParseNationalNumber(annsNumber)
		return errors.Join(err,
			organizer.Add(ctx, tx, organizer.Organizer{ID: "desk", Name: "Balie", AccountID: db.NewID()}),
			organizer.Add(ctx, tx, organizer.Organizer{ID: "other", Name: "Andere balie", AccountID: db.NewID()}),
			rights.Grant(ctx, tx, who.Program("test"), who.Person, clerk.Subject, "desk", rights.Clerk),
			passholder.Add(ctx, tx, ring, passholder.Passholder{
				ID: ann, CreatedAt: now, Details: passholder.Details{
					Name: "Peeters", FirstName: "Anaïs", DateOfBirth: period.NewDay(1983, 3, 2), Gender: passholder.Female,
					Street: "Kouter 12 bus 3", PostalCode: "9000", City: "Gent", Country: "be", INSZ: n,
				},
			}))
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(profiles) == 0 {
		profiles = []eid.Profile{trusted()}
	}
	return &eidcheck.Service{DB: d, Now: func() time.Time { return now }, Ring: ring, Trust: eidcheck.Trusting(profiles...)}
}

// trusted is the profile of all cards that are minted here.
func trusted() eid.Profile {
	var all []*eidtest.Authority
	for _, g := range eidtest.Generations() {
		all = append(all, eidtest.AuthorityOf(g))
	}
	return eidtest.Profile(all...)
}

// annsCard is what Ann's identity card says.
func annsCard() eidtest.Person {
	return eidtest.Person{
		NationalNumber: annsNumber, Name: "PEETERS", GivenNames: "Anais Maria", Nationality: "Belg", BirthPlace: "Gent",
		Birth: "02 MAAR 1983", Sex: "V", Document: "1", Status: "0", CardNumber: "590123456789", IssuedBy: "Gent",
		From: "01.02.2020", Until: "01.02.2030", Street: "Kouter 12/3", PostalCode: "9000", Municipality: "Gent",
	}
}

func mint(g eidtest.Generation, p eidtest.Person) *eidtest.Card {
	return eidtest.Mint(g, p, rand.New(rand.NewPCG(1, uint64(g)))) //nolint:gosec // the same cards each time
}

func count(t *testing.T, d *db.DB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := d.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestACardOfEveryGenerationIsProvedAndFindsItsHolder(t *testing.T) {
	t.Parallel()
	s := counter(t)
	for _, g := range eidtest.Generations() {
		r, err := s.Check(t.Context(), clerk, mint(g, annsCard()).Want())
		if err != nil {
			t.Fatal(g, err)
		}
		if !r.Verdict.Verified() || !r.NumberValid || !r.PictureProved || r.Identity.Name != "PEETERS" || r.Address.Municipality != "Gent" {
			t.Errorf("%s: %v", g, r.Verdict.Findings)
		}
		want := &eidcheck.Match{PassholderID: ann, FirstName: "Anaïs", Name: "Peeters", Differences: []eidcheck.Field{}}
		if diff := cmp.Diff(want, r.Match); diff != "" {
			t.Errorf("%s: match (-want +got)\n%s", g, diff)
		}
	}
	if n := count(t, s.DB, `SELECT count(*) FROM audit WHERE action = 'eid.read' AND subject_kind = 'passholder' AND subject_id = $1 AND organizer_id = 'desk'`, ann.String()); n != 4 {
		t.Errorf("four reads left %d entries in the audit log", n)
	}
}

func TestWhatIsWrongWithACardIsSaidAndNothingIsHidden(t *testing.T) {
	t.Parallel()
	flip := func(b []byte) []byte {
		b = bytes.Clone(b)
		b[len(b)/2] ^= 1
		return b
	}
	stranger := annsCard()
	stranger.NationalNumber, stranger.Name = "85073003328", "Claes"
	expired, wrong, none := annsCard(), annsCard(), annsCard()
	expired.Until = "21.11.2026"
	wrong.NationalNumber = "83030201541"
	none.NationalNumber = ""
	change := func(p eidtest.Person, f func(f *eid.Files, other eid.Files)) func(g eidtest.Generation) eid.Files {
		return func(g eidtest.Generation) eid.Files {
			files := mint(g, p).Want()
			f(&files, mint(g, stranger).Want())
			return files
		}
	}
	as := func(f func(*eid.Files)) func(eidtest.Generation) eid.Files {
		return change(annsCard(), func(files *eid.Files, _ eid.Files) { f(files) })
	}
	nothing := func(*eid.Files, eid.Files) {}
	foreign := map[eidtest.Generation]*eidtest.Authority{}
	for _, g := range eidtest.Generations() {
		foreign[g] = eidtest.NewAuthority(g, eidtest.Usual())
	}
	s := counter(t)
	for name, tt := range map[string]struct {
		files  func(eidtest.Generation) eid.Files
		why    eid.Reason
		found  bool // Ann
		number bool
	}{
		"a letter of the identity": {as(func(f *eid.Files) { f.Identity = bytes.Replace(f.Identity, []byte("PEETERS"), []byte("PIETERS"), 1) }), eid.SignatureWrong, true, true},
		"a letter of the address":  {as(func(f *eid.Files) { f.Address = bytes.Replace(f.Address, []byte("Kouter"), []byte("Koster"), 1) }), eid.SignatureWrong, true, true},
		"a bit of the picture":     {as(func(f *eid.Files) { f.Picture = flip(f.Picture) }), eid.PictureDiffers, true, true},
		"a bit of a signature":     {as(func(f *eid.Files) { f.IdentitySignature = flip(f.IdentitySignature) }), eid.SignatureWrong, true, true},
		"a bit of the other":       {as(func(f *eid.Files) { f.AddressSignature[9] ^= 1 }), eid.SignatureWrong, true, true},
		"a certificate cut off":    {as(func(f *eid.Files) { f.Certificate = f.Certificate[:99] }), eid.CertificateBroken, true, true},
		"a certificate's signature": {as(func(f *eid.Files) {
			f.Certificate = bytes.Clone(f.Certificate)
			f.Certificate[len(f.Certificate)-5] ^= 1
		}), eid.IssuerUnknown, true, true},
		"a certificate in the middle": {as(func(f *eid.Files) {
			f.Certificate = bytes.Replace(f.Certificate, []byte("OpenBalie Test"), []byte("OpenBalie Best"), 1)
		}), eid.IssuerUnknown, true, true},
		"no signature":                {as(func(f *eid.Files) { f.IdentitySignature = nil }), eid.SignatureMissing, true, true},
		"no signature of the address": {as(func(f *eid.Files) { f.AddressSignature = nil }), eid.SignatureMissing, true, true},
		"no certificate":              {as(func(f *eid.Files) { f.Certificate = nil }), eid.CertificateMissing, true, true},
		"no picture":                  {as(func(f *eid.Files) { f.Picture = nil }), "", true, true},
		"no address":                  {as(func(f *eid.Files) { f.Address, f.AddressSignature = nil, nil }), "", true, true},
		"somebody else's identity":    {change(annsCard(), func(f *eid.Files, other eid.Files) { f.Identity = other.Identity }), eid.SignatureWrong, false, true},
		"somebody else's address":     {change(annsCard(), func(f *eid.Files, o eid.Files) { f.Address, f.AddressSignature = o.Address, o.AddressSignature }), eid.SignatureWrong, true, true},
		"somebody else's picture":     {change(annsCard(), func(f *eid.Files, other eid.Files) { f.Picture = append(bytes.Clone(other.Picture), 0) }), eid.PictureDiffers, true, true},
		"an expired card":             {change(expired, nothing), eid.CardExpired, true, true},
		"a number that is none":       {change(wrong, nothing), eid.NumberWrong, false, false},
		"no number":                   {change(none, nothing), "", false, false},
		"a stranger":                  {change(stranger, nothing), "", false, true},
		"another root of that name": {func(g eidtest.Generation) eid.Files {
			c := mint(g, annsCard())
			c.Authority = foreign[g]
			c.Sign()
			return c.Want()
		}, eid.IssuerUnknown, true, true},
	} {
		for _, g := range eidtest.Generations() {
			r, err := s.Check(t.Context(), clerk, tt.files(g))
			if err != nil {
				t.Fatalf("%s on %s: %v", name, g, err)
			}
			if r.Verdict.Why() != tt.why {
				t.Errorf("%s on %s: %q, want %q: %v", name, g, r.Verdict.Why(), tt.why, r.Verdict.Findings)
			}
			if (r.Match != nil) != tt.found || r.NumberValid != tt.number || r.Identity.GivenNames != "Anais Maria" {
				t.Errorf("%s on %s: found %v, number %t, %q", name, g, r.Match, r.NumberValid, r.Identity.GivenNames)
			}
			if hidden := r.Picture == nil; hidden != (name == "no picture") {
				t.Errorf("%s on %s: picture hidden %t", name, g, hidden)
			}
			if bad := tt.why == eid.PictureDiffers || tt.why == eid.IssuerUnknown; bad && r.PictureProved {
				t.Errorf("%s on %s: the picture is proved", name, g)
			}
		}
	}
}

func TestARevokedCertificateProvesNothing(t *testing.T) {
	t.Parallel()
	tomorrow := now.AddDate(0, 0, 1)
	for _, g := range eidtest.Generations() {
		a := eidtest.AuthorityOf(g)
		profile := eidtest.Profile(a)
		profile.Lists = append(profile.Lists, a.Revoke(tomorrow, a.Signer.SerialNumber))
		s := counter(t, profile)
		for range 2 { // from memory, too
			r, err := s.Check(t.Context(), clerk, mint(g, annsCard()).Want())
			if err != nil || r.Verdict.Why() != eid.Revoked || r.Verdict.Authentic() || r.PictureProved || r.Match == nil {
				t.Errorf("%s: %v, %v", g, r.Verdict.Findings, err)
			}
		}
	}
}

func TestFilesWithoutAnIdentityAreRefused(t *testing.T) {
	t.Parallel()
	s := counter(t)
	for _, identity := range [][]byte{nil, {}, make([]byte, 100), []byte("\x01\x09short"), bytes.Repeat([]byte{0xFF}, 2000)} {
		f := mint(eidtest.V18, annsCard()).Want()
		f.Identity = identity
		if _, err := s.Check(t.Context(), clerk, f); !errors.Is(err, eidcheck.ErrUnreadable) {
			t.Errorf("%d bytes: %v", len(identity), err)
		}
	}
	if n := count(t, s.DB, `SELECT count(*) FROM eid_read`); n != 0 {
		t.Errorf("kept %d of them", n)
	}
}

func TestOnlyWhoMayOpenPeopleReadsCards(t *testing.T) {
	t.Parallel()
	s := counter(t)
	elsewhere := clerk
	elsewhere.Counter = "other"
	for _, by := range []who.Actor{{}, elsewhere, {Kind: who.Person, ID: "u2", Subject: "nobody@openbalie.example", Counter: "desk"}} {
		if _, err := s.Check(t.Context(), by, mint(eidtest.V18, annsCard()).Want()); !errors.Is(err, rights.ErrDenied) {
			t.Errorf("%v: %v", by, err)
		}
	}
}

func TestDifferencesAreWhatAClerkWouldCallOne(t *testing.T) {
	t.Parallel()
	s := counter(t)
	for name, tt := range map[string]struct {
		change func(p *eidtest.Person)
		want   []eidcheck.Field
	}{
		"one given name":       {func(p *eidtest.Person) { p.GivenNames = "ANAÏS" }, nil},
		"another given name":   {func(p *eidtest.Person) { p.GivenNames = "Maria Anais" }, []eidcheck.Field{eidcheck.FirstName}},
		"fewer given names":    {func(p *eidtest.Person) { p.GivenNames = "" }, []eidcheck.Field{eidcheck.FirstName}},
		"another month":        {func(p *eidtest.Person) { p.Birth = "02 APR  1983" }, []eidcheck.Field{eidcheck.DateOfBirth}},
		"another year":         {func(p *eidtest.Person) { p.Birth = "02 MAAR 1984" }, []eidcheck.Field{eidcheck.DateOfBirth}},
		"another name":         {func(p *eidtest.Person) { p.Name = "Peters" }, []eidcheck.Field{eidcheck.Name}},
		"only a year of birth": {func(p *eidtest.Person) { p.Birth = "1983" }, nil},
		"another day":          {func(p *eidtest.Person) { p.Birth = "03 MAAR 1983" }, []eidcheck.Field{eidcheck.DateOfBirth}},
		"another sex":          {func(p *eidtest.Person) { p.Sex = "M" }, []eidcheck.Field{eidcheck.Gender}},
		"no sex":               {func(p *eidtest.Person) { p.Sex = "" }, nil},
		"moved house":          {func(p *eidtest.Person) { p.Street, p.PostalCode, p.Municipality = "Markt 1", "9300", "Aalst" }, []eidcheck.Field{eidcheck.Street, eidcheck.PostalCode, eidcheck.City}},
		"another box":          {func(p *eidtest.Person) { p.Street = "Kouter 12/4" }, []eidcheck.Field{eidcheck.Street}},
		"spelled otherwise":    {func(p *eidtest.Person) { p.Street, p.Municipality = "KOUTER 12 b3", "gent" }, nil},
		"without an address":   {func(p *eidtest.Person) { p.Street, p.PostalCode, p.Municipality = "", "", "" }, nil},
	} {
		p := annsCard()
		tt.change(&p)
		r, err := s.Check(t.Context(), clerk, mint(eidtest.Hybrid, p).Want())
		if err != nil || r.Match == nil {
			t.Fatal(name, err)
		}
		if !slices.Equal(r.Match.Differences, tt.want) {
			t.Errorf("%s: %v, want %v", name, r.Match.Differences, tt.want)
		}
	}
}

func TestAReadIsKeptForAnHourForWhoMadeIt(t *testing.T) {
	t.Parallel()
	s := counter(t)
	r, err := s.Check(t.Context(), clerk, mint(eidtest.V18, annsCard()).Want())
	if err != nil {
		t.Fatal(err)
	}
	kept, err := s.ByID(t.Context(), s.DB, clerk, r.ID)
	if err != nil || kept.INSZ.Reveal() != annsNumber || !kept.Verdict.Verified() || !kept.At.Equal(now) || len(kept.FilesSHA256) != 32 {
		t.Fatalf("%v, verified %t", err, kept.Verdict.Verified())
	}
	colleague, elsewhere := clerk, clerk
	colleague.ID, elsewhere.Counter = "u2", "other"
	later := *s
	later.Now = func() time.Time { return now.Add(eidcheck.Life) }
	for name, err := range map[string]error{
		"a colleague": second(s.ByID(t.Context(), s.DB, colleague, r.ID)), "another counter": second(s.ByID(t.Context(), s.DB, elsewhere, r.ID)),
		"an hour later": second(later.ByID(t.Context(), s.DB, clerk, r.ID)), "another read": second(s.ByID(t.Context(), s.DB, clerk, uuid.New())),
	} {
		if !errors.Is(err, eidcheck.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := eidcheck.Forget(t.Context(), s.DB, now.Add(eidcheck.Life-time.Second)); err != nil || count(t, s.DB, `SELECT count(*) FROM eid_read`) != 1 {
		t.Errorf("forgot a read too early: %v", err)
	}
	if err := eidcheck.Forget(t.Context(), s.DB, now.Add(eidcheck.Life)); err != nil || count(t, s.DB, `SELECT count(*) FROM eid_read`) != 0 {
		t.Errorf("kept a read: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// What is shown of a number: nothing but the birth date, and the end of a card's.
func TestHowMuchOfANumberIsShown(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{annsNumber: "83.03.02-•••.••", "8303020154": "•••••••••••", "": ""} {
		p := annsCard()
		p.NationalNumber = number
		id, err := eid.ParseIdentity(mint(eidtest.V18, p).Want().Identity)
		if got := eidcheck.MaskedNumber(id.NationalNumber); err != nil || got != want {
			t.Errorf("%d digits: %s, %v; want %s", len(number), got, err, want)
		}
	}
	for number, want := range map[string]string{"590123456789": "••••••••••89", "89": "89", "9": "9", "": ""} {
		if got := eidcheck.MaskedCard(number); got != want {
			t.Errorf("a card number of %d characters: %s", len(number), got)
		}
	}
}
