package organizer_test

import (
	"errors"
	"testing"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

func TestACounterIsListedForThoseWhoHoldSomethingThere(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ann := who.Actor{Kind: who.Person, ID: "u1", Subject: "ann@openbalie.example"}
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		var errs []error
		for id, name := range map[int]string{1: "Gent", 2: "Dender"} {
			errs = append(errs, cardsystem.Add(t.Context(), tx, cardsystem.System{
				ID: id, Name: name, PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels",
				Cities: []cardsystem.City{{PostalCode: "9300", Name: "Aalst"}},
			}))
		}
		for _, id := range []string{"werf", "bib", "pool"} {
			errs = append(errs, organizer.Add(t.Context(), tx, organizer.Organizer{
				ID: id, Name: "The " + id, City: "Aalst", AccountID: db.NewID(), CardSystemIDs: []int{1, 2},
			}))
		}
		for _, id := range []string{"werf", "bib"} {
			errs = append(errs, rights.Grant(t.Context(), tx, who.Program("test"), who.Person, ann.Subject, id, rights.Clerk))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		t.Fatal(err)
	}
	s := organizer.Service{DB: d}
	got, err := s.Counters(t.Context(), ann)
	if err != nil || len(got) != 2 || got[0].ID != "bib" || got[1].ID != "werf" {
		t.Fatalf("%+v, %v", got, err)
	}
	if c := got[0]; c.CardSystems[0].Name != "Dender" || c.CardSystems[1].Name != "Gent" || len(c.CardSystems[0].Cities) != 1 ||
		len(c.Permissions) == 0 || c.Roles[0] != rights.Clerk {
		t.Errorf("%+v", c)
	}
	if got, err := s.Counters(t.Context(), who.Actor{Kind: who.Person, ID: "u2", Subject: "nobody@openbalie.example"}); err != nil || got != nil {
		t.Errorf("somebody without rights: %v, %v", got, err)
	}
	if _, err := organizer.ByID(t.Context(), d, "nowhere"); !errors.Is(err, organizer.ErrUnknown) {
		t.Errorf("unknown: %v", err)
	}
	if _, err := cardsystem.ByID(t.Context(), d, 9); !errors.Is(err, cardsystem.ErrUnknown) {
		t.Errorf("unknown card system: %v", err)
	}
}
