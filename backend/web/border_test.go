package web_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

// neighbour is a counter of another region, where [webtest.Nobody] has all the
// rights that a coordinator has.
func neighbour(t *testing.T, s *webtest.Stand) (id string, coordinator *webtest.Caller) {
	t.Helper()
	const system = 12
	if err := s.DB.QueryRow(t.Context(), `
		SELECT organizer_id FROM organizer_card_system GROUP BY 1 HAVING array_agg(card_system_id) = ARRAY[$1::int] ORDER BY 1 LIMIT 1`, system).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.Exec(t.Context(), `
		INSERT INTO rights_grant (subject_kind, subject, organizer_id, role, granted_by, granted_at)
		VALUES ('PERSON', $1, $2, 'COORDINATOR', 'system:test', now()), ('CLIENT', 'stranger', $2, 'INTEGRATOR', 'system:test', now())`, webtest.Nobody, id); err != nil {
		t.Fatal(err)
	}
	return id, s.Person(t, webtest.Nobody, id)
}

// ours are the ids of what belongs to the test organizer and its region, by
// their names in the contract.
func ours(t *testing.T, s *webtest.Stand) map[string]string {
	t.Helper()
	c := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
	made := func(res *webtest.Response, field string) string {
		t.Helper()
		if id := res.Field(t, field); id != "" && res.Status < http.StatusBadRequest {
			return id
		}
		t.Fatalf("%d without %s: %s", res.Status, field, res.Body)
		return ""
	}
	registered := s.Program(t).Post("/passholders", wardAs(1, `"registrationCardType"`, `"registrationNote":"Zwijgt","registrationPicture":"`+onePixel+`","registrationCardType"`))
	out := map[string]string{
		"cardSystemId": "2",
		"passholderId": made(registered, "id"),
		"uitpasNumber": made(registered, "cardSystemMemberships.0.currentCard.uitpasNumber"),
		"memberId":     bearer(t, s, regular),
	}
	person := out["passholderId"]
	var group, association, packed string
	if err := s.DB.QueryRow(t.Context(), `
		UPDATE card SET status = 'STOCK', counter_id = NULL WHERE uitpas_number = $1
		RETURNING uitpas_number, (SELECT id::text FROM group_pass WHERE card_system_id = 2 LIMIT 1), (SELECT id::text FROM association WHERE card_system_id = 2 LIMIT 1)`,
		ordinaryStock).Scan(&packed, &group, &association); err != nil {
		t.Fatal(err)
	}
	out["groupPassId"], out["associationId"] = group, association
	out["shipmentId"] = made(keyed(c).Post("/api/v1/shipments", `{"cardSystemId":2,"counterId":"`+sandbox.TestOrganizer+`","uitpasNumbers":["`+packed+`"]}`), "id")
	out["priceListId"] = made(keyed(c).Post("/api/v1/price-lists", `{"cardSystemId":2,"name":"Ooit","validFrom":"2999-01-01","rows":[{"cents":500}]}`), "id")
	out["voucherTypeId"] = made(keyed(c).Post("/api/v1/voucher-types", `{"cardSystemId":2,"name":"Proef","prefix":"999","maxUses":1}`), "id")
	out["voucher"] = made(keyed(c).Post("/api/v1/voucher-types/"+out["voucherTypeId"]+"/vouchers", `{"number":1}`), "numbers.0")
	out["holdId"] = made(keyed(c).Post("/api/v1/voucher-holds", `{"cardSystemId":2,"number":"`+out["voucher"]+`"}`), "id")
	out["registrationId"] = made(c.Get("/api/v1/passholders/"+person+"/registrations"), "registrations.0.id")
	out["requestId"] = made(keyed(c).Post("/api/v1/privacy-requests", `{"passholderId":"`+person+`","kind":"EXPORT","reason":"Per brief"}`), "id")
	out["bulkId"] = made(keyed(c).Post("/api/v1/bulk", `{"kind":"EXPORT","passholderIds":["`+person+`"],"purpose":"Een proef"}`), "id")
	out["checkinId"] = made(keyed(c).Post("/api/v1/checkins", `{"passholderId":"`+out["memberId"]+`","activityId":"`+permanent+`"}`), "id")
	return out
}

