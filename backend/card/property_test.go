package card_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
)

// Whatever is done to cards, in whatever order: each has at most one holder, who
// has at most one in use in a card system; one in stock has none; and its events
// lead from where it began to where it is.
func TestACardHasAtMostOneHolder(t *testing.T) {
	t.Parallel()
	s := region(t)
	ctx, serial := t.Context(), 0
	people := []uuid.UUID{addPerson(t, s, 1), addPerson(t, s, 2)}
	rapid.Check(t, func(rt *rapid.T) {
		var ids []uuid.UUID
		begin := map[uuid.UUID]card.Status{}
		err := do(t, s, func(ctx context.Context, tx *db.Tx) error {
			for _, c := range []struct {
				kind card.Type
				at   card.Status
			}{{card.NFCCard, card.LocalStock}, {card.NFCCard, card.Stock}, {card.Digital, card.Provisioned}} {
				serial++
				made := newCard(t, serial, c.kind, c.at)
				ids, begin[made.ID] = append(ids, made.ID), c.at
				if err := card.Add(ctx, tx, made); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			id := rapid.SampledFrom(ids).Draw(rt, "card")
			to := rapid.SampledFrom(statuses).Draw(rt, "to")
			reason := rapid.SampledFrom(reasons).Draw(rt, "reason")
			change := card.Change{At: now, CounterID: "desk"}
			if rapid.Bool().Draw(rt, "given") {
				change.PassholderID = rapid.SampledFrom(people).Draw(rt, "holder")
			}
			_ = do(t, s, func(ctx context.Context, tx *db.Tx) error { // refused is fine
				return card.Transition(ctx, tx, clerk, id, to, reason, change)
			})
		}
		for _, id := range ids {
			c, err := card.ByID(ctx, s.DB, id)
			events, eventsErr := card.Events(ctx, s.DB, id)
			if err := errors.Join(err, eventsErr); err != nil {
				rt.Fatal(err)
			}
			at := begin[id]
			for _, e := range events {
				if e.From != at || !card.Legal(c.Type, e.From, e.To, e.Reason) {
					rt.Fatalf("event %+v of a card that was %s", e, at)
				}
				at = e.To
			}
			held := c.PassholderID != uuid.Nil
			if at != c.Status || held && c.GroupPassID != uuid.Nil || held != (c.Status == card.Active || c.Status == card.Blocked || c.Status == card.Deleted && held) {
				rt.Fatalf("%+v after events to %s", c, at)
			}
		}
		for _, id := range people {
			var n int
			if err := s.DB.QueryRow(ctx, `SELECT count(*) FROM card WHERE passholder_id = $1 AND status = 'ACTIVE'`, id).Scan(&n); err != nil || n > 1 {
				rt.Fatalf("%d cards in use, %v", n, err)
			}
		}
		// The next story begins with people without cards.
		if _, err := s.DB.Exec(ctx, `UPDATE card SET status = 'BLOCKED' WHERE status = 'ACTIVE' AND passholder_id = ANY ($1)`, people); err != nil {
			rt.Fatal(err)
		}
	})
}

// Ranges of all card systems together never give a number twice, not even one
// that a card of plastic has.
func TestNumberRangesNeverRepeatANumber(t *testing.T) {
	t.Parallel()
	s := depot(t)
	plastic, err := card.NewNumber("09005000003", false)
	if err == nil {
		err = do(t, s, func(ctx context.Context, tx *db.Tx) error {
			return card.Add(ctx, tx, card.Card{ID: db.NewID(), CardSystemID: 1, Number: plastic, Type: card.NFCCard, Chip: "04FFFFFFFFFFFF", Status: card.Stock, StatusAt: now})
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	seen := map[card.Number]bool{plastic: true}
	rapid.Check(t, func(rt *rapid.T) {
		r := cardsystem.NumberRange{
			ID: db.NewID(), CardSystemID: rapid.IntRange(1, 2).Draw(rt, "system"),
			Prefix: rapid.SampledFrom([]string{"09005", "090050", "0900500", "09006"}).Draw(rt, "prefix"),
		}
		r.First = rapid.Int64Range(0, 30).Draw(rt, "first")
		r.Last = r.First + rapid.Int64Range(0, 5).Draw(rt, "more")
		err := do(t, s, func(ctx context.Context, tx *db.Tx) error { return cardsystem.AddRange(ctx, tx, r) })
		if err != nil && !errors.Is(err, cardsystem.ErrRangeTaken) {
			rt.Fatal(err)
		}
		for range rapid.IntRange(0, 4).Draw(rt, "cards") {
			err := do(t, s, func(ctx context.Context, tx *db.Tx) error {
				c, err := card.Issue(ctx, tx, r.CardSystemID, false, now)
				if err == nil && seen[c.Number] {
					err = fmt.Errorf("%s was given twice", c.Number)
				}
				seen[c.Number] = true
				return err
			})
			if err != nil && !errors.Is(err, cardsystem.ErrNoNumbers) {
				rt.Fatal(err)
			}
		}
	})
	if len(seen) < 20 {
		t.Errorf("only %d numbers were given", len(seen))
	}
}
