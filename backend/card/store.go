package card

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/limit"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
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
}

func (row) TableName() string { return "card" }

type groupRow struct {
	ID                uuid.UUID `gorm:"primaryKey"`
	CardSystemID      int
	Name              string
	Email             string
	Street            string
	PostalCode        string
	City              string
	TicketsPerYear    *int
	SocialtariffUntil period.Day `gorm:"type:date"`
	CreatedAt         time.Time
}

func (groupRow) TableName() string { return "group_pass" }

// Add writes a new card.
func Add(ctx context.Context, tx *db.Tx, c Card) error {
	r := row{
		ID: c.ID, CardSystemID: c.CardSystemID, UitpasNumber: string(c.Number), Chip: c.Chip.Bytes(),
		CardType: string(c.Type), Status: string(c.Status), PassholderID: unlessNil(c.PassholderID),
		GroupPassID: unlessNil(c.GroupPassID), Replaces: unlessNil(c.Replaces), StatusReason: c.StatusReason,
		StatusAt: c.StatusAt,
	}
	if c.CounterID != "" {
		r.CounterID = &c.CounterID
	}
	if err := gorm.G[row](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("add card: %w", err)
	}
	return nil
}

// AddGroupPass writes a new group pass; its card is added apart.
func AddGroupPass(ctx context.Context, tx *db.Tx, g GroupPass) error {
	r := groupRow{
		ID: g.ID, CardSystemID: g.CardSystemID, Name: g.Name, Email: g.Email, Street: g.Street,
		PostalCode: g.PostalCode, City: g.City, SocialtariffUntil: g.SocialTariffUntil, CreatedAt: g.CreatedAt,
	}
	if g.TicketsPerYear > 0 {
		r.TicketsPerYear = &g.TicketsPerYear
	}
	if err := gorm.G[groupRow](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("add group pass: %w", err)
	}
	return nil
}

// ByNumber returns a card, or ErrUnknown.
func ByNumber(ctx context.Context, q db.Q, n Number) (Card, error) {
	return one(ctx, gorm.G[row](q.Gorm()).Where("uitpas_number = ?", string(n)))
}

// ByChip returns a card, or ErrUnknown. It also takes a chip number that
// a reader sent backwards.
func ByChip(ctx context.Context, q db.Q, c Chip) (Card, error) {
	got, err := one(ctx, gorm.G[row](q.Gorm()).Where("chip = ?", c.Bytes()))
	if reversed, ok := c.Reversed(); ok && errors.Is(err, ErrUnknown) {
		return one(ctx, gorm.G[row](q.Gorm()).Where("chip = ?", reversed.Bytes()))
	}
	return got, err
}

var columns = db.Columns[row]()

// QueueOf reads a person's cards in a batch: those in use first, then the
// newest.
func QueueOf(b *db.Batch, passholderID uuid.UUID, out *[]Card) {
	db.Queue(b, func(rows []row) error {
		*out = make([]Card, len(rows))
		for i, r := range rows {
			(*out)[i] = r.card()
		}
		return nil
	}, `SELECT `+columns+` FROM card WHERE passholder_id = $1 ORDER BY status <> 'ACTIVE', status_at DESC, id DESC`, passholderID)
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
	c, err := one(ctx, gorm.G[row](q.Gorm()).Where("passholder_id = ? AND status = 'ACTIVE'", id).Order(byMembership))
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

// GroupPassByID returns a group pass with what is left this year.
func GroupPassByID(ctx context.Context, q db.Q, id uuid.UUID, now time.Time) (GroupPass, error) {
	r, err := gorm.G[groupRow](q.Gorm()).Where("id = ?", id).Take(ctx)
	if err != nil {
		return GroupPass{}, fmt.Errorf("read group pass: %w", err)
	}
	g := GroupPass{
		ID: r.ID, CardSystemID: r.CardSystemID, Name: r.Name, Email: r.Email, Street: r.Street,
		PostalCode: r.PostalCode, City: r.City, SocialTariffUntil: r.SocialtariffUntil, CreatedAt: r.CreatedAt,
	}
	if r.TicketsPerYear == nil {
		return g, nil
	}
	used, err := limit.Used(ctx, q, id, GroupTickets, period.Yearly.Range(now, period.Brussels()))
	if err != nil {
		return GroupPass{}, err
	}
	g.TicketsPerYear = *r.TicketsPerYear
	g.AvailableTickets = max(0, g.TicketsPerYear-used)
	return g, nil
}

// GroupTickets is the rule under which a group's turns of a year are counted.
const GroupTickets = "group-tickets"

func withSystem(ctx context.Context, q db.Q, f Found) (Found, error) {
	s, err := cardsystem.ByID(ctx, q, f.Card.CardSystemID)
	if err != nil {
		return Found{}, err
	}
	f.System = &s
	return f, nil
}

func one(ctx context.Context, where gorm.ChainInterface[row]) (Card, error) {
	r, err := where.Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Card{}, ErrUnknown
	}
	if err != nil {
		return Card{}, fmt.Errorf("read card: %w", err)
	}
	return r.card(), nil
}

func (r row) card() Card {
	c := Card{
		ID: r.ID, CardSystemID: r.CardSystemID, Number: Number(r.UitpasNumber), Chip: ChipOf(r.Chip),
		Type: Type(r.CardType), Status: Status(r.Status), PassholderID: orNil(r.PassholderID),
		GroupPassID: orNil(r.GroupPassID), Replaces: orNil(r.Replaces), StatusReason: r.StatusReason,
		StatusAt: r.StatusAt,
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

func orNil(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}
