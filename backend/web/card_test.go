package web_test

import (
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/web/webtest"
)

// couponGroup has a pass for coupons only.
const couponGroup = "0900000191800"

func TestPublicCards(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	for name, tt := range map[string]struct {
		query, number, status, tariff, chip string
	}{
		"in use":             {"uitpasNumber=" + regular, regular, "ACTIVE", "false", regularChip},
		"by its chip":        {"chipNumber=" + strings.ToLower(regularChip), regular, "ACTIVE", "false", regularChip},
		"blocked":            {"uitpasNumber=" + blocked, blocked, "BLOCKED", "true", "04B00412F15284"},
		"to be given out":    {"uitpasNumber=" + unregistered, unregistered, "LOCAL_STOCK", "true", "044AC54A8E6180"},
		"a right that ended": {"uitpasNumber=" + expiredTariff, expiredTariff, "ACTIVE", "true", "04CEE7528E6180"},
		"of a group":         {"uitpasNumber=" + groupPass, groupPass, "ACTIVE", "true", "04D0AB6AF85C80"},
		"digital":            {"uitpasNumber=0900004518305", "0900004518305", "ACTIVE", "false", ""},
	} {
		res := program.Get("/cards?" + tt.query)
		expectStatus(t, res, http.StatusOK)
		for field, want := range map[string]string{"uitpasNumber": tt.number, "status": tt.status, "socialTariff": tt.tariff, "chipNumber": tt.chip} {
			if got := res.Field(t, field); got != want {
				t.Errorf("%s: %s is %q, want %q", name, field, got, want)
			}
		}
	}
	// A card on its way has a number, but no chip that anybody could tap.
	var sent string
	if err := s.DB.QueryRow(t.Context(), `SELECT uitpas_number FROM card WHERE status = 'SENT' LIMIT 1`).Scan(&sent); err != nil {
		t.Fatal(err)
	}
	res := program.Get("/cards?uitpasNumber=" + sent)
	expectField(t, res, "status", "PROVISIONED")
	expectField(t, res, "chipNumber", "")

	expectProblem(t, program.Get("/cards?uitpasNumber="+wrongDigit), http.StatusBadRequest, "uitpas/invalid-uitpas-number")
	for _, query := range []string{"", "?chipNumber=xyz", "?uitpasNumber=" + regular + "&chipNumber=" + regularChip, "?uitpasNumber=" + unknownNumber, "?chipNumber=04000000000000"} {
		expectProblem(t, program.Get("/cards"+query), http.StatusNotFound, "url/not-found")
	}
	expectProblem(t, s.Stranger(t).Get("/cards?uitpasNumber="+regular), http.StatusForbidden, "auth/forbidden")
	expectProblem(t, program.With("Authorization", "").Get("/cards?uitpasNumber="+regular), http.StatusUnauthorized, "auth/unauthorized")
}

func TestPublicSocialTariffCards(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	// Programs may not export them unless somebody decides so.
	expectProblem(t, program.Get("/cards/social-tariff/2/active"), http.StatusForbidden, "auth/forbidden")
	_, err := s.DB.Exec(t.Context(), `
		INSERT INTO rights_grant (subject_kind, subject, organizer_id, role, granted_by, granted_at)
		SELECT 'CLIENT', 'sandbox-client', organizer_id, 'ADMIN', 'test', now() FROM organizer_card_system WHERE card_system_id = 2`)
	if err != nil {
		t.Fatal(err)
	}
	res := program.Get("/cards/social-tariff/2/active")
	expectStatus(t, res, http.StatusOK)
	type tariffCard struct {
		UitpasNumber     string
		CardType         string
		AvailableTickets *int
	}
	var all []tariffCard
	res.Decode(t, &all)
	listed := map[string]tariffCard{}
	for _, c := range all {
		listed[c.UitpasNumber] = c
	}
	for number, want := range map[string]bool{
		socialTariff: true, groupPass: true, regular: false, expiredTariff: false, blocked: false, couponGroup: false, unregistered: false,
	} {
		if _, got := listed[number]; got != want {
			t.Errorf("%s listed: %v", number, got)
		}
	}
	if g := listed[groupPass]; g.CardType != "GROUP" || g.AvailableTickets == nil || listed[socialTariff].AvailableTickets != nil {
		t.Errorf("%+v, %+v", g, listed[socialTariff])
	}
	expectField(t, program.Get("/cards/social-tariff/2/active?uitpasNumber="+socialTariff), "0.cardType", "REGULAR")
	if got := program.Get("/cards/social-tariff/2/active?uitpasNumber=" + regular); string(got.Body) != "[]" {
		t.Errorf("a card without: %s", got.Body)
	}
	expectProblem(t, program.Get("/cards/social-tariff/2/active?uitpasNumber="+wrongDigit), http.StatusBadRequest, "uitpas/invalid-uitpas-number")
	for _, id := range []string{"101", "999", "x"} {
		expectProblem(t, program.Get("/cards/social-tariff/"+id+"/active"), http.StatusForbidden, "auth/forbidden")
	}
}

