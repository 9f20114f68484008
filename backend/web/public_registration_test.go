package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/web/webtest"
	"github.com/openbalie/openbalie/backend/who"
)

// newINSZ is the number of the n-th man born on 6 May 1990 who is nobody.
func newINSZ(n int) string {
	nine := 900506901 + 2*n
	return fmt.Sprintf("%09d%02d", nine, 97-nine%97)
}

// wardAs is a body of POST /passholders with nothing wrong in it: an adult of
// Gent who gets a digital pass. Each change replaces a text in it.
func wardAs(n int, changes ...string) string {
	body := `{"name":"Nieuwmans","firstName":"Ward","inszNumber":"` + newINSZ(n) + `","dateOfBirth":"1990-05-06","gender":"MALE","email":"ward@openbalie.example",` +
		`"address":{"street":"Kouter 3","postalCode":"9000","city":"Gent","country":"BE"},"nationality":"Belg","legalTermsDigital":true,` +
		`"optInPreferences":{"serviceMails":true,"milestoneMails":false,"infoMails":false,"sms":false,"post":false},` +
		`"registrationOrganizer":{"id":"` + sandbox.TestOrganizer + `"},"registrationCardSystemId":2,"registrationCardType":"DIGITAL","points":99,"id":"x"}`
	return strings.NewReplacer(changes...).Replace(body)
}

// physical asks for a card of plastic.
func physical(number string) []string {
	return []string{`"registrationCardType":"DIGITAL"`, `"registrationCardType":"NFC_CARD","registrationUitpasNumber":"` + number + `"`}
}

const (
	ordinaryStock = "0900000020405"
	onePixel      = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAADklEQVR4nGJiAAQAAP//AAYAA/rQWa4AAAAASUVORK5CYII=" // a picture
)

