package membership

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/period"
)

// Today is 22 November 2026; the region's rights end on 30 April of the next
// year, 31 December of it at the latest, and work for thirty days more.
func TestWhatAGrantDoes(t *testing.T) {
	t.Parallel()
	today := period.NewDay(2026, 11, 22)
	april, december := period.NewDay(2027, 4, 30), period.NewDay(2027, 12, 31)
	held := func(from, until period.Day) []SocialTariff {
		return []SocialTariff{{From: from, Until: until, Ground: "RVV"}}
	}
	for name, tt := range map[string]struct {
		has       []SocialTariff
		until     period.Day
		kind      ChangeKind
		from, end period.Day
		want      error
	}{
		"a first one, as usual":        {nil, period.Day{}, Granted, today, april, nil},
		"a first one until a day":      {nil, period.NewDay(2027, 1, 31), Granted, today, period.NewDay(2027, 1, 31), nil},
		"until today":                  {nil, today, Granted, today, today, nil},
		"until yesterday":              {nil, today.Add(-1), "", today, today, ErrEndPast},
		"until the latest day":         {nil, december, Granted, today, december, nil},
		"a day longer":                 {nil, december.Add(1), "", today, today, ErrEndLate},
		"while one holds":              {held(today.Add(-90), today.Add(10)), april, Renewed, today.Add(-90), april, nil},
		"on the last day of one":       {held(today.Add(-90), today), april, Renewed, today.Add(-90), april, nil},
		"no longer than it is":         {held(today.Add(-90), april), april, "", today, today, ErrNotLonger},
		"shorter than it is":           {held(today.Add(-90), april), april.Add(-1), "", today, today, ErrNotLonger},
		"the day after one, in grace":  {held(today.Add(-90), today.Add(-1)), april, Renewed, today, april, nil},
		"on the last day of grace":     {held(today.Add(-90), today.Add(-30)), april, Renewed, today.Add(-29), april, nil},
		"the day after the grace":      {held(today.Add(-90), today.Add(-31)), april, Granted, today, april, nil},
		"before one that begins later": {held(today.Add(9), today.Add(20)), april, Renewed, today.Add(9), april, nil},
	} {
		got, err := planGrant(tt.has, tt.until, "", cardsystem.DefaultRules(), 30, today)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
			continue
		}
		if tt.want == nil && (got.kind != tt.kind || got.right.From != tt.from || got.right.Until != tt.end) {
			t.Errorf("%s: %s from %s until %s", name, got.kind, got.right.From, got.right.Until)
		}
	}
}

// Whatever somebody has, what is granted today holds today, ends as asked, and
// overlaps nothing.
func TestAGrantHoldsAtOnceAndOverlapsNothing(t *testing.T) {
	t.Parallel()
	today := period.NewDay(2026, 11, 22)
	rapid.Check(t, func(t *rapid.T) {
		var has []SocialTariff
		from := today.Add(-800)
		for range rapid.IntRange(0, 4).Draw(t, "rights") {
			from = from.Add(rapid.IntRange(1, 200).Draw(t, "pause"))
			until := from.Add(rapid.IntRange(0, 300).Draw(t, "length"))
			has = append(has, SocialTariff{ID: [16]byte{byte(len(has) + 1)}, From: from, Until: until})
			from = until
		}
		if last, ok := latestOf(has); ok && today.Before(last.From) {
			t.Skip("nobody has one that begins later only")
		}
		until := today.Add(rapid.IntRange(0, 400).Draw(t, "until"))
		p, err := planGrant(has, until, "", cardsystem.DefaultRules(), rapid.IntRange(0, 60).Draw(t, "grace"), today)
		if err != nil {
			if !errors.Is(err, ErrNotLonger) {
				t.Fatal(err)
			}
			return
		}
		if today.Before(p.right.From) || p.right.Until != until {
			t.Fatalf("from %s until %s, asked until %s", p.right.From, p.right.Until, until)
		}
		for _, r := range has {
			if r.ID != p.right.ID && !r.Until.Before(p.right.From) {
				t.Fatalf("%s to %s overlaps %s to %s", p.right.From, p.right.Until, r.From, r.Until)
			}
		}
	})
}

func TestWhatAMembershipMayBecome(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		from, to Status
		want     error
	}{
		{Active, Blocked, nil},
		{Active, Ended, nil},
		{Active, Active, ErrAlready},
		{Blocked, Active, nil},
		{Blocked, Ended, nil},
		{Blocked, Blocked, ErrBlocked},
		{Ended, Active, nil},
		{Ended, Ended, ErrEnded},
		{Ended, Blocked, ErrEnded},
	} {
		if err := mayBecome(tt.from, tt.to); !errors.Is(err, tt.want) {
			t.Errorf("%s to %s: %v, want %v", tt.from, tt.to, err, tt.want)
		}
	}
}
