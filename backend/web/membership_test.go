package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

// keyed sends each request under an Idempotency-Key of its own.
func keyed(c *webtest.Caller) *webtest.Caller { return c.With("Idempotency-Key", uuid.NewString()) }

// bearer is who has a card of the public test data set.
func bearer(t *testing.T, s *webtest.Stand, number string) string {
	t.Helper()
	var id uuid.UUID
	if err := s.DB.QueryRow(t.Context(), `SELECT passholder_id FROM card WHERE uitpas_number = $1`, number).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id.String()
}

func today(s *webtest.Stand) period.Day { return period.DayOf(s.Now(), period.Brussels()) }

func TestSocialTariffs(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator := s.Person(t, webtest.Coordinator, "")
	at := "/api/v1/passholders/" + bearer(t, s, regular) + "/social-tariffs/2"

	terms := coordinator.Get(at)
	expectStatus(t, terms, http.StatusOK)
	expectField(t, terms, "today", today(s).String())
	until := terms.Field(t, "defaultUntil")

	key := coordinator.With("Idempotency-Key", "grant")
	granted := key.Post(at+"/grants", `{"ground":"RVV","note":"attest gezien"}`)
	expectStatus(t, granted, http.StatusCreated)
	expectField(t, granted, "kind", "GRANTED")
	expectField(t, granted, "until", until)
	expectField(t, key.Post(at+"/grants", `{"ground":"RVV","note":"attest gezien"}`), "id", granted.Field(t, "id"))
	expectCode(t, key.Post(at+"/grants", `{"ground":"OCMW"}`), http.StatusUnprocessableEntity, "idempotency-key-reused")
	expectCode(t, keyed(coordinator).Post(at+"/grants", `{}`), http.StatusConflict, "socialtariff-not-longer")
	expectCode(t, keyed(coordinator).Post(at+"/grants", `{"until":"2001-01-01"}`), http.StatusBadRequest, "socialtariff-end-past")
	expectCode(t, keyed(coordinator).Post(at+"/grants", `{"until":"2999-01-01"}`), http.StatusBadRequest, "socialtariff-end-too-late")
	expectCode(t, keyed(coordinator).Post(at+"/grants", `{"ground":"`+strings.Repeat("x", 51)+`"}`), http.StatusBadRequest, "body-invalid-data")
	expectCode(t, coordinator.Post(at+"/grants", `{}`), http.StatusBadRequest, "header-invalid")

	pause := today(s).Add(30).String()
	expectCode(t, keyed(coordinator).Post(at+"/suspensions", `{"until":"`+today(s).String()+`"}`), http.StatusBadRequest, "socialtariff-suspend-past")
	expectField(t, keyed(coordinator).Post(at+"/suspensions", `{"until":"`+pause+`","why":"misbruik"}`), "suspendedUntil", pause)
	expectField(t, keyed(coordinator).Post(at+"/resumptions", `{"why":"vergissing"}`), "kind", "RESUMED")
	ended := keyed(coordinator).Post(at+"/endings", `{"lastDay":"`+pause+`","why":"verhuist"}`)
	expectField(t, ended, "until", pause)

	history := coordinator.Get(at)
	expectField(t, history, "changes.0.kind", "ENDED")
	expectField(t, history, "changes.0.undo.allowed", "true")
	expectField(t, history, "changes.1.undo.code", "socialtariff-undo-gone")
	expectField(t, history, "changes.3.note", "attest gezien")
	expectField(t, history, "changes.3.counter", "[TEST] UiTPAS Organisatie (Regio Gent + Paspartoe)")

	undo := func(id string) string { return `{"changeId":"` + id + `"}` }
	expectCode(t, keyed(coordinator).Post(at+"/undos", undo(granted.Field(t, "id"))), http.StatusConflict, "socialtariff-undo-gone")
	other := "/api/v1/passholders/" + bearer(t, s, socialTariff) + "/social-tariffs/2"
	expectCode(t, keyed(coordinator).Post(other+"/undos", undo(ended.Field(t, "id"))), http.StatusConflict, "socialtariff-undo-gone")
	expectField(t, keyed(coordinator).Post(at+"/undos", undo(ended.Field(t, "id"))), "until", until)

	clerk := s.Person(t, webtest.Clerk, "")
	expectCode(t, clerk.Get(at), http.StatusForbidden, "forbidden")
	expectCode(t, keyed(clerk).Post(at+"/grants", `{}`), http.StatusForbidden, "forbidden")
	expectCode(t, keyed(coordinator).Post("/api/v1/passholders/"+uuid.NewString()+"/social-tariffs/2/grants", `{}`), http.StatusNotFound, "passholder-unknown")
	expectCode(t, keyed(coordinator).Post("/api/v1/passholders/x/social-tariffs/2/grants", `{}`), http.StatusNotFound, "passholder-unknown")
	expectCode(t, coordinator.Get("/api/v1/passholders/"+uuid.NewString()+"/social-tariffs/x"), http.StatusNotFound, "card-system-unknown")
	expectCode(t, coordinator.Get("/api/v1/passholders/"+uuid.NewString()+"/social-tariffs/999"), http.StatusNotFound, "card-system-unknown")
	expectCode(t, keyed(coordinator).Post(strings.TrimSuffix(at, "2")+"3/grants", `{}`), http.StatusNotFound, "membership-none")
	expectCode(t, keyed(coordinator).Post(strings.TrimSuffix(at, "2")+"12/grants", `{}`), http.StatusForbidden, "forbidden")
}

