package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

func TestEverythingAboutAPersonIsHandedOver(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
	at := "/api/v1/passholders/" + holderOf(t, c, socialTariff)
	expectStatus(t, c.Do(http.MethodPut, at+"/note", `{"note":"Iets"}`), http.StatusNoContent)
	export := c.Get(at + "/export")
	expectStatus(t, export, http.StatusOK)
	for _, want := range []string{`"inszNumber":"36051380284"`, `"name":"cards"`, `"0900000067513"`, `"name":"socialTariffs"`, `"name":"note"`, `"name":"reads"`} {
		if !strings.Contains(string(export.Body), want) {
			t.Errorf("%s is not in the export", want)
		}
	}
	for _, secret := range []string{"hash", "cipher", "actor"} {
		if strings.Contains(string(export.Body), secret) {
			t.Errorf("%s is in the export", secret)
		}
	}
	page := c.Get(at + "/export?format=html&language=fr")
	for _, want := range []string{"Tout ce que nous savons de vous", "36051380284", "<td>13/05/1936</td>", "<th scope=\"row\" align=\"left\">Prénom</th>", "<td>note enregistrée</td>"} {
		if !strings.Contains(string(page.Body), want) {
			t.Errorf("%q is not on the page: %d %.2000s", want, page.Status, page.Body)
		}
	}
	if raw := regexp.MustCompile(`(<th[^>]*>[a-z]|<h2></h2>|<td>([A-Z_]{5,}|[a-z]+\.[A-Za-z]+)<)[^<]*`).FindAllString(string(page.Body), -1); raw != nil {
		t.Errorf("not in French: %q", raw)
	}
	clerk := s.Person(t, webtest.Clerk, sandbox.TestOrganizer)
	expectCode(t, clerk.Get(at+"/export"), http.StatusForbidden, "forbidden")
	if n := s.Count(t, `SELECT count(*) FROM audit WHERE action = 'passholder.exported'`); n != 2 {
		t.Errorf("%d exports written down", n)
	}
	expectStatus(t, c.With("X-Purpose", "PRIVACY").Get(at), http.StatusOK)
	if n := s.Count(t, `SELECT count(*) FROM audit WHERE action = 'passholder.read' AND detail->>'purpose' = 'PRIVACY'`); n != 1 {
		t.Errorf("%d reads for privacy written down", n)
	}
	reads := c.Get(at + "/reads?limit=1")
	expectField(t, reads, "member.0.kind", "PROFILE")
	expectField(t, reads, "member.0.purpose", "PRIVACY")
	expectField(t, reads, "member.0.reader", "Coordinator Sandbox")
	expectCode(t, clerk.Get(at+"/reads"), http.StatusForbidden, "forbidden")
	expectCode(t, c.With("X-Purpose", "GOSSIP").Get(at), http.StatusBadRequest, "header-invalid")
}

func TestAWishToBeForgotten(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
	id := holderOf(t, c, regular)
	ask := func() string {
		res := c.Post("/api/v1/privacy-requests", `{"passholderId":"`+id+`","kind":"ERASURE","reason":"Per brief gevraagd"}`)
		expectStatus(t, res, http.StatusCreated)
		return "/api/v1/privacy-requests/" + res.Field(t, "id") + "/answer"
	}
	first, second := ask(), ask()
	expectField(t, c.Get("/api/v1/privacy-requests"), "1.kind", "ERASURE")
	expectCode(t, c.Post(first, `{"state":"REFUSED"}`), http.StatusBadRequest, "body-invalid-data")
	expectField(t, c.Post(first, `{"state":"REFUSED","reason":"Nog een openstaande aankoop"}`), "state", "REFUSED")
	expectCode(t, c.Post(first, `{"state":"DONE"}`), http.StatusConflict, "privacy-request-closed")
	expectField(t, c.Post(second, `{"state":"DONE"}`), "state", "DONE")
	expectCode(t, c.Get("/api/v1/passholders/"+id), http.StatusNotFound, "passholder-unknown")
	expectCode(t, c.Post("/api/v1/privacy-requests/nothing/answer", `{"state":"DONE"}`), http.StatusNotFound, "privacy-request-unknown")
	if n := s.Count(t, `SELECT count(*) FROM ledger_fault`); n != 0 {
		t.Errorf("%d faults in the ledger", n)
	}
}

func TestMergesAtTheCounter(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
	one, other := holderOf(t, c, regular), holderOf(t, c, expiredTariff)
	both := `{"keptId":"` + one + `","mergedId":"` + other + `"}`
	expectCode(t, c.Post("/api/v1/passholder-merges", both), http.StatusConflict, "merge-two-numbers")
	s.Count(t, `WITH p AS (UPDATE passholder SET insz_cipher = NULL, insz_hash = NULL WHERE id = $1 RETURNING 1) SELECT count(*) FROM p`, other)
	m := c.Post("/api/v1/passholder-merges", both)
	expectStatus(t, m, http.StatusCreated)
	expectField(t, c.Get("/api/v1/passholders/"+other), "mergedInto", one)
	expectField(t, c.Get("/api/v1/passholders/"+one+"/merges"), "0.mergedId", other)
	if n := s.Count(t, `SELECT count(*) FROM ledger_fault`); n != 0 {
		t.Errorf("%d faults in the ledger", n)
	}
	expectStatus(t, c.Delete("/api/v1/passholder-merges/"+m.Field(t, "id")), http.StatusOK)
	expectCode(t, c.Delete("/api/v1/passholder-merges/"+m.Field(t, "id")), http.StatusConflict, "merge-undone")
}

