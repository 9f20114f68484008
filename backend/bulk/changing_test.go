package bulk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/document"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

func TestEverybodyMovesToOneAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stranger := uuid.New()
	_, rows := w.run(t, admin, bulk.Order{
		Kind: bulk.Address, Passholders: []uuid.UUID{w.gent[0], w.gent[1], stranger, w.gent[0]},
		Parameters: bulk.Parameters{Street: "Kerkstraat 1", PostalCode: "9090", City: "melle"},
	})
	if got := said(rows); got != "1:DONE 2:DONE 3:FAILED:passholder-unknown" {
		t.Error(got)
	}
	people, err := passholder.ByIDs(t.Context(), w.DB, w.Ring, w.gent[:1], false)
	if p := people[w.gent[0]]; err != nil || p.Street != "Kerkstraat 1" || p.City != "Melle" || p.Version != 2 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestWhoHasASocialTariffDoesNotMoveOutOfTheRegionInBulk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, admin, bulk.Order{
		Kind: bulk.Renew, Passholders: w.gent[:1], Parameters: bulk.Parameters{CardSystemID: gent, Until: period.NewDay(2027, 4, 30), Ground: "RVV"},
	})
	_, rows := w.run(t, admin, bulk.Order{
		Kind: bulk.Address, Passholders: w.gent[:2], Parameters: bulk.Parameters{Street: "Kerkstraat 1", PostalCode: "1000", City: "Brussel"},
	})
	if got := said(rows); got != "1:FAILED:address-leaves-region 2:DONE" {
		t.Error(got)
	}
}

func TestEachRowOfAFileHasItsAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := "uitpasNumber,street,postalCode,city\n" +
		fmt.Sprintf("%s,Veldstraat 2,9000,Gent\n%s,Veldstraat 3,9000,Brussel\n12,Veldstraat 4,9000,Gent\n%s,Veldstraat 5,9000,Gent\n", number(900), number(901), number(1))
	_, rows := w.run(t, admin, bulk.Order{Kind: bulk.Address, File: strings.NewReader(file)})
	if got := said(rows); got != "2:DONE 3:FAILED:invalid-city 4:FAILED:invalid-uitpasnumber 5:FAILED:passholder-unknown" {
		t.Error(got)
	}
}

// A list that was taken along before everybody moved puts them back.
func TestAListThatWasTakenAlongPutsAddressesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	homes := func() []string {
		t.Helper()
		var out []string
		err := w.DB.QueryRow(t.Context(), `SELECT array_agg(concat_ws(' ', street, postal_code, city) ORDER BY id) FROM passholder`).Scan(&out)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	move := func(n int, street, code, city string) bulk.Order {
		return bulk.Order{Kind: bulk.Address, Passholders: w.gent[n : n+1], Parameters: bulk.Parameters{Street: street, PostalCode: code, City: city}}
	}
	w.run(t, admin, move(0, "Kerkstraat 1", "9000", "Gent"))
	w.run(t, admin, move(1, "Brusselsesteenweg 2", "9090", "Melle"))
	before := homes()
	taken, _ := w.run(t, admin, bulk.Order{Kind: bulk.Export, Passholders: w.gent[:2], Purpose: "voor de verhuizing"})
	var list bytes.Buffer
	table, err := document.NewCSV(&list)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(w.Report(t.Context(), admin, taken.ID, func(string, map[string]any) string { return "" }, table), table.Close())
	if err != nil {
		t.Fatal(err)
	}
	everybody := move(0, "Veldstraat 9", "9000", "Gent")
	everybody.Passholders = w.gent[:2]
	w.run(t, admin, everybody)
	if slices.Equal(homes(), before) {
		t.Fatal("nobody moved")
	}
	if _, rows := w.run(t, admin, bulk.Order{Kind: bulk.Address, File: &list}); said(rows) != "2:DONE 3:DONE" {
		t.Error(said(rows))
	}
	if after := homes(); !slices.Equal(after, before) {
		t.Errorf("they live at %q, and lived at %q", after, before)
	}
}

func TestCardsAreBlockedWithAReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	order := bulk.Order{Kind: bulk.Block, Passholders: w.gent[:2], Parameters: bulk.Parameters{Reason: card.Misuse}}
	_, rows := w.run(t, admin, order)
	if got := said(rows); got != "1:DONE 2:DONE" {
		t.Error(got)
	}
	c, err := card.ByNumber(t.Context(), w.DB, number(900))
	if err != nil || c.Status != card.Blocked || c.StatusReason != card.Misuse {
		t.Errorf("%+v, %v", c, err)
	}
	if _, rows = w.run(t, admin, order); said(rows) != "1:SKIPPED:bulk-no-card-in-use 2:SKIPPED:bulk-no-card-in-use" {
		t.Error(said(rows))
	}
}

func TestSocialTariffsAreRenewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, rows := w.run(t, admin, bulk.Order{
		Kind: bulk.Renew, Passholders: append([]uuid.UUID{w.other}, w.gent[:2]...),
		Parameters: bulk.Parameters{CardSystemID: gent, Until: period.NewDay(2027, 4, 30), Ground: "OCMW"},
	})
	if got := said(rows); got != "1:FAILED:membership-none 2:DONE 3:DONE" || b.State != bulk.Done {
		t.Error(got, b)
	}
	all, err := membership.OfPassholder(t.Context(), w.DB, w.gent[0], now)
	if err != nil || all[0].SocialTariff.Until != period.NewDay(2027, 4, 30) || all[0].Rights[0].Ground != "OCMW" {
		t.Errorf("%+v, %v", all, err)
	}
	late := bulk.Parameters{CardSystemID: gent, Until: period.NewDay(2031, 4, 30)}
	_, rows = w.run(t, admin, bulk.Order{Kind: bulk.Renew, Passholders: w.gent[2:3], Parameters: late})
	if rows[0].Code != "socialtariff-end-too-late" || len(rows[0].Args) == 0 {
		t.Errorf("%+v", rows[0])
	}
	for k, v := range rows[0].Args {
		if _, ok := v.(period.Day); !ok {
			t.Errorf("%s is a %T, no day", k, v)
		}
	}
}

func TestAListLeavesWithAPurposeAndATrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	order := bulk.Order{Kind: bulk.Export, Passholders: append([]uuid.UUID{uuid.New()}, w.gent[:2]...)}
	if _, err := w.Start(t.Context(), admin, "k", order); !errors.Is(err, bulk.ErrPurpose) {
		t.Error(err)
	}
	order.Purpose = "Nieuwsbrief"
	b, _ := w.run(t, admin, order)
	var out bytes.Buffer
	table, err := document.NewCSV(&out)
	if err == nil {
		err = w.Report(t.Context(), admin, b.ID, nil, table)
	}
	if err := errors.Join(err, table.Close()); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); strings.Count(text, "\n") != 3 || !strings.Contains(text, "Ann;Peeters A;1983-03-02;") || !strings.Contains(text, string(number(900))) {
		t.Error(text)
	}
	if n := w.count(t, `SELECT count(*) FROM audit WHERE action = 'passholder.exported' AND subject_id = ANY ($1::text[])`, []string{w.gent[0].String(), w.gent[1].String()}); n != 2 {
		t.Errorf("%d entries in the audit log", n)
	}
	if n := w.count(t, `SELECT count(*) FROM audit WHERE action = 'bulk.started' AND detail->>'purpose' = 'Nieuwsbrief'`); n != 1 {
		t.Errorf("%d entries with the purpose", n)
	}
}

func TestWhoMayNotDoesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	order := bulk.Order{Kind: bulk.Block, Passholders: w.gent[:1], Parameters: bulk.Parameters{Reason: card.Lost}}
	if _, err := w.Start(t.Context(), clerk, "k", order); !errors.Is(err, rights.ErrDenied) {
		t.Error(err)
	}
	// Another counter sees neither the order nor its people.
	b, err := w.Start(t.Context(), admin, "k", order)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.ByID(t.Context(), other, b.ID); !errors.Is(err, bulk.ErrUnknown) {
		t.Error(err)
	}
	_, rows := w.run(t, other, bulk.Order{Kind: bulk.Block, Passholders: []uuid.UUID{w.other}, Parameters: bulk.Parameters{Reason: card.Lost}})
	if said(rows) != "1:DONE" {
		t.Error(said(rows))
	}
	// Rights that are gone when the work begins stop it.
	w.do(t, func(tx *db.Tx) error {
		return rights.Revoke(t.Context(), tx, who.Program("test"), who.Person, admin.Subject, "desk", rights.Admin)
	})
	if err := w.Work(t.Context(), b.ID); err != nil {
		t.Fatal(err)
	}
	if n := w.count(t, `SELECT count(*) FROM bulk_row WHERE bulk_id = $1 AND state = 'FAILED' AND code = 'forbidden'`, b.ID); n != 1 {
		t.Errorf("%d rows were stopped", n)
	}
}

func TestAnOrderIsTakenOncePerKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	order := bulk.Order{Kind: bulk.Block, Passholders: w.gent[:1], Parameters: bulk.Parameters{Reason: card.Lost}}
	one, err := w.Start(t.Context(), admin, "k", order)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.Start(t.Context(), admin, "k", order)
	if err != nil || one.ID != again.ID {
		t.Errorf("%s and %s, %v", one.ID, again.ID, err)
	}
	order.Passholders = w.gent[:2]
	if _, err := w.Start(t.Context(), admin, "k", order); !errors.Is(err, idempotency.ErrReused) {
		t.Error(err)
	}
}

func TestACancelledOrderStops(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, err := w.Start(t.Context(), admin, "k", importOf(fmt.Sprintf(";;;;;;;%s;;;;", number(1))))
	if err != nil {
		t.Fatal(err)
	}
	if b, err = w.Cancel(t.Context(), admin, b.ID); err != nil || b.State != bulk.Cancelled {
		t.Fatal(b, err)
	}
	if err := w.Work(t.Context(), b.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Cancel(t.Context(), admin, b.ID); !errors.Is(err, bulk.ErrFinished) {
		t.Error(err)
	}
	if _, rows := w.look(t, admin, b.ID); said(rows) != "2:WAITING" {
		t.Error(said(rows))
	}
	if n := w.count(t, `SELECT count(*) FROM bulk_row WHERE input IS NOT NULL`); n != 0 {
		t.Errorf("%d rows are kept", n)
	}
}

// Workers that are cut off at any moment, and others that start at the same
// time, do every row once.
func TestNoRowIsDoneTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 6000
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprintf("p%d;Jan;Jansen %d;1980-02-01;;9000;Gent;%s;;;2;", i/2, i/2, number(10_000+i)))
		if i%2 == 1 {
			lines[i] = fmt.Sprintf("p%d;;;;;;;%s;;BLOCKED;1;", i/2, number(10_000+i))
		}
	}
	b, err := w.Start(t.Context(), admin, "k", importOf(lines...))
	if err != nil {
		t.Fatal(err)
	}
	for turn := 0; ; turn++ {
		ctx, cancel := context.WithCancel(t.Context())
		var g sync.WaitGroup
		for range 3 {
			g.Go(func() { _ = w.Work(ctx, b.ID) })
		}
		if turn < 5 {
			for seen, base := 0, w.count(t, `SELECT done FROM bulk WHERE id = $1`, b.ID); seen <= base && base < n; {
				seen = w.count(t, `SELECT done FROM bulk WHERE id = $1`, b.ID)
			}
			cancel()
		}
		g.Wait()
		cancel()
		if w.count(t, `SELECT count(*) FROM bulk WHERE id = $1 AND state = 'DONE'`, b.ID) == 1 {
			break
		}
		if turn > 20 {
			t.Fatal("it does not end")
		}
	}
	got, err := w.ByID(t.Context(), admin, b.ID)
	if err != nil || got.Done != n || got.Failed != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if sum := w.count(t, `SELECT sum(posted_in) FROM account`); sum != n/2*3 {
		t.Errorf("%d points of %d", sum, n/2*3)
	}
	if people := w.count(t, `SELECT count(*) FROM passholder WHERE name LIKE 'Jansen%'`); people != n/2 {
		t.Errorf("%d people of %d", people, n/2)
	}
}

