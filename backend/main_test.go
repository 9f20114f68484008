package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func try(t *testing.T, env map[string]string, args ...string) (code int, out, said string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, program{env: func(k string) string { return env[k] }, out: &o, err: &e})
	return code, o.String(), e.String()
}

func TestFlagsGoBeforeTheEnvironmentWhichGoesBeforeTheFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "openbalie.toml")
	text := "addr = \":1\"\nlog-level = \"debug\"\nbridge-port = 4\nhelp-contacts = \"An Peeters <an@example.org>\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"OPENBALIE_CONFIG": file, "OPENBALIE_ADDR": ":2", "OPENBALIE_LOG_LEVEL": "warn", "OPENBALIE_OIDC_CLIENT_SECRET": "hush", "OPENBALIE_DB": "postgres://u:hush@h/d"}
	code, out, said := try(t, env, "serve", "--addr", ":3", "--print-config")
	if code != 0 {
		t.Fatalf("%d %s", code, said)
	}
	for _, line := range []string{"addr :3 --addr", "log-level warn OPENBALIE_LOG_LEVEL", "bridge-port 4 " + file, "metrics-addr 127.0.0.1:9090 default", "oidc-client-secret (set) OPENBALIE_OIDC_CLIENT_SECRET", "db postgres://u:xxxxx@h/d OPENBALIE_DB"} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), line) {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
	if strings.Contains(out, "hush") {
		t.Errorf("shows a secret:\n%s", out)
	}
}

func TestWrongSettingsAreRefusedWithWhereTheyCameFrom(t *testing.T) {
	t.Parallel()
	for name, env := range map[string]map[string]string{
		"addr": {"OPENBALIE_ADDR": "nowhere"}, "log-level": {"OPENBALIE_LOG_LEVEL": "loud"}, "bridge-port": {"OPENBALIE_BRIDGE_PORT": "70000"},
		"url": {"OPENBALIE_URL": "balie.example"}, "sandbox": {"OPENBALIE_SANDBOX": "perhaps"}, "help-contacts": {"OPENBALIE_HELP_CONTACTS": "An"},
		"proxies": {"OPENBALIE_PROXIES": "10.0.0.5, the proxy"},
	} {
		code, _, said := try(t, env, "serve", "--print-config")
		if code != 1 || !strings.Contains(said, name+" from OPENBALIE_") {
			t.Errorf("%s: %d %s", name, code, said)
		}
	}
	file := filepath.Join(t.TempDir(), "x.toml")
	if err := os.WriteFile(file, []byte("adr = \":1\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, said := try(t, nil, "serve", "--config", file); code != 1 || !strings.Contains(said, `no setting "adr"`) {
		t.Errorf("%d %s", code, said)
	}
}

func TestTheCommandLineExplainsItself(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"help"}, {"serve", "--help"}, {"version"}} {
		if code, out, said := try(t, nil, args...); code != 0 || out == "" {
			t.Errorf("%v: %d %s %s", args, code, out, said)
		}
	}
	for _, args := range [][]string{{"nothing"}, {"db"}, {"db", "backup"}, {"setup"}, {"setup", "--data"}, {"user", "grant"}, {"user", "sign-out"}, {"client"}, {"client", "sign-out", "x"}, {"audit"}, {"keys"}, {"keys", "lose"}, {"serve", "--nothing"}, {"serve", "more"}} {
		if code, _, said := try(t, nil, args...); code != 2 || said == "" {
			t.Errorf("%v: %d %s", args, code, said)
		}
	}
}

func TestWithoutAProviderServeSaysWhatItNeeds(t *testing.T) {
	t.Parallel()
	code, _, said := try(t, nil, "serve")
	if code != 1 || !strings.Contains(said, "OPENBALIE_OIDC_ISSUER") || !strings.Contains(said, "--sandbox") {
		t.Errorf("%d %s", code, said)
	}
}

func TestBrowsersOnThisMachineReachItByOneName(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		":8080": "http://localhost:8080", "127.0.0.1:81": "http://localhost:81", "[::1]:82": "http://localhost:82", "0.0.0.0:83": "http://localhost:83", "10.0.0.7:84": "http://10.0.0.7:84",
	} {
		c := config{values: map[string]string{"addr": addr}}
		if got := c.baseURL(); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}