func TestSocialTariffsThatEndSoon(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator, _ := manager(t, s)
	list := "/api/v1/expiring-social-tariffs?cardSystemId=101"
	soon := coordinator.Get(list + "&limit=5")
	expectStatus(t, soon, http.StatusOK)
	if soon.Field(t, "member.4.until") == "" || soon.Field(t, "member.5.until") != "" || soon.Field(t, "member.0.until") > soon.Field(t, "member.4.until") {
		t.Errorf("not the first five: %s", soon.Body)
	}
	week := coordinator.Get(fmt.Sprintf("%s&from=%s&until=%s", list, today(s), today(s).Add(7)))
	if n := week.Field(t, "totalItems"); n != "2" { // on the fourth and the sixth day from now
		t.Errorf("%s within a week: %s", n, week.Body)
	}
	for _, query := range []string{"&from=x", "&until=x", "&from=2026-02-01&until=2026-01-01", "&from=2026-01-01&until=2028-01-01", "&limit=0"} {
		expectCode(t, coordinator.Get(list+query), http.StatusBadRequest, "query-invalid")
	}
	expectCode(t, coordinator.Get("/api/v1/expiring-social-tariffs"), http.StatusBadRequest, "query-invalid")
	expectCode(t, coordinator.Get("/api/v1/expiring-social-tariffs?cardSystemId=102"), http.StatusForbidden, "forbidden")
}

