package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

// region is a coordinator at the test organizer's counter.
func region(t *testing.T, s *webtest.Stand) *webtest.Caller {
	t.Helper()
	return s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
}

func TestCardsComeFromTheSupplierToTheCounter(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator, clerk := region(t, s), s.Person(t, webtest.Clerk, sandbox.TestOrganizer)
	var file strings.Builder
	var numbers []string
	for i := range 20 {
		n, err := card.NewNumber(fmt.Sprintf("09971%06d", i), false)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, string(n))
		fmt.Fprintf(&file, `\"04AA%010X\";\"%s\";\"L%d\"\n`, i, n, i/10)
	}
	request := `{"cardSystemId":2,"list":"` + file.String() + `\"x\";\"` + regular + `\"","dryRun":%t}`
	for _, dry := range []bool{true, false} {
		res := coordinator.Post("/api/v1/card-imports", fmt.Sprintf(request, dry))
		expectStatus(t, res, http.StatusOK)
		for field, want := range map[string]string{
			"lines": "21", "added": "20", "known": "0", "packs": "2", "failedTotal": "1", "failed.0.line": "21", "failed.0.code": "invalid-chip-number",
		} {
			expectField(t, res, field, want)
		}
		if res.Field(t, "failed.0.message.nl") == "" {
			t.Error("a line is refused without words")
		}
	}
	expectField(t, coordinator.Post("/api/v1/card-imports", fmt.Sprintf(request, false)), "known", "20")
	expectCode(t, coordinator.Post("/api/v1/card-imports", `{"cardSystemId":2,"list":"\n"}`), http.StatusBadRequest, "card-file-invalid")
	expectCode(t, clerk.Post("/api/v1/card-imports", `{"cardSystemId":2,"list":"x"}`), http.StatusForbidden, "forbidden")

	parcel := `{"cardSystemId":2,"counterId":"` + sandbox.TestOrganizer + `","packs":["L0"],"note":"Voor maandag"}`
	packed := coordinator.Get("/api/v1/stock-packs")
	if !strings.Contains(string(packed.Body), `{"cardSystemId":2,"name":"L0","cards":10,"socialTariff":0}`) {
		t.Errorf("packs: %s", packed.Body)
	}
	expectCode(t, clerk.Get("/api/v1/stock-packs"), http.StatusForbidden, "forbidden")
	counters := coordinator.Get("/api/v1/stock-counters")
	if !strings.Contains(string(counters.Body), `"id":"`+sandbox.TestOrganizer+`"`) || strings.Contains(string(counters.Body), "Andere organisator") {
		t.Errorf("counters: %s", counters.Body)
	}
	parcels := coordinator.With("Idempotency-Key", "parcel-1")
	sent := parcels.Post("/api/v1/shipments", parcel)
	expectStatus(t, sent, http.StatusCreated)
	expectField(t, sent, "cards", "10")
	again := parcels.Post("/api/v1/shipments", parcel)
	expectStatus(t, again, http.StatusCreated)
	if again.Header.Get("Idempotent-Replayed") != "true" || again.Field(t, "id") != sent.Field(t, "id") {
		t.Errorf("again: %s", again.Body)
	}
	expectCode(t, parcels.Post("/api/v1/shipments", strings.Replace(parcel, "L0", "L1", 1)), http.StatusUnprocessableEntity, "idempotency-key-reused")
	expectCode(t, coordinator.Post("/api/v1/shipments", parcel), http.StatusBadRequest, "header-invalid")
	var abroad string
	if err := s.DB.QueryRow(t.Context(), `SELECT organizer_id FROM organizer_card_system WHERE card_system_id = 12 LIMIT 1`).Scan(&abroad); err != nil {
		t.Fatal(err)
	}
	for key, tt := range map[string]struct{ from, to, code string }{
		"p2": {`"L0"`, `"L9"`, "cards-not-in-stock"},
		"p3": {`"packs":["L0"],`, ``, "shipment-empty"},
		"p4": {sandbox.TestOrganizer, abroad, "counter-not-in-card-system"},
		"p5": {sandbox.TestOrganizer, "nobody", "organizer-unknown"},
	} {
		res := coordinator.With("Idempotency-Key", key).Post("/api/v1/shipments", strings.Replace(parcel, tt.from, tt.to, 1))
		if got := res.Field(t, "code"); got != tt.code {
			t.Errorf("%s: %s", tt.code, res.Body)
		}
	}

	at := "/api/v1/shipments/" + sent.Field(t, "id")
	got := coordinator.Post(at+"/receipt", `{"uitpasNumbers":["`+numbers[0]+`","`+numbers[1]+`"]}`)
	expectStatus(t, got, http.StatusOK)
	expectField(t, got, "missing", "8")
	expectCode(t, coordinator.Post(at+"/receipt", `{}`), http.StatusConflict, "shipment-received")
	expectCode(t, coordinator.Post(at+"/recall", ""), http.StatusConflict, "shipment-received")
	expectCode(t, coordinator.Post("/api/v1/shipments/x/receipt", `{}`), http.StatusNotFound, "shipment-unknown")
	expectCode(t, coordinator.Post(at+"/receipt", `{"uitpasNumbers":["`+wrongDigit+`"]}`), http.StatusBadRequest, "invalid-uitpasnumber")
	parcelOf := coordinator.Get(at)
	expectField(t, parcelOf, "shipment.missing", "8")
	expectField(t, parcelOf, "cards.0.uitpasNumber", numbers[0])
	expectField(t, parcelOf, "cards.0.missing", "false")
	expectField(t, parcelOf, "cards.2.missing", "true")
	expectCode(t, coordinator.Get("/api/v1/shipments/x"), http.StatusNotFound, "shipment-unknown")
	expectCode(t, clerk.Get(at), http.StatusForbidden, "forbidden")
	list := coordinator.Get("/api/v1/shipments?limit=1")
	expectField(t, list, "member.0.missing", "8")
	if list.Field(t, "totalItems") != "3" {
		t.Errorf("listed %s", list.Body)
	}
	second := coordinator.With("Idempotency-Key", "parcel-2").Post("/api/v1/shipments", strings.Replace(parcel, "L0", "L1", 1))
	recalled := coordinator.Post("/api/v1/shipments/"+second.Field(t, "id")+"/recall", "")
	expectStatus(t, recalled, http.StatusOK)
	expectCode(t, coordinator.Post("/api/v1/shipments/"+second.Field(t, "id")+"/receipt", `{}`), http.StatusConflict, "shipment-recalled")
	expectStatus(t, coordinator.Get("/api/v1/stock"), http.StatusOK)
	expectCode(t, clerk.Get("/api/v1/stock"), http.StatusForbidden, "forbidden")

	count, drawer := `{"cardSystemId":2,"counted":9,"note":"Kast achteraan"}`, keyed(coordinator)
	counted := drawer.Post("/api/v1/stock-counts", count)
	expectStatus(t, counted, http.StatusCreated)
	recounted := drawer.Post("/api/v1/stock-counts", count)
	if recounted.Status != http.StatusCreated || recounted.Header.Get("Idempotent-Replayed") != "true" || string(recounted.Body) != string(counted.Body) {
		t.Errorf("the count sent again: %d %s, first %s", recounted.Status, recounted.Body, counted.Body)
	}
	expectCode(t, drawer.Post("/api/v1/stock-counts", strings.Replace(count, "9", "8", 1)), http.StatusUnprocessableEntity, "idempotency-key-reused")
	expectCode(t, coordinator.Post("/api/v1/stock-counts", count), http.StatusBadRequest, "header-invalid")
	expectField(t, coordinator.Get("/api/v1/stock-counts"), "0.id", counted.Field(t, "id"))
	expectCode(t, keyed(coordinator).Post("/api/v1/stock-counts", `{"cardSystemId":2,"counted":-1}`), http.StatusBadRequest, "stock-count-invalid")
	discard := `{"uitpasNumber":"` + numbers[0] + `","reason":"LOST"}`
	expectStatus(t, coordinator.Post("/api/v1/card-discards", discard), http.StatusNoContent)
	expectCode(t, coordinator.Post("/api/v1/card-discards", discard), http.StatusConflict, "card-status-changed")
	expectCode(t, coordinator.Post("/api/v1/card-discards", strings.Replace(discard, "LOST", "MOVED", 1)), http.StatusBadRequest, "card-discard-reason-invalid")
	expectCode(t, coordinator.Post("/api/v1/card-discards", strings.Replace(discard, numbers[0], regular, 1)), http.StatusConflict, "card-status-changed")
	expectStatus(t, coordinator.Post("/api/v1/card-regains", `{"uitpasNumber":"`+numbers[0]+`"}`), http.StatusNoContent)
	history := coordinator.Get("/api/v1/cards/" + numbers[0] + "/events")
	expectField(t, history, "status", "LOCAL_STOCK")
	expectField(t, history, "events.2.reason", "LOST")
	expectField(t, history, "events.3.to", "LOCAL_STOCK")
	expectCode(t, coordinator.Get("/api/v1/cards/"+unknownNumber+"/events"), http.StatusNotFound, "card-unknown")
}

