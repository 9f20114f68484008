package dbtest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"github.com/openbalie/openbalie/backend/db"
)

// Drift fails tb when a row type and its table have grown apart: when
// AutoMigrate would change the table, when a column that may be NULL is read
// into a field that may not, and when an insert of the row leaves out a column
// that must be given. A row type may leave out any other column. Defaults are
// not compared: they are the database's.
//
// A noun's test calls it with its row types: dbtest.Drift(t, row{}, otherRow{}).
func Drift(tb testing.TB, rows ...any) {
	tb.Helper()
	d := New(tb)
	for _, row := range rows {
		for _, finding := range drift(tb.Context(), d, row) {
			tb.Errorf("%T: %s", row, finding)
		}
	}
}

// drift lists how a row type differs from its table.
func drift(ctx context.Context, d *db.DB, row any) []string {
	pointer := reflect.New(reflect.Indirect(reflect.ValueOf(row)).Type()).Interface()
	parsed, err := schema.Parse(pointer, &sync.Map{}, d.Gorm().NamingStrategy)
	if err != nil {
		return []string{err.Error()}
	}
	if !d.Gorm().Migrator().HasTable(parsed.Table) {
		return []string{"there is no table " + parsed.Table}
	}
	findings := wouldMigrate(ctx, d, pointer)
	columns, err := d.Gorm().Migrator().ColumnTypes(parsed.Table)
	if err != nil {
		return append(findings, err.Error())
	}
	for _, c := range columns {
		field := parsed.FieldsByDBName[c.Name()]
		null, _ := c.Nullable()
		_, filled := c.DefaultValue()
		switch {
		case field == nil && !null && !filled:
			findings = append(findings, fmt.Sprintf("column %s must be given and has no field", c.Name()))
		case field != nil && null && !mayBeNull(field.FieldType):
			findings = append(findings, fmt.Sprintf("column %s may be NULL, field %s (%s) may not", c.Name(), field.Name, field.FieldType))
		}
	}
	return findings
}

var (
	errUndo = errors.New("undo")
	changes = regexp.MustCompile(`^(CREATE|ALTER|DROP|COMMENT) `)
	// A field without a tag says nothing of defaults and NULL; drift compares
	// the latter itself.
	silent = regexp.MustCompile(`^ALTER TABLE \S+ ALTER COLUMN \S+ (SET DEFAULT|DROP DEFAULT|DROP NOT NULL)`)
)

// wouldMigrate lists the statements by which AutoMigrate would fit the table
// to the row type. What it did is rolled back.
func wouldMigrate(ctx context.Context, d *db.DB, pointer any) []string {
	seen := &statements{}
	err := db.InTx(ctx, d, func(tx *db.Tx) error {
		if err := tx.Gorm().Session(&gorm.Session{Logger: seen, Context: ctx}).AutoMigrate(pointer); err != nil {
			return err
		}
		return errUndo
	})
	findings := slices.DeleteFunc(seen.list, func(s string) bool { return !changes.MatchString(s) || silent.MatchString(s) })
	for i, s := range findings {
		findings[i] = "AutoMigrate would run " + s
	}
	if !errors.Is(err, errUndo) {
		findings = append(findings, fmt.Sprintf("AutoMigrate fails: %v", err))
	}
	return findings
}

// mayBeNull tells whether a field can hold NULL: a pointer, a slice, or a value
// that reads NULL and whose zero is written as NULL.
func mayBeNull(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
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

// statements is a logger for GORM that keeps the statements it is told of.
type statements struct{ list []string }

func (s *statements) LogMode(logger.LogLevel) logger.Interface { return s }
func (s *statements) Info(context.Context, string, ...any)     {}
func (s *statements) Warn(context.Context, string, ...any)     {}
func (s *statements) Error(context.Context, string, ...any)    {}

func (s *statements) Trace(_ context.Context, _ time.Time, statement func() (string, int64), _ error) {
	text, _ := statement()
	s.list = append(s.list, strings.TrimSpace(text))
}
