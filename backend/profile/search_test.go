package profile_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// town is a small place of two card systems with people whose names are
// mistaken for each other. The desk is of the first card system.
func town(t *testing.T) (*profile.Service, map[string]uuid.UUID) {
	t.Helper()
	ring, err := secret.OpenRing(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	s := &profile.Service{DB: dbtest.New(t), Now: func() time.Time { return now }, Ring: ring}
	people := map[string]uuid.UUID{}
	err = db.InTx(t.Context(), s.DB, func(tx *db.Tx) error {
		err := errors.Join(
			cardsystem.Add(t.Context(), tx, cardsystem.System{ID: 1, Name: "Here", PrimaryColor: "#000000", TimeZone: "Europe/Brussels"}),
			cardsystem.Add(t.Context(), tx, cardsystem.System{ID: 2, Name: "There", PrimaryColor: "#000000", TimeZone: "Europe/Brussels"}),
			organizer.Add(t.Context(), tx, organizer.Organizer{ID: "desk", Name: "Balie", AccountID: db.NewID(), CardSystemIDs: []int{1}}),
			organizer.Add(t.Context(), tx, organizer.Organizer{ID: "school", Name: "School", School: true, AccountID: db.NewID()}),
			rights.Grant(t.Context(), tx, who.Program("test"), who.Person, "clerk@openbalie.example", "desk", rights.Clerk),
			rights.Grant(t.Context(), tx, who.Program("test"), who.Person, "admin@openbalie.example", "desk", rights.Admin),
		)
		for _, p := range []struct {
			first, last, born, street string
			system                    int
		}{
			{"Jan", "Van den Berg", "1980-05-06", "Kerkstraat 1", 1},
			{"Jan", "Vandenberghe", "1981-01-01", "Kerkstraat 12", 1},
			{"Élodie", "Lefèvre", "1990-02-03", "Rue de l'Église 4", 1},
			{"Jean-Luc", "Dupont", "1970-01-01", "Nieuwstraat 3", 1},
			{"Marie", "Peeters-Janssens", "1985-12-24", "Markt 5", 1},
			{"An", "De Smet", "2012-07-08", "Markt 6", 1},
			{"Ayşe", "Yılmaz", "1999-09-09", "Markt 7", 1},
			{"Marie", "Goossens", "1985-12-24", "Markt 8", 1},
			{"Jan", "Vandenberg", "1980-05-06", "Verweg 1", 2},
		} {
			born, dayErr := period.ParseDay(p.born)
			id := db.NewID()
			people[p.first+" "+p.last] = id
			err = errors.Join(err, dayErr,
				passholder.Add(t.Context(), tx, ring, passholder.Passholder{ID: id, CreatedAt: now, Details: passholder.Details{
					FirstName: p.first, Name: p.last, DateOfBirth: born, Street: p.street, PostalCode: "9000", City: "Gent", Country: "be",
					Email: "Mail" + p.born + "@openbalie.example", PhoneNumber: "+32455900000",
				}}),
				points.OpenHolder(t.Context(), tx, id),
				membership.Add(t.Context(), tx, id, p.system, membership.Active, now))
		}
		return errors.Join(err, passholder.SetSchool(t.Context(), tx, people["An De Smet"], "school", now))
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, people
}

var (
	deskClerk = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"}
	deskAdmin = who.Actor{Kind: who.Person, ID: "u2", Subject: "admin@openbalie.example", Counter: "desk"}
)

// found searches and names who came, in order.
func found(t *testing.T, s *profile.Service, people map[string]uuid.UUID, by who.Actor, c profile.Criteria) []string {
	t.Helper()
	r, err := s.Search(t.Context(), by, c, profile.Page{Limit: 20})
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	out := []string{}
	for _, id := range r.People {
		for name, other := range people {
			if id == other {
				out = append(out, name)
			}
		}
	}
	return out
}

func TestNamesAreFoundAsPeopleSpellThem(t *testing.T) {
	t.Parallel()
	s, people := town(t)
	for text, want := range map[string]string{
		"Jan van den Berg": "Jan Van den Berg", "vandenberg": "Jan Van den Berg", "vandenberg jan": "Jan Van den Berg", "jan berg": "Jan Van den Berg",
		"Vanden berg": "Jan Van den Berg", "VAN DEN BERGHE": "Jan Vandenberghe", "jan vandenberghee": "Jan Vandenberghe", "lefevre": "Élodie Lefèvre",
		"elodie": "Élodie Lefèvre", "Lefebvre Elodie": "Élodie Lefèvre", "jean luc dupont": "Jean-Luc Dupont", "dupont jeanluc": "Jean-Luc Dupont",
		"luc dupond": "Jean-Luc Dupont", "janssens": "Marie Peeters-Janssens", "peeters marie": "Marie Peeters-Janssens", "marie peters": "Marie Peeters-Janssens",
		"an desmet": "An De Smet", "smet": "An De Smet", "dsmet an": "An De Smet", "yilmaz": "Ayşe Yılmaz", "ayse yilmas": "Ayşe Yılmaz",
		"gosens": "Marie Goossens", "M. Goossens": "Marie Goossens",
	} {
		if got := found(t, s, people, deskClerk, profile.Criteria{Text: text}); len(got) == 0 || got[0] != want {
			t.Errorf("%q finds %v, want %s first", text, got, want)
		}
	}
	for _, text := range []string{"xqzw", "jan dupont"} {
		if got := found(t, s, people, deskClerk, profile.Criteria{Text: text}); len(got) > 0 && text == "xqzw" {
			t.Errorf("%q finds %v", text, got)
		}
	}
}

func TestEveryFilterNarrows(t *testing.T) {
	t.Parallel()
	s, people := town(t)
	day := func(text string) period.Day {
		d, err := period.ParseDay(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for name, tt := range map[string]struct {
		c    profile.Criteria
		want []string
	}{
		"a name and a birth date":  {profile.Criteria{Text: "marie", BornFrom: day("1985-12-24"), BornUntil: day("1985-12-24"), Street: "Markt 8"}, []string{"Marie Goossens"}},
		"born in a year":           {profile.Criteria{BornFrom: day("1999-01-01"), BornUntil: day("1999-12-31")}, []string{"Ayşe Yılmaz"}},
		"a part of a surname":      {profile.Criteria{Name: "eters"}, []string{"Marie Peeters-Janssens"}},
		"wildcards":                {profile.Criteria{Name: "van den b*", FirstName: "J*n"}, []string{"Jan Van den Berg", "Jan Vandenberghe"}},
		"the other way round":      {profile.Criteria{Name: "van den b*", Descending: true}, []string{"Jan Vandenberghe", "Jan Van den Berg"}},
		"a street with wildcards":  {profile.Criteria{Street: "*kerkstraat 1*"}, []string{"Jan Van den Berg", "Jan Vandenberghe"}},
		"a street in full":         {profile.Criteria{Street: "rue de l'eglise 4"}, []string{"Élodie Lefèvre"}},
		"a city that is not there": {profile.Criteria{City: "Gen"}, []string{}},
		"an e-mail address":        {profile.Criteria{Email: "mail1970-01-01@OpenBalie.example"}, []string{"Jean-Luc Dupont"}},
		"e-mail with wildcards":    {profile.Criteria{Email: "mail1970*"}, []string{"Jean-Luc Dupont"}},
		"a phone number as typed":  {profile.Criteria{Phone: "0455 90.00.00", Name: "Dupont"}, []string{"Jean-Luc Dupont"}},
		"a phone number":           {profile.Criteria{Phone: "+32455900000", FirstName: "An"}, []string{"An De Smet", "Jan Van den Berg", "Jan Vandenberghe", "Jean-Luc Dupont"}},
		"a school":                 {profile.Criteria{SchoolID: "school"}, []string{"An De Smet"}},
		"any school":               {profile.Criteria{SchoolID: "*"}, []string{"An De Smet"}},
		"no social tariff":         {profile.Criteria{SocialTariff: profile.Current}, []string{}},
		"a membership":             {profile.Criteria{CardSystemID: 1, MembershipStatus: membership.Blocked}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := found(t, s, people, deskClerk, tt.c)
			if name == "a phone number" {
				slices.Sort(got)
				got = slices.Compact(got)
				if !slices.Contains(got, "An De Smet") {
					t.Errorf("found %v", got)
				}
				return
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("found %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAClerkFindsMembersOfTheOwnCardSystemsOnly(t *testing.T) {
	t.Parallel()
	s, people := town(t)
	if got := found(t, s, people, deskClerk, profile.Criteria{Text: "jan vandenberg"}); slices.Contains(got, "Jan Vandenberg") {
		t.Errorf("a clerk finds %v", got)
	}
	if got := found(t, s, people, deskAdmin, profile.Criteria{Text: "jan vandenberg"}); !slices.Contains(got, "Jan Vandenberg") {
		t.Errorf("somebody who may search all finds %v", got)
	}
	elsewhere := deskClerk
	elsewhere.Counter = "school"
	if _, err := s.Search(t.Context(), elsewhere, profile.Criteria{Text: "jan"}, profile.Page{Limit: 20}); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("at another counter: %v", err)
	}
}

func TestWhatSaysNothingIsNotLookedFor(t *testing.T) {
	t.Parallel()
	s, _ := town(t)
	for want, c := range map[error]profile.Criteria{
		profile.ErrNothingAsked: {Name: "**"}, profile.ErrTooShort: {Text: "x"}, organizer.ErrUnknown: {OrganizerID: "nowhere"},
		passholder.ErrSchool: {SchoolID: "desk"}, cardsystem.ErrUnknown: {CardSystemID: 99}, profile.ErrTooMany: {Numbers: make([]string, 1001)},
		secret.ErrInvalidNumber: {INSZ: "83030201541"},
	} {
		if _, err := s.Search(t.Context(), deskClerk, c, profile.Page{Limit: 20}); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

func TestManyNumbersAtOnceAndTheUnknownOnesByThemselves(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	r, err := s.Search(t.Context(), clerk, profile.Criteria{Numbers: []string{
		"0900000095902", "09000 00067 513", "04784cdaee3880", "0900000095903", "0900000095902", "4567345678902", "0900000074519",
	}}, profile.Page{Limit: 20})
	if err != nil || len(r.People) != 2 {
		t.Fatalf("%d people, %v", len(r.People), err)
	}
	if r.People[0] != holder(t, s, "0900000095902") || r.By[r.People[1]] != "0900000067513" {
		t.Errorf("found %v by %v", r.People, r.By)
	}
	if !slices.Equal(r.Invalid, []string{"0900000095903"}) || !slices.Equal(r.Unknown, []string{"4567345678902", "0900000074519"}) {
		t.Errorf("invalid %v, unknown %v", r.Invalid, r.Unknown)
	}
	assembled, err := s.People(t.Context(), clerk, r.People)
	if err != nil || len(assembled) != 2 || assembled[0].ID != r.People[0] || len(assembled[1].Cards) == 0 || len(assembled[1].Memberships) == 0 {
		t.Errorf("assembled %d, %v", len(assembled), err)
	}
}

func TestWhoWasShownIsWrittenDownAndNotWhatWasAsked(t *testing.T) {
	t.Parallel()
	s, people := town(t)
	if _, err := s.Search(t.Context(), deskClerk, profile.Criteria{Text: "lefevre"}, profile.Page{Limit: 20}); err != nil {
		t.Fatal(err)
	}
	var detail string
	err := s.DB.QueryRow(t.Context(), `SELECT detail::text FROM audit WHERE action = 'passholder.searched'`).Scan(&detail)
	if want := `{"by": ["name"], "found": ["` + people["Élodie Lefèvre"].String() + `"]}`; err != nil || detail != want {
		t.Errorf("%s, %v", detail, err)
	}
	_ = sandbox.TestOrganizer
}
