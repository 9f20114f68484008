package web_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/web"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

// update is a person as a program sends one back.
const update = `{"id":"ignored","name":"Peeters","firstName":"Marc","dateOfBirth":"1983-03-02","gender":"MALE","address":{"street":"Kouter","number":"3","postalCode":"9000","city":"gent"},"phoneNumber":"09 221 00 00","email":"marc@openbalie.example","optInPreferences":{"serviceMails":true,"milestoneMails":false,"infoMails":false,"sms":false,"post":true}}`

func publicID(t *testing.T, program *webtest.Caller, number string) string {
	t.Helper()
	id := program.Get("/passholders?uitpasNumber="+number).Field(t, "member.0.id")
	if id == "" {
		t.Fatalf("nobody has %s", number)
	}
	return id
}

func TestPublicSearchOfPeople(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	p := program.Get("/passholders?uitpasNumber=" + regular)
	name, first := p.Field(t, "member.0.name"), p.Field(t, "member.0.firstName")
	born := p.Field(t, "member.0.dateOfBirth")
	same := "dateOfBirthFrom=" + born + "&dateOfBirthTo=" + born
	for _, query := range []string{
		"name=" + name + "&" + same, "name=" + strings.ToUpper(name[:3]) + "*&" + same, "firstName=" + first + "&uitpasNumber=" + regular,
		"address.city=" + p.Field(t, "member.0.city") + "&" + same, same + "&organizerId=" + sandbox.TestOrganizer,
	} {
		res := program.Get("/passholders?" + strings.ReplaceAll(query, " ", "%20"))
		expectStatus(t, res, http.StatusOK)
		if !strings.Contains(string(res.Body), p.Field(t, "member.0.id")) {
			t.Errorf("%s does not find the person: %s", query, res.Body)
		}
	}
	up, down := program.Get("/passholders?limit=1"), program.Get("/passholders?limit=1&sort[name]=desc")
	if up.Field(t, "totalItems") == "0" || up.Field(t, "member.0.id") == down.Field(t, "member.0.id") {
		t.Errorf("both orders begin with the same person of %s", up.Field(t, "totalItems"))
	}
	for _, query := range []string{"uitidId=x", "firstName=Nobody&uitpasNumber=" + regular, "schoolId=*&uitpasNumber=" + regular} {
		expectField(t, program.Get("/passholders?"+query), "totalItems", "0")
	}
	for query, kind := range map[string]string{
		"organizerId=nowhere": "uitpas/organizer-not-found", "schoolId=" + sandbox.TestOrganizer: "uitpas/school-not-found",
		"associationId=nothing": "uitpas/association-not-found", "associationId=0191d8f0-0000-7000-8000-000000000000": "uitpas/association-not-found",
		"limit=501": "url/query-limit-exceeded", "inszNumber=1": "uitpas/invalid-insz-number", "uitpasNumber=1": "uitpas/invalid-uitpas-number",
	} {
		expectProblem(t, program.Get("/passholders?"+query), http.StatusBadRequest, kind)
	}
	for _, query := range []string{"dateOfBirthFrom=x", "sort[name]=up", "associationMembershipStatus=ALL", "name=*", "chipNumber=x"} {
		expectProblem(t, program.Get("/passholders?"+query), http.StatusNotFound, "url/not-found")
	}
	expectProblem(t, s.Stranger(t).Get("/passholders?name=a"), http.StatusForbidden, "auth/forbidden")
	expectProblem(t, program.With("Authorization", "").Get("/passholders"), http.StatusUnauthorized, "auth/unauthorized")
}

