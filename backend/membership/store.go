package membership

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
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
