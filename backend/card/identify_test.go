package card_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/limit"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

var (
	now   = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	clerk = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"}
	ann   = uuid.MustParse("01900000-0000-7000-8000-000000000001")
	bob   = uuid.MustParse("01900000-0000-7000-8000-000000000002")
	group = uuid.MustParse("01900000-0000-7000-8000-000000000003")
)

// region fills a database with one card of every state. Ann has cards in two
// systems; Bob's only card is blocked.
func region(t *testing.T) *card.Service {
	t.Helper()
	d := dbtest.New(t)
	ring, err := secret.OpenRing(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTx(t.Context(), d, func(tx *db.Tx) error { return fill(t.Context(), tx, ring) })
	if err != nil {
		t.Fatal(err)
	}
	return &card.Service{DB: d, Now: func() time.Time { return now }, Ring: ring}
}

func fill(ctx context.Context, tx *db.Tx, ring *secret.Ring) error {
	var errs []error
	try := func(err error) { errs = append(errs, err) }
	for id, name := range map[int]string{1: "Gent", 2: "Paspartoe"} {
		try(cardsystem.Add(ctx, tx, cardsystem.System{ID: id, Name: name, PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels"}))
	}
	try(organizer.Add(ctx, tx, organizer.Organizer{ID: "desk", Name: "Balie", AccountID: db.NewID()}))
	try(rights.Grant(ctx, tx, who.Program("test"), who.Person, clerk.Subject, "desk", rights.Clerk))
	for id, insz := range map[uuid.UUID]string{ann: "83030201540", bob: "10010105762"} {
		n, err := secret.ParseNationalNumber(insz)
		try(err)
		try(passholder.Add(ctx, tx, ring, passholder.Passholder{
			ID: id, CreatedAt: now, Details: passholder.Details{
				Name: "Peeters", FirstName: "Ann", DateOfBirth: period.NewDay(1983, 3, 2), PostalCode: "9000", City: "Gent", Country: "be", INSZ: n,
			},
		}))
	}
	try(membership.Add(ctx, tx, ann, 1, membership.Active, now))
	try(membership.Add(ctx, tx, ann, 2, membership.Active, now.AddDate(-1, 0, 0)))
	try(card.AddGroupPass(ctx, tx, card.GroupPass{
		ID: group, CardSystemID: 1, Name: "De Vlieger", PostalCode: "9000", City: "Gent", TicketsPerYear: 50,
		SocialTariffUntil: period.NewDay(2027, 4, 30), CreatedAt: now,
	}))
	try(limit.Use(ctx, tx, group, card.GroupTickets, period.Yearly.Range(now, period.Brussels()), 50))
	for _, c := range []card.Card{
		{Number: "0900000095902", Chip: "04784CDAEE3880", Status: card.Active, PassholderID: ann, CardSystemID: 1},
		{Number: "1000000520006", Chip: "045A4832633680", Status: card.Active, PassholderID: ann, CardSystemID: 2},
		{Number: "0900000002312", Chip: "04B00412F15284", Status: card.Blocked, PassholderID: bob, CardSystemID: 1},
		{Number: "0900000074519", Chip: "044AC54A8E6180", Status: card.LocalStock, CardSystemID: 1, CounterID: "desk"},
		{Number: "0900000020405", Chip: "047E2EEA053B80", Status: card.Sent, CardSystemID: 1},
		{Number: "0900000008301", Status: card.Deleted, CardSystemID: 1},
		{Number: "0900000045410", Chip: "04D0AB6AF85C80", Status: card.Active, GroupPassID: group, CardSystemID: 1},
	} {
		c.ID, c.Type, c.StatusAt = db.NewID(), card.NFCCard, now
		try(card.Add(ctx, tx, c))
	}
	return errors.Join(errs...)
}

func TestWhoseIsThis(t *testing.T) {
	t.Parallel()
	s := region(t)
	for name, tt := range map[string]struct {
		identifier string
		kind       card.Kind
		holder     uuid.UUID
		number     card.Number
	}{
		"a card in use":                     {"0900000095902", card.KindPassholder, ann, "0900000095902"},
		"with spaces":                       {"09000 00095 902", card.KindPassholder, ann, "0900000095902"},
		"by its chip":                       {"04784cdaee3880", card.KindPassholder, ann, "0900000095902"},
		"by its chip, sent backwards":       {"8038EEDA4C7804", card.KindPassholder, ann, "0900000095902"},
		"a national number":                 {"83.03.02-015.40", card.KindPassholder, ann, "1000000520006"},
		"of somebody without a card in use": {"10010105762", card.KindPassholder, bob, ""},
		"a blocked card":                    {"0900000002312", card.KindBlocked, bob, "0900000002312"},
		"a card to be given out":            {"0900000074519", card.KindUnregistered, uuid.Nil, "0900000074519"},
		"a card on its way":                 {"0900000020405", card.KindInTransit, uuid.Nil, "0900000020405"},
		"a deleted card":                    {"0900000008301", card.KindDeleted, uuid.Nil, "0900000008301"},
		"a group pass":                      {"0900000045410", card.KindGroupPass, uuid.Nil, "0900000045410"},
		"a number of no card":               {"0900000067513", card.KindUnknown, uuid.Nil, ""},
		"a chip of no card":                 {"04000000000000", card.KindUnknown, uuid.Nil, ""},
		"a national number of nobody":       {"02020231402", card.KindUnknown, uuid.Nil, ""},
		"a wrong check digit":               {"0900000095903", card.KindInvalid, uuid.Nil, ""},
		"no number at all":                  {"hello", card.KindInvalid, uuid.Nil, ""},
	} {
		got, err := s.Identify(t.Context(), clerk, tt.identifier)
		var number card.Number
		if got.Card != nil {
			number = got.Card.Number
		}
		if err != nil || got.Kind != tt.kind || got.PassholderID != tt.holder || number != tt.number {
			t.Errorf("%s: %s %s %s, %v", name, got.Kind, got.PassholderID, number, err)
		}
		if (got.Card == nil) != (got.System == nil) || (got.Kind == card.KindInvalid) != (got.Err != nil) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	g, err := s.Identify(t.Context(), clerk, "0900000045410")
	if err != nil || g.GroupPass == nil || g.GroupPass.AvailableTickets != 49 {
		t.Errorf("group pass %+v, %v", g.GroupPass, err)
	}
}

func TestAnIdentificationIsRecordedWithoutItsNumber(t *testing.T) {
	t.Parallel()
	s := region(t)
	if _, err := s.Identify(t.Context(), clerk, "83030201540"); err != nil {
		t.Fatal(err)
	}
	var subject, detail string
	err := s.DB.QueryRow(t.Context(), `SELECT subject_id, detail::text FROM audit WHERE action = $1`, card.ActionIdentified).
		Scan(&subject, &detail)
	if err != nil || subject != ann.String() || detail != `{"by": "INSZ", "kind": "PASSHOLDER"}` {
		t.Errorf("recorded %s %s, %v", subject, detail, err)
	}
}

func TestIdentifyingNeedsARightAtTheCounter(t *testing.T) {
	t.Parallel()
	s := region(t)
	elsewhere := clerk
	elsewhere.Counter = "other"
	for _, by := range []who.Actor{elsewhere, {Kind: who.Client, ID: "x", Subject: "x"}, {}} {
		if got, err := s.Identify(t.Context(), by, "0900000095902"); !errors.Is(err, rights.ErrDenied) || got.Card != nil {
			t.Errorf("%v: %+v, %v", by, got, err)
		}
	}
}

func TestACardIsFoundByNumberAndChip(t *testing.T) {
	t.Parallel()
	s := region(t)
	c, err := card.ByNumber(t.Context(), s.DB, "0900000095902")
	if err != nil || c.Chip != "04784CDAEE3880" || c.PassholderID != ann {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := card.ByChip(t.Context(), s.DB, "04000000000000"); !errors.Is(err, card.ErrUnknown) {
		t.Errorf("unknown chip: %v", err)
	}
	var b db.Batch
	var all []card.Card
	card.QueueOf(&b, ann, &all)
	if err := db.Send(t.Context(), s.DB, &b); err != nil || len(all) != 2 {
		t.Errorf("%d cards, %v", len(all), err)
	}
}
