package sandbox_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sunday is a quiet afternoon, wall time in Brussels.
var sunday = time.Date(2026, time.November, 22, 14, 30, 0, 0, period.Brussels())

func openRing(t *testing.T) *secret.Ring {
	t.Helper()
	ring, err := secret.OpenRing(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// seeded is a database with a sandbox of an instant.
func seeded(t *testing.T, ring *secret.Ring, now time.Time) *db.DB {
	t.Helper()
	d := dbtest.New(t)
	began := time.Now()
	if err := sandbox.Seed(t.Context(), d, ring, now); err != nil {
		t.Fatal(err)
	}
	t.Logf("seeded in %v", time.Since(began))
	return d
}

func number(t *testing.T, d *db.DB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := d.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestTheRegionIsLively(t *testing.T) {
	t.Parallel()
	d := seeded(t, openRing(t), sunday)
	for _, want := range []struct {
		what, query string
		least, most int
	}{
		{"card systems", "SELECT count(*) FROM card_system", 7, 7},
		{"organizers", "SELECT count(*) FROM organizer", 40, 45},
		{"activities that are not over", "SELECT count(*) FROM activity WHERE last_at IS NULL OR last_at > $1", 180, 260},
		{"people", "SELECT count(*) FROM passholder", 1950, 2100},
		{"people with a national number", "SELECT count(*) FROM passholder WHERE insz_hash IS NOT NULL", 500, 900},
		{"active cards", "SELECT count(*) FROM card WHERE status = 'ACTIVE'", 1800, 2300},
		{"digital passes", "SELECT count(*) FROM card WHERE card_type = 'DIGITAL'", 150, 350},
		{"blocked cards", "SELECT count(*) FROM card WHERE status = 'BLOCKED'", 80, 250},
		{"replaced cards", "SELECT count(*) FROM card WHERE replaces IS NOT NULL", 50, 200},
		{"cards in stock", "SELECT count(*) FROM card WHERE status = 'LOCAL_STOCK'", 100, 150},
		{"group passes", "SELECT count(*) FROM group_pass", 18, 18},
		{"running social tariffs", "SELECT count(*) FROM social_tariff WHERE valid @> $1::date AND suspended_until IS NULL", 200, 500},
		{"social tariffs that end within seven weeks", "SELECT count(*) FROM social_tariff WHERE upper(valid) BETWEEN $1::date AND $1::date + 49", 60, 80},
		{"social tariffs without a history", "SELECT count(*) FROM social_tariff t WHERE NOT EXISTS (SELECT 1 FROM social_tariff_event e WHERE e.social_tariff_id = t.id)", 0, 0},
		{"associations", "SELECT count(*) FROM association", 28, 28},
		{"members of associations", "SELECT count(*) FROM association_membership WHERE ends_on >= $1::date", 60, 110},
		{"former members of associations", "SELECT count(*) FROM association_membership WHERE ends_on < $1::date", 20, 50},
		{"families", "SELECT count(DISTINCT main_id) FROM family_member", 60, 200},
		{"ended social tariffs", "SELECT count(*) FROM social_tariff WHERE upper(valid) < $1::date", 60, 250},
		{"social tariffs in their grace period", "SELECT count(*) FROM social_tariff WHERE upper(valid) BETWEEN $1::date - 29 AND $1::date", 10, 80},
		{"suspended social tariffs", "SELECT count(*) FROM social_tariff WHERE suspended_until > $1::date", 10, 80},
		{"check-ins", "SELECT count(*) FROM checkin", 6000, 20000},
		{"cancelled check-ins", "SELECT count(*) FROM checkin WHERE cancelled_at IS NOT NULL", 50, 500},
		{"people with a debt", "SELECT count(*) FROM account WHERE overdraft > 0", 2, 20},
		{"months with points", "SELECT count(DISTINCT date_trunc('month', occurred_at)) FROM transfer", 6, 10},
	} {
		var args []any
		if strings.Contains(want.query, "$1") {
			args = append(args, sunday)
		}
		if n := number(t, d, want.query, args...); n < want.least || n > want.most {
			t.Errorf("%d %s, want %d to %d", n, want.what, want.least, want.most)
		}
	}
	faults, err := points.Verify(t.Context(), d)
	if err != nil || len(faults) > 0 {
		t.Errorf("the ledger is not clean: %v %v", faults, err)
	}
}

func TestEveryNumberIsValid(t *testing.T) {
	t.Parallel()
	ring := openRing(t)
	d := seeded(t, ring, sunday)
	rows, err := d.Query(t.Context(), "SELECT uitpas_number FROM card")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		if _, err := card.ParseNumber(n); err != nil {
			t.Errorf("%s: %v", n, err)
		}
	}
	rows, err = d.Query(t.Context(), "SELECT id, insz_cipher, date_of_birth FROM passholder WHERE insz_cipher IS NOT NULL")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id uuid.UUID
		var sealed []byte
		var born time.Time
		if err := rows.Scan(&id, &sealed, &born); err != nil {
			t.Fatal(err)
		}
		n, err := ring.Open(sealed, id[:])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := secret.ParseNationalNumber(n.Reveal()); err != nil || n.Reveal()[:6] != born.Format("060102") {
			t.Errorf("passholder %s: the national number does not fit: %v", id, err)
		}
	}
}

func TestTheSamplesAreWhatTheirLabelsSay(t *testing.T) {
	t.Parallel()
	ring := openRing(t)
	d := seeded(t, ring, sunday)
	want := map[string]card.Kind{
		"Regular pass": card.KindPassholder, "Many points": card.KindPassholder, "Social tariff": card.KindPassholder,
		"Social tariff expired": card.KindPassholder, "Blocked pass": card.KindBlocked, "Not registered": card.KindUnregistered,
		"Group pass": card.KindGroupPass, "Digital pass": card.KindPassholder, "Unknown card": card.KindUnknown,
	}
	got := map[string]card.Kind{}
	for _, s := range sandbox.Samples() {
		found, err := card.Identify(t.Context(), d, ring, s.UitpasNumber, sunday)
		if err != nil {
			t.Fatal(err)
		}
		got[s.Label.EN] = found.Kind
		if s.ChipNumber == "" {
			continue
		}
		tapped, err := card.Identify(t.Context(), d, ring, s.ChipNumber, sunday)
		if err != nil {
			t.Fatal(err)
		}
		tapped.Read = found.Read
		if diff := cmp.Diff(found, tapped); diff != "" {
			t.Errorf("%s: the chip is another card than the number:\n%s", s.Label.EN, diff)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheOfficialPeopleAreFoundByNationalNumber(t *testing.T) {
	t.Parallel()
	ring := openRing(t)
	d := seeded(t, ring, sunday)
	for insz, uitpas := range map[string]card.Number{
		"83.03.02-015.40": "0900000095902", "20010170215": "0900004518404", "91063061055": "0900011902815",
	} {
		found, err := card.Identify(t.Context(), d, ring, insz, sunday)
		if err != nil || found.Card == nil || found.Card.Number != uitpas {
			t.Errorf("%s: got %+v, %v", uitpas, found, err)
		}
	}
}

func TestTheSampleUsersHoldTheirRights(t *testing.T) {
	t.Parallel()
	d := seeded(t, openRing(t), sunday)
	for email, least := range map[string]int{
		"clerk@openbalie.example": 2, "coordinator@openbalie.example": 10, "admin@openbalie.example": 40, "nobody@openbalie.example": 0,
	} {
		held, err := rights.Of(t.Context(), d, who.Actor{Kind: who.Person, Subject: email})
		if err != nil || len(held) < least || least == 0 && len(held) > 0 {
			t.Errorf("%s holds rights at %d counters: %v", email, len(held), err)
		}
	}
	client := who.Actor{Kind: who.Client, ID: "sandbox-client", Subject: "sandbox-client"}
	if err := rights.Check(t.Context(), d, client, rights.CheckinsWrite, sandbox.TestOrganizer); err != nil {
		t.Error(err)
	}
}

// contents sums up every table.
func contents(t *testing.T, d *db.DB) map[string]string {
	t.Helper()
	out := map[string]string{}
	rows, err := d.Query(t.Context(), "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'goose%'")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		names = append(names, n)
	}
	for _, n := range names {
		var sum string
		q := fmt.Sprintf("SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM %q t", n)
		if err := d.QueryRow(t.Context(), q).Scan(&sum); err != nil {
			t.Fatal(err)
		}
		out[n] = sum
	}
	return out
}

func TestASecondStartChangesNothing(t *testing.T) {
	t.Parallel()
	ring := openRing(t)
	d := seeded(t, ring, sunday)
	before := contents(t, d)
	if err := sandbox.Seed(t.Context(), d, ring, sunday.Add(6*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, contents(t, d)); diff != "" {
		t.Error(diff)
	}
}

func TestTwoSandboxesOfOneDayAreAlike(t *testing.T) {
	t.Parallel()
	ring := openRing(t)
	a, b := contents(t, seeded(t, ring, sunday)), contents(t, seeded(t, ring, sunday))
	delete(a, "passholder") // a sealed number looks different each time
	delete(b, "passholder")
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
}

func TestOnAnotherDayOnlyTheCalendarsMove(t *testing.T) {
	t.Parallel()
	ring := openRing(t)
	d := seeded(t, ring, sunday)
	if _, err := d.Exec(t.Context(), "UPDATE activity SET title = 'Mijn titel', checkin_points = 5 WHERE title = 'Testlunch met soep'"); err != nil {
		t.Fatal(err)
	}
	before := contents(t, d)
	later := sunday.AddDate(0, 0, 40)
	if err := sandbox.Seed(t.Context(), d, ring, later); err != nil {
		t.Fatal(err)
	}
	after := contents(t, d)
	delete(before, "activity")
	delete(after, "activity")
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	today, _ := listed(t, d, later)
	if len(today) < 5 {
		t.Errorf("forty days later only %d activities are on today", len(today))
	}
	if n := number(t, d, "SELECT count(*) FROM activity WHERE title = 'Mijn titel' AND checkin_points = 5 AND last_at > $1", sunday.AddDate(0, 0, 39)); n != 1 {
		t.Error("what somebody changed about an activity is gone, or the activity did not move")
	}
}

// listed are the activities of the test organizer today, and those open now.
func listed(t *testing.T, d *db.DB, now time.Time) (today, open []activity.Activity) {
	t.Helper()
	today, err := activity.List(context.Background(), d, activity.Filter{OrganizerID: sandbox.TestOrganizer, When: activity.Today}, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range today {
		if activity.WindowAt(a, now).Open {
			open = append(open, a)
		}
	}
	return today, open
}

func TestAtEveryHourTheCounterHasSomethingToDo(t *testing.T) {
	t.Parallel()
	ring := openRing(t)
	d := seeded(t, ring, sunday)
	for hour := range 24 {
		now := time.Date(2026, time.November, 22, hour, 20, 0, 0, period.Brussels())
		today, open := listed(t, d, now)
		shut, soon := 0, 0
		for _, a := range today {
			w := activity.WindowAt(a, now)
			if w.Open {
				continue
			}
			shut++
			if !w.Next.IsZero() && period.DayOf(w.Next, period.Brussels()) == period.DayOf(now, period.Brussels()) {
				soon++
			}
		}
		if len(open) < 4 || shut < 1 || hour < 22 && soon < 1 {
			t.Errorf("at %02d.20: %d open, %d shut, %d open later today", hour, len(open), shut, soon)
		}
	}
}
