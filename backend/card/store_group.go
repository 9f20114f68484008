package card

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/limit"
	"github.com/openbalie/openbalie/backend/period"
)

type groupRow struct {
	ID                uuid.UUID `gorm:"primaryKey"`
	CardSystemID      int
	Name              string
	Email             string
	PhoneNumber       string
	Street            string
	PostalCode        string
	City              string
	TicketsPerYear    *int
	SocialtariffUntil period.Day `gorm:"type:date"`
	CreatedAt         time.Time
	Version           int
}

func (groupRow) TableName() string { return "group_pass" }

func groupRowOf(g GroupPass) groupRow {
	r := groupRow{
		ID: g.ID, CardSystemID: g.CardSystemID, Name: g.Name, Email: g.Email, PhoneNumber: g.PhoneNumber, Street: g.Street,
		PostalCode: g.PostalCode, City: g.City, SocialtariffUntil: g.SocialTariffUntil, CreatedAt: g.CreatedAt,
		Version: max(1, g.Version),
	}
	if g.TicketsPerYear > 0 {
		r.TicketsPerYear = &g.TicketsPerYear
	}
	return r
}

func (r groupRow) group(used int) GroupPass {
	g := GroupPass{
		ID: r.ID, CardSystemID: r.CardSystemID, Name: r.Name, Email: r.Email, PhoneNumber: r.PhoneNumber, Street: r.Street,
		PostalCode: r.PostalCode, City: r.City, SocialTariffUntil: r.SocialtariffUntil, CreatedAt: r.CreatedAt, Version: r.Version,
	}
	if r.TicketsPerYear != nil {
		g.TicketsPerYear = *r.TicketsPerYear
		g.AvailableTickets = max(0, g.TicketsPerYear-used)
	}
	return g
}

// AddGroupPass writes a new group pass; its card is added apart.
func AddGroupPass(ctx context.Context, tx *db.Tx, g GroupPass) error {
	r := groupRowOf(g)
	if err := gorm.G[groupRow](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("add group pass: %w", err)
	}
	return nil
}

// saveGroup writes what may change, when nobody else did since it was read.
func saveGroup(ctx context.Context, tx *db.Tx, g GroupPass) error {
	r := groupRowOf(g)
	tag, err := tx.Exec(ctx, `
		UPDATE group_pass SET name = $3, email = $4, phone_number = $5, street = $6, postal_code = $7, city = $8,
		       tickets_per_year = $9, socialtariff_until = $10, version = version + 1
		 WHERE id = $1 AND version = $2`,
		r.ID, g.Version, r.Name, r.Email, r.PhoneNumber, r.Street, r.PostalCode, r.City, r.TicketsPerYear, r.SocialtariffUntil)
	if err != nil {
		return fmt.Errorf("save group pass: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrGroupChanged
	}
	return nil
}

// GroupPassByID returns a group pass with what is left this year, or
// ErrGroupUnknown.
func GroupPassByID(ctx context.Context, q db.Q, id uuid.UUID, now time.Time) (GroupPass, error) {
	r, err := gorm.G[groupRow](q.Gorm()).Where("id = ?", id).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return GroupPass{}, ErrGroupUnknown
	}
	if err != nil {
		return GroupPass{}, fmt.Errorf("read group pass: %w", err)
	}
	if r.TicketsPerYear == nil {
		return r.group(0), nil
	}
	used, err := limit.Used(ctx, q, id, GroupTickets, period.Yearly.Range(now, period.Brussels()))
	if err != nil {
		return GroupPass{}, err
	}
	return r.group(used), nil
}

func groupByID(ctx context.Context, q db.Q, id uuid.UUID, now time.Time) (Group, error) {
	g, err := GroupPassByID(ctx, q, id, now)
	if err != nil {
		return Group{}, err
	}
	c, carries, err := cardOfGroup(ctx, q, id)
	if err != nil || !carries {
		return Group{GroupPass: g}, err
	}
	return Group{GroupPass: g, Card: &c}, nil
}

