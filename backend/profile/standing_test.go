package profile_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/profile"
)

func write(t *testing.T, s *profile.Service, f func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := db.InTx(t.Context(), s.DB, func(tx *db.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// neighbour is somebody new, who is a member here.
func neighbour(t *testing.T, s *profile.Service) uuid.UUID {
	t.Helper()
	id := db.NewID()
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			passholder.Add(ctx, tx, s.Ring, passholder.Passholder{ID: id, CreatedAt: now, Details: passholder.Details{
				FirstName: "Marie", Name: "Goossens", DateOfBirth: period.NewDay(1985, 12, 24), PostalCode: "9000", City: "Gent", Country: "be",
			}}),
			points.OpenHolder(ctx, tx, id), membership.Add(ctx, tx, id, 1, membership.Active, now))
	})
	return id
}

// lenient is a town where a social tariff is good for thirty days more.
func lenient(t *testing.T) *profile.Service {
	t.Helper()
	s, _ := town(t)
	if _, err := s.DB.Exec(t.Context(), `UPDATE card_system SET socialtariff_grace_days = 30`); err != nil {
		t.Fatal(err)
	}
	return s
}

// there is the card system that the desk is not of.
const there = 2

// stand puts somebody there: "" is not at all, else a status and
// whether there is a social tariff, which may be in its grace or over.
func stand(t *testing.T, s *profile.Service, id uuid.UUID, how string) {
	t.Helper()
	status, tariff, _ := strings.Cut(how, " ")
	if status == "" {
		return
	}
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		err := membership.Add(ctx, tx, id, there, membership.Status(status), now)
		end, ok := map[string]period.Day{
			"tariff": period.NewDay(2027, 4, 30), "longer": period.NewDay(2027, 12, 31), "today": period.NewDay(2026, 11, 22),
			"grace": period.NewDay(2026, 11, 10), "over": period.NewDay(2026, 1, 31),
		}[tariff]
		if err != nil || !ok {
			return err
		}
		return membership.GrantSocialTariff(ctx, tx, id, there, membership.SocialTariff{ID: db.NewID(), From: period.NewDay(2026, 1, 1), Until: end})
	})
}

// stands says it back: the status and the last day of a social tariff that
// works.
func stands(t *testing.T, s *profile.Service, id uuid.UUID, system int) string {
	t.Helper()
	all, err := membership.OfPassholder(t.Context(), s.DB, id, s.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if m.System.ID != system {
			continue
		}
		if m.SocialTariff != nil && m.SocialTariff.Works() {
			return fmt.Sprint(m.Status, " ", m.SocialTariff.Until)
		}
		return string(m.Status)
	}
	return ""
}

// What becomes of a membership that both records of one person may have, in a
// card system, and what of it when they part again.
func TestWhichMembershipIsLeftOfTwo(t *testing.T) {
	t.Parallel()

	s := lenient(t)
	for name, tt := range map[string]struct {
		merged, kept         string // before
		after, other, parted string // the kept record, the other, and the kept one when they parted
	}{
		"of the merged record only":            {"ACTIVE", "", "ACTIVE", "ENDED", ""},
		"with a social tariff":                 {"ACTIVE tariff", "", "ACTIVE 2027-04-30", "ENDED 2027-04-30", ""},
		"a member again":                       {"ACTIVE", "ENDED", "ACTIVE", "ENDED", "ENDED"},
		"a former one of both":                 {"ENDED", "ENDED", "ENDED", "ENDED", "ENDED"},
		"a former one":                         {"ENDED", "", "", "ENDED", ""},
		"what is blocked stays so":             {"BLOCKED", "", "", "BLOCKED", ""},
		"a blocked one who was a member":       {"BLOCKED", "ENDED", "ENDED", "BLOCKED", "ENDED"},
		"nobody gets round a block":            {"ACTIVE tariff", "BLOCKED", "BLOCKED", "ENDED 2027-04-30", "BLOCKED"},
		"the social tariff of the other":       {"ACTIVE tariff", "ACTIVE", "ACTIVE 2027-04-30", "ENDED 2027-04-30", "ACTIVE"},
		"one's own, which is longer":           {"ACTIVE tariff", "ACTIVE longer", "ACTIVE 2027-12-31", "ENDED 2027-04-30", "ACTIVE 2027-12-31"},
		"one's own, which is over":             {"ACTIVE tariff", "ACTIVE over", "ACTIVE 2027-04-30", "ENDED 2027-04-30", "ACTIVE"},
		"not that of a blocked member":         {"BLOCKED tariff", "ACTIVE", "ACTIVE", "BLOCKED 2027-04-30", "ACTIVE"},
		"not one in its grace, which is ended": {"ACTIVE grace", "ACTIVE", "ACTIVE", "ENDED 2026-11-10", "ACTIVE"},
		"one that ends today":                  {"ACTIVE today", "ACTIVE", "ACTIVE 2026-11-22", "ENDED 2026-11-22", "ACTIVE"},
	} {
		kept, merged := neighbour(t, s), neighbour(t, s)
		stand(t, s, kept, tt.kept)
		stand(t, s, merged, tt.merged)
		was := stands(t, s, merged, there)
		m, err := s.Merge(t.Context(), deskAdmin, "", kept, merged)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if after, other := stands(t, s, kept, there), stands(t, s, merged, there); after != tt.after || other != tt.other {
			t.Errorf("%s, made one: %q and %q, want %q and %q", name, after, other, tt.after, tt.other)
		}
		if _, err := s.Part(t.Context(), deskAdmin, m.ID); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if parted, other := stands(t, s, kept, there), stands(t, s, merged, there); parted != tt.parted || other != was {
			t.Errorf("%s, parted: %q and %q, want %q and %q", name, parted, other, tt.parted, was)
		}
	}
}

