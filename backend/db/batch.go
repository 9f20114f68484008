package db

import (
	"context"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/schema"
)

// A Batch gathers reads that go to the server in one round trip: each store
// queues its own, with a function that takes the rows. Outside a transaction a
// batch is one by itself.
type Batch = pgx.Batch

// Send runs a batch. The functions run in the order of their reads; the first
// error ends it and comes back.
func Send(ctx context.Context, q Q, b *Batch) error { return q.SendBatch(ctx, b).Close() }

// Queue adds a read to a batch. Each field of R takes the column of its name.
func Queue[R any](b *Batch, take func([]R) error, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		all, err := pgx.CollectRows(rows, pgx.RowToStructByName[R])
		if err != nil {
			return err
		}
		return take(all)
	})
}

// Columns names the columns of a row type, for a SELECT whose rows it takes. A
// star would break when the next release adds a column.
func Columns[R any]() string {
	var names []string
	for f := range reflect.TypeFor[R]().Fields() {
		names = append(names, schema.NamingStrategy{}.ColumnName("", f.Name))
	}
	return strings.Join(names, ", ")
}
