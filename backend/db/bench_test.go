package db_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
)

// BenchmarkTransaction holds InTx against pgx, which knows nothing of GORM.
func BenchmarkTransaction(b *testing.B) {
	d := dbtest.New(b)
	ctx := context.Background()
	one := func(row pgx.Row) error {
		var n int
		return row.Scan(&n)
	}
	for name, run := range map[string]func() error{
		"InTx": func() error {
			return db.InTx(ctx, d, func(tx *db.Tx) error { return one(tx.QueryRow(ctx, "SELECT 1")) })
		},
		"pgx": func() error {
			return pgx.BeginFunc(ctx, d.Pool(), func(tx pgx.Tx) error { return one(tx.QueryRow(ctx, "SELECT 1")) })
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
