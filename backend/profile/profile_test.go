package profile_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var (
	now     = time.Date(2026, time.November, 22, 14, 30, 0, 0, period.Brussels())
	clerk   = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: sandbox.TestOrganizer}
	program = who.Actor{Kind: who.Client, ID: "sandbox-client", Subject: "sandbox-client"}
)

// trips counts the times that a database is asked something.
type trips struct{ n atomic.Int32 }

func (c *trips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	return ctx
}
func (*trips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (c *trips) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.n.Add(1)
	return ctx
}
func (*trips) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (*trips) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// desk is a sandbox, and what counts its round trips.
func desk(t *testing.T) (*profile.Service, *trips) {
	t.Helper()
	ring, err := secret.OpenRing(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	seeded := dbtest.New(t)
	if err := sandbox.Seed(t.Context(), seeded, ring, now); err != nil {
		t.Fatal(err)
	}
	count := &trips{}
	d, err := db.Open(t.Context(), seeded.DSN(), db.Options{Tracer: count})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return &profile.Service{DB: d, Now: func() time.Time { return now }, Ring: ring}, count
}

func holder(t *testing.T, s *profile.Service, n card.Number) uuid.UUID {
	t.Helper()
	c, err := card.ByNumber(t.Context(), s.DB, n)
	if err != nil {
		t.Fatal(err)
	}
	return c.PassholderID
}

func TestAProgramReadsAPersonInTwoRoundTrips(t *testing.T) {
	t.Parallel()
	s, count := desk(t)
	id := holder(t, s, "0900000067513")
	before := count.n.Load()
	p, err := s.ByID(t.Context(), program, id)
	if n := count.n.Load() - before; err != nil || n != 2 {
		t.Errorf("%d round trips, %v", n, err)
	}
	if p.ID != id || p.Name == "" || p.UitpasNumber() != "0900000067513" || len(p.Cards) == 0 || p.Registrar.Name == "" {
		t.Errorf("assembled %s: %d cards, registered at %q", p.ID, len(p.Cards), p.Registrar.Name)
	}
	if len(p.Memberships) == 0 {
		t.Fatal("no memberships")
	}
	m := p.Memberships[0]
	if m.System.Name == "" || len(m.System.Cities) == 0 || m.SocialTariff == nil || m.SocialTariff.Status != membership.TariffActive {
		t.Errorf("membership of %q with %d cities, %+v", m.System.Name, len(m.System.Cities), m.SocialTariff)
	}
	if _, ok := p.Systems[m.System.ID]; !ok {
		t.Error("the card system is not among those of the person")
	}
}

func TestWhoMayNotReadAPersonLearnsNothing(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	elsewhere, nobody := clerk, program
	elsewhere.Counter, nobody.Subject = "elsewhere", "nobody"
	for _, by := range []who.Actor{elsewhere, nobody, {}} {
		for _, id := range []uuid.UUID{holder(t, s, "0900000095902"), db.NewID()} {
			if p, err := s.ByID(t.Context(), by, id); !errors.Is(err, rights.ErrDenied) || p.Name != "" || p.Cards != nil {
				t.Errorf("%v: %v", by, err)
			}
		}
	}
	if p, err := s.ByID(t.Context(), clerk, holder(t, s, "0900000095902")); err != nil || p.Name == "" || !p.INSZ.IsZero() {
		t.Errorf("a clerk does not see the person, or sees the national number: %v", err)
	}
}

func TestEverySampleIsThePassThatItIs(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	for number, want := range map[string]membership.TariffStatus{
		"0900000067513": membership.TariffActive, "0900000031618": membership.TariffExpired, "0900000095902": "",
	} {
		p, err := s.Pass(t.Context(), program, number)
		var got membership.TariffStatus
		if p.SocialRight != nil {
			got = p.SocialRight.Status
		}
		if err != nil || got != want || p.Passholder.FirstName == "" || string(p.Card.Number) != number {
			t.Errorf("%s: %q, want %q, %v", number, got, want, err)
		}
	}
	blocked, err := s.Pass(t.Context(), program, "0900000002312")
	if _, ok := errors.AsType[*profile.CardStatusError](err); !ok || blocked.Passholder.Name != "" {
		t.Errorf("a blocked card: %v", err)
	}
	if g, err := s.Pass(t.Context(), program, "0900000045410"); err != nil || g.GroupPass == nil {
		t.Errorf("a group pass: %v", err)
	}
	if _, err := s.Pass(t.Context(), program, "0900000000001"); !errors.Is(err, profile.ErrPassUnknown) {
		t.Errorf("no number: %v", err)
	}
}

func TestALookUpByNationalNumberIsRecordedAlsoWhenItFindsNobody(t *testing.T) {
	t.Parallel()
	s, _ := desk(t)
	for insz, want := range map[string]bool{"83030201540": true, "85073003328": false} {
		if _, ok, err := s.Find(t.Context(), program, profile.Query{INSZ: insz}); err != nil || ok != want {
			t.Errorf("found %v, %v", ok, err)
		}
	}
	var n int
	err := s.DB.QueryRow(t.Context(), `SELECT count(*) FROM audit WHERE action = 'passholder.searched' AND actor_id = 'sandbox-client'`).Scan(&n)
	if err != nil || n != 2 {
		t.Errorf("%d entries, %v", n, err)
	}
}
