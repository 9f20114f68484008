package web_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/idp"
	"github.com/openbalie/openbalie/backend/web/uitpas"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

func TestPublicLookups(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)

	t.Run("GET /permissions fills both lists, the label in Dutch and English, and the organizer's name", func(t *testing.T) {
		t.Parallel()
		res := program.On(t).Get("/permissions")
		expectStatus(t, res, http.StatusOK)
		expectField(t, res, "0.organizer.name", "[TEST] UiTPAS Organisatie (Regio Gent + Paspartoe)")
		if res.Field(t, "0.permissions.0") == "" || res.Field(t, "0.permissionDetails.0.label.nl") == "" || res.Field(t, "0.permissionDetails.0.label.en") == "" {
			t.Errorf("incomplete: %s", res.Body)
		}
	})
	t.Run("a program without rights has an empty list", func(t *testing.T) {
		t.Parallel()
		res := s.Stranger(t).Get("/permissions")
		expectStatus(t, res, http.StatusOK)
		if string(res.Body) != "[]" {
			t.Errorf("got %s", res.Body)
		}
	})

	for name, identifier := range map[string]string{
		"number": regular, "number with spaces and dots": "0900.0000 95902", "chip": regularChip,
		"chip in small letters": strings.ToLower(regularChip), "national number": regularINSZ, "its barcode": "83.03.02-015.40",
	} {
		t.Run("GET /passes by "+name, func(t *testing.T) {
			t.Parallel()
			res := program.On(t).Get("/passes?identifier=" + strings.ReplaceAll(identifier, " ", "%20"))
			expectStatus(t, res, http.StatusOK)
			expectField(t, res, "uitpasNumber", regular)
			expectField(t, res, "passType", "INDIVIDUAL")
			expectField(t, res, "socialTariff.status", "NONE")
			expectField(t, res, "messages", "")
		})
	}
	t.Run("GET /passes of a social tariff says until when, with +00:00", func(t *testing.T) {
		t.Parallel()
		res := program.On(t).Get("/passes?identifier=" + socialTariff)
		expectField(t, res, "socialTariff.status", "ACTIVE")
		if end := res.Field(t, "socialTariff.endDate"); !strings.HasSuffix(end, "59:59+00:00") {
			t.Errorf("endDate %q", end)
		}
	})
	t.Run("GET /passes of an expired social tariff warns in Dutch", func(t *testing.T) {
		t.Parallel()
		res := program.On(t).Get("/passes?identifier=" + expiredTariff)
		expectField(t, res, "socialTariff.status", "EXPIRED")
		expectField(t, res, "messages.0.text", "Je sociaal tarief is verlopen. Contacteer je UiTPAS balie.")
	})
	t.Run("GET /passes of a group", func(t *testing.T) {
		t.Parallel()
		res := program.On(t).Get("/passes?identifier=" + groupPass)
		expectStatus(t, res, http.StatusOK)
		expectField(t, res, "passType", "GROUP")
		expectField(t, res, "points", "0")
	})
	t.Run("GET /passes of a blocked card names its holder", func(t *testing.T) {
		t.Parallel()
		res := program.On(t).Get("/passes?identifier=" + blocked)
		expectProblem(t, res, http.StatusBadRequest, "uitpas/invalid-card-status")
		expectField(t, res, "cardStatus", "BLOCKED")
		expectField(t, res, "passType", "INDIVIDUAL")
		if res.Field(t, "passholderId") == "" {
			t.Error("no passholderId")
		}
	})
	t.Run("GET /passes of a card that is nobody's", func(t *testing.T) {
		t.Parallel()
		res := program.On(t).Get("/passes?identifier=" + unregistered)
		expectProblem(t, res, http.StatusBadRequest, "uitpas/invalid-card-status")
		expectField(t, res, "cardStatus", "LOCAL_STOCK")
		expectField(t, res, "passholderId", "")
	})
	for _, number := range []string{unknownNumber, wrongDigit} {
		t.Run("GET /passes of a number that is not found repeats it", func(t *testing.T) {
			t.Parallel()
			res := program.On(t).Get("/passes?identifier=" + number)
			expectProblem(t, res, http.StatusNotFound, "uitpas/pass-not-found")
			expectField(t, res, "detail", number)
		})
	}
	t.Run("GET /passes never repeats what may be a national number", func(t *testing.T) {
		t.Parallel()
		for _, insz := range []string{"83030201541", "99010112345", "85073003328"} {
			res := program.On(t).Get("/passes?identifier=" + insz)
			expectProblem(t, res, http.StatusNotFound, "uitpas/pass-not-found")
			if strings.Contains(string(res.Body), insz) {
				t.Errorf("answer repeats the number: %s", res.Body)
			}
		}
	})
	t.Run("GET /passes without identifier", func(t *testing.T) {
		t.Parallel()
		expectProblem(t, program.On(t).Get("/passes"), http.StatusNotFound, "url/not-found")
	})

	for _, filter := range []string{"uitpasNumber=" + regular, "chipNumber=" + regularChip, "inszNumber=" + regularINSZ, "uitpasNumber=" + regular + "&chipNumber=" + regularChip} {
		t.Run("GET /passholders by "+filter, func(t *testing.T) {
			t.Parallel()
			res := program.On(t).Get("/passholders?" + filter)
			expectStatus(t, res, http.StatusOK)
			expectField(t, res, "totalItems", "1")
			expectField(t, res, "member.0.inszNumber", regularINSZ)
			expectField(t, res, "member.0.cardSystemMemberships.0.currentCard.status", "ACTIVE")
		})
	}
	for name, query := range map[string]string{
		"a group": "uitpasNumber=" + groupPass, "nobody": "uitpasNumber=" + unknownNumber,
		"two numbers of two people": "uitpasNumber=" + regular + "&inszNumber=36051380284",
		"an unknown INSZ":           "inszNumber=85073003328",
	} {
		t.Run("GET /passholders of "+name+" is empty", func(t *testing.T) {
			t.Parallel()
			res := program.On(t).Get("/passholders?" + query)
			expectStatus(t, res, http.StatusOK)
			if string(res.Body) != `{"totalItems":0,"member":[]}` {
				t.Errorf("got %s", res.Body)
			}
		})
	}
	t.Run("GET /passholders pages", func(t *testing.T) {
		t.Parallel()
		res := program.On(t).Get("/passholders?limit=0&uitpasNumber=" + regular)
		if string(res.Body) != `{"totalItems":1,"member":[]}` {
			t.Errorf("got %s", res.Body)
		}
		expectProblem(t, program.On(t).Get("/passholders?limit=501&uitpasNumber="+regular), http.StatusBadRequest, "url/query-limit-exceeded")
		expectProblem(t, program.On(t).Get("/passholders?limit=x&uitpasNumber="+regular), http.StatusNotFound, "url/not-found")
		expectProblem(t, program.On(t).Get("/passholders?start=-1&uitpasNumber="+regular), http.StatusNotFound, "url/not-found")
	})
	t.Run("GET /passholders refuses numbers that cannot be", func(t *testing.T) {
		t.Parallel()
		expectProblem(t, program.On(t).Get("/passholders?uitpasNumber="+wrongDigit), http.StatusBadRequest, "uitpas/invalid-uitpas-number")
		res := program.On(t).Get("/passholders?inszNumber=83030201541")
		expectProblem(t, res, http.StatusBadRequest, "uitpas/invalid-insz-number")
		if strings.Contains(string(res.Body), "8303") {
			t.Errorf("answer repeats the number: %s", res.Body)
		}
	})

	t.Run("a slash at the end is accepted without a redirect", func(t *testing.T) {
		t.Parallel()
		expectStatus(t, program.On(t).Get("/passes/?identifier="+regular), http.StatusOK)
	})
	t.Run("what does not exist is refused in the same dialect", func(t *testing.T) {
		t.Parallel()
		expectProblem(t, program.On(t).Get("/nothing"), http.StatusNotFound, "url/not-found")
		expectProblem(t, program.On(t).Do(http.MethodPut, "/permissions", "{}"), http.StatusMethodNotAllowed, "method/not-allowed")
	})
	t.Run("pages of other sites may call", func(t *testing.T) {
		t.Parallel()
		res := program.On(t).With("Origin", "https://shop.example").Do(http.MethodOptions, "/checkins", "")
		expectStatus(t, res, http.StatusNoContent)
		if res.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(res.Header.Get("Access-Control-Allow-Headers"), "Authorization") {
			t.Errorf("headers %v", res.Header)
		}
		for _, header := range []string{"X-Client-Id", "X-Custom-Token", "X-Registration-Token"} {
			if !strings.Contains(res.Header.Get("Access-Control-Allow-Headers"), header) {
				t.Errorf("a page cannot send %s", header)
			}
		}
	})
	t.Run("a question that cannot be read in full is not answered in part", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/passholders?name=%zz", "/passholders?uitpasNumber=" + regular + ";x=1"} {
			res := program.On(t).Get(path)
			expectProblem(t, res, http.StatusNotFound, "url/not-found")
		}
	})
	t.Run("HEAD is GET without a body", func(t *testing.T) {
		t.Parallel()
		res := program.On(t).Do(http.MethodHead, "/card-systems/2", "")
		expectStatus(t, res, http.StatusOK)
		if len(res.Body) > 0 || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%q %s", res.Header.Get("Content-Type"), res.Body)
		}
		expectStatus(t, program.On(t).Do(http.MethodHead, "/checkins/x", ""), http.StatusMethodNotAllowed)
	})
	t.Run("every operation needs its permission", func(t *testing.T) {
		t.Parallel()
		stranger := s.Stranger(t)
		for _, path := range []string{"/passes?identifier=" + regular, "/passholders?uitpasNumber=" + regular, "/checkin-status?uitpasNumber=" + regular + "&eventId=" + permanent} {
			expectProblem(t, stranger.Get(path), http.StatusForbidden, "auth/forbidden")
		}
		expectProblem(t, stranger.Post("/checkins", body(permanent, regular)), http.StatusForbidden, "auth/forbidden")
	})
}

