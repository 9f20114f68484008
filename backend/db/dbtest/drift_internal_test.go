package dbtest

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// Row types for the tables of group passes and social tariffs: some that fit
// and some that do not, each in its own way.
type fits struct {
	ID                uuid.UUID
	CardSystemID      int
	Name              string
	Email             string
	Street            string
	PostalCode        string
	City              string
	TicketsPerYear    *int32
	SocialtariffUntil *time.Time
	CreatedAt         time.Time
}

type fitsToo struct {
	ID             uuid.UUID
	PassholderID   uuid.UUID
	CardSystemID   int32
	Valid          string
	SuspendedUntil sql.Null[time.Time]
}

type leavesOut struct {
	ID   uuid.UUID
	Name string
}

type otherwise struct {
	ID                string
	CardSystemID      uuid.UUID
	Name              string
	PostalCode        int64
	City              bool
	Colour            string
	TicketsPerYear    int32
	SocialtariffUntil time.Time
	CreatedAt         string
}

type unknownTable struct{ ID int }

func (fits) TableName() string      { return "group_pass" }
func (fitsToo) TableName() string   { return "social_tariff" }
func (leavesOut) TableName() string { return "group_pass" }
func (otherwise) TableName() string { return "group_pass" }

func TestDriftFindsHowARowTypeDiffers(t *testing.T) {
	t.Parallel()
	d := New(t)
	for name, tt := range map[string]struct {
		row  any
		want []string
	}{
		"a row type that fits":       {fits{}, nil},
		"dates, ranges and defaults": {&fitsToo{}, nil},
		"columns that must be given": {leavesOut{}, []string{"card_system_id must", "postal_code must", "city must", "created_at must"}},
		"types and nullness": {otherwise{}, []string{
			"no column colour", "id is uuid", "card_system_id is int4", "postal_code is text", "city is text", "created_at is timestamptz",
			"tickets_per_year may be NULL", "socialtariff_until may be NULL",
		}},
		"a table that is not there": {unknownTable{}, []string{"no table unknown_table"}},
	} {
		got := drift(t.Context(), d, tt.row)
		if len(got) != len(tt.want) {
			t.Errorf("%s: found %d differences, want %d: %q", name, len(got), len(tt.want), got)
		}
		for _, want := range tt.want {
			if !strings.Contains(strings.Join(got, "\n"), want) {
				t.Errorf("%s: %q is not among %q", name, want, got)
			}
		}
	}
}
