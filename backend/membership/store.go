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
	rows, err := gorm.G[row](q.Gorm()).Where("passholder_id = ?", passholderID).Order("since, card_system_id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read memberships: %w", err)
	}
	tariffs, err := gorm.G[tariffRow](q.Gorm()).Where("passholder_id = ?", passholderID).Order("valid").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read social tariffs: %w", err)
	}
	ids := make([]int, len(rows))
	for i, r := range rows {
		ids[i] = r.CardSystemID
	}
	systems, err := cardsystem.ByIDs(ctx, q, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]Membership, len(rows))
	for i, r := range rows {
		m := Membership{PassholderID: passholderID, System: systems[r.CardSystemID], Status: Status(r.Status), Since: r.Since}
		for _, t := range tariffs {
			if t.CardSystemID == r.CardSystemID {
				m.Rights = append(m.Rights, SocialTariff{t.ID, t.Valid.From, t.Valid.Until.Add(-1), t.SuspendedUntil, t.Ground})
			}
		}
		loc, err := period.Zone(m.System.TimeZone)
		if err != nil {
			return nil, err
		}
		if s, ok := StandingOf(m.Rights, m.System.SocialTariffGraceDays, loc, now); ok {
			m.SocialTariff = &s
		}
		out[i] = m
	}
	return out, nil
}