func TestAssociations(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator := s.Person(t, webtest.Coordinator, "")
	me := "/api/v1/passholders/" + bearer(t, s, regular) + "/association-memberships"

	all := coordinator.Get("/api/v1/associations")
	expectStatus(t, all, http.StatusOK)
	var listed []struct{ Name, Access string }
	coordinator.Get("/api/v1/associations?access=WRITE").Decode(t, &listed)
	for _, a := range listed {
		if a.Access != "WRITE" {
			t.Errorf("%s is only seen", a.Name)
		}
	}
	expectCode(t, coordinator.Get("/api/v1/associations?access=ALL"), http.StatusBadRequest, "query-invalid")

	association := gentAssociation(t, s, "CUSTOM", true)
	expectCode(t, keyed(coordinator).Post(me, `{"associationId":"`+association+`"}`), http.StatusBadRequest, "association-end-missing")
	expectCode(t, keyed(coordinator).Post(me, `{"associationId":"`+association+`","endDate":"2001-01-01"}`), http.StatusBadRequest, "association-end-early")
	joined := coordinator.With("Idempotency-Key", "join").Post(me, `{"associationId":"`+association+`","endDate":"`+today(s).Add(10).String()+`"}`)
	expectStatus(t, joined, http.StatusCreated)
	expectField(t, joined, "since", today(s).String())
	renewed := keyed(coordinator).Post(me, `{"associationId":"`+association+`","endDate":"`+today(s).Add(400).String()+`"}`)
	expectStatus(t, renewed, http.StatusCreated)
	expectCode(t, keyed(coordinator).Post(me, `{"associationId":"`+association+`","endDate":"`+today(s).Add(500).String()+`"}`), http.StatusConflict, "association-renewal-early")

	young := gentAssociation(t, s, "BASED_ON_DATE_OF_BIRTH", true)
	expectCode(t, keyed(coordinator).Post(me, `{"associationId":"`+young+`"}`), http.StatusConflict, "association-too-old")
	seen := gentAssociation(t, s, "CUSTOM", false)
	expectCode(t, keyed(coordinator).Post(me, `{"associationId":"`+seen+`","endDate":"2999-01-01"}`), http.StatusForbidden, "association-read-only")
	expectCode(t, keyed(coordinator).Post(me, `{"associationId":"`+uuid.NewString()+`"}`), http.StatusNotFound, "association-unknown")

	var standings []struct {
		Association struct{ ID string }
		Status      string
		Renewable   bool
		Refusal     struct{ Code string }
	}
	coordinator.Get(me).Decode(t, &standings)
	codes := map[string]string{}
	for _, st := range standings {
		codes[st.Association.ID] = st.Status + " " + st.Refusal.Code
	}
	if codes[association] != "ACTIVE association-renewal-early" || codes[young] != "NONE association-too-old" || codes[seen] != "NONE association-read-only" {
		t.Errorf("%v", codes)
	}

	expectStatus(t, keyed(coordinator).Delete(me+"/"+association), http.StatusNoContent)
	expectCode(t, keyed(coordinator).Delete(me+"/"+association), http.StatusNotFound, "association-no-member")
	expectCode(t, coordinator.Delete(me+"/"+association), http.StatusBadRequest, "header-invalid")
	expectCode(t, keyed(coordinator).Delete(me+"/x"), http.StatusNotFound, "association-unknown")
	expectCode(t, s.Person(t, webtest.Clerk, "").Get(me), http.StatusForbidden, "forbidden")
}