func TestThoseForWhomADryRunWentWellJoinAnAssociation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	club := association.Association{
		ID: db.NewID(), CardSystemID: gent, Name: "Zwemclub", EndDateType: association.ByRegistration, Months: 12, RenewableMonths: 1, CreatedAt: now,
	}
	w.do(t, func(tx *db.Tx) error {
		return association.Add(t.Context(), tx, club, association.Share{OrganizerID: "desk", Access: association.Write})
	})
	order := bulk.Order{Kind: bulk.Enlist, Passholders: append([]uuid.UUID{w.other}, w.gent[:3]...), DryRun: true}
	if _, err := w.Start(t.Context(), admin, "k", order); !errors.Is(err, bulk.ErrParameter) {
		t.Error(err)
	}
	order.Parameters.Association = club.ID
	dry, rows := w.run(t, admin, order)
	if got := said(rows); got != "1:FAILED:association-other-system 2:DONE 3:DONE 4:DONE" {
		t.Error(got)
	}
	members := `SELECT count(*) FROM association_membership WHERE association_id = $1`
	if n := w.count(t, members, club.ID); n != 0 {
		t.Errorf("a dry run made %d members", n)
	}
	if rows[0].Name != "" || rows[1].Name != "Peeters A" {
		t.Errorf("the rows are about %q and %q", rows[0].Name, rows[1].Name)
	}

	order.Passholders, order.DryRun, order.Rehearsal = nil, false, dry.ID
	if _, rows = w.run(t, admin, order); said(rows) != "1:DONE 2:DONE 3:DONE" {
		t.Error(said(rows))
	}
	if n := w.count(t, members, club.ID); n != 3 {
		t.Errorf("%d members", n)
	}
	if _, rows = w.run(t, admin, order); said(rows) != "1:FAILED:association-renewal-early 2:FAILED:association-renewal-early 3:FAILED:association-renewal-early" {
		t.Error(said(rows))
	}
}

func TestADryRunIsTakenUpOnlyAsItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	order := bulk.Order{Kind: bulk.Block, Passholders: w.gent[:1], Parameters: bulk.Parameters{Reason: card.Lost}, DryRun: true}
	waits, err := w.Start(t.Context(), admin, "k", order)
	if err != nil {
		t.Fatal(err)
	}
	dry, _ := w.run(t, admin, order)
	done, _ := w.run(t, admin, bulk.Order{Kind: bulk.Block, Passholders: w.gent[1:2], Parameters: order.Parameters})
	file, _ := w.run(t, admin, bulk.Order{Kind: bulk.Block, File: strings.NewReader("uitpasNumber\n" + string(number(902)) + "\n"), Parameters: order.Parameters, DryRun: true})
	for _, c := range []struct {
		name string
		by   who.Actor
		kind bulk.Kind
		id   uuid.UUID
		more []uuid.UUID
		want error
	}{
		{"that nobody knows", admin, bulk.Block, uuid.New(), nil, bulk.ErrUnknown},
		{"of another counter", other, bulk.Block, dry.ID, nil, bulk.ErrUnknown},
		{"of another kind", admin, bulk.Renew, dry.ID, nil, bulk.ErrUnknown},
		{"that was no dry run", admin, bulk.Block, done.ID, nil, bulk.ErrUnknown},
		{"that has not ended", admin, bulk.Block, waits.ID, nil, bulk.ErrUnfinished},
		{"of a file", admin, bulk.Block, file.ID, nil, bulk.ErrNobody},
		{"beside a selection", admin, bulk.Block, dry.ID, w.gent[:1], bulk.ErrNobody},
	} {
		o := bulk.Order{Kind: c.kind, Rehearsal: c.id, Passholders: c.more, Parameters: order.Parameters}
		if c.kind == bulk.Renew {
			o.Parameters.CardSystemID = gent
		}
		if _, err := w.Start(t.Context(), c.by, uuid.NewString(), o); !errors.Is(err, c.want) {
			t.Errorf("a dry run %s: %v", c.name, err)
		}
	}
}