func TestPublicRegistration(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)

	made := program.With("Idempotency-Key", "ward").Post("/passholders", wardAs(1, `"legalTermsDigital":true`,
		`"legalTermsDigital":true,"registrationNote":"Spreekt Frans","registrationPicture":"`+onePixel+`","phoneNumber":"0470 12 34 56"`))
	expectStatus(t, made, http.StatusOK)
	expectField(t, made, "inszNumber", newINSZ(1))
	expectField(t, made, "cardSystemMemberships.0.currentCard.cardType", "DIGITAL")
	expectField(t, made, "cardSystemMemberships.0.status", "ACTIVE")
	expectField(t, made, "registrationOrganizer.id", sandbox.TestOrganizer)
	expectField(t, made, "address.country", "be")
	expectField(t, made, "points", "0")
	expectField(t, made, "optInPreferences.serviceMails", "true")
	at := "/passholders/" + made.Field(t, "id")
	expectField(t, program.Get(at+"/private"), "note", "Spreekt Frans")
	expectStatus(t, program.Get(at+"/picture"), http.StatusOK)
	again := program.With("Idempotency-Key", "ward").Post("/passholders", wardAs(1, `"legalTermsDigital":true`,
		`"legalTermsDigital":true,"registrationNote":"Spreekt Frans","registrationPicture":"`+onePixel+`","phoneNumber":"0470 12 34 56"`))
	expectField(t, again, "id", made.Field(t, "id"))
	if again.Header.Get("Idempotent-Replayed") != "true" || made.Header.Get("Idempotent-Replayed") != "" {
		t.Error("who sends the same again is not told so")
	}
	if n := s.Count(t, `SELECT count(*) FROM registration WHERE passholder_id = $1 AND channel = 'API' AND payment = 'NONE'`, made.Field(t, "id")); n != 1 {
		t.Errorf("%d sales written", n)
	}

	card := program.Post("/passholders", wardAs(2, physical("0900 0000 20405")...))
	expectStatus(t, card, http.StatusOK)
	expectField(t, card, "uitpasNumber", ordinaryStock)
	expectField(t, card, "cardSystemMemberships.0.socialTariff", "")
	social := program.Post("/passholders", wardAs(3, physical(unregistered)...))
	expectStatus(t, social, http.StatusOK)
	expectField(t, social, "cardSystemMemberships.0.socialTariff.status", "ACTIVE")
	if end := social.Field(t, "cardSystemMemberships.0.socialTariff.endDate"); !strings.Contains(end, "-04-30T21:59:59+00:00") {
		t.Errorf("the default end is %s", end)
	}
	until := today(s).Add(200).String()
	digital := program.Post("/passholders", wardAs(4, `"registrationCardType"`, `"registrationSocialTariffEndDate":"`+until+`","registrationCardType"`))
	expectStatus(t, digital, http.StatusOK)
	if end := digital.Field(t, "cardSystemMemberships.0.socialTariff.endDate"); !strings.HasPrefix(end, until) {
		t.Errorf("ends on %s, want %s", end, until)
	}

	for name, tt := range map[string]struct {
		body, kind, pointer string
		status              int
	}{
		"no body":                       {"", "body/missing", "", 400},
		"no JSON":                       {"{", "body/invalid-syntax", "", 400},
		"nothing in it":                 {"{}", "body/invalid-data", "/registrationOrganizer", 400},
		"no card type":                  {wardAs(9, `"registrationCardType":"DIGITAL",`, ""), "body/invalid-data", "/registrationCardType", 400},
		"a card without its number":     {wardAs(9, `"DIGITAL"`, `"NFC_CARD"`), "body/invalid-data", "/registrationUitpasNumber", 400},
		"no card system where it must":  {wardAs(9, `"registrationCardSystemId":2,`, ""), "body/invalid-data", "/registrationCardSystemId", 400},
		"no terms":                      {wardAs(9, `"legalTermsDigital":true`, `"legalTermsDigital":false`), "body/invalid-data", "/legalTermsPaper", 400},
		"a child without a parent":      {wardAs(9, `1990-05-06`, today(s).Add(-3000).String(), `"inszNumber":"`+newINSZ(9)+`",`, "", `"serviceMails":true`, `"serviceMails":false`), "body/invalid-data", "/parentalConsent", 400},
		"mails without an address":      {wardAs(9, `"email":"ward@openbalie.example",`, ""), "body/invalid-data", "/optInPreferences/serviceMails", 400},
		"an end too late":               {wardAs(9, `"registrationCardType"`, `"registrationSocialTariffEndDate":"2999-01-01","registrationCardType"`), "body/invalid-data", "/registrationSocialTariffEndDate", 400},
		"no picture":                    {wardAs(9, `"points":99`, `"registrationPicture":"bm8="`), "body/invalid-data", "/registrationPicture", 400},
		"no base64":                     {wardAs(9, `"points":99`, `"registrationPicture":"-"`), "body/invalid-data", "/registrationPicture", 400},
		"an organizer that is not":      {wardAs(9, sandbox.TestOrganizer, "nothing"), "uitpas/organizer-not-found", "", 400},
		"a card system that is not":     {wardAs(9, `SystemId":2`, `SystemId":999`), "uitpas/cardsystem-not-found", "", 400},
		"another's card system":         {wardAs(9, `SystemId":2`, `SystemId":12`), "auth/forbidden", "", 403},
		"another organizer":             {wardAs(9, sandbox.TestOrganizer, otherOrganizer(t, s)), "auth/forbidden", "", 403},
		"a city that is not":            {wardAs(9, `"city":"Gent"`, `"city":"Nergensgem"`), "uitpas/invalid-city", "", 400},
		"a postal code that is not":     {wardAs(9, `"9000"`, `"9999"`), "uitpas/invalid-city", "", 400},
		"a social tariff from outside":  {wardAs(9, `"registrationCardType"`, `"registrationSocialTariffEndDate":"`+until+`","registrationCardType"`, `"9000"`, `"9300"`, `"city":"Gent"`, `"city":"Aalst"`), "uitpas/invalid-city", "", 400},
		"an INSZ that is not":           {wardAs(9, newINSZ(9), "90050600399"), "uitpas/invalid-insz-number", "", 400},
		"an INSZ that somebody has":     {wardAs(9, newINSZ(9), regularINSZ), "uitpas/insz-already-used", "", 400},
		"a number that is not":          {wardAs(9, physical(wrongDigit)...), "uitpas/invalid-uitpas-number", "", 400},
		"a card that is not":            {wardAs(9, physical(unknownNumber)...), "uitpas/invalid-card", "", 400},
		"a card that somebody has":      {wardAs(9, physical(regular)...), "uitpas/invalid-card-status", "", 400},
		"a card that is blocked":        {wardAs(9, physical(blocked)...), "uitpas/invalid-card-status", "", 400},
		"a voucher that is not":         {wardAs(9, `"points":99`, `"registrationVoucher":"NOTHING1"`), "uitpas/invalid-voucher-code", "", 400},
		"a name that is no name":        {wardAs(9, `Nieuwmans`, `<script>`), "body/invalid-data", "/name", 400},
		"a phone number that is no one": {wardAs(9, `"points":99`, `"phoneNumber":"12"`), "body/invalid-data", "/phoneNumber", 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := program.On(t).Post("/passholders", tt.body)
			expectProblem(t, res, tt.status, tt.kind)
			if tt.pointer != "" && !strings.Contains(string(res.Body), `"jsonPointer":"`+tt.pointer+`"`) {
				t.Errorf("%s is not named: %s", tt.pointer, res.Body)
			}
			if strings.Contains(string(res.Body), newINSZ(9)) || strings.Contains(string(res.Body), regularINSZ) {
				t.Errorf("the answer repeats a national number: %s", res.Body)
			}
		})
	}
	t.Run("a key that was used for another request", func(t *testing.T) {
		t.Parallel()
		expectProblem(t, program.On(t).With("Idempotency-Key", "ward").Post("/passholders", wardAs(5)), http.StatusUnprocessableEntity, "header/invalid")
	})
	t.Run("a card in use says what it is", func(t *testing.T) {
		t.Parallel()
		expectField(t, program.On(t).Post("/passholders", wardAs(9, physical(blocked)...)), "cardStatus", "BLOCKED")
	})
	t.Run("nobody without the right", func(t *testing.T) {
		t.Parallel()
		expectProblem(t, s.Stranger(t).Post("/passholders", wardAs(9)), http.StatusForbidden, "auth/forbidden")
		expectProblem(t, program.On(t).With("Authorization", "").Post("/passholders", wardAs(9)), http.StatusUnauthorized, "auth/unauthorized")
	})
}