func TestTheSettingsOfACardSystem(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator := region(t, s)
	read := coordinator.Get("/api/v1/card-systems/2")
	expectStatus(t, read, http.StatusOK)
	expectField(t, read, "numberRanges.0.prefix", "09972")
	settings := read.Field(t, "settings")
	saved := coordinator.Do(http.MethodPut, "/api/v1/card-systems/2", strings.Replace(settings, `"lowStock":10`, `"lowStock":42`, 1))
	expectStatus(t, saved, http.StatusOK)
	expectField(t, saved, "lowStock", "42")
	expectField(t, saved, "version", "2")
	expectCode(t, coordinator.Do(http.MethodPut, "/api/v1/card-systems/2", settings), http.StatusConflict, "card-system-changed")
	current := coordinator.Get("/api/v1/card-systems/2").Field(t, "settings")
	wrong := coordinator.Do(http.MethodPut, "/api/v1/card-systems/2", strings.Replace(current, `"adultAge":18`, `"adultAge":99`, 1))
	expectCode(t, wrong, http.StatusBadRequest, "card-system-invalid")
	expectField(t, wrong, "args.field", "adultAge")
	expectCode(t, coordinator.Get("/api/v1/card-systems/12"), http.StatusNotFound, "card-system-unknown")
	expectCode(t, coordinator.Get("/api/v1/card-systems/x"), http.StatusNotFound, "card-system-unknown")
	expectCode(t, s.Person(t, webtest.Clerk, sandbox.TestOrganizer).Get("/api/v1/card-systems/2"), http.StatusForbidden, "forbidden")

	ranges := "/api/v1/card-systems/2/number-ranges"
	expectField(t, coordinator.Post(ranges, `{"prefix":"09975","first":0,"last":99}`), "left", "100")
	expectCode(t, coordinator.Post(ranges, `{"prefix":"09975","first":99,"last":100}`), http.StatusConflict, "number-range-taken")
	expectCode(t, coordinator.Post(ranges, `{"prefix":"09975","first":9,"last":8}`), http.StatusBadRequest, "number-range-invalid")

	places := coordinator.Get("/api/v1/municipalities?q=gentb")
	expectField(t, places, "0.postalCode", "9050")
	expectField(t, places, "0.municipality", "Gent")
	expectField(t, coordinator.Get("/api/v1/municipalities?q=denderr"), "0.name", "Denderrode")
	expectField(t, coordinator.Get("/api/v1/municipalities?q=9395"), "0.name", "Denderrode")
}

