package dbtest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/schema"

	"github.com/openbalie/openbalie/backend/db"
)

// Drift fails tb when a row type and its table have grown apart: when a field
// has no column, or one of another type; when a column that may be NULL is
// read into a field that may not; when an insert of the row leaves out a
// column that must be given. A row type may leave out any other column.
//
// A noun's test calls it with its row types: dbtest.Drift(t, row{}, otherRow{}).
//
// AutoMigrate is no judge of this: it would change each int to a bigint, drop
// the constraints that it does not know, and it overlooks NULL.
func Drift(tb testing.TB, rows ...any) {
	tb.Helper()
	d := New(tb)
	for _, row := range rows {
		for _, finding := range drift(tb.Context(), d, row) {
			tb.Errorf("%T: %s", row, finding)
		}
	}
}

// column is what the database says of one.
type column struct {
	Type     string
	Required bool // NOT NULL
	Filled   bool // by a default, or by the database itself
}

// drift lists how a row type differs from its table.
func drift(ctx context.Context, d *db.DB, row any) []string {
	pointer := reflect.New(reflect.Indirect(reflect.ValueOf(row)).Type()).Interface()
	parsed, err := schema.Parse(pointer, &sync.Map{}, d.Gorm().NamingStrategy)
	if err != nil {
		return []string{err.Error()}
	}
	columns, err := columnsOf(ctx, d, parsed.Table)
	if err != nil {
		return []string{err.Error()}
	}
	if len(columns) == 0 {
		return []string{"there is no table " + parsed.Table}
	}
	var findings []string
	for _, name := range parsed.DBNames {
		if _, ok := columns[name]; !ok {
			findings = append(findings, fmt.Sprintf("field %s has no column %s", parsed.FieldsByDBName[name].Name, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		c, field := columns[name], parsed.FieldsByDBName[name]
		switch {
		case field == nil && c.Required && !c.Filled:
			findings = append(findings, fmt.Sprintf("column %s must be given and has no field", name))
		case field == nil:
		case !holds(field.FieldType, c.Type):
			findings = append(findings, fmt.Sprintf("column %s is %s, field %s is %s", name, c.Type, field.Name, field.FieldType))
		case !c.Required && !mayBeNull(field.FieldType):
			findings = append(findings, fmt.Sprintf("column %s may be NULL, field %s (%s) may not", name, field.Name, field.FieldType))
		}
	}
	return findings
}

func columnsOf(ctx context.Context, d *db.DB, table string) (map[string]column, error) {
	rows, err := d.Query(ctx, `
		SELECT a.attname, t.typname, a.attnotnull, a.atthasdef OR a.attidentity <> ''
		  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
		 WHERE a.attrelid = to_regclass(quote_ident($1)) AND a.attnum > 0 AND NOT a.attisdropped`, table)
	if err != nil {
		return nil, err
	}
	columns := map[string]column{}
	var name string
	var c column
	_, err = pgx.ForEachRow(rows, []any{&name, &c.Type, &c.Required, &c.Filled}, func() error {
		columns[name] = c
		return nil
	})
	return columns, err
}

// holds tells whether values of a PostgreSQL type fit into a Go type and back.
func holds(t reflect.Type, pg string) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch pg {
	case "uuid":
		return t == reflect.TypeFor[uuid.UUID]() || t == reflect.TypeFor[uuid.NullUUID]()
	case "timestamptz", "date":
		if t == reflect.TypeFor[time.Time]() {
			return true
		}
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[sql.Scanner]()) {
		return t != reflect.TypeFor[uuid.UUID]() // the type knows what it reads
	}
	switch pg {
	case "int2", "int4", "int8":
		return t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64 && t != reflect.TypeFor[time.Duration]()
	case "bool":
		return t.Kind() == reflect.Bool
	case "text":
		return t.Kind() == reflect.String
	case "bytea", "jsonb":
		return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
	case "daterange":
		return t.Kind() == reflect.String
	default:
		return false
	}
}

// mayBeNull tells whether a field can hold NULL: a pointer, a slice, or a value
// that reads NULL and whose zero is written as NULL.
func mayBeNull(t reflect.Type) bool {
	if k := t.Kind(); k == reflect.Pointer || k == reflect.Slice {
		return true
	}
	zero := reflect.New(t).Interface()
	reads, ok := zero.(sql.Scanner)
	if !ok || reads.Scan(nil) != nil {
		return false
	}
	writes, ok := zero.(driver.Valuer)
	if !ok {
		return false
	}
	value, err := writes.Value()
	return err == nil && value == nil
}
