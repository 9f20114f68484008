//go:build bench

package bench_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const (
	activities       = 1000
	activityOwners   = 200
	cardSystem       = 900
	firstBenchNumber = "09990" // the prefix of every pass number
)

// crowd are the people who are checked in: one active card, one membership
// and one account each.
type crowd struct {
	people  int
	numbers []byte // 13 digits each
}

func newCrowd(people int) crowd {
	c := crowd{people: people, numbers: make([]byte, 0, 13*people)}
	for i := range people {
		c.numbers = fmt.Appendf(c.numbers, "%s%06d0", firstBenchNumber, i)
		sum := 0
		for at, r := range c.numbers[13*i:] {
			digit := int(r - '0')
			if at%2 == 1 {
				digit = digit*2/10 + digit*2%10
			}
			sum += digit
		}
		c.numbers = append(c.numbers, byte('0'+(10-sum%10)%10))
	}
	return c
}

func (c crowd) number(i int) string { return string(c.numbers[13*i : 13*i+13]) }

func (crowd) activity(i int) string { return fmt.Sprintf("bench-activity-%04d", i) }

// id makes ids that sort by number, as those minted one after the other do.
func (crowd) id(kind byte, i int) uuid.UUID {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(1_700_000_000_000+i)<<16|0x7000)
	u[8], u[9] = 0x80, kind
	binary.BigEndian.PutUint32(u[12:], uint32(i))
	return u
}

// load writes the crowd into the program's tables. The statements skip the
// foreign keys, which hold by construction; that is ten times faster.
func (c crowd) load(ctx context.Context, t *testing.T, conn *pgx.Conn) {
	t.Helper()
	now := time.Now()
	since := now.AddDate(-1, 0, 0)
	execute(ctx, t, conn, "SET session_replication_role = replica")
	execute(ctx, t, conn, "INSERT INTO card_system (id, name) VALUES ($1, 'Bench')", cardSystem)
	owner := func(i int) string { return fmt.Sprintf("bench-organizer-%03d", i%activityOwners) }
	copyInto(ctx, t, conn, "organizer", []string{"id", "name", "account_id"}, activityOwners, func(i int) []any {
		return []any{owner(i), "Bench", c.id('o', i)}
	})
	copyInto(ctx, t, conn, "rights_grant", []string{"subject_kind", "subject", "organizer_id", "role", "granted_by", "granted_at"}, activityOwners, func(i int) []any {
		return []any{"CLIENT", "sandbox-client", owner(i), "INTEGRATOR", "bench", now}
	})
	copyInto(ctx, t, conn, "account", []string{"id", "owner_kind", "unit", "derived"}, activityOwners, func(i int) []any {
		return []any{c.id('o', i), "ORGANIZER", "POINT", true}
	})
	copyInto(ctx, t, conn, "activity", []string{"id", "organizer_id", "title", "calendar_type", "checkin_limit_period", "checkin_limit_volume"}, activities, func(i int) []any {
		// A limit that is counted and never reached, as the yardsticks' is.
		return []any{c.activity(i), owner(i), "Bench", "PERMANENT", "DAY", 100}
	})
	copyInto(ctx, t, conn, "activity_card_system", []string{"activity_id", "card_system_id"}, activities, func(i int) []any {
		return []any{c.activity(i), cardSystem}
	})
	born := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	copyInto(ctx, t, conn, "passholder", []string{"id", "name", "first_name", "date_of_birth", "street", "postal_code", "city", "created_at"}, c.people, func(i int) []any {
		return []any{c.id('p', i), "Peeters", "Jan", born.AddDate(0, 0, i%14000), "Kerkstraat 1", "9999", "Nergens", since}
	})
	copyInto(ctx, t, conn, "card", []string{"id", "card_system_id", "uitpas_number", "chip", "card_type", "status", "passholder_id", "status_at"}, c.people, func(i int) []any {
		chip := []byte{4, 0xbe, 0, byte(i >> 16), byte(i >> 8), byte(i), 0x80}
		return []any{c.id('c', i), cardSystem, c.number(i), chip, "NFC_CARD", "ACTIVE", c.id('p', i), since}
	})
	copyInto(ctx, t, conn, "membership", []string{"passholder_id", "card_system_id", "status", "since"}, c.people, func(i int) []any {
		return []any{c.id('p', i), cardSystem, "ACTIVE", since}
	})
	copyInto(ctx, t, conn, "account", []string{"id", "owner_kind", "unit"}, c.people, func(i int) []any {
		return []any{c.id('p', i), "PASSHOLDER", "POINT"}
	})
	execute(ctx, t, conn, "SET session_replication_role = DEFAULT")
	execute(ctx, t, conn, "VACUUM (FREEZE, ANALYZE)")
}

func execute(ctx context.Context, t *testing.T, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(ctx, sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func copyInto(ctx context.Context, t *testing.T, conn *pgx.Conn, table string, columns []string, n int, row func(i int) []any) {
	t.Helper()
	i := 0
	_, err := conn.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		if i == n {
			return nil, nil
		}
		i++
		return row(i - 1), nil
	}))
	if err != nil {
		t.Fatalf("fill %s: %v", table, err)
	}
}
