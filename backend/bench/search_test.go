//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// What looking people up must reach: the median at all people beside that at
// ten thousand, and the slowest twentieth of searches by name.
const (
	fewPeople    = 10_000
	lookupGrowth = 1.2
	nameP95      = 50 * time.Millisecond
)

var searcher = who.Actor{Kind: who.Person, ID: "bench", Subject: "bench@openbalie.example", Counter: "bench-organizer-000"}

// TestLookingPeopleUp measures, through the services, what a counter does all
// day: from a number to a person, and from a name with a mistake in it.
func TestLookingPeopleUp(t *testing.T) {
	people, rounds := setting(t, "PEOPLE", 1_000_000), setting(t, "ROUNDS", 5)
	ctx := t.Context()
	server := private(ctx, t)
	ring, err := secret.OpenRing(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	few, all := newTown(ctx, t, server, ring, fewPeople), newTown(ctx, t, server, ring, people)

	t.Logf("look-up, median of %d:", 1000*rounds)
	for _, kind := range []string{"number", "chip", "national number"} {
		var small, large []time.Duration
		few.lookups(ctx, t, kind)
		all.lookups(ctx, t, kind)
		for range 10 * rounds { // by turns, so that what else the machine does is in both
			small = append(small, few.lookups(ctx, t, kind)...)
			large = append(large, all.lookups(ctx, t, kind)...)
		}
		a, b := quantile(small, 0.5), quantile(large, 0.5)
		t.Logf("  %-16s %8v at %d people, %8v at %d: × %.2f", kind, a, fewPeople, b, people, float64(b)/float64(a))
		if float64(b) > lookupGrowth*float64(a) {
			t.Errorf("a look-up by %s takes %.2f times as long with many people, at most %.1f is allowed", kind, float64(b)/float64(a), lookupGrowth)
		}
	}
	t.Logf("search by name at %d people:", people)
	for _, kind := range searchKinds {
		var took []time.Duration
		for range rounds {
			took = append(took, all.searches(ctx, t, kind)...)
		}
		p95 := quantile(took, 0.95)
		t.Logf("  %-34s median %8v, p95 %8v", kind, quantile(took, 0.5), p95)
		if p95 > nameP95 {
			t.Errorf("%s: p95 %v, at most %v is allowed", kind, p95, nameP95)
		}
	}
}

func quantile(d []time.Duration, q float64) time.Duration {
	slices.Sort(d)
	return d[min(len(d)-1, int(float64(len(d))*q))].Round(time.Microsecond)
}

// private is a server of this test's own.
func private(ctx context.Context, t *testing.T) string {
	t.Helper()
	server, err := db.Private(ctx, db.PrivateOptions{Dir: dataDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop(context.Background()) })
	return server.DSN()
}

// town is a database of people with names as they are in Belgium: a few very
// common ones, many rare, particles in front of a third of them.
type town struct {
	crowd
	first, last []string // of each person
	insz        []string
	cards       *card.Service
	profiles    *profile.Service
	dice        *rand.Rand
}

func newTown(ctx context.Context, t *testing.T, server string, ring *secret.Ring, people int) *town {
	t.Helper()
	began := time.Now()
	d, err := db.Open(ctx, database(ctx, t, server, fmt.Sprintf("people_%d", people)), db.Options{StatementTimeout: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	now := time.Now()
	if err := db.Migrate(ctx, d); err != nil {
		t.Fatal(err)
	}
	if err := db.EnsurePartitions(ctx, d, now); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	w := &town{
		crowd: newCrowd(people), dice: rand.New(rand.NewPCG(1, 2)),
		cards: &card.Service{DB: d, Now: clock, Ring: ring}, profiles: &profile.Service{DB: d, Now: clock, Ring: ring},
	}
	w.load(ctx, t, d.DSN(), ring, now)
	t.Logf("%d people loaded in %v", people, time.Since(began).Round(time.Second))
	return w
}

func database(ctx context.Context, t *testing.T, server, name string) string {
	t.Helper()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	was := conn.Config().Database
	execute(ctx, t, conn, "CREATE DATABASE "+name)
	at := strings.LastIndex(server, "/"+was)
	if at < 0 {
		at = strings.LastIndex(server, "dbname="+was)
		return server[:at] + "dbname=" + name + server[at+len("dbname="+was):]
	}
	return server[:at] + "/" + name + server[at+len("/"+was):]
}

func (w *town) load(ctx context.Context, t *testing.T, dsn string, ring *secret.Ring, now time.Time) {
	t.Helper()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	w.name()
	execute(ctx, t, conn, "INSERT INTO card_system (id, name) VALUES ($1, 'Bench')", cardSystem)
	execute(ctx, t, conn, "INSERT INTO organizer (id, name, account_id) VALUES ($1, 'Bench', $2)", searcher.Counter, w.id('o', 0))
	execute(ctx, t, conn, "INSERT INTO organizer_card_system (organizer_id, card_system_id) VALUES ($1, $2)", searcher.Counter, cardSystem)
	execute(ctx, t, conn, "INSERT INTO rights_grant VALUES ('PERSON', $1, $2, 'CLERK', 'bench', now())", searcher.Subject, searcher.Counter)
	born := time.Date(1940, 1, 1, 0, 0, 0, 0, time.UTC)
	columns := []string{"id", "name", "first_name", "date_of_birth", "street", "postal_code", "city", "created_at", "insz_cipher", "insz_hash", "insz_hash_key"}
	copyInto(ctx, t, conn, "passholder", columns, w.people, func(i int) []any {
		n, err := secret.ParseNationalNumber(w.insz[i])
		if err != nil {
			t.Fatal(err)
		}
		// Nobody opens these; what is found by is the hash.
		return []any{
			w.id('p', i), w.last[i], w.first[i], born.AddDate(0, 0, i%25000), fmt.Sprintf("Kerkstraat %d", i%200), "9999", "Nergens", now,
			[]byte("sealed"), ring.Hashes(n)[0], ring.HashKey(),
		}
	})
	execute(ctx, t, conn, "SET session_replication_role = replica")
	copyInto(ctx, t, conn, "card", []string{"id", "card_system_id", "uitpas_number", "chip", "card_type", "status", "passholder_id", "status_at"}, w.people, func(i int) []any {
		return []any{w.id('c', i), cardSystem, w.number(i), w.chip(i), "NFC_CARD", "ACTIVE", w.id('p', i), now}
	})
	copyInto(ctx, t, conn, "membership", []string{"passholder_id", "card_system_id", "status", "since"}, w.people, func(i int) []any {
		return []any{w.id('p', i), cardSystem, "ACTIVE", now}
	})
	execute(ctx, t, conn, "SET session_replication_role = DEFAULT")
	execute(ctx, t, conn, "VACUUM (FREEZE, ANALYZE)")
}

func (*town) chip(i int) []byte {
	return []byte{4, 0xbe, 0, byte(i >> 16), byte(i >> 8), byte(i), 0x80}
}

// name gives everybody a name and a national number.
func (w *town) name() {
	top := []string{"Peeters", "Janssens", "Maes", "Jacobs", "Mertens", "Willems", "Claes", "Goossens", "De Smet", "Van Damme", "Van den Bossche", "Vermeulen", "Dubois", "Lambert", "El Amrani", "Yılmaz", "Van den Berg", "Vandenberghe"}
	particles := []string{"Van ", "Van de ", "Van den ", "De ", "Van der ", "Vande", "Vander"}
	surnames := w.invent(top, 100_000, []string{"ck", "k", "l", "ls", "n", "ns", "rs", "ts", "rt", "ng", "nd", "rg", "lm", "mans", "ers", "erts", "sen", "ssens", "meulen", "straete", "velde", "berg", "bossche", "hove"}, particles)
	firsts := w.invent([]string{"Jan", "Marie", "An", "Emma", "Lucas", "Louise", "Mohamed", "Fatima", "Jean-Luc", "Élodie", "Koen", "Els"}, 5_000, []string{"a", "e", "ie", "y", "o", "en", "us", "ke", "tje"}, nil) //nolint:misspell // the end of a Dutch name
	for i := range w.people {
		w.last = append(w.last, surnames[w.rank(len(surnames), 20)])
		w.first = append(w.first, firsts[w.rank(len(firsts), 5)])
		digits := int64(i/(12*28*900)%100)*10_000_000 + int64(i/(28*900)%12+1)*100_000 + int64(i/900%28+1)*1000 + int64(i%900+1)
		w.insz = append(w.insz, fmt.Sprintf("%09d%02d", digits, 97-digits%97))
	}
}

// rank draws a place in a list in which the first are the most common.
func (w *town) rank(n int, flat float64) int {
	for {
		if i := int(flat * (1/(1-w.dice.Float64()) - 1)); i < n {
			return i
		}
	}
}

func (w *town) invent(names []string, n int, ends, particles []string) []string {
	starts := []string{"b", "br", "d", "dr", "f", "g", "gr", "h", "k", "kl", "l", "m", "n", "p", "r", "s", "st", "sch", "t", "v", "w", "ver", "z"}
	vowels := []string{"a", "aa", "e", "ee", "i", "ie", "o", "oo", "oe", "u", "ui", "ij", "eu", "ou"}
	pick := func(list []string) string { return list[w.dice.IntN(len(list))] }
	seen := map[string]bool{}
	for len(names) < n {
		name := pick(starts) + pick(vowels) + pick([]string{"", "l", "r", "n", "s"})
		if w.dice.IntN(2) == 0 {
			name += pick(starts) + pick(vowels)
		}
		name += pick(ends)
		name = strings.ToUpper(name[:1]) + name[1:]
		if particles != nil && w.dice.IntN(3) == 0 {
			name = pick(particles) + name
		}
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

func (w *town) lookups(ctx context.Context, t *testing.T, kind string) []time.Duration {
	t.Helper()
	out := make([]time.Duration, 100)
	for n := range out {
		i := w.dice.IntN(w.people)
		identifier := w.number(i)
		switch kind {
		case "chip":
			identifier = string(card.ChipOf(w.chip(i)))
		case "national number":
			identifier = w.insz[i]
		}
		began := time.Now()
		found, err := w.cards.Identify(ctx, searcher, identifier)
		out[n] = time.Since(began)
		if err != nil || found.PassholderID != w.id('p', i) {
			t.Fatalf("%s %s is %v, %v", kind, identifier, found.PassholderID, err)
		}
	}
	return out
}

// searchKinds are what clerks type.
var searchKinds = []string{"first name and surname", "surname, first name, one letter out", "surname with a letter too many", "surname alone", "first name alone", "the beginning of a surname"}

func (w *town) searches(ctx context.Context, t *testing.T, kind string) []time.Duration {
	t.Helper()
	out := make([]time.Duration, 100)
	for n := range out {
		i := w.dice.IntN(w.people)
		first, last := w.first[i], w.last[i]
		text, sure := first+" "+last, false
		switch kind {
		case searchKinds[0]:
			sure = true
		case searchKinds[1]:
			text = w.without(last) + " " + first
		case searchKinds[2]:
			text = w.twice(last)
		case searchKinds[3]:
			text = strings.ReplaceAll(last, " ", "")
		case searchKinds[4]:
			text = first
		case searchKinds[5]:
			text = last[:min(len(last), max(3, len(last)*2/3))]
		}
		began := time.Now()
		r, err := w.profiles.Search(ctx, searcher, profile.Criteria{Text: text}, profile.Page{Limit: 20})
		out[n] = time.Since(began)
		if err != nil || sure && !r.More && !slices.Contains(r.People, w.person(i)) {
			t.Fatalf("%q does not find %s %s: %v", text, first, last, err)
		}
	}
	return out
}

func (w *town) person(i int) uuid.UUID { return w.id('p', i) }

func (w *town) without(s string) string {
	r := []rune(s)
	at := len(r)/2 + w.dice.IntN(max(1, len(r)/2))
	return string(slices.Delete(r, at, at+1))
}

func (w *town) twice(s string) string {
	r := []rune(s)
	at := 1 + w.dice.IntN(max(1, len(r)-1))
	return string(r[:at]) + string(r[at-1:])
}