func TestPublicCardSystems(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	visitor := s.Program(t).With("Authorization", "").With("x-client-id", "sandbox-client")

	res := visitor.Get("/card-systems")
	expectStatus(t, res, http.StatusOK)
	expectField(t, res, "totalItems", "7")
	expectField(t, res, "member.0.name", "Paspartoe")
	expectField(t, visitor.Get("/card-systems?sort=-name"), "member.0.name", "UiTPAS Zuiderheuvels (fictief)")
	expectField(t, visitor.Get("/card-systems?permanent=false"), "totalItems", "0")
	expectField(t, visitor.Get("/card-systems?city=gentbrugge&city=Oostende"), "totalItems", "2")
	expectField(t, visitor.Get("/card-systems?postalCode=9050"), "member.0.id", "2")
	expectField(t, visitor.Get("/card-systems?postalCode=9300"), "totalItems", "0")
	near := visitor.Get("/card-systems?sort=postalCode&postalCodeSort=8450&limit=2")
	expectField(t, near, "member.0.name", "UiTPAS Duinstreek (fictief)")
	expectField(t, near, "member.1.name", "UiTPAS Oostende")
	expectField(t, visitor.Get("/card-systems?sort=-postalCode&postalCodeSort=1000"), "member.6.name", "Paspartoe")
	expectField(t, visitor.Get("/card-systems?start=6"), "member.1.id", "")
	expectField(t, visitor.Get("/card-systems?start=100"), "totalItems", "7")

	expectProblem(t, visitor.Get("/card-systems?sort=postalCode"), http.StatusBadRequest, "uitpas/postal-code-required")
	expectProblem(t, visitor.Get("/card-systems?sort=postalCode&postalCodeSort=x"), http.StatusBadRequest, "uitpas/invalid-postal-code")
	expectProblem(t, visitor.Get("/card-systems?postalCode=0123"), http.StatusBadRequest, "uitpas/invalid-postal-code")
	expectProblem(t, visitor.Get("/card-systems?limit=501"), http.StatusBadRequest, "url/query-limit-exceeded")
	expectProblem(t, visitor.Get("/card-systems?sort=size"), http.StatusNotFound, "url/not-found")
	expectProblem(t, visitor.Get("/card-systems?permanent=perhaps"), http.StatusNotFound, "url/not-found")

	one := visitor.Get("/card-systems/2")
	expectStatus(t, one, http.StatusOK)
	expectField(t, one, "cardlessRegistrationType", "ALL")
	expectField(t, one, "cities.1.name", "Gentbrugge")
	for _, path := range []string{"/card-systems/999", "/card-systems/x", "/card-systems/999/city-settings", "/card-systems/999/social-tariff-settings?postalCode=9000"} {
		expectProblem(t, visitor.Get(path), http.StatusNotFound, "uitpas/cardsystem-not-found")
	}
}

func TestPublicCitySettings(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	_, err := s.DB.Exec(t.Context(), `
		UPDATE card_system_city SET allows_cardless_registration = false, contact_email = 'melle@uitpas.example' WHERE postal_code = '9090'`)
	if err != nil {
		t.Fatal(err)
	}
	program := s.Program(t)
	res := program.Get("/card-systems/2/city-settings?postalCode=9090&postalCode=9000")
	expectStatus(t, res, http.StatusOK)
	for field, want := range map[string]string{
		"0.city": "Melle", "0.allowsCardlessRegistration": "false", "0.contactEmail": "melle@uitpas.example",
		"1.city": "Gent", "1.allowsCardlessRegistration": "true", "1.contactEmail": "gent@uitpas.example", "2.city": "",
	} {
		expectField(t, res, field, want)
	}
	expectField(t, program.Get("/card-systems/2/city-settings"), "2.city", "Melle")
	expectField(t, program.Get("/card-systems/2/social-tariff-settings?postalCode=9090"), "allowsCardlessRegistration", "false")
	expectField(t, program.Get("/card-systems/2/social-tariff-settings?postalCode=9000"), "allowsCardlessRegistration", "true")
	for _, path := range []string{"city-settings", "social-tariff-settings"} {
		expectProblem(t, program.Get("/card-systems/2/"+path+"?postalCode=90"), http.StatusBadRequest, "uitpas/invalid-postal-code")
		expectProblem(t, program.Get("/card-systems/2/"+path+"?postalCode=8400"), http.StatusBadRequest, "uitpas/postal-code-not-in-card-system")
	}
	expectProblem(t, program.Get("/card-systems/2/social-tariff-settings"), http.StatusNotFound, "url/not-found")
}

