package crash_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const (
	kills   = 20
	clients = 6
)

// testEvent is the permanent event of the official test data set.
const testEvent = "5a0967f9-cc06-4c3c-9206-30481a767434"

func TestNoAcknowledgedCheckinIsLost(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("finds PostgreSQL's processes in /proc")
	}
	p := build(t)
	p.start(t)
	numbers := openTheFlood(t, p)
	book := &ledger{acked: map[string]string{}, lost: map[string]call{}}
	dice := rand.New(rand.NewPCG(2026, 11))
	acked := 0
	for n := range kills {
		stop := make(chan struct{})
		var load sync.WaitGroup
		token, err := p.token()
		if err != nil {
			t.Fatal(err)
		}
		for i := range clients {
			seed := uint64(n*clients + i)
			load.Go(func() { checkPeopleIn(p, book, token, numbers, seed, stop) })
		}
		time.Sleep(time.Duration(150+dice.IntN(500)) * time.Millisecond)
		how := strike(t, p, n)
		close(stop)
		load.Wait()
		if how.restart {
			p.start(t)
		} else {
			p.ready(t)
		}
		book.settle(t, p)
		book.verify(t, p, how.name)
		if len(book.acked) == acked {
			t.Errorf("kill %d: no check-in was acknowledged before it", n)
		}
		acked = len(book.acked)
		if t.Failed() {
			t.Fatalf("after kill %d (%s):\n%s", n, how.name, p.said())
		}
	}
	t.Logf("%d kills, %d check-ins acknowledged, none lost", kills, acked)
}

// blow is a way to die.
type blow struct {
	name    string
	restart bool // somebody has to start the program again
}

// strike kills one of three things: the program, whose server the system then
// ends; its server, which the program starts again; or everything at once.
func strike(t *testing.T, p *program, n int) blow {
	t.Helper()
	server := p.postmaster(t)
	switch n % 3 {
	case 0:
		p.kill()
		return blow{"openbalie", true}
	case 1:
		for _, pid := range append(children(t, server), server) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		return blow{"PostgreSQL and its back ends", false}
	default:
		backends := children(t, server)
		_ = syscall.Kill(server, syscall.SIGKILL)
		p.kill()
		for _, pid := range backends {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		return blow{"everything", true}
	}
}

// openTheFlood lifts the limit of the test event, so that the same people can
// come all the time, and returns the numbers of some of them.
func openTheFlood(t *testing.T, p *program) []string {
	t.Helper()
	conn := connect(t, p)
	var durable bool
	err := conn.QueryRow(t.Context(), "SELECT bool_and(setting = 'on') FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')").Scan(&durable)
	if err != nil || !durable {
		t.Fatalf("the server does not sync to disk: %v", err)
	}
	if _, err := conn.Exec(t.Context(), "UPDATE activity SET checkin_limit_volume = 1000000 WHERE id = $1", testEvent); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(t.Context(), `
		SELECT uitpas_number FROM card c WHERE status = 'ACTIVE'
		   AND EXISTS (SELECT FROM membership m WHERE m.passholder_id = c.passholder_id AND m.status = 'ACTIVE') LIMIT 40`)
	if err != nil {
		t.Fatal(err)
	}
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(numbers) == 0 {
		t.Fatalf("nobody to check in: %v", err)
	}
	return numbers
}

func connect(t *testing.T, p *program) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.dsn(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// checkPeopleIn sends one check-in after the other until it may stop or an
// answer stays away.
func checkPeopleIn(p *program, book *ledger, token string, numbers []string, seed uint64, stop <-chan struct{}) {
	client := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	dice := rand.New(rand.NewPCG(seed, 1))
	for {
		select {
		case <-stop:
			return
		default:
		}
		key, what := uuid.NewString(), call{numbers[dice.IntN(len(numbers))], testEvent}
		id, status, err := send(client, p, token, key, what)
		book.mu.Lock()
		if status == http.StatusCreated && err == nil {
			book.acked[key] = id
		} else {
			// An error, and a 5xx, say nothing about what was written.
			book.lost[key] = what
		}
		book.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func send(client *http.Client, p *program, token, key string, what call) (id string, status int, err error) {
	body := fmt.Sprintf(`{"uitpasNumber":%q,"eventId":%q}`, what.number, what.activity)
	request, err := http.NewRequest(http.MethodPost, "http://"+p.addr+"/api/uitpas/checkins", strings.NewReader(body))
	if err != nil {
		return "", 0, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Prefer", "return=minimal")
	request.Header.Set("Idempotency-Key", key)
	answer, err := client.Do(request)
	if err != nil {
		return "", 0, err
	}
	defer answer.Body.Close()
	var out struct {
		ID string `json:"id"`
	}
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode == http.StatusCreated {
		err = json.Unmarshal(text, &out)
	}
	return out.ID, answer.StatusCode, err
}

// settle sends again what was never answered, under the same keys, twice: the
// second time must tell of the same check-in.
func (b *ledger) settle(t *testing.T, p *program) {
	t.Helper()
	token, err := p.token()
	if err != nil {
		t.Fatal(err)
	}
	for key, what := range b.lost {
		first, status, err := send(http.DefaultClient, p, token, key, what)
		if err != nil || status != http.StatusCreated {
			t.Errorf("resending %s: status %d, %v", key, status, err)
			continue
		}
		if again, _, err := send(http.DefaultClient, p, token, key, what); err != nil || again != first {
			t.Errorf("%s was %s and then %s: %v", key, first, again, err)
		}
		b.acked[key] = first
	}
	clear(b.lost)
}

// verify looks for each acknowledged check-in in the ledger, for more than
// that, and for anything the verifier finds.
func (b *ledger) verify(t *testing.T, p *program, how string) {
	t.Helper()
	conn := connect(t, p)
	ids := make([]string, 0, len(b.acked))
	for _, id := range b.acked {
		ids = append(ids, id)
	}
	var missing, extra, faults int
	err := conn.QueryRow(t.Context(), `
		SELECT (SELECT count(*) FROM unnest($1::uuid[]) a WHERE NOT EXISTS (SELECT FROM checkin c WHERE c.id = a)
		           OR NOT EXISTS (SELECT FROM transfer t WHERE t.group_id = a AND t.id = a)),
		       (SELECT count(*) FROM checkin c WHERE channel = 'API' AND NOT EXISTS (SELECT FROM unnest($1::uuid[]) a WHERE a = c.id)),
		       (SELECT count(*) FROM ledger_fault)`, ids).Scan(&missing, &extra, &faults)
	if err != nil {
		t.Fatal(err)
	}
	if missing > 0 || extra > 0 || faults > 0 {
		t.Errorf("%s killed: of %d acknowledged check-ins %d are lost; %d that nobody knows of; the verifier finds %d faults",
			how, len(ids), missing, extra, faults)
	}
	_ = conn.Close(t.Context())
}
