package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/web/webtest"
)

// prices is a list for everybody; children pay less.
const prices = `[{"cents":500,"label":{"nl":"Volwassene"}},{"cents":300,"ageUntil":17}]`

// manager is a coordinator at a counter, and the card system she runs there.
func manager(t *testing.T, s *webtest.Stand) (coordinator *webtest.Caller, system string) {
	t.Helper()
	coordinator = s.Person(t, webtest.Coordinator, "")
	me := coordinator.Get("/api/v1/me")
	return coordinator.With("X-Counter", me.Field(t, "counters.0.id")), me.Field(t, "counters.0.cardSystems.0.id")
}

func TestPriceLists(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator, system := manager(t, s)

	preview := coordinator.Post("/api/v1/price-list-previews", `{"rows":[{"cents":300,"ageUntil":17}]}`)
	expectStatus(t, preview, http.StatusOK)
	expectField(t, preview, "problem.code", "price-list-gap")
	if preview.Field(t, "problem.message.fr") == "" {
		t.Error("a gap without words")
	}
	expectField(t, coordinator.Post("/api/v1/price-list-previews", `{"rows":`+prices+`}`), "problem.code", "")

	future := `{"cardSystemId":` + system + `,"name":"Volgend jaar","validFrom":"2999-01-01","rows":`
	saved := coordinator.Post("/api/v1/price-lists", future+prices+`}`)
	expectStatus(t, saved, http.StatusCreated)
	id := saved.Field(t, "id")
	expectField(t, coordinator.Get("/api/v1/price-lists/"+id), "rows.1.ageUntil", "17")
	expectCode(t, coordinator.Post("/api/v1/price-lists", future+`[]}`), http.StatusBadRequest, "price-list-gap")
	expectCode(t, coordinator.Post("/api/v1/price-lists", strings.Replace(future, "2999", "2001", 1)+prices+`}`), http.StatusBadRequest, "price-list-past")
	expectCode(t, coordinator.Post("/api/v1/price-lists", future+prices+`}`), http.StatusConflict, "price-list-changed")
	expectCode(t, coordinator.Delete("/api/v1/price-lists/"+id+"?version=9"), http.StatusConflict, "price-list-changed")
	expectStatus(t, coordinator.Delete("/api/v1/price-lists/"+id+"?version=1"), http.StatusNoContent)
	expectCode(t, coordinator.Get("/api/v1/price-lists/"+id), http.StatusNotFound, "price-list-unknown")
}

func TestVouchersChangeWhatAPassCosts(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator, system := manager(t, s)
	ask := func(voucher string) *webtest.Response {
		return coordinator.Post("/api/v1/quotes", `{"cardSystemId":`+system+`,"reason":"FIRST_CARD","dateOfBirth":"1990-01-01",`+
			`"cardType":"NFC_CARD","postalCode":"9000","voucher":"`+voucher+`"}`)
	}
	kind := coordinator.Post("/api/v1/voucher-types", `{"cardSystemId":`+system+`,"name":"Proef","prefix":"999","maxUses":1}`)
	expectStatus(t, kind, http.StatusOK)
	at := "/api/v1/voucher-types/" + kind.Field(t, "id")
	batch := keyed(coordinator)
	made := batch.Post(at+"/vouchers", `{"number":2}`)
	expectStatus(t, made, http.StatusCreated)
	again := batch.Post(at+"/vouchers", `{"number":2}`)
	if again.Status != http.StatusCreated || again.Header.Get("Idempotent-Replayed") != "true" || string(again.Body) != string(made.Body) {
		t.Errorf("the batch asked again: %d %s, first %s", again.Status, again.Body, made.Body)
	}
	expectCode(t, batch.Post(at+"/vouchers", `{"number":3}`), http.StatusUnprocessableEntity, "idempotency-key-reused")
	expectCode(t, coordinator.Post(at+"/vouchers", `{"number":2}`), http.StatusBadRequest, "header-invalid")
	first, second := made.Field(t, "numbers.0"), made.Field(t, "numbers.1")

	expectStatus(t, ask(""), http.StatusOK)
	expectCode(t, ask("123456"), http.StatusNotFound, "voucher-unknown")
	expectCode(t, ask(first), http.StatusConflict, "voucher-no-effect")

	hold := coordinator.Post("/api/v1/voucher-holds", `{"number":"`+first+`","cardSystemId":`+system+`}`)
	expectStatus(t, hold, http.StatusCreated)
	expectCode(t, coordinator.Post("/api/v1/voucher-holds", `{"number":"`+first+`","cardSystemId":`+system+`}`), http.StatusConflict, "voucher-reserved")
	expectStatus(t, coordinator.Delete("/api/v1/voucher-holds/"+hold.Field(t, "id")), http.StatusNoContent)

	expectField(t, coordinator.Post("/api/v1/voucher-withdrawals", `{"number":"`+second+`","withdrawn":true}`), "withdrawn", "true")
	expectCode(t, ask(second), http.StatusConflict, "voucher-withdrawn")
	expectField(t, coordinator.Get(at+"/vouchers"), "totalItems", "2")
	imported := coordinator.Post(at+"/imports", `{"list":"9990000001\n12\n9990000001","dryRun":true}`)
	expectField(t, imported, "taken", "1")
	expectField(t, imported, "refused.0.code", "voucher-number-invalid")
	expectField(t, imported, "refused.1.line", "3")
	expectStatus(t, coordinator.Get("/api/v1/voucher-types"), http.StatusOK)

	change := `{"id":"` + kind.Field(t, "id") + `","version":` + kind.Field(t, "version") + `,"cardSystemId":` + system + `,"name":"Anders","prefix":"999","maxUses":2}`
	expectField(t, coordinator.Post("/api/v1/voucher-types", change), "version", "2")
	expectCode(t, coordinator.Post("/api/v1/voucher-types", change), http.StatusConflict, "voucher-type-changed")
}

func TestWhoIsNotBornYetHasNoPrice(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator, system := manager(t, s)
	quote := `{"cardSystemId":` + system + `,"reason":"FIRST_CARD","dateOfBirth":"BORN","cardType":"NFC_CARD","postalCode":"9000"}`
	program, at := s.Program(t), "/passholders/membership-prices/101?postalCode=9395&cardType=NFC_CARD&dateOfBirth="
	born, unborn := today(s).String(), today(s).Add(2).String() // two: midnight may come between
	expectStatus(t, coordinator.Post("/api/v1/quotes", strings.Replace(quote, "BORN", born, 1)), http.StatusOK)
	expectStatus(t, program.Get(at+born), http.StatusOK)
	expectCode(t, coordinator.Post("/api/v1/quotes", strings.Replace(quote, "BORN", unborn, 1)), http.StatusBadRequest, "date-of-birth-invalid")
	expectProblem(t, program.Get(at+unborn), http.StatusNotFound, "url/not-found")
}
