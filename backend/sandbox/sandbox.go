// Package sandbox fills a database with sample data: the public UiTPAS test
// data set, so that the tests of integrators run unchanged, and a fictional
// region full of people, counters and activities around today.
//
// Everything is made up and made alike every time: towns, people and numbers
// that nobody has. It is written once, in one transaction; later starts only
// move the activities to the new day.
package sandbox

import (
	"context"
	"time"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
)

// Seed makes the sandbox, or moves the activities of the one that is there to
// the day of now. What people did in it stays as it is. The database has the
// schema and the months around now already.
func Seed(ctx context.Context, d *db.DB, ring *secret.Ring, now time.Time) error {
	return db.InTx(ctx, d, func(tx *db.Tx) error {
		there, err := seeded(ctx, tx)
		if err != nil {
			return err
		}
		if there {
			return refresh(ctx, tx, programme(), period.DayOf(now, period.Brussels()))
		}
		w, err := build(ring, now)
		if err != nil {
			return err
		}
		if err := write(ctx, tx, w); err != nil {
			return err
		}
		if err := w.addStock(ctx, tx); err != nil {
			return err
		}
		if err := w.addPrices(ctx, tx); err != nil {
			return err
		}
		return w.addTogether(ctx, tx)
	})
}
