package activity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
)

type row struct {
	ID                   string `gorm:"primaryKey"`
	OrganizerID          string
	Title                string
	Location             string
	Description          string
	CalendarType         string
	Calendar             json.RawMessage `gorm:"type:jsonb"`
	FirstAt              *time.Time
	LastAt               *time.Time
	TimeZone             string
	CheckinMarginMinutes int
	CheckinPoints        int
	CheckinLimitVolume   int
	CheckinLimitPeriod   string
}

func (row) TableName() string { return "activity" }

type systemRow struct {
	ActivityID   string `gorm:"primaryKey"`
	CardSystemID int    `gorm:"primaryKey"`
	Enabled      bool
}

func (systemRow) TableName() string { return "activity_card_system" }

// Add writes a new activity. A limit that is not given is the default of the
// calendar type.
func Add(ctx context.Context, tx *db.Tx, a Activity) error {
	if err := Validate(a); err != nil {
		return err
	}
	if a.Limit == (Limit{}) {
		a.Limit = DefaultLimit(a.CalendarType)
	}
	calendar, err := json.Marshal(a.Calendar)
	if err != nil {
		return fmt.Errorf("add activity %s: %w", a.ID, err)
	}
	bounds := Bounds(a)
	err = gorm.G[row](tx.Gorm()).Create(ctx, &row{
		ID: a.ID, OrganizerID: a.OrganizerID, Title: a.Title, Location: a.Location, Description: a.Description,
		CalendarType: string(a.CalendarType), Calendar: calendar, FirstAt: unlessZero(bounds.Begin),
		LastAt: unlessZero(bounds.End), TimeZone: a.TimeZone, CheckinMarginMinutes: int(a.Margin / time.Minute),
		CheckinPoints: a.Points, CheckinLimitVolume: a.Limit.Volume, CheckinLimitPeriod: string(a.Limit.Period),
	})
	if err != nil {
		return fmt.Errorf("add activity %s: %w", a.ID, err)
	}
	for _, s := range a.CardSystems {
		if err := gorm.G[systemRow](tx.Gorm()).Create(ctx, &systemRow{a.ID, s.ID, s.Enabled}); err != nil {
			return fmt.Errorf("add activity %s to card system %d: %w", a.ID, s.ID, err)
		}
	}
	return nil
}

// ByID returns an activity, or ErrUnknown.
func ByID(ctx context.Context, q db.Q, id string) (Activity, error) {
	r, err := gorm.G[row](q.Gorm()).Where("id = ?", id).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Activity{}, ErrUnknown
	}
	if err != nil {
		return Activity{}, fmt.Errorf("read activity: %w", err)
	}
	a, err := r.activity()
	if err != nil {
		return Activity{}, err
	}
	systems, err := gorm.G[systemRow](q.Gorm()).Where("activity_id = ?", id).Order("card_system_id").Find(ctx)
	if err != nil {
		return Activity{}, fmt.Errorf("read card systems of an activity: %w", err)
	}
	for _, s := range systems {
		a.CardSystems = append(a.CardSystems, CardSystem{s.CardSystemID, s.Enabled})
	}
	return a, nil
}

// List returns an organizer's activities by time, without their card systems.
// SQL leaves out what is long over, the rules do the rest.
func List(ctx context.Context, q db.Q, f Filter, now time.Time) ([]Activity, error) {
	rows, err := gorm.G[row](q.Gorm()).
		Where("organizer_id = ? AND (last_at IS NULL OR last_at >= ?)", f.OrganizerID, now.Add(-48*time.Hour)).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("list activities: %w", err)
	}
	var out []Activity
	for _, r := range rows {
		a, err := r.activity()
		if err != nil {
			return nil, err
		}
		if Covers(a, f.When, now) && Matches(a, f.Text) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, ByTime(now))
	return out, nil
}

func (r row) activity() (Activity, error) {
	a := Activity{
		ID: r.ID, OrganizerID: r.OrganizerID, Title: r.Title, Location: r.Location, Description: r.Description,
		CalendarType: CalendarType(r.CalendarType), TimeZone: r.TimeZone,
		Margin: time.Duration(r.CheckinMarginMinutes) * time.Minute, Points: r.CheckinPoints,
		Limit: Limit{r.CheckinLimitVolume, period.Period(r.CheckinLimitPeriod)},
	}
	if err := json.Unmarshal(r.Calendar, &a.Calendar); err != nil {
		return Activity{}, fmt.Errorf("read the calendar of activity %s: %w", r.ID, err)
	}
	return a, nil
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
