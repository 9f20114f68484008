package cardsystem_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/municipality"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

var (
	coordinator = who.Actor{Kind: who.Person, ID: "c", Subject: "coordinator@openbalie.example", Counter: "region"}
	clerk       = who.Actor{Kind: who.Person, ID: "k", Subject: "clerk@openbalie.example", Counter: "region"}
)

// region has two card systems; the coordinator runs the first.
func region(t *testing.T) *cardsystem.Service {
	t.Helper()
	d := dbtest.New(t)
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		temporary := cardsystem.DefaultRules()
		temporary.Cardless = cardsystem.CardlessRegular
		_, err := tx.Exec(t.Context(), `INSERT INTO organizer (id, name, account_id) VALUES ('region', 'Regio', $1)`, db.NewID())
		return errors.Join(err,
			cardsystem.Add(t.Context(), tx, cardsystem.System{
				ID: 1, Name: "Gent", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels", Permanent: true,
				Cities: []cardsystem.City{{PostalCode: "9000", Name: "Gent"}, {PostalCode: "9395", Name: "Denderrode", RefusesDigital: true}},
			}),
			cardsystem.Add(t.Context(), tx, cardsystem.System{ID: 2, Name: "Zomer", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels", Rules: temporary}),
			func() error {
				_, err := tx.Exec(t.Context(), `INSERT INTO organizer_card_system VALUES ('region', 1)`)
				return err
			}(),
			rights.Grant(t.Context(), tx, who.Program("test"), who.Person, coordinator.Subject, "region", rights.Coordinator),
			rights.Grant(t.Context(), tx, who.Program("test"), who.Person, clerk.Subject, "region", rights.Clerk),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	return &cardsystem.Service{DB: d}
}

func TestSettingsAreSavedAsTheyAreSent(t *testing.T) {
	t.Parallel()
	s := region(t)
	before, ranges, err := s.Settings(t.Context(), coordinator, 1)
	if err != nil || before.Rules != cardsystem.DefaultRules() || before.Version != 1 || len(ranges) != 0 {
		t.Fatalf("%+v, %v", before, err)
	}
	want := cardsystem.System{
		ID: 1, Name: "UiTPAS Gent", PrimaryColor: "#00507d", SecondaryColor: "#ffffff", LogoURL: "https://gent.example/logo.svg",
		Website: "https://gent.example", ContactEmail: "gent@uitpas.example", TimeZone: "Europe/Brussels", Permanent: true,
		SocialTariffInfo: "Wie recht heeft op…", SocialTariffGraceDays: 60, CheckinMargin: 4 * time.Hour,
		Rules: cardsystem.Rules{
			SocialTariffDefaultEnd: "06-30", SocialTariffMaximumEnd: "09-30", AdultAge: 16, OptInAge: 15,
			Cardless: cardsystem.CardlessSocialTariff, FamilyMaxMembers: 8, FamilyMaxAdults: 3, LowStock: 25,
		},
		Cities: []cardsystem.City{
			{PostalCode: "9000", Name: "Gent", ContactEmail: "balie@gent.example"},
			{PostalCode: "9050", Name: "Gentbrugge", RefusesDigital: true},
			{PostalCode: "9395", Name: "Denderrode"}, // not on the list, but it was there before
		},
		Version: 1,
	}
	sent := want
	sent.Name, sent.PrimaryColor, sent.TimeZone = "  UiTPAS Gent ", "#00507D", "America/New_York"
	got, err := s.SaveSettings(t.Context(), coordinator, sent)
	want.Version = 2
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := s.SaveSettings(t.Context(), coordinator, sent); !errors.Is(err, cardsystem.ErrChanged) {
		t.Errorf("from an old version: %v", err)
	}
	var recorded int
	err = s.DB.QueryRow(t.Context(), `SELECT count(*) FROM audit WHERE action = $1`, cardsystem.ActionSaved).Scan(&recorded)
	if err != nil || recorded != 1 {
		t.Errorf("recorded %d, %v", recorded, err)
	}
}

func TestSettingsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	s := region(t)
	fine, _, err := s.Settings(t.Context(), coordinator, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		field  string
		change func(*cardsystem.System)
	}{
		{"name", func(s *cardsystem.System) { s.Name = "  " }},
		{"name", func(s *cardsystem.System) { s.Name = strings.Repeat("x", 201) }},
		{"website", func(s *cardsystem.System) { s.Website = "https://" }},
		{"website", func(s *cardsystem.System) { s.Website = "https://gent.example/" + strings.Repeat("x", 2000) }},
		{"contactEmail", func(s *cardsystem.System) { s.ContactEmail = strings.Repeat("x", 250) + "@gent.example" }},
		{"checkinMarginMinutes", func(s *cardsystem.System) { s.CheckinMargin = 49 * time.Hour }},
		{"socialTariffGraceDays", func(s *cardsystem.System) { s.SocialTariffGraceDays = 367 }},
		{"socialTariffDefaultEnd", func(s *cardsystem.System) { s.Rules.SocialTariffDefaultEnd = "4-30" }},
		{"socialTariffMaximumEnd", func(s *cardsystem.System) { s.Rules.SocialTariffMaximumEnd = "12-32" }},
		{"socialTariffMaximumEnd", func(s *cardsystem.System) { s.Rules.SocialTariffMaximumEnd = "99" }},
		{"primaryColor", func(s *cardsystem.System) { s.PrimaryColor = "blue" }},
		{"secondaryColor", func(s *cardsystem.System) { s.SecondaryColor = "#12345" }},
		{"logoUrl", func(s *cardsystem.System) { s.LogoURL = "javascript:alert(1)" }},
		{"website", func(s *cardsystem.System) { s.Website = "gent" }},
		{"contactEmail", func(s *cardsystem.System) { s.ContactEmail = "Gent <gent@uitpas.example>" }},
		{"socialTariffInfo", func(s *cardsystem.System) { s.SocialTariffInfo = strings.Repeat("x", 3000) }},
		{"socialTariffGraceDays", func(s *cardsystem.System) { s.SocialTariffGraceDays = -1 }},
		{"checkinMarginMinutes", func(s *cardsystem.System) { s.CheckinMargin = -time.Minute }},
		{"socialTariffDefaultEnd", func(s *cardsystem.System) { s.Rules.SocialTariffDefaultEnd = "04-31" }},
		{"socialTariffMaximumEnd", func(s *cardsystem.System) { s.Rules.SocialTariffMaximumEnd = "04-29" }},
		{"adultAge", func(s *cardsystem.System) { s.Rules.AdultAge = 31 }},
		{"optInAge", func(s *cardsystem.System) { s.Rules.OptInAge = -1 }},
		{"cardlessRegistration", func(s *cardsystem.System) { s.Rules.Cardless = "SOME" }},
		{"familyMaxMembers", func(s *cardsystem.System) { s.Rules.FamilyMaxMembers = 0 }},
		{"familyMaxAdults", func(s *cardsystem.System) { s.Rules.FamilyMaxAdults = 11 }},
		{"lowStock", func(s *cardsystem.System) { s.Rules.LowStock = -1 }},
		{"cities", func(s *cardsystem.System) {
			s.Cities = append(s.Cities, cardsystem.City{PostalCode: "9000", Name: "Aalst"})
		}},
		{"cities", func(s *cardsystem.System) { s.Cities = append(s.Cities, s.Cities[0]) }},
		{"cities", func(s *cardsystem.System) { s.Cities[0].ContactEmail = "nobody" }},
	} {
		wrong := fine
		wrong.Cities = append([]cardsystem.City(nil), fine.Cities...)
		tt.change(&wrong)
		_, err := s.SaveSettings(t.Context(), coordinator, wrong)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Code != cardsystem.ErrInvalid.Code || f.Args["field"] != tt.field {
			t.Errorf("%s: %v", tt.field, err)
		}
	}
}

func TestOnlyWhoRunsACardSystemChangesIt(t *testing.T) {
	t.Parallel()
	s := region(t)
	if _, _, err := s.Settings(t.Context(), clerk, 1); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a clerk: %v", err)
	}
	if _, _, err := s.Settings(t.Context(), coordinator, 2); !errors.Is(err, cardsystem.ErrUnknown) {
		t.Errorf("another's: %v", err)
	}
	if _, err := s.SaveSettings(t.Context(), coordinator, cardsystem.System{ID: 2, Version: 1}); !errors.Is(err, cardsystem.ErrUnknown) {
		t.Errorf("another's, saved: %v", err)
	}
	if _, err := s.AddRange(t.Context(), clerk, cardsystem.NumberRange{CardSystemID: 1, Prefix: "09000", Last: 9}); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a clerk's range: %v", err)
	}
	if _, err := s.ByID(t.Context(), 9); !errors.Is(err, cardsystem.ErrUnknown) {
		t.Errorf("none: %v", err)
	}
}

