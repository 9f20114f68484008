package registration_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/rights"
)

// `make bench` puts a registration beside pgbench that runs the same statements.
// Its script says above each of them what the program sends; when that changes,
// the script has to, or the ratio is of something else.
func TestTheYardstickIsWhatTheProgramSends(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.adult(t, 1)
	var sent listener
	listened, err := db.Open(t.Context(), w.DB.DSN(), db.Options{Tracer: &sent})
	if err != nil {
		t.Fatal(err)
	}
	defer listened.Close()
	sent = nil // what it said when it opened
	s := *w.Service
	s.DB = listened

	// What every request of a clerk begins with.
	if _, err := (&login.Service{DB: listened, Now: s.Now}).Session(t.Context(), "of nobody"); err == nil {
		t.Fatal("nobody is signed in")
	}
	if err := rights.Check(t.Context(), listened, registrar, rights.PassholdersWrite, registrar.Counter); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Register(t.Context(), registrar, uuid.NewString(), r); err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("../bench/testdata/registration.sql")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for line := range strings.Lines(string(script)) {
		if statement, ok := strings.CutPrefix(line, "--- "); ok {
			named = append(named, strings.TrimSpace(statement))
		}
	}
	if diff := cmp.Diff(named, []string(sent)); diff != "" {
		t.Errorf("the script has (-), the program sends (+):\n%s", diff)
	}
}

// listener writes down the statements of connections, those of a batch one by one.
type listener []string

func (l *listener) add(sql string) { *l = append(*l, strings.Join(strings.Fields(sql), " ")) }

func (l *listener) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	l.add(q.SQL)
	return ctx
}

func (*listener) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (*listener) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

func (l *listener) TraceBatchQuery(_ context.Context, _ *pgx.Conn, q pgx.TraceBatchQueryData) {
	l.add(q.SQL)
}

func (*listener) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}