// Three weeks later the social tariff that came along may be over, or in its
// grace: they part all the same.
func TestPeoplePartWhenTheSocialTariffIsOver(t *testing.T) {
	t.Parallel()
	s := lenient(t)
	kept, merged := neighbour(t, s), neighbour(t, s)
	stand(t, s, kept, "ACTIVE")
	stand(t, s, merged, "ACTIVE today")
	m, err := s.Merge(t.Context(), deskAdmin, "", kept, merged)
	if err != nil {
		t.Fatal(err)
	}
	s.Now = func() time.Time { return now.AddDate(0, 0, 10) }
	if _, err := s.Part(t.Context(), deskAdmin, m.ID); err != nil {
		t.Error(err)
	}
}

// What came along is taken back the same day as if it had never been; later it
// was used, and ends.
func TestASocialTariffThatCameAlongIsTakenBack(t *testing.T) {
	t.Parallel()
	s := lenient(t)
	for days, want := range map[int]string{0: "ACTIVE", 3: "ACTIVE 2026-11-25"} {
		s.Now = func() time.Time { return now }
		kept, merged := neighbour(t, s), neighbour(t, s)
		stand(t, s, kept, "ACTIVE")
		stand(t, s, merged, "ACTIVE tariff")
		m, err := s.Merge(t.Context(), deskAdmin, "", kept, merged)
		if err != nil {
			t.Fatal(err)
		}
		s.Now = func() time.Time { return now.AddDate(0, 0, days) }
		if _, err := s.Part(t.Context(), deskAdmin, m.ID); err != nil {
			t.Fatal(err)
		}
		if got := stands(t, s, kept, there); got != want {
			t.Errorf("after %d days: %q, want %q", days, got, want)
		}
	}
}

// One card system, one card in use: of two, that of the merged record is blocked
// until they part. Elsewhere it stays in use.
func TestWhichCardsStayInUse(t *testing.T) {
	t.Parallel()
	s, people := town(t)
	kept, merged := people["Marie Goossens"], people["Marie Peeters-Janssens"]
	numbers := map[string]card.Number{}
	add := func(name, serial string, id uuid.UUID, system int, status card.Status) {
		n, err := card.NewNumber(serial, false)
		if err != nil {
			t.Fatal(err)
		}
		numbers[name] = n
		write(t, s, func(ctx context.Context, tx *db.Tx) error {
			return card.Add(ctx, tx, card.Card{ID: db.NewID(), CardSystemID: system, Number: n, Type: card.NFCCard, Status: status, PassholderID: id, StatusAt: now})
		})
	}
	add("her own", "09990000001", kept, 1, card.Active)
	add("her blocked one there", "09990000002", kept, 2, card.Blocked)
	add("the other one here", "09990000003", merged, 1, card.Active)
	add("the other one there", "09990000004", merged, 2, card.Active)
	add("the other's blocked one", "09990000005", merged, 1, card.Blocked)
	read := func() string {
		var out []string
		for name, n := range numbers {
			c, err := card.ByNumber(t.Context(), s.DB, n)
			if err != nil {
				t.Fatal(err)
			}
			owner := map[uuid.UUID]string{kept: "kept", merged: "merged"}[c.PassholderID]
			out = append(out, name+": "+owner+" "+string(c.Status))
		}
		slices.Sort(out)
		return strings.Join(out, "\n")
	}
	before := read()
	m, err := s.Merge(t.Context(), deskAdmin, "", kept, merged)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("merged ", "kept ", "the other one here: merged ACTIVE", "the other one here: kept BLOCKED").Replace(before)
	if got := read(); got != want {
		t.Errorf("made one:\n%s\nwant\n%s", got, want)
	}
	if _, err := s.Part(t.Context(), deskAdmin, m.ID); err != nil {
		t.Fatal(err)
	}
	if got := read(); got != before {
		t.Errorf("parted:\n%s\nwant\n%s", got, before)
	}
}

