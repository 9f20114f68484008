package dbtest_test

import (
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestEachTestGetsAnEmptyMigratedDatabase(t *testing.T) {
	for range 5 {
		begin := time.Now()
		d := dbtest.New(t)
		t.Log(time.Since(begin))
		var n int
		if err := d.QueryRow(t.Context(), "SELECT count(*) FROM passholder").Scan(&n); err != nil || n != 0 {
			t.Fatalf("passholders = %d, %v", n, err)
		}
		if _, err := d.Exec(t.Context(), "INSERT INTO card_system (id, name) VALUES (1, 'here')"); err != nil {
			t.Fatal(err)
		}
	}
}
