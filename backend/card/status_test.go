package card_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
)

// life is every step that a card can take, and why. What is not here cannot be.
const life = `
NFC_CARD PROVISIONED → STOCK
NFC_CARD PROVISIONED → DELETED: MISTAKE VOIDED
NFC_CARD STOCK → SENT
NFC_CARD STOCK → LOCAL_STOCK
NFC_CARD STOCK → DELETED: LOST STOLEN DEFECT MISTAKE
NFC_CARD SENT → LOCAL_STOCK: - FOUND
NFC_CARD SENT → STOCK: - MISTAKE
NFC_CARD SENT → DELETED: LOST STOLEN DEFECT MISTAKE
NFC_CARD LOCAL_STOCK → ACTIVE
NFC_CARD LOCAL_STOCK → SENT
NFC_CARD LOCAL_STOCK → STOCK
NFC_CARD LOCAL_STOCK → DELETED: LOST STOLEN DEFECT MISTAKE
NFC_CARD ACTIVE → BLOCKED: LOST STOLEN DEFECT REPLACED MOVED DECEASED MISUSE VOIDED
NFC_CARD ACTIVE → LOCAL_STOCK: VOIDED
NFC_CARD BLOCKED → ACTIVE: FOUND MISTAKE VOIDED
NFC_CARD BLOCKED → DELETED: MISTAKE
NFC_CARD DELETED → LOCAL_STOCK: FOUND
DIGITAL PROVISIONED → ACTIVE
DIGITAL PROVISIONED → DELETED: MISTAKE VOIDED
DIGITAL ACTIVE → BLOCKED: LOST STOLEN DEFECT REPLACED MOVED DECEASED MISUSE VOIDED
DIGITAL ACTIVE → DELETED: VOIDED
DIGITAL BLOCKED → ACTIVE: FOUND MISTAKE VOIDED
DIGITAL BLOCKED → DELETED: MISTAKE
`

var (
	types    = []card.Type{card.NFCCard, card.Digital}
	statuses = []card.Status{card.Provisioned, card.Stock, card.Sent, card.LocalStock, card.Active, card.Blocked, card.Deleted}
	reasons  = []card.Reason{
		card.NoReason, card.Lost, card.Stolen, card.Defect, card.Replaced, card.Moved, card.Deceased, card.Misuse, card.Regained,
		card.Mistake, card.Voided, card.Imported,
	}
)

// possible tells from the text above whether a step is there.
func possible(k card.Type, from, to card.Status, reason card.Reason) bool {
	for line := range strings.Lines(life) {
		step, why, explained := strings.Cut(strings.TrimSpace(line), ":")
		if step != fmt.Sprintf("%s %s → %s", k, from, to) {
			continue
		}
		if !explained {
			return reason == card.NoReason
		}
		return slices.Contains(strings.Fields(why), string(reason)) ||
			reason == card.NoReason && strings.Contains(why, "-")
	}
	return false
}

// step is one of all steps, possible or not.
type step struct {
	kind     card.Type
	from, to card.Status
	reason   card.Reason
}

func allSteps() []step {
	var out []step
	for _, k := range types {
		for _, from := range statuses {
			for _, to := range statuses {
				for _, reason := range reasons {
					out = append(out, step{k, from, to, reason})
				}
			}
		}
	}
	return out
}

func TestEveryStepOfACardsLifeIsInTheTableOrImpossible(t *testing.T) {
	t.Parallel()
	n := 0
	for _, s := range allSteps() {
		want := possible(s.kind, s.from, s.to, s.reason)
		if want {
			n++
		}
		if got := card.Legal(s.kind, s.from, s.to, s.reason); got != want {
			t.Errorf("%v: %v, want %v", s, got, want)
		}
	}
	if n != 54 {
		t.Errorf("%d steps are possible", n)
	}
}

