package passholder_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
)

func in(ctx context.Context, s *passholder.Service, do func(tx *db.Tx) error) error {
	return db.InTx(ctx, s.DB, do)
}

func TestOfEightWhoSaveOneVersionOneSucceeds(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	p := person(insz(t, "83030201540"))
	if err := add(t.Context(), s, p); err != nil {
		t.Fatal(err)
	}
	errs := make([]error, 8)
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() {
			errs[i] = in(t.Context(), s, func(tx *db.Tx) error { return passholder.Update(t.Context(), tx, s.Ring, p.ID, 1, p.Details, now) })
		})
	}
	group.Wait()
	saved := 0
	for _, err := range errs {
		switch {
		case err == nil:
			saved++
		case !errors.Is(err, passholder.ErrChanged):
			t.Error(err)
		}
	}
	if saved != 1 {
		t.Errorf("%d saved", saved)
	}
}

func TestOfEightWhoRegisterOneNumberOneSucceeds(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	errs := make([]error, 8)
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() { errs[i] = add(t.Context(), s, person(insz(t, "83030201540"))) })
	}
	group.Wait()
	added := 0
	for _, err := range errs {
		switch {
		case err == nil:
			added++
		case !errors.Is(err, passholder.ErrINSZUsed):
			t.Error(err)
		}
	}
	if added != 1 {
		t.Errorf("%d added", added)
	}
}

func TestANumberThatACardProvedStays(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	p, other := person(insz(t, "83030201540")), insz(t, "10010105762")
	err := errors.Join(add(t.Context(), s, p), in(t.Context(), s, func(tx *db.Tx) error {
		return passholder.Verify(t.Context(), tx, s.Ring, p.ID, insz(t, "83030201540"), "all checks", now)
	}))
	if err != nil {
		t.Fatal(err)
	}
	d := p.Details
	d.INSZ = other
	if err := in(t.Context(), s, func(tx *db.Tx) error { return passholder.Update(t.Context(), tx, s.Ring, p.ID, 1, d, now) }); !errors.Is(err, passholder.ErrINSZKept) {
		t.Errorf("another number: %v", err)
	}
	d.INSZ = secret.NationalNumber{}
	if err := in(t.Context(), s, func(tx *db.Tx) error { return passholder.Update(t.Context(), tx, s.Ring, p.ID, 1, d, now) }); err != nil {
		t.Error(err)
	}
	if got, err := s.ByID(t.Context(), registrar, p.ID); err != nil || got.INSZ != p.INSZ || got.VerifiedBy != "all checks" {
		t.Errorf("the number is gone: %v", err)
	}
}

func TestConsentsKeepTheirHistory(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	p := person(secret.NationalNumber{})
	if err := add(t.Context(), s, p); err != nil {
		t.Fatal(err)
	}
	for _, c := range []passholder.Consents{
		{passholder.TermsOnPaper: true, passholder.InfoMails: true}, {passholder.InfoMails: true}, {passholder.InfoMails: false},
	} {
		if err := in(t.Context(), s, func(tx *db.Tx) error {
			return passholder.SetConsents(t.Context(), tx, registrar, p.ID, c, passholder.AtCounter, now)
		}); err != nil {
			t.Fatal(err)
		}
	}
	newest, err := passholder.ConsentsOf(t.Context(), s.DB, p.ID)
	if diff := cmp.Diff(passholder.Consents{passholder.TermsOnPaper: true, passholder.InfoMails: false}, newest); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if all, err := passholder.Answers(t.Context(), s.DB, p.ID); err != nil || len(all) != 3 || all[0].Given || all[0].OrganizerID != "desk" {
		t.Errorf("%d answers, %v", len(all), err)
	}
}