// acrossRegions are the operations that answer at a counter of another region, and
// what keeps them from telling or doing more there than they should.
var acrossRegions = map[string]string{
	"GET /api/v1/passholders/{passholderId}":                              "a pass is shown wherever it is used",
	"GET /api/v1/passholders/{passholderId}/picture":                      "a pass is held beside a face wherever it is used",
	"GET /api/v1/passholders/{passholderId}/activities":                   "points are saved in other regions too",
	"GET /api/v1/passholders/{passholderId}/points":                       "points are of the platform",
	"GET /api/v1/passholders/{passholderId}/consents":                     "what somebody agreed to is of the platform",
	"GET /api/v1/passholders/{passholderId}/merges":                       "it names the same person",
	"GET /api/v1/passholders/{passholderId}/association-memberships":      "it lists the associations of the counter",
	"GET /api/v1/passholders/{passholderId}/family-members":               "families are of the platform",
	"POST /api/v1/passholders/{passholderId}/family-members":              "families are of the platform",
	"PUT /api/v1/passholders/{passholderId}/family-members/{memberId}":    "families are of the platform",
	"DELETE /api/v1/passholders/{passholderId}/family-members/{memberId}": "families are of the platform",
	"GET /api/v1/passholders/{passholderId}/families":                     "families are of the platform",
	"GET /api/v1/passholders/{passholderId}/registrations":                "it lists the sales of the counter's region: below",
	"GET /api/v1/passholders/{passholderId}/departures":                   "it lists those from the counter's region: below",
	"DELETE /api/v1/voucher-holds/{holdId}":                               "a hold that is not the counter's is none, and stays: below",
	"POST /api/v1/registrations/{registrationId}/mails":                   "without a mail server nobody is mailed; the service refuses it too",
	"PUT /api/v1/card-systems/{cardSystemId}":                             "below, with what is there",
	"PUT /api/v1/passholders/{passholderId}/picture":                      "below, with a picture",
	"DELETE /api/v1/passholder-merges/{mergeId}":                          "it opens both records, as the merge did",
}

