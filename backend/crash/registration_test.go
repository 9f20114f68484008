package crash_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// The registrations that are sent before the last blow, and how many blows there
// are.
const (
	registrations = 500
	deaths        = 9
)

// The counter of the official test data set, and its card system.
const (
	testOrganizer = "0ce87cbc-9299-4528-8d35-92225dc9489f"
	testSystem    = 2
)

// A register is what clients were told of those they registered.
type register struct {
	mu    sync.Mutex
	next  int
	acked []string // passholders
}

func TestNoRegistrationIsHalfDone(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("finds PostgreSQL's processes in /proc")
	}
	p := build(t)
	p.start(t)
	conn := connect(t, p)
	_, err := conn.Exec(t.Context(), `
		WITH range AS (
			INSERT INTO card_number_range (id, card_system_id, prefix, first_serial, next_serial, last_serial)
			VALUES (gen_random_uuid(), $1, '07777', 0, 0, 99999))
		INSERT INTO voucher (number, voucher_type_id, max_uses, created_at)
		SELECT 'CRASH' || n, (SELECT id FROM voucher_type WHERE card_system_id = $1 LIMIT 1), 1, now() FROM generate_series(1, $2) n`,
		testSystem, 20*registrations)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close(t.Context())
	book := &register{}
	dice := rand.New(rand.NewPCG(2026, 12))
	for n := range deaths {
		token, err := p.token()
		if err != nil {
			t.Fatal(err)
		}
		before, stop := len(book.acked), make(chan struct{})
		var load sync.WaitGroup
		for range clients {
			load.Go(func() { registerPeople(p, book, token, stop) })
		}
		wait(t, book, (n+1)*registrations/deaths)
		time.Sleep(time.Duration(dice.IntN(60)) * time.Millisecond) // at any point of the next ones
		how := strike(t, p, n)
		close(stop)
		load.Wait()
		if how.restart {
			p.start(t)
		} else {
			p.ready(t)
		}
		book.verify(t, p, how.name)
		if t.Failed() || len(book.acked) == before {
			t.Fatalf("after blow %d (%s), %d acknowledged:\n%s", n, how.name, len(book.acked)-before, p.said())
		}
	}
	t.Logf("%d blows, %d registrations acknowledged, none lost, none half done", deaths, len(book.acked))
}

// wait returns when so many are acknowledged.
func wait(t *testing.T, book *register, many int) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		book.mu.Lock()
		done := len(book.acked)
		book.mu.Unlock()
		if done >= many {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d registrations in two minutes", done)
		}
	}
}

// registerPeople registers one person after the other, each second one with a
// voucher, until it may stop or an answer stays away.
func registerPeople(p *program, book *register, token string, stop <-chan struct{}) {
	client := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	for {
		select {
		case <-stop:
			return
		default:
		}
		book.mu.Lock()
		book.next++
		n := book.next
		book.mu.Unlock()
		id, err := newPerson(client, p, token, n)
		if err != nil {
			return
		}
		book.mu.Lock()
		book.acked = append(book.acked, id)
		book.mu.Unlock()
	}
}

func newPerson(client *http.Client, p *program, token string, n int) (string, error) {
	voucher := ""
	if n%2 == 0 {
		voucher = fmt.Sprintf(`,"registrationVoucher":"CRASH%d"`, n)
	}
	body := fmt.Sprintf(`{"name":"Crash %c%c%c","firstName":"Ann","dateOfBirth":"19%02d-03-02","inszNumber":"%s","gender":"FEMALE",
		"address":{"street":"Markt 1","postalCode":"9000","city":"Gent","country":"be"},"registrationOrganizer":{"id":%q},
		"registrationCardSystemId":%d,"registrationCardType":"DIGITAL","legalTermsPaper":true%s}`,
		'a'+n%26, 'a'+n/26%26, 'a'+n/676%26, 40+n/400, insz(n), testOrganizer, testSystem, voucher)
	request, err := http.NewRequest(http.MethodPost, "http://"+p.addr+"/api/uitpas/passholders", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %d: %s, %w", answer.StatusCode, text, err)
	}
	var out struct {
		ID string `json:"id"`
	}
	err = json.Unmarshal(text, &out)
	return out.ID, err
}

// insz is the national number of the n-th woman born on 2 March of some year.
func insz(n int) string {
	nine := (40+n/400)*10_000_000 + 302_000 + n%400*2 + 2
	return fmt.Sprintf("%09d%02d", nine, 97-nine%97)
}

// verify looks for each person who was acknowledged, and for anybody who is
// there in part.
func (b *register) verify(t *testing.T, p *program, how string) {
	t.Helper()
	conn := connect(t, p)
	var missing, half, numbers, vouchers, faults int
	err := conn.QueryRow(t.Context(), `
		WITH one AS (
			SELECT p.id,
				(SELECT count(*) FROM card c WHERE c.passholder_id = p.id AND c.status = 'ACTIVE') AS cards,
				(SELECT count(*) FROM membership m WHERE m.passholder_id = p.id AND m.status = 'ACTIVE') AS memberships,
				(SELECT count(*) FROM registration r WHERE r.passholder_id = p.id) AS registrations,
				(SELECT count(*) FROM account a WHERE a.id = p.id) AS accounts,
				(SELECT count(*) FROM consent o WHERE o.passholder_id = p.id) AS consents
			FROM passholder p WHERE p.name LIKE 'Crash %')
		SELECT (SELECT count(*) FROM unnest($1::uuid[]) a WHERE NOT EXISTS (SELECT FROM one WHERE one.id = a)),
		       (SELECT count(*) FROM one WHERE (cards, memberships, registrations, accounts) <> (1, 1, 1, 1) OR consents = 0),
		       (SELECT count(*) FROM card c WHERE uitpas_number LIKE '07777%' AND NOT EXISTS (SELECT FROM one WHERE one.id = c.passholder_id)),
		       (SELECT count(*) FROM voucher v WHERE v.number LIKE 'CRASH%'
		           AND v.used + v.held <> (SELECT count(*) FROM registration r WHERE r.voucher_number = v.number)),
		       (SELECT count(*) FROM ledger_fault)`, b.acked).Scan(&missing, &half, &numbers, &vouchers, &faults)
	if err != nil {
		t.Fatal(err)
	}
	if missing+half+numbers+vouchers+faults > 0 {
		t.Errorf("%s killed: of %d acknowledged people %d are lost, %d people are there in part, %d digital cards are nobody's, %d vouchers are spent on nothing, %d faults",
			how, len(b.acked), missing, half, numbers, vouchers, faults)
	}
	_ = conn.Close(t.Context())
}
