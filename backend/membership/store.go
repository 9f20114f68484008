package membership

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/who"
)

type row struct {
	PassholderID uuid.UUID `gorm:"primaryKey"`
	CardSystemID int       `gorm:"primaryKey"`
	Status       string
	Since        time.Time
}

func (row) TableName() string { return "membership" }

type tariffRow struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	PassholderID   uuid.UUID
	CardSystemID   int
	Valid          period.Range `gorm:"type:daterange"`
	SuspendedUntil period.Day   `gorm:"type:date"`
	Ground         string
}

func (tariffRow) TableName() string { return "social_tariff" }

// Add makes a person a member of a card system.
func Add(ctx context.Context, tx *db.Tx, passholderID uuid.UUID, cardSystemID int, status Status, since time.Time) error {
	err := gorm.G[row](tx.Gorm()).Create(ctx, &row{passholderID, cardSystemID, string(status), since})
	if err != nil {
		return fmt.Errorf("add membership: %w", err)
	}
	return nil
}

// QueueNew makes somebody who is new a member of a card system, in a batch.
func QueueNew(b *db.Batch, by who.Actor, passholderID uuid.UUID, cardSystemID int, now time.Time) error {
	b.Queue(`INSERT INTO membership (passholder_id, card_system_id, status, since) VALUES ($1, $2, $3, $4)`, passholderID, cardSystemID, string(Active), now)
	return audit.Queue(b, by, joined(passholderID, cardSystemID))
}

// GrantSocialTariff writes a right of a member.
func GrantSocialTariff(ctx context.Context, tx *db.Tx, passholderID uuid.UUID, cardSystemID int, t SocialTariff) error {
	err := gorm.G[tariffRow](tx.Gorm()).Create(ctx, &tariffRow{
		ID: t.ID, PassholderID: passholderID, CardSystemID: cardSystemID,
		Valid: period.Range{From: t.From, Until: t.Until.Add(1)}, SuspendedUntil: t.SuspendedUntil, Ground: t.Ground,
	})
	if err != nil {
		return fmt.Errorf("grant social tariff: %w", err)
	}
	return nil
}

// OfPassholder lists a person's memberships, oldest first, with the standing of
// their social tariffs at now.
func OfPassholder(ctx context.Context, q db.Q, passholderID uuid.UUID, now time.Time) ([]Membership, error) {
	var b db.Batch
	var out []Membership
	QueueOf(&b, passholderID, &out)
	if err := db.Send(ctx, q, &b); err != nil {
		return nil, fmt.Errorf("read memberships: %w", err)
	}
	ids := make([]int, len(out))
	for i, m := range out {
		ids[i] = m.System.ID
	}
	systems, err := cardsystem.ByIDs(ctx, q, ids...)
	if err != nil {
		return nil, err
	}
	return out, Place(out, systems, now)
}

var columns = db.Columns[row]()

// A range of days is read as text; pgx would hand it over in binary.
const tariffColumns = `id, passholder_id, card_system_id, valid::text, suspended_until, ground`

// QueueOf reads a person's memberships in a batch, oldest first. Of their card
// systems only the ids are there: [Place] does the rest.
func QueueOf(b *db.Batch, passholderID uuid.UUID, out *[]Membership) {
	granted := map[int][]SocialTariff{}
	db.Queue(b, func(rows []tariffRow) error {
		for _, t := range rows {
			granted[t.CardSystemID] = append(granted[t.CardSystemID],
				SocialTariff{t.ID, t.Valid.From, t.Valid.Until.Add(-1), t.SuspendedUntil, t.Ground})
		}
		return nil
	}, `SELECT `+tariffColumns+` FROM social_tariff WHERE passholder_id = $1 ORDER BY valid`, passholderID)
	db.Queue(b, func(rows []row) error {
		*out = make([]Membership, len(rows))
		for i, r := range rows {
			(*out)[i] = Membership{
				PassholderID: passholderID, System: cardsystem.System{ID: r.CardSystemID}, Status: Status(r.Status), Since: r.Since,
				Rights: granted[r.CardSystemID],
			}
		}
		return nil
	}, `SELECT `+columns+` FROM membership WHERE passholder_id = $1 ORDER BY since, card_system_id`, passholderID)
}

// days are those of the right as the database has them.
func (t SocialTariff) days() period.Range { return period.Range{From: t.From, Until: t.Until.Add(1)} }

func tariffOf(id uuid.UUID, days period.Range, suspended period.Day, ground string) SocialTariff {
	return SocialTariff{id, days.From, days.Until.Add(-1), suspended, ground}
}

func rightsOf(ctx context.Context, q db.Q, passholderID uuid.UUID, cardSystemID int) ([]SocialTariff, error) {
	rows, err := gorm.G[tariffRow](q.Gorm()).Where("passholder_id = ? AND card_system_id = ?", passholderID, cardSystemID).Order("valid").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read social tariffs: %w", err)
	}
	out := make([]SocialTariff, len(rows))
	for i, r := range rows {
		out[i] = tariffOf(r.ID, r.Valid, r.SuspendedUntil, r.Ground)
	}
	return out, nil
}

