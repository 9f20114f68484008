package membership_test

import (
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/period"
)

func dayOf(s string) period.Day {
	out, err := period.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return out
}

func at(s string) time.Time {
	out, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return out
}

// A right until 30 April 2026 with thirty days of grace, in Brussels.
func TestWhatASocialTariffIsWorth(t *testing.T) {
	t.Parallel()
	year := membership.SocialTariff{From: dayOf("2025-05-01"), Until: dayOf("2026-04-30")}
	next := membership.SocialTariff{From: dayOf("2026-05-01"), Until: dayOf("2027-04-30")}
	held := membership.SocialTariff{From: dayOf("2025-05-01"), Until: dayOf("2026-04-30"), SuspendedUntil: dayOf("2026-02-01")}
	for name, tt := range map[string]struct {
		rights []membership.SocialTariff
		grace  int
		at     string
		want   membership.TariffStatus // empty: none
	}{
		"in the middle":                        {[]membership.SocialTariff{year}, 30, "2026-01-01T12:00:00Z", membership.TariffActive},
		"on its first second":                  {[]membership.SocialTariff{year}, 30, "2025-05-01T00:00:00+02:00", membership.TariffActive},
		"a second before":                      {[]membership.SocialTariff{year}, 30, "2025-04-30T23:59:59+02:00", ""},
		"on its last second":                   {[]membership.SocialTariff{year}, 30, "2026-04-30T23:59:59+02:00", membership.TariffActive},
		"a second later grace begins":          {[]membership.SocialTariff{year}, 30, "2026-05-01T00:00:00+02:00", membership.TariffGrace},
		"the last second of grace":             {[]membership.SocialTariff{year}, 30, "2026-05-30T23:59:59+02:00", membership.TariffGrace},
		"after grace":                          {[]membership.SocialTariff{year}, 30, "2026-05-31T00:00:00+02:00", membership.TariffExpired},
		"without grace it expires at midnight": {[]membership.SocialTariff{year}, 0, "2026-05-01T00:00:00+02:00", membership.TariffExpired},
		"suspended":                            {[]membership.SocialTariff{held}, 30, "2026-01-31T23:59:59+01:00", membership.TariffSuspended},
		"on the day the suspension ends":       {[]membership.SocialTariff{held}, 30, "2026-02-01T00:00:00+01:00", membership.TariffActive},
		"renewed: no grace between":            {[]membership.SocialTariff{year, next}, 30, "2026-05-01T00:00:00+02:00", membership.TariffActive},
		"renewed early: the old one holds":     {[]membership.SocialTariff{year, next}, 30, "2026-04-30T23:59:59+02:00", membership.TariffActive},
		"only one that begins later":           {[]membership.SocialTariff{next}, 30, "2026-04-01T12:00:00Z", ""},
		"an old one and one that begins later": {[]membership.SocialTariff{{From: dayOf("2024-05-01"), Until: dayOf("2025-04-30")}, next}, 30, "2026-04-01T12:00:00Z", membership.TariffExpired},
		"never had one":                        {nil, 30, "2026-01-01T12:00:00Z", ""},
		"an old suspension in grace":           {[]membership.SocialTariff{held}, 30, "2026-05-10T12:00:00Z", membership.TariffGrace},
	} {
		got, ok := membership.StandingOf(tt.rights, tt.grace, period.Brussels(), at(tt.at))
		if got.Status != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q, want %q", name, got.Status, tt.want)
		}
		if works := tt.want == membership.TariffActive || tt.want == membership.TariffGrace; got.Works() != works {
			t.Errorf("%s: works = %v", name, got.Works())
		}
	}
}

func TestTheEndIsTheLastSecondOfTheLastDayInBrussels(t *testing.T) {
	t.Parallel()
	s, _ := membership.StandingOf([]membership.SocialTariff{{From: dayOf("2025-05-01"), Until: dayOf("2026-04-30")}}, 30,
		period.Brussels(), at("2026-01-01T12:00:00Z"))
	if want := at("2026-04-30T21:59:59Z"); !s.EndsAt.Equal(want) || s.GraceUntil != dayOf("2026-05-30") {
		t.Errorf("ends at %s, grace until %s", s.EndsAt.UTC(), s.GraceUntil)
	}
}
