package web_test

import (
	"net/http"
	"strings"
	"testing"

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
	if !strings.Contains(string(page.Body), "Tout ce que nous savons de vous") || !strings.Contains(string(page.Body), "36051380284") {
		t.Errorf("%d %.300s", page.Status, page.Body)
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
