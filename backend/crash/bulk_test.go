package crash_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

const (
	importRows  = 20_000
	importKills = 8
)

// A takeover of 10,000 people and 20,000 cards is killed in the middle, again and
// again. Each time the program goes on by itself, and no row is done twice.
func TestAnImportSurvivesKills(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("finds PostgreSQL's processes in /proc")
	}
	p := build(t)
	p.start(t)
	d := openDB(t, p)
	ring, err := secret.OpenRing(filepath.Join(p.dir, "keyring"))
	if err != nil {
		t.Fatal(err)
	}
	by := who.Actor{Kind: who.Person, ID: "crash", Subject: "admin@openbalie.example"}
	var system int
	err = d.QueryRow(t.Context(), `SELECT organizer_id, card_system_id FROM rights_grant JOIN organizer_card_system USING (organizer_id)
		WHERE subject = $1 AND role = 'ADMIN' ORDER BY 1, 2 LIMIT 1`, by.Subject).Scan(&by.Counter, &system)
	if err != nil {
		t.Fatal(err)
	}
	before := pointsOf(t, d)
	service := bulk.Service{DB: d, Now: time.Now, Ring: ring}
	b, err := service.Start(t.Context(), by, "k", bulk.Order{
		Kind: bulk.Import, File: strings.NewReader(takeover(t)), Parameters: bulk.Parameters{CardSystemID: system},
	})
	if err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(2026, 12))
	for kill := range importKills {
		done := progress(t, d, b)
		for deadline := time.Now().Add(20 * time.Second); progress(t, d, b) == done && done < importRows; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("kill %d: nothing happens after %d rows:\n%s", kill, done, p.said())
			}
		}
		time.Sleep(time.Duration(dice.IntN(300)) * time.Millisecond)
		d.Close()
		strike(t, p, 3*kill+2*(kill%2)) // the program alone, or everything at once
		p.start(t)
		d = openDB(t, p)
	}
	for deadline := time.Now().Add(time.Minute); progress(t, d, b) < importRows; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it does not end:\n%s", p.said())
		}
	}
	var people, cards, failed int
	err = d.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM passholder WHERE name LIKE 'Overname%'),
		(SELECT count(*) FROM card WHERE status_reason = 'IMPORTED'), (SELECT failed FROM bulk WHERE id = $1)`, b.ID).Scan(&people, &cards, &failed)
	if err != nil || people != importRows/2 || cards != importRows || failed != 0 {
		t.Errorf("%d people, %d cards, %d failed, %v", people, cards, failed, err)
	}
	if got := pointsOf(t, d) - before; got != importRows/2*7 {
		t.Errorf("%d points came along, want %d", got, importRows/2*7)
	}
	if faults, err := points.Verify(t.Context(), d); err != nil || len(faults) > 0 {
		t.Errorf("the ledger: %v, %v", faults, err)
	}
	d.Close()
}

func openDB(t *testing.T, p *program) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), p.dsn(t), db.Options{StatementTimeout: -1, MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func progress(t *testing.T, d *db.DB, b bulk.Bulk) int {
	t.Helper()
	var done int
	if err := d.QueryRow(t.Context(), `SELECT done FROM bulk WHERE id = $1`, b.ID).Scan(&done); err != nil {
		t.Fatal(err)
	}
	return done
}

func pointsOf(t *testing.T, d *db.DB) int {
	t.Helper()
	var sum int
	if err := d.QueryRow(t.Context(), `SELECT coalesce(sum(amount), 0) FROM transfer WHERE code = $1`, points.TakenOver).Scan(&sum); err != nil {
		t.Fatal(err)
	}
	return sum
}

// takeover is a file of people with two cards each: one in use, one blocked. The
// cards of a person stand far apart.
func takeover(t *testing.T) string {
	t.Helper()
	var file strings.Builder
	file.WriteString("person;firstName;name;dateOfBirth;postalCode;city;uitpasNumber;cardStatus;points\n")
	for i := range importRows {
		n, err := card.NewNumber(fmt.Sprintf("0777%07d", i), false)
		if err != nil {
			t.Fatal(err)
		}
		if who := i % (importRows / 2); i < importRows/2 {
			fmt.Fprintf(&file, "p%d;Jan;Overname %d;%d-%02d-%02d;9000;Gent;%s;ACTIVE;5\n", who, who, 1940+who%70, 1+who%12, 1+who%28, n)
		} else {
			fmt.Fprintf(&file, "p%d;;;;;;%s;BLOCKED;2\n", who, n)
		}
	}
	return file.String()
}
