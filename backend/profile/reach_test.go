package profile_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// far is a counter of the card system that the desk is not of.
const far = "far"

// staffed is the town with a second counter, and who works at which.
func staffed(t *testing.T) (*profile.Service, map[string]uuid.UUID) {
	t.Helper()
	s, people := town(t)
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		err := organizer.Add(ctx, tx, organizer.Organizer{ID: far, Name: "Ver weg", AccountID: db.NewID(), CardSystemIDs: []int{there}})
		for _, g := range []struct {
			kind    who.Kind
			subject string
			at      string
			role    rights.Role
		}{
			{who.Person, "both@openbalie.example", "desk", rights.Coordinator},
			{who.Person, "both@openbalie.example", far, rights.Coordinator},
			{who.Client, "one", "desk", rights.Integrator},
			{who.Client, "two", "desk", rights.Integrator},
			{who.Client, "two", far, rights.Integrator},
		} {
			err = errors.Join(err, rights.Grant(ctx, tx, who.Program("test"), g.kind, g.subject, g.at, g.role))
		}
		return errors.Join(err, membership.Leave(ctx, tx, who.Program("test"), people["Jean-Luc Dupont"], 1))
	})
	return s, people
}

func at(counter string) who.Actor {
	return who.Actor{Kind: who.Person, ID: "u3", Subject: "both@openbalie.example", Counter: counter}
}

func app(name string) who.Actor {
	return who.Actor{Kind: who.Client, ID: name, Subject: name}
}

// Whom somebody may change: members of a card system where the right is held, or
// of none.
func TestWhoMayChangeWhom(t *testing.T) {
	t.Parallel()
	s, people := staffed(t)
	const here, away, none = "Marie Goossens", "Jan Vandenberg", "Jean-Luc Dupont"
	for name, tt := range map[string]struct {
		by  who.Actor
		may []string
	}{
		"at a counter, what one holds elsewhere does not count": {at("desk"), []string{here, none}},
		"at the other counter":              {at(far), []string{away, none}},
		"at a counter where one is nobody":  {at("school"), nil},
		"who has no right to":               {deskClerk, nil},
		"who may look everywhere":           {deskAdmin, []string{here, away, none}},
		"a program, where it has the right": {app("one"), []string{here, none}},
		"a program that has it in two":      {app("two"), []string{here, away, none}},
		"a program that has none":           {app("three"), nil},
		"ourselves":                         {who.Program("test"), []string{here, away, none}},
	} {
		for _, person := range []string{here, away, none} {
			p, err := s.ByID(t.Context(), who.Program("test"), people[person])
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Save(t.Context(), tt.by, people[person], profile.Change{Details: p.Details, Channel: passholder.AtCounter})
			if may := slices.Contains(tt.may, person); may && err != nil || !may && !errors.Is(err, rights.ErrDenied) {
				t.Errorf("%s, %s: %v", name, person, err)
			}
		}
	}
}

// A change of the details may bring another last day of the social tariff.
func TestADayOfTheSocialTariffComesAlong(t *testing.T) {
	t.Parallel()
	s := lenient(t)
	until := period.NewDay(2027, 4, 30)
	for name, tt := range map[string]struct {
		how     string
		asked   period.Day
		want    string
		changes int
	}{
		"none is asked":                  {"ACTIVE tariff", period.Day{}, "ACTIVE 2027-04-30", 0},
		"the same":                       {"ACTIVE tariff", until, "ACTIVE 2027-04-30", 0},
		"a later one":                    {"ACTIVE tariff", period.NewDay(2027, 6, 30), "ACTIVE 2027-06-30", 1},
		"an earlier one":                 {"ACTIVE tariff", period.NewDay(2027, 1, 31), "ACTIVE 2027-01-31", 1},
		"of a right that is over":        {"ACTIVE over", until, "ACTIVE 2027-04-30", 1},
		"of who never had one":           {"ACTIVE", until, "ACTIVE", 0},
		"of a member who is blocked":     {"BLOCKED tariff", period.NewDay(2027, 6, 30), "BLOCKED 2027-04-30", 0},
		"of somebody who is none at all": {"", until, "", 0},
	} {
		id := neighbour(t, s)
		stand(t, s, id, tt.how)
		p, err := s.ByID(t.Context(), who.Program("test"), id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Save(t.Context(), deskAdmin, id, profile.Change{Details: p.Details, SocialTariffEnd: tt.asked}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		changes, err := membership.History(t.Context(), s.DB, id, there)
		if err != nil {
			t.Fatal(err)
		}
		if got := stands(t, s, id, there); got != tt.want || len(changes) != tt.changes {
			t.Errorf("%s: %q after %d changes, want %q after %d", name, got, len(changes), tt.want, tt.changes)
		}
	}
}

func TestAmongWhomSomebodySearches(t *testing.T) {
	t.Parallel()
	s, people := staffed(t)
	for name, tt := range map[string]struct {
		by         who.Actor
		here, away bool
	}{
		"at a counter":                  {at("desk"), true, false},
		"at the other":                  {at(far), false, true},
		"a program that may search all": {app("one"), true, true},
		"ourselves":                     {who.Program("test"), true, true},
	} {
		got := found(t, s, people, tt.by, profile.Criteria{Text: "vandenberg"})
		if slices.Contains(got, "Jan Van den Berg") != tt.here || slices.Contains(got, "Jan Vandenberg") != tt.away {
			t.Errorf("%s: %v", name, got)
		}
	}
	if _, err := s.Search(t.Context(), app("three"), profile.Criteria{Text: "jan"}, profile.Page{Limit: 20}); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a program without a right: %v", err)
	}
	// Those of a list are looked up wherever they belong.
	if got := found(t, s, people, at("desk"), profile.Criteria{Among: []uuid.UUID{people["Jan Vandenberg"]}}); len(got) != 1 {
		t.Errorf("of a list: %v", got)
	}
	// Whoever reads passes finds by number what belongs elsewhere.
	pass(t, s, people["An De Smet"], "09990000001", 0)
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		return membership.Leave(ctx, tx, who.Program("test"), people["An De Smet"], 1)
	})
	p, err := s.ByID(t.Context(), who.Program("test"), people["An De Smet"])
	if err != nil {
		t.Fatal(err)
	}
	if got := found(t, s, people, at(far), profile.Criteria{Numbers: []string{string(p.Cards[0].Number)}}); len(got) != 1 {
		t.Errorf("by number: %v", got)
	}
	if _, err := s.Search(t.Context(), app("three"), profile.Criteria{Numbers: []string{string(p.Cards[0].Number)}}, profile.Page{Limit: 20}); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("by number, without a right: %v", err)
	}
}