func TestRangesOfNumbers(t *testing.T) {
	t.Parallel()
	s := region(t)
	add := func(prefix string, first, last int64) error {
		_, err := s.AddRange(t.Context(), coordinator, cardsystem.NumberRange{CardSystemID: 1, Prefix: prefix, First: first, Last: last})
		return err
	}
	for _, tt := range []struct {
		prefix      string
		first, last int64
		err         error
	}{
		{"09000", 500, 999, nil},
		{"09000", 1000, 999_999, nil},
		{"0900", 0, 1, nil},
		{"1", 0, 9_999_999_999, nil},
		{"09000", 999, 1000, cardsystem.ErrRangeTaken},
		{"090000005", 0, 10, cardsystem.ErrRangeTaken}, // the same numbers behind a longer prefix
		{"10", 0, 1, cardsystem.ErrRangeTaken},
		{"09001", 0, 1_000_000, cardsystem.ErrRangeInvalid},
		{"09001", 5, 4, cardsystem.ErrRangeInvalid},
		{"09001", -1, 4, cardsystem.ErrRangeInvalid},
		{"", 0, 1, cardsystem.ErrRangeInvalid},
		{"09A01", 0, 1, cardsystem.ErrRangeInvalid},
		{"09001000000", 0, 0, cardsystem.ErrRangeInvalid},
	} {
		if err := add(tt.prefix, tt.first, tt.last); !errors.Is(err, tt.err) {
			t.Errorf("%s %d-%d: %v, want %v", tt.prefix, tt.first, tt.last, err, tt.err)
		}
	}
	var taken []string
	for range 3 {
		err := db.InTx(t.Context(), s.DB, func(tx *db.Tx) error {
			serial, err := cardsystem.TakeSerial(t.Context(), tx, 1)
			taken = append(taken, serial)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"09000000000", "09000000001", "09000000500"}; !cmp.Equal(taken, want) {
		t.Errorf("taken %v", taken)
	}
	_, ranges, err := s.Settings(t.Context(), coordinator, 1)
	if err != nil || len(ranges) != 4 || ranges[0].Left() != 0 || ranges[1].Left() != 499 {
		t.Errorf("%+v, %v", ranges, err)
	}
}

func TestTheDayThatASocialTariffEnds(t *testing.T) {
	t.Parallel()
	r := cardsystem.DefaultRules()
	for granted, want := range map[period.Day]period.Day{
		period.NewDay(2026, 1, 1): period.NewDay(2027, 4, 30), period.NewDay(2026, 12, 31): period.NewDay(2027, 4, 30),
	} {
		if got := r.DefaultEnd(granted); got != want || r.MaximumEnd(granted) != period.NewDay(2027, 12, 31) {
			t.Errorf("granted %s: %s, at most %s", granted, got, r.MaximumEnd(granted))
		}
	}
	for year, want := range map[int]period.Day{2027: period.NewDay(2027, 2, 28), 2028: period.NewDay(2028, 2, 29)} {
		if got := cardsystem.MonthDay("02-29").In(year); got != want {
			t.Errorf("29 February of %d is %s", year, got)
		}
	}
}

func TestWhoMayHaveADigitalCard(t *testing.T) {
	t.Parallel()
	for kind, want := range map[cardsystem.Cardless][2]bool{
		cardsystem.CardlessAll: {true, true}, cardsystem.CardlessNone: {false, false},
		cardsystem.CardlessRegular: {true, false}, cardsystem.CardlessSocialTariff: {false, true},
	} {
		if got := [2]bool{kind.AllowsDigital(false), kind.AllowsDigital(true)}; got != want {
			t.Errorf("%s: %v", kind, got)
		}
	}
	s := cardsystem.System{Rules: cardsystem.DefaultRules(), Cities: []cardsystem.City{{PostalCode: "9000", Name: "Gent"}, {PostalCode: "9050", Name: "Gentbrugge", RefusesDigital: true}}}
	for code, want := range map[string]bool{"9000": true, "9050": false, "1000": true} {
		if got := s.AllowsDigital(code, false); got != want {
			t.Errorf("in %s: %v", code, got)
		}
	}
	if c, ok := s.CityOf("9000", "gent"); !ok || c.Name != "Gent" {
		t.Errorf("%+v", c)
	}
	if _, ok := s.CityOf("1000", "Brussel"); ok {
		t.Error("Brussels is not in it")
	}
}

func TestCardSystemsAreListedForEverybody(t *testing.T) {
	t.Parallel()
	s := region(t)
	yes, no := true, false
	for name, tt := range map[string]struct {
		filter cardsystem.Filter
		want   string
	}{
		"all":                     {cardsystem.Filter{}, "Gent Zomer"},
		"those that stay":         {cardsystem.Filter{Permanent: &yes}, "Gent"},
		"those that end":          {cardsystem.Filter{Permanent: &no}, "Zomer"},
		"of a city":               {cardsystem.Filter{Cities: []string{"Aalst", "gent"}}, "Gent"},
		"of a postal code":        {cardsystem.Filter{PostalCodes: []string{"9395"}}, "Gent"},
		"of a city and a code":    {cardsystem.Filter{Cities: []string{"Gent"}, PostalCodes: []string{"9395"}}, "Gent"},
		"of a city that has none": {cardsystem.Filter{Cities: []string{"Aalst"}}, ""},
	} {
		got, err := s.List(t.Context(), tt.filter)
		var names []string
		for _, system := range got {
			names = append(names, system.Name)
		}
		if err != nil || strings.Join(names, " ") != tt.want {
			t.Errorf("%s: %v, %v", name, names, err)
		}
	}
	found, err := s.Places(t.Context(), "dend")
	want := municipality.Municipality{PostalCode: "9395", Name: "Denderrode", Main: "Denderrode"}
	if err != nil || len(found) < 2 || found[0] != want || found[1].Main != "Denderleeuw" {
		t.Errorf("places: %v, %v", found, err)
	}
}
