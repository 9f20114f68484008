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
	return Join(ctx, tx, o.ID, o.CardSystemIDs...)
}

// Join adds an organizer to those of the card systems that it is not in.
func Join(ctx context.Context, tx *db.Tx, id string, cardSystemIDs ...int) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO organizer_card_system (organizer_id, card_system_id)
		SELECT $1, unnest($2::integer[]) ON CONFLICT DO NOTHING`, id, cardSystemIDs)
	if err != nil {
		return fmt.Errorf("add organizer %s to its card systems: %w", id, err)
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
	var b db.Batch
	var out map[string]Organizer
	QueueByIDs(&b, ids, &out)
	if err := db.Send(ctx, q, &b); err != nil {
		return nil, fmt.Errorf("read organizers: %w", err)
	}
	return out, nil
}

var columns, systemColumns = db.Columns[row](), db.Columns[systemRow]()

// QueueByIDs reads in a batch the organizers that exist among ids.
func QueueByIDs(b *db.Batch, ids []string, out *map[string]Organizer) {
	db.Queue(b, func(rows []row) error {
		*out = make(map[string]Organizer, len(rows))
		for _, r := range rows {
			(*out)[r.ID] = Organizer{ID: r.ID, Name: r.Name, City: r.City, School: r.IsSchool, AccountID: r.AccountID}
		}
		return nil
	}, `SELECT `+columns+` FROM organizer WHERE id = ANY ($1)`, ids)
	db.Queue(b, func(rows []systemRow) error {
		for _, s := range rows {
			o := (*out)[s.OrganizerID]
			o.CardSystemIDs = append(o.CardSystemIDs, s.CardSystemID)
			(*out)[s.OrganizerID] = o
		}
		return nil
	}, `SELECT `+systemColumns+` FROM organizer_card_system WHERE organizer_id = ANY ($1) ORDER BY card_system_id`, ids)
}
