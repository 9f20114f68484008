package cardsystem

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
)

type row struct {
	ID                    int `gorm:"primaryKey;autoIncrement:false"`
	Name                  string
	PrimaryColor          string
	Website               string
	ContactEmail          string
	TimeZone              string
	Permanent             bool
	SocialtariffGraceDays int
	CheckinMarginMinutes  int
}

func (row) TableName() string { return "card_system" }

type cityRow struct {
	CardSystemID int    `gorm:"primaryKey"`
	PostalCode   string `gorm:"primaryKey"`
	Name         string `gorm:"primaryKey"`
}

func (cityRow) TableName() string { return "card_system_city" }

// Add makes a card system with its cities.
func Add(ctx context.Context, tx *db.Tx, s System) error {
	err := gorm.G[row](tx.Gorm()).Create(ctx, &row{
		ID: s.ID, Name: s.Name, PrimaryColor: s.PrimaryColor, Website: s.Website, ContactEmail: s.ContactEmail,
		TimeZone: s.TimeZone, Permanent: s.Permanent, SocialtariffGraceDays: s.SocialTariffGraceDays,
		CheckinMarginMinutes: int(s.CheckinMargin / time.Minute),
	})
	if err != nil {
		return fmt.Errorf("add card system %d: %w", s.ID, err)
	}
	if len(s.Cities) == 0 {
		return nil
	}
	cities := make([]cityRow, len(s.Cities))
	for i, c := range s.Cities {
		cities[i] = cityRow{s.ID, c.PostalCode, c.Name}
	}
	if err := gorm.G[cityRow](tx.Gorm()).CreateInBatches(ctx, &cities, 500); err != nil {
		return fmt.Errorf("add cities of card system %d: %w", s.ID, err)
	}
	return nil
}

// ByID returns a card system, or ErrUnknown.
func ByID(ctx context.Context, q db.Q, id int) (System, error) {
	all, err := ByIDs(ctx, q, id)
	if err != nil {
		return System{}, err
	}
	s, ok := all[id]
	if !ok {
		return System{}, ErrUnknown
	}
	return s, nil
}

// ByIDs returns the card systems that exist among ids.
func ByIDs(ctx context.Context, q db.Q, ids ...int) (map[int]System, error) {
	var b db.Batch
	var out map[int]System
	QueueByIDs(&b, ids, &out)
	if err := db.Send(ctx, q, &b); err != nil {
		return nil, fmt.Errorf("read card systems: %w", err)
	}
	return out, nil
}

var columns, cityColumns = db.Columns[row](), db.Columns[cityRow]()

// QueueByIDs reads in a batch the card systems that exist among ids.
func QueueByIDs(b *db.Batch, ids []int, out *map[int]System) {
	db.Queue(b, func(rows []row) error {
		*out = make(map[int]System, len(rows))
		for _, r := range rows {
			(*out)[r.ID] = System{
				ID: r.ID, Name: r.Name, PrimaryColor: r.PrimaryColor, Website: r.Website, ContactEmail: r.ContactEmail,
				TimeZone: r.TimeZone, Permanent: r.Permanent, SocialTariffGraceDays: r.SocialtariffGraceDays,
				CheckinMargin: time.Duration(r.CheckinMarginMinutes) * time.Minute,
			}
		}
		return nil
	}, `SELECT `+columns+` FROM card_system WHERE id = ANY ($1)`, ids)
	db.Queue(b, func(rows []cityRow) error {
		for _, c := range rows {
			s := (*out)[c.CardSystemID]
			s.Cities = append(s.Cities, City{c.PostalCode, c.Name})
			(*out)[c.CardSystemID] = s
		}
		return nil
	}, `SELECT `+cityColumns+` FROM card_system_city WHERE card_system_id = ANY ($1) ORDER BY postal_code, name`, ids)
}
