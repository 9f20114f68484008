package passholder

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
)

// Doubles finds who may be the same person: people of a like name, born on that
// day or on one that is easily mistaken for it. The most alike come first.
func Doubles(ctx context.Context, q db.Q, firstName, name string, born period.Day) ([]Double, error) {
	var b db.Batch
	var out []Double
	QueueDoubles(&b, firstName, name, born, &out)
	if err := db.Send(ctx, q, &b); err != nil {
		return nil, fmt.Errorf("find doubles: %w", err)
	}
	return out, nil
}

// QueueDoubles is [Doubles] in a batch.
func QueueDoubles(b *db.Batch, firstName, name string, born period.Day, out *[]Double) {
	b.Queue(`
		SELECT id, first_name, name, date_of_birth::text, city, date_of_birth = $3::date, likeness FROM (
			SELECT *, similarity(first_key || ' ' || last_key, name_key($1) || ' ' || name_key($2)) AS likeness
			FROM passholder
			WHERE date_of_birth = ANY ($4::date[]) AND merged_into IS NULL AND erased_at IS NULL
		) alike
		WHERE likeness >= CASE WHEN date_of_birth = $3::date THEN 0.45 ELSE 0.75 END
		ORDER BY likeness + (date_of_birth = $3::date)::int DESC, id LIMIT 10`,
		firstName, name, born.String(), mistakable(born)).Query(func(rows pgx.Rows) (err error) {
		*out, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (d Double, err error) {
			err = r.Scan(&d.ID, &d.FirstName, &d.Name, &d.DateOfBirth, &d.City, &d.SameBirthday, &d.Likeness)
			return d, err
		})
		return err
	})
}

// mistakable are a day and those that are written in its place: day and month
// the other way round, one off, a year or ten off.
func mistakable(d period.Day) []string {
	year, month, day := d.Date()
	out := []string{d.String(), d.Add(-1).String(), d.Add(1).String()}
	for _, years := range []int{-10, -1, 1, 10} {
		out = append(out, period.NewDay(year+years, month, day).String())
	}
	if day <= 12 {
		out = append(out, period.NewDay(year, time.Month(day), int(month)).String())
	}
	return out
}