func TestAPageSaysWhetherThereIsMore(t *testing.T) {
	t.Parallel()
	s, _ := town(t)
	for _, tt := range []struct {
		c     profile.Criteria
		page  profile.Page
		n     int
		more  bool
		total int
	}{
		{profile.Criteria{FirstName: "Jan", Count: true}, profile.Page{Limit: 1}, 1, true, 2},
		{profile.Criteria{FirstName: "Jan", Count: true}, profile.Page{Limit: 2}, 2, false, 2},
		{profile.Criteria{FirstName: "Jan", Count: true}, profile.Page{Start: 1, Limit: 5}, 1, false, 2},
		{profile.Criteria{FirstName: "Jan"}, profile.Page{Limit: 5}, 2, false, 0},
		{profile.Criteria{Text: "jan", Count: true}, profile.Page{Limit: 1}, 1, true, 0},
		{profile.Criteria{FirstName: "Jan", Name: "Vandenberghe", Count: true}, profile.Page{Limit: 5}, 1, false, 1},
	} {
		r, err := s.Search(t.Context(), deskClerk, tt.c, tt.page)
		if err != nil || len(r.People) != tt.n || r.More != tt.more || r.Total != tt.total {
			t.Errorf("%+v, %+v: %d people, more %v, %d in all, %v", tt.c, tt.page, len(r.People), r.More, r.Total, err)
		}
	}
}

// The members of an association are for those to see who work with it.
func TestWhoMaySearchAnAssociation(t *testing.T) {
	t.Parallel()
	s, people := staffed(t)
	club := db.NewID()
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		for _, sql := range []string{
			`INSERT INTO association (id, card_system_id, name, end_date_type, created_at) SELECT $1, 2, 'Club', 'CUSTOM', now() WHERE $2::uuid IS NOT NULL`,
			`INSERT INTO association_organizer (association_id, organizer_id) SELECT $1, 'far' WHERE $2::uuid IS NOT NULL`,
			`INSERT INTO association_membership (association_id, passholder_id, since, ends_on) VALUES ($1, $2, '2026-01-01', '2027-01-01')`,
		} {
			if _, err := tx.Exec(ctx, sql, club, people["Jan Vandenberg"]); err != nil {
				return err
			}
		}
		return nil
	})
	for name, tt := range map[string]struct {
		by    who.Actor
		among string // the organizer of the filter
		want  error
	}{
		"at its counter":                       {at(far), "", nil},
		"at another":                           {at("desk"), "", profile.ErrAssociation},
		"a program that works with it":         {app("two"), "", nil},
		"a program, asking for its counter":    {app("two"), far, nil},
		"a program, asking for another":        {app("two"), "desk", profile.ErrAssociation},
		"a program that does not work with it": {app("one"), "", profile.ErrAssociation},
	} {
		r, err := s.Search(t.Context(), tt.by, profile.Criteria{AssociationID: club, OrganizerID: tt.among}, profile.Page{Limit: 20})
		if !errors.Is(err, tt.want) || tt.want == nil && len(r.People) != 1 {
			t.Errorf("%s: %d people, %v", name, len(r.People), err)
		}
	}
}
