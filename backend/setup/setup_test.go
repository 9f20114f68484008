package setup_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/setup"
	"github.com/openbalie/openbalie/backend/who"
)

var host = who.Program("command-line")

const (
	library = "6b8f7a52-6a39-4e3c-9c38-3f6f3c0f7a10"
	reading = "0d0f7d4e-1f27-4b5e-a7ce-1b7d2bd2c001"
	showing = "0d0f7d4e-1f27-4b5e-a7ce-1b7d2bd2c002"
)

func example(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("example.toml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func apply(t *testing.T, d *db.DB, text string) setup.Done {
	t.Helper()
	p, err := setup.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	done, err := setup.Apply(t.Context(), d, host, p)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func count(t *testing.T, d *db.DB, query string) (n int) {
	t.Helper()
	if err := d.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheExampleIsADeploymentToWorkIn(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	if done := apply(t, d, example(t)); done != (setup.Done{CardSystems: 1, Organizers: 2, Activities: 2}) {
		t.Errorf("%+v", done)
	}
	system, err := cardsystem.ByID(t.Context(), d, 7)
	if err != nil || system.Name != "UiTPAS Denderland" || len(system.Cities) != 2 || system.TimeZone != "Europe/Brussels" ||
		system.Rules != cardsystem.DefaultRules() || system.CheckinMargin != 5*time.Hour || !system.Permanent {
		t.Errorf("%+v, %v", system, err)
	}
	school, err := organizer.ByID(t.Context(), d, "basisschool-de-linde")
	if err != nil || !school.School || school.City != "Erembodegem" {
		t.Errorf("%+v, %v", school, err)
	}

	clerk := who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@example.org"}
	err = db.InTx(t.Context(), d, func(tx *db.Tx) error {
		return rights.Grant(t.Context(), tx, host, who.Person, clerk.Subject, library, rights.Clerk)
	})
	if err != nil {
		t.Fatal(err)
	}
	counters, err := (&organizer.Service{DB: d}).Counters(t.Context(), clerk)
	if err != nil || len(counters) != 1 || len(counters[0].CardSystems) != 1 {
		t.Errorf("%+v, %v", counters, err)
	}

	for id, want := range map[string]struct {
		kind   activity.CalendarType
		points int
		limit  activity.Limit
		open   time.Time
	}{
		reading: {activity.Multiple, 2, activity.Limit{Volume: 1, Period: period.Daily}, time.Date(2027, 3, 10, 19, 30, 0, 0, time.UTC).Add(-time.Hour)},
		showing: {activity.Periodic, 1, activity.Limit{Volume: 1, Period: period.Weekly}, time.Date(2027, 3, 9, 12, 0, 0, 0, time.UTC)},
	} {
		a, err := activity.ByID(t.Context(), d, id)
		if err != nil || a.CalendarType != want.kind || a.Points != want.points || a.Limit != want.limit || a.Margin != 5*time.Hour ||
			len(a.CardSystems) != 1 || !a.CardSystems[0].Enabled {
			t.Errorf("%s: %+v, %v", id, a, err)
		}
		if !activity.WindowAt(a, want.open).Open {
			t.Errorf("%s is closed at %s", id, want.open)
		}
	}
	if n := count(t, d, `SELECT count(*) FROM audit WHERE action IN ('cardSystem.added', 'organizer.added', 'activity.added')`); n != 5 {
		t.Errorf("%d rows in the audit log", n)
	}
}

func TestWhatIsThereStaysAndALongerFileAddsToIt(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	apply(t, d, example(t))
	longer := strings.ReplaceAll(example(t), "UiTPAS Denderland", "Another name")
	longer = strings.Replace(longer, "cardsystems = [7]", "cardsystems = [7, 8]", 1) + `
[[cardsystem]]
id = 8
name = "Next door"
primaryColor = "#0b6e4f"
cities = [{ postalCode = "9400", name = "Ninove" }]
`
	if done := apply(t, d, longer); done != (setup.Done{CardSystems: 1, Kept: 5}) {
		t.Errorf("%+v", done)
	}
	if s, err := cardsystem.ByID(t.Context(), d, 7); err != nil || s.Name != "UiTPAS Denderland" {
		t.Errorf("%+v, %v", s, err)
	}
	if o, err := organizer.ByID(t.Context(), d, library); err != nil || len(o.CardSystemIDs) != 2 {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestAFileWithAFaultMakesNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for name, c := range map[string]struct{ from, to, says string }{
		"a misspelt word":       {"socialTariffInfo", "socialTarifInfo", `there is no "cardsystem.socialTarifInfo"`},
		"no TOML":               {"[[cardsystem]]", "[[cardsystem", "setup file"},
		"no day":                {`from = "2027-02-01"`, `from = "01/02/2027"`, "setup file"},
		"no number":             {"id = 7", "id = 0", "cardsystem 0: invalid: card-system-invalid [id]"},
		"no time zone":          {"Europe/Brussels", "Europe/Aalst", "[timeZone]"},
		"no colour":             {"#0b6e4f", "green", "[primaryColor]"},
		"a place elsewhere":     {`"9320"`, `"9330"`, "[cities]"},
		"an id with a space":    {`id = "basisschool-de-linde"`, `id = "De Linde"`, `organizer "De Linde": setup file: an id`},
		"too long an id":        {`id = "basisschool-de-linde"`, `id = "` + strings.Repeat("x", 65) + `"`, "an id has 1 to 64"},
		"no name":               {"Basisschool De Linde", " ", "name is missing"},
		"no card system":        {"somebody's school\ncardsystems = [7]", "\n", "cardsystems is missing"},
		"one that is not there": {"cardsystems = [7]", "cardsystems = [9]", "cardsystem 9: missing: card-system-unknown"},
		"no title":              {"Tentoonstelling", "", "title is missing"},
		"nobody's activity":     {`organizer = "` + library, `organizer = "` + "nobody", `organizer "nobody`},
		"an end before it":      {"end = 2027-03-03", "end = 2027-03-02", "invalid-calendar [end-before-begin]"},
		"an end only":           {`from = "2027-02-01"`, "", "invalid-calendar [days]"},
		"no weekday":            {"weekdays = [6]", "weekdays = [8]", "invalid-calendar [opening]"},
		"times and days":        {"points = 2", `until = "2027-06-30"`, "both times and days"},
		"fewer than no points":  {"points = 2", "points = -1", "points are negative"},
		"no period":             {`"WEEK"`, `"FORTNIGHT"`, "a limit has"},
		"no volume":             {"volume = 1", "volume = 0", "a limit has"},
	} {
		text := strings.Replace(example(t), c.from, c.to, 1)
		if text == example(t) {
			t.Fatalf("%s: there is no %q", name, c.from)
		}
		p, err := setup.Read(text)
		if err == nil {
			_, err = setup.Apply(t.Context(), d, host, p)
		}
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := count(t, d, `SELECT (SELECT count(*) FROM card_system) + (SELECT count(*) FROM organizer) + (SELECT count(*) FROM activity)`); n != 0 {
		t.Errorf("%d things were made", n)
	}
}
