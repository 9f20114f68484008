package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/web/webtest"
)

func identify(c *webtest.Caller, identifier, source string) *webtest.Response {
	text, _ := json.Marshal(map[string]string{"identifier": identifier, "source": source})
	return c.Post("/api/v1/identifications", string(text))
}

func TestSessionOperations(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)

	t.Run("GET /api/v1/about is for everybody", func(t *testing.T) {
		t.Parallel()
		res := s.Browser(t).Get("/api/v1/about")
		expectStatus(t, res, http.StatusOK)
		expectField(t, res, "sandbox", "true")
		expectField(t, res, "bridge.port", "24787")
	})
	t.Run("GET /api/v1/me names the counters with their permissions", func(t *testing.T) {
		t.Parallel()
		res := s.Person(t, webtest.Clerk, "").Get("/api/v1/me")
		expectStatus(t, res, http.StatusOK)
		expectField(t, res, "user.email", webtest.Clerk)
		if res.Field(t, "counters.0.id") == "" || res.Field(t, "counters.0.permissions.0") == "" || res.Field(t, "counters.0.cardSystems.0.name") == "" {
			t.Errorf("incomplete: %s", res.Body)
		}
	})
	t.Run("somebody without rights has no counters, and learns whom to ask", func(t *testing.T) {
		t.Parallel()
		res := s.Person(t, webtest.Nobody, "").Get("/api/v1/me")
		expectStatus(t, res, http.StatusOK)
		expectField(t, res, "counters", "[]")
		expectField(t, res, "help.contacts.0.email", webtest.Coordinator)
	})
	t.Run("GET /api/v1/sandbox/samples", func(t *testing.T) {
		t.Parallel()
		res := s.Person(t, webtest.Clerk, "").Get("/api/v1/sandbox/samples")
		expectStatus(t, res, http.StatusOK)
		if res.Field(t, "0.uitpasNumber") == "" || res.Field(t, "0.label.nl") == "" {
			t.Errorf("incomplete: %s", res.Body)
		}
	})
	t.Run("what is not there is a problem of ours", func(t *testing.T) {
		t.Parallel()
		expectCode(t, s.Browser(t).Get("/api/v1/nothing"), http.StatusNotFound, "url-unknown")
		expectCode(t, s.Browser(t).Do(http.MethodPut, "/api/v1/about", "{}"), http.StatusMethodNotAllowed, "method-not-allowed")
	})
}

// Every route that is not public is called without a session, without a
// counter, and by somebody without the right: deny is the default.
func TestEveryOperationIsClosedToThoseWhoMayNot(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	nobody, clerk, stranger := s.Person(t, webtest.Nobody, ""), s.Person(t, webtest.Clerk, ""), s.Browser(t)
	own, _ := webtest.Documents(t)
	for path, item := range own.Paths.Map() {
		for method, op := range item.Operations() {
			right := op.Extensions["x-right"]
			if right == "public" {
				continue
			}
			at := parameter.ReplaceAllString(path, "00000000-0000-7000-8000-000000000000")
			t.Run(method+" "+path, func(t *testing.T) {
				expectCode(t, stranger.On(t).Do(method, at, "{}"), http.StatusUnauthorized, "not-signed-in")
				if right == "session" {
					return
				}
				expectCode(t, nobody.On(t).Do(method, at, "{}"), http.StatusForbidden, "forbidden")
				expectCode(t, clerk.On(t).With("X-Counter", "").Do(method, at, "{}"), http.StatusBadRequest, "header-invalid")
				expectCode(t, clerk.On(t).With("X-Counter", "no-such-counter").Do(method, at, "{}"), http.StatusForbidden, "forbidden")
			})
		}
	}
}