// gentAssociation is one of the card system of Gent that the test organizer
// registers for, or only sees.
func gentAssociation(t *testing.T, s *webtest.Stand, endDateType string, written bool) string {
	t.Helper()
	var id uuid.UUID
	err := s.DB.QueryRow(t.Context(), `
		SELECT a.id FROM association a JOIN association_organizer o ON o.association_id = a.id
		WHERE a.card_system_id = 2 AND a.end_date_type = $1 AND o.organizer_id = $2 AND o.may_write = $3`,
		endDateType, sandbox.TestOrganizer, written).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

func TestManagedAssociations(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator := s.Person(t, webtest.Coordinator, "")
	body := `{"cardSystemId":2,"name":"Turnkring","endDateType":"BASED_ON_REGISTRATION_DATE","months":12,"renewableMonths":1,"organizers":[{"organizerId":"` + sandbox.TestOrganizer + `","access":"WRITE"}]}`
	made := coordinator.Post("/api/v1/managed-associations", body)
	expectStatus(t, made, http.StatusCreated)
	change := strings.Replace(body, `{"cardSystemId"`, `{"id":"`+made.Field(t, "id")+`","version":1,"cardSystemId"`, 1)
	expectField(t, coordinator.Post("/api/v1/managed-associations", strings.Replace(change, "Turnkring", "Turners", 1)), "version", "2")
	expectCode(t, coordinator.Post("/api/v1/managed-associations", change), http.StatusConflict, "association-changed")
	wrong := coordinator.Post("/api/v1/managed-associations", strings.Replace(body, `"months":12`, `"months":0`, 1))
	expectCode(t, wrong, http.StatusBadRequest, "association-invalid")
	expectField(t, wrong, "args.field", "months")
	expectCode(t, coordinator.Post("/api/v1/managed-associations", strings.Replace(body, `"cardSystemId":2`, `"cardSystemId":101`, 1)), http.StatusForbidden, "forbidden")
	list := coordinator.Get("/api/v1/managed-associations")
	expectStatus(t, list, http.StatusOK)
	if !strings.Contains(string(list.Body), `"Turners"`) {
		t.Errorf("not in the list: %s", list.Body)
	}
}

func TestFamilies(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	coordinator := s.Person(t, webtest.Coordinator, "")
	parent, child := bearer(t, s, "0900004518305"), bearer(t, s, "0900004518404")
	members := "/api/v1/passholders/" + parent + "/family-members"

	kept := coordinator.Get(members)
	expectStatus(t, kept, http.StatusOK)
	expectField(t, kept, "member.0.main", "true")
	expectField(t, kept, "member.1.firstName", "Lotte")
	expectField(t, kept, "member.1.icon", "star")
	expectField(t, kept, "maxAdults", "2")

	add := func(number string) *webtest.Response {
		return coordinator.Post(members, `{"uitpasNumber":"`+number+`","icon":"fox"}`)
	}
	bram := add(regular)
	expectStatus(t, bram, http.StatusCreated)
	expectField(t, bram, "firstName", "Bram")
	expectCode(t, add(regular), http.StatusConflict, "family-member-already")
	expectCode(t, add("0900004518305"), http.StatusConflict, "family-member-already")
	expectCode(t, add(socialTariff), http.StatusConflict, "family-full-adults")
	expectCode(t, add(unregistered), http.StatusNotFound, "card-unknown")
	expectCode(t, add(groupPass), http.StatusNotFound, "card-unknown")
	expectCode(t, add(wrongDigit), http.StatusBadRequest, "invalid-uitpasnumber")
	expectCode(t, coordinator.Post(members, `{"uitpasNumber":"`+regular+`","icon":"`+strings.Repeat("x", 65)+`"}`), http.StatusBadRequest, "family-icon")

	expectStatus(t, coordinator.Do(http.MethodPut, members+"/"+child, `{"icon":"owl"}`), http.StatusNoContent)
	expectField(t, coordinator.Get(members), "member.1.icon", "owl")
	expectCode(t, coordinator.Do(http.MethodPut, members+"/x", `{"icon":"owl"}`), http.StatusNotFound, "family-no-member")
	expectCode(t, coordinator.Delete(members+"/"+parent), http.StatusForbidden, "family-main-member")
	expectStatus(t, coordinator.Delete(members+"/"+bram.Field(t, "passholderId")), http.StatusNoContent)
	expectCode(t, coordinator.Delete(members+"/"+bram.Field(t, "passholderId")), http.StatusNotFound, "family-no-member")

	others := coordinator.Get("/api/v1/passholders/" + child + "/families")
	expectStatus(t, others, http.StatusOK)
	expectField(t, others, "0.passholderId", parent)
	expectField(t, others, "0.email", "verhelst@thuis.example")
	expectCode(t, coordinator.Get("/api/v1/passholders/x/families"), http.StatusNotFound, "passholder-unknown")
	expectCode(t, s.Person(t, webtest.Clerk, "").Get(members), http.StatusForbidden, "forbidden")

	browser := s.Browser(t).With("Accept-Language", "fr-BE, fr;q=0.9, en;q=0.5")
	leave := func(token string) *webtest.Response {
		return browser.Form(s.URL+"/leave-family", url.Values{"main": {parent}, "member": {child}, "token": {token}})
	}
	token := undoToken(t, s, parent, child)
	page := browser.Get("/leave-family?" + url.Values{"main": {parent}, "member": {child}, "token": {token + `"><script>`}}.Encode())
	expectStatus(t, page, http.StatusOK)
	if body := string(page.Body); !strings.Contains(body, `lang="fr"`) || !strings.Contains(body, "faire partie") || !strings.Contains(body, parent) || strings.Contains(body, "<script") {
		t.Errorf("%s", body)
	}
	expectStatus(t, leave("guess"), http.StatusUnauthorized)
	if done := leave(token); done.Status != http.StatusOK || !strings.Contains(string(done.Body), "Vous ne faites plus partie") || strings.Contains(string(done.Body), "<form") {
		t.Errorf("%d %s", done.Status, done.Body)
	}
	if again := leave(token); again.Status != http.StatusUnauthorized || !strings.Contains(string(again.Body), "ne fonctionne plus") {
		t.Errorf("%d %s", again.Status, again.Body)
	}
	expectField(t, coordinator.Get(members), "member.1.firstName", "")
}

// undoToken is the token of the mail that tells somebody of a family.
func undoToken(t *testing.T, s *webtest.Stand, mainID, memberID string) (token string) {
	t.Helper()
	err := db.InTx(t.Context(), s.DB, func(tx *db.Tx) (err error) {
		token, err = family.MintUndo(t.Context(), tx, family.Added{MainID: uuid.MustParse(mainID), MemberID: uuid.MustParse(memberID)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return token
}