// What needs no permission needs a client all the same, and its id proves
// nothing: it opens no other door.
func TestAClientIDIsNoToken(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	nobody := s.Program(t).With("Authorization", "")
	expectProblem(t, nobody.Get("/card-systems"), http.StatusUnauthorized, "auth/unauthorized")
	expectProblem(t, nobody.With("x-client-id", "nobody").Get("/card-systems"), http.StatusUnauthorized, "auth/unauthorized")
	expectProblem(t, nobody.Get("/card-systems?clientId="+strings.Repeat("x", 200)), http.StatusUnauthorized, "auth/unauthorized")
	expectProblem(t, nobody.With("x-client-id", "sandbox-client").With("Authorization", "Bearer x").Get("/card-systems"), http.StatusUnauthorized, "auth/unauthorized")
	expectStatus(t, nobody.Get("/card-systems?clientId=sandbox-client"), http.StatusOK)
	for _, path := range []string{"/permissions", "/cards?uitpasNumber=" + regular, "/passes?identifier=" + regular, "/grouppasses/01900000-0000-7000-8000-000000000003"} {
		expectProblem(t, nobody.With("x-client-id", "sandbox-client").Get(path), http.StatusUnauthorized, "auth/unauthorized")
	}
	expectProblem(t, nobody.With("x-client-id", "stranger").Get("/grouppasses?uitpasNumber="+groupPass), http.StatusUnauthorized, "auth/unauthorized")
}

func TestPublicGroupPasses(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	for _, query := range []string{"uitpasNumber=" + groupPass, "chipNumber=04d0ab6af85c80"} {
		res := program.Get("/grouppasses?" + query)
		expectStatus(t, res, http.StatusOK)
		for field, want := range map[string]string{
			"totalItems": "1", "member.0.uitpasNumber": groupPass, "member.0.cardStatus": "ACTIVE", "member.0.socialTariff.status": "ACTIVE",
			"member.0.socialTariff.totalTicketsPerYear": "500", "member.0.cardSystem.id": "2", "member.0.address.city": "Gent",
			"member.0.name": "Buurtwerking De Brug (testgroep)",
		} {
			expectField(t, res, field, want)
		}
	}
	found := program.Get("/grouppasses?uitpasNumber=" + groupPass)
	one := program.Get("/grouppasses/" + found.Field(t, "member.0.id"))
	expectField(t, one, "uitpasNumber", groupPass)
	if !strings.HasSuffix(one.Field(t, "creationDate"), "+00:00") {
		t.Errorf("created at %s", one.Field(t, "creationDate"))
	}
	expectField(t, program.Get("/grouppasses?uitpasNumber="+couponGroup), "member.0.socialTariff", "")
	expectField(t, program.Get("/grouppasses?uitpasNumber="+regular), "totalItems", "0")
	expectField(t, program.Get("/grouppasses?uitpasNumber="+unknownNumber), "totalItems", "0")
	expectField(t, program.Get("/grouppasses?limit=0&uitpasNumber="+groupPass), "member.0.id", "")

	expectProblem(t, program.Get("/grouppasses?uitpasNumber="+wrongDigit), http.StatusBadRequest, "uitpas/invalid-uitpas-number")
	expectProblem(t, program.Get("/grouppasses?limit=501&uitpasNumber="+groupPass), http.StatusBadRequest, "url/query-limit-exceeded")
	for _, path := range []string{"/grouppasses", "/grouppasses?sort[name]=up&uitpasNumber=" + groupPass, "/grouppasses/x", "/grouppasses/01900000-0000-7000-8000-000000000000"} {
		expectProblem(t, program.Get(path), http.StatusNotFound, "url/not-found")
	}
	expectProblem(t, s.Stranger(t).Get("/grouppasses?uitpasNumber="+groupPass), http.StatusForbidden, "auth/forbidden")

	// A blocked card still says whose it is: clients look at its status.
	if _, err := s.DB.Exec(t.Context(), `UPDATE card SET status = 'BLOCKED' WHERE uitpas_number = $1`, groupPass); err != nil {
		t.Fatal(err)
	}
	expectField(t, program.Get("/grouppasses?uitpasNumber="+groupPass), "member.0.cardStatus", "BLOCKED")
	// Two years later the right is over and the turns are new.
	if _, err := s.DB.Exec(t.Context(), `UPDATE group_pass SET socialtariff_until = current_date + 100`); err != nil {
		t.Fatal(err)
	}
	s.Travel(2 * 365 * 24 * time.Hour)
	later := s.Program(t).Get("/grouppasses?uitpasNumber=" + groupPass)
	expectField(t, later, "member.0.socialTariff.status", "EXPIRED")
	expectField(t, later, "member.0.socialTariff.availableTickets", "500")
}