func TestDoublesAreFoundBesideMistakes(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	ids := map[string]uuid.UUID{}
	for _, p := range []struct {
		first, last string
		born        period.Day
	}{
		{"Jan", "Van den Berg", period.NewDay(1980, 5, 6)},
		{"Piet", "De Smet", period.NewDay(1980, 5, 6)},
		{"Jan", "Vandenberg", period.NewDay(1980, 6, 5)},
		{"Jan", "Van den Berg", period.NewDay(1999, 5, 6)},
	} {
		one := person(secret.NationalNumber{})
		one.FirstName, one.Name, one.DateOfBirth = p.first, p.last, p.born
		ids[p.first+p.last+p.born.String()] = one.ID
		if err := add(t.Context(), s, one); err != nil {
			t.Fatal(err)
		}
	}
	got, err := passholder.Doubles(t.Context(), s.DB, "JAN", "vandenbergh", period.NewDay(1980, 5, 6))
	if err != nil || len(got) != 2 || got[0].ID != ids["JanVan den Berg1980-05-06"] || !got[0].SameBirthday || got[1].ID != ids["JanVandenberg1980-06-05"] {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhoIsErasedLeavesNoName(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	p := person(insz(t, "83030201540"))
	p.Name = "Quakkelsteyn"
	err := errors.Join(add(t.Context(), s, p), in(t.Context(), s, func(tx *db.Tx) error {
		return errors.Join(passholder.SetNote(t.Context(), tx, registrar, p.ID, "iets", now), passholder.Erase(t.Context(), tx, p.ID, now))
	}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ByID(t.Context(), registrar, p.ID); !errors.Is(err, passholder.ErrUnknown) {
		t.Errorf("still read: %v", err)
	}
	var left int
	err = s.DB.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM name_word WHERE word = 'quakkelsteyn') + (SELECT count(*) FROM passholder_note)`).Scan(&left)
	if err != nil || left != 0 {
		t.Errorf("%d left, %v", left, err)
	}
	if err := add(t.Context(), s, person(insz(t, "83030201540"))); err != nil {
		t.Errorf("the number is not free again: %v", err)
	}
}

// A number that nobody proved yet can be a typing mistake.
func TestANumberIsCorrectedUnlessSomebodyElseHasIt(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	p, q := person(insz(t, "83030201540")), person(insz(t, "02020231402"))
	if err := errors.Join(add(t.Context(), s, p), add(t.Context(), s, q)); err != nil {
		t.Fatal(err)
	}
	correct := func(version int, n string) error {
		d := p.Details
		d.INSZ = insz(t, n)
		return in(t.Context(), s, func(tx *db.Tx) error { return passholder.Update(t.Context(), tx, s.Ring, p.ID, version, d, now) })
	}
	if err := correct(1, "02020231402"); !errors.Is(err, passholder.ErrINSZUsed) {
		t.Errorf("somebody else's: %v", err)
	}
	if err := correct(1, "10010105762"); err != nil {
		t.Error(err)
	}
	if id, err := passholder.IDByINSZ(t.Context(), s.DB, s.Ring, insz(t, "10010105762")); err != nil || id != p.ID {
		t.Errorf("the new number finds %s, %v", id, err)
	}
}

func TestARecordThatIsGoneIsNotChanged(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	for name, gone := range map[string]string{
		"merged": `UPDATE passholder SET merged_into = $2 WHERE id = $1`,
		"erased": `UPDATE passholder SET erased_at = now() WHERE id = $1 AND id <> $2`,
	} {
		p, other := person(secret.NationalNumber{}), person(secret.NationalNumber{})
		if err := errors.Join(add(t.Context(), s, p), add(t.Context(), s, other)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.DB.Exec(t.Context(), gone, p.ID, other.ID); err != nil {
			t.Fatal(err)
		}
		err := in(t.Context(), s, func(tx *db.Tx) error {
			return passholder.Update(t.Context(), tx, s.Ring, p.ID, 1, p.Details, now)
		})
		if !errors.Is(err, passholder.ErrGone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestANumberIsHandedOverToWhoHasNone(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	first, second, none := person(insz(t, "83030201540")), person(insz(t, "02020231402")), person(secret.NationalNumber{})
	if err := errors.Join(add(t.Context(), s, first), add(t.Context(), s, second), add(t.Context(), s, none)); err != nil {
		t.Fatal(err)
	}
	hand := func(from, to uuid.UUID) error {
		return in(t.Context(), s, func(tx *db.Tx) error { return passholder.HandNumber(t.Context(), tx, s.Ring, from, to, now) })
	}
	if err := hand(first.ID, second.ID); !errors.Is(err, passholder.ErrINSZUsed) {
		t.Errorf("to who has one: %v", err)
	}
	if err := hand(none.ID, first.ID); err != nil {
		t.Errorf("from who has none: %v", err)
	}
	if err := hand(first.ID, none.ID); err != nil {
		t.Error(err)
	}
	for _, n := range []struct {
		number string
		of     uuid.UUID
	}{{"83030201540", none.ID}, {"02020231402", second.ID}} {
		if id, err := passholder.IDByINSZ(t.Context(), s.DB, s.Ring, insz(t, n.number)); err != nil || id != n.of {
			t.Errorf("%s finds %s, %v; want %s", n.number, id, err, n.of)
		}
	}
}

func TestOnlyASchoolIsSomebodysSchool(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	p := person(secret.NationalNumber{})
	err := errors.Join(add(t.Context(), s, p), in(t.Context(), s, func(tx *db.Tx) error {
		return organizer.Add(t.Context(), tx, organizer.Organizer{ID: "school", Name: "De Kring", AccountID: db.NewID(), School: true})
	}))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]error{"desk": passholder.ErrSchool, "nowhere": passholder.ErrSchool, "school": nil, "": nil} {
		err := in(t.Context(), s, func(tx *db.Tx) error { return passholder.SetSchool(t.Context(), tx, p.ID, id, now) })
		if !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", id, err, want)
		}
	}
}

func TestNothingIsKeptAboutNobody(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	for what, do := range map[string]func(tx *db.Tx) error{
		"a picture": func(tx *db.Tx) error {
			return passholder.SetPicture(t.Context(), tx, uuid.New(), passholder.Picture{MediaType: "image/png", Content: []byte{1}, Source: passholder.FromFile}, now)
		},
		"a note":     func(tx *db.Tx) error { return passholder.SetNote(t.Context(), tx, registrar, uuid.New(), "iets", now) },
		"their name": func(tx *db.Tx) error { return passholder.Exists(t.Context(), tx, uuid.New()) },
	} {
		if err := in(t.Context(), s, do); !errors.Is(err, passholder.ErrUnknown) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
