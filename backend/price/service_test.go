package price_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/who"
)

const gent = 1

var (
	clerk       = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"}
	coordinator = who.Actor{Kind: who.Person, ID: "u3", Subject: "coordinator@openbalie.example", Counter: "desk"}
	today       = period.NewDay(2026, 11, 22)
)

func newService(t *testing.T) *price.Service {
	t.Helper()
	s := &price.Service{DB: dbtest.New(t), Now: func() time.Time { return time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC) }}
	err := db.InTx(t.Context(), s.DB, func(tx *db.Tx) error {
		ctx, us := t.Context(), who.Program("test")
		return errors.Join(
			cardsystem.Add(ctx, tx, cardsystem.System{
				ID: gent, Name: "Gent", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels", Cities: []cardsystem.City{{PostalCode: "9000", Name: "Gent"}},
			}),
			cardsystem.Add(ctx, tx, cardsystem.System{ID: 2, Name: "Paspartoe", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels"}),
			organizer.Add(ctx, tx, organizer.Organizer{ID: "desk", Name: "Balie", AccountID: db.NewID(), CardSystemIDs: []int{gent}}),
			rights.Grant(ctx, tx, us, who.Person, clerk.Subject, "desk", rights.Clerk),
			rights.Grant(ctx, tx, us, who.Person, coordinator.Subject, "desk", rights.Coordinator),
			voucher.AddType(ctx, tx, voucher.Type{ID: newcomers, CardSystemID: gent, Name: "Nieuwe inwoners", Prefix: "200", MaxUses: 1}, s.Now()),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (l listFrom) save(t *testing.T, s *price.Service) price.List {
	t.Helper()
	got, err := s.Save(t.Context(), coordinator, price.List(l))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

type listFrom price.List

func from(day period.Day) listFrom {
	return listFrom{CardSystemID: gent, Name: "Prijzen", Valid: period.Range{From: day}, Rows: torhout()}
}

func TestAQuoteAtTheCounter(t *testing.T) {
	t.Parallel()
	s := newService(t)
	adult := price.Inquiry{CardSystemID: gent, Reason: price.FirstCard, DateOfBirth: period.NewDay(1983, 3, 2), CardType: card.NFCCard, PostalCode: "9000"}
	if _, err := s.Quote(t.Context(), clerk, adult); !errors.Is(err, price.ErrNone) {
		t.Errorf("without a list: %v", err)
	}
	list := from(today).save(t, s)
	made, err := (&voucher.Service{DB: s.DB, Now: s.Now}).Make(t.Context(), coordinator, "", newcomers, 1)
	if err != nil {
		t.Fatal(err)
	}
	withVoucher, wrong, abroad := adult, adult, adult
	withVoucher.Voucher, wrong.Voucher, abroad.PostalCode = made.Numbers[0], "2000000113", price.Abroad
	got, err := s.Quote(t.Context(), clerk, adult)
	if err != nil || got.Cents != 500 || got.Question.Age != 43 || !got.Question.Resident || got.ListID != list.ID {
		t.Errorf("an adult: %+v, %v", got, err)
	}
	got, err = s.Quote(t.Context(), clerk, withVoucher)
	if err != nil || got.Cents != 0 || got.Without.Cents != 500 || got.Voucher.Name != "Nieuwe inwoners" {
		t.Errorf("with a voucher: %+v, %v", got, err)
	}
	if _, err = s.Quote(t.Context(), clerk, wrong); !errors.Is(err, voucher.ErrUnknown) {
		t.Errorf("with an unknown voucher: %v", err)
	}
	if got, err = s.Quote(t.Context(), clerk, abroad); err != nil || got.Cents != 800 {
		t.Errorf("from abroad: %+v, %v", got, err)
	}
}

func TestListsFollowEachOther(t *testing.T) {
	t.Parallel()
	s := newService(t)
	days := func() (out []string) {
		t.Helper()
		all, err := s.Lists(t.Context(), coordinator)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			out = append(out, l.Valid.String())
		}
		return out
	}
	expect := func(when string, want ...string) {
		t.Helper()
		got := days()
		if len(got) != len(want) {
			t.Fatalf("%s: %v, want %v", when, got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%s: %v, want %v", when, got, want)
			}
		}
	}
	from(today).save(t, s)
	expect("the first", "[2026-11-22,)")
	spring := from(period.NewDay(2027, 3, 1)).save(t, s)
	expect("then one for the spring", "[2027-03-01,)", "[2026-11-22,2027-03-01)")
	year := from(period.NewDay(2027, 1, 1)).save(t, s)
	expect("and one between", "[2027-03-01,)", "[2027-01-01,2027-03-01)", "[2026-11-22,2027-01-01)")

	year.Name = "Andere prijzen"
	changed, err := s.Save(t.Context(), coordinator, year)
	if err != nil || changed.Version != 2 {
		t.Errorf("changed: %+v, %v", changed, err)
	}
	if _, err := s.Save(t.Context(), coordinator, year); !errors.Is(err, price.ErrListStale) {
		t.Errorf("changed by two: %v", err)
	}
	if err := s.Delete(t.Context(), coordinator, spring.ID, spring.Version); err != nil {
		t.Error(err)
	}
	expect("without the spring", "[2027-01-01,)", "[2026-11-22,2027-01-01)")
	if err := s.Delete(t.Context(), coordinator, changed.ID, changed.Version); err != nil {
		t.Error(err)
	}
	expect("as at first", "[2026-11-22,)")
}

func TestThePastStays(t *testing.T) {
	t.Parallel()
	s := newService(t)
	now := from(today).save(t, s)
	_, before := s.Save(t.Context(), coordinator, price.List(from(today.Add(-1))))
	begun := s.Delete(t.Context(), coordinator, now.ID, now.Version)
	_, second := s.Save(t.Context(), coordinator, price.List(from(today)))
	if !errors.Is(before, price.ErrListPast) || !errors.Is(begun, price.ErrListBegun) || !errors.Is(second, price.ErrListStale) {
		t.Errorf("from yesterday: %v; deleting today's: %v; another from today: %v", before, begun, second)
	}
}

func TestOnlyWhoRunsACardSystemChangesItsPrices(t *testing.T) {
	t.Parallel()
	s := newService(t)
	elsewhere := from(today)
	elsewhere.CardSystemID = 2
	_, byClerk := s.Save(t.Context(), clerk, price.List(from(today)))
	_, other := s.Save(t.Context(), coordinator, price.List(elsewhere))
	_, reading := s.Lists(t.Context(), clerk)
	_, stranger := s.Quote(t.Context(), who.Actor{Kind: who.Person, Subject: "nobody@openbalie.example", Counter: "desk"}, price.Inquiry{CardSystemID: gent})
	for name, err := range map[string]error{"a clerk": byClerk, "of another card system": other, "a clerk reads": reading, "a stranger asks": stranger} {
		if !errors.Is(err, rights.ErrDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.List(t.Context(), coordinator, uuid.New()); !errors.Is(err, price.ErrListUnknown) {
		t.Errorf("no such list: %v", err)
	}
	gap := from(today)
	gap.Rows = nil
	if _, err := s.Save(t.Context(), coordinator, price.List(gap)); !errors.Is(err, price.ErrListGap) {
		t.Errorf("a gap: %v", err)
	}
}

func TestACounterReadsTheListsOfItsOwnCardSystems(t *testing.T) {
	t.Parallel()
	s := newService(t)
	theirs := price.List{ID: db.NewID(), CardSystemID: 2, Name: "Prijzen", Valid: period.Range{From: today}, Rows: torhout()[:1], CreatedAt: s.Now()}
	err := db.InTx(t.Context(), s.DB, func(tx *db.Tx) error { return price.Add(t.Context(), tx, "test", theirs) })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.List(t.Context(), coordinator, theirs.ID); !errors.Is(err, price.ErrListUnknown) {
		t.Errorf("one of another card system: %v", err)
	}
	ours := from(today).save(t, s)
	if got, err := s.List(t.Context(), coordinator, ours.ID); err != nil || got.Name != "Prijzen" || len(got.Rows) != len(torhout()) {
		t.Errorf("one of ours: %+v, %v", got, err)
	}
}

// A list that is copied to another day is a list of its own.
func TestACopyBeginsAnew(t *testing.T) {
	t.Parallel()
	s := newService(t)
	first := from(today).save(t, s)
	if first.Version != 1 {
		t.Errorf("the first is version %d", first.Version)
	}
	later := first
	later.Valid.From = today.Add(30)
	got, err := s.Save(t.Context(), coordinator, later)
	if err != nil || got.Version != 1 || got.ID == first.ID {
		t.Errorf("the copy: %+v, %v", got, err)
	}
}

// What a pass costs with a voucher is the same while a colleague keeps it.
func TestAVoucherThatIsKeptStillHasItsPrice(t *testing.T) {
	t.Parallel()
	s := newService(t)
	from(today).save(t, s)
	vouchers := &voucher.Service{DB: s.DB, Now: s.Now}
	made, err := vouchers.Make(t.Context(), coordinator, "", newcomers, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vouchers.Hold(t.Context(), coordinator, made.Numbers[0], gent, uuid.Nil); err != nil {
		t.Fatal(err)
	}
	got, err := s.Quote(t.Context(), clerk, price.Inquiry{
		CardSystemID: gent, Reason: price.FirstCard, DateOfBirth: period.NewDay(1983, 3, 2), CardType: card.NFCCard, PostalCode: "9000", Voucher: made.Numbers[0],
	})
	if err != nil || got.Cents != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}