func TestPublicUpdateOfAPerson(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	at := "/passholders/" + publicID(t, program, regular)
	put := func(body string) *webtest.Response { return program.Do(http.MethodPut, at, body) }

	expectStatus(t, put(update), http.StatusNoContent)
	p := program.Get(at)
	expectStatus(t, p, http.StatusOK)
	expectField(t, p, "address.street", "Kouter 3")
	expectField(t, p, "address.city", "Gent")
	expectField(t, p, "phoneNumber", "+3292210000")
	expectField(t, p, "optInPreferences.post", "true")
	expectField(t, p, "inszNumber", regularINSZ) // absent: it stays

	for body, kind := range map[string]string{
		"": "body/missing", "{": "body/invalid-syntax", `{"name":1}`: "body/invalid-data", `{}`: "body/invalid-data",
		strings.Replace(update, `"gent"`, `"Antwerpen"`, 1):                   "uitpas/invalid-city",
		strings.Replace(update, `"9000"`, `"0001"`, 1):                        "uitpas/invalid-city",
		strings.Replace(update, `marc@`, `@`, 1):                              "body/invalid-data",
		strings.Replace(update, `"1983-03-02"`, `"2999-03-02"`, 1):            "body/invalid-data",
		strings.Replace(update, `"sms":false`, `"sms":true`, 1):               "body/invalid-data",
		strings.Replace(update, `"serviceMails":true,`, ``, 1):                "body/invalid-data",
		strings.Replace(update, `"id"`, `"inszNumber":"36051380284","id"`, 1): "uitpas/insz-already-used",
		strings.Replace(update, `"id"`, `"inszNumber":"85073003328","id"`, 1): "body/invalid-data", // one that is known stays
		strings.Replace(update, `"id"`, `"inszNumber":"36051380285","id"`, 1): "uitpas/invalid-insz-number",
	} {
		expectProblem(t, put(body), http.StatusBadRequest, kind)
	}
	expectField(t, put(strings.Replace(update, `"id"`, `"inszNumber":"85073003328","id"`, 1)), "schemaErrors.0.jsonPointer", "/inszNumber")
	expectStatus(t, put(strings.Replace(update, `"id"`, `"inszNumber":"`+regularINSZ+`","id"`, 1)), http.StatusNoContent)
	if _, err := s.DB.Exec(t.Context(), `UPDATE passholder SET insz_cipher = NULL, insz_hash = NULL WHERE id = $1`, strings.TrimPrefix(at, "/passholders/")); err != nil {
		t.Fatal(err)
	}
	expectStatus(t, put(strings.Replace(update, `"id"`, `"inszNumber":"85073003328","id"`, 1)), http.StatusNoContent)
	expectField(t, program.Get(at), "inszNumber", "85073003328")
	at = "/passholders/" + publicID(t, program, socialTariff)
	expectProblem(t, put(strings.NewReplacer(`"9000"`, `"2000"`, `"gent"`, `"Antwerpen"`).Replace(update)), http.StatusBadRequest, "body/invalid-data")
	end := s.Now().AddDate(1, 0, 0).Format("2006") + "-12-31"
	region := program.Get(at)
	stay := strings.NewReplacer(`"9000"`, `"`+region.Field(t, "postalCode")+`"`, `"gent"`, `"`+region.Field(t, "city")+`"`).Replace(update)
	expectStatus(t, put(strings.Replace(stay, `"id"`, `"registrationSocialTariffEndDate":"`+end+`","id"`, 1)), http.StatusNoContent)
	if got := program.Get(at).Field(t, "cardSystemMemberships.0.socialTariff.endDate"); !strings.HasPrefix(got, end) {
		t.Errorf("the social tariff ends on %s, not on %s", got, end)
	}
	late := put(strings.Replace(stay, `"id"`, `"registrationSocialTariffEndDate":"2099-12-31","id"`, 1))
	expectProblem(t, late, http.StatusBadRequest, "body/invalid-data")
	expectField(t, late, "schemaErrors.0.jsonPointer", "/registrationSocialTariffEndDate")
	at = "/passholders/00000000-0000-0000-0000-000000000000"
	expectProblem(t, put(update), http.StatusNotFound, "url/not-found")
	expectProblem(t, program.Get(at), http.StatusNotFound, "url/not-found")
	expectProblem(t, program.Get("/passholders/nobody"), http.StatusNotFound, "url/not-found")
	expectProblem(t, program.Delete(at), http.StatusForbidden, "auth/forbidden")
	expectProblem(t, s.Stranger(t).Do(http.MethodPut, at, update), http.StatusForbidden, "auth/forbidden")
}

func TestPublicDeleteErasesAPersonAndKeepsTheBooks(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	at := "/passholders/" + publicID(t, program, regular)
	mayErase(t, s)
	expectStatus(t, program.Delete(at), http.StatusNoContent)
	expectProblem(t, program.Delete(at), http.StatusNotFound, "url/not-found")
	expectProblem(t, program.Get(at), http.StatusNotFound, "url/not-found")
	expectProblem(t, program.Get("/passes?identifier="+regular), http.StatusBadRequest, "uitpas/invalid-card-status")
	expectField(t, program.Get("/passholders?inszNumber="+regularINSZ), "totalItems", "0")
	if n := s.Count(t, `SELECT count(*) FROM ledger_fault`); n != 0 {
		t.Errorf("%d faults in the ledger", n)
	}
	if n := s.Count(t, `SELECT count(*) FROM passholder WHERE erased_at IS NOT NULL AND name || first_name || email || street || remarks = '' AND insz_hash IS NULL`); n != 1 {
		t.Error("something of the person is left")
	}
}

