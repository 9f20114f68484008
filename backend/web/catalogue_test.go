package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/web/uitpas"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

// documented is the catalogue of errors of the public API's documentation, for
// the operations that are here: the types below uitpas/ for which each operation
// answers 400 and 404. «-» is the type that an operation without one of its own
// answers with. Of two operations it names one that cannot happen: a price for
// anybody knows no passholder (404 of GET membership-prices), and a registration
// is about nobody who could be missing (404 of POST /passholders).
var documented = map[string]struct{ wrong, missing []string }{
	"POST /checkins": {wrong: []string{
		"checkin-not-allowed", "event-not-found", "passholder-not-found", "invalid-uitpasnumber", "invalid-card", "invalid-card-status", "passholder-no-active-cardsystems",
	}},
	"DELETE /checkins/{checkinId}": {missing: []string{"-"}},
	"GET /checkin-status":          {missing: []string{"event-not-found", "passholder-not-found"}},
	"GET /associations":            {wrong: []string{queryLimit}},
	"GET /passholders": {wrong: []string{
		"organizer-not-found", "invalid-uitpas-number", "invalid-insz-number", "school-not-found", "association-not-found", queryLimit,
	}},
	"POST /passholders": {wrong: []string{
		"organizer-not-found", "cardsystem-not-found", "invalid-city", "invalid-insz-number", "invalid-uitpas-number", "invalid-card", "invalid-card-status", "insz-already-used",
	}},
	"GET /passholders/{passholderId}":            {missing: []string{"-"}},
	"DELETE /passholders/{passholderId}":         {missing: []string{"-"}},
	"PUT /passholders/{passholderId}":            {wrong: []string{"insz-already-used", "invalid-city", "invalid-insz-number"}},
	"GET /passholders/{passholderId}/private":    {missing: []string{"-"}},
	"GET /passholders/{passholderId}/picture":    {missing: []string{"-"}},
	"DELETE /passholders/{passholderId}/picture": {missing: []string{"-"}},
	"PUT /passholders/{passholderId}/picture":    {wrong: []string{"body/file-missing", "body/file-invalid-type", "body/file-invalid-size"}},
	"GET /passholders/{passholderId}/school":     {missing: []string{"passholder-not-found", "school-not-found"}},
	"PUT /passholders/{passholderId}/school":     {wrong: []string{"school-not-found"}, missing: []string{"passholder-not-found"}},
	"DELETE /passholders/{passholderId}/school":  {missing: []string{"passholder-not-found"}},
	"GET /passholders/membership-prices/{cardSystemId}": {
		wrong: []string{"invalid-postal-code", "invalid-voucher-code"}, missing: []string{"cardsystem-not-found"},
	},
	"GET /passholders/{passholderId}/membership-prices/{cardSystemId}": {
		wrong: []string{"invalid-voucher-code"}, missing: []string{"cardsystem-not-found", "passholder-not-found"},
	},
	"GET /passholders/{passholderId}/memberships/{cardSystemId}": {
		wrong: []string{"organizer-not-found", "passholder-new-membership-error"}, missing: []string{"-"},
	},
	"POST /passholders/{passholderId}/memberships/{cardSystemId}": {missing: []string{"-"}},
	"GET /passholders/{passholderId}/association-memberships":     {missing: []string{"-"}},
	"POST /passholders/{passholderId}/association-memberships": {wrong: []string{
		"association-not-found", "association-membership-renew-not-possible", "association-passholder-cardsystem-mismatch",
	}, missing: []string{"-"}},
	"DELETE /passholders/{passholderId}/association-memberships/{associationId}": {missing: []string{"-"}},
	"GET /passholders/{passholderId}/family-members":                             {missing: []string{"-"}},
	"POST /passholders/{passholderId}/family-members": {wrong: []string{
		"passholder-not-found", "invalid-uitpas-number", "family-member-already-added", "too-many-family-members", "too-many-adults-in-family", "header/invalid",
	}, missing: []string{"-"}},
	"PUT /passholders/{passholderId}/family-members/{familyMemberId}":    {missing: []string{"-"}},
	"DELETE /passholders/{passholderId}/family-members/{familyMemberId}": {missing: []string{"-"}},
	"GET /passholders/{passholderId}/families":                           {missing: []string{"-"}},
	"GET /passes":                      {wrong: []string{"passholder-blocked", "invalid-card-status"}, missing: []string{"pass-not-found"}},
	"GET /passes/{uitpasNumber}":       {wrong: []string{"passholder-blocked", "card-blocked", "invalid-uitpas-number"}, missing: []string{"pass-not-found"}},
	"GET /insz-numbers/{inszNumber}":   {wrong: []string{"passholder-blocked", "card-blocked"}, missing: []string{"pass-not-found"}},
	"GET /chip-numbers/{chipNumber}":   {wrong: []string{"passholder-blocked", "card-blocked"}, missing: []string{"pass-not-found"}},
	"GET /card-systems":                {wrong: []string{"postal-code-required", "invalid-postal-code", queryLimit}, missing: []string{"-"}},
	"GET /card-systems/{cardSystemId}": {missing: []string{"cardsystem-not-found"}},
	"GET /card-systems/{cardSystemId}/social-tariff-settings": {
		wrong: []string{"invalid-postal-code", "postal-code-not-in-card-system"}, missing: []string{"cardsystem-not-found"},
	},
	"GET /card-systems/{cardSystemId}/city-settings": {
		wrong: []string{"invalid-postal-code", "postal-code-not-in-card-system"}, missing: []string{"cardsystem-not-found"},
	},
	"GET /card-systems/{cardSystemId}/membership-prices": {missing: []string{"cardsystem-not-found"}},
	"GET /passholders/status/insz-numbers/{inszNumber}":  {wrong: []string{"invalid-insz-number"}},
	"GET /cards": {wrong: []string{"invalid-uitpas-number"}, missing: []string{"-"}},
	"GET /cards/social-tariff/{cardSystemId}/active": {wrong: []string{"invalid-uitpas-number"}},
	"GET /grouppasses":                        {wrong: []string{"invalid-uitpas-number", queryLimit}},
	"GET /grouppasses/{passholderId}":         {missing: []string{"-"}},
	"GET /permissions":                        {},
	"PUT /passholders/{passholderId}/private": {},
}

