package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/web/webtest"
)

// newcomer is somebody who is not a passholder yet, with a digital pass.
const newcomer = `"cardType":"DIGITAL","firstName":"Zoë","name":"D'Hoey","dateOfBirth":"1990-04-12","gender":"FEMALE",` +
	`"inszNumber":"90041200204","nationality":"Belg","address":{"street":"Markt 1","postalCode":"9000","city":"Gent"},` +
	`"email":"zoe@example.org","consents":{"legalTermsPaper":true,"serviceMails":true},"payment":"CASH","acceptDoubles":true`

func TestARegistrationFromPreviewToVoid(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator, system := manager(t, s)
	acting := func() *webtest.Caller { return coordinator.With("Idempotency-Key", uuid.NewString()) }
	_, err := s.DB.Exec(t.Context(), `INSERT INTO card_number_range (id, card_system_id, prefix, first_serial, next_serial, last_serial)
		SELECT gen_random_uuid(), $1::integer, '07' || $1, 0, 0, 999 ON CONFLICT DO NOTHING`, system)
	if err != nil {
		t.Fatal(err)
	}
	person := `"cardSystemId":` + system + `,` + newcomer

	preview := coordinator.Post("/api/v1/registration-previews", `{`+person+`}`)
	expectStatus(t, preview, http.StatusOK)
	expectField(t, preview, "allowed", "true")
	expectField(t, preview, "adultAge", "18")
	expectField(t, preview, "optInAge", "16")
	cents := preview.Field(t, "quote.cents")
	half := coordinator.Post("/api/v1/registration-previews", `{"cardSystemId":`+system+`,"cardType":"NFC_CARD","firstName":"Zoë"}`)
	expectField(t, half, "allowed", "false")
	if half.Field(t, "problems.0.endUserMessage.fr") == "" {
		t.Errorf("a problem without words: %s", half.Body)
	}

	refused := acting().Post("/api/v1/registrations", `{"people":[{`+strings.Replace(person, "CASH", "NONE", 1)+`}]}`)
	expectCode(t, refused, http.StatusConflict, "registration-refused")
	expectField(t, refused, "errors.0.code", "registration-payment-missing")
	once := acting()
	done := once.Post("/api/v1/registrations", `{"people":[{`+person+`,"expectedCents":`+cents+`}]}`)
	expectStatus(t, done, http.StatusCreated)
	replay := once.Post("/api/v1/registrations", `{"people":[{`+person+`,"expectedCents":`+cents+`}]}`)
	if done.Header.Get("Idempotent-Replayed") != "" || replay.Header.Get("Idempotent-Replayed") != "true" || replay.Status != http.StatusCreated {
		t.Errorf("under the same key: %d %v", replay.Status, replay.Header)
	}
	expectField(t, done, "registrations.0.cents", cents)
	id, who := done.Field(t, "registrations.0.id"), done.Field(t, "registrations.0.passholderId")
	again := acting().Post("/api/v1/registrations", `{"people":[{`+person+`}]}`)
	expectCode(t, again, http.StatusConflict, "registration-refused")
	expectField(t, again, "errors.0.code", "registration-person-known")
	expectField(t, again, "errors.0.args.passholderId", who)
	if strings.Contains(string(again.Body), "90041200204") {
		t.Error("the national number comes back")
	}

	expectField(t, coordinator.Get("/api/v1/registrations"), "totals.CASH", cents)
	expectField(t, coordinator.Get("/api/v1/passholders/"+who+"/registrations"), "registrations.0.id", id)
	expectCode(t, acting().Post("/api/v1/registrations/"+id+"/mails", ``), http.StatusConflict, "registration-no-mail-server")
	for _, paper := range []string{"/api/v1/registrations/" + id + "/receipt?language=fr", "/api/v1/passholders/" + who + "/pass-sheet?cardSystemId=" + system} {
		res := coordinator.Get(paper)
		if res.Status != http.StatusOK || !strings.HasPrefix(string(res.Body), "%PDF") {
			t.Errorf("%s: %d", paper, res.Status)
		}
	}
	number := done.Field(t, "registrations.0.uitpasNumber")
	expectStatus(t, acting().Post("/api/v1/card-blocks", `{"uitpasNumber":"`+number+`","reason":"LOST"}`), http.StatusNoContent)
	expectCode(t, acting().Post("/api/v1/registrations/"+id+"/void", ``), http.StatusConflict, "registration-void-used")
	expectStatus(t, acting().Post("/api/v1/card-unblocks", `{"uitpasNumber":"`+number+`","reason":"FOUND"}`), http.StatusNoContent)
	asked := `"cardSystemId":` + system + `,"cardType":"DIGITAL","passholderId":"` + who + `"`
	asReplacement := coordinator.Post("/api/v1/replacement-previews", `{`+asked+`,"oldNumber":"`+number+`","why":"LOST","payment":"CARD"}`)
	expectStatus(t, asReplacement, http.StatusOK)
	expectField(t, asReplacement, "allowed", "true")
	expectField(t, asReplacement, "reason", "LOSS_THEFT")
	if asReplacement.Field(t, "quote.cents") == "" {
		t.Errorf("no price: %s", asReplacement.Body)
	}
	asJoining := coordinator.Post("/api/v1/joining-previews", `{`+asked+`,"payment":"CARD"}`)
	expectStatus(t, asJoining, http.StatusOK)
	expectField(t, asJoining, "allowed", "false")
	expectField(t, asJoining, "problems.0.code", "registration-member-already")
	expectField(t, asJoining, "reason", "EXTRA_CARD")
	replaced := acting().Post("/api/v1/replacements", `{"cardSystemId":`+system+`,"cardType":"DIGITAL","passholderId":"`+who+`","oldNumber":"`+number+`","why":"LOST","payment":"CARD"}`)
	expectStatus(t, replaced, http.StatusCreated)
	expectField(t, replaced, "reason", "LOSS_THEFT")
	expectStatus(t, acting().Post("/api/v1/registrations/"+replaced.Field(t, "id")+"/void", ``), http.StatusOK)
	expectStatus(t, acting().Post("/api/v1/registrations/"+id+"/void", ``), http.StatusOK)
	expectStatus(t, acting().Post("/api/v1/registrations", `{"people":[{`+person+`}]}`), http.StatusCreated)
}
