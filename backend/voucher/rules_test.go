package voucher_test

import (
	"errors"
	"testing"

	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/voucher"
)

func TestWhenAVoucherWorks(t *testing.T) {
	t.Parallel()
	const gent = 1
	autumn := period.Range{From: period.NewDay(2026, 9, 1), Until: period.NewDay(2026, 12, 1)}
	kind := voucher.Type{CardSystemID: gent, Valid: autumn, MaxUses: 1}
	closed := kind
	closed.Closed = true
	for name, tt := range map[string]struct {
		voucher voucher.Voucher
		kind    voucher.Type
		system  int
		on      period.Day
		want    error
	}{
		"a new one":                        {voucher.Voucher{MaxUses: 1}, kind, gent, period.NewDay(2026, 11, 22), nil},
		"on its first day":                 {voucher.Voucher{MaxUses: 1}, kind, gent, period.NewDay(2026, 9, 1), nil},
		"on its last day":                  {voucher.Voucher{MaxUses: 1}, kind, gent, period.NewDay(2026, 11, 30), nil},
		"the day before":                   {voucher.Voucher{MaxUses: 1}, kind, gent, period.NewDay(2026, 8, 31), voucher.ErrTooEarly},
		"the day after":                    {voucher.Voucher{MaxUses: 1}, kind, gent, period.NewDay(2026, 12, 1), voucher.ErrExpired},
		"without an end":                   {voucher.Voucher{MaxUses: 1}, voucher.Type{CardSystemID: gent}, gent, period.NewDay(2099, 1, 1), nil},
		"used":                             {voucher.Voucher{MaxUses: 1, Used: 1}, kind, gent, period.NewDay(2026, 11, 22), voucher.ErrUsed},
		"used, and over":                   {voucher.Voucher{MaxUses: 1, Used: 1}, kind, gent, period.NewDay(2027, 1, 1), voucher.ErrUsed},
		"used once of twice":               {voucher.Voucher{MaxUses: 2, Used: 1}, kind, gent, period.NewDay(2026, 11, 22), nil},
		"before a colleague":               {voucher.Voucher{MaxUses: 1, Held: 1}, kind, gent, period.NewDay(2026, 11, 22), voucher.ErrReserved},
		"one used, one before a colleague": {voucher.Voucher{MaxUses: 2, Used: 1, Held: 1}, kind, gent, period.NewDay(2026, 11, 22), voucher.ErrReserved},
		"in another card system":           {voucher.Voucher{MaxUses: 1}, kind, 2, period.NewDay(2026, 11, 22), voucher.ErrElsewhere},
		"withdrawn":                        {voucher.Voucher{MaxUses: 1, Withdrawn: true}, kind, gent, period.NewDay(2026, 11, 22), voucher.ErrWithdrawn},
		"of a type that was closed":        {voucher.Voucher{MaxUses: 1}, closed, gent, period.NewDay(2026, 11, 22), voucher.ErrWithdrawn},
	} {
		if got := voucher.Allow(tt.voucher, tt.kind, tt.system, tt.on); !errors.Is(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestANumberIsSpeltTheSameHoweverItIsTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"2000000126": "2000000126", "200 0000 113": "2000000113", "200.0000-139": "2000000139", "ab12-cd": "AB12CD", "«»": "",
	} {
		if got := voucher.Spell(typed); got != want {
			t.Errorf("%q is spelt %q, want %q", typed, got, want)
		}
	}
}
