package period_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/period"
)

func day(t *testing.T, s string) period.Day {
	t.Helper()
	d, err := period.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheDaysOfAPeriod(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		period period.Period
		at     string
		want   string
	}{
		"a day":                                {period.Daily, "2026-11-22T14:00:00+01:00", "[2026-11-22,2026-11-23)"},
		"a day begins at midnight in Brussels": {period.Daily, "2026-11-21T23:00:00Z", "[2026-11-22,2026-11-23)"},
		"and ends there":                       {period.Daily, "2026-11-22T22:59:59Z", "[2026-11-22,2026-11-23)"},
		"in summer an hour earlier":            {period.Daily, "2026-06-30T22:00:00Z", "[2026-07-01,2026-07-02)"},
		"a week from Monday, asked on Sunday":  {period.Weekly, "2026-11-22T14:00:00Z", "[2026-11-16,2026-11-23)"},
		"a week from Monday, asked on Monday":  {period.Weekly, "2026-11-23T14:00:00Z", "[2026-11-23,2026-11-30)"},
		"a week over New Year":                 {period.Weekly, "2027-01-01T12:00:00Z", "[2026-12-28,2027-01-04)"},
		"a month":                              {period.Monthly, "2026-02-28T12:00:00Z", "[2026-02-01,2026-03-01)"},
		"December":                             {period.Monthly, "2026-12-31T12:00:00Z", "[2026-12-01,2027-01-01)"},
		"a quarter":                            {period.Quarter, "2026-11-22T12:00:00Z", "[2026-10-01,2027-01-01)"},
		"a year":                               {period.Yearly, "2026-11-22T12:00:00Z", "[2026-01-01,2027-01-01)"},
		"New Year's Eve just before midnight":  {period.Yearly, "2026-12-31T22:59:59Z", "[2026-01-01,2027-01-01)"},
		"all time":                             {period.Absolute, "2026-11-22T12:00:00Z", "(,)"},
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := tt.period.Range(at, period.Brussels()).String(); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestAPeriodHoldsItsInstantAndIsStableWithin(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "at"), 0)
		p := rapid.SampledFrom([]period.Period{
			period.Absolute, period.Daily, period.Weekly, period.Monthly, period.Quarter, period.Yearly,
		}).Draw(t, "period")
		r := p.Range(at, period.Brussels())
		if !r.Contains(period.DayOf(at, period.Brussels())) {
			t.Fatalf("%s of %s is %s", p, at, r)
		}
		if p == period.Absolute {
			return
		}
		first, last := r.From.Begin(period.Brussels()), r.Until.Begin(period.Brussels()).Add(-time.Second)
		if p.Range(first, period.Brussels()) != r || p.Range(last, period.Brussels()) != r {
			t.Fatalf("%s is not one period", r)
		}
	})
}

func TestARangeSurvivesTheDatabase(t *testing.T) {
	t.Parallel()
	for _, r := range []period.Range{{}, {From: day(t, "2026-11-22"), Until: day(t, "2026-11-23")}, {From: day(t, "2026-11-22")}} {
		v, err := r.Value()
		if err != nil {
			t.Fatal(err)
		}
		var back period.Range
		if err := back.Scan(v); err != nil || back != r {
			t.Errorf("%s came back as %s, %v", r, back, err)
		}
	}
}

func TestARangeHoldsItsFirstDayAndNotTheDayItEnds(t *testing.T) {
	t.Parallel()
	from, until := day(t, "2026-11-22"), day(t, "2026-11-24")
	for name, tt := range map[string]struct {
		days period.Range
		want [4]bool // 21 to 24 November
	}{
		"closed":        {period.Range{From: from, Until: until}, [4]bool{false, true, true, false}},
		"open at first": {period.Range{Until: until}, [4]bool{true, true, true, false}},
		"open at last":  {period.Range{From: from}, [4]bool{false, true, true, true}},
		"all time":      {period.Range{}, [4]bool{true, true, true, true}},
	} {
		for i, want := range tt.want {
			if d := from.Add(i - 1); tt.days.Contains(d) != want {
				t.Errorf("%s: %s holds %s: %t, want %t", name, tt.days, d, !want, want)
			}
		}
	}
	open, same := period.Range{From: from}, period.Range{From: from}
	if open.Equal(period.Range{From: from, Until: until}) || !open.Equal(same) || from.Equal(until) || !from.Equal(same.From) {
		t.Error("other days are the same days")
	}
}

func TestAColumnIsReadOverWhatWasThere(t *testing.T) {
	t.Parallel()
	want := day(t, "2026-11-22")
	for _, tt := range []struct {
		column any
		want   period.Day
	}{
		{nil, period.Day{}},
		{"", period.Day{}},
		{"2026-11-22", want},
		{time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), want},
		{time.Date(2026, 11, 22, 0, 30, 0, 0, period.Brussels()), want}, // still the 21st in UTC
	} {
		d := day(t, "1999-12-31")
		if err := d.Scan(tt.column); err != nil || d != tt.want {
			t.Errorf("%v is read as %q, %v", tt.column, d, err)
		}
	}
	var d period.Day
	var r period.Range
	for _, wrong := range []any{7, "22/11/2026", []byte("[2026-11-22,)"), "[2026-11-22)", "[22/11/2026,)", "[,22/11/2026)"} {
		if d.Scan(wrong) == nil || r.Scan(wrong) == nil {
			t.Errorf("%v is a day or a range", wrong)
		}
	}
}

func TestAZoneIsFoundByItsName(t *testing.T) {
	t.Parallel()
	for range 2 { // the second time from memory
		if loc, err := period.Zone("Europe/Brussels"); err != nil || loc.String() != "Europe/Brussels" {
			t.Errorf("%v, %v", loc, err)
		}
		if loc, err := period.Zone("Europe/Gent"); err == nil {
			t.Errorf("there is a zone %v", loc)
		}
	}
}

func TestDaysOfOtherLengths(t *testing.T) {
	t.Parallel()
	for s, hours := range map[string]float64{"2026-03-29": 23, "2026-10-25": 25, "2026-11-22": 24} {
		d := day(t, s)
		if got := d.End(period.Brussels()).Sub(d.Begin(period.Brussels())).Hours(); got != hours {
			t.Errorf("%s has %v hours", s, got)
		}
	}
}

func TestAge(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		born, on string
		want     int
	}{
		"on the birthday":             {"2008-11-22", "2026-11-22", 18},
		"the day before":              {"2008-11-22", "2026-11-21", 17},
		"born on a leap day, 28 Feb":  {"2008-02-29", "2026-02-28", 17},
		"born on a leap day, 1 March": {"2008-02-29", "2026-03-01", 18},
		"in a month before":           {"2008-12-01", "2026-11-22", 17},
		"in a month after":            {"2008-10-31", "2026-11-22", 18},
		"on the day of birth":         {"2026-11-22", "2026-11-22", 0},
	} {
		if got := period.Age(day(t, tt.born), day(t, tt.on)); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}

func TestWeekdaysCountFromMonday(t *testing.T) {
	t.Parallel()
	if got := day(t, "2026-11-23").Weekday(); got != 1 {
		t.Errorf("Monday is %d", got)
	}
	if got := day(t, "2026-11-22").Weekday(); got != 7 {
		t.Errorf("Sunday is %d", got)
	}
}

func TestADayIsReadStrictly(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"22-11-2026", "2026-02-30", "2026-11-22T00:00:00Z", "today", ""} {
		if d, err := period.ParseDay(s); err == nil {
			t.Errorf("%q is %s", s, d)
		}
	}
}