func TestASandboxNeverStartsOnRealPeople(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	real, fresh := dbtest.New(t), dbtest.New(t)
	for range 2 {
		if err := claim(ctx, real, production); err != nil {
			t.Fatal(err)
		}
		if err := claim(ctx, fresh, practice); err != nil {
			t.Fatal(err)
		}
	}
	if err := claim(ctx, real, practice); !errors.Is(err, errProduction) {
		t.Errorf("sandbox on real people: %v", err)
	}
	if err := claim(ctx, fresh, production); !errors.Is(err, errPractice) {
		t.Errorf("real people on a sandbox: %v", err)
	}
	unclaimed := dbtest.New(t)
	if _, err := unclaimed.Exec(ctx, `INSERT INTO passholder (id, name, first_name, date_of_birth, postal_code, city, created_at) VALUES (gen_random_uuid(), 'a', 'b', '2000-01-01', '9000', 'Gent', now())`); err != nil {
		t.Fatal(err)
	}
	if err := claim(ctx, unclaimed, practice); !errors.Is(err, errProduction) {
		t.Errorf("sandbox on a database with people: %v", err)
	}
}

func TestTheKeyRingIsAFileOrTextInTheEnvironment(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys")
	at := func(env map[string]string) (*secret.Ring, error) {
		return openRing(config{values: map[string]string{"data": t.TempDir(), "keyring": env["OPENBALIE_KEYRING"]}}, program{env: func(k string) string { return env[k] }})
	}
	made, err := at(map[string]string{"OPENBALIE_KEYRING": file})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	given, err := at(map[string]string{"OPENBALIE_KEYS": strings.ReplaceAll(string(text), "\n", ";")})
	if err != nil || given.HashKey() != made.HashKey() {
		t.Errorf("the environment's ring is another: %v", err)
	}
}

