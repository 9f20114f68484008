package card_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// A group with a social tariff has turns as long as that runs; another group
// always, unless it bought none.
func TestUntilWhenAGroupHasTurns(t *testing.T) {
	t.Parallel()
	s, numbers := equipped(t)
	ordinary, none := choir, choir
	ordinary.SocialTariffUntil, none.SocialTariffUntil, none.TicketsPerYear = period.Day{}, period.Day{}, 0
	at := func(day string) time.Time {
		d, err := period.ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		return d.At(12, 0, period.Brussels())
	}
	made := map[string]uuid.UUID{}
	for name, tt := range map[string]struct {
		group  card.GroupPass
		number card.Number
	}{"social": {choir, numbers[4]}, "ordinary": {ordinary, numbers[0]}, "none": {none, numbers[1]}} {
		g, err := s.RegisterGroup(t.Context(), library, "", tt.group, tt.number)
		if err != nil {
			t.Fatal(err)
		}
		made[name] = g.ID
	}
	for name, tt := range map[string]struct {
		group, on string
		want      error
	}{
		"on its last day":             {"social", "2027-04-30", nil},
		"on the day after":            {"social", "2027-05-01", card.ErrGroupExpired},
		"without a social tariff":     {"ordinary", "2036-01-01", nil},
		"without turns":               {"none", "2026-11-22", card.ErrTurnsUsed},
		"without turns, in ten years": {"none", "2036-11-22", card.ErrTurnsUsed},
	} {
		err := do(t, s, func(ctx context.Context, tx *db.Tx) error {
			return card.UseTurns(ctx, tx, made[tt.group], 1, at(tt.on))
		})
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if ordinary.Active(period.NewDay(2026, 11, 22)) || !choir.Active(period.NewDay(2027, 4, 30)) || choir.Active(period.NewDay(2027, 5, 1)) {
		t.Error("who has a social tariff")
	}
	for turns, want := range map[int]error{100_000: nil, 100_001: card.ErrGroupInvalid} {
		many := ordinary
		many.TicketsPerYear = turns
		if _, err := s.RegisterGroup(t.Context(), library, "", many, ""); !errors.Is(err, want) {
			t.Errorf("%d turns: %v", turns, err)
		}
	}
}

func TestWhichCardAGroupGets(t *testing.T) {
	t.Parallel()
	s, numbers := equipped(t)
	ctx := t.Context()
	foreign, err := card.NewNumber("09002000001", true)
	if err != nil {
		t.Fatal(err)
	}
	err = do(t, s, func(ctx context.Context, tx *db.Tx) error {
		return card.Add(ctx, tx, card.Card{ID: db.NewID(), CardSystemID: 2, Number: foreign, Type: card.NFCCard, Status: card.LocalStock, CounterID: "library", StatusAt: now})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.RegisterGroup(ctx, library, "", choir, foreign); !errors.Is(err, card.ErrWrongSystem) {
		t.Errorf("one of another card system: %v", err)
	}
	// A program that takes cards over is at no counter.
	if g, err := s.RegisterGroup(ctx, who.Program("import"), "", choir, numbers[9]); err != nil || g.Card.Number != numbers[9] {
		t.Errorf("taken over: %+v, %v", g, err)
	}
	g, err := s.RegisterGroup(ctx, library, "", choir, numbers[4])
	if err != nil {
		t.Fatal(err)
	}
	// A card that was blocked before is replaced too, and stays blocked for its
	// own reason.
	err = do(t, s, func(ctx context.Context, tx *db.Tx) error {
		return card.Transition(ctx, tx, library, g.Card.ID, card.Blocked, card.Stolen, card.Change{At: now})
	})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.ReplaceGroupCard(ctx, library, g.ID, "", card.Lost); err != nil || again.Card.Replaces != g.Card.ID {
		t.Errorf("in the place of a blocked one: %+v, %v", again, err)
	}
	if old, err := card.ByNumber(ctx, s.DB, numbers[4]); err != nil || old.StatusReason != card.Stolen {
		t.Errorf("the blocked one: %+v, %v", old, err)
	}
	// A group without a card, after a mishap, can be changed and gets one.
	bare := choir
	bare.ID, bare.Version, bare.CreatedAt = db.NewID(), 1, now
	if err := do(t, s, func(ctx context.Context, tx *db.Tx) error { return card.AddGroupPass(ctx, tx, bare) }); err != nil {
		t.Fatal(err)
	}
	saved, err := s.SaveGroup(ctx, library, bare)
	if err != nil || saved.Card != nil {
		t.Errorf("saved without a card: %+v, %v", saved, err)
	}
	if found, err := s.Group(ctx, library, bare.ID); err != nil || found.Card != nil {
		t.Errorf("found without a card: %+v, %v", found, err)
	}
	if again, err := s.ReplaceGroupCard(ctx, library, bare.ID, "", card.Lost); err != nil || again.Card.Replaces != uuid.Nil {
		t.Errorf("a card again: %+v, %v", again, err)
	}
}

// Somebody's blocked card is no stock: it is not thrown away.
func TestSomebodysCardIsNoStock(t *testing.T) {
	t.Parallel()
	s, numbers := equipped(t)
	ctx := t.Context()
	g, err := s.RegisterGroup(ctx, library, "", choir, numbers[4])
	if err != nil {
		t.Fatal(err)
	}
	discard := func() error { return s.Discard(ctx, library, numbers[4], card.Mistake) }
	if err := discard(); !errors.Is(err, card.ErrTransition) {
		t.Errorf("in use: %v", err)
	}
	err = do(t, s, func(ctx context.Context, tx *db.Tx) error {
		return card.Transition(ctx, tx, library, g.Card.ID, card.Blocked, card.Lost, card.Change{At: now})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := discard(); !errors.Is(err, card.ErrTransition) {
		t.Errorf("blocked: %v", err)
	}
	if c, err := card.ByNumber(ctx, s.DB, numbers[4]); err != nil || c.Status != card.Blocked {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestWhoseParcelItIs(t *testing.T) {
	t.Parallel()
	s, numbers := equipped(t)
	ctx := t.Context()
	curator := who.Actor{Kind: who.Person, ID: "m", Subject: "museum@openbalie.example", Counter: "museum"}
	err := do(t, s, func(ctx context.Context, tx *db.Tx) error {
		return rights.Grant(ctx, tx, who.Program("test"), who.Person, curator.Subject, "museum", rights.Coordinator)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Send(ctx, library, card.Parcel{CardSystemID: 1, FromID: "library", CounterID: "library", Numbers: numbers[:1]}); !errors.Is(err, card.ErrCounterElsewhere) {
		t.Errorf("sent to where it is: %v", err)
	}
	sent, err := s.Send(ctx, library, card.Parcel{CardSystemID: 1, FromID: "library", CounterID: "pool", Numbers: numbers[:2]})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Shipment(ctx, curator, sent.ID); !errors.Is(err, card.ErrShipmentUnknown) {
		t.Errorf("seen by another region: %v", err)
	}
	for what, by := range map[string]who.Actor{"by who gets it": pool, "by another region": curator} {
		if _, err := s.Recall(ctx, by, sent.ID); !errors.Is(err, rights.ErrDenied) {
			t.Errorf("called back %s: %v", what, err)
		}
	}
	if _, err := s.Recall(ctx, library, sent.ID); err != nil {
		t.Errorf("called back by who sent it: %v", err)
	}
	if c, err := card.ByNumber(ctx, s.DB, numbers[0]); err != nil || c.Status != card.LocalStock || c.CounterID != "library" {
		t.Errorf("%+v, %v", c, err)
	}
}