const queryLimit = "url/query-limit-exceeded"

// rateLimited are the operations that can be asked only so often.
var rateLimited = []string{
	"GET /grouppasses", "GET /passholders/status/insz-numbers/{inszNumber}", "GET /insz-numbers/{inszNumber}", "GET /passholders/membership-prices/{cardSystemId}",
}

// everyDocumentedErrorWasAnswered compares the catalogue with what the tests of
// this package got to see.
func everyDocumentedErrorWasAnswered() error {
	var all []error
	expect := func(operation string, status int, kinds ...string) {
		for _, kind := range kinds {
			switch {
			case kind == "-":
				kind = "url/not-found"
			case !strings.Contains(kind, "/"):
				kind = "uitpas/" + kind
			}
			if !webtest.Answered(operation, status, publiq+kind) {
				all = append(all, fmt.Errorf("no test got %d %s from %s", status, kind, operation))
			}
		}
	}
	for operation, errs := range documented {
		expect(operation, http.StatusUnauthorized, "auth/unauthorized")
		expect(operation, http.StatusBadRequest, errs.wrong...)
		expect(operation, http.StatusNotFound, errs.missing...)
	}
	for _, route := range (&uitpas.Server{}).Routes() {
		if route.Right != "session" && !strings.HasSuffix(route.Right, "client id") {
			expect(route.Method+" "+parameter.ReplaceAllString(route.Path, "{$1}"), http.StatusForbidden, "auth/forbidden")
		}
	}
	for _, operation := range rateLimited {
		expect(operation, http.StatusTooManyRequests, "rate-limited")
	}
	return errors.Join(all...)
}

// everyOperationConforms says which operations never succeeded beside the
// contract as it was published.
func everyOperationConforms() error {
	var all []error
	for operation := range documented {
		if !webtest.Confirmed(operation) {
			all = append(all, fmt.Errorf("%s never succeeded beside the published contract", operation))
		}
	}
	return errors.Join(all...)
}

// TestTheCatalogueHasEveryOperation keeps an operation from being forgotten.
func TestTheCatalogueHasEveryOperation(t *testing.T) {
	t.Parallel()
	_, public := webtest.Documents(t)
	there := map[string]bool{}
	for path, item := range public.Paths.Map() {
		for method := range item.Operations() {
			operation := method + " " + path
			there[operation] = true
			if _, ok := documented[operation]; !ok {
				t.Errorf("%s is not in the catalogue", operation)
			}
		}
	}
	for operation := range documented {
		if !there[operation] {
			t.Errorf("%s is in the catalogue and not in the contract", operation)
		}
	}
}

var braces = regexp.MustCompile(`\{\w+\}`)

// nobody stands for every id in a path.
const nobody = "00000000-0000-7000-8000-000000000000"