func TestIdentifications(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.Person(t, webtest.Clerk, "")
	for name, tt := range map[string]struct {
		identifier, source string
		kind, reason, way  string
	}{
		"a number":                       {regular, "TYPED", "PASSHOLDER", "", ""},
		"a number with spaces and dots":  {"0900 0000.95902", "TYPED", "PASSHOLDER", "", ""},
		"a chip":                         {regularChip, "CHIP", "PASSHOLDER", "", ""},
		"a chip that is read backwards":  {"8038EEDA4C7804", "CHIP", "PASSHOLDER", "", ""},
		"a national number":              {"83.03.02-015.40", "TYPED", "PASSHOLDER", "", ""},
		"a scan that ends with a return": {regular + "\r", "SCANNER", "PASSHOLDER", "", ""},
		"a group pass":                   {groupPass, "TYPED", "GROUP_PASS", "group-pass", ""},
		"a card that is nobody's":        {unregistered, "TYPED", "UNREGISTERED", "card-unregistered", "REGISTER"},
		"a blocked card":                 {blocked, "TYPED", "BLOCKED", "card-blocked", "OPEN_PROFILE"},
		"an unknown number":              {unknownNumber, "TYPED", "UNKNOWN", "card-unknown", "CHECK_NUMBER"},
		"an unknown chip":                {"04FFFFFFFFFFFF", "CHIP", "UNKNOWN", "chip-unknown", "TYPE_NUMBER"},
		"an unknown national number":     {"85073003328", "TYPED", "UNKNOWN", "insz-unknown", "CHECK_NUMBER"},
		"a wrong check digit":            {wrongDigit, "TYPED", "INVALID", "invalid-uitpasnumber", "CHECK_NUMBER"},
		"a wrong national number":        {"83030201541", "TYPED", "INVALID", "invalid-insz-number", "CHECK_NUMBER"},
		"no number at all":               {"An Peeters", "TYPED", "INVALID", "invalid-identifier", "CHECK_NUMBER"},
		"rubbish from a reader":          {"08", "CHIP", "INVALID", "invalid-identifier", "TYPE_NUMBER"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := identify(clerk.On(t), tt.identifier, tt.source)
			expectStatus(t, res, http.StatusOK)
			expectField(t, res, "kind", tt.kind)
			expectField(t, res, "reason.code", tt.reason)
			expectField(t, res, "wayOut.0", tt.way)
			if tt.reason != "" && res.Field(t, "reason.message.de") == "" {
				t.Error("no message")
			}
			if (res.Field(t, "passholderId") != "") != (tt.kind == "PASSHOLDER" || tt.kind == "BLOCKED") {
				t.Errorf("passholderId %q", res.Field(t, "passholderId"))
			}
		})
	}
	t.Run("a card of another counter's stock cannot be given out here", func(t *testing.T) {
		t.Parallel()
		s := webtest.New(t)
		if _, err := s.DB.Exec(t.Context(), `UPDATE card SET counter_id = (SELECT id FROM organizer WHERE id <> card.counter_id LIMIT 1) WHERE uitpas_number = $1`, unregistered); err != nil {
			t.Fatal(err)
		}
		res := identify(s.Person(t, webtest.Clerk, ""), unregistered, "TYPED")
		expectField(t, res, "kind", "UNREGISTERED")
		expectField(t, res, "reason.code", "registration-card-not-here")
		expectField(t, res, "wayOut.0", "ASK_NEW_CARD")
	})
	t.Run("asking for one national number after the other is slowed down", func(t *testing.T) {
		t.Parallel()
		coordinator := s.Person(t, webtest.Coordinator, "")
		res := identify(coordinator, regularINSZ, "TYPED")
		for n := 1; n < 100 && res.Status == http.StatusOK; n++ { // on a slow machine some come back meanwhile
			res = identify(coordinator, regularINSZ, "TYPED")
		}
		expectCode(t, res, http.StatusTooManyRequests, "rate-limited")
		if res.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		expectStatus(t, identify(coordinator, regular, "TYPED"), http.StatusOK)
	})
}

func TestAPointFromCardToHistory(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.Person(t, webtest.Clerk, "")
	id := addActivity(t, s, around(s.Now()))
	person := identify(clerk, regular, "CHIP").Field(t, "passholderId")

	read := s.Count(t, `SELECT count(*) FROM audit WHERE action = 'passholder.read' AND subject_id = $1`, person)
	profile := clerk.Get("/api/v1/passholders/" + person)
	expectStatus(t, profile, http.StatusOK)
	expectField(t, profile, "firstName", "Bram")
	expectField(t, profile, "inszKnown", "true")
	expectField(t, profile, "cards.0.current", "true")
	if strings.Contains(string(profile.Body), regularINSZ) {
		t.Error("a profile shows the national number")
	}
	if n := s.Count(t, `SELECT count(*) FROM audit WHERE action = 'passholder.read' AND subject_id = $1`, person); n != read+1 {
		t.Errorf("reading a person left %d lines in the audit log", n-read)
	}

	offers := clerk.Get("/api/v1/passholders/" + person + "/activities?when=today&limit=100")
	expectStatus(t, offers, http.StatusOK)
	expectField(t, offers, "member.0.checkin.allowed", "true")
	expectField(t, clerk.Get("/api/v1/passholders/"+person+"/activities?q=TestAPointFromCard"), "totalItems", "1")
	expectStatus(t, clerk.Get("/api/v1/activities?when=week"), http.StatusOK)

	act := `{"passholderId":"` + person + `","activityId":"` + id + `"}`
	expectCode(t, clerk.Post("/api/v1/checkins", act), http.StatusBadRequest, "header-invalid")
	keyed := clerk.With("Idempotency-Key", "tap-1")
	saved := keyed.Post("/api/v1/checkins", act)
	expectStatus(t, saved, http.StatusCreated)
	expectField(t, saved, "points", "1")
	replay := keyed.Post("/api/v1/checkins", act)
	expectField(t, replay, "id", saved.Field(t, "id"))
	if replay.Header.Get("Idempotent-Replayed") != "true" {
		t.Error("a replay does not say so")
	}
	expectCode(t, keyed.Post("/api/v1/checkins", `{"passholderId":"`+person+`","activityId":"other"}`), http.StatusUnprocessableEntity, "idempotency-key-reused")
	expectCode(t, clerk.With("Idempotency-Key", "tap-2").Post("/api/v1/checkins", act), http.StatusConflict, "checkin-limit-reached")

	done := clerk.Get("/api/v1/passholders/" + person + "/activities?q=TestAPointFromCard")
	expectField(t, done, "member.0.checkin.code", "checkin-limit-reached")
	expectField(t, done, "member.0.checkin.checkinId", saved.Field(t, "id"))

	history := clerk.Get("/api/v1/passholders/" + person + "/points")
	expectStatus(t, history, http.StatusOK)
	expectField(t, history, "member.0.checkinId", saved.Field(t, "id"))
	expectField(t, history, "member.0.undo.allowed", "true")
	expectField(t, history, "member.0.title", "TestAPointFromCardToHistory")

	undo := "/api/v1/checkins/" + saved.Field(t, "id")
	expectCode(t, clerk.Delete(undo), http.StatusBadRequest, "header-invalid")
	undone := clerk.With("Idempotency-Key", "undo-1").Delete(undo)
	expectStatus(t, undone, http.StatusOK)
	expectField(t, clerk.With("Idempotency-Key", "undo-1").Delete(undo), "balance", undone.Field(t, "balance"))
	expectCode(t, clerk.With("Idempotency-Key", "undo-2").Delete(undo), http.StatusConflict, "checkin-already-cancelled")
	expectField(t, clerk.Get("/api/v1/passholders/"+person+"/points"), "member.0.kind", "REVERSAL")
}

