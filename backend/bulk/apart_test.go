package bulk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
)

// Two orders about the same people have rows with the same number: whatever
// happens to one leaves the rows of the other as they are.
func TestAnOrderTouchesItsOwnRowsOnly(t *testing.T) {
	t.Parallel()
	moving := bulk.Order{Kind: bulk.Address, Parameters: bulk.Parameters{Street: "Veldstraat 1", PostalCode: "9000", City: "Gent"}}
	for name, tt := range map[string]struct {
		happens func(*testing.T, *world, uuid.UUID)
		state   bulk.State
		said    string
	}{
		"done": {func(t *testing.T, w *world, id uuid.UUID) {
			t.Helper()
			if err := w.Work(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}, bulk.Done, "1:DONE 2:DONE"},
		"cancelled": {func(t *testing.T, w *world, id uuid.UUID) {
			t.Helper()
			if _, err := w.Cancel(t.Context(), admin, id); err != nil {
				t.Fatal(err)
			}
		}, bulk.Cancelled, "1:WAITING 2:WAITING"},
		"given up": {func(t *testing.T, w *world, id uuid.UUID) {
			t.Helper()
			w.do(t, func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), `UPDATE bulk SET state = 'RUNNING' WHERE id = $1`, id)
				return err
			})
			if err := w.GiveUp(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}, bulk.Failed, "1:FAILED:bulk-row-refused 2:FAILED:bulk-row-refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			one, other := moving, bulk.Order{Kind: bulk.Block, Parameters: bulk.Parameters{Reason: card.Lost}}
			one.Passholders = w.gent[:2]
			other.File = strings.NewReader(fmt.Sprintf("uitpasNumber\n%s\n%s\n", number(900), number(901)))
			first, err := w.Start(t.Context(), admin, "one", one)
			if err != nil {
				t.Fatal(err)
			}
			second, err := w.Start(t.Context(), admin, "other", other)
			if err != nil {
				t.Fatal(err)
			}
			tt.happens(t, w, first.ID)
			if b, rows := w.look(t, admin, first.ID); b.State != tt.state || said(rows) != tt.said {
				t.Errorf("it is %s: %s", b.State, said(rows))
			}
			if b, rows := w.look(t, admin, second.ID); b.State != bulk.Ready || b.Done != 0 || said(rows) != "2:WAITING 3:WAITING" {
				t.Errorf("the other is %s with %d done: %s", b.State, b.Done, said(rows))
			}
			if n := w.count(t, `SELECT count(*) FROM card WHERE status <> 'ACTIVE'`); n != 0 {
				t.Errorf("%d cards of the other order are blocked", n)
			}
			// The other is done all the same, and tells of its own rows only.
			if err := w.Work(t.Context(), second.ID); err != nil {
				t.Fatal(err)
			}
			if b, rows := w.look(t, admin, second.ID); b.State != bulk.Done || b.Done != 2 || said(rows) != "2:DONE 3:DONE" {
				t.Errorf("done, the other is %s with %d done: %s", b.State, b.Done, said(rows))
			}
			if b, rows := w.look(t, admin, first.ID); b.State != tt.state || said(rows) != tt.said {
				t.Errorf("afterwards it is %s: %s", b.State, said(rows))
			}
		})
	}
}

// Orders that have work left, the oldest first, and none that is finished.
func TestWhatHasWorkLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var ids []uuid.UUID
	for range 4 {
		b, err := w.Start(t.Context(), admin, uuid.NewString(), bulk.Order{Kind: bulk.Block, Passholders: w.gent[:1], Parameters: bulk.Parameters{Reason: card.Lost}})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, b.ID)
		now := now.AddDate(0, 0, -len(ids))
		w.do(t, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE bulk SET created_at = $2 WHERE id = $1`, b.ID, now)
			return err
		})
	}
	if err := w.Work(t.Context(), ids[1]); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Cancel(t.Context(), admin, ids[2]); err != nil {
		t.Fatal(err)
	}
	got, err := w.Unfinished(t.Context())
	if err != nil || len(got) != 2 || got[0] != ids[3] || got[1] != ids[0] {
		t.Errorf("work left of %v, want %v and %v; %v", got, ids[3], ids[0], err)
	}
}

// Who was chosen for an order and belongs elsewhere is named in no row.
func TestARowNamesOnlyWhomTheCounterMaySee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, rows := w.run(t, admin, bulk.Order{
		Kind: bulk.Block, Passholders: []uuid.UUID{w.gent[0], w.other}, Parameters: bulk.Parameters{Reason: card.Lost}, DryRun: true,
	})
	if rows[0].Name == "" || rows[1].Name != "" {
		t.Errorf("named %q and %q", rows[0].Name, rows[1].Name)
	}
}
