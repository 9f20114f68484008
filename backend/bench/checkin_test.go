//go:build bench

package bench_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// target is what the API must reach of R7 at four clients.
const target = 0.9

// The variants, and how many clients each is measured with.
var (
	variants = []string{api, apiPerson, "R7", "RFF"}
	clients  = []int{1, 4, 16}
)

const (
	api       = "API"
	apiPerson = "API with the person"
)

type cell struct {
	variant string
	clients int
}

func setting(t *testing.T, name string, unset int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv("OPENBALIE_BENCH_"+name), strconv.Itoa(unset)))
	if err != nil || n < 1 {
		t.Fatalf("OPENBALIE_BENCH_%s is not a number", name)
	}
	return n
}

func TestCheckinBesideRawPostgreSQL(t *testing.T) {
	people, rounds := setting(t, "PEOPLE", 1_000_000), setting(t, "ROUNDS", 5)
	each := time.Duration(setting(t, "SECONDS", 5)) * time.Second
	ctx := t.Context()
	p := serve(t, dataDir(t))
	dsn := p.dsn(t)
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := conn.QueryRow(ctx, "SELECT current_setting($1)", name).Scan(&value); err != nil || value != "on" {
			t.Fatalf("%s is %q: %v", name, value, err)
		}
	}
	began := time.Now()
	c := newCrowd(people)
	c.load(ctx, t, conn)
	y := newYard(ctx, t, conn, dsn, people)
	execute(ctx, t, conn, "VACUUM (FREEZE, ANALYZE)")
	var before int
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM checkin").Scan(&before); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d people loaded twice in %v", people, time.Since(began).Round(time.Second))

	token := p.token(t)
	acknowledged := 0
	cpu := newProcessor(ctx, t, conn, p.cmd.Process.Pid)
	results, cost := map[cell][]float64{}, map[cell][]float64{}
	latency := map[int][]run{}
	for round := range rounds {
		var cells []cell
		for _, v := range variants {
			for _, n := range clients {
				cells = append(cells, cell{v, n})
			}
		}
		rand.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
		for _, at := range cells {
			settle(ctx, t, conn)
			if minimal := at.variant == api; minimal || at.variant == apiPerson {
				warm := load(t, p.addr, token, minimal, at.clients, time.Second, c)
				var profile sync.WaitGroup
				if round == 0 && minimal {
					profile.Go(func() { p.profile(ctx, t, fmt.Sprintf("checkin-%d", at.clients), int(each.Seconds())) })
				}
				before := cpu.used()
				got := load(t, p.addr, token, minimal, at.clients, each, c)
				cost[at] = append(cost[at], microseconds(cpu.used()-before, got.done))
				profile.Wait()
				acknowledged += warm.done + got.done
				results[at] = append(results[at], got.perSecond())
				if minimal {
					latency[at.clients] = append(latency[at.clients], got)
				}
				continue
			}
			script := strings.ToLower(at.variant) + ".sql"
			y.measure(ctx, t, script, at.clients, time.Second)
			before := cpu.used() + pgbenchUsed()
			tps := y.measure(ctx, t, script, at.clients, each)
			results[at] = append(results[at], tps)
			cost[at] = append(cost[at], microseconds(cpu.used()+pgbenchUsed()-before, int(tps*each.Seconds())))
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	report(t, results, cost, latency)

	var after, faults int
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM checkin").Scan(&after); err != nil || after-before != acknowledged {
		t.Errorf("%d check-ins were acknowledged, %d were written: %v", acknowledged, after-before, err)
	}
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM ledger_fault").Scan(&faults); err != nil || faults > 0 {
		t.Errorf("the ledger's verifier finds %d faults: %v", faults, err)
	}
}

// settle leaves every run the same: no dead rows, nothing left to write.
func settle(ctx context.Context, t *testing.T, conn *pgx.Conn) {
	t.Helper()
	execute(ctx, t, conn, "VACUUM account, usage_counter, yard.balance, yard.idempotency")
	execute(ctx, t, conn, "CHECKPOINT")
}

// report prints medians with the least and the most, and the ratios.
func report(t *testing.T, results, cost map[cell][]float64, latency map[int][]run) {
	t.Helper()
	var out strings.Builder
	line := func(name string, of func(n int) string) {
		fmt.Fprintf(&out, "%-29s", name)
		for _, n := range clients {
			fmt.Fprintf(&out, " | %-22s", of(n))
		}
		out.WriteString("\n")
	}
	line("check-ins per second", func(n int) string { return fmt.Sprintf("%d clients", n) })
	names := map[string]string{api: "API, all duties", apiPerson: "API, with the person", "R7": "R7, seven statements", "RFF": "RFF, one function"}
	for _, v := range variants {
		line(names[v], func(n int) string {
			r := results[cell{v, n}]
			return fmt.Sprintf("%.0f [%.0f–%.0f]", median(r), slices.Min(r), slices.Max(r))
		})
	}
	ratio := func(n int, to string) float64 {
		return median(results[cell{api, n}]) / median(results[cell{to, n}])
	}
	line("API ÷ R7", func(n int) string { return fmt.Sprintf("%.2f", ratio(n, "R7")) })
	line("API ÷ RFF", func(n int) string { return fmt.Sprintf("%.2f", ratio(n, "RFF")) })
	for _, v := range variants {
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
	if ratio(4, "R7") < target {
		verdict = "MISSED"
	}
	t.Logf("target: %.1f × R7 at 4 clients, measured: %.2f, %s", target, ratio(4, "R7"), verdict)
}

// microseconds is the processor time of one check-in: the server's, and that
// of the program or of pgbench, each of which does the client's half of the
// protocol.
func microseconds(used time.Duration, n int) float64 {
	return float64(used.Microseconds()) / float64(max(1, n))
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}
