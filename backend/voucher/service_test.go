package voucher_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/who"
)

const gent = 1

var (
	clerk       = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"}
	registrar   = who.Actor{Kind: who.Person, ID: "u2", Subject: "registrar@openbalie.example", Counter: "desk"}
	coordinator = who.Actor{Kind: who.Person, ID: "u3", Subject: "coordinator@openbalie.example", Counter: "desk"}
)

// A desk is a counter in the card system of Gent, on a clock that the test sets.
type desk struct {
	*voucher.Service
	now time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{now: time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)}
	d.Service = &voucher.Service{DB: dbtest.New(t), Now: func() time.Time { return d.now }}
	err := db.InTx(t.Context(), d.DB, func(tx *db.Tx) error {
		ctx, us := t.Context(), who.Program("test")
		return errors.Join(
			cardsystem.Add(ctx, tx, cardsystem.System{ID: gent, Name: "Gent", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels"}),
			cardsystem.Add(ctx, tx, cardsystem.System{ID: 2, Name: "Paspartoe", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels"}),
			organizer.Add(ctx, tx, organizer.Organizer{ID: "desk", Name: "Balie", AccountID: db.NewID(), CardSystemIDs: []int{gent}}),
			rights.Grant(ctx, tx, us, who.Person, clerk.Subject, "desk", rights.Clerk),
			rights.Grant(ctx, tx, us, who.Person, registrar.Subject, "desk", rights.Registrar),
			rights.Grant(ctx, tx, us, who.Person, coordinator.Subject, "desk", rights.Coordinator),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// kind makes a type of vouchers that work this year, uses times each.
func (d *desk) kind(t *testing.T, uses int) voucher.Type {
	t.Helper()
	got, err := d.SaveType(t.Context(), coordinator, voucher.Type{
		CardSystemID: gent, Name: "Nieuwe inwoners", Prefix: "200", MaxUses: uses,
		Valid: period.Range{From: period.NewDay(2026, 1, 1), Until: period.NewDay(2027, 1, 1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (d *desk) made(t *testing.T, uses int) string {
	t.Helper()
	made, err := d.Make(t.Context(), coordinator, "", d.kind(t, uses).ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	return made.Numbers[0]
}

func (d *desk) typeOf(t *testing.T, number string) uuid.UUID {
	t.Helper()
	v, _, err := voucher.Look(t.Context(), d.DB, number)
	if err != nil {
		t.Fatal(err)
	}
	return v.TypeID
}

func (d *desk) spend(t testing.TB, number string, hold uuid.UUID) error {
	return db.InTx(t.Context(), d.DB, func(tx *db.Tx) error {
		_, err := voucher.Spend(t.Context(), tx, number, hold, gent, d.now)
		return err
	})
}

func TestAVoucherIsKeptForFifteenMinutesAndSpentWithTheRegistration(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	number := d.made(t, 1)
	h, err := d.Hold(t.Context(), registrar, number, gent, uuid.Nil)
	if err != nil || h.ExpiresAt != d.now.Add(15*time.Minute) || h.Type.Name != "Nieuwe inwoners" {
		t.Fatalf("held: %+v, %v", h, err)
	}
	if _, err := d.Hold(t.Context(), registrar, number, gent, uuid.Nil); !errors.Is(err, voucher.ErrReserved) {
		t.Errorf("a colleague: %v", err)
	}
	again, err := d.Hold(t.Context(), registrar, number, gent, h.ID)
	if err != nil {
		t.Errorf("the same clerk again: %v", err)
	}
	if err := d.spend(t, number, again.ID); err != nil {
		t.Errorf("spend: %v", err)
	}
	if err := d.spend(t, number, uuid.Nil); !errors.Is(err, voucher.ErrUsed) {
		t.Errorf("spend again: %v", err)
	}
	if err := db.InTx(t.Context(), d.DB, func(tx *db.Tx) error { return voucher.GiveBack(t.Context(), tx, number) }); err != nil {
		t.Errorf("give back: %v", err)
	}
	if err := d.spend(t, number, uuid.Nil); err != nil {
		t.Errorf("spend after it was given back: %v", err)
	}
}

func TestAHoldThatIsReleasedOrOverIsFree(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	number := d.made(t, 1)
	h, err := d.Hold(t.Context(), registrar, number, gent, uuid.Nil)
	if err := errors.Join(err, d.Release(t.Context(), registrar, h.ID), d.Release(t.Context(), registrar, h.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err = d.Hold(t.Context(), registrar, number, gent, uuid.Nil); err != nil {
		t.Fatalf("after a release: %v", err)
	}
	d.now = d.now.Add(voucher.HoldTime)
	if h, err = d.Hold(t.Context(), registrar, number, gent, uuid.Nil); err != nil {
		t.Fatalf("after fifteen minutes: %v", err)
	}
	d.now = d.now.Add(voucher.HoldTime)
	if err := voucher.ExpireHolds(t.Context(), d.DB, d.now); err != nil {
		t.Fatal(err)
	}
	if v, _, err := voucher.Look(t.Context(), d.DB, number); err != nil || v.Held != 0 {
		t.Errorf("after tidying up: %+v, %v", v, err)
	}
	if err := d.spend(t, number, h.ID); err != nil {
		t.Errorf("spending on a hold that is over, nobody being in the way: %v", err)
	}
}

func TestOfEightCountersOneGetsTheVoucher(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	kind := d.kind(t, 1)
	for range 25 {
		made, err := d.Make(t.Context(), coordinator, "", kind.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			all.Go(func() {
				if i%2 == 0 {
					_, errs[i] = d.Hold(t.Context(), registrar, made.Numbers[0], gent, uuid.Nil)
				} else {
					errs[i] = d.spend(t, made.Numbers[0], uuid.Nil)
				}
			})
		}
		all.Wait()
		through := 0
		for _, err := range errs {
			switch {
			case err == nil:
				through++
			case !errors.Is(err, voucher.ErrReserved) && !errors.Is(err, voucher.ErrUsed):
				t.Error(err)
			}
		}
		if through != 1 {
			t.Fatalf("%d of 8 got it", through)
		}
	}
}

// Whatever happens to a voucher, in whatever order, uses and holds never pass
// its maximum, and it does what a plain count says.
func TestAVoucherIsNeverSpentTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	kinds := map[int]uuid.UUID{1: d.kind(t, 1).ID}
	for uses, prefix := range map[int]string{2: "65", 3: "77"} {
		kind, err := d.SaveType(t.Context(), coordinator, voucher.Type{CardSystemID: gent, Name: "Actie", Prefix: prefix, MaxUses: uses})
		if err != nil {
			t.Fatal(err)
		}
		kinds[uses] = kind.ID
	}
	rapid.Check(t, func(rt *rapid.T) {
		most := rapid.IntRange(1, 3).Draw(rt, "uses")
		made, err := d.Make(t.Context(), coordinator, "", kinds[most], 1)
		if err != nil {
			rt.Fatal(err)
		}
		used := 0
		var holds []voucher.Hold
		live := func() (n int) {
			for _, h := range holds {
				if h.ExpiresAt.After(d.now) {
					n++
				}
			}
			return n
		}
		take := func() voucher.Hold {
			h := holds[0]
			holds = holds[1:]
			return h
		}
		rt.Repeat(map[string]func(*rapid.T){
			"hold": func(rt *rapid.T) {
				want := used+live() < most
				h, err := d.Hold(t.Context(), registrar, made.Numbers[0], gent, uuid.Nil)
				if (err == nil) != want {
					rt.Fatalf("hold: %v with %d used and %d held of %d", err, used, live(), most)
				}
				if err == nil {
					holds = append(holds, h)
				}
			},
			"spend": func(rt *rapid.T) {
				want := used+live() < most
				if err := d.spend(t, made.Numbers[0], uuid.Nil); (err == nil) != want {
					rt.Fatalf("spend: %v with %d used and %d held of %d", err, used, live(), most)
				}
				if want {
					used++
				}
			},
			"spend on a hold": func(rt *rapid.T) {
				if len(holds) == 0 {
					rt.Skip("nothing held")
				}
				h := take()
				want := used+live() < most
				if err := d.spend(t, made.Numbers[0], h.ID); (err == nil) != want {
					rt.Fatalf("spend on a hold: %v with %d used and %d others held of %d", err, used, live(), most)
				}
				if want {
					used++
				} else if h.ExpiresAt.After(d.now) {
					holds = append(holds, h) // refused: nothing changed
				}
			},
			"release": func(rt *rapid.T) {
				if len(holds) == 0 {
					rt.Skip("nothing held")
				}
				if err := d.Release(t.Context(), registrar, take().ID); err != nil {
					rt.Fatal(err)
				}
			},
			"give back": func(rt *rapid.T) {
				if used == 0 {
					rt.Skip("nothing used")
				}
				if err := db.InTx(t.Context(), d.DB, func(tx *db.Tx) error { return voucher.GiveBack(t.Context(), tx, made.Numbers[0]) }); err != nil {
					rt.Fatal(err)
				}
				used--
			},
			"wait": func(*rapid.T) { d.now = d.now.Add(6 * time.Minute) },
			"": func(rt *rapid.T) {
				v, _, err := voucher.Look(t.Context(), d.DB, made.Numbers[0])
				if err != nil || v.Used != used || v.Used+v.Held > most {
					rt.Fatalf("%+v, %v; %d used", v, err, used)
				}
			},
		})
	})
}

func TestAListIsImportedLineByLine(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	kind := d.kind(t, 1)
	const list = "2000000113\n\n 200-0000 121 \n6500000025\n20\n2000000113\n"
	want := []voucher.Refused{{Line: 4, Err: voucher.ErrPrefixWrong}, {Line: 5, Err: voucher.ErrNumber}, {Line: 6, Err: voucher.ErrNumberTaken}}
	same := cmp.Comparer(func(a, b *fault.Error) bool { return errors.Is(a, b) })
	taken, refused, err := d.Import(t.Context(), coordinator, kind.ID, strings.NewReader(list), true)
	if diff := cmp.Diff(want, refused, same); err != nil || taken != 2 || diff != "" {
		t.Errorf("tried: %d, %v (-want +got):\n%s", taken, err, diff)
	}
	if _, n, err := d.Vouchers(t.Context(), coordinator, kind.ID, 0, 10); err != nil || n != 0 {
		t.Errorf("a dry run wrote %d, %v", n, err)
	}
	if taken, _, err = d.Import(t.Context(), coordinator, kind.ID, strings.NewReader(list), false); err != nil || taken != 2 {
		t.Errorf("imported: %d, %v", taken, err)
	}
	taken, refused, err = d.Import(t.Context(), coordinator, kind.ID, strings.NewReader("2000000113\n2000000139"), false)
	if err != nil || taken != 1 || len(refused) != 1 || refused[0].Line != 1 || !errors.Is(refused[0].Err, voucher.ErrNumberTaken) {
		t.Errorf("imported again: %d, %+v, %v", taken, refused, err)
	}
}

func TestOnlyWhoRunsACardSystemManagesItsVouchers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	kind := d.kind(t, 1)
	elsewhere := kind
	elsewhere.ID, elsewhere.CardSystemID = uuid.Nil, 2
	_, save := d.SaveType(t.Context(), registrar, kind)
	_, making := d.Make(t.Context(), registrar, "", kind.ID, 1)
	_, other := d.SaveType(t.Context(), coordinator, elsewhere)
	_, hold := d.Hold(t.Context(), clerk, "2000000113", gent, uuid.Nil)
	for name, err := range map[string]error{"a registrar changes a type": save, "makes vouchers": making, "a coordinator of another system": other, "a clerk holds": hold} {
		if !errors.Is(err, rights.ErrDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMistakesAboutTypes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	good := voucher.Type{CardSystemID: gent, Name: "Actie", Prefix: "65", MaxUses: 1}
	for _, tt := range []struct {
		field string
		wrong func(*voucher.Type)
	}{
		{"name", func(t *voucher.Type) { t.Name = "  " }},
		{"prefix", func(t *voucher.Type) { t.Prefix = "a-1" }},
		{"prefix", func(t *voucher.Type) { t.Prefix = "" }},
		{"prefix", func(t *voucher.Type) { t.Prefix = "123456789" }},
		{"maxUses", func(t *voucher.Type) { t.MaxUses = 0 }},
		{"validUntil", func(t *voucher.Type) {
			t.Valid = period.Range{From: period.NewDay(2026, 2, 1), Until: period.NewDay(2026, 1, 1)}
		}},
		{"validUntil", func(t *voucher.Type) {
			t.Valid = period.Range{From: period.NewDay(2026, 2, 1), Until: period.NewDay(2026, 2, 1)}
		}},
	} {
		kind, field := good, tt.field
		tt.wrong(&kind)
		_, err := d.SaveType(t.Context(), coordinator, kind)
		var f *fault.Error
		if !errors.As(err, &f) || !errors.Is(err, voucher.ErrTypeInvalid) || f.Args["field"] != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, first := d.SaveType(t.Context(), coordinator, good)
	_, second := d.SaveType(t.Context(), coordinator, good)
	if _, err := d.Make(t.Context(), coordinator, "", uuid.New(), 0); !errors.Is(err, voucher.ErrBatchSize) {
		t.Errorf("none: %v", err)
	}
	_, many := d.Make(t.Context(), coordinator, "", uuid.New(), voucher.MaxBatch+1)
	_, unknown := d.Make(t.Context(), coordinator, "", uuid.New(), 1)
	if first != nil || !errors.Is(second, voucher.ErrPrefixTaken) || !errors.Is(many, voucher.ErrBatchSize) || !errors.Is(unknown, voucher.ErrTypeUnknown) {
		t.Errorf("%v, %v, %v, %v", first, second, many, unknown)
	}
}

func TestAWithdrawnVoucherStopsAndMayWorkAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	number := d.made(t, 1)
	other, err := d.Make(t.Context(), coordinator, "", d.typeOf(t, number), 1)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := d.Withdraw(t.Context(), coordinator, number, true); err != nil || !v.Withdrawn {
		t.Fatalf("%+v, %v", v, err)
	}
	if v, _, err := voucher.Look(t.Context(), d.DB, other.Numbers[0]); err != nil || v.Withdrawn {
		t.Errorf("another one: %+v, %v", v, err)
	}
	if err := d.spend(t, number, uuid.Nil); !errors.Is(err, voucher.ErrWithdrawn) {
		t.Errorf("spend: %v", err)
	}
	if _, err := d.Withdraw(t.Context(), coordinator, number, false); err != nil {
		t.Fatal(err)
	}
	if err := d.spend(t, number, uuid.Nil); err != nil {
		t.Errorf("spend: %v", err)
	}
}
