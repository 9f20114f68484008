package cardsystem

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
)

type row struct {
	ID                     int `gorm:"primaryKey;autoIncrement:false"`
	Name                   string
	PrimaryColor           string
	SecondaryColor         string
	LogoURL                string `gorm:"column:logo_url"`
	Website                string
	ContactEmail           string
	TimeZone               string
	Permanent              bool
	SocialtariffInfo       string
	SocialtariffGraceDays  int
	SocialtariffDefaultEnd string
	SocialtariffMaximumEnd string
	CheckinMarginMinutes   int
	InszRequired           bool
	AdultAge               int
	OptinAge               int
	CardlessRegistration   string
	FamilyMaxMembers       int
	FamilyMaxAdults        int
	LowStock               int
	Version                int
}

func (row) TableName() string { return "card_system" }

type cityRow struct {
	CardSystemID               int    `gorm:"primaryKey"`
	PostalCode                 string `gorm:"primaryKey"`
	Name                       string `gorm:"primaryKey"`
	ContactEmail               string
	AllowsCardlessRegistration bool
}

func (cityRow) TableName() string { return "card_system_city" }

type rangeRow struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	CardSystemID int
	Prefix       string
	FirstSerial  int64
	NextSerial   int64
	LastSerial   int64
}

func (rangeRow) TableName() string { return "card_number_range" }

// Add makes a card system with its cities. Rules that are not set are those of
// DefaultRules.
func Add(ctx context.Context, tx *db.Tx, s System) error {
	s.Version = 1
	r := rowOf(s)
	if err := gorm.G[row](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("add card system %d: %w", s.ID, err)
	}
	return addCities(ctx, tx, s)
}

func addCities(ctx context.Context, tx *db.Tx, s System) error {
	if len(s.Cities) == 0 {
		return nil
	}
	cities := make([]cityRow, len(s.Cities))
	for i, c := range s.Cities {
		cities[i] = cityRow{s.ID, c.PostalCode, c.Name, c.ContactEmail, !c.RefusesDigital}
	}
	if err := gorm.G[cityRow](tx.Gorm()).CreateInBatches(ctx, &cities, 500); err != nil {
		return fmt.Errorf("add cities of card system %d: %w", s.ID, err)
	}
	return nil
}

func rowOf(s System) row {
	r := s.Rules
	if r == (Rules{}) {
		r = DefaultRules()
	}
	return row{
		ID: s.ID, Name: s.Name, PrimaryColor: s.PrimaryColor, SecondaryColor: s.SecondaryColor, LogoURL: s.LogoURL,
		Website: s.Website, ContactEmail: s.ContactEmail, TimeZone: s.TimeZone, Permanent: s.Permanent,
		SocialtariffInfo: s.SocialTariffInfo, SocialtariffGraceDays: s.SocialTariffGraceDays,
		SocialtariffDefaultEnd: string(r.SocialTariffDefaultEnd), SocialtariffMaximumEnd: string(r.SocialTariffMaximumEnd),
		CheckinMarginMinutes: int(s.CheckinMargin / time.Minute), InszRequired: r.INSZRequired, AdultAge: r.AdultAge,
		OptinAge: r.OptInAge, CardlessRegistration: string(r.Cardless), FamilyMaxMembers: r.FamilyMaxMembers,
		FamilyMaxAdults: r.FamilyMaxAdults, LowStock: r.LowStock, Version: s.Version,
	}
}

func (r row) system() System {
	return System{
		ID: r.ID, Name: r.Name, PrimaryColor: r.PrimaryColor, SecondaryColor: r.SecondaryColor, LogoURL: r.LogoURL,
		Website: r.Website, ContactEmail: r.ContactEmail, TimeZone: r.TimeZone, Permanent: r.Permanent,
		SocialTariffInfo: r.SocialtariffInfo, SocialTariffGraceDays: r.SocialtariffGraceDays,
		CheckinMargin: time.Duration(r.CheckinMarginMinutes) * time.Minute, Version: r.Version,
		Rules: Rules{
			SocialTariffDefaultEnd: MonthDay(r.SocialtariffDefaultEnd), SocialTariffMaximumEnd: MonthDay(r.SocialtariffMaximumEnd),
			INSZRequired: r.InszRequired, AdultAge: r.AdultAge, OptInAge: r.OptinAge, Cardless: Cardless(r.CardlessRegistration),
			FamilyMaxMembers: r.FamilyMaxMembers, FamilyMaxAdults: r.FamilyMaxAdults, LowStock: r.LowStock,
		},
	}
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
			(*out)[r.ID] = r.system()
		}
		return nil
	}, `SELECT `+columns+` FROM card_system WHERE id = ANY ($1)`, ids)
	db.Queue(b, func(rows []cityRow) error {
		for _, c := range rows {
			s := (*out)[c.CardSystemID]
			s.Cities = append(s.Cities, City{c.PostalCode, c.Name, c.ContactEmail, !c.AllowsCardlessRegistration})
			(*out)[c.CardSystemID] = s
		}
		return nil
	}, `SELECT `+cityColumns+` FROM card_system_city WHERE card_system_id = ANY ($1) ORDER BY postal_code, name`, ids)
}

// TakeSerial takes the first eleven digits of a number that no other has, or
// returns ErrNoNumbers. The range is locked until the transaction ends.
func TakeSerial(ctx context.Context, tx *db.Tx, systemID int) (string, error) {
	var r NumberRange
	var taken int64
	err := tx.QueryRow(ctx, `
		UPDATE card_number_range SET next_serial = next_serial + 1
		 WHERE next_serial <= last_serial AND id = (
		   SELECT id FROM card_number_range WHERE card_system_id = $1 AND next_serial <= last_serial
		    ORDER BY prefix, first_serial LIMIT 1 FOR UPDATE)
		RETURNING prefix, next_serial - 1`, systemID).Scan(&r.Prefix, &taken)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", ErrNoNumbers
	}
	if err != nil {
		return "", fmt.Errorf("take a card number: %w", err)
	}
	return r.Serial(taken), nil
}

// AddRange makes a range of numbers. One that shares a number with another is
// ErrRangeTaken.
func AddRange(ctx context.Context, tx *db.Tx, r NumberRange) error {
	if err := r.check(); err != nil {
		return err
	}
	err := gorm.G[rangeRow](tx.Gorm()).Create(ctx, &rangeRow{r.ID, r.CardSystemID, r.Prefix, r.First, r.First, r.Last})
	if db.Constraint(err) == "range_shares_nothing" {
		return ErrRangeTaken
	}
	if err != nil {
		return fmt.Errorf("add number range: %w", err)
	}
	return nil
}

// Ranges returns the number ranges of a card system in the order in which they
// are used.
func Ranges(ctx context.Context, q db.Q, systemID int) ([]NumberRange, error) {
	rows, err := gorm.G[rangeRow](q.Gorm()).Where("card_system_id = ?", systemID).Order("prefix, first_serial").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read number ranges: %w", err)
	}
	out := make([]NumberRange, len(rows))
	for i, r := range rows {
		out[i] = NumberRange{r.ID, r.CardSystemID, r.Prefix, r.FirstSerial, r.NextSerial, r.LastSerial}
	}
	return out, nil
}
