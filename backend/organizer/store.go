package organizer

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
)

type row struct {
	ID        string `gorm:"primaryKey"`
	Name      string
	City      string
	IsSchool  bool
	AccountID uuid.UUID
}

func (row) TableName() string { return "organizer" }

type systemRow struct {
	OrganizerID  string `gorm:"primaryKey"`
	CardSystemID int    `gorm:"primaryKey"`
}

func (systemRow) TableName() string { return "organizer_card_system" }

// Add makes an organizer in its card systems. The caller opens the ledger
// account that it names (points.OpenOrganizer), in the same transaction.
func Add(ctx context.Context, tx *db.Tx, o Organizer) error {
	err := gorm.G[row](tx.Gorm()).Create(ctx, &row{o.ID, o.Name, o.City, o.School, o.AccountID})
	if err != nil {
		return fmt.Errorf("add organizer %s: %w", o.ID, err)
	}
	for _, id := range o.CardSystemIDs {
		if err := gorm.G[systemRow](tx.Gorm()).Create(ctx, &systemRow{o.ID, id}); err != nil {
			return fmt.Errorf("add organizer %s to card system %d: %w", o.ID, id, err)
		}
	}
	return nil
}

// ByID returns an organizer, or ErrUnknown.
func ByID(ctx context.Context, q db.Q, id string) (Organizer, error) {
	all, err := ByIDs(ctx, q, id)
	if err != nil {
		return Organizer{}, err
	}
	o, ok := all[id]
	if !ok {
		return Organizer{}, ErrUnknown
	}
	return o, nil
}

// ByIDs returns the organizers that exist among ids.
func ByIDs(ctx context.Context, q db.Q, ids ...string) (map[string]Organizer, error) {
	out := make(map[string]Organizer, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := gorm.G[row](q.Gorm()).Where("id IN ?", ids).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read organizers: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = Organizer{ID: r.ID, Name: r.Name, City: r.City, School: r.IsSchool, AccountID: r.AccountID}
	}
	systems, err := gorm.G[systemRow](q.Gorm()).Where("organizer_id IN ?", ids).Order("card_system_id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read card systems of organizers: %w", err)
	}
	for _, s := range systems {
		if o, ok := out[s.OrganizerID]; ok {
			o.CardSystemIDs = append(o.CardSystemIDs, s.CardSystemID)
			out[s.OrganizerID] = o
		}
	}
	return out, nil
}
