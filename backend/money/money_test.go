package money_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/money"
)

func TestPercentOf(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		share money.Percent
		of    money.Cents
		want  money.Cents
	}{
		"a fifth of ten euro":  {20, 1000, 200},
		"rounds down":          {20, 999, 199},
		"nothing of nothing":   {20, 0, 0},
		"all of it":            {100, 1234, 1234},
		"a refund rounds down": {20, -999, -200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tt.share.Of(tt.of); got != tt.want {
				t.Errorf("%d%% of %s = %s, want %s", tt.share, tt.of, got, tt.want)
			}
		})
	}
}

func TestAShareAndTheRestAreTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		of := money.Cents(rapid.Int64Range(0, 1_000_000_00).Draw(t, "of"))
		share := money.Percent(rapid.IntRange(0, 100).Draw(t, "share")).Of(of)
		if share < 0 || share > of {
			t.Fatalf("share %s of %s", share, of)
		}
	})
}

func TestCentsAreWrittenWithTwoDecimals(t *testing.T) {
	t.Parallel()
	for c, want := range map[money.Cents]string{0: "0.00", 5: "0.05", 1250: "12.50", -250: "-2.50"} {
		if got := c.String(); got != want {
			t.Errorf("String() = %s, want %s", got, want)
		}
	}
}
