package outbox_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/outbox"
)

func write(t *testing.T, d *db.DB, kind string) {
	t.Helper()
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		return outbox.Write(t.Context(), tx, uuid.New(), kind, map[string]any{"id": 1})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func claim(t *testing.T, d *db.DB, limit int) []string {
	t.Helper()
	var kinds []string
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		got, err := outbox.Claim(t.Context(), tx, limit)
		kinds = nil
		for _, m := range got {
			kinds = append(kinds, m.Type)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

// expect claims until want has come out. The horizon is the whole server's: a
// transaction of another test, in another database, holds messages back too.
func expect(t *testing.T, d *db.DB, want ...string) {
	t.Helper()
	var got []string
	for end := time.Now().Add(10 * time.Second); len(got) < len(want) && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		got = append(got, claim(t, d, len(want)-len(got))...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
}

func TestMessagesComeOutOnceAndInOrder(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for _, kind := range []string{"a", "b", "c"} {
		write(t, d, kind)
	}
	expect(t, d, "a", "b")
	expect(t, d, "c")
	if got := claim(t, d, 2); got != nil {
		t.Errorf("again: %v", got)
	}
}

func TestASlowTransactionIsNotOvertaken(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	written, commit, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- db.InTx(context.WithoutCancel(t.Context()), d, func(tx *db.Tx) error {
			err := outbox.Write(t.Context(), tx, uuid.New(), "slow", nil)
			close(written)
			<-commit
			return err
		})
	}()
	<-written
	write(t, d, "fast")
	if got := claim(t, d, 10); got != nil {
		t.Errorf("claimed %v past a transaction that is still open", got)
	}
	close(commit)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	expect(t, d, "slow", "fast")
}

func TestWhatIsNotCommittedDidNotHappen(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	errStop := errors.New("stop")
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		return errors.Join(outbox.Write(t.Context(), tx, uuid.New(), "never", nil), errStop)
	})
	if !errors.Is(err, errStop) {
		t.Fatal(err)
	}
	write(t, d, "kept")
	err = db.InTx(t.Context(), d, func(tx *db.Tx) error {
		_, err := outbox.Claim(t.Context(), tx, 10)
		return errors.Join(err, errStop)
	})
	if !errors.Is(err, errStop) {
		t.Fatal(err)
	}
	expect(t, d, "kept")
}

func TestAMessageOfAnotherClusterIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	// As a dump brings it: the id of a transaction that this cluster is far from.
	if _, err := d.Exec(t.Context(), `INSERT INTO outbox (ordering_key, type, payload, txid) VALUES ($1, 'moved', '{}', '4000000000')`, uuid.New()); err != nil {
		t.Fatal(err)
	}
	write(t, d, "own")
	expect(t, d, "moved", "own")
}

func TestAMessageThatWaitedAtTheBackupIsDeliveredAfterTheRestore(t *testing.T) {
	t.Parallel()
	from, to := dbtest.New(t), dbtest.New(t)
	write(t, from, "first")
	write(t, from, "second")
	if _, err := from.Exec(t.Context(), `UPDATE outbox SET txid = '4000000000'`); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup.zip")
	if _, err := db.Backup(t.Context(), from, file, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Restore(t.Context(), to, file); err != nil {
		t.Fatal(err)
	}
	write(t, to, "third")
	expect(t, to, "first", "second", "third")
}

func TestTheOldestMessagesComeFirstWhateverOrderTheTableKeepsThemIn(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for _, kind := range []string{"a", "b", "c", "d"} {
		write(t, d, kind)
	}
	// A changed row moves to the end of the table.
	if _, err := d.Exec(t.Context(), `UPDATE outbox SET payload = '{"n": 2}' WHERE type = 'a'`); err != nil {
		t.Fatal(err)
	}
	expect(t, d, "a", "b")
	expect(t, d, "c", "d")
}
