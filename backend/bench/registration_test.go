//go:build bench

package bench_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/secret"
)

// registrationTarget is what the API must reach at four clients, beside pgbench
// running the same statements one by one.
const registrationTarget = 0.6

const (
	desks        = 16   // counters with a clerk each
	cardsASecond = 1000 // that one desk needs for each second of a round, at most
)

// A plain registration through the API of the counter app: a new adult with a
// national number, a card from stock, paid in cash; no eID, picture, mail or PDF.
// The yardstick is pgbench with the statements that the program sends for it, see
// testdata/registration.sql, each in a round trip of its own, on the same tables.
func TestRegistrationBesideRawPostgreSQL(t *testing.T) {
	people, rounds := setting(t, "PEOPLE", 1_000_000), setting(t, "ROUNDS", 5)
	each := time.Duration(setting(t, "SECONDS", 5)) * time.Second
	ctx := t.Context()
	p := serve(t, dataDir(t))
	conn, err := pgx.Connect(ctx, p.dsn(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	began := time.Now()
	h := newTownHall(ctx, t, conn, p, people, rounds*(int(each.Seconds())+1)*cardsASecond)
	t.Logf("%d people loaded in %v", people, time.Since(began).Round(time.Second))

	results, cost, latency := map[cell][]float64{}, map[cell][]float64{}, map[int][]run{}
	cpu := newProcessor(ctx, t, conn, p.cmd.Process.Pid)
	acknowledged := 0
	for round := range rounds {
		var cells []cell
		for _, v := range registering {
			for _, n := range clients {
				cells = append(cells, cell{v, n})
			}
		}
		rand.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
		for _, at := range cells {
			execute(ctx, t, conn, "VACUUM receipt_counter, outbox, card, name_word")
			execute(ctx, t, conn, "CHECKPOINT")
			switch at.variant {
			case api:
				acknowledged += h.load(t, at.clients, time.Second).done
				var profile sync.WaitGroup
				if round == 0 {
					profile.Go(func() { p.profile(ctx, t, fmt.Sprintf("registration-%d", at.clients), int(each.Seconds())) })
				}
				before := cpu.used()
				got := h.load(t, at.clients, each)
				cost[at] = append(cost[at], microseconds(cpu.used()-before, got.done))
				profile.Wait()
				acknowledged += got.done
				results[at], latency[at.clients] = append(results[at], got.perSecond()), append(latency[at.clients], got)
			default:
				h.pgbench(ctx, t, at.clients, time.Second)
				before := cpu.used() + pgbenchUsed()
				tps := h.pgbench(ctx, t, at.clients, each)
				cost[at] = append(cost[at], microseconds(cpu.used()+pgbenchUsed()-before, int(tps*each.Seconds())))
				results[at] = append(results[at], tps)
			}
			if t.Failed() {
				t.FailNow()
			}
		}
	}
	h.report(t, results, cost, latency)

	var written, half int
	err = conn.QueryRow(ctx, `SELECT count(*), count(*) FILTER (WHERE c.status <> 'ACTIVE' OR c.passholder_id <> r.passholder_id)
		FROM registration r JOIN card c ON c.id = r.card_id JOIN passholder p ON p.id = r.passholder_id
		WHERE r.actor = $1 AND p.insz_hash_key <> 'pgbench'`, h.actor).Scan(&written, &half)
	if err != nil || written != acknowledged || half > 0 {
		t.Errorf("%d registrations were acknowledged, %d were written, %d of them half: %v", acknowledged, written, half, err)
	}
}

// The variants that register people.
const rawStatements = "pgbench"

var registering = []string{api, rawStatements}

// townHall has clerks at desks with cards in stock.
type townHall struct {
	*town
	addr, pgbenchPath, dsn string
	token, actor           string // of the clerk's session
	serial                 [desks]int
	ours, box              int // cards in stock at each desk: for the program, and in all
	raw                    int // cards that pgbench has taken of each box
}

func newTownHall(ctx context.Context, t *testing.T, conn *pgx.Conn, p *program, people, ours int) *townHall {
	t.Helper()
	ring, err := secret.OpenRing(filepath.Join(p.dir, "keyring"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	w := &town{crowd: newCrowd(people), dice: rand.New(rand.NewPCG(1, 2))}
	w.load(ctx, t, p.dsn(t), ring, now)
	h := &townHall{town: w, addr: p.addr, dsn: p.dsn(t), pgbenchPath: pgbench(t), ours: ours, box: ours * 12 / 5}
	execute(ctx, t, conn, "SET session_replication_role = replica")
	copyInto(ctx, t, conn, "organizer", []string{"id", "name", "city", "account_id"}, desks, func(i int) []any {
		return []any{desk(i), "Bench", "Nergens", w.id('d', i)}
	})
	copyInto(ctx, t, conn, "organizer_card_system", []string{"organizer_id", "card_system_id"}, desks, func(i int) []any {
		return []any{desk(i), cardSystem}
	})
	copyInto(ctx, t, conn, "rights_grant", []string{"subject_kind", "subject", "organizer_id", "role", "granted_by", "granted_at"}, desks, func(i int) []any {
		return []any{"PERSON", searcher.Subject, desk(i), "REGISTRAR", "bench", now}
	})
	copyInto(ctx, t, conn, "card", []string{"id", "card_system_id", "uitpas_number", "card_type", "status", "counter_id", "status_at"}, desks*h.box, func(i int) []any {
		return []any{w.id('s', i), cardSystem, string(stockNumber(t, i)), "NFC_CARD", "LOCAL_STOCK", desk(i / h.box), now}
	})
	execute(ctx, t, conn, "SET session_replication_role = DEFAULT")
	execute(ctx, t, conn, "INSERT INTO card_system_city (card_system_id, postal_code, name) VALUES ($1, '9999', 'Nergens')", cardSystem)
	execute(ctx, t, conn, "INSERT INTO price_list (id, card_system_id, valid, created_at, created_by) VALUES ($1, $2, '[2020-01-01,)', now(), 'bench')", w.id('l', 0), cardSystem)
	for i, line := range []string{"NULL, NULL, NULL, 500", "NULL, 17, NULL, 300", "NULL, NULL, true, 100", "'LOSS_THEFT', NULL, NULL, 200", "'DEFECT', NULL, NULL, 0", "NULL, 17, true, 0"} {
		execute(ctx, t, conn, "INSERT INTO price_row (id, price_list_id, position, reason, age_until, social_tariff, cents) VALUES ($1, $2, $3, "+line+")", w.id('r', i), w.id('l', 0), i+1)
	}
	h.signIn(ctx, t, conn, now)
	execute(ctx, t, conn, "VACUUM (FREEZE, ANALYZE)")
	return h
}

// signIn makes a session, as a login at the provider leaves one.
func (h *townHall) signIn(ctx context.Context, t *testing.T, conn *pgx.Conn, now time.Time) {
	t.Helper()
	user, token := uuid.New(), base64.RawURLEncoding.EncodeToString([]byte("a session of the bench, 32 bytes"))
	execute(ctx, t, conn, "INSERT INTO login_user (id, issuer, subject, email, name, created_at, last_login_at) VALUES ($1, 'bench', 'bench', $2, 'Bench', $3, $3)", user, searcher.Subject, now)
	sum := sha256.Sum256([]byte(token))
	execute(ctx, t, conn, "INSERT INTO login_session (id_hash, user_id, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)", sum[:], user, now, now.AddDate(0, 0, 1))
	h.token, h.actor = token, "person:"+user.String()
}

// desk names a counter by a number, which pgbench can count to.
func desk(i int) string { return strconv.Itoa(7000 + i) }

func stockNumber(t *testing.T, i int) card.Number {
	t.Helper()
	n, err := card.NewNumber(fmt.Sprintf("7770%07d", i), false)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// newcomer is the body of a registration with the n-th card of a desk's box.
func (h *townHall) newcomer(t *testing.T, r []byte, desk, n int, dice *rand.Rand) []byte {
	t.Helper()
	at := desk*h.box + n
	i, j := dice.IntN(len(h.first)), dice.IntN(len(h.last))
	// Women with numbers that the town does not have.
	year, month, day, serial := at%8, at/8%12+1, at/96%28+1, at/2688*2+2
	nine := int64(99-year)*10_000_000 + int64(month*100_000+day*1000+serial)
	r = fmt.Appendf(r, `{"people":[{"cardSystemId":%d,"cardType":"NFC_CARD","uitpasNumber":%q,"payment":"CASH","firstName":%q,"name":%q,`,
		cardSystem, stockNumber(t, at), h.first[i], h.last[j])
	r = fmt.Appendf(r, `"dateOfBirth":"19%02d-%02d-%02d","gender":"FEMALE","inszNumber":"%09d%02d","nationality":"Belg","placeOfBirth":"Gent",`, 99-year, month, day, nine, 97-nine%97)
	return append(r, `"address":{"street":"Kerkstraat 1","postalCode":"9999","city":"Nergens"},"noEmail":true,"acceptDoubles":true,`+
		`"consents":{"legalTermsPaper":true,"serviceMails":false,"milestoneMails":false,"infoMails":false,"sms":false,"post":false}}]}`...)
}

// load lets so many clerks register people for a while, each at a desk.
func (h *townHall) load(t *testing.T, clerks int, d time.Duration) run {
	t.Helper()
	var group sync.WaitGroup
	took := make([][]time.Duration, clerks)
	began := time.Now()
	for i := range clerks {
		group.Go(func() {
			client, err := dial(h.addr, uint64(began.UnixNano())+uint64(i))
			if err != nil {
				t.Error(err)
				return
			}
			defer client.conn.Close()
			client.head = []byte("POST /api/v1/registrations HTTP/1.1\r\nHost: " + h.addr + "\r\nCookie: " + login.Cookie + "=" + h.token +
				"\r\nX-Counter: " + desk(i) + "\r\nContent-Type: application/json\r\nAccept: application/json\r\nIdempotency-Key: ")
			var body []byte
			for at := time.Now(); at.Sub(began) < d; {
				if h.serial[i] == h.ours {
					t.Error("no cards are left in stock")
					return
				}
				body = h.newcomer(t, body[:0], i, h.serial[i], client.dice)
				h.serial[i]++
				status, err := client.post(body)
				now := time.Now()
				if err != nil || status != 201 {
					t.Errorf("status %d, error %v", status, err)
					return
				}
				took[i] = append(took[i], now.Sub(at))
				at = now
			}
		})
	}
	group.Wait()
	return summed(took, time.Since(began))
}

// pgbench runs the program's statements one by one, with the rest of the cards of
// each desk's box.
func (h *townHall) pgbench(ctx context.Context, t *testing.T, clerks int, d time.Duration) float64 {
	t.Helper()
	variables := map[string]string{
		"box": strconv.Itoa(h.box), "taken": strconv.Itoa(h.ours + h.raw), "i": "0", "token": h.token, "actor": h.actor,
	}
	args := []string{"-n", "-M", "prepared", "-c", strconv.Itoa(clerks), "-j", strconv.Itoa(min(clerks, 2)), "-T", strconv.Itoa(int(d.Seconds()))}
	for name, value := range variables {
		args = append(args, "-D", name+"="+value)
	}
	out, err := exec.CommandContext(ctx, h.pgbenchPath, append(args, "-f", filepath.Join("testdata", "registration.sql"), h.dsn)...).CombinedOutput()
	found := perSecond.FindSubmatch(out)
	if err != nil || found == nil {
		t.Fatalf("pgbench: %v\n%s", err, out)
	}
	tps, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	h.raw += int(1.2*tps*d.Seconds())/clerks + 100 // more than any desk has used
	if h.raw > h.box-h.ours {
		t.Fatal("no cards are left in stock for pgbench")
	}
	return tps
}

func (h *townHall) report(t *testing.T, results, cost map[cell][]float64, latency map[int][]run) {
	t.Helper()
	var out strings.Builder
	line := func(name string, of func(n int) string) {
		fmt.Fprintf(&out, "%-31s", name)
		for _, n := range clients {
			fmt.Fprintf(&out, " | %-22s", of(n))
		}
		out.WriteString("\n")
	}
	ratio := func(n int) float64 {
		return median(results[cell{api, n}]) / median(results[cell{rawStatements, n}])
	}
	line("registrations per second", func(n int) string { return fmt.Sprintf("%d clients", n) })
	for _, v := range registering {
		line(v, func(n int) string {
			r := results[cell{v, n}]
			return fmt.Sprintf("%.0f [%.0f–%.0f]", median(r), slices.Min(r), slices.Max(r))
		})
	}
	line("API ÷ pgbench", func(n int) string { return fmt.Sprintf("%.2f", ratio(n)) })
	for _, v := range registering {
		line("µs of CPU, "+v, func(n int) string { return fmt.Sprintf("%.0f", median(cost[cell{v, n}])) })
	}
	line("API p50 · p99", func(n int) string {
		var p50, p99 []float64
		for _, r := range latency[n] {
			p50, p99 = append(p50, r.p50.Seconds()*1000), append(p99, r.p99.Seconds()*1000)
		}
		return fmt.Sprintf("%.2f · %.2f ms", median(p50), median(p99))
	})
	t.Logf("medians of %d rounds\n%s", len(results[cell{api, 1}]), &out)
	verdict := "reached"
	if ratio(4) < registrationTarget {
		verdict = "MISSED"
	}
	t.Logf("target: %.1f × the same statements at 4 clients, measured: %.2f, %s", registrationTarget, ratio(4), verdict)
}
