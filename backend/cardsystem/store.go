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
	if len(ids) == 0 {
		return map[int]System{}, nil
	}
	rows, err := gorm.G[row](q.Gorm()).Where("id IN ?", ids).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read card systems: %w", err)
	}
	return withCities(ctx, q, rows)
}

// All returns every card system.
func All(ctx context.Context, q db.Q) (map[int]System, error) {
	rows, err := gorm.G[row](q.Gorm()).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read card systems: %w", err)
	}
	return withCities(ctx, q, rows)
}

func withCities(ctx context.Context, q db.Q, rows []row) (map[int]System, error) {
	out := make(map[int]System, len(rows))
	ids := make([]int, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
		out[r.ID] = System{
			ID: r.ID, Name: r.Name, PrimaryColor: r.PrimaryColor, Website: r.Website, ContactEmail: r.ContactEmail,
			TimeZone: r.TimeZone, Permanent: r.Permanent, SocialTariffGraceDays: r.SocialtariffGraceDays,
			CheckinMargin: time.Duration(r.CheckinMarginMinutes) * time.Minute,
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	cities, err := gorm.G[cityRow](q.Gorm()).Where("card_system_id IN ?", ids).Order("postal_code, name").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read cities: %w", err)
	}
	for _, c := range cities {
		s := out[c.CardSystemID]
		s.Cities = append(s.Cities, City{c.PostalCode, c.Name})
		out[c.CardSystemID] = s
	}
	return out, nil
}