func TestPublicTokens(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	token := s.Token(t, "sandbox-client", "sandbox-secret")
	parts := strings.Split(token, ".")
	other := webtest.New(t)

	for name, authorization := range map[string]string{
		"none": "", "another scheme": "Basic c2FuZGJveDpzYW5kYm94", "no token": "Bearer", "rubbish": "Bearer rubbish",
		"changed claims":         "Bearer " + parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"sandbox-client","exp":9999999999}`)) + "." + parts[2],
		"no signature":           "Bearer " + base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".",
		"a symmetric signature":  "Bearer " + base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`)) + "." + parts[1] + "." + parts[2],
		"another issuer's token": "Bearer " + other.Token(t, "sandbox-client", "sandbox-secret"),
		"a huge one":             "Bearer " + strings.Repeat("a", 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			res := program.On(t).With("Authorization", authorization).Get("/permissions")
			expectProblem(t, res, http.StatusUnauthorized, "auth/unauthorized")
			expectField(t, res, "title", "Unauthorized")
			if res.Header.Get("WWW-Authenticate") != "Bearer" {
				t.Error("no WWW-Authenticate")
			}
		})
	}
	t.Run("one that is for somebody else", func(t *testing.T) {
		for audience, want := range map[string]error{idp.Audience: nil, "https://elsewhere.example": uitpas.ErrUnauthorized} {
			v := uitpas.Verifier{Issuer: s.Provider.Issuer(), Audience: audience, HTTP: s.Provider.HTTPClient(), Now: s.Now}
			if by, err := v.Actor(t.Context(), "Bearer "+token); !errors.Is(err, want) || (err == nil) != (by.ID != "") {
				t.Errorf("%s: %v, %v", audience, by, err)
			}
		}
	})
	t.Run("an expired one, also when it is remembered", func(t *testing.T) {
		expectStatus(t, program.On(t).Get("/permissions"), http.StatusOK)
		s.Travel(25 * time.Hour)
		defer s.Travel(-25 * time.Hour)
		expectProblem(t, program.On(t).Get("/permissions"), http.StatusUnauthorized, "auth/unauthorized")
	})
}

