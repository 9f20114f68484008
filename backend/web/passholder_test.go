package web_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

// holderOf is the passholder of a sample card, as a counter identifies one.
func holderOf(t *testing.T, c *webtest.Caller, number string) string {
	t.Helper()
	id := identify(c, number, "TYPED").Field(t, "passholderId")
	if id == "" {
		t.Fatalf("nobody has %s", number)
	}
	return id
}

const person = `"firstName":"Marc","name":"Peeters","dateOfBirth":"1983-03-02","gender":"MALE","address":{"street":"Kouter 3","postalCode":"9000","city":"Gent","country":"be"},"email":"marc@openbalie.example","phoneNumber":"0455 90 00 00","language":"fr","remarks":"Belt aan."`

func TestAPersonIsChanged(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
	at := "/api/v1/passholders/" + holderOf(t, c, regular)
	version := c.Get(at).Field(t, "version")

	saved := c.Do(http.MethodPut, at, `{"version":`+version+`,`+person+`,"consents":{"serviceMails":true,"sms":true}}`)
	expectStatus(t, saved, http.StatusOK)
	expectField(t, saved, "passholder.phoneNumber", "+32455900000")
	expectField(t, saved, "passholder.optIns.sms", "true")
	expectField(t, saved, "warnings", "[]")
	expectField(t, c.Get(at), "language", "fr")
	expectField(t, c.Get(at+"/consents"), "0.given", "true")

	stale := c.Do(http.MethodPut, at, `{"version":`+version+`,`+person+`}`)
	expectCode(t, stale, http.StatusConflict, "passholder-changed")
	wrong := c.Do(http.MethodPut, at, `{"version":2,`+strings.NewReplacer("marc@", "@", "9000", "9999", "0455 90 00 00", "12").Replace(person)+`}`)
	expectCode(t, wrong, http.StatusBadRequest, "passholder-details")
	for i, want := range []string{"/postalCode", "/email", "/phoneNumber"} {
		at := "errors." + string(rune('0'+i))
		expectField(t, wrong, at+".pointer", want)
		if wrong.Field(t, at+".endUserMessage.de") == "" {
			t.Errorf("%s says nothing to people", want)
		}
	}
	expectCode(t, c.Do(http.MethodPut, at, `{"version":2,`+person+`,"inszNumber":"83030201541"}`), http.StatusBadRequest, "body-invalid-data")
	expectCode(t, c.Do(http.MethodPut, at, `{"version":2,`+person+`,"inszNumber":"36051380284"}`), http.StatusConflict, "insz-already-used")
	odd := c.Do(http.MethodPut, at, `{"version":2,`+strings.Replace(person, "1983-03-02", "1983-03-03", 1)+`,"inszNumber":"83030201540"}`)
	expectStatus(t, odd, http.StatusOK)
	expectField(t, odd, "warnings.0.code", "insz-not-date-of-birth")

	clerk := s.Person(t, webtest.Clerk, "")
	clerk = clerk.With("X-Counter", clerk.Get("/api/v1/me").Field(t, "counters.0.id"))
	expectCode(t, clerk.Do(http.MethodPut, at, `{"version":3,`+person+`}`), http.StatusForbidden, "forbidden")
}

func TestWhoHasASocialTariffStaysInTheRegion(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
	at := "/api/v1/passholders/" + holderOf(t, c, socialTariff)
	p := c.Get(at)
	moved := `{"version":` + p.Field(t, "version") + `,"firstName":"X","name":"Y","dateOfBirth":"1936-05-13","noEmail":true,"address":{"street":"Meir 1","postalCode":"2000","city":"Antwerpen"}}`
	refused := c.Do(http.MethodPut, at, moved)
	expectCode(t, refused, http.StatusBadRequest, "passholder-details")
	expectField(t, refused, "errors.0.code", "address-leaves-region")
}