// Each step is tried on a card in the database: the possible ones are done and
// leave an event, the others change nothing.
func TestACardTakesThePossibleStepsOnly(t *testing.T) {
	t.Parallel()
	s := region(t)
	ctx, serial := t.Context(), 0
	errUndo := errors.New("undo")
	for _, st := range allSteps() {
		if !possible(st.kind, st.from, st.to, st.reason) && st.reason != card.NoReason && st.reason != card.Mistake && st.reason != card.Voided {
			continue // the rules have been asked for all of them
		}
		serial++
		err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
			c := newCard(t, serial, st.kind, st.from)
			if err := card.Add(ctx, tx, c); err != nil {
				return fmt.Errorf("%v: %w", st, err)
			}
			change := card.Change{At: now}
			if st.to == card.Active && c.PassholderID == uuid.Nil {
				change.PassholderID = bob
			}
			err := card.Transition(ctx, tx, clerk, c.ID, st.to, st.reason, change)
			after, readErr := card.ByID(ctx, tx, c.ID)
			events, eventsErr := card.Events(ctx, tx, c.ID)
			if readErr != nil || eventsErr != nil {
				return errors.Join(readErr, eventsErr)
			}
			if possible(st.kind, st.from, st.to, st.reason) {
				checkDone(t, st, err, after, events)
			} else if !errors.Is(err, card.ErrTransition) || after.Status != st.from || len(events) != 0 {
				t.Errorf("%v: %v, the card is %s with %d events", st, err, after.Status, len(events))
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
	}
}

// newCard is a card that could be in a status: in use or blocked it is Bob's.
func newCard(t *testing.T, serial int, kind card.Type, status card.Status) card.Card {
	t.Helper()
	n, err := card.NewNumber(fmt.Sprintf("09777%06d", serial), false)
	if err != nil {
		t.Fatal(err)
	}
	c := card.Card{ID: db.NewID(), CardSystemID: 2, Number: n, Type: kind, Status: status, StatusAt: now}
	if status == card.Active || status == card.Blocked {
		c.PassholderID = bob
	}
	return c
}

func checkDone(t *testing.T, st step, err error, after card.Card, events []card.Event) {
	t.Helper()
	if err != nil || after.Status != st.to || after.StatusReason != st.reason || len(events) != 1 {
		t.Errorf("%v: %v, the card is %s, %d events", st, err, after.Status, len(events))
		return
	}
	e := events[0]
	if e.From != st.from || e.To != st.to || e.Reason != st.reason || e.Actor != clerk.Key() || e.OrganizerID != clerk.Counter || !e.At.Equal(now) {
		t.Errorf("%v: event %+v", st, e)
	}
	inUse := st.to == card.Active || st.to == card.Blocked || st.to == card.Deleted && st.from == card.Blocked
	if (after.PassholderID != uuid.Nil) != inUse {
		t.Errorf("%v: holder %s", st, after.PassholderID)
	}
}

func do(t *testing.T, s *card.Service, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	return db.InTx(t.Context(), s.DB, func(tx *db.Tx) error { return fn(t.Context(), tx) })
}

func TestHoldersOfACard(t *testing.T) {
	t.Parallel()
	s := region(t)
	give := func(n card.Number, change card.Change) error {
		change.At = now
		return do(t, s, func(ctx context.Context, tx *db.Tx) error {
			c, err := card.Lock(ctx, tx, n)
			if err != nil {
				return err
			}
			return card.Transition(ctx, tx, clerk, c.ID, card.Active, card.NoReason, change)
		})
	}
	const stock = card.Number("0900000074519")
	if err := give(stock, card.Change{}); !errors.Is(err, card.ErrHolder) {
		t.Errorf("a card for nobody: %v", err)
	}
	if err := give(stock, card.Change{PassholderID: bob, GroupPassID: group}); !errors.Is(err, card.ErrHolder) {
		t.Errorf("a card for two: %v", err)
	}
	if err := give(stock, card.Change{PassholderID: ann}); !errors.Is(err, card.ErrOtherActive) {
		t.Errorf("a second card in use: %v", err)
	}
	if err := give(stock, card.Change{PassholderID: bob, CounterID: "desk"}); err != nil {
		t.Errorf("a card for Bob: %v", err)
	}
	if err := give(stock, card.Change{PassholderID: ann}); !errors.Is(err, card.ErrTransition) {
		t.Errorf("Bob's card for Ann: %v", err)
	}
	blocked, err := card.ByNumber(t.Context(), s.DB, "0900000002312")
	if err != nil {
		t.Fatal(err)
	}
	unblock := func(change card.Change) error {
		change.At = now
		return do(t, s, func(ctx context.Context, tx *db.Tx) error {
			return card.Transition(ctx, tx, clerk, blocked.ID, card.Active, card.Regained, change)
		})
	}
	if err := unblock(card.Change{PassholderID: ann}); !errors.Is(err, card.ErrHolderChanged) {
		t.Errorf("Bob's blocked card for Ann: %v", err)
	}
	if err := unblock(card.Change{}); !errors.Is(err, card.ErrOtherActive) {
		t.Errorf("Bob's old card beside his new one: %v", err)
	}
}

func TestTheCardsOfOneRecordBecomeThoseOfAnother(t *testing.T) {
	t.Parallel()
	s := region(t)
	find := func(n card.Number) uuid.UUID {
		c, err := card.ByNumber(t.Context(), s.DB, n)
		if err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	hand := func(from, to uuid.UUID, ids ...uuid.UUID) error {
		return do(t, s, func(ctx context.Context, tx *db.Tx) error { return card.Hand(ctx, tx, from, to, ids...) })
	}
	blocked, active := find("0900000002312"), find("0900000095902")
	if err := hand(ann, bob, blocked); !errors.Is(err, card.ErrHolderChanged) {
		t.Errorf("a card that is not Ann's: %v", err)
	}
	if err := hand(bob, ann, blocked, db.NewID()); !errors.Is(err, card.ErrHolderChanged) {
		t.Errorf("a card that is not there: %v", err)
	}
	if err := hand(bob, ann, blocked, blocked); err != nil {
		t.Errorf("Bob's card for Ann: %v", err)
	}
	if err := hand(ann, bob, blocked, active); err != nil {
		t.Errorf("both for Bob: %v", err)
	}
	var n int
	err := s.DB.QueryRow(t.Context(), `SELECT count(*) FROM card WHERE passholder_id = $1 AND id = ANY ($2)`, bob, []uuid.UUID{blocked, active}).Scan(&n)
	if err != nil || n != 2 {
		t.Errorf("Bob has %d of them, %v", n, err)
	}
}