// Somebody with a name that nobody else has is erased: no table holds a word of
// it any more, and the books say what they said.
func TestNothingOfAnErasedPersonIsLeftAndTheBooksStay(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	program, c := s.Program(t), s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
	made := program.Post("/passholders", wardAs(1, "Nieuwmans", "Zwartbergheide", `"Ward"`, `"Wolkje"`, "ward@", "wolkje.zw@", "Kouter 3", "Kwartelstraat 77",
		`"legalTermsDigital":true`, `"legalTermsDigital":true,"phoneNumber":"0478 99 88 77","registrationNote":"Wolkse nota","registrationPicture":"`+onePixel+`"`))
	expectStatus(t, made, http.StatusOK)
	id := made.Field(t, "id")
	at := "/api/v1/passholders/" + id
	granted := keyed(c).Post(at+"/social-tariffs/2/grants", `{"ground":"RVV","note":"wolkig attest"}`)
	expectStatus(t, granted, http.StatusCreated)
	expectStatus(t, c.Do(http.MethodPut, at+"/note", `{"note":"Nog een Wolkse nota"}`), http.StatusNoContent)
	expectStatus(t, program.Post("/passholders/"+bearer(t, s, regular)+"/family-members", `{"uitpasNumber":"`+
		made.Field(t, "cardSystemMemberships.0.currentCard.uitpasNumber")+`"}`), http.StatusCreated)
	books := func() int {
		return s.Count(t, `SELECT count(*) * 1000000 + coalesce(sum(price_cents), 0) FROM registration WHERE voided_at IS NULL`) +
			s.Count(t, `SELECT coalesce(sum(amount), 0) FROM transfer`) + s.Count(t, `SELECT count(*) FROM card WHERE passholder_id = $1`, id)
	}
	before, day := books(), string(c.Get("/api/v1/registrations").Body)

	wish := c.Post("/api/v1/privacy-requests", `{"passholderId":"`+id+`","kind":"ERASURE","reason":"Per brief"}`)
	expectField(t, c.Post("/api/v1/privacy-requests/"+wish.Field(t, "id")+"/answer", `{"state":"DONE"}`), "state", "DONE")
	for _, table := range tablesOf(t, s) {
		if table == "idempotency" {
			continue // what was answered is kept for days, not for years
		}
		for _, word := range []string{"zwartbergheide", "wolk", "kwartel", "478998877", newINSZ(1)} {
			if n := s.Count(t, `SELECT count(*) FROM "`+table+`" AS r WHERE to_jsonb(r)::text ILIKE '%`+word+`%'`); n > 0 {
				t.Errorf("%d rows of %s still say %q", n, table, word)
			}
		}
	}
	for _, table := range []string{"passholder_picture", "passholder_note", "association_membership"} {
		if n := s.Count(t, `SELECT count(*) FROM `+table+` WHERE passholder_id = $1`, id); n != 0 {
			t.Errorf("%d rows of %s", n, table)
		}
	}
	if after := books(); after != before {
		t.Errorf("the books said %d, and say %d", before, after)
	}
	if after := string(c.Get("/api/v1/registrations").Body); after != day {
		t.Errorf("the day said\n%s\nand says\n%s", day, after)
	}
	if n := s.Count(t, `SELECT count(*) FROM ledger_fault`); n != 0 {
		t.Errorf("%d faults in the ledger", n)
	}
}

// Whatever a table keeps about a person is handed over to them.
func TestEveryTableAboutAPersonIsInTheExport(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
	id := holderOf(t, c, regular)
	var tables []string
	err := s.DB.QueryRow(t.Context(), `
		SELECT array_agg(DISTINCT c.table_name::text) FROM information_schema.columns c JOIN information_schema.tables USING (table_schema, table_name)
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '%\_2%' AND table_name NOT LIKE '%\_default' AND
			column_name IN ('passholder_id', 'main_id', 'kept_id', 'subject_id')`).Scan(&tables)
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{
		"association_membership": "associations", "audit": "reads", "card": "cards", "checkin": "checkins", "consent": "consents", "departure": "departures",
		"family_member": "families", "membership": "memberships", "passholder_merge": "merges", "passholder_note": "note", "passholder_picture": "picture",
		"privacy_request": "privacyRequests", "registration": "registrations", "social_tariff": "socialTariffs", "social_tariff_event": "socialTariffHistory",
		"bulk_row": "", // that a row of a list was about them; «reads» says so, and the row is forgotten after some months
	}
	for _, table := range tables {
		section, known := sections[table]
		if !known {
			t.Errorf("what %s keeps about a person is in no section", table)
		}
		if section != "" && !slices.Contains(profile.Sections(), section) {
			t.Errorf("there is no section %s", section)
		}
	}
	expectStatus(t, c.Get("/api/v1/passholders/"+id+"/export"), http.StatusOK)
}