func TestAPersonIsCheckedBeforeSaving(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c, system := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer), `0`
	p := c.Get("/api/v1/passholders/" + holderOf(t, c, regular))
	body := `{"cardSystemId":` + system + `,"firstName":"` + p.Field(t, "firstName") + `","name":"` + p.Field(t, "name") + `","dateOfBirth":"` + p.Field(t, "dateOfBirth") +
		`","address":{"postalCode":"9050","city":"LEDEBERG"},"email":"a@openbalie.example","inszNumber":"83030201540","consents":{"legalTermsPaper":true}}`
	got := c.Post("/api/v1/passholder-checks", body)
	expectStatus(t, got, http.StatusOK)
	expectField(t, got, "address.city", "Ledeberg")
	expectField(t, got, "problems.0.code", "insz-already-used")
	expectField(t, got, "inszOf", p.Field(t, "id"))
	expectField(t, got, "doubles.0.passholderId", p.Field(t, "id"))
	child := c.Post("/api/v1/passholder-checks", `{"firstName":"Lu","name":"De","dateOfBirth":"2020-02-30","address":{"postalCode":"","city":""}}`)
	expectCode(t, child, http.StatusBadRequest, "body-invalid-data")
	expectField(t, child, "errors.0.pointer", "/dateOfBirth")
}

func TestPicturesNotesAndSchools(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
	at := "/api/v1/passholders/" + holderOf(t, c, regular)
	var small bytes.Buffer
	if err := png.Encode(&small, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	picture := c.With("Content-Type", "image/png")
	expectCode(t, c.Get(at+"/picture"), http.StatusNotFound, "picture-none")
	expectStatus(t, picture.Do(http.MethodPut, at+"/picture?source=WEBCAM", small.String()), http.StatusNoContent)
	if got := c.Get(at + "/picture"); !bytes.Equal(got.Body, small.Bytes()) || got.Header.Get("Content-Type") != "image/png" {
		t.Errorf("another picture came back: %s", got.Header.Get("Content-Type"))
	}
	expectCode(t, picture.Do(http.MethodPut, at+"/picture", "no picture"), http.StatusBadRequest, "picture-type")
	expectCode(t, picture.Do(http.MethodPut, at+"/picture", strings.Repeat("x", 3<<20)), http.StatusBadRequest, "picture-size")
	expectStatus(t, c.Delete(at+"/picture"), http.StatusNoContent)
	expectCode(t, c.Delete(at+"/picture"), http.StatusNotFound, "picture-none")

	expectField(t, c.Get(at+"/note"), "note", "")
	expectStatus(t, c.Do(http.MethodPut, at+"/note", `{"note":"Betaalt volgende keer."}`), http.StatusNoContent)
	expectField(t, c.Get(at+"/note"), "note", "Betaalt volgende keer.")

	expectCode(t, c.Do(http.MethodPut, at+"/school", `{"schoolId":"nowhere"}`), http.StatusBadRequest, "school-unknown")
	expectStatus(t, c.Do(http.MethodPut, at+"/school", `{"schoolId":""}`), http.StatusNoContent)
	expectStatus(t, c.Get("/api/v1/schools"), http.StatusOK)
}

func TestPeopleAreFound(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
	search := func(body string) *webtest.Response { return c.Post("/api/v1/passholder-searches", body) }
	p := c.Get("/api/v1/passholders/" + holderOf(t, c, regular))
	by := search(`{"text":"` + p.Field(t, "name") + " " + p.Field(t, "firstName") + `"}`)
	expectStatus(t, by, http.StatusOK)
	expectField(t, by, "member.0.id", p.Field(t, "id"))
	numbers := search(`{"numbers":["` + regular + `","` + wrongDigit + `","` + unknownNumber + `"]}`)
	expectField(t, numbers, "member.0.uitpasNumber", regular)
	expectField(t, numbers, "invalid.0", wrongDigit)
	expectField(t, numbers, "unknown.0", unknownNumber)
	expectField(t, search(`{"inszNumber":"`+regularINSZ+`"}`), "member.0.id", p.Field(t, "id"))
	expectCode(t, search(`{"inszNumber":"83030201541"}`), http.StatusBadRequest, "invalid-insz-number")
	expectCode(t, search(`{"text":"x"}`), http.StatusBadRequest, "search-too-short")
	expectCode(t, search(`{"name":"*"}`), http.StatusBadRequest, "search-empty")
	if n := s.Count(t, `SELECT count(*) FROM audit WHERE action = 'passholder.searched' AND detail::text LIKE '%'||$1||'%'`, regularINSZ); n != 0 {
		t.Error("a national number is in the audit log")
	}
}
