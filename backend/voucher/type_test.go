package voucher_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/who"
)

var southerner = who.Actor{Kind: who.Person, ID: "u4", Subject: "coordinator@zuid.example", Counter: "south"}

// south opens a counter in the other card system, with a coordinator.
func (d *desk) south(t *testing.T) {
	t.Helper()
	err := db.InTx(t.Context(), d.DB, func(tx *db.Tx) error {
		return errors.Join(
			organizer.Add(t.Context(), tx, organizer.Organizer{ID: "south", Name: "Zuid", AccountID: db.NewID(), CardSystemIDs: []int{2}}),
			rights.Grant(t.Context(), tx, who.Program("test"), who.Person, southerner.Subject, "south", rights.Coordinator),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is printed on paper stays: the prefix and the card system.
func TestWhatChangesAboutAType(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	kind, other := d.kind(t, 1), voucher.Type{CardSystemID: gent, Name: "Actie", Prefix: "65", MaxUses: 1}
	other, err := d.SaveType(t.Context(), coordinator, other)
	if err != nil {
		t.Fatal(err)
	}
	want := voucher.Type{
		ID: kind.ID, CardSystemID: gent, Name: "Nieuwkomers", Prefix: "200", MaxUses: 3, Closed: true, Version: 2,
		Valid: period.Range{From: period.NewDay(2026, 6, 1)},
	}
	asked := want
	asked.CardSystemID, asked.Prefix, asked.Version = 2, "999", kind.Version
	saved, err := d.SaveType(t.Context(), coordinator, asked)
	if err != nil {
		t.Fatal(err)
	}
	read := func() (found, untouched voucher.Type) {
		t.Helper()
		all, err := d.Types(t.Context(), coordinator)
		if err != nil || len(all) != 2 {
			t.Fatalf("%+v, %v", all, err)
		}
		i := slices.IndexFunc(all, func(k voucher.Type) bool { return k.ID == kind.ID })
		return all[i], all[1-i]
	}
	if got, untouched := read(); got != want || untouched != other {
		t.Errorf("%+v and %+v, want %+v and %+v", got, untouched, want, other)
	}
	closed := func() (at *time.Time) {
		t.Helper()
		if err := d.DB.QueryRow(t.Context(), `SELECT closed_at FROM voucher_type WHERE id = $1`, kind.ID).Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	stale := asked
	stale.Name = "Van een ander"
	if _, err := d.SaveType(t.Context(), coordinator, stale); !errors.Is(err, voucher.ErrTypeChanged) {
		t.Errorf("from what was seen before: %v", err)
	}
	if got, _ := read(); got != want || saved != want {
		t.Errorf("after that %+v, saved %+v, want %+v", got, saved, want)
	}
	first := closed()
	d.now = d.now.Add(time.Hour)
	if asked, err = d.SaveType(t.Context(), coordinator, saved); err != nil || !closed().Equal(*first) {
		t.Errorf("saved once more, closed at %v instead of %v, %v", closed(), first, err)
	}
	asked.Closed = false
	if _, err := d.SaveType(t.Context(), coordinator, asked); err != nil || closed() != nil {
		t.Errorf("opened again, closed at %v, %v", closed(), err)
	}
	asked.ID = uuid.New()
	if _, err := d.SaveType(t.Context(), coordinator, asked); !errors.Is(err, voucher.ErrTypeUnknown) {
		t.Errorf("one that is not there: %v", err)
	}
}

func TestACounterKeepsToTheVouchersOfItsOwnCardSystems(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.south(t)
	number := d.made(t, 1)
	v, _, err := voucher.Look(t.Context(), d.DB, number)
	if err != nil {
		t.Fatal(err)
	}
	hold, err := d.Hold(t.Context(), registrar, number, gent, uuid.Nil)
	if err != nil {
		t.Fatal(err)
	}
	_, saving := d.SaveType(t.Context(), southerner, voucher.Type{ID: v.TypeID, Name: "Van ons", MaxUses: 1})
	_, making := d.Make(t.Context(), southerner, "", v.TypeID, 1)
	_, _, importing := d.Import(t.Context(), southerner, v.TypeID, strings.NewReader("2000000113"), false)
	_, _, listing := d.Vouchers(t.Context(), southerner, v.TypeID, 0, 10)
	_, withdrawing := d.Withdraw(t.Context(), southerner, number, true)
	for what, err := range map[string]error{"make": making, "import": importing, "list": listing, "withdraw": withdrawing} {
		if !errors.Is(err, voucher.ErrTypeUnknown) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if !errors.Is(saving, rights.ErrDenied) {
		t.Errorf("change: %v", saving)
	}
	if err := d.Release(t.Context(), clerk, hold.ID); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a clerk ends a hold: %v", err)
	}
	// Somebody else's hold is not theirs to end.
	if err := d.Release(t.Context(), southerner, hold.ID); err != nil {
		t.Error(err)
	}
	if v, _, err := voucher.Look(t.Context(), d.DB, number); err != nil || v.Held != 1 || v.Withdrawn {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestHowLongAHoldKeepsAVoucher(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	number := d.made(t, 2)
	hold, err := d.Hold(t.Context(), registrar, number, gent, uuid.Nil)
	if err != nil {
		t.Fatal(err)
	}
	end := d.now.Add(voucher.HoldTime)
	for name, tt := range map[string]struct {
		hold   uuid.UUID
		number string
		now    time.Time
		want   time.Time
	}{
		"while it runs":               {hold.ID, number, d.now, end},
		"however the number is typed": {hold.ID, number[:3] + " " + number[3:], d.now, end},
		"in its last second":          {hold.ID, number, end.Add(-time.Second), end},
		"when it is over":             {hold.ID, number, end, time.Time{}},
		"another voucher":             {hold.ID, "2000000113", d.now, time.Time{}},
		"another hold":                {uuid.New(), number, d.now, time.Time{}},
		"no hold":                     {uuid.Nil, number, d.now, time.Time{}},
	} {
		if got, err := voucher.HeldUntil(t.Context(), d.DB, tt.hold, tt.number, tt.now); err != nil || !got.Equal(tt.want) {
			t.Errorf("%s: until %v, %v; want %v", name, got, err, tt.want)
		}
	}
}

func TestVouchersAreMadeOncePerKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	kind := d.kind(t, 1)
	first, err := d.Make(t.Context(), coordinator, "k", kind.ID, 3)
	if err != nil || first.Replayed || len(first.Numbers) != 3 {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := d.Make(t.Context(), coordinator, "k", kind.ID, 3)
	if err != nil || !again.Replayed || !slices.Equal(again.Numbers, first.Numbers) {
		t.Errorf("again: %+v, %v; want %v", again, err, first.Numbers)
	}
	if _, err := d.Make(t.Context(), coordinator, "k", kind.ID, 2); !errors.Is(err, idempotency.ErrReused) {
		t.Errorf("the key for another number of vouchers: %v", err)
	}
	_, total, err := d.Vouchers(t.Context(), coordinator, kind.ID, 0, 10)
	if err != nil || total != 3 {
		t.Errorf("%d vouchers, %v; want 3", total, err)
	}
}

func TestWhatIsNoListOfNumbers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	kind := d.kind(t, 1)
	for name, tt := range map[string]struct {
		list string
		want error
	}{
		"too many lines":         {strings.Repeat("\n", voucher.MaxBatch+1), voucher.ErrBatchSize},
		"a line without an end":  {strings.Repeat("2", 100_000), voucher.ErrNumber},
		"as many as are allowed": {strings.Repeat("\n", voucher.MaxBatch), nil},
	} {
		if _, _, err := d.Import(t.Context(), coordinator, kind.ID, strings.NewReader(tt.list), true); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for number, want := range map[string]bool{
		"200": false, "2001": true, "200" + strings.Repeat("0", 29): true, "200" + strings.Repeat("0", 30): false,
	} {
		taken, refused, err := d.Import(t.Context(), coordinator, kind.ID, strings.NewReader(number), true)
		if err != nil || (taken == 1) != want || (len(refused) == 0) != want {
			t.Errorf("%s: %d taken, %+v, %v", number, taken, refused, err)
		}
	}
}

// A use that never was is not given back: the count would be wrong for good.
func TestOnlyAUsedVoucherIsGivenBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	number := d.made(t, 1)
	if err := db.InTx(t.Context(), d.DB, func(tx *db.Tx) error { return voucher.GiveBack(t.Context(), tx, number) }); err == nil {
		t.Error("given back without having been used")
	}
}
