package web_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/openbalie/openbalie/backend/sandbox"
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
	whole := true // the database is there
	keep := func(res *webtest.Response) {
		if whole && res.Status == http.StatusInternalServerError {
			t.Errorf("nobody expected this: %s", res.Body)
		}
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
	// Every operation that the contracts have, now and later.
	coordinator := keyed(s.Person(t, webtest.Coordinator, sandbox.TestOrganizer))
	own, public := webtest.Documents(t)
	for _, n := range []string{forms[0], forms[1], forms[4]} {
		everywhere(own, n, func(method, path, body string) { keep(coordinator.Do(method, path, body)) })
		everywhere(public, n, func(method, path, body string) { keep(program.Do(method, path, body)) })
	}
	// Where a whole number belongs, in requests that are right otherwise.
	for path, body := range map[string]string{
		"/api/v1/quotes":        `{"cardSystemId":N,"reason":"FIRST_CARD","dateOfBirth":"1990-01-01","cardType":"DIGITAL","postalCode":"9000"}`,
		"/api/v1/price-lists":   `{"cardSystemId":2,"name":"x","validFrom":"2999-01-01","rows":[{"cents":N}]}`,
		"/api/v1/voucher-types": `{"cardSystemId":2,"name":"x","prefix":"997","maxUses":N}`,
		"/api/v1/stock-counts":  `{"cardSystemId":2,"counted":N}`,
		"/api/v1/voucher-holds": `{"cardSystemId":N,"number":"9990001"}`,
		"/api/v1/registrations": `{"people":[{"cardSystemId":N,"cardType":"DIGITAL",` + person + `}]}`,
	} {
		res := coordinator.Post(path, strings.ReplaceAll(body, "N", known))
		if keep(res); res.Status < http.StatusBadRequest || res.Status >= http.StatusInternalServerError {
			t.Errorf("%s answers %d: %s", path, res.Status, res.Body)
		}
	}
	whole = false
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

// everywhere asks every operation of a contract with a text in each place where
// one can stand: path, query and the fields of the body. What ends a session is
// left out.
func everywhere(doc *openapi3.T, text string, ask func(method, path, body string)) {
	for path, item := range doc.Paths.Map() {
		if strings.HasPrefix(path, "/log") {
			continue
		}
		for method, op := range item.Operations() {
			query, at := url.Values{}, path
			for _, p := range slices.Concat(item.Parameters, op.Parameters) {
				switch p.Value.In {
				case openapi3.ParameterInQuery:
					query.Set(p.Value.Name, text)
				case openapi3.ParameterInPath:
					at = strings.ReplaceAll(at, "{"+p.Value.Name+"}", text)
				}
			}
			ask(method, at, "")
			ask(method, at+"?"+query.Encode(), fields(op, text))
		}
	}
}

// fields is a body with a text in every field.
func fields(op *openapi3.Operation, text string) string {
	if op.RequestBody == nil || op.RequestBody.Value.Content.Get("application/json") == nil {
		return ""
	}
	body := map[string]any{}
	for name, field := range op.RequestBody.Value.Content.Get("application/json").Schema.Value.Properties {
		body[name] = text
		if _, err := strconv.Atoi(text); err == nil && field.Value.Type.Is(openapi3.TypeInteger) {
			body[name] = json.Number(text)
		}
	}
	out, _ := json.Marshal(body)
	return string(out)
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