// Who runs one region gets nothing of another by its id: no list, no voucher, no
// order, and of its people no more than the platform shows to everybody.
func TestNoIDOpensAnotherRegion(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	counter, stranger := neighbour(t, s)
	id := ours(t, s)
	filled := func(text string) string {
		for name, value := range id {
			text = strings.ReplaceAll(text, "{"+name+"}", value)
		}
		return text
	}
	const details = `"details":{"name":"Van ons nu","postalCode":"9000","city":"Gent"}`
	tried := map[string]bool{}
	for _, tt := range []struct{ operation, body string }{
		{"PUT /api/v1/passholders/{passholderId}", `{"version":1,` + person + `}`},
		{"DELETE /api/v1/passholders/{passholderId}/picture", ""},
		{"GET /api/v1/passholders/{passholderId}/note", ""},
		{"PUT /api/v1/passholders/{passholderId}/note", `{"note":"Van ons nu"}`},
		{"PUT /api/v1/passholders/{passholderId}/school", `{"schoolId":""}`},
		{"POST /api/v1/passholder-merges", `{"keptId":"{passholderId}","mergedId":"{memberId}"}`},
		{"GET /api/v1/passholders/{passholderId}/export", ""},
		{"GET /api/v1/passholders/{passholderId}/reads", ""},
		{"POST /api/v1/privacy-requests", `{"passholderId":"{passholderId}","kind":"ERASURE","reason":"Van ons nu"}`},
		{"POST /api/v1/privacy-requests/{requestId}/answer", `{"state":"DONE"}`},
		{"GET /api/v1/passholders/{passholderId}/pass-sheet?cardSystemId=2", ""},
		{"POST /api/v1/passholders/{passholderId}/association-memberships", `{"associationId":"{associationId}"}`},
		{"DELETE /api/v1/passholders/{passholderId}/association-memberships/{associationId}", ""},
		{"GET /api/v1/passholders/{passholderId}/social-tariffs/{cardSystemId}", ""},
		{"POST /api/v1/passholders/{passholderId}/social-tariffs/{cardSystemId}/grants", `{}`},
		{"POST /api/v1/passholders/{passholderId}/social-tariffs/{cardSystemId}/suspensions", `{"until":"2999-01-01"}`},
		{"POST /api/v1/passholders/{passholderId}/social-tariffs/{cardSystemId}/resumptions", `{}`},
		{"POST /api/v1/passholders/{passholderId}/social-tariffs/{cardSystemId}/endings", `{"lastDay":"2999-01-01"}`},
		{"POST /api/v1/passholders/{passholderId}/social-tariffs/{cardSystemId}/undos", `{"changeId":"{registrationId}"}`},
		{"GET /api/v1/expiring-social-tariffs?cardSystemId=2", ""},
		{"DELETE /api/v1/checkins/{checkinId}", ""},
		{"POST /api/v1/card-imports", `{"cardSystemId":2,"list":"\"04AA00000000AA\";\"0997100000004\";\"L1\""}`},
		{"GET /api/v1/shipments/{shipmentId}", ""},
		{"POST /api/v1/shipments", `{"cardSystemId":2,"counterId":"` + counter + `","count":1}`},
		{"POST /api/v1/shipments/{shipmentId}/receipt", `{}`},
		{"POST /api/v1/shipments/{shipmentId}/recall", ""},
		{"POST /api/v1/stock-counts", `{"cardSystemId":2,"counted":1}`},
		{"POST /api/v1/card-discards", `{"uitpasNumber":"` + unregistered + `","reason":"LOST"}`},
		{"POST /api/v1/card-regains", `{"uitpasNumber":"` + unregistered + `"}`},
		{"GET /api/v1/cards/{uitpasNumber}/events", ""},
		{"POST /api/v1/group-passes", `{"cardSystemId":2,` + details + `}`},
		{"PUT /api/v1/group-passes/{groupPassId}", `{"version":1,` + details + `}`},
		{"POST /api/v1/group-passes/{groupPassId}/cards", `{"reason":"LOST"}`},
		{"GET /api/v1/card-systems/{cardSystemId}", ""},
		{"POST /api/v1/card-systems/{cardSystemId}/number-ranges", `{"prefix":"0998","first":1,"last":2}`},
		{"POST /api/v1/registrations/{registrationId}/void", ""},
		{"GET /api/v1/registrations/{registrationId}/receipt", ""},
		{"POST /api/v1/card-blocks", `{"uitpasNumber":"{uitpasNumber}","reason":"LOST"}`},
		{"POST /api/v1/card-unblocks", `{"uitpasNumber":"` + blocked + `","reason":"FOUND"}`},
		{"POST /api/v1/departures", `{"passholderId":"{passholderId}","cardSystemId":2}`},
		{"POST /api/v1/departures", `{"passholderId":"{passholderId}","deceasedOn":"2026-01-01"}`},
		{"POST /api/v1/departures/{departureId}/undo", ""},
		{"POST /api/v1/price-lists", `{"cardSystemId":2,"name":"Van ons nu","validFrom":"2999-02-01","rows":[{"cents":0}]}`},
		{"GET /api/v1/price-lists/{priceListId}", ""},
		{"DELETE /api/v1/price-lists/{priceListId}?version=1", ""},
		{"POST /api/v1/voucher-holds", `{"cardSystemId":2,"number":"{voucher}"}`},
		{"POST /api/v1/voucher-types", `{"cardSystemId":2,"name":"Van ons nu","prefix":"998","maxUses":1}`},
		{"GET /api/v1/voucher-types/{voucherTypeId}/vouchers", ""},
		{"POST /api/v1/voucher-types/{voucherTypeId}/vouchers", `{"number":1}`},
		{"POST /api/v1/voucher-types/{voucherTypeId}/imports", `{"list":"9990001"}`},
		{"POST /api/v1/voucher-withdrawals", `{"number":"{voucher}","withdrawn":true}`},
		{"GET /api/v1/bulk/{bulkId}", ""},
		{"GET /api/v1/bulk/{bulkId}/rows", ""},
		{"GET /api/v1/bulk/{bulkId}/report", ""},
		{"POST /api/v1/bulk/{bulkId}/cancel", ""},
	} {
		operation, query, _ := strings.Cut(tt.operation, "?")
		tried[operation] = true
		method, path, _ := strings.Cut(operation, " ")
		res := keyed(stranger).Do(method, filled(path)+"?"+query, filled(tt.body))
		if res.Status != http.StatusForbidden && res.Status != http.StatusNotFound {
			t.Errorf("%s answers %d: %.300s", tt.operation, res.Status, res.Body)
		}
	}
	own, _ := webtest.Documents(t)
	for operation := range written(t, own) {
		if strings.Contains(operation, "{") && !tried[operation] && acrossRegions[operation] == "" {
			t.Errorf("nobody tried %s with an id of another region", operation)
		}
	}

	at := "/api/v1/passholders/" + id["passholderId"]
	expectField(t, stranger.Get(at+"/registrations"), "registrations", "[]")
	expectField(t, stranger.Get(at+"/departures"), "member", "[]")
	expectStatus(t, stranger.Delete("/api/v1/voucher-holds/"+id["holdId"]), http.StatusNoContent)
	if n := s.Count(t, `SELECT count(*) FROM voucher_hold WHERE id = $1`, id["holdId"]); n != 1 {
		t.Error("another counter ended a hold")
	}
	settings := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer).Get("/api/v1/card-systems/2").Field(t, "settings")
	expectCode(t, stranger.Do(http.MethodPut, "/api/v1/card-systems/2", settings), http.StatusNotFound, "card-system-unknown")
	picture, err := base64.StdEncoding.DecodeString(onePixel)
	if err != nil {
		t.Fatal(err)
	}
	expectStatus(t, stranger.With("Content-Type", "image/png").Do(http.MethodPut, at+"/picture", string(picture)), http.StatusForbidden)

	// What is decided is not allowed, and an order finds nobody.
	pass := `"cardSystemId":2,"cardType":"DIGITAL","payment":"CASH"`
	for path, body := range map[string]string{
		"registration": `{` + pass + `,` + person + `}`,
		"replacement":  `{` + pass + `,"passholderId":"{passholderId}","oldNumber":"{uitpasNumber}","why":"LOST"}`,
		"joining":      `{` + pass + `,"passholderId":"{passholderId}"}`,
	} {
		expectField(t, stranger.Post("/api/v1/"+path+"-previews", filled(body)), "allowed", "false")
		if path == "registration" {
			body = `{"people":[` + body + `]}`
		}
		expectCode(t, keyed(stranger).Post("/api/v1/"+path+"s", filled(body)), http.StatusConflict, "registration-refused")
	}
	imported := upload(t, stranger, "import", `{"kind":"IMPORT","cardSystemId":2}`, "person;firstName;name;dateOfBirth;postalCode;city\n1;Jan;Uitdeverte;1980-02-01;9000;Gent\n")
	expectCode(t, imported, http.StatusNotFound, "card-system-unknown")
	order := keyed(stranger).Post("/api/v1/bulk", filled(`{"kind":"EXPORT","purpose":"Van ons nu","passholderIds":["{passholderId}"]}`))
	expectStatus(t, order, http.StatusAccepted)
	work(t, s, order.Field(t, "id"))
	if rows := stranger.Get("/api/v1/bulk/" + order.Field(t, "id") + "/rows"); rows.Field(t, "member.0.code") != "passholder-unknown" || strings.Contains(string(rows.Body), "Nieuwmans") {
		t.Errorf("an order of another region: %s", rows.Body)
	}
	if list := stranger.Get("/api/v1/bulk/" + order.Field(t, "id") + "/report"); strings.Contains(string(list.Body), "Nieuwmans") {
		t.Errorf("a list of another region: %s", list.Body)
	}
}

