package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

func TestWhoMovesAwayOrDiesLeavesAndReturns(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.Person(t, webtest.Coordinator, sandbox.TestOrganizer)
	acting := func() *webtest.Caller { return c.With("Idempotency-Key", uuid.NewString()) }
	id := holderOf(t, c, regular)
	at := "/api/v1/passholders/" + id
	system := c.Get(at).Field(t, "memberships.0.cardSystem.id")
	moved := acting().Post("/api/v1/departures", `{"passholderId":"`+id+`","cardSystemId":`+system+`}`)
	expectStatus(t, moved, http.StatusCreated)
	expectField(t, moved, "reason", "MOVED")
	expectField(t, moved, "undo.allowed", "true")
	expectField(t, c.Get(at), "memberships.0.status", "ENDED")
	expectField(t, c.Get(at+"/departures"), "member.0.id", moved.Field(t, "id"))
	undo := func(id string) *webtest.Response {
		t.Helper()
		return acting().Post("/api/v1/departures/"+id+"/undo", "")
	}
	expectStatus(t, undo(moved.Field(t, "id")), http.StatusOK)
	expectField(t, c.Get(at), "memberships.0.status", "ACTIVE")
	expectCode(t, undo(moved.Field(t, "id")), http.StatusConflict, "departure-undone")
	expectCode(t, undo("nothing"), http.StatusNotFound, "departure-unknown")

	died := func(on string) *webtest.Response {
		t.Helper()
		return acting().Post("/api/v1/departures", `{"passholderId":"`+id+`","deceasedOn":"`+on+`"}`)
	}
	expectCode(t, died("2999-01-01"), http.StatusBadRequest, "departure-date-invalid")
	dead := died("2026-11-01")
	expectStatus(t, dead, http.StatusCreated)
	p := c.Get(at)
	expectField(t, p, "deceasedOn", "2026-11-01")
	expectField(t, p, "cards.0.statusReason", "DECEASED")
	expectField(t, p, "memberships.0.status", "ENDED")
	expectCode(t, died("2026-11-01"), http.StatusConflict, "registration-deceased")
	list := c.Get(at + "/departures")
	expectField(t, list, "member.0.reason", "DECEASED")
	expectField(t, list, "member.1.undo.code", "departure-undone")
	expectStatus(t, undo(dead.Field(t, "id")), http.StatusOK)
	if p := c.Get(at); p.Field(t, "deceasedOn") != "" || !strings.Contains(string(p.Body), `"status":"ACTIVE"`) {
		t.Errorf("alive again: %s", p.Body)
	}
	if n := s.Count(t, `SELECT count(*) FROM ledger_fault`); n != 0 {
		t.Errorf("%d faults in the ledger", n)
	}
}
