package job_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"mime/quotedprintable"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/job"
	"github.com/openbalie/openbalie/backend/mail"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/outbox"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/who"
)

const gent = 1

var (
	admin = who.Actor{Kind: who.Person, ID: "u4", Subject: "admin@openbalie.example", Counter: "desk"}
	now   = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
)

// A postbox is an SMTP server on a socket. It keeps what it takes.
type postbox struct {
	mu    sync.Mutex
	mails []string
	deaf  bool // takes nothing for now
	port  int
}

func (p *postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return p, nil }
func (*postbox) Mail(string, *smtp.MailOptions) error          { return nil }
func (*postbox) Reset()                                        {}
func (*postbox) Logout() error                                 { return nil }

func (p *postbox) Rcpt(string, *smtp.RcptOptions) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.deaf {
		p.deaf = false
		return &smtp.SMTPError{Code: 451, Message: "later"}
	}
	return nil
}

func (p *postbox) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mails = append(p.mails, string(text))
	return err
}

// wait waits for n mails.
func (p *postbox) wait(t *testing.T, n int) []string {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		p.mu.Lock()
		mails := p.mails
		p.mu.Unlock()
		if len(mails) >= n {
			return mails
		}
	}
	t.Fatalf("%d mails did not come", n)
	return nil
}

