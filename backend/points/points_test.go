package points_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/points"
)

var at = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)

// ledger is a person's account and an organizer's.
type ledger struct {
	t         *testing.T
	db        *db.DB
	holder    uuid.UUID
	organizer uuid.UUID
}

func open(t *testing.T, d *db.DB) ledger {
	t.Helper()
	l := ledger{t, d, db.NewID(), db.NewID()}
	l.do(func(tx *db.Tx) error {
		return errors.Join(points.OpenHolder(t.Context(), tx, l.holder), points.OpenOrganizer(t.Context(), tx, l.organizer))
	})
	return l
}

func (l ledger) do(fn func(tx *db.Tx) error) {
	l.t.Helper()
	if err := db.InTx(l.t.Context(), l.db, fn); err != nil {
		l.t.Fatal(err)
	}
}

func (l ledger) movement(n int) points.Movement {
	id := db.NewID()
	return points.Movement{ID: id, PassholderID: l.holder, OrganizerID: l.organizer, CardSystemID: 1, Points: n, GroupID: db.NewID(), At: at}
}

func (l ledger) credit(n int) (m points.Movement, b points.Balance) {
	l.t.Helper()
	m = l.movement(n)
	l.do(func(tx *db.Tx) (err error) { b, err = points.Credit(l.t.Context(), tx, m); return err })
	return m, b
}

func (l ledger) reverse(of points.Movement) (b points.Balance) {
	l.t.Helper()
	m := l.movement(of.Points)
	m.GroupID, m.Reverses = of.GroupID, of.ID
	l.do(func(tx *db.Tx) (err error) { b, err = points.Reverse(l.t.Context(), tx, m); return err })
	return b
}

func (l ledger) spend(n int) (b points.Balance, err error) {
	l.t.Helper()
	err = db.InTx(l.t.Context(), l.db, func(tx *db.Tx) (err error) {
		b, err = points.Spend(l.t.Context(), tx, l.movement(n))
		return err
	})
	return b, err
}

// verify looks for faults, but for those of check-ins: these movements have none.
func verify(t *testing.T, d *db.DB) []points.Fault {
	t.Helper()
	faults, err := points.Verify(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(faults, func(f points.Fault) bool { return f.What == "checkin" })
}

func TestTakingBackSpentPointsLeavesADebtThatTheNextOnesPay(t *testing.T) {
	t.Parallel()
	l := open(t, dbtest.New(t))
	first, b := l.credit(3)
	if want := (points.Balance{Points: 3}); b != want {
		t.Errorf("saved 3: %+v", b)
	}
	if b, err := l.spend(2); err != nil || b != (points.Balance{Points: 1}) {
		t.Errorf("spent 2: %+v, %v", b, err)
	}
	if b := l.reverse(first); b != (points.Balance{Debt: 2}) {
		t.Errorf("took 3 back: %+v", b)
	}
	if _, err := l.spend(1); !errors.Is(err, points.ErrTooFew) {
		t.Errorf("spent out of a debt: %v", err)
	}
	if _, b := l.credit(1); b != (points.Balance{Debt: 1}) {
		t.Errorf("saved 1: %+v", b)
	}
	if _, b := l.credit(4); b != (points.Balance{Points: 3}) {
		t.Errorf("saved 4: %+v", b)
	}
	if _, err := l.spend(4); !errors.Is(err, points.ErrTooFew) {
		t.Errorf("spent 4 of 3: %v", err)
	}
	if b, err := points.Of(t.Context(), l.db, l.holder); err != nil || b != (points.Balance{Points: 3}) {
		t.Errorf("at last: %+v, %v", b, err)
	}
	entries, total, err := points.History(t.Context(), l.db, l.holder, 0, 0)
	var got [][2]int
	for _, e := range entries {
		got = append(got, [2]int{e.Points, e.BalanceAfter})
	}
	if diff := cmp.Diff([][2]int{{4, 3}, {1, -1}, {-3, -2}, {-2, 1}, {3, 3}}, got); err != nil || total != 5 || diff != "" {
		t.Errorf("history of %d, %v (-want +got):\n%s", total, err, diff)
	}
	page, total, err := points.History(t.Context(), l.db, l.holder, 1, 2)
	if err != nil || total != 5 || !cmp.Equal(page, entries[1:3]) {
		t.Errorf("second page: %d of %d, %v", len(page), total, err)
	}
}

// A check-in (code 1) debits an organizer, and so is no part of what is looked for
// among the debits; everything else that a person was debited is.
func TestTheHistoryLeavesNoKindOfMovementOut(t *testing.T) {
	t.Parallel()
	l := open(t, dbtest.New(t))
	var want [][2]int
	write := func(code points.Code, debit, credit uuid.UUID, signed int) {
		t.Helper()
		if _, err := l.db.Exec(t.Context(), `INSERT INTO transfer (id, occurred_at, card_system_id, debit_id, credit_id, amount, unit, code, group_id)
			VALUES ($1, now(), 1, $2, $3, $4, 'POINT', $5, $1)`, db.NewID(), debit, credit, max(signed, -signed), int(code)); err != nil {
			t.Fatal(err)
		}
		want = append([][2]int{{int(code), signed}}, want...)
	}
	for _, code := range []points.Code{points.Checkin, points.Reversal, points.Spending, points.TakenOver, points.Handing} {
		write(code, l.organizer, l.holder, 7)
		if code != points.Checkin {
			write(code, l.holder, l.organizer, -int(code))
		}
	}
	entries, total, err := points.History(t.Context(), l.db, l.holder, 0, 0)
	var got [][2]int
	for _, e := range entries {
		got = append(got, [2]int{int(e.Code), e.Points})
	}
	if diff := cmp.Diff(want, got); err != nil || total != len(want) || diff != "" {
		t.Errorf("%d movements, %v (-want +got):\n%s", total, err, diff)
	}
}

func TestSomebodyWithoutAnAccountHasNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	if b, err := points.Of(t.Context(), d, db.NewID()); err != nil || b != (points.Balance{}) {
		t.Errorf("%+v, %v", b, err)
	}
	l := open(t, d)
	for name, holder := range map[string]uuid.UUID{"no account": db.NewID(), "an organizer's": l.organizer} {
		for act, move := range map[string]func(context.Context, *db.Tx, points.Movement) (points.Balance, error){
			"saved": points.Credit, "taken back": points.Reverse, "spent": points.Spend,
		} {
			err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
				m := l.movement(1)
				m.PassholderID = holder
				_, err := move(t.Context(), tx, m)
				return err
			})
			if err == nil {
				t.Errorf("points were %s with %s as the holder's account", act, name)
			}
		}
	}
	if b, err := points.Of(t.Context(), d, l.organizer); err != nil || b != (points.Balance{}) {
		t.Errorf("an organizer has %+v, %v", b, err)
	}
}

