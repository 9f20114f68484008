//go:build bench

package bench_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

const (
	importPeople = 50_000
	importCards  = 2 * importPeople
	// importFloor is how fast a takeover is at least, beside a COPY of the same
	// people and cards into tables with the same indexes.
	importFloor = 0.1
)

// A takeover is a file that is read, checked row by row, sealed, and written with
// memberships, accounts, points, outcomes and audit log. The yardstick only
// copies what became of it in two of the tables, the people and the cards.
func TestATakeoverKeepsUpWithCopy(t *testing.T) {
	ctx := t.Context()
	p := serve(t, dataDir(t))
	d, err := db.Open(ctx, p.dsn(t), db.Options{StatementTimeout: -1, MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ring, err := secret.OpenRing(filepath.Join(p.dir, "keyring"))
	if err != nil {
		t.Fatal(err)
	}
	by := who.Actor{Kind: who.Person, ID: "bench", Subject: "admin@openbalie.example"}
	var system int
	err = d.QueryRow(ctx, `SELECT organizer_id, card_system_id FROM rights_grant JOIN organizer_card_system USING (organizer_id)
		WHERE subject = $1 AND role = 'ADMIN' ORDER BY 1, 2 LIMIT 1`, by.Subject).Scan(&by.Counter, &system)
	if err != nil {
		t.Fatal(err)
	}
	file := takeoverFile(t)
	service := bulk.Service{DB: d, Now: time.Now, Ring: ring}
	began := time.Now()
	b, err := service.Start(ctx, by, "bench", bulk.Order{Kind: bulk.Import, File: strings.NewReader(file), Parameters: bulk.Parameters{CardSystemID: system}})
	if err != nil {
		t.Fatal(err)
	}
	read := time.Since(began)
	for b.State != bulk.Done {
		time.Sleep(20 * time.Millisecond)
		if b, err = service.ByID(ctx, by, b.ID); err != nil || b.State == bulk.Failed || time.Since(began) > 10*time.Minute {
			t.Fatalf("%+v, %v", b, err)
		}
	}
	took := time.Since(began)
	if b.Done != importCards || b.Failed != 0 {
		t.Fatalf("%+v", b)
	}
	conn, err := pgx.Connect(ctx, p.dsn(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	people := copyOut(ctx, t, conn, "passholder", "name LIKE 'Overname%'")
	cards := copyOut(ctx, t, conn, "card", "status_reason = 'IMPORTED'")
	indexed := copyIn(ctx, t, conn, "INCLUDING ALL", people, cards)
	bare := copyIn(ctx, t, conn, "INCLUDING GENERATED INCLUDING DEFAULTS", people, cards)
	rows := float64(importPeople + importCards)
	ratio := indexed.Seconds() / took.Seconds()
	t.Logf("%d people and %d cards of a file of %d rows, %.1f MB", importPeople, importCards, importCards, float64(len(file))/1e6)
	t.Logf("takeover            %6.2f s  %8.0f rows/s  (reading and sealing %.2f s of it)", took.Seconds(), rows/took.Seconds(), read.Seconds())
	t.Logf("COPY, same indexes  %6.2f s  %8.0f rows/s  ratio %.2f", indexed.Seconds(), rows/indexed.Seconds(), ratio)
	t.Logf("COPY, no index      %6.2f s  %8.0f rows/s  ratio %.2f", bare.Seconds(), rows/bare.Seconds(), bare.Seconds()/took.Seconds())
	if ratio < importFloor {
		t.Errorf("a takeover goes at %.2f of COPY, want at least %.2f", ratio, importFloor)
	}
}

// a table's rows as COPY writes them.
type copied struct {
	table, columns string
	text           []byte
}

func copyOut(ctx context.Context, t *testing.T, conn *pgx.Conn, table, where string) copied {
	t.Helper()
	out := copied{table: table}
	err := conn.QueryRow(ctx, `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`, table).Scan(&out.columns)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := conn.PgConn().CopyTo(ctx, &text, fmt.Sprintf("COPY (SELECT %s FROM %s WHERE %s) TO STDOUT", out.columns, table, where)); err != nil {
		t.Fatal(err)
	}
	out.text = text.Bytes()
	return out
}

// copyIn copies the rows into tables like theirs and returns how long that took:
// the fastest of three.
func copyIn(ctx context.Context, t *testing.T, conn *pgx.Conn, like string, tables ...copied) time.Duration {
	t.Helper()
	best := time.Duration(0)
	for range 3 {
		for _, c := range tables {
			execute(ctx, t, conn, "DROP TABLE IF EXISTS raw_"+c.table)
			execute(ctx, t, conn, fmt.Sprintf("CREATE TABLE raw_%[1]s (LIKE %[1]s %[2]s)", c.table, like))
		}
		execute(ctx, t, conn, "CHECKPOINT")
		began := time.Now()
		for _, c := range tables {
			if _, err := conn.PgConn().CopyFrom(ctx, bytes.NewReader(c.text), fmt.Sprintf("COPY raw_%s (%s) FROM STDIN", c.table, c.columns)); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); best == 0 || took < best {
			best = took
		}
	}
	for _, c := range tables {
		execute(ctx, t, conn, "DROP TABLE raw_"+c.table)
	}
	return best
}

// takeoverFile has people with national numbers, addresses, phones and points,
// and two cards each with chips: one in use, one blocked.
func takeoverFile(t *testing.T) string {
	t.Helper()
	first := []string{"Jan", "Mia", "Aïcha", "Piet", "Els", "Mohamed", "Lotte", "Karel", "Noor", "Wout"}
	streets := []string{"Kerkstraat", "Dorpsstraat", "Stationsstraat", "Veldstraat", "Nieuwstraat", "Molenweg", "Schoolstraat"}
	places := []string{"9000;Gent", "9300;Aalst", "2000;Antwerpen", "3000;Leuven", "8500;Kortrijk"}
	var file strings.Builder
	file.WriteString("person;firstName;name;dateOfBirth;gender;inszNumber;street;postalCode;city;email;phoneNumber;serviceMails;uitpasNumber;chipNumber;cardStatus;points\n")
	for i := range importPeople {
		year, month, day := 1930+i%70, 1+i/70%12, 1+i/840%28
		nine := (year-1900)*10_000_000 + month*100_000 + day*1000 + 1 + i/23520*2
		fmt.Fprintf(&file, "p%d;%s;Overname %s%s;%d-%02d-%02d;MALE;%09d%02d;%s %d;%s;p%d@example.org;+3247%07d;yes;%s;04%012X;ACTIVE;%d\n",
			i, first[i%len(first)], letters(i%20_000), letters(i/20_000), year, month, day, nine, 97-nine%97, streets[i%len(streets)], 1+i%200, places[i%len(places)], i, i,
			benchNumber(t, 2*i), 2*i, i%40)
		fmt.Fprintf(&file, "p%d;;;;;;;;;;;;%s;04%012X;BLOCKED;\n", i, benchNumber(t, 2*i+1), 2*i+1)
	}
	return file.String()
}

// letters spells a number as a name would be.
func letters(n int) string {
	out := []byte{}
	for ; n > 0; n /= 20 {
		out = append(out, "bcdfghjklmnprstvwzae"[n%20])
	}
	return string(out)
}

func benchNumber(t *testing.T, n int) card.Number {
	t.Helper()
	out, err := card.NewNumber(fmt.Sprintf("0666%07d", n), false)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
