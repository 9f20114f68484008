package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/idp"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/secret"
)

// strings of a one-column query.
func column(t *testing.T, d *db.DB, query string) []string {
	t.Helper()
	rows, err := d.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func TestUpkeepForgetsWhatHasHadItsTimeAndNothingElse(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, sql := range []string{
		`INSERT INTO idempotency (actor, key, fingerprint, outcome, created_at)
		 SELECT 'client:x', 'key of ' || age, '', '1', '2027-03-01T12:00Z'::timestamptz - age FROM unnest('{47 hours,49 hours}'::interval[]) AS age`,
		`INSERT INTO login_user (id, issuer, subject, created_at, last_login_at)
		 VALUES ('01900000-0000-7000-8000-000000000001', 'i', 's', now(), now())`,
		`INSERT INTO login_flow (state_hash, verifier, nonce, return_to, created_at)
		 SELECT sha256(age::text::bytea), age, '', '/', '2027-03-01T12:00Z'::timestamptz - age::interval FROM unnest('{9 minutes,11 minutes}'::text[]) AS age`,
		`INSERT INTO login_session (id_hash, user_id, created_at, last_seen_at, expires_at, user_agent)
		 SELECT sha256(name::bytea), '01900000-0000-7000-8000-000000000001', now(), seen::timestamptz, ends::timestamptz, name
		   FROM (VALUES ('in use', '2027-03-01T11:00Z', '2027-03-02T00:00Z'), ('idle', '2027-02-28T23:00Z', '2027-03-02T00:00Z'),
		                ('a week old', '2027-03-01T11:00Z', '2027-03-01T11:59Z')) v (name, seen, ends)`,
		`INSERT INTO organizer (id, name, account_id) VALUES ('desk', 'Desk', '01900000-0000-7000-8000-000000000002')`,
		`INSERT INTO eid_read (id, at, actor, organizer_id, verdict, files_sha256, expires_at)
		 SELECT gen_random_uuid(), '2027-03-01T12:00Z'::timestamptz - age, 'read ' || age || ' ago', 'desk', '{}', sha256(''), '2027-03-01T13:00Z'::timestamptz - age
		   FROM unnest('{59 minutes,61 minutes}'::interval[]) AS age`,
	} {
		if _, err := d.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := upkeep(t.Context(), parts{database: opened{DB: d}}, now); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		`SELECT key FROM idempotency`:           "key of 47:00:00",
		`SELECT verifier FROM login_flow`:       "9 minutes",
		`SELECT user_agent FROM login_session`:  "in use",
		`SELECT actor FROM eid_read`:            "read 00:59:00 ago",
		`SELECT to_regclass('audit_202706')`:    "audit_202706",
		`SELECT to_regclass('transfer_202706')`: "transfer_202706",
	} {
		if diff := cmp.Diff([]string{want}, column(t, d, query)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", query, diff)
		}
	}
}

func TestASandboxThatRunsOnWakesUpOnTheNextDay(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ring, err := secret.OpenRing(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	today := time.Now()
	if err := sandbox.Seed(t.Context(), d, ring, today); err != nil {
		t.Fatal(err)
	}
	const lunch = `SELECT (first_at AT TIME ZONE 'Europe/Brussels')::date::text FROM activity WHERE title = 'Testlunch met soep'`
	before := column(t, d, lunch)

	ctx, stop := context.WithCancel(t.Context())
	ticks, ended := make(chan time.Time), make(chan struct{})
	var log strings.Builder
	go func() {
		defer close(ended)
		keepUp(ctx, parts{database: opened{DB: d}, ring: ring, provider: &idp.Provider{}}, ticks, slog.New(slog.NewTextHandler(&log, nil)))
	}()
	tomorrow := today.Add(24 * time.Hour)
	ticks <- tomorrow
	ticks <- tomorrow // taken only when the first has been done
	stop()
	<-ended
	after := column(t, d, lunch)
	if len(before) != 1 || len(after) != 1 || before[0] >= after[0] || log.Len() > 0 {
		t.Errorf("lunch was on %v and is on %v; %s", before, after, log.String())
	}
}

func TestServeRefusesPeopleWhoseNationalNumbersItCannotRead(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	if err := update(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	ring := func() *secret.Ring {
		r, err := secret.OpenRing(t.TempDir() + "/keys")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	ours := ring()
	c := config{values: map[string]string{"sandbox": "true"}}
	if err := ready(t.Context(), c, parts{database: opened{DB: d}, ring: ours}); err != nil {
		t.Fatal(err)
	}
	err := ready(t.Context(), c, parts{database: opened{DB: d}, ring: ring()})
	if err == nil || !strings.Contains(err.Error(), "key ring") {
		t.Errorf("started with another key ring: %v", err)
	}
}