// sendFile puts a file to an address, as the field of a form.
func sendFile(t *testing.T, by *webtest.Caller, at, field string, content []byte) *webtest.Response {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(field, "picture.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil || form.Close() != nil {
		t.Fatal(err)
	}
	return by.With("Content-Type", form.FormDataContentType()).Do(http.MethodPut, at, body.String())
}

// addSchool makes an organizer that is a school.
func addSchool(t *testing.T, s *webtest.Stand, id string) {
	t.Helper()
	s.Count(t, `WITH o AS (INSERT INTO organizer VALUES ($1, 'School', 'Gent', true, gen_random_uuid()) RETURNING account_id),
		a AS (INSERT INTO account (id, owner_kind, unit, derived) SELECT account_id, 'ORGANIZER', 'POINT', true FROM o RETURNING 1) SELECT count(*) FROM a`, id)
}

// mayErase gives the sandbox's program the right to erase people, which only
// somebody by name can have.
func mayErase(t *testing.T, s *webtest.Stand) {
	t.Helper()
	s.Count(t, `WITH g AS (INSERT INTO rights_grant VALUES ('CLIENT', 'sandbox-client', $1, 'ADMIN', 'test', now()) RETURNING 1) SELECT count(*) FROM g`, sandbox.TestOrganizer)
}

func TestPublicPictures(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	at := "/passholders/" + publicID(t, program, regular) + "/picture"
	var small bytes.Buffer
	if err := jpeg.Encode(&small, image.NewGray(image.Rect(0, 0, 4, 4)), nil); err != nil {
		t.Fatal(err)
	}
	send := func(field string, content []byte) *webtest.Response { return sendFile(t, program, at, field, content) }
	expectProblem(t, sendFile(t, s.Stranger(t), at, "file", small.Bytes()), http.StatusForbidden, "auth/forbidden")
	expectProblem(t, program.Get(at), http.StatusNotFound, "url/not-found")
	expectStatus(t, send("file", small.Bytes()), http.StatusNoContent)
	link := program.Get(at).Field(t, "pictureUrl")
	_, path, ok := strings.Cut(link, "/api/uitpas")
	if !ok {
		t.Fatalf("the picture is at %q", link)
	}
	if got := program.With("Authorization", "").Get(path); !bytes.Equal(got.Body, small.Bytes()) || got.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%d %s", got.Status, got.Header.Get("Content-Type"))
	}
	expectStatus(t, program.Get(path+"x"), http.StatusNotFound)

	person := program.With("Authorization", "Bearer "+personToken(t, s, webtest.Clerk))
	_, theirs, _ := strings.Cut(person.Get(at).Field(t, "pictureUrl"), "/api/uitpas")
	expectStatus(t, program.With("Authorization", "").Get(theirs), http.StatusOK)
	s.Count(t, `WITH g AS (DELETE FROM rights_grant WHERE subject = $1 RETURNING 1) SELECT count(*) FROM g`, webtest.Clerk)
	expectProblem(t, program.With("Authorization", "").Get(theirs), http.StatusForbidden, "auth/forbidden")
	s.Travel(10 * time.Minute)
	expectStatus(t, program.With("Authorization", "").Get(path), http.StatusNotFound)

	expectProblem(t, send("other", small.Bytes()), http.StatusBadRequest, "body/file-missing")
	expectProblem(t, send("file", []byte("no picture")), http.StatusBadRequest, "body/file-invalid-type")
	expectProblem(t, send("file", make([]byte, 3<<20)), http.StatusBadRequest, "body/file-invalid-size")
	expectStatus(t, program.Delete(at), http.StatusNoContent)
	expectProblem(t, program.Delete(at), http.StatusNotFound, "url/not-found")
}

// Behind a proxy every visitor comes from one address.
func TestVisitorsAreToldApartBehindAProxyThatIsTrusted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		proxies []string
		want    int
	}{
		"trusted": {[]string{"127.0.0.1"}, http.StatusOK}, "not trusted": {nil, http.StatusTooManyRequests},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Now() // it stands still: nobody gets a new turn meanwhile
			s := webtest.New(t, func(o *web.Options) { o.Proxies, o.Wall = c.proxies, func() time.Time { return now } })
			visitor := func(address string) *webtest.Response {
				return s.Program(t).With("Authorization", "").With("x-client-id", "sandbox-client").With("X-Forwarded-For", address).
					Get("/passholders/membership-prices/2?postalCode=9000&dateOfBirth=1980-01-01&cardType=NFC_CARD")
			}
			limited := false
			for range 100 {
				if limited = visitor("203.0.113.7").Status == http.StatusTooManyRequests; limited {
					break
				}
			}
			if !limited {
				t.Error("one visitor may ask for ever")
			}
			expectStatus(t, visitor("203.0.113.8"), c.want)
		})
	}
}