// personToken signs somebody in through the sandbox's program.
func personToken(t *testing.T, s *webtest.Stand, email string) string {
	t.Helper()
	const back = "http://localhost:3000/callback"
	verifier := oauth2.GenerateVerifier()
	q := url.Values{
		"client_id": {"sandbox-client"}, "redirect_uri": {back}, "response_type": {"code"}, "scope": {"openid email"}, "state": {"s"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"},
	}
	b := s.Browser(t)
	at, err := url.Parse(b.Authorize(s.URL+idp.Path+"/protocol/openid-connect/auth?"+q.Encode(), email))
	if err != nil {
		t.Fatal(err)
	}
	return b.Form(s.URL+idp.Path+"/protocol/openid-connect/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {at.Query().Get("code")}, "redirect_uri": {back},
		"client_id": {"sandbox-client"}, "client_secret": {"sandbox-secret"}, "code_verifier": {verifier},
	}).Field(t, "access_token")
}

// A token that a person obtained through a program speaks for the person.
// Whoever signs in through a program with many rights gets none of them.
func TestAPersonsTokenIsNotTheProgramsToken(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	for email, rights := range map[string]bool{webtest.Clerk: true, webtest.Nobody: false} {
		token := personToken(t, s, email)
		person := s.Program(t).With("Authorization", "Bearer "+token)
		got := person.Get("/permissions")
		expectStatus(t, got, http.StatusOK)
		if (string(got.Body) != "[]") != rights {
			t.Errorf("%s: %s", email, got.Body)
		}
		if rights {
			expectStatus(t, person.Get("/passes?identifier="+regular), http.StatusOK)
		} else {
			expectProblem(t, person.Get("/passes?identifier="+regular), http.StatusForbidden, "auth/forbidden")
		}
	}
}