func TestAVisitorSeesOfAGroupPassOnlyWhatIsNotPersonalAndOnlySoOften(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	visitor := s.Program(t).With("Authorization", "").With("x-client-id", "sandbox-client")
	res := visitor.Get("/grouppasses?uitpasNumber=" + groupPass)
	expectStatus(t, res, http.StatusOK)
	expectField(t, res, "member.0.cardStatus", "ACTIVE")
	for _, field := range []string{"name", "email", "address", "telephone"} {
		expectField(t, res, "member.0."+field, "")
	}
	for range 100 {
		if res = visitor.Get("/grouppasses?uitpasNumber=" + groupPass); res.Status != http.StatusOK {
			break
		}
	}
	expectProblem(t, res, http.StatusTooManyRequests, "uitpas/rate-limited")
	expectStatus(t, s.Program(t).Get("/grouppasses?uitpasNumber="+groupPass), http.StatusOK)
}

func TestTheDeprecatedLookupsStillWork(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program := s.Program(t)
	for _, path := range []string{"/passes/" + regular, "/insz-numbers/" + regularINSZ, "/chip-numbers/" + regularChip, "/chip-numbers/" + strings.ToLower(regularChip)} {
		res := program.Get(path)
		expectStatus(t, res, http.StatusOK)
		expectField(t, res, "uitpasNumber", regular)
		expectField(t, res, "passType", "INDIVIDUAL")
	}
	expired := program.Get("/passes/" + expiredTariff)
	expectField(t, expired, "socialTariff.status", "EXPIRED")
	expectField(t, expired, "messages.0.level", "WARN")
	expectField(t, program.Get("/passes/"+groupPass), "passType", "GROUP")
	expectField(t, program.Get("/passes/"+groupPass), "points", "0")

	expectProblem(t, program.Get("/passes/"+blocked), http.StatusBadRequest, "uitpas/card-blocked")
	expectProblem(t, program.Get("/chip-numbers/04B00412F15284"), http.StatusBadRequest, "uitpas/card-blocked")
	expectProblem(t, program.Get("/insz-numbers/71030360442"), http.StatusBadRequest, "uitpas/card-blocked")
	byINSZ := program.Get("/passes?identifier=71030360442")
	expectProblem(t, byINSZ, http.StatusBadRequest, "uitpas/invalid-card-status")
	expectField(t, byINSZ, "cardStatus", "BLOCKED")
	for _, path := range []string{
		"/passes/" + unregistered, "/passes/" + unknownNumber, "/passes/" + wrongDigit,
		"/insz-numbers/02020231402", "/insz-numbers/83030201541", "/insz-numbers/" + regular, "/chip-numbers/04000000000000", "/chip-numbers/" + regular, "/chip-numbers/x",
	} {
		expectProblem(t, program.Get(path), http.StatusNotFound, "uitpas/pass-not-found")
	}
	expectField(t, program.Get("/passes/"+wrongDigit), "detail", wrongDigit)
	expectField(t, program.Get("/insz-numbers/83030201541"), "detail", "")
	for _, number := range []string{"123", "09000000959020", "o900000095902"} {
		expectProblem(t, program.Get("/passes/"+number), http.StatusBadRequest, "uitpas/invalid-uitpas-number")
	}
	if _, err := s.DB.Exec(t.Context(), `INSERT INTO membership (passholder_id, card_system_id, status, since)
		SELECT passholder_id, (SELECT max(id) FROM card_system), 'ENDED', now() FROM card WHERE uitpas_number = $1`, regular); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.Exec(t.Context(), `UPDATE membership SET status = 'BLOCKED' WHERE status = 'ACTIVE' AND passholder_id = (SELECT passholder_id FROM card WHERE uitpas_number = $1)`, regular); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/passes/" + regular, "/insz-numbers/" + regularINSZ, "/chip-numbers/" + regularChip} {
		expectProblem(t, program.Get(path), http.StatusBadRequest, "uitpas/passholder-blocked")
		expectProblem(t, s.Stranger(t).Get(path), http.StatusForbidden, "auth/forbidden")
	}
	// A national number is not looked up without end, and never stands in a log.
	var res *webtest.Response
	for range 100 {
		if res = program.Get("/insz-numbers/02020231402"); res.Status != http.StatusNotFound {
			break
		}
	}
	expectProblem(t, res, http.StatusTooManyRequests, "uitpas/rate-limited")
	for _, secret := range []string{"02020231402", regularINSZ} {
		if strings.Contains(s.Log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

// TestConformanceOfCards is TestConformance for the operations of cards, card
// systems and group passes.
func TestConformanceOfCards(t *testing.T) {
	t.Parallel()
	file := os.Getenv("OPENBALIE_CONTRACT")
	if file == "" {
		t.Skip("OPENBALIE_CONTRACT names no published contract: make conformance CONTRACT=file.json")
	}
	s := webtest.New(t)
	_, err := s.DB.Exec(t.Context(), `
		INSERT INTO rights_grant (subject_kind, subject, organizer_id, role, granted_by, granted_at)
		SELECT 'CLIENT', 'sandbox-client', organizer_id, 'ADMIN', 'test', now() FROM organizer_card_system WHERE card_system_id = 2`)
	if err != nil {
		t.Fatal(err)
	}
	program := s.Program(t).Against(file)
	visitor := program.With("Authorization", "").With("x-client-id", "sandbox-client")
	asked := map[string]*webtest.Response{
		"GET /cards/social-tariff":       program.Get("/cards/social-tariff/2/active"),
		"GET /cards/social-tariff wrong": program.Get("/cards/social-tariff/2/active?uitpasNumber=" + wrongDigit),
		"GET /card-systems":              visitor.Get("/card-systems"),
		"GET /card-systems far":          visitor.Get("/card-systems?sort=postalCode"),
		"GET /card-systems many":         visitor.Get("/card-systems?limit=501"),
		"GET /card-systems/2":            visitor.Get("/card-systems/2"),
		"GET /card-systems/999":          visitor.Get("/card-systems/999"),
		"GET city-settings":              visitor.Get("/card-systems/2/city-settings"),
		"GET city-settings wrong":        visitor.Get("/card-systems/2/city-settings?postalCode=x"),
		"GET city-settings elsewhere":    visitor.Get("/card-systems/2/city-settings?postalCode=8400"),
		"GET social-tariff-settings":     visitor.Get("/card-systems/2/social-tariff-settings?postalCode=9000"),
		"GET grouppasses by a visitor":   visitor.Get("/grouppasses?uitpasNumber=" + groupPass),
		"GET grouppasses/none":           program.Get("/grouppasses/none"),
		"no token":                       program.With("Authorization", "").Get("/cards?uitpasNumber=" + regular),
	}
	for _, n := range []string{regular, socialTariff, expiredTariff, groupPass, couponGroup, blocked, unregistered, unknownNumber, wrongDigit} {
		asked["GET /cards "+n] = program.Get("/cards?uitpasNumber=" + n)
		asked["GET /passes/"+n] = program.Get("/passes/" + n)
		found := program.Get("/grouppasses?uitpasNumber=" + n)
		asked["GET /grouppasses "+n] = found
		if id := found.Field(t, "member.0.id"); id != "" {
			asked["GET /grouppasses/{id} "+n] = program.Get("/grouppasses/" + id)
		}
	}
	for _, n := range []string{regularChip, "04000000000000", "x"} {
		asked["GET /chip-numbers/"+n] = program.Get("/chip-numbers/" + n)
	}
	for _, n := range []string{regularINSZ, "02020231402", "x"} {
		asked["GET /insz-numbers/"+n] = program.Get("/insz-numbers/" + n)
	}
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		res := asked[name]
		t.Logf("%3d %s", res.Status, name)
		if strings.Contains(string(res.Body), "null") {
			t.Errorf("%s answers with null: %s", name, res.Body)
		}
	}
}