func TestTransfersNeverChange(t *testing.T) {
	t.Parallel()
	l := open(t, dbtest.New(t))
	l.credit(1)
	for _, sql := range []string{`UPDATE transfer SET amount = 100`, `DELETE FROM transfer`} {
		if _, err := l.db.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s went through", sql)
		}
	}
}

func TestTheVerifierFindsWhatSomebodyTamperedWith(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ sql, what string }{
		"a balance":               {`UPDATE account SET posted_in = posted_in + 1 WHERE NOT derived`, "balance"},
		"a debt that is none":     {`UPDATE account SET overdraft = 5 WHERE NOT derived`, "overdraft"},
		"an account that is gone": {`DELETE FROM account WHERE derived`, "orphan"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := open(t, dbtest.New(t))
			m, _ := l.credit(2)
			l.reverse(m)
			if faults := verify(t, l.db); len(faults) > 0 {
				t.Fatalf("before: %v", faults)
			}
			if _, err := l.db.Exec(t.Context(), tt.sql); err != nil {
				t.Fatal(err)
			}
			if faults := verify(t, l.db); len(faults) == 0 || faults[0].What != tt.what {
				t.Errorf("found %v", faults)
			}
		})
	}
}

// Whatever is saved, spent and taken back: nobody spends what they do not have,
// a balance is the sum of its movements, and the verifier finds nothing.
func TestTheLedgerHoldsWhateverHappens(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	rapid.Check(t, func(rt *rapid.T) {
		l := open(t, d)
		left, saved := 0, []points.Movement{}
		for _, n := range rapid.SliceOfN(rapid.IntRange(-5, 5), 1, 12).Draw(rt, "moves") {
			switch {
			case n > 0:
				m, _ := l.credit(n)
				saved, left = append(saved, m), left+n
			case n == 0 && len(saved) > 0:
				l.reverse(saved[0])
				left, saved = left-saved[0].Points, saved[1:]
			case n < 0:
				_, err := l.spend(-n)
				if (err == nil) != (left >= -n) {
					rt.Fatalf("spending %d of %d: %v", -n, left, err)
				}
				if err == nil {
					left += n
				}
			}
			if b, err := points.Of(t.Context(), d, l.holder); err != nil || b != points.BalanceOf(left) {
				rt.Fatalf("balance %+v, %v; want %d", b, err, left)
			}
		}
	})
	if faults := verify(t, d); len(faults) > 0 {
		t.Errorf("the verifier found %v", faults)
	}
}