func TestOwnRefusals(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.Person(t, webtest.Clerk, "")
	person := identify(clerk, socialTariff, "CHIP").Field(t, "passholderId")
	late := addActivity(t, s, around(s.Now().Add(-72*time.Hour)))
	for name, tt := range map[string]struct {
		method, path, body string
		status             int
		code               string
	}{
		"an unknown person":        {http.MethodGet, "/api/v1/passholders/00000000-0000-7000-8000-000000000000", "", 404, "passholder-unknown"},
		"a person that is no id":   {http.MethodGet, "/api/v1/passholders/' OR 1=1", "", 404, "passholder-unknown"},
		"the points of nobody":     {http.MethodGet, "/api/v1/passholders/x/points", "", 404, "passholder-unknown"},
		"the activities of nobody": {http.MethodGet, "/api/v1/passholders/x/activities", "", 404, "passholder-unknown"},
		"an unknown stretch":       {http.MethodGet, "/api/v1/activities?when=yesterday", "", 400, "query-invalid"},
		"too long a page":          {http.MethodGet, "/api/v1/activities?limit=101", "", 400, "query-limit-exceeded"},
		"too long a search":        {http.MethodGet, "/api/v1/activities?q=" + strings.Repeat("a", 101), "", 400, "query-invalid"},
		"a page that is no number": {http.MethodGet, "/api/v1/passholders/" + person + "/points?start=1e3", "", 400, "query-invalid"},
		"too late":                 {http.MethodPost, "/api/v1/checkins", `{"passholderId":"` + person + `","activityId":"` + late + `"}`, 409, "checkin-too-late"},
		"a point for nobody":       {http.MethodPost, "/api/v1/checkins", `{"passholderId":"nobody","activityId":"` + late + `"}`, 404, "passholder-unknown"},
		"an unknown activity":      {http.MethodPost, "/api/v1/checkins", `{"passholderId":"` + person + `","activityId":"nothing"}`, 404, "activity-unknown"},
		"another house's activity": {http.MethodPost, "/api/v1/checkins", `{"passholderId":"` + person + `","activityId":"` + elsewhere + `"}`, 403, "forbidden"},
		"an unknown check-in":      {http.MethodDelete, "/api/v1/checkins/00000000-0000-7000-8000-000000000000", "", 404, "checkin-unknown"},
		"a check-in that is no id": {http.MethodDelete, "/api/v1/checkins/1", "", 404, "checkin-unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := clerk.On(t).With("Idempotency-Key", name).Do(tt.method, strings.ReplaceAll(tt.path, " ", "%20"), tt.body)
			expectCode(t, res, tt.status, tt.code)
			if res.Field(t, "endUserMessage.fr") == "" || res.Field(t, "requestId") == "" {
				t.Errorf("incomplete: %s", res.Body)
			}
		})
	}
}

func TestTheCounterTravelsWithTheRequest(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.Person(t, webtest.Admin, "")
	me := admin.Get("/api/v1/me")
	var all struct {
		Counters []struct{ ID string } `json:"counters"`
	}
	me.Decode(t, &all)
	if len(all.Counters) < 2 {
		t.Fatalf("the administrator has %d counters", len(all.Counters))
	}
	titles := map[string]bool{}
	for _, c := range all.Counters[:2] {
		res := admin.With("X-Counter", c.ID).Get("/api/v1/activities?when=all&limit=100")
		expectStatus(t, res, http.StatusOK)
		titles[string(res.Body)] = true
	}
	if len(titles) != 2 {
		t.Error("two counters show the same activities")
	}
}