// Every operation is asked for without a token, and by a program without rights:
// deny is the default.
func TestEveryPublicOperationIsClosedToThoseWhoMayNot(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program, stranger := s.Program(t), s.Stranger(t)
	id := publicID(t, program, regular)
	const desk = "organizerId=" + sandbox.TestOrganizer
	// What each operation wants to know before it looks whether somebody may.
	queries := map[string]string{
		"GET /passes": "identifier=" + regular, "GET /cards": "uitpasNumber=" + regular, "GET /grouppasses": "uitpasNumber=" + groupPass,
		"GET /passholders": "name=a*", "GET /associations": desk + "&permission=READ", "GET /checkin-status": "uitpasNumber=" + regular + "&eventId=" + permanent,
		"GET /passholders/{passholderId}/association-memberships": desk, "POST /passholders/{passholderId}/association-memberships": desk,
		"DELETE /passholders/{passholderId}/association-memberships/{associationId}": desk,
		"GET /passholders/membership-prices/{cardSystemId}":                          "cardType=DIGITAL&postalCode=9000&dateOfBirth=1990-01-01",
		"GET /passholders/{passholderId}/membership-prices/{cardSystemId}":           "cardType=DIGITAL",
		"GET /passholders/{passholderId}/memberships/{cardSystemId}":                 desk + "&socialTariff=false",
	}
	bodies := map[string]string{
		"POST /checkins": body(permanent, regular), "POST /passholders": wardAs(1), "PUT /passholders/{passholderId}": update,
		"PUT /passholders/{passholderId}/private": `{"note":"x"}`, "PUT /passholders/{passholderId}/school": `{"id":"x"}`,
		"POST /passholders/{passholderId}/memberships/{cardSystemId}":     `{"registrationOrganizer":{"id":"` + sandbox.TestOrganizer + `"},"cardType":"DIGITAL"}`,
		"POST /passholders/{passholderId}/association-memberships":        `{"association":{"id":"` + nobody + `"}}`,
		"POST /passholders/{passholderId}/family-members":                 `{"uitpasNumber":"` + regular + `"}`,
		"PUT /passholders/{passholderId}/family-members/{familyMemberId}": `{"icon":"owl"}`,
	}
	_, public := webtest.Documents(t)
	for path, item := range public.Paths.Map() {
		for method, op := range item.Operations() {
			at := strings.NewReplacer(
				"{uitpasNumber}", regular, "{inszNumber}", regularINSZ, "{chipNumber}", regularChip, "{cardSystemId}", "2", "{passholderId}", id,
			).Replace(path)
			at = braces.ReplaceAllString(at, nobody) + "?" + queries[method+" "+path]
			body := bodies[method+" "+path]
			right, _ := op.Extensions["x-right"].(string)
			t.Run(method+" "+path, func(t *testing.T) {
				expectProblem(t, program.On(t).With("Authorization", "").Do(method, at, body), http.StatusUnauthorized, "auth/unauthorized")
				expectProblem(t, program.On(t).With("Authorization", "Bearer nonsense").Do(method, at, body), http.StatusUnauthorized, "auth/unauthorized")
				if right == "session" || strings.HasSuffix(right, "client id") {
					return
				}
				if strings.Contains(path, "{associationId}") || strings.Contains(path, "{checkinId}") || strings.HasSuffix(path, "picture") && method == http.MethodPut {
					return // of what is not there, or without a file, nobody is told more
				}
				expectProblem(t, stranger.On(t).Do(method, at, body), http.StatusForbidden, "auth/forbidden")
			})
		}
	}
}

// Every operation with a body says what is wrong with it: that there is none, no
// JSON, or another shape.
func TestEveryPublicBodyIsReadTheSameWay(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	id := publicID(t, program, regular)
	_, public := webtest.Documents(t)
	for path, item := range public.Paths.Map() {
		for method, op := range item.Operations() {
			if op.RequestBody == nil || op.RequestBody.Value.Content.Get("application/json") == nil {
				continue
			}
			at := strings.NewReplacer("{passholderId}", id, "{cardSystemId}", "2").Replace(path)
			at = braces.ReplaceAllString(at, nobody)
			if strings.HasSuffix(path, "/association-memberships") {
				at += "?organizerId=" + sandbox.TestOrganizer
			}
			t.Run(method+" "+path, func(t *testing.T) {
				expectProblem(t, program.On(t).Do(method, at, ""), http.StatusBadRequest, "body/missing")
				expectProblem(t, program.On(t).Do(method, at, "{"), http.StatusBadRequest, "body/invalid-syntax")
				expectProblem(t, program.On(t).Do(method, at, "[1]"), http.StatusBadRequest, "body/invalid-data")
			})
		}
	}
}