// Whoever is forgotten has nothing that works any more, whatever they had.
func TestNothingOfSomebodyErasedWorks(t *testing.T) {
	t.Parallel()
	s := lenient(t)
	serial := 0
	give := func(id uuid.UUID, system int, status card.Status, why card.Reason) {
		t.Helper()
		serial++
		n, err := card.NewNumber(fmt.Sprintf("09990%06d", serial), false)
		if err != nil {
			t.Fatal(err)
		}
		write(t, s, func(ctx context.Context, tx *db.Tx) error {
			return card.Add(ctx, tx, card.Card{
				ID: db.NewID(), CardSystemID: system, Number: n, Type: card.NFCCard, Status: status, StatusReason: why, PassholderID: id, StatusAt: now,
			})
		})
	}
	other := neighbour(t, s)
	give(other, 1, card.Active, card.NoReason)
	for name, how := range map[string]string{
		"a member":                         "ACTIVE",
		"with a social tariff":             "ACTIVE tariff",
		"with one that ends today":         "ACTIVE today",
		"with one in its grace":            "ACTIVE grace",
		"with one that is over":            "ACTIVE over",
		"who is blocked":                   "BLOCKED",
		"who is blocked with one":          "BLOCKED tariff",
		"who was a member":                 "ENDED",
		"who was a member, with one still": "ENDED tariff",
	} {
		id := neighbour(t, s)
		stand(t, s, id, how)
		give(id, 1, card.Active, card.NoReason)
		give(id, 2, card.Blocked, card.Lost)
		if err := s.Erase(t.Context(), deskAdmin, id); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, system := range []int{1, 2} {
			if got := stands(t, s, id, system); !strings.HasPrefix(got, "ENDED") {
				t.Errorf("%s, in card system %d: %s", name, system, got)
			}
		}
		if got := stands(t, s, id, 2); how == "ACTIVE tariff" && got != "ENDED 2026-11-22" {
			t.Errorf("%s: %s", name, got)
		}
		var active, lost int
		err := s.DB.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE status = 'ACTIVE'), count(*) FILTER (WHERE status_reason = 'LOST') FROM card
			WHERE passholder_id = $1`, id).Scan(&active, &lost)
		if err != nil || active != 0 || lost != 1 {
			t.Errorf("%s: %d cards in use, %d that were lost, %v", name, active, lost, err)
		}
	}
	if p, err := s.ByID(t.Context(), deskAdmin, other); err != nil || p.UitpasNumber() == "" {
		t.Errorf("somebody else has lost something: %v", err)
	}
}

// Whoever moves out of a card system in which they lived and have a social
// tariff ends that first.
func TestWhoLeavesARegion(t *testing.T) {
	t.Parallel()
	gent := cardsystem.System{ID: 1, Name: "Gent", Cities: []cardsystem.City{{PostalCode: "9000", Name: "Gent"}, {PostalCode: "9050", Name: "Gentbrugge"}}}
	with := func(status membership.Status, tariff membership.TariffStatus) membership.Membership {
		m := membership.Membership{System: gent, Status: status}
		if tariff != "" {
			m.SocialTariff = &membership.Standing{Status: tariff}
		}
		return m
	}
	home := func(code, city, country string) passholder.Details {
		return passholder.Details{PostalCode: code, City: city, Country: country}
	}
	here, active := home("9000", "Gent", "be"), with(membership.Active, membership.TariffActive)
	for name, tt := range map[string]struct {
		m        membership.Membership
		from, to passholder.Details
		refused  bool
	}{
		"to another region":                      {active, here, home("8400", "Oostende", "be"), true},
		"within it":                              {active, here, home("9050", "Gentbrugge", "be"), false},
		"next door":                              {active, here, here, false},
		"abroad, to a like postal code":          {active, here, home("9000", "Gent", "nl"), true},
		"abroad, to another that is like it":     {active, here, home("9050", "Gentbrugge", "nl"), true},
		"who never lived there":                  {active, home("8400", "Oostende", "be"), home("1000", "Brussel", "be"), false},
		"back into it":                           {active, home("8400", "Oostende", "be"), here, false},
		"in the grace of a social tariff":        {with(membership.Active, membership.TariffGrace), here, home("8400", "Oostende", "be"), true},
		"whose social tariff is suspended":       {with(membership.Active, membership.TariffSuspended), here, home("8400", "Oostende", "be"), true},
		"whose social tariff is over":            {with(membership.Active, membership.TariffExpired), here, home("8400", "Oostende", "be"), false},
		"without a social tariff":                {with(membership.Active, ""), here, home("8400", "Oostende", "be"), false},
		"who is no member any more":              {with(membership.Ended, membership.TariffActive), here, home("8400", "Oostende", "be"), false},
		"who is blocked, so that nothing counts": {with(membership.Blocked, membership.TariffActive), here, home("8400", "Oostende", "be"), false},
	} {
		got := profile.LeavesRegions([]membership.Membership{tt.m}, tt.from, tt.to)
		if len(got) > 0 != tt.refused || tt.refused && (!errors.Is(got[0], profile.ErrLeavesRegion) || got[0].Args["cardSystem"] != "Gent") {
			t.Errorf("%s: %v", name, got)
		}
	}
}
