package card

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

type row struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	CardSystemID int
	UitpasNumber string
	Chip         []byte
	CardType     string
	Status       string
	PassholderID *uuid.UUID
	GroupPassID  *uuid.UUID
	CounterID    *string
	Replaces     *uuid.UUID
	StatusReason string
	StatusAt     time.Time
	Pack         string
	ShipmentID   *uuid.UUID
}

func (row) TableName() string { return "card" }

type eventRow struct {
	ID          uuid.UUID `gorm:"primaryKey"`
	CardID      uuid.UUID
	At          time.Time
	FromStatus  string
	ToStatus    string
	Reason      string
	Actor       string
	OrganizerID string
}

func (eventRow) TableName() string { return "card_event" }

// Add writes a new card.
func Add(ctx context.Context, tx *db.Tx, c Card) error {
	r := rowOf(c)
	if err := gorm.G[row](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("add card: %w", err)
	}
	return nil
}

// addUnlessNumbered writes a new card, unless there is one with its number.
func addUnlessNumbered(ctx context.Context, tx *db.Tx, c Card) (bool, error) {
	r := rowOf(c)
	tag, err := tx.Exec(ctx, `
		INSERT INTO card (id, card_system_id, uitpas_number, card_type, status, status_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (uitpas_number) DO NOTHING`,
		r.ID, r.CardSystemID, r.UitpasNumber, r.CardType, r.Status, r.StatusAt)
	if err != nil {
		return false, fmt.Errorf("add card: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

func rowOf(c Card) row {
	return row{
		ID: c.ID, CardSystemID: c.CardSystemID, UitpasNumber: string(c.Number), Chip: c.Chip.Bytes(),
		CardType: string(c.Type), Status: string(c.Status), PassholderID: unlessNil(c.PassholderID),
		GroupPassID: unlessNil(c.GroupPassID), CounterID: unlessEmpty(c.CounterID), Replaces: unlessNil(c.Replaces),
		StatusReason: string(c.StatusReason), StatusAt: c.StatusAt, Pack: c.Pack, ShipmentID: unlessNil(c.ShipmentID),
	}
}

// move gives those of the cards another status from which the table leads there,
// and returns them. Each leaves an event.
func move(ctx context.Context, tx *db.Tx, by who.Actor, ids []uuid.UUID, to Status, reason Reason, change Change) ([]uuid.UUID, error) {
	if change.At.IsZero() {
		return nil, errNoTime
	}
	var b db.Batch
	var moved []uuid.UUID
	queueMove(&b, by, ids, to, reason, change, func(ids []uuid.UUID) error { moved = ids; return nil })
	return moved, spell(db.Send(ctx, tx, &b))
}

// queueMove is move in a batch.
func queueMove(b *db.Batch, by who.Actor, ids []uuid.UUID, to Status, reason Reason, change Change, take func(moved []uuid.UUID) error) {
	events := make([]uuid.UUID, len(ids))
	for i := range events {
		events[i] = db.NewID()
	}
	free := to.free() || to == Deleted && reason == Voided
	b.Queue(`
		WITH old AS (
		  SELECT c.id, c.card_type, c.status, c.passholder_id, c.group_pass_id, asked.event_id
		    FROM unnest($1::uuid[], $2::uuid[]) AS asked (id, event_id) JOIN card c ON c.id = asked.id
		   ORDER BY c.id FOR UPDATE OF c),
		new AS (
		  UPDATE card c SET status = $3, status_reason = $4, status_at = $5,
		         passholder_id = CASE WHEN NOT $6 THEN coalesce(old.passholder_id, $7) END,
		         group_pass_id = CASE WHEN NOT $6 THEN coalesce(old.group_pass_id, $8) END,
		         replaces      = CASE WHEN NOT $6 THEN coalesce($9, c.replaces) END,
		         counter_id    = CASE WHEN $3 <> 'STOCK' THEN coalesce($10, c.counter_id) END,
		         shipment_id   = CASE WHEN $3 <> 'STOCK' THEN coalesce($11, c.shipment_id) END
		    FROM old
		   WHERE c.id = old.id AND old.card_type || ' ' || old.status = ANY ($12)
		     AND (old.status <> 'DELETED' OR num_nonnulls(old.passholder_id, old.group_pass_id) = 0)
		     AND ($7::uuid IS NULL OR coalesce(old.passholder_id, $7) = $7)
		     AND ($8::uuid IS NULL OR coalesce(old.group_pass_id, $8) = $8)
		  RETURNING c.id, old.status AS was, old.event_id),
		event AS (
		  INSERT INTO card_event (id, card_id, at, from_status, to_status, reason, actor, organizer_id)
		  SELECT event_id, id, $5, was, $3, $4, $13, $14 FROM new)
		SELECT id FROM new`,
		ids, events, string(to), string(reason), change.At, free, unlessNil(change.PassholderID), unlessNil(change.GroupPassID),
		unlessNil(change.Replaces), unlessEmpty(change.CounterID), unlessNil(change.ShipmentID), sources(to, reason), by.Key(), by.Counter).
		Query(func(rows pgx.Rows) error {
			moved, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
			if err != nil {
				return err
			}
			return take(moved)
		})
}

// hand gives cards that are locked to another person.
func hand(ctx context.Context, tx *db.Tx, to uuid.UUID, ids []uuid.UUID) error {
	if _, err := tx.Exec(ctx, `UPDATE card SET passholder_id = $1 WHERE id = ANY ($2)`, to, ids); err != nil {
		return spell(err)
	}
	return nil
}

// lock returns the cards of a condition in the order of their ids, locked.
func lock(ctx context.Context, tx *db.Tx, where string, arg any) ([]Card, error) {
	var b db.Batch
	var out []Card
	queue(&b, &out, where+" ORDER BY id FOR UPDATE", arg)
	if err := db.Send(ctx, tx, &b); err != nil {
		return nil, fmt.Errorf("lock cards: %w", err)
	}
	return out, nil
}

// queue reads in a batch the cards of a condition.
func queue(b *db.Batch, out *[]Card, where string, args ...any) {
	db.Queue(b, func(rows []row) error {
		*out = make([]Card, len(rows))
		for i, r := range rows {
			(*out)[i] = r.card()
		}
		return nil
	}, `SELECT `+columns+` FROM card WHERE `+where, args...)
}

// ByID returns a card, or ErrUnknown.
func ByID(ctx context.Context, q db.Q, id uuid.UUID) (Card, error) {
	return first(ctx, q, "id = $1", id)
}

// Events returns what happened to a card, oldest first.
func Events(ctx context.Context, q db.Q, cardID uuid.UUID) ([]Event, error) {
	rows, err := gorm.G[eventRow](q.Gorm()).Where("card_id = ?", cardID).Order("id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read card events: %w", err)
	}
	out := make([]Event, len(rows))
	for i, r := range rows {
		out[i] = Event{r.ID, r.CardID, r.At, Status(r.FromStatus), Status(r.ToStatus), Reason(r.Reason), r.Actor, r.OrganizerID}
	}
	return out, nil
}

// ByNumber returns a card, or ErrUnknown.
func ByNumber(ctx context.Context, q db.Q, n Number) (Card, error) {
	return first(ctx, q, "uitpas_number = $1", string(n))
}

// ByChip returns a card, or ErrUnknown. It also takes a chip number that
// a reader sent backwards.
func ByChip(ctx context.Context, q db.Q, c Chip) (Card, error) {
	got, err := first(ctx, q, "chip = $1", c.Bytes())
	if reversed, ok := c.Reversed(); ok && errors.Is(err, ErrUnknown) {
		return first(ctx, q, "chip = $1", reversed.Bytes())
	}
	return got, err
}

var columns = db.Columns[row]()

// QueueOf reads a person's cards in a batch: those in use first, then the
// newest.
func QueueOf(b *db.Batch, passholderID uuid.UUID, out *[]Card) {
	queue(b, out, `passholder_id = $1 ORDER BY status <> 'ACTIVE', status_at DESC, id DESC`, passholderID)
}

// Identify says whose card or number this is.
func Identify(ctx context.Context, q db.Q, ring *secret.Ring, identifier string, now time.Time) (Found, error) {
	id, wrong := ParseIdentifier(identifier)
	if wrong != nil {
		return Found{Kind: KindInvalid, Read: id.Kind, Err: wrong}, nil //nolint:nilerr // what is no number is an answer too
	}
	var c Card
	var err error
	switch id.Kind {
	case AsINSZ:
		return byINSZ(ctx, q, ring, id.INSZ)
	case AsChip:
		c, err = ByChip(ctx, q, id.Chip)
	default:
		c, err = ByNumber(ctx, q, id.Number)
	}
	if errors.Is(err, ErrUnknown) {
		return Found{Kind: KindUnknown, Read: id.Kind}, nil
	}
	if err != nil {
		return Found{}, err
	}
	out := Found{Kind: kindOf(c), Read: id.Kind, Card: &c, PassholderID: c.PassholderID}
	if c.GroupPassID != uuid.Nil {
		g, err := GroupPassByID(ctx, q, c.GroupPassID, now)
		if err != nil {
			return Found{}, err
		}
		out.GroupPass = &g
	}
	return withSystem(ctx, q, out)
}

// byINSZ finds the person; the card is the one in use, of the oldest
// membership when there are several.
func byINSZ(ctx context.Context, q db.Q, ring *secret.Ring, n secret.NationalNumber) (Found, error) {
	id, err := passholder.IDByINSZ(ctx, q, ring, n)
	if errors.Is(err, passholder.ErrUnknown) {
		return Found{Kind: KindUnknown, Read: AsINSZ}, nil
	}
	if err != nil {
		return Found{}, err
	}
	out := Found{Kind: KindPassholder, Read: AsINSZ, PassholderID: id}
	c, err := first(ctx, q, "passholder_id = $1 AND status = 'ACTIVE' ORDER BY "+byMembership+" LIMIT 1", id)
	switch {
	case errors.Is(err, ErrUnknown):
		return out, nil
	case err != nil:
		return Found{}, err
	}
	out.Card = &c
	return withSystem(ctx, q, out)
}

// byMembership puts the card of the oldest active membership first.
const byMembership = `(SELECT m.since FROM membership m
	WHERE m.passholder_id = card.passholder_id AND m.card_system_id = card.card_system_id AND m.status = 'ACTIVE')
	NULLS LAST, card.id`

func withSystem(ctx context.Context, q db.Q, f Found) (Found, error) {
	s, err := cardsystem.ByID(ctx, q, f.Card.CardSystemID)
	if err != nil {
		return Found{}, err
	}
	f.System = &s
	return f, nil
}

// first reads the first card of a condition, or returns ErrUnknown.
func first(ctx context.Context, q db.Q, where string, args ...any) (Card, error) {
	var b db.Batch
	var found []Card
	queue(&b, &found, where, args...)
	if err := db.Send(ctx, q, &b); err != nil {
		return Card{}, fmt.Errorf("read card: %w", err)
	}
	if len(found) == 0 {
		return Card{}, ErrUnknown
	}
	return found[0], nil
}

func (r row) card() Card {
	c := Card{
		ID: r.ID, CardSystemID: r.CardSystemID, Number: Number(r.UitpasNumber), Chip: ChipOf(r.Chip),
		Type: Type(r.CardType), Status: Status(r.Status), PassholderID: orNil(r.PassholderID),
		GroupPassID: orNil(r.GroupPassID), Replaces: orNil(r.Replaces), StatusReason: Reason(r.StatusReason),
		StatusAt: r.StatusAt, Pack: r.Pack, ShipmentID: orNil(r.ShipmentID),
	}
	if r.CounterID != nil {
		c.CounterID = *r.CounterID
	}
	return c
}

func unlessNil(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func orNil(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}