func TestGroupPassesAtTheCounter(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator := region(t, s)
	details := `"details":{"name":"Koor De Merel","postalCode":"9000","city":"Gent","ticketsPerYear":20,"socialTariffUntil":"2999-04-30"}`
	body := `{"cardSystemId":2,` + details + `}`
	made := coordinator.With("Idempotency-Key", "g1").Post("/api/v1/group-passes", body)
	expectStatus(t, made, http.StatusCreated)
	expectField(t, made, "cardType", "DIGITAL")
	expectField(t, made, "availableTickets", "20")
	again := coordinator.With("Idempotency-Key", "g1").Post("/api/v1/group-passes", body)
	if again.Header.Get("Idempotent-Replayed") != "true" || again.Field(t, "id") != made.Field(t, "id") {
		t.Errorf("again: %s", again.Body)
	}
	for key, tt := range map[string]struct {
		with string
		code string
	}{
		"g2": {`"uitpasNumber":"` + unregistered + `",`, ""},
		"g3": {`"uitpasNumber":"` + regular + `",`, "card-not-at-counter"},
		"g4": {`"uitpasNumber":"0900000020405",`, "card-social-tariff-differs"},
		"g5": {`"uitpasNumber":"` + wrongDigit + `",`, "invalid-uitpasnumber"},
		"g6": {`"uitpasNumber":"` + unknownNumber + `",`, "card-unknown"},
	} {
		res := coordinator.With("Idempotency-Key", key).Post("/api/v1/group-passes", strings.Replace(body, `"details"`, tt.with+`"details"`, 1))
		if got := res.Field(t, "code"); got != tt.code {
			t.Errorf("%s: %s", key, res.Body)
		}
	}
	at := "/api/v1/group-passes/" + made.Field(t, "id")
	longer := `{"version":1,` + strings.Replace(details, "20,", "30,", 1) + `}`
	saved := coordinator.Do(http.MethodPut, at, longer)
	expectStatus(t, saved, http.StatusOK)
	expectField(t, saved, "availableTickets", "30")
	expectCode(t, coordinator.Do(http.MethodPut, at, longer), http.StatusConflict, "group-pass-changed")
	expectCode(t, coordinator.Do(http.MethodPut, at, strings.Replace(longer, "2999-04-30", "soon", 1)), http.StatusBadRequest, "group-pass-invalid")
	expectCode(t, coordinator.Do(http.MethodPut, "/api/v1/group-passes/x", longer), http.StatusNotFound, "group-pass-unknown")
	replaced := coordinator.Post(at+"/cards", `{"reason":"LOST"}`)
	expectStatus(t, replaced, http.StatusOK)
	if replaced.Field(t, "uitpasNumber") == made.Field(t, "uitpasNumber") {
		t.Errorf("not replaced: %s", replaced.Body)
	}
	expectCode(t, coordinator.Post(at+"/cards", `{"reason":"MOVED"}`), http.StatusBadRequest, "body-invalid-data")
	found := coordinator.Get("/api/v1/group-passes?q=merel")
	expectField(t, found, "totalItems", "2")
	if _, err := s.DB.Exec(t.Context(), `UPDATE card_number_range SET next_serial = last_serial + 1 WHERE card_system_id = 2`); err != nil {
		t.Fatal(err)
	}
	expectCode(t, coordinator.Post(at+"/cards", `{"reason":"LOST"}`), http.StatusConflict, "card-numbers-used-up")
}