// otherOrganizer is one that the sample program may not act for.
func otherOrganizer(t *testing.T, s *webtest.Stand) string {
	t.Helper()
	var id string
	if err := s.DB.QueryRow(t.Context(), `SELECT id FROM organizer WHERE name = '[TEST] Andere organisator'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// Somebody abroad, a note and a social tariff each ask for a right of their own.
func TestPublicRegistrationNeedsMoreRightsForMore(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	hold := func(role rights.Role) {
		t.Helper()
		err := db.InTx(t.Context(), s.DB, func(tx *db.Tx) error {
			us := who.Program("test")
			for _, r := range []rights.Role{rights.Integrator, rights.Registrar, rights.Clerk} {
				if err := rights.Revoke(t.Context(), tx, us, who.Client, "sandbox-client", sandbox.TestOrganizer, r); err != nil {
					return err
				}
			}
			return rights.Grant(t.Context(), tx, us, who.Client, "sandbox-client", sandbox.TestOrganizer, role)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	abroad := wardAs(9, `"postalCode":"9000","city":"Gent","country":"BE"`, `"postalCode":"59000","city":"Lille","country":"fr"`, `"inszNumber":"`+newINSZ(9)+`",`, "")
	melle := wardAs(8, `"9000"`, `"9090"`, `"city":"Gent"`, `"city":"Melle"`, `"registrationCardType"`, `"registrationSocialTariffEndDate":"`+today(s).Add(100).String()+`","registrationCardType"`)

	hold(rights.Clerk)
	expectProblem(t, program.Post("/passholders", wardAs(7)), http.StatusForbidden, "auth/forbidden")
	hold(rights.Registrar)
	for name, body := range map[string]string{"abroad": abroad, "a social tariff of another city": melle} {
		res := program.Post("/passholders", body)
		expectProblem(t, res, http.StatusForbidden, "auth/forbidden")
		if name == "abroad" && !strings.Contains(res.Field(t, "detail"), "FOREIGN_COUNTRY") {
			t.Errorf("%s: %s", name, res.Body)
		}
	}
	hold(rights.Integrator)
	for _, body := range []string{abroad, melle} {
		expectStatus(t, program.Post("/passholders", body), http.StatusOK)
	}
}

func TestPublicMemberships(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	registered := program.Post("/passholders", wardAs(1))
	expectStatus(t, registered, http.StatusOK)
	at := "/passholders/" + registered.Field(t, "id") + "/memberships/"
	ask := func(system string, tariff bool) *webtest.Response {
		return program.Get(fmt.Sprintf("%s%s?socialTariff=%t&organizerId=%s", at, system, tariff, sandbox.TestOrganizer))
	}
	post := func(system, more string) *webtest.Response {
		return program.Post(at+system, `{"registrationOrganizer":{"id":"`+sandbox.TestOrganizer+`"},`+more+`}`)
	}
	expectType := func(res *webtest.Response, want, address string) {
		t.Helper()
		expectStatus(t, res, http.StatusOK)
		expectField(t, res, "type", want)
		expectField(t, res, "addressChangeRequired", address)
	}
	expectType(ask("2", false), "NOT_POSSIBLE", "false")
	expectType(ask("3", false), "NEW_MEMBERSHIP", "false")
	elsewhere := ask("3", true)
	expectType(elsewhere, "NEW_MEMBERSHIP", "true")
	if !strings.HasSuffix(elsewhere.Field(t, "socialTariffEndDate"), "-04-30") {
		t.Errorf("%s", elsewhere.Body)
	}
	replace := ask("2", true)
	expectType(replace, "REPLACE_MEMBERSHIP", "false")
	expectField(t, replace, "replacedMembership.cardSystem.id", "2")
	expectField(t, replace, "replacedMembership.status", "ACTIVE")

	expectProblem(t, post("2", `"cardType":"DIGITAL"`), http.StatusBadRequest, "uitpas/passholder-new-membership-error")
	wrong := post("3", `"cardType":"DIGITAL","socialTariff":{}`)
	expectProblem(t, wrong, http.StatusBadRequest, "uitpas/invalid-city")
	lost := post("3", `"cardType":"DIGITAL","socialTariff":{},"address":{"street":"Zavel 1","postalCode":"1000","city":"Nergensgem"}`)
	expectProblem(t, lost, http.StatusBadRequest, "uitpas/invalid-city")
	expectField(t, program.Get(strings.TrimSuffix(at, "/memberships/")), "address.city", "Gent")
	moved := post("3", `"cardType":"DIGITAL","socialTariff":{},"address":{"street":"Zavel 1","postalCode":"1000","city":"Brussel"}`)
	expectStatus(t, moved, http.StatusCreated)
	person := program.Get(strings.TrimSuffix(at, "/memberships/"))
	expectField(t, person, "address.postalCode", "1000")
	expectField(t, person, "cardSystemMemberships.1.socialTariff.status", "ACTIVE")
	expectField(t, person, "inszNumber", newINSZ(1))

	// The social tariff comes and goes in Gent, each time with another card.
	back := `"address":{"street":"Kouter 3","postalCode":"9000","city":"Gent"}`
	expectProblem(t, post("2", `"cardType":"NFC_CARD","uitpasNumber":"`+ordinaryStock+`","socialTariff":{},`+back), http.StatusBadRequest, "uitpas/invalid-card")
	expectProblem(t, post("2", `"cardType":"NFC_CARD","uitpasNumber":"`+wrongDigit+`","socialTariff":{},`+back), http.StatusBadRequest, "uitpas/invalid-uitpas-number")
	expectProblem(t, post("2", `"cardType":"NFC_CARD","uitpasNumber":"`+regular+`","socialTariff":{},`+back), http.StatusBadRequest, "uitpas/invalid-card-status")
	expectStatus(t, post("2", `"cardType":"NFC_CARD","uitpasNumber":"`+unregistered+`","socialTariff":{"socialTariffEndDate":"`+today(s).Add(60).String()+`"},`+back), http.StatusCreated)
	granted := program.Get(strings.TrimSuffix(at, "/memberships/"))
	expectField(t, granted, "cardSystemMemberships.0.uitpasNumber", unregistered)
	expectField(t, granted, "cardSystemMemberships.0.socialTariff.status", "ACTIVE")
	expectType(ask("2", true), "NOT_POSSIBLE", "false")
	expectType(ask("2", false), "REPLACE_MEMBERSHIP", "false")
	expectStatus(t, post("2", `"cardType":"NFC_CARD","uitpasNumber":"`+ordinaryStock+`"`), http.StatusCreated)
	expectField(t, program.Get(strings.TrimSuffix(at, "/memberships/")), "cardSystemMemberships.0.uitpasNumber", ordinaryStock)

	for name, tt := range map[string]struct{ body, kind string }{
		"no body": {"", "body/missing"}, "no JSON": {"{", "body/invalid-syntax"}, "nothing in it": {"{}", "body/invalid-data"},
		"no number":    {`{"registrationOrganizer":{"id":"x"},"cardType":"NFC_CARD"}`, "body/invalid-data"},
		"no organizer": {`{"registrationOrganizer":{"id":"x"},"cardType":"DIGITAL"}`, "uitpas/organizer-not-found"},
	} {
		if res := program.Post(at+"3", tt.body); res.Status != http.StatusBadRequest || res.Field(t, "type") != publiq+tt.kind {
			t.Errorf("%s: %d %s", name, res.Status, res.Body)
		}
	}
	expectProblem(t, program.Get(at+"2?socialTariff=x&organizerId="+sandbox.TestOrganizer), http.StatusNotFound, "url/not-found")
	expectProblem(t, program.Get(at+"2?socialTariff=true"), http.StatusNotFound, "url/not-found")
	expectProblem(t, program.Get(at+"2?socialTariff=true&organizerId=x"), http.StatusBadRequest, "uitpas/organizer-not-found")
	expectProblem(t, ask("999", false), http.StatusNotFound, "uitpas/cardsystem-not-found")
	expectProblem(t, ask("x", false), http.StatusNotFound, "uitpas/cardsystem-not-found")
	expectProblem(t, ask("12", false), http.StatusForbidden, "auth/forbidden")
	nobody := strings.Replace(at, registered.Field(t, "id"), uuid.NewString(), 1)
	expectProblem(t, program.Get(nobody+"2?socialTariff=true&organizerId="+sandbox.TestOrganizer), http.StatusNotFound, "url/not-found")
	expectProblem(t, program.Post(nobody+"2", `{"registrationOrganizer":{"id":"`+sandbox.TestOrganizer+`"},"cardType":"DIGITAL"}`), http.StatusNotFound, "url/not-found")
	expectProblem(t, s.Stranger(t).Get(at+"2?socialTariff=true&organizerId="+sandbox.TestOrganizer), http.StatusForbidden, "auth/forbidden")

	if _, err := s.DB.Exec(t.Context(), `UPDATE membership SET status = 'BLOCKED' WHERE passholder_id = $1 AND card_system_id = 3`, registered.Field(t, "id")); err != nil {
		t.Fatal(err)
	}
	expectProblem(t, ask("3", true), http.StatusBadRequest, "uitpas/passholder-new-membership-error")
}

func TestPublicPrices(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	visitor := program.With("Authorization", "").With("x-client-id", "sandbox-client")
	const first = "/passholders/membership-prices/"
	ask := func(c *webtest.Caller, query string) *webtest.Response { return c.Get(first + "101?" + query) }
	const adult = "postalCode=9395&dateOfBirth=1990-01-01&cardType=NFC_CARD"

	for name, c := range map[string]*webtest.Caller{"a program": program, "a visitor": visitor, "a visitor by the query": program.With("Authorization", "")} {
		query := adult
		if strings.HasSuffix(name, "query") {
			query += "&clientId=sandbox-client"
		}
		res := ask(c, query)
		expectStatus(t, res, http.StatusOK)
		expectField(t, res, "price", "5")
		expectField(t, res, "label", "Volwassene")
		if res.Field(t, "description") == "" {
			t.Errorf("%s gets no description", name)
		}
	}
	for query, price := range map[string]string{
		adult + "&socialTariff=true": "1", "postalCode=9395&dateOfBirth=2020-01-01&cardType=DIGITAL": "3",
		"postalCode=0000&dateOfBirth=1990-01-01&cardType=NFC_CARD": "8", "postalCode=9000&dateOfBirth=1990-01-01&cardType=NFC_CARD": "8",
		adult + "&voucher=2000000113": "0",
	} {
		expectField(t, ask(program, query), "price", price)
	}
	for _, voucher := range []string{"2000000121", "nothing", "x"} {
		res := ask(program, adult+"&voucher="+voucher)
		expectProblem(t, res, http.StatusBadRequest, "uitpas/invalid-voucher-code")
		if res.Field(t, "endUserMessage.nl") == "" {
			t.Errorf("%s: no words", voucher)
		}
	}
	for _, code := range []string{"99999", "abcd", "0999"} {
		expectProblem(t, ask(program, strings.Replace(adult, "9395", code, 1)), http.StatusBadRequest, "uitpas/invalid-postal-code")
	}
	for _, query := range []string{"", "postalCode=9395&dateOfBirth=x&cardType=NFC_CARD", "postalCode=9395&dateOfBirth=1990-01-01&cardType=PAPER", adult + "&socialTariff=x", "dateOfBirth=1990-01-01&cardType=NFC_CARD"} {
		expectProblem(t, ask(program, query), http.StatusNotFound, "url/not-found")
	}
	for _, system := range []string{"999", "x"} {
		expectProblem(t, program.Get(first+system+"?"+adult), http.StatusNotFound, "uitpas/cardsystem-not-found")
		expectProblem(t, program.Get("/card-systems/"+system+"/membership-prices?cardType=DIGITAL"), http.StatusNotFound, "uitpas/cardsystem-not-found")
	}
	expectProblem(t, ask(s.Stranger(t), adult), http.StatusForbidden, "auth/forbidden")
	expectProblem(t, ask(program.With("Authorization", ""), adult), http.StatusUnauthorized, "auth/unauthorized")

	wall := visitor.Get("/card-systems/101/membership-prices?cardType=DIGITAL")
	expectStatus(t, wall, http.StatusOK)
	var lines []struct {
		Price              float64
		Label, Description string
	}
	wall.Decode(t, &lines)
	if len(lines) < 3 || lines[0].Label == "" || !strings.HasSuffix(lines[0].Description, "euro.") {
		t.Errorf("%s", wall.Body)
	}
	expectProblem(t, visitor.Get("/card-systems/101/membership-prices"), http.StatusNotFound, "url/not-found")
	expectProblem(t, program.With("Authorization", "").Get("/card-systems/101/membership-prices?cardType=DIGITAL"), http.StatusUnauthorized, "auth/unauthorized")

	// The price for somebody who has a pass is that of what the membership would
	// do, and what it then costs.
	bram := "/passholders/" + bearer(t, s, regular) + "/membership-prices/"
	expectField(t, program.Get(bram+"3?cardType=DIGITAL"), "price", "8")
	expectField(t, program.Get(bram+"2?cardType=DIGITAL&socialTariff=true"), "label", "Kansentarief gekregen")
	expectField(t, program.Get(bram+"2?cardType=DIGITAL"), "label", "Verloren of gestolen")
	expectProblem(t, program.Get(bram+"2?cardType=DIGITAL&voucher=nothing"), http.StatusBadRequest, "uitpas/invalid-voucher-code")
	expectProblem(t, program.Get(bram+"999?cardType=DIGITAL"), http.StatusNotFound, "uitpas/cardsystem-not-found")
	expectProblem(t, program.Get("/passholders/"+uuid.NewString()+"/membership-prices/2?cardType=DIGITAL"), http.StatusNotFound, "uitpas/passholder-not-found")
	expectProblem(t, program.Get("/passholders/x/membership-prices/2?cardType=DIGITAL"), http.StatusNotFound, "uitpas/passholder-not-found")
	expectProblem(t, s.Stranger(t).Get(bram+"2?cardType=DIGITAL"), http.StatusForbidden, "auth/forbidden")
	expectProblem(t, visitor.Get(bram+"2?cardType=DIGITAL"), http.StatusUnauthorized, "auth/unauthorized")
}

// Whoever tries vouchers, or only names a client, is slowed down.
func TestPublicPricesAreAskedOnlySoOften(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	at := "/passholders/membership-prices/101?postalCode=9395&dateOfBirth=1990-01-01&cardType=NFC_CARD"
	for name, ask := range map[string]func() *webtest.Response{
		"vouchers": func() *webtest.Response { return program.Get(at + "&voucher=nothing") },
		"visitors": func() *webtest.Response {
			return program.With("Authorization", "").With("x-client-id", "sandbox-client").Get(at)
		},
	} {
		for n := 0; ; n++ {
			res := ask()
			if res.Status == http.StatusTooManyRequests {
				expectProblem(t, res, http.StatusTooManyRequests, "uitpas/rate-limited")
				break
			}
			if n > 100 {
				t.Fatalf("%s: nobody was stopped", name)
			}
		}
	}
}

func TestPublicAssociations(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	const at = "?organizerId=" + sandbox.TestOrganizer
	me := "/passholders/" + bearer(t, s, regular) + "/association-memberships"
	expectProblem(t, program.Post("/passholders/"+nobody+"/association-memberships"+at, `{"association":{"id":"`+nobody+`"}}`), http.StatusNotFound, "url/not-found")
	custom, young := gentAssociation(t, s, "CUSTOM", true), gentAssociation(t, s, "BASED_ON_DATE_OF_BIRTH", true)
	yearly, seen := gentAssociation(t, s, "BASED_ON_REGISTRATION_DATE", true), gentAssociation(t, s, "CUSTOM", false)

	all := program.Get("/associations" + at + "&permission=READ")
	expectStatus(t, all, http.StatusOK)
	mine := program.Get("/associations" + at + "&permission=WRITE&limit=1")
	if all.Field(t, "totalItems") <= mine.Field(t, "totalItems") || mine.Field(t, "member.0.name") == "" || mine.Field(t, "member.1") != "" {
		t.Errorf("%s beside %s", all.Body, mine.Body)
	}
	expectField(t, program.Get("/associations?organiserId="+sandbox.TestOrganizer+"&permission=READ"), "totalItems", all.Field(t, "totalItems"))
	for _, query := range []string{"?permission=READ", at, at + "&permission=ALL", at + "&permission=READ&limit=x"} {
		expectProblem(t, program.Get("/associations"+query), http.StatusNotFound, "url/not-found")
	}
	expectProblem(t, program.Get("/associations"+at+"&permission=READ&limit=501"), http.StatusBadRequest, "url/query-limit-exceeded")
	expectProblem(t, program.Get("/associations?permission=READ&organizerId="+otherOrganizer(t, s)), http.StatusForbidden, "auth/forbidden")

	var could []struct {
		Association        struct{ ID string }
		Status, NewEndDate string
		EndDate            string
		Renewable          bool
	}
	list := func(spelling string) map[string]string {
		t.Helper()
		res := program.Get(me + "?" + spelling + "=" + sandbox.TestOrganizer)
		expectStatus(t, res, http.StatusOK)
		could = nil
		res.Decode(t, &could)
		out := map[string]string{}
		for _, m := range could {
			out[m.Association.ID] = fmt.Sprint(m.Status, " ", m.Renewable)
		}
		return out
	}
	standing := list("organiserId") // as a live counter app spells it
	if standing[custom] != "NONE false" || standing[yearly] != "NONE false" || standing[young] != "" || standing[seen] != "" {
		t.Errorf("%v", standing) // too old for one, and another is only seen
	}
	expectProblem(t, program.Get(me), http.StatusNotFound, "url/not-found")
	expectProblem(t, program.Get("/passholders/"+uuid.NewString()+"/association-memberships"+at), http.StatusNotFound, "url/not-found")

	join := func(id, more string) *webtest.Response {
		return program.Post(me+at, `{"association":{"id":"`+id+`"}`+more+`}`)
	}
	for name, tt := range map[string]struct {
		res  *webtest.Response
		kind string
	}{
		"no body":       {program.Post(me+at, ""), "body/missing"},
		"no JSON":       {program.Post(me+at, "{"), "body/invalid-syntax"},
		"nothing in it": {program.Post(me+at, "{}"), "body/invalid-data"},
		"no last day":   {join(custom, ""), "body/invalid-data"},
		"a day past":    {join(custom, `,"endDate":"2001-01-01"`), "body/invalid-data"},
		"no day":        {join(custom, `,"endDate":"soon"`), "body/invalid-data"},
		"no such":       {join(uuid.NewString(), ""), "uitpas/association-not-found"},
		"no id":         {join("x", ""), "uitpas/association-not-found"},
		"only seen":     {join(seen, `,"endDate":"2999-01-01"`), "uitpas/association-not-found"},
		"too old":       {join(young, ""), "uitpas/association-membership-renew-not-possible"},
	} {
		if tt.res.Status != http.StatusBadRequest || tt.res.Field(t, "type") != publiq+tt.kind {
			t.Errorf("%s: %d %s", name, tt.res.Status, tt.res.Body)
		}
	}
	foreigner := "/passholders/" + bearer(t, s, "1000000520006") + "/association-memberships"
	expectProblem(t, program.Post(foreigner+at, `{"association":{"id":"`+yearly+`"}}`), http.StatusBadRequest, "uitpas/association-passholder-cardsystem-mismatch")

	expectStatus(t, join(custom, `,"endDate":"`+today(s).Add(20).String()+`T22:59:59+00:00"`), http.StatusCreated)
	expectStatus(t, join(yearly, ""), http.StatusCreated)
	expectProblem(t, join(yearly, ""), http.StatusBadRequest, "uitpas/association-membership-renew-not-possible")
	standing = list("organizerId")
	if standing[custom] != "ACTIVE true" || standing[yearly] != "ACTIVE false" {
		t.Errorf("%v", standing)
	}
	for _, m := range could {
		if m.Association.ID == custom && (m.EndDate != today(s).Add(20).String() && m.EndDate != today(s).Add(21).String() || m.NewEndDate == "") {
			t.Errorf("%+v", m)
		}
	}
	expectStatus(t, join(custom, `,"endDate":"`+today(s).Add(300).String()+`"`), http.StatusCreated)

	gone := program.Delete(me + "/" + custom + at)
	expectStatus(t, gone, http.StatusNoContent)
	for _, path := range []string{me + "/" + custom + at, me + "/x" + at, me + "/" + seen + at, me + "/" + custom} {
		expectProblem(t, program.Delete(path), http.StatusNotFound, "url/not-found")
	}
	expectProblem(t, s.Stranger(t).Delete(me+"/"+yearly+at), http.StatusForbidden, "auth/forbidden")
	s.Travel(400 * 24 * 60 * 60 * 1e9)
	defer s.Travel(-400 * 24 * 60 * 60 * 1e9)
	program = s.Program(t)
	if got := list("organizerId"); got[yearly] != "EXPIRED true" {
		t.Errorf("a year later: %v", got)
	}
}

func TestPublicFamilies(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	parent, child := bearer(t, s, "0900004518305"), bearer(t, s, "0900004518404")
	at := "/passholders/" + parent + "/family-members"

	family := program.Get(at)
	expectStatus(t, family, http.StatusOK)
	expectField(t, family, "0.mainFamilyMember", "true")
	expectField(t, family, "0.passholder.id", parent)
	expectField(t, family, "1.uitpasNumber", "0900004518404")
	expectField(t, family, "1.mainFamilyMember", "false")
	expectField(t, family, "1.passholder.firstName", "Lotte")
	families := program.Get("/passholders/" + child + "/families")
	expectField(t, families, "0.passholderId", parent)
	expectField(t, families, "0.email", "verhelst@thuis.example")
	if body := string(program.Get("/passholders/" + parent + "/families").Body); body != "[]" {
		t.Errorf("the own family is no other: %s", body)
	}

	add := func(number string) *webtest.Response {
		return program.Post(at, `{"uitpasNumber":"`+number+`","icon":"fox","passholder":{"x":1}}`)
	}
	expectStatus(t, add(regular), http.StatusCreated)
	for name, tt := range map[string]struct {
		res  *webtest.Response
		kind string
	}{
		"no body":             {program.Post(at, ""), "body/missing"},
		"no JSON":             {program.Post(at, "["), "body/invalid-syntax"},
		"nothing in it":       {program.Post(at, "{}"), "body/invalid-data"},
		"an icon like that":   {program.Post(at, `{"uitpasNumber":"`+socialTariff+`","icon":"`+strings.Repeat("x", 65)+`"}`), "body/invalid-data"},
		"no number":           {add(wrongDigit), "uitpas/invalid-uitpas-number"},
		"nobody's card":       {add(unregistered), "uitpas/passholder-not-found"},
		"a group":             {add(groupPass), "uitpas/passholder-not-found"},
		"no card":             {add(unknownNumber), "uitpas/passholder-not-found"},
		"twice":               {add(regular), "uitpas/family-member-already-added"},
		"a third adult":       {add(socialTariff), "uitpas/too-many-adults-in-family"},
		"a token that is not": {program.With("x-registration-token", "x").Post(at, `{"uitpasNumber":"`+socialTariff+`"}`), "header/invalid"},
	} {
		if tt.res.Status != http.StatusBadRequest || tt.res.Field(t, "type") != publiq+tt.kind {
			t.Errorf("%s: %d %s", name, tt.res.Status, tt.res.Body)
		}
	}
	if _, err := s.DB.Exec(t.Context(), `UPDATE card_system SET family_max_members = 3, family_max_adults = 3 WHERE id = 2`); err != nil {
		t.Fatal(err)
	}
	expectProblem(t, add(socialTariff), http.StatusBadRequest, "uitpas/too-many-family-members")

	expectStatus(t, program.Do(http.MethodPut, at+"/"+child, `{"icon":"owl","uitpasNumber":"ignored"}`), http.StatusAccepted)
	expectField(t, program.Get(at), "1.icon", "owl")
	expectProblem(t, program.Do(http.MethodPut, at+"/"+child, ""), http.StatusBadRequest, "body/missing")
	expectProblem(t, program.Do(http.MethodPut, at+"/"+child, "{"), http.StatusBadRequest, "body/invalid-syntax")
	expectProblem(t, program.Do(http.MethodPut, at+"/"+child, `{"icon":1}`), http.StatusBadRequest, "body/invalid-data")
	expectProblem(t, program.Do(http.MethodPut, at+"/"+uuid.NewString(), `{"icon":"owl"}`), http.StatusNotFound, "url/not-found")
	expectProblem(t, program.Delete(at+"/"+parent), http.StatusForbidden, "auth/forbidden")
	expectStatus(t, program.Delete(at+"/"+bearer(t, s, regular)), http.StatusAccepted)
	expectProblem(t, program.Delete(at+"/"+bearer(t, s, regular)), http.StatusNotFound, "url/not-found")
	nobody := "/passholders/" + uuid.NewString()
	for _, path := range []string{nobody + "/family-members", nobody + "/families", "/passholders/x/families"} {
		expectProblem(t, program.Get(path), http.StatusNotFound, "url/not-found")
	}
	expectProblem(t, program.Post(nobody+"/family-members", `{"uitpasNumber":"`+regular+`"}`), http.StatusNotFound, "url/not-found")
	expectProblem(t, s.Stranger(t).Get(at), http.StatusForbidden, "auth/forbidden")
	expectProblem(t, program.With("Authorization", "").Get(at), http.StatusUnauthorized, "auth/unauthorized")

	// The link of the mail, without signing in.
	mail := program.With("Authorization", "")
	expectProblem(t, mail.With("x-custom-token", "guess").Delete(at+"/"+child), http.StatusUnauthorized, "auth/unauthorized")
	expectProblem(t, mail.With("x-custom-token", "guess").Get(at), http.StatusUnauthorized, "auth/unauthorized")
	token := undoToken(t, s, parent, child)
	expectStatus(t, mail.With("x-custom-token", token).Delete(at+"/"+child), http.StatusAccepted)
	expectProblem(t, mail.With("x-custom-token", token).Delete(at+"/"+child), http.StatusUnauthorized, "auth/unauthorized")
}

// conformMembers asks for registrations, memberships, prices, associations and
// families in every way that the contract has.
func conformMembers(t *testing.T, s *webtest.Stand, program *webtest.Caller, asked map[string]*webtest.Response) {
	t.Helper()
	ward := func(n int, changes ...string) string {
		return wardAs(n, append(changes, `,"points":99,"id":"x"`, "")...)
	}
	made := program.Post("/passholders", ward(1))
	expectStatus(t, made, http.StatusOK)
	asked["POST /passholders"] = made
	for name, b := range map[string]string{
		"card": ward(2, physical(ordinaryStock)...), "social": ward(3, physical(unregistered)...), "taken": ward(4, physical(regular)...), "no card": ward(4, physical(unknownNumber)...),
		"no number": ward(4, physical(wrongDigit)...), "known": ward(1), "nowhere": ward(4, `"city":"Gent"`, `"city":"Nergensgem"`), "organizer": ward(4, sandbox.TestOrganizer, "x"),
		"system": ward(4, `SystemId":2`, `SystemId":999`), "empty": "", "malformed": "{", "types": `{"name":1}`, "voucher": ward(4, `"nationality"`, `"registrationVoucher":"x","nationality"`),
	} {
		asked["POST /passholders "+name] = program.Post("/passholders", b)
	}
	const at, organizer = "?organizerId=" + sandbox.TestOrganizer, `{"registrationOrganizer":{"id":"` + sandbox.TestOrganizer + `"},`
	person, parent := "/passholders/"+made.Field(t, "id"), "/passholders/"+bearer(t, s, "0900004518305")
	associations, family := parent+"/association-memberships", parent+"/family-members"
	yearly, child := gentAssociation(t, s, "BASED_ON_REGISTRATION_DATE", true), family+"/"+bearer(t, s, "0900004518404")
	for _, path := range []string{
		person + "/memberships/2" + at + "&socialTariff=false", person + "/memberships/2" + at + "&socialTariff=true", person + "/memberships/3" + at + "&socialTariff=true",
		person + "/memberships/999" + at + "&socialTariff=true", person + "/memberships/2", person + "/membership-prices/3?cardType=DIGITAL", person + "/membership-prices/999?cardType=DIGITAL",
		person + "/membership-prices/2?cardType=DIGITAL&voucher=x", "/passholders/membership-prices/2?cardType=DIGITAL&postalCode=9000&dateOfBirth=1990-01-01",
		"/passholders/membership-prices/2?cardType=DIGITAL&postalCode=99999&dateOfBirth=1990-01-01", "/passholders/membership-prices/2",
		"/card-systems/2/membership-prices?cardType=DIGITAL", "/card-systems/999/membership-prices?cardType=DIGITAL",
		"/associations" + at + "&permission=READ", "/associations" + at + "&permission=WRITE&limit=501", associations + at, associations, "/passholders/x/association-memberships" + at,
		family, "/passholders/x/family-members", parent + "/families", strings.Replace(child, "/family-members", "/families", 1),
	} {
		asked["GET "+path] = program.Get(path)
	}
	maps.Copy(asked, map[string]*webtest.Response{
		"POST membership":              program.Post(person+"/memberships/3", organizer+`"cardType":"DIGITAL"}`),
		"POST membership again":        program.Post(person+"/memberships/3", organizer+`"cardType":"DIGITAL"}`),
		"POST membership of nobody":    program.Post("/passholders/x/memberships/3", organizer+`"cardType":"DIGITAL"}`),
		"POST association":             program.Post(associations+at, `{"association":{"id":"`+yearly+`"}}`),
		"POST association again":       program.Post(associations+at, `{"association":{"id":"`+yearly+`"}}`),
		"POST association unknown":     program.Post(associations+at, `{"association":{"id":"x"}}`),
		"DELETE association":           program.Delete(associations + "/" + yearly + at),
		"DELETE association again":     program.Delete(associations + "/" + yearly + at),
		"POST family":                  program.Post(family, `{"uitpasNumber":"`+regular+`"}`),
		"POST family again":            program.Post(family, `{"uitpasNumber":"`+regular+`"}`),
		"POST family adult":            program.Post(family, `{"uitpasNumber":"`+socialTariff+`"}`),
		"POST family nobody":           program.Post(family, `{"uitpasNumber":"`+unknownNumber+`"}`),
		"PUT family":                   program.Do(http.MethodPut, child, `{"icon":"owl"}`),
		"PUT family empty":             program.Do(http.MethodPut, child, ""),
		"DELETE family":                program.Delete(child),
		"DELETE family again":          program.Delete(child),
		"DELETE family of main member": program.Delete(family + "/" + strings.TrimPrefix(parent, "/passholders/")),
	})
}