func TestPublicCheckins(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	now := s.Now()

	t.Run("a point is saved, echoed as it was asked, and taken back", func(t *testing.T) {
		spaced := "0900 0000 95902"
		res := program.On(t).Post("/checkins", `{"eventId":"`+permanent+`","uitpasNumber":"`+spaced+`","points":99,"unknown":{"a":[]}}`)
		expectStatus(t, res, http.StatusCreated)
		expectField(t, res, "uitpasNumber", spaced)
		expectField(t, res, "eventId", permanent)
		expectField(t, res, "points", "1")
		expectField(t, res, "passholder.firstName", "Bram")
		if at := res.Field(t, "creationDate"); !strings.HasSuffix(at, "+00:00") {
			t.Errorf("creationDate %q", at)
		}

		again := program.On(t).Post("/checkins", body(permanent, regular))
		expectProblem(t, again, http.StatusBadRequest, "uitpas/checkin-not-allowed")
		expectField(t, again, "endUserMessage.nl", "Hier is al een punt gespaard. Dat kan 1 keer per week.")

		path := "/checkins/" + res.Field(t, "id")
		gone := program.On(t).Delete(path)
		expectStatus(t, gone, http.StatusNoContent)
		if len(gone.Body) > 0 {
			t.Errorf("204 with a body: %s", gone.Body)
		}
		expectProblem(t, program.On(t).Delete(path), http.StatusNotFound, "url/not-found")
		expectStatus(t, program.On(t).Post("/checkins", body(permanent, regular)), http.StatusCreated)
	})
	t.Run("the id of an event may come in capitals, and goes back so", func(t *testing.T) {
		id := addActivity(t, s, around(now))
		capitals := strings.ToUpper(id)
		expectField(t, program.On(t).Get("/checkin-status?uitpasNumber="+socialTariff+"&eventId="+capitals), "allowed", "true")
		res := program.On(t).Post("/checkins", body(capitals, socialTariff))
		expectStatus(t, res, http.StatusCreated)
		expectField(t, res, "eventId", capitals)
	})
	t.Run("a caller that prefers a minimal answer gets no person", func(t *testing.T) {
		id := addActivity(t, s, around(now))
		res := program.On(t).With("Prefer", "return=minimal").Post("/checkins", body(id, regular))
		expectStatus(t, res, http.StatusCreated)
		expectField(t, res, "passholder", "")
	})
	t.Run("a person who cannot be shown does not undo the point that was saved", func(t *testing.T) {
		id := addActivity(t, s, around(now))
		spoil := func(optIn string) {
			_, err := s.DB.Exec(t.Context(), `UPDATE passholder SET opt_in = $1 WHERE id = (SELECT passholder_id FROM card WHERE uitpas_number = $2)`, optIn, socialTariff)
			if err != nil {
				t.Fatal(err)
			}
		}
		spoil(`"no preferences"`)
		defer spoil(`{}`)
		res := program.On(t).Post("/checkins", body(id, socialTariff))
		expectStatus(t, res, http.StatusCreated)
		expectField(t, res, "passholder", "")
		if n := s.Count(t, `SELECT count(*) FROM checkin WHERE activity_id = $1`, id); n != 1 {
			t.Errorf("%d check-ins", n)
		}
	})
	t.Run("an expired social tariff is no obstacle", func(t *testing.T) {
		expectStatus(t, program.On(t).Post("/checkins", body(permanent, expiredTariff)), http.StatusCreated)
	})
	t.Run("the same Idempotency-Key gives the same point", func(t *testing.T) {
		id := addActivity(t, s, around(now))
		keyed := program.On(t).With("Idempotency-Key", "key-1")
		first, second := keyed.Post("/checkins", body(id, regular)), keyed.Post("/checkins", body(id, regular))
		expectStatus(t, first, http.StatusCreated)
		expectStatus(t, second, http.StatusCreated)
		expectField(t, second, "id", first.Field(t, "id"))
		if second.Header.Get("Idempotent-Replayed") != "true" || first.Header.Get("Idempotent-Replayed") != "" {
			t.Error("a replay says so, a first answer does not")
		}
		expectProblem(t, keyed.Post("/checkins", body(id, socialTariff)), http.StatusUnprocessableEntity, "header/invalid")
	})

	early, late := addActivity(t, s, around(now.Add(48*time.Hour))), addActivity(t, s, around(now.Add(-48*time.Hour)))
	noPoints := around(now)
	noPoints.Points = 0
	for name, tt := range map[string]struct{ event, number, kind string }{
		"too early":                    {early, regular, "uitpas/checkin-not-allowed"},
		"too late":                     {late, regular, "uitpas/checkin-not-allowed"},
		"an activity without points":   {addActivity(t, s, noPoints), regular, "uitpas/checkin-not-allowed"},
		"a blocked card":               {permanent, blocked, "uitpas/invalid-card-status"},
		"a card that is nobody's":      {permanent, unregistered, "uitpas/invalid-card-status"},
		"a group pass":                 {permanent, groupPass, "uitpas/invalid-card"},
		"an unknown number":            {permanent, unknownNumber, "uitpas/passholder-not-found"},
		"a wrong check digit":          {permanent, wrongDigit, "uitpas/invalid-uitpasnumber"},
		"too few digits":               {permanent, "090000009590", "uitpas/invalid-uitpasnumber"},
		"a national number":            {permanent, regularINSZ, "uitpas/invalid-uitpasnumber"},
		"an unknown activity":          {"00000000-0000-0000-0000-000000000000", regular, "uitpas/event-not-found"},
		"an activity that is no id":    {"'; DROP TABLE checkin; --", regular, "uitpas/event-not-found"},
		"an activity of another house": {elsewhere, regular, "auth/forbidden"},
	} {
		t.Run("POST /checkins refuses "+name, func(t *testing.T) {
			before := s.Count(t, `SELECT count(*) FROM checkin`)
			res := program.On(t).Post("/checkins", body(tt.event, tt.number))
			status := http.StatusBadRequest
			if tt.kind == "auth/forbidden" {
				status = http.StatusForbidden
			}
			expectProblem(t, res, status, tt.kind)
			if tt.kind == "uitpas/checkin-not-allowed" && res.Field(t, "endUserMessage.nl") == "" {
				t.Error("no endUserMessage")
			}
			if n := s.Count(t, `SELECT count(*) FROM checkin`); n != before {
				t.Error("a refusal wrote a check-in")
			}
		})
	}
	t.Run("somebody whose memberships are all blocked", func(t *testing.T) {
		if _, err := s.DB.Exec(t.Context(), `UPDATE membership SET status = 'BLOCKED' WHERE passholder_id = (SELECT passholder_id FROM card WHERE uitpas_number = $1)`, socialTariff); err != nil {
			t.Fatal(err)
		}
		expectProblem(t, program.On(t).Post("/checkins", body(permanent, socialTariff)), http.StatusBadRequest, "uitpas/passholder-no-active-cardsystems")
		expectProblem(t, program.On(t).Get("/passes?identifier="+socialTariff), http.StatusBadRequest, "uitpas/passholder-blocked")
	})

	for name, tt := range map[string]struct {
		event, number string
		allowed       string
		status        int
		kind          string
	}{
		"allowed":             {addActivity(t, s, around(now)), regular, "true", http.StatusOK, ""},
		"too early":           {early, regular, "false", http.StatusOK, ""},
		"a blocked card":      {permanent, blocked, "false", http.StatusOK, ""},
		"a group pass":        {permanent, groupPass, "false", http.StatusOK, ""},
		"an unknown number":   {permanent, unknownNumber, "", http.StatusNotFound, "uitpas/passholder-not-found"},
		"a wrong check digit": {permanent, wrongDigit, "", http.StatusNotFound, "uitpas/passholder-not-found"},
		"an unknown activity": {"nothing", regular, "", http.StatusNotFound, "uitpas/event-not-found"},
		"another organizer's": {elsewhere, regular, "", http.StatusForbidden, "auth/forbidden"},
		"no number":           {permanent, "", "", http.StatusNotFound, "url/not-found"},
		"no activity":         {"", regular, "", http.StatusNotFound, "url/not-found"},
	} {
		t.Run("GET /checkin-status, "+name, func(t *testing.T) {
			res := program.On(t).Get("/checkin-status?eventId=" + tt.event + "&uitpasNumber=" + tt.number)
			if tt.kind != "" {
				expectProblem(t, res, tt.status, tt.kind)
				return
			}
			expectStatus(t, res, tt.status)
			expectField(t, res, "allowed", tt.allowed)
			if (res.Field(t, "endUserMessage.nl") == "") != (tt.allowed == "true") {
				t.Errorf("endUserMessage: %s", res.Body)
			}
		})
	}
	for _, id := range []string{"00000000-0000-7000-8000-000000000000", "nothing", "%27"} {
		t.Run("DELETE /checkins of an unknown id", func(t *testing.T) {
			expectProblem(t, program.On(t).Delete("/checkins/"+id), http.StatusNotFound, "url/not-found")
		})
	}
	t.Run("DELETE /checkins needs the right at the organizer", func(t *testing.T) {
		id := addActivity(t, s, activity.Activity{CalendarType: activity.Permanent, Points: 1})
		made := program.On(t).Post("/checkins", body(id, regular))
		expectStatus(t, made, http.StatusCreated)
		expectProblem(t, s.Stranger(t).Delete("/checkins/"+made.Field(t, "id")), http.StatusForbidden, "auth/forbidden")
	})
	t.Run("the ledger is in order after all this", func(t *testing.T) {
		if n := s.Count(t, `SELECT count(*) FROM ledger_fault`); n != 0 {
			t.Errorf("%d faults", n)
		}
	})
}

func body(event, number string) string {
	return `{"eventId":"` + event + `","uitpasNumber":"` + number + `"}`
}
