package web_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/web/webtest"
)

// The canary: national numbers go through every way in, at the most talkative
// log level, right and wrong and where they do not belong. None may be in a
// line of the log, in an address that we make, in an error, or in a column.
func TestNoNationalNumberLeavesTheHouse(t *testing.T) { //nolint:paralleltest // it replaces the default logger
	s := webtest.New(t)
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(s.Log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })

	const known, unknown, wrong = regularINSZ, "85073003328", "83030201541"
	var forms []string
	for _, n := range []string{known, unknown, wrong} {
		forms = append(forms, n, n[:2]+"."+n[2:4]+"."+n[4:6]+"-"+n[6:9]+"."+n[9:])
	}
	clerk := s.Person(t, webtest.Clerk, "").With("Idempotency-Key", "canary")
	program := s.Program(t)
	var refusals []*webtest.Response
	keep := func(res *webtest.Response) {
		if res.Status >= http.StatusBadRequest {
			refusals = append(refusals, res)
		}
		for _, n := range forms {
			if strings.Contains(res.Location(), n) {
				t.Errorf("an address holds %s: %s", n, res.Location())
			}
		}
	}
	for _, n := range forms {
		keep(identify(clerk, n, "TYPED"))
		keep(clerk.Post("/api/v1/identifications", `{"identifier":"`+n+`","source":"`+n+`"}`))
		keep(clerk.Post("/api/v1/identifications", `{"identifier":["`+n+`"]}`))
		keep(clerk.Post("/api/v1/identifications", `{"identifier":"`+n))
		keep(clerk.Post("/api/v1/checkins", `{"passholderId":"`+n+`","activityId":"`+n+`"}`))
		keep(clerk.Get("/api/v1/passholders/" + n))
		keep(clerk.Get("/api/v1/passholders/" + n + "/points"))
		keep(clerk.Get("/api/v1/activities?q=" + n))
		keep(clerk.Get("/api/v1/activities?when=" + n))
		keep(clerk.Delete("/api/v1/checkins/" + n))
		keep(clerk.With("X-Counter", n).Get("/api/v1/activities"))
		keep(clerk.Get("/login?returnTo=/" + n))
		keep(program.Get("/passes?identifier=" + n))
		keep(program.Get("/passholders?inszNumber=" + n))
		keep(program.Get("/passholders?uitpasNumber=" + n))
		keep(program.Get("/passholders?chipNumber=" + n))
		keep(program.Get("/passholders?limit=" + n))
		keep(program.Get("/checkin-status?uitpasNumber=" + n + "&eventId=" + n))
		keep(program.Post("/checkins", body(n, n)))
		keep(program.Delete("/checkins/" + n))
		keep(program.Get("/" + n))
		keep(program.With("Authorization", "Bearer "+n).Get("/permissions"))
	}
	s.DB.Close() // from here on everything fails, and says so in the log
	for _, n := range forms {
		keep(identify(clerk, n, "TYPED"))
		keep(program.Get("/passes?identifier=" + n))
		keep(program.Get("/passholders?inszNumber=" + n))
	}

	if len(refusals) < 50 {
		t.Fatalf("only %d refusals: the canary did not sing", len(refusals))
	}
	log := s.Log.String()
	for _, must := range []string{`"Request answered"`, `"Request failed"`, `SELECT`} {
		if !strings.Contains(log, must) {
			t.Errorf("the log does not hold %s: was it on?", must)
		}
	}
	for _, n := range forms {
		if i := strings.Index(log, n); i >= 0 {
			t.Errorf("the log holds %s: …%s…", n, log[max(0, i-200):min(len(log), i+100)])
		}
		for _, res := range refusals {
			if strings.Contains(string(res.Body), n) {
				t.Errorf("a refusal holds %s: %s", n, res.Body)
			}
		}
	}
}

// The same for the database: no column of any table holds a national number
// as it is.
func TestNoColumnHoldsANationalNumber(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.Person(t, webtest.Clerk, "")
	identify(clerk, regularINSZ, "TYPED")
	s.Program(t).Get("/passholders?inszNumber=" + regularINSZ)
	for _, table := range tablesOf(t, s) {
		if n := s.Count(t, `SELECT count(*) FROM "`+table+`" AS r WHERE to_jsonb(r)::text LIKE '%`+regularINSZ+`%'`); n > 0 {
			t.Errorf("%d rows of %s hold a national number", n, table)
		}
	}
}

// tablesOf lists the tables of the database.
func tablesOf(t *testing.T, s *webtest.Stand) []string {
	t.Helper()
	var tables []string
	err := s.DB.QueryRow(t.Context(), `SELECT array_agg(table_name::text ORDER BY 1) FROM information_schema.tables
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`).Scan(&tables)
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) < 10 {
		t.Fatalf("found only %v", tables)
	}
	return tables
}