// rewrite changes the days, the suspension and the ground of a right.
func rewrite(ctx context.Context, tx *db.Tx, t SocialTariff) error {
	_, err := tx.Exec(ctx, `UPDATE social_tariff SET valid = $2, suspended_until = $3, ground = $4 WHERE id = $1`,
		t.ID, t.days(), t.SuspendedUntil, t.Ground)
	if err != nil {
		return fmt.Errorf("change a social tariff: %w", err)
	}
	return nil
}

type eventRow struct {
	ID                uuid.UUID `gorm:"primaryKey"`
	SocialTariffID    uuid.UUID
	PassholderID      uuid.UUID
	CardSystemID      int
	Kind              string
	Valid             period.Range  `gorm:"type:daterange"`
	SuspendedUntil    period.Day    `gorm:"type:date"`
	WasValid          *period.Range `gorm:"type:daterange"`
	WasSuspendedUntil period.Day    `gorm:"type:date"`
	WasGround         string
	Ground            string
	Note              string
	At                time.Time
	Actor             string
	OrganizerID       string
}

func (eventRow) TableName() string { return "social_tariff_event" }

func (e eventRow) change() Change {
	t := e.after()
	return Change{
		ID: e.ID, TariffID: t.ID, Kind: ChangeKind(e.Kind), From: t.From, Until: t.Until, SuspendedUntil: t.SuspendedUntil,
		Ground: e.Ground, Note: e.Note, At: e.At, Actor: e.Actor, OrganizerID: e.OrganizerID,
	}
}

func (e eventRow) after() SocialTariff {
	return tariffOf(e.SocialTariffID, e.Valid, e.SuspendedUntil, e.Ground)
}

// before is the right as it was; zero when the change made it.
func (e eventRow) before() SocialTariff {
	if e.WasValid == nil {
		return SocialTariff{}
	}
	return tariffOf(e.SocialTariffID, *e.WasValid, e.WasSuspendedUntil, e.WasGround)
}

func eventByID(ctx context.Context, q db.Q, id uuid.UUID) (eventRow, error) {
	e, err := gorm.G[eventRow](q.Gorm()).Where("id = ?", id).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return eventRow{}, ErrUndoGone
	}
	if err != nil {
		return eventRow{}, fmt.Errorf("read a change of a social tariff: %w", err)
	}
	return e, nil
}

// isNewest reports whether nothing happened to somebody's social tariff in the
// card system after e.
func isNewest(ctx context.Context, q db.Q, e eventRow) (bool, error) {
	n, err := gorm.G[eventRow](q.Gorm()).Where("passholder_id = ? AND card_system_id = ? AND id > ?", e.PassholderID, e.CardSystemID, e.ID).Count(ctx, "*")
	if err != nil {
		return false, fmt.Errorf("read the history of a social tariff: %w", err)
	}
	return n == 0, nil
}

// History lists the changes of a person's social tariff in a card system, newest
// first.
func History(ctx context.Context, q db.Q, passholderID uuid.UUID, cardSystemID int) ([]Change, error) {
	rows, err := gorm.G[eventRow](q.Gorm()).Where("passholder_id = ? AND card_system_id = ?", passholderID, cardSystemID).Order("id DESC").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the history of a social tariff: %w", err)
	}
	out := make([]Change, len(rows))
	for i, r := range rows {
		out[i] = r.change()
	}
	return out, nil
}

// ExpiringIn lists active members whose last social tariff ends on one of some
// days, soonest first, and how many there are in all.
func ExpiringIn(ctx context.Context, q db.Q, cardSystemID int, days period.Range, start, limit int) ([]Expiring, int, error) {
	rows, err := q.Query(ctx, `
		SELECT p.id, p.name, p.first_name, p.city, p.email, upper(t.valid) - 1, t.ground, count(*) OVER ()
		FROM social_tariff t
		JOIN membership m USING (passholder_id, card_system_id)
		JOIN passholder p ON p.id = t.passholder_id
		WHERE t.card_system_id = $1 AND m.status = 'ACTIVE' AND upper(t.valid) - 1 <@ $2::daterange
		  AND NOT EXISTS (SELECT 1 FROM social_tariff later WHERE later.passholder_id = t.passholder_id
		                   AND later.card_system_id = t.card_system_id AND later.valid >> t.valid)
		ORDER BY upper(t.valid), p.name, p.first_name, p.id OFFSET $3 LIMIT $4`, cardSystemID, days, start, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("list social tariffs that end: %w", err)
	}
	defer rows.Close()
	var out []Expiring
	total := 0
	for rows.Next() {
		var e Expiring
		if err := rows.Scan(&e.PassholderID, &e.Name, &e.FirstName, &e.City, &e.Email, &e.Until, &e.Ground, &total); err != nil {
			return nil, 0, fmt.Errorf("list social tariffs that end: %w", err)
		}
		out = append(out, e)
	}
	return out, total, rows.Err()
}
