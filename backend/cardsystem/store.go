package cardsystem

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
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

// All returns all card systems by name.
func All(ctx context.Context, q db.Q) ([]System, error) {
	ids, err := gorm.G[row](q.Gorm()).Select("id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read card systems: %w", err)
	}
	all := make([]int, len(ids))
	for i, r := range ids {
		all[i] = r.ID
	}
	found, err := ByIDs(ctx, q, all...)
	if err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(found), func(a, b System) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	}), nil
}

// save writes what may be changed, when nobody else did since it was read.
func save(ctx context.Context, tx *db.Tx, s System) error {
	r := rowOf(s)
	tag, err := tx.Exec(ctx, `
		UPDATE card_system SET name = $3, primary_color = $4, secondary_color = $5, logo_url = $6, website = $7,
		       contact_email = $8, permanent = $9, socialtariff_info = $10, socialtariff_grace_days = $11,
		       socialtariff_default_end = $12, socialtariff_maximum_end = $13, checkin_margin_minutes = $14,
		       insz_required = $15, adult_age = $16, optin_age = $17, cardless_registration = $18,
		       family_max_members = $19, family_max_adults = $20, low_stock = $21, version = version + 1
		 WHERE id = $1 AND version = $2`,
		r.ID, r.Version, r.Name, r.PrimaryColor, r.SecondaryColor, r.LogoURL, r.Website, r.ContactEmail, r.Permanent,
		r.SocialtariffInfo, r.SocialtariffGraceDays, r.SocialtariffDefaultEnd, r.SocialtariffMaximumEnd, r.CheckinMarginMinutes,
		r.InszRequired, r.AdultAge, r.OptinAge, r.CardlessRegistration, r.FamilyMaxMembers, r.FamilyMaxAdults, r.LowStock)
	if err != nil {
		return fmt.Errorf("save card system %d: %w", s.ID, err)
	}
	if tag.RowsAffected() == 0 {
		return ErrChanged
	}
	if _, err := gorm.G[cityRow](tx.Gorm()).Where("card_system_id = ?", s.ID).Delete(ctx); err != nil {
		return fmt.Errorf("replace cities of card system %d: %w", s.ID, err)
	}
	return addCities(ctx, tx, s)
}

// of reports whether an organizer belongs to a card system.
func of(ctx context.Context, q db.Q, organizerID string, id int) (bool, error) {
	var belongs bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM organizer_card_system WHERE organizer_id = $1 AND card_system_id = $2)`,
		organizerID, id).Scan(&belongs)
	if err != nil {
		return false, fmt.Errorf("read card systems of %s: %w", organizerID, err)
	}
	return belongs, nil
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