// A program of another region finds somebody by a number, as the contract has it,
// and does not read the national number of whom it may not change.
func TestANationalNumberStaysInItsRegion(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	neighbour(t, s)
	holder := bearer(t, s, regular)
	expectField(t, s.Program(t).Get("/passholders/"+holder), "inszNumber", regularINSZ)
	expectField(t, s.Program(t).Get("/passholders?uitpasNumber="+regular), "member.0.inszNumber", regularINSZ)
	stranger := s.Stranger(t)
	for path, at := range map[string]string{"/passholders/" + holder: "", "/passholders?uitpasNumber=" + regular: "member.0.", "/passholders?inszNumber=" + regularINSZ: "member.0."} {
		res := stranger.Get(path)
		expectField(t, res, at+"id", holder)
		if strings.Contains(string(res.Body), regularINSZ) {
			t.Errorf("%s tells the national number: %s", path, res.Body)
		}
	}
	expectProblem(t, stranger.Do(http.MethodPut, "/passholders/"+holder, `{"name":"Anders","firstName":"Ann","dateOfBirth":"1983-03-02","address":{"postalCode":"9000","city":"Gent"},`+
		`"optInPreferences":{"serviceMails":false,"milestoneMails":false,"infoMails":false,"sms":false,"post":false}}`), http.StatusForbidden, "auth/forbidden")
}

// What is about people stays in no cache, on no shared computer, and is taken for
// nothing but what it is.
func TestNoCopyOfAPersonIsLeftBehind(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	id := ours(t, s)
	c, program := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer), s.Program(t)
	work(t, s, id["bulkId"])
	at := "/api/v1/passholders/" + id["passholderId"]
	link := program.Get("/passholders/"+id["passholderId"]+"/picture").Field(t, "pictureUrl")
	for name, res := range map[string]*webtest.Response{
		"person":        c.Get(at),
		"picture":       c.Get(at + "/picture"),
		"pass on paper": c.Get(at + "/pass-sheet?cardSystemId=2"),
		"receipt":       c.Get("/api/v1/registrations/" + id["registrationId"] + "/receipt"),
		"export":        c.Get(at + "/export?format=html"),
		"list":          c.Get("/api/v1/bulk/" + id["bulkId"] + "/report"),
		"workbook":      c.Get("/api/v1/bulk/" + id["bulkId"] + "/report?format=xlsx"),
		"program":       program.Get("/passholders/" + id["passholderId"]),
		"linked":        s.Browser(t).Get(link),
	} {
		if res.Status != http.StatusOK || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d, %v", name, res.Status, res.Header)
		}
	}
	if res := program.Get("/checkins"); res.Status != http.StatusMethodNotAllowed || !strings.Contains(res.Header.Get("Content-Type"), "problem+json") {
		t.Errorf("an operation that is not there: %d %s", res.Status, res.Body)
	}
}