// A world is a counter whose program runs jobs.
type world struct {
	db   *db.DB
	ring *secret.Ring
	box  *postbox
	bulk *bulk.Service
	ann  uuid.UUID
	at   atomic.Pointer[time.Time] // what the jobs take for now
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ring, err := secret.OpenRing(filepath.Join(t.TempDir(), "keyring"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{db: dbtest.New(t), ring: ring, box: &postbox{}, ann: db.NewID()}
	w.at.Store(&now)
	w.bulk = &bulk.Service{DB: w.db, Now: func() time.Time { return now }, Ring: ring}
	if err := job.Check(t.Context(), w.db); !errors.Is(err, db.ErrSchemaOld) {
		t.Errorf("before the migration: %v", err)
	}
	if err := errors.Join(job.Migrate(t.Context(), w.db), job.Migrate(t.Context(), w.db), job.Check(t.Context(), w.db)); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.box.port = listener.Addr().(*net.TCPAddr).Port
	server := smtp.NewServer(w.box)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		desk := db.NewID()
		us := who.Program("test")
		return errors.Join(
			cardsystem.Add(ctx, tx, cardsystem.System{ID: gent, Name: "Gent", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels"}),
			points.OpenOrganizer(ctx, tx, desk),
			organizer.Add(ctx, tx, organizer.Organizer{ID: "desk", Name: "Balie Zuid", City: "Gent", AccountID: desk, CardSystemIDs: []int{gent}}),
			rights.Grant(ctx, tx, us, who.Person, admin.Subject, "desk", rights.Admin),
			passholder.Add(ctx, tx, ring, passholder.Passholder{ID: w.ann, CreatedAt: now, Details: passholder.Details{
				Name: "Peeters", FirstName: "Ann", DateOfBirth: period.NewDay(1983, 3, 2), PostalCode: "9000", City: "Gent", Country: "be",
				Email: "ann@example.org", PhoneNumber: "+32470000000", Language: passholder.French, Remarks: "belt eerst",
			}}),
			points.OpenHolder(ctx, tx, w.ann),
			membership.Join(ctx, tx, us, w.ann, gent, now),
		)
	})
	return w
}

func (w *world) do(t *testing.T, f func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := db.InTx(t.Context(), w.db, func(tx *db.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// run runs jobs until stop is called.
func (w *world) run(t *testing.T) (stop func()) {
	t.Helper()
	r, err := job.New(job.Options{
		DB: w.db, Now: func() time.Time { return *w.at.Load() }, Bulk: w.bulk, Retention: job.DefaultRetention(), Log: slog.New(slog.DiscardHandler),
		BaseURL: "https://uitpas.example/",
		Mail:    &mail.Sender{Settings: mail.Settings{Host: "127.0.0.1", Port: w.box.port, Security: mail.Plain, From: "uitpas@example.org", FromName: "UiTPAS"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// sale writes a sale of a card of a kind to Ann, as package registration does.
func (w *world) sale(t *testing.T, kind card.Type) uuid.UUID {
	t.Helper()
	id, cardID := db.NewID(), db.NewID()
	n, err := card.NewNumber("09980000001", false)
	if err != nil {
		t.Fatal(err)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		err := card.Add(ctx, tx, card.Card{ID: cardID, CardSystemID: gent, Number: n, Type: kind, Status: card.Active, PassholderID: w.ann, StatusAt: now})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO registration (id, reason, passholder_id, card_system_id, card_id, organizer_id, price_cents, explanation, payment, receipt, actor, channel, at, day)
			VALUES ($1, 'FIRST_CARD', $2, $3, $4, 'desk', 500, '{"label":{"nl":"Volwassene","fr":"Adulte"}}', 'CASH', 1, 'x', 'COUNTER', $5, $6)`, id, w.ann, gent, cardID, now, period.NewDay(2026, 11, 22))
		return err
	})
	return id
}

func (w *world) tell(t *testing.T, what string, id uuid.UUID) {
	t.Helper()
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return outbox.Write(ctx, tx, w.ann, what, map[string]uuid.UUID{"registrationId": id})
	})
}

func TestASaleIsMailedInTheLanguageOfThePersonWithThePapers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return passholder.SetConsents(ctx, tx, admin, w.ann, passholder.Consents{passholder.ServiceMails: true}, passholder.AtCounter, now)
	})
	w.box.deaf = true // the first try fails
	w.run(t)
	id := w.sale(t, card.Digital)
	w.tell(t, registration.TypeRegistered, id)
	m := w.box.wait(t, 1)[0]
	for _, part := range []string{"To: <ann@example.org>", "recu-", "pass-numerique.pdf", "application/pdf", "Bonjour Ann", uuid.NewSHA1(id, []byte(registration.TypeRegistered)).String()} {
		if !strings.Contains(m, part) {
			t.Errorf("no %q in\n%.600s", part, m)
		}
	}
}

func TestWhoDidNotAskForMailsGetsThemWhenTheCounterDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t)
	id := w.sale(t, card.NFCCard)
	w.tell(t, registration.TypeRegistered, id)
	sales := registration.Service{DB: w.db, Now: func() time.Time { return now }, Ring: w.ring}
	if err := sales.Mail(t.Context(), admin, id); err != nil {
		t.Fatal(err)
	}
	mails := w.box.wait(t, 1)
	if len(mails) != 1 || !strings.Contains(mails[0], uuid.NewSHA1(id, []byte(registration.TypeMailAsked)).String()) || strings.Contains(mails[0], "pass-numerique") {
		t.Errorf("%d mails, %.600s", len(mails), mails[0])
	}
}

func TestWhoIsPutInAFamilyIsToldWithALinkThatTakesThemOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t)
	bas, silent := db.NewID(), db.NewID()
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		var all error
		for _, id := range []uuid.UUID{bas, silent} {
			all = errors.Join(all, passholder.Add(ctx, tx, w.ring, passholder.Passholder{ID: id, CreatedAt: now, Details: passholder.Details{
				Name: "Maes", FirstName: "Bas", DateOfBirth: period.NewDay(1985, 3, 2), PostalCode: "9000", City: "Gent", Country: "be", Language: passholder.German,
			}}))
		}
		for _, a := range []family.Added{{MainID: w.ann, MemberID: silent}, {MainID: bas, MemberID: w.ann}} {
			all = errors.Join(all, family.Put(ctx, tx, a.MainID, family.Member{PassholderID: a.MemberID, Since: now}), outbox.Write(ctx, tx, a.MemberID, family.TypeAdded, a))
		}
		return all
	})
	m := w.box.wait(t, 1)[0]
	text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(m)))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`https://uitpas\.example/leave-family\?\S+`).FindString(string(text))
	link, err := url.Parse(found)
	if err != nil || !strings.Contains(m, "To: <ann@example.org>") || !strings.Contains(string(text), "Bas Maes") {
		t.Fatalf("%v in\n%s", err, m)
	}
	q := link.Query()
	families := family.Service{DB: w.db, Now: func() time.Time { return now }}
	if err := families.Leave(t.Context(), uuid.MustParse(q.Get("main")), uuid.MustParse(q.Get("member")), q.Get("token")); err != nil {
		t.Errorf("%q: %v", found, err)
	}
}

func TestWorkOnManyIsTakenUpWhereItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var file strings.Builder
	file.WriteString("person;firstName;name;dateOfBirth;postalCode;city;uitpasNumber;points\n")
	const n = 5000
	for i := range n {
		number, err := card.NewNumber(fmt.Sprintf("0123456%04d", i), false)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&file, "p%d;Jan;Jansen %d;1980-02-01;9000;Gent;%s;2\n", i, i, number)
	}
	b, err := w.bulk.Start(t.Context(), admin, "k", bulk.Order{Kind: bulk.Import, File: strings.NewReader(file.String()), Parameters: bulk.Parameters{CardSystemID: gent}})
	if err != nil {
		t.Fatal(err)
	}
	// Programs that stop in the middle leave the rest to the next.
	for turn := 0; b.State != bulk.Done; turn++ {
		if turn > 20 {
			t.Fatalf("it does not end: %+v", b)
		}
		stop := w.run(t)
		before := b.Done
		for end := time.Now().Add(20 * time.Second); b.Done == before && b.State != bulk.Done && time.Now().Before(end); {
			if b, err = w.bulk.ByID(t.Context(), admin, b.ID); err != nil {
				t.Fatal(err)
			}
		}
		stop()
		if b, err = w.bulk.ByID(t.Context(), admin, b.ID); err != nil {
			t.Fatal(err)
		}
	}
	if b.Done != n || b.Failed != 0 {
		t.Errorf("%+v", b)
	}
	if faults, err := points.Verify(t.Context(), w.db); err != nil || len(faults) > 0 {
		t.Errorf("%v %v", faults, err)
	}
}

// The clock of the running program is moved: what is kept for minutes, a month
// and years has its time one after another.
func TestTheRunningProgramLetsGoOfWhatHasHadItsTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	kind := voucher.Type{ID: db.NewID(), CardSystemID: gent, Name: "Nieuwe inwoners", Prefix: "200", MaxUses: 1}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		photo := passholder.Picture{MediaType: "image/png", Content: []byte("\x89PNG"), Source: passholder.FromFile}
		return errors.Join(voucher.AddType(ctx, tx, kind, now), passholder.SetPicture(ctx, tx, w.ann, photo, now),
			membership.Become(ctx, tx, admin, w.ann, gent, membership.Ended, membership.Moved, now))
	})
	vouchers := &voucher.Service{DB: w.db, Now: func() time.Time { return now }}
	made, err := vouchers.Make(t.Context(), admin, "", kind.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vouchers.Hold(t.Context(), admin, made.Numbers[0], gent, uuid.Nil); err != nil {
		t.Fatal(err)
	}
	// What is left: a hold, the picture, the address for mails, the name.
	left := func() (out string) {
		err := w.db.QueryRow(t.Context(), `SELECT concat_ws(' ', CASE WHEN (SELECT sum(held) FROM voucher) > 0 THEN 'hold' END,
			CASE WHEN EXISTS (SELECT FROM passholder_picture) THEN 'picture' END, CASE WHEN email <> '' THEN 'email' END, CASE WHEN name <> '' THEN 'name' END)
			FROM passholder WHERE id = $1`, w.ann).Scan(&out)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{16 * time.Minute, "picture email name"},
		{32 * 24 * time.Hour, "email name"},
		{367 * 24 * time.Hour, "name"},
		{(5*366 + 1) * 24 * time.Hour, ""},
	} {
		at := now.Add(step.after)
		w.at.Store(&at)
		stop := w.run(t)
		for end := time.Now().Add(20 * time.Second); left() != step.want && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		}
		stop()
		if got := left(); got != step.want {
			t.Fatalf("after %v there is %q, want %q", step.after, got, step.want)
		}
	}
}

func TestWhatIsKnownAboutSomebodyWhoLeftIsForgottenTermByTerm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	left := now.AddDate(0, -13, 0)
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			passholder.SetNote(ctx, tx, admin, w.ann, "een nota", left),
			membership.Become(ctx, tx, admin, w.ann, gent, membership.Ended, membership.Moved, left),
		)
	})
	apply := func(r job.Retention) passholder.Passholder {
		t.Helper()
		if err := r.Apply(t.Context(), w.db, now, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
		people, err := passholder.ByIDs(t.Context(), w.db, w.ring, []uuid.UUID{w.ann}, false)
		if err != nil {
			t.Fatal(err)
		}
		return people[w.ann]
	}
	if p := apply(job.Retention{Notes: 14, Contact: 14, Person: 60}); p.Email == "" || p.Remarks == "" {
		t.Errorf("too early: %+v", p)
	}
	if p := apply(job.DefaultRetention()); p.Email != "" || p.PhoneNumber != "" || p.Remarks != "" || p.Name == "" {
		t.Errorf("after a year: %+v", p)
	}
	note, err := passholder.NoteOf(t.Context(), w.db, w.ann)
	if err != nil || note.Text != "" {
		t.Errorf("%+v %v", note, err)
	}
	if p := apply(job.Retention{Person: 12}); p.ErasedAt.IsZero() || p.Name != "" {
		t.Errorf("after all: %+v", p)
	}
	var terms string
	err = w.db.QueryRow(t.Context(), `SELECT string_agg(detail->>'term', ' ' ORDER BY id) FROM audit WHERE action = 'passholder.termOver'`).Scan(&terms)
	if err != nil || terms != "notes contact person" {
		t.Errorf("%q %v", terms, err)
	}
	if faults, err := points.Verify(t.Context(), w.db); err != nil || len(faults) > 0 {
		t.Errorf("%v %v", faults, err)
	}
}

func TestTheAuditLogIsSealedByTheClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO audit (id, at, actor_kind, actor_id, action) VALUES (uuid_floor(now() - interval '1 hour'), now(), 'SYSTEM', 'x', 'a.b')`)
		return err
	})
	w.run(t)
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		age, err := audit.Unsealed(t.Context(), w.db)
		if err != nil {
			t.Fatal(err)
		}
		if age < 30*time.Minute {
			return
		}
		if time.Now().After(end) {
			t.Fatal("an hour-old row has no seal")
		}
	}
}

func TestTheAgeOfARowWithoutASealIsAMetric(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	_, err := d.Exec(t.Context(), `INSERT INTO audit (id, at, actor_kind, actor_id, action) VALUES (uuid_floor(now() - interval '1 hour'), now(), 'SYSTEM', 'x', 'a.b')`)
	if err != nil {
		t.Fatal(err)
	}
	r, err := job.New(job.Options{DB: d, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(r)
	age := func() float64 {
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			if f.GetName() == "openbalie_audit_unsealed_seconds" {
				return f.GetMetric()[0].GetGauge().GetValue()
			}
		}
		t.Fatal("there is no such metric")
		return 0
	}
	if got := age(); got < 3600 || got > 7200 {
		t.Errorf("%v seconds", got)
	}
	d.Close()
	if got := age(); !math.IsNaN(got) {
		t.Errorf("without a database: %v", got)
	}
}
