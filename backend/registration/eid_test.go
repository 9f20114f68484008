package registration_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

// An identity card that the National Register signed proves who somebody is, and
// what is written down says which checks passed. Another one does not, and what
// it says is taken over all the same.
func TestAnIdentityCardProvesWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	n := insz(t, 1)
	person := eidtest.Person{
		NationalNumber: n.Reveal(), Name: "PEETERSB", GivenNames: "Ann", Nationality: "Belg", BirthPlace: "Gent",
		Birth: "02 MAAR 1983", Sex: "V", Document: "1", Status: "0", CardNumber: "590123456789", IssuedBy: "Gent",
		From: "01.02.2020", Until: "01.02.2030", Street: "Markt 1", PostalCode: "9000", Municipality: "Gent",
	}
	files := eidtest.Mint(eidtest.V18, person, rand.New(rand.NewPCG(1, 1))).Want() //nolint:gosec // the same card each time
	trusting := *w.EIDs
	trusting.Trust = eidcheck.Trusting(eidtest.Profile(eidtest.AuthorityOf(eidtest.V18)))
	for i, tt := range []struct {
		name   string
		by     *eidcheck.Service
		proved bool
	}{{"signed by nobody we know", w.EIDs, false}, {"signed", &trusting, true}} {
		read, err := tt.by.Check(ctx, registrar, files)
		if err != nil {
			t.Fatal(err)
		}
		r := w.adult(t, 1)
		r.EIDReadID = read.ID
		r.Details.INSZ = insz(t, 90+i)
		_, err = w.Register(ctx, registrar, uuid.NewString(), r)
		if !says(err, "eidReadId", registration.ErrEIDOther) {
			t.Errorf("%s, of somebody else: %v", tt.name, err)
		}
		r.Details.INSZ = secret.NationalNumber{} // the number need not leave us
		got := w.register(t, r)
		people, err := passholder.ByIDs(ctx, w.DB, w.Ring, []uuid.UUID{got.PassholderID}, true)
		p := people[got.PassholderID]
		if err != nil || p.INSZ != n || !p.VerifiedAt.IsZero() != tt.proved || strings.HasPrefix(p.VerifiedBy, "eid ") != tt.proved {
			t.Errorf("%s: proved at %v by %q, %v", tt.name, p.VerifiedAt, p.VerifiedBy, err)
		}
		if tt.proved && (!strings.Contains(p.VerifiedBy, ": ") || strings.HasSuffix(p.VerifiedBy, ": ")) {
			t.Errorf("%s: no checks are named: %q", tt.name, p.VerifiedBy)
		}
		if _, err := w.Void(ctx, registrar, uuid.NewString(), got.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// What a plain registration has not is written with it too.
func TestWhatElseIsToldIsKept(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return organizer.Add(ctx, tx, organizer.Organizer{ID: "school", Name: "De Kring", AccountID: db.NewID(), School: true})
	})
	for i, tt := range []struct {
		what, query string
		tell        func(*registration.Request)
	}{
		{"a school", `SELECT count(*) FROM passholder WHERE id = $1 AND school_id = 'school'`, func(r *registration.Request) { r.SchoolID = "school" }},
		{"a remark", `SELECT count(*) FROM passholder_note WHERE passholder_id = $1 AND note = 'Belt liever.'`, func(r *registration.Request) { r.Note = " Belt liever. " }},
		{"a picture", `SELECT count(*) FROM passholder_picture WHERE passholder_id = $1`, func(r *registration.Request) {
			r.Picture = &passholder.Picture{MediaType: "image/png", Content: []byte{1}, Source: passholder.FromWebcam}
		}},
		{"nothing", `SELECT 1 - (SELECT count(*) FROM passholder_note WHERE passholder_id = $1)`, func(r *registration.Request) { r.Note = "  " }},
	} {
		r := w.adult(t, i)
		tt.tell(&r)
		got, err := w.Register(ctx, registrar, uuid.NewString(), r)
		if err != nil {
			t.Errorf("%s: %v", tt.what, err)
			continue
		}
		if n := w.count(t, tt.query, got.PassholderID); n != 1 {
			t.Errorf("%s is not kept", tt.what)
		}
	}
}
