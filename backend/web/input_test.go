package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

func TestBadBodies(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.Person(t, webtest.Clerk, "").With("Idempotency-Key", "bad")
	program := s.Program(t)
	huge := strings.Repeat("a", 1<<20)

	for name, tt := range map[string]struct {
		body       string
		own        string // code of our own API
		ownStatus  int
		public     string // type of the public API; "" is accepted
		ownErrors  []bind.FieldError
		publicData []bind.SchemaError
	}{
		"empty":            {``, "body-missing", 400, "body/missing", nil, nil},
		"spaces":           {"  \n ", "body-missing", 400, "body/missing", nil, nil},
		"malformed":        {`{"eventId":`, "body-invalid-syntax", 400, "body/invalid-syntax", nil, nil},
		"no JSON":          {`<xml/>`, "body-invalid-syntax", 400, "body/invalid-syntax", nil, nil},
		"two values":       {`{} {}`, "body-invalid-syntax", 400, "body/invalid-syntax", nil, nil},
		"one bracket more": {`{}}`, "body-invalid-syntax", 400, "body/invalid-syntax", nil, nil},
		"no UTF-8":         {"{\"eventId\":\"\xff\"}", "body-invalid-syntax", 400, "body/invalid-syntax", nil, nil},
		"deeply nested":    {strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000), "body-invalid-syntax", 400, "body/invalid-syntax", nil, nil},
		"null":             {`null`, "body-invalid-data", 400, "body/invalid-data", []bind.FieldError{{Pointer: "", Code: "wrong-type"}}, nil},
		"a list":           {`[]`, "body-invalid-data", 400, "body/invalid-data", []bind.FieldError{{Pointer: "", Code: "wrong-type"}}, nil},
		"a text":           {`"x"`, "body-invalid-data", 400, "body/invalid-data", []bind.FieldError{{Pointer: "", Code: "wrong-type"}}, nil},
		"an empty object":  {`{}`, "body-invalid-data", 400, "body/invalid-data", []bind.FieldError{{Pointer: "/passholderId", Code: "missing"}, {Pointer: "/activityId", Code: "missing"}}, []bind.SchemaError{{JSONPointer: "/eventId", Error: "The required property is missing."}, {JSONPointer: "/uitpasNumber", Error: "The required property is missing."}}},
		"larger than 1 MB": {`{"eventId":"` + huge + `"}`, "body-too-large", 413, "body/too-large", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := clerk.On(t).With("Content-Type", "application/json").Post("/api/v1/checkins", tt.body)
			expectCode(t, res, tt.ownStatus, tt.own)
			var p bind.Problem
			res.Decode(t, &p)
			if tt.ownErrors != nil {
				if diff := cmp.Diff(tt.ownErrors, p.Errors); diff != "" {
					t.Errorf("errors (-want +got)\n%s", diff)
				}
			}
			pub := program.On(t).Post("/checkins", tt.body)
			expectProblem(t, pub, tt.ownStatus, tt.public)
			var q bind.PublicError
			pub.Decode(t, &q)
			if tt.publicData != nil {
				if diff := cmp.Diff(tt.publicData, q.SchemaErrors); diff != "" {
					t.Errorf("schemaErrors (-want +got)\n%s", diff)
				}
			}
		})
	}

	t.Run("wrong types, each with its place", func(t *testing.T) {
		t.Parallel()
		res := clerk.On(t).Post("/api/v1/checkins", `{"passholderId":1,"activityId":{"a":true}}`)
		expectCode(t, res, http.StatusBadRequest, "body-invalid-data")
		for _, at := range []string{"/passholderId", "/activityId"} {
			if !strings.Contains(string(res.Body), `{"pointer":"`+at+`","code":"wrong-type"}`) {
				t.Errorf("%s is not named: %s", at, res.Body)
			}
		}
		expectProblem(t, program.On(t).Post("/checkins", `{"eventId":7,"uitpasNumber":900000095902}`), http.StatusBadRequest, "body/invalid-data")
	})
	t.Run("unknown fields are refused by ours and ignored by the public one", func(t *testing.T) {
		t.Parallel()
		res := clerk.On(t).Post("/api/v1/identifications", `{"identifier":"`+regular+`","source":"TYPED","admin~/":true}`)
		expectCode(t, res, http.StatusBadRequest, "unknown-field")
		expectField(t, res, "errors.0.pointer", "/admin~0~1")
		expectProblem(t, program.On(t).Post("/checkins", `{"eventId":"nothing","uitpasNumber":"`+regular+`","x":{"y":[1]}}`), http.StatusBadRequest, "uitpas/event-not-found")
	})
	t.Run("a value that is not one of those allowed", func(t *testing.T) {
		t.Parallel()
		res := clerk.On(t).Post("/api/v1/identifications", `{"identifier":"x","source":"GUESSED"}`)
		expectCode(t, res, http.StatusBadRequest, "body-invalid-data")
		expectField(t, res, "errors.0.code", "not-allowed")
		long := clerk.On(t).Post("/api/v1/identifications", `{"identifier":"`+strings.Repeat("1", 65)+`","source":"TYPED"}`)
		expectField(t, long, "errors.0.code", "too-long")
	})
	t.Run("another media type", func(t *testing.T) {
		t.Parallel()
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "nonsense;;"} {
			expectCode(t, clerk.On(t).With("Content-Type", kind).Post("/api/v1/checkins", `{}`), http.StatusUnsupportedMediaType, "unsupported-media-type")
			expectProblem(t, program.On(t).With("Content-Type", kind).Post("/checkins", `{}`), http.StatusUnsupportedMediaType, "header/unsupported-media-type")
		}
	})
	t.Run("an answer in another media type", func(t *testing.T) {
		t.Parallel()
		for kind, status := range map[string]int{
			"": 200, "*/*": 200, "application/*;q=0.5": 200, "text/html, application/json;q=0.1": 200, "application/problem+json": 200,
			"text/html": 406, "application/xml": 406, "application/json;q=0": 406, "nonsense;;": 200,
		} {
			if res := program.On(t).With("Accept", kind).Get("/permissions"); res.Status != status {
				t.Errorf("Accept: %s: %d, want %d", kind, res.Status, status)
			} else if status == http.StatusNotAcceptable {
				expectProblem(t, res, status, "header/not-acceptable")
			}
		}
	})
	t.Run("a key that is too long, or no text", func(t *testing.T) {
		t.Parallel()
		for _, key := range []string{strings.Repeat("k", 256), "caf\u00e9"} {
			expectCode(t, clerk.On(t).With("Idempotency-Key", key).Post("/api/v1/checkins", `{}`), http.StatusBadRequest, "header-invalid")
			expectProblem(t, program.On(t).With("Idempotency-Key", key).Post("/checkins", body(permanent, regular)), http.StatusBadRequest, "header/invalid")
		}
	})
	t.Run("headers and addresses that are no UTF-8", func(t *testing.T) {
		t.Parallel()
		expectCode(t, clerk.On(t).With("X-Counter", "\xff").Get("/api/v1/activities"), http.StatusBadRequest, "header-invalid")
		b := s.Browser(t).With("User-Agent", strings.Repeat("a", 199)+"é\xff")
		back := b.Authorize(b.Get("/login?returnTo=/%ff").Location(), webtest.Clerk)
		if at := b.Get(back).Location(); at != "/" {
			t.Errorf("the login ended at %q", at)
		}
	})
	t.Run("nothing of all this was written", func(t *testing.T) {
		if n := s.Count(t, `SELECT count(*) FROM checkin WHERE occurred_at > now() - interval '10 minutes' AND channel = 'API'`); n != 0 {
			t.Errorf("%d check-ins", n)
		}
	})
}
