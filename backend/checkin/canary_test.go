package checkin_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// log is a buffer that many may write.
type log struct {
	sync.Mutex
	bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.Buffer.Write(p)
}

// canaries are national numbers that stand nowhere but in this test.
var canaries = []string{"93051822361", "02020231402", "83420331382"}

// After people were registered, looked up and checked in by national number,
// no plain column of any table holds one, no log line, and no error.
func TestNationalNumbersReachNoColumnNoLogAndNoError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var lines log
	// Every statement is slow enough to be logged.
	d, err := db.Open(t.Context(), w.db.DSN(), db.Options{
		Log: slog.New(slog.NewJSONHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug})), SlowThreshold: time.Nanosecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	w.db = d
	registrar := who.Actor{Kind: who.Person, ID: "u9", Subject: "registrar@openbalie.example", Counter: "desk"}
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		return rights.Grant(ctx, tx, who.Program("test"), who.Person, registrar.Subject, "desk", rights.Registrar)
	})
	a := w.activity(nil)
	desk := card.Service{DB: d, Now: w.service().Now, Ring: w.ring}
	people := passholder.Service{DB: d, Now: w.service().Now, Ring: w.ring}
	var shown []string
	show := func(v ...any) { shown = append(shown, fmt.Sprintf("%v %+v", v, v)) }
	for _, digits := range canaries {
		n, err := secret.ParseNationalNumber(digits)
		if err != nil {
			t.Fatal(err)
		}
		p := passholder.Passholder{
			ID: db.NewID(), CreatedAt: w.now, Details: passholder.Details{
				Name: "Peeters", FirstName: "Ann", DateOfBirth: period.NewDay(1990, 5, 17), PostalCode: "9300", City: "Aalst", Country: "be", INSZ: n,
			},
		}
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			return errors.Join(passholder.Add(ctx, tx, w.ring, p), points.OpenHolder(ctx, tx, p.ID),
				membership.Add(ctx, tx, p.ID, 1, membership.Active, w.now))
		})
		w.card(card.Card{Status: card.Active, PassholderID: p.ID})
		again := p
		again.ID = db.NewID()
		err = db.InTx(t.Context(), d, func(tx *db.Tx) error { return passholder.Add(t.Context(), tx, w.ring, again) })
		show(err, p, again)
		for _, spelling := range []string{digits, digits[:6] + "-" + digits[6:9] + "." + digits[9:], "x" + digits, digits[:10] + "0"} {
			found, err := desk.Identify(t.Context(), w.clerk, spelling)
			show(found.Kind, found, found.Err, err)
			_, err = desk.Identify(t.Context(), w.nobody, spelling)
			show(err)
			// Whatever a clerk types in another field by mistake.
			_, err = w.service().Register(t.Context(), w.clerk, checkin.Registration{UitpasNumber: spelling, ActivityID: a.ID, Channel: checkin.Counter})
			show(err)
		}
		opened, err := people.ByID(t.Context(), registrar, p.ID)
		if err != nil || opened.INSZ != n {
			t.Fatalf("the number did not come back: %v", err)
		}
		show(opened)
		c := w.saved(checkin.Registration{PassholderID: p.ID, ActivityID: a.ID, IdempotencyKey: p.ID.String()})
		got, err := w.service().Cancel(t.Context(), w.clerk, c.ID, "undo "+p.ID.String())
		show(c, got, err)
		history, err := w.service().History(t.Context(), w.clerk, p.ID, activity.Page{})
		show(history, err)
	}
	w.ring.Rotate()
	if n, err := passholder.Reseal(t.Context(), d, w.ring); err != nil || n != len(canaries) {
		t.Fatalf("resealed %d, %v", n, err)
	}
	columns := w.everything(t)
	if lines.Len() == 0 || !strings.Contains(columns, "Poppentheater") {
		t.Fatal("the test looks in the wrong place")
	}
	for _, digits := range canaries {
		for _, form := range []string{digits, hex.EncodeToString([]byte(digits)), base64.StdEncoding.EncodeToString([]byte(digits))[:14], digits[:9]} {
			for where, text := range map[string]string{"a column": columns, "the log": lines.String(), "an error": strings.Join(shown, "\n")} {
				if strings.Contains(text, form) {
					t.Errorf("%s holds a national number", where)
				}
			}
		}
	}
}

// everything returns the contents of every column that could hold text.
func (w *world) everything(t *testing.T) string {
	t.Helper()
	rows, err := w.db.Query(t.Context(), `
		SELECT format('SELECT coalesce(string_agg(%s, E''\n''), '''') FROM %I',
			CASE WHEN data_type = 'bytea' THEN format('encode(%I, ''hex'') || '' '' || encode(%I, ''escape'')', column_name, column_name)
			     ELSE format('%I::text', column_name) END, table_name)
		FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type IN ('text', 'jsonb', 'json', 'bytea', 'character varying', 'ARRAY', 'name')`)
	if err != nil {
		t.Fatal(err)
	}
	var queries []string
	for rows.Next() {
		var q string
		if err := rows.Scan(&q); err != nil {
			t.Fatal(err)
		}
		queries = append(queries, q)
	}
	if rows.Err() != nil || len(queries) < 50 {
		t.Fatalf("%d columns, %v", len(queries), rows.Err())
	}
	var all strings.Builder
	for _, q := range queries {
		var text string
		if err := w.db.QueryRow(t.Context(), q).Scan(&text); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		all.WriteString(text + "\n")
	}
	return all.String()
}