// registrarElsewhere signs somebody in who registers people of another region.
func registrarElsewhere(t *testing.T, s *webtest.Stand) *webtest.Caller {
	t.Helper()
	s.Count(t, `WITH g AS (INSERT INTO rights_grant SELECT 'PERSON', $1, id, 'REGISTRAR', 'test', now() FROM organizer
		WHERE name = '[TEST] Andere organisator' RETURNING 1) SELECT count(*) FROM g`, webtest.Nobody)
	return s.Program(t).With("Authorization", "Bearer "+personToken(t, s, webtest.Nobody))
}

func TestPublicNotesSchoolsAndTheStatusOfANationalNumber(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	at := "/passholders/" + publicID(t, program, regular)
	expectField(t, program.Get(at+"/private"), "note", "")
	expectProblem(t, program.Get("/passholders/nobody/private"), http.StatusNotFound, "url/not-found")
	expectStatus(t, program.Do(http.MethodPut, at+"/private", `{"note":"Betaalt later"}`), http.StatusNoContent)
	expectField(t, program.Get(at+"/private"), "note", "Betaalt later")
	expectProblem(t, registrarElsewhere(t, s).Get(at+"/private"), http.StatusForbidden, "auth/forbidden")
	expectProblem(t, program.Do(http.MethodPut, at+"/private", ``), http.StatusBadRequest, "body/missing")
	expectProblem(t, program.Do(http.MethodPut, at+"/private", `{"note":1}`), http.StatusBadRequest, "body/invalid-data")

	expectField(t, program.Do(http.MethodPut, at+"/private", `{"note":"`+strings.Repeat("x", 100_000)+`"}`), "schemaErrors.0.jsonPointer", "/note")

	school := "bench-school"
	addSchool(t, s, school)
	expectProblem(t, program.Get(at+"/school"), http.StatusNotFound, "uitpas/school-not-found")
	expectStatus(t, program.Do(http.MethodPut, at+"/school", `{"id":"`+school+`"}`), http.StatusNoContent)
	expectField(t, program.Get(at+"/school"), "id", school)
	expectField(t, program.Get("/passholders?schoolId="+school), "totalItems", "1")
	expectProblem(t, program.Do(http.MethodPut, at+"/school", `{"id":"nowhere"}`), http.StatusBadRequest, "uitpas/school-not-found")
	expectProblem(t, program.Do(http.MethodPut, at+"/school", `{}`), http.StatusBadRequest, "body/invalid-data")
	expectStatus(t, program.Delete(at+"/school"), http.StatusNoContent)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		expectProblem(t, program.Do(method, "/passholders/nobody/school", ""), http.StatusNotFound, "uitpas/passholder-not-found")
	}
	expectProblem(t, program.Do(http.MethodPut, "/passholders/nobody/school", `{"id":"x"}`), http.StatusNotFound, "uitpas/passholder-not-found")

	status := "/passholders/status/insz-numbers/"
	expectField(t, program.Get(status+regularINSZ), "state", "USED")
	visitor := program.With("Authorization", "").With("x-client-id", "sandbox-client")
	expectField(t, visitor.Get(status+"85073003328"), "state", "UNUSED")
	expectProblem(t, visitor.Get(status+"85073003329"), http.StatusBadRequest, "uitpas/invalid-insz-number")
	limited := false
	s.StopClock()
	for n := range 100 {
		if res := visitor.Get(status + regularINSZ); res.Status == http.StatusTooManyRequests {
			expectProblem(t, res, http.StatusTooManyRequests, "uitpas/rate-limited")
			if limited = true; n != 8 { // of ten, two were asked above
				t.Errorf("an address asked %d times more", n)
			}
			break
		}
	}
	if !limited {
		t.Error("anybody may ask for ever")
	}
	if res := program.Get("/passholders?inszNumber=" + regularINSZ); res.Status != http.StatusOK {
		t.Errorf("visitors spent what the program itself may ask: %s", res.Body)
	}
	if n := s.Count(t, `SELECT count(*) FROM audit WHERE action = 'passholder.searched'`); n == 0 {
		t.Error("nobody wrote down that a national number was asked for")
	}
}
