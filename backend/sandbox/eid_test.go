package sandbox_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/who"
	"github.com/openbalie/openbalie/bridge/eid/training"
)

// The training cards and the people here are made in two places.
func TestThePeopleOfTheTrainingCardsAreHere(t *testing.T) {
	t.Parallel()
	ring := openRing(t)
	service := eidcheck.Service{
		DB: seeded(t, ring, sunday), Ring: ring, Trust: eidcheck.Trusting(training.Profile()),
		Now: func() time.Time { return sunday },
	}
	clerk := who.Actor{Kind: who.Person, ID: "019ab000-0000-7000-8000-000000000001", Subject: "clerk@openbalie.example", Counter: sandbox.TestOrganizer}
	want := map[string]*eidcheck.Match{
		training.Regular: {FirstName: "Bram", Name: "De Wachter", Differences: []eidcheck.Field{}},
		training.Older:   {FirstName: "Godelieve", Name: "Maertens", Differences: []eidcheck.Field{}},
		training.Moved: {
			FirstName: "Sofie", Name: "Verhelst",
			Differences: []eidcheck.Field{eidcheck.Street, eidcheck.PostalCode, eidcheck.City},
		},
	}
	for _, c := range training.Cards() {
		read, err := service.Check(t.Context(), clerk, c.Files)
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		if read.Match != nil {
			read.Match.PassholderID = [16]byte{}
		}
		if diff := cmp.Diff(want[c.ID], read.Match); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.ID, diff)
		}
	}
}