// cardOfGroup returns the card that a group carries: the one in use, or else the
// one it had last.
func cardOfGroup(ctx context.Context, q db.Q, id uuid.UUID) (Card, bool, error) {
	c, err := first(ctx, q, "group_pass_id = $1 ORDER BY status <> 'ACTIVE', status_at DESC, id DESC LIMIT 1", id)
	if errors.Is(err, ErrUnknown) {
		return Card{}, false, nil
	}
	return c, err == nil, err
}

var groupColumns = db.Columns[groupRow]()

// groups lists group passes of card systems by name, with their cards.
func groups(ctx context.Context, q db.Q, systemIDs []int, text string, start, limit int, now time.Time) ([]Group, int, error) {
	type listed struct {
		groupRow
		Used  int
		Total int
	}
	rows, err := q.Query(ctx, `
		SELECT `+groupColumns+`, coalesce(
		         (SELECT used FROM usage_counter u WHERE u.subject = g.id AND u.rule = $3 AND u.period = $4), 0) AS used,
		       count(*) OVER () AS total
		  FROM group_pass g WHERE card_system_id = ANY ($1) AND ($2 = '' OR name ILIKE '%' || $2 || '%')
		 ORDER BY name, id OFFSET $5 LIMIT $6`,
		systemIDs, likeable.Replace(text), GroupTickets, period.Yearly.Range(now, period.Brussels()), start, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("list group passes: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[listed])
	if err != nil {
		return nil, 0, fmt.Errorf("list group passes: %w", err)
	}
	out, ids, total := make([]Group, len(found)), make([]uuid.UUID, len(found)), 0
	for i, r := range found {
		out[i], ids[i], total = Group{GroupPass: r.group(r.Used)}, r.ID, r.Total
	}
	cards, err := gorm.G[row](q.Gorm()).Where("group_pass_id IN ?", ids).Order("status = 'ACTIVE', status_at, id").Find(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("list group passes: %w", err)
	}
	for _, r := range cards { // the last one that fits stays
		for i := range out {
			if out[i].ID == orNil(r.GroupPassID) {
				c := r.card()
				out[i].Card = &c
			}
		}
	}
	return out, total, nil
}

// likeable makes a text one that LIKE takes as it is.
var likeable = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// tariffCards lists the cards in use of a card system with which there is a
// social tariff at now: of people, also in the grace period, and of groups.
func tariffCards(ctx context.Context, q db.Q, system cardsystem.System, now time.Time) ([]TariffCard, error) {
	zone, err := period.Zone(system.TimeZone)
	if err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, `
		SELECT c.uitpas_number AS number, false AS "group", 0 AS available_tickets
		  FROM card c JOIN membership m ON m.passholder_id = c.passholder_id AND m.card_system_id = c.card_system_id AND m.status = 'ACTIVE'
		 WHERE c.card_system_id = $1 AND c.status = 'ACTIVE' AND EXISTS (
		   SELECT FROM social_tariff t WHERE t.passholder_id = c.passholder_id AND t.card_system_id = c.card_system_id
		      AND lower(t.valid) <= $2 AND upper(t.valid) - 1 + $3::integer >= $2
		      AND (t.suspended_until IS NULL OR t.suspended_until <= $2))
		UNION ALL
		SELECT c.uitpas_number, true, greatest(0, g.tickets_per_year - coalesce(u.used, 0))
		  FROM card c JOIN group_pass g ON g.id = c.group_pass_id
		  LEFT JOIN usage_counter u ON u.subject = g.id AND u.rule = $4 AND u.period = $5
		 WHERE c.card_system_id = $1 AND c.status = 'ACTIVE' AND g.tickets_per_year > 0
		   AND (g.socialtariff_until IS NULL OR g.socialtariff_until >= $2)
		 ORDER BY 1`,
		system.ID, period.DayOf(now, zone), system.SocialTariffGraceDays, GroupTickets, period.Yearly.Range(now, period.Brussels()))
	if err != nil {
		return nil, fmt.Errorf("list social-tariff cards: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[TariffCard])
}