func TestKeysAreChangedInThreeSteps(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	file := filepath.Join(t.TempDir(), "keys")
	ring := func() *secret.Ring {
		r, err := secret.OpenRing(file)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	n, err := secret.ParseNationalNumber("83030201540")
	if err != nil {
		t.Fatal(err)
	}
	old := ring()
	err = db.InTx(t.Context(), d, func(tx *db.Tx) error {
		return passholder.Add(t.Context(), tx, old, passholder.Passholder{
			ID: db.NewID(), CreatedAt: time.Now(), Details: passholder.Details{
				Name: "Peeters", FirstName: "Ann", DateOfBirth: period.NewDay(1983, 3, 2), PostalCode: "9000", City: "Gent", Country: "be", INSZ: n,
			},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"rotate", "reseal", "retire"} {
		code, out, said := try(t, map[string]string{"OPENBALIE_DB": d.DSN(), "OPENBALIE_KEYRING": file}, "keys", step)
		if code != 0 || step == "reseal" && !strings.HasPrefix(out, "1 national numbers") {
			t.Fatalf("%s: %d %s %s", step, code, out, said)
		}
		if _, err := passholder.IDByINSZ(t.Context(), d, ring(), n); err != nil {
			t.Errorf("after %s the person is not found: %v", step, err)
		}
	}
	if err := passholder.CheckRing(t.Context(), d, old); !errors.Is(err, passholder.ErrForeignRing) {
		t.Errorf("the old keys still work: %v", err)
	}
	if now := ring(); now.HashKey() == old.HashKey() || now.HasHashKey(old.HashKey()) {
		t.Error("the old key is still in the file")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"OPENBALIE_KEYS": strings.ReplaceAll(string(text), "\n", ";")}
	if code, _, said := try(t, env, "keys", "rotate", "--data", t.TempDir()); code != 1 || !strings.Contains(said, "OPENBALIE_KEYS") {
		t.Errorf("keys from the environment: %d %s", code, said)
	}
}

// Somebody leaves: their role goes, and so do their sessions, wherever they are.
func TestWhoLeavesIsOutAtOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	env := map[string]string{"OPENBALIE_DB": d.DSN()}
	for _, sql := range []string{
		`INSERT INTO organizer (id, name, account_id) VALUES ('desk', 'Desk', gen_random_uuid())`,
		`INSERT INTO login_user (id, issuer, subject, email, name, created_at, last_login_at)
		 SELECT gen_random_uuid(), 'x', e, e, '', now(), now() FROM unnest(ARRAY['ann@example.org', 'bob@example.org', '']) e`,
		`INSERT INTO login_session (id_hash, user_id, id_token, created_at, last_seen_at, expires_at, user_agent)
		 SELECT sha256(convert_to(u.subject || n, 'UTF8')), u.id, '', now(), now(), now() + interval '1 day', '' FROM login_user u, generate_series(1, 2) n`,
	} {
		if _, err := d.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want int, says string, args ...string) {
		t.Helper()
		if code, out, said := try(t, env, args...); code != want || !strings.Contains(out+said, says) {
			t.Errorf("%v: %d %s %s, want %d and %q", args, code, out, said, want, says)
		}
	}
	expect(0, "granted", "user", "grant", "Ann@Example.org", "CLERK", "desk")
	expect(1, "", "user", "grant", " ", "CLERK", "desk") // whose address nobody verified
	expect(1, "nobody of that name", "user", "revoke", "anna@example.org", "CLERK", "desk")
	expect(1, "nobody of that name", "user", "revoke", "ann@example.org", "ADMIN", "desk")
	expect(0, "revoked", "user", "revoke", "ANN@example.org", "CLERK", "desk")
	expect(0, "granted", "client", "grant", "shop", "INTEGRATOR", "desk")
	expect(0, "revoked", "client", "revoke", "shop", "INTEGRATOR", "desk")
	if got := column(t, d, `SELECT subject FROM rights_grant`); len(got) != 0 {
		t.Errorf("still granted: %v", got)
	}
	expect(0, "2 sessions ended", "user", "sign-out", "Ann@example.org")
	expect(0, "0 sessions ended", "user", "sign-out", "")
	if got := column(t, d, `SELECT u.email FROM login_session JOIN login_user u ON u.id = user_id ORDER BY 1`); !slices.Equal(got, []string{"", "", "bob@example.org", "bob@example.org"}) {
		t.Errorf("sessions of %q are left", got)
	}
	if got := column(t, d, `SELECT action FROM audit ORDER BY id`); !slices.Equal(got, []string{"rights.granted", "rights.revoked", "rights.granted", "rights.revoked", "session.closed", "session.closed"}) {
		t.Errorf("written down: %v", got)
	}
}

func TestCommandsOfOperatorsTakeTheTimeTheyNeed(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t).DSN()
	for attach, want := range map[bool]string{true: "0", false: "5s"} {
		d, err := openDatabase(t.Context(), config{values: map[string]string{"db": dsn}}, nil, attach)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if got := column(t, d.DB, `SHOW statement_timeout`); len(got) != 1 || got[0] != want {
			t.Errorf("attach %v: %v, want %s", attach, got, want)
		}
	}
}

// From nothing to an answer and a clean end, on a private database.
func TestServeStartsAnswersAndStops(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "ob-main-") //nolint:usetesting // short: a socket lives in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	addr := webtest.FreeAddr(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan int, 1)
	var out, said bytes.Buffer
	go func() {
		ended <- run(ctx, []string{"serve", "--sandbox", "--addr", addr, "--metrics-addr", "127.0.0.1:0", "--data", dir, "--log-level", "error"},
			program{env: func(string) string { return "" }, out: &out, err: &said})
	}()
	deadline := time.Now().Add(time.Minute)
	for {
		res, err := http.Get("http://" + addr + "/api/v1/about")
		if err == nil {
			_ = res.Body.Close()
			break
		}
		select {
		case code := <-ended:
			t.Fatalf("ended with %d: %s", code, said.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("no answer in a minute")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if code, answer, complaint := try(t, nil, "audit", "verify-ledger", "--data", dir); code != 0 || !strings.Contains(answer, "in order") {
		t.Errorf("verify-ledger beside a running server: %d %s %s", code, answer, complaint)
	}
	stop()
	select {
	case code := <-ended:
		if code != 0 {
			t.Errorf("ended with %d: %s", code, said.String())
		}
	case <-time.After(time.Minute):
		t.Fatal("did not stop in a minute")
	}
	if !strings.Contains(out.String(), "NOT FOR REAL PEOPLE") {
		t.Errorf("no banner: %s", out.String())
	}
}

func TestAuditVerifySaysWhichBatchIsBroken(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	_, err := d.Exec(t.Context(), `INSERT INTO audit (id, at, actor_kind, actor_id, action)
		SELECT uuid_floor(now() - make_interval(secs => n)), now(), 'SYSTEM', 'x', 'a.b' FROM generate_series(1200, 1209) n`)
	if err != nil {
		t.Fatal(err)
	}
	last, err := audit.Sealer{DB: d, Margin: audit.Margin}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"OPENBALIE_DB": d.DSN()}
	if code, out, said := try(t, env, "audit", "verify", last.Hash.String()); code != 0 || !strings.Contains(out, "in order: 10 rows in 1") {
		t.Errorf("%d %s %s", code, out, said)
	}
	if code, _, said := try(t, env, "audit", "verify", strings.Repeat("0", 64)); code != 1 || !strings.Contains(said, "made anew") {
		t.Errorf("a hash that is not there: %d %s", code, said)
	}
	for _, sql := range []string{`ALTER TABLE audit DISABLE TRIGGER audit_immutable`, `DELETE FROM audit WHERE id = (SELECT id FROM audit ORDER BY id LIMIT 1)`} {
		if _, err := d.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if code, out, _ := try(t, env, "audit", "verify"); code != 1 || !strings.Contains(out, "missing: 10 rows were sealed, 9 are there") {
		t.Errorf("a row taken out: %d %s", code, out)
	}
}
