package passholder_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
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
	if _, err := s.DB.Exec(t.Context(), `DELETE FROM consent`); err != nil {
		t.Logf("as it should be: %v", err)
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
