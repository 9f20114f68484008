package price_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/price"
)

var newcomers = uuid.MustParse("00000000-0000-7000-8000-000000000200")

// torhout is a list like that of a small town: adults 5, children 3, social
// tariff 1, a new card for a lost one 1, everybody from elsewhere 8, and a
// voucher that makes the first card free.
func torhout() []price.Row {
	return []price.Row{
		{Cents: 500},
		{Cents: 800, Conditions: price.Conditions{Resident: new(false)}},
		{Cents: 300, Conditions: price.Conditions{AgeUntil: new(17)}},
		{Cents: 100, Conditions: price.Conditions{SocialTariff: new(true)}},
		{Cents: 100, Conditions: price.Conditions{Reason: new(price.LossTheft)}},
		{Cents: 0, Conditions: price.Conditions{Reason: new(price.Defect)}},
		{Cents: 0, Conditions: price.Conditions{VoucherTypeID: new(newcomers), Reason: new(price.FirstCard)}},
	}
}

func TestWhatAPassCosts(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		ask  price.Question
		want money.Cents
	}{
		"an adult of the town":          {price.Question{Reason: price.FirstCard, Age: 30, Resident: true}, 500},
		"on the eighteenth birthday":    {price.Question{Reason: price.FirstCard, Age: 18, Resident: true}, 500},
		"a child":                       {price.Question{Reason: price.FirstCard, Age: 17, Resident: true}, 300},
		"a child from elsewhere":        {price.Question{Reason: price.FirstCard, Age: 17}, 300},
		"an adult from elsewhere":       {price.Question{Reason: price.FirstCard, Age: 30}, 800},
		"with a social tariff":          {price.Question{Reason: price.FirstCard, Age: 30, SocialTariff: true, Resident: true}, 100},
		"a child with a social tariff":  {price.Question{Reason: price.FirstCard, Age: 9, SocialTariff: true, Resident: true}, 100},
		"a lost card of a child":        {price.Question{Reason: price.LossTheft, Age: 9, Resident: true}, 100},
		"a broken card":                 {price.Question{Reason: price.Defect, Age: 30}, 0},
		"with a voucher":                {price.Question{Reason: price.FirstCard, Age: 30, Resident: true, VoucherTypeID: newcomers}, 0},
		"joining with the card one has": {price.Question{Reason: price.CardUpgrade, Age: 30, Resident: true}, 500},
		"a digital pass costs the same": {price.Question{Reason: price.FirstCard, Age: 30, CardType: card.Digital, Resident: true}, 500},
	} {
		got, err := price.Choose(torhout(), tt.ask)
		if err != nil || got.Cents != tt.want {
			t.Errorf("%s: %s, %v, want %s", name, got.Cents, err, tt.want)
		}
	}
}

func TestAVoucherShowsWhatItIsWorth(t *testing.T) {
	t.Parallel()
	got, err := price.Choose(torhout(), price.Question{Reason: price.FirstCard, Age: 30, Resident: true, VoucherTypeID: newcomers})
	if err != nil || got.Cents != 0 || got.Without == nil || got.Without.Cents != 500 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := price.Choose(torhout(), price.Question{Reason: price.Defect, Age: 30, VoucherTypeID: newcomers}); !errors.Is(err, price.ErrVoucherNoEffect) {
		t.Errorf("a voucher for another reason: %v", err)
	}
}

func TestAListWithAGapIsRefused(t *testing.T) {
	t.Parallel()
	town := func(change func([]price.Row) []price.Row) error { return price.Check(change(torhout())) }
	for name, tt := range map[string]struct {
		err  error
		want error
	}{
		"as it is":                    {price.Check(torhout()), nil},
		"nothing at all":              {price.Check(nil), price.ErrListGap},
		"no price for adults of town": {town(func(r []price.Row) []price.Row { return r[1:] }), price.ErrListGap},
		"children from six to seventeen only": {price.Check([]price.Row{
			{Conditions: price.Conditions{AgeFrom: new(6), AgeUntil: new(17)}}, {Conditions: price.Conditions{AgeFrom: new(18)}},
		}), price.ErrListGap},
		"the same people twice":         {town(func(r []price.Row) []price.Row { return append(r, r[2]) }), price.ErrRowTwice},
		"less than nothing":             {town(func(r []price.Row) []price.Row { r[0].Cents = -1; return r }), price.ErrRowInvalid},
		"as much as a bicycle":          {town(func(r []price.Row) []price.Row { r[0].Cents = 100_001; return r }), price.ErrRowInvalid},
		"from eighteen until seventeen": {town(func(r []price.Row) []price.Row { r[2].Conditions.AgeFrom = new(18); return r }), price.ErrRowInvalid},
		"from before they were born":    {town(func(r []price.Row) []price.Row { r[2].Conditions.AgeFrom = new(-1); return r }), price.ErrRowInvalid},
		"from an age nobody has":        {town(func(r []price.Row) []price.Row { r[2].Conditions = price.Conditions{AgeFrom: new(131)}; return r }), price.ErrRowInvalid},
		"until before they were born":   {town(func(r []price.Row) []price.Row { r[2].Conditions.AgeUntil = new(-1); return r }), price.ErrRowInvalid},
		"until an age nobody has":       {town(func(r []price.Row) []price.Row { r[2].Conditions.AgeUntil = new(131); return r }), price.ErrRowInvalid},
		"the oldest of all, and babies": {town(func(r []price.Row) []price.Row { return append(r, aged(0, 0), aged(130, 130)) }), nil},
		"as much as may be":             {town(func(r []price.Row) []price.Row { r[0].Cents = 100_000; return r }), nil},
		"for a pass of paper":           {town(func(r []price.Row) []price.Row { r[4].Conditions.CardType = new(card.Type("PAPER")); return r }), price.ErrRowInvalid},
		"one price of plastic, one not": {town(func(r []price.Row) []price.Row {
			return append(r, price.Row{Conditions: price.Conditions{CardType: new(card.NFCCard)}}, price.Row{Conditions: price.Conditions{CardType: new(card.Digital)}})
		}), nil},
		"for a reason nobody has": {town(func(r []price.Row) []price.Row { r[4].Conditions.Reason = new(price.Reason("GIFT")); return r }), price.ErrRowInvalid},
	} {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v, want %v", name, tt.err, tt.want)
		}
	}
}

// aged is a row for people of these ages.
func aged(from, until int) price.Row {
	return price.Row{Conditions: price.Conditions{AgeFrom: &from, AgeUntil: &until}}
}

func TestAGapSaysForWhom(t *testing.T) {
	t.Parallel()
	gaps := price.Gaps([]price.Row{{Conditions: price.Conditions{AgeFrom: new(6)}}, {Conditions: price.Conditions{Reason: new(price.Defect)}}})
	if len(gaps) != len(price.Reasons())-1 {
		t.Fatalf("%d gaps: %+v", len(gaps), gaps)
	}
	if g := gaps[0]; *g.Reason != price.FirstCard || g.AgeFrom != nil || *g.AgeUntil != 5 || g.SocialTariff != nil || g.CardType != nil || g.Resident != nil {
		t.Errorf("children under six, whoever they are: %+v", g)
	}
}

// The table that people read says of everybody what Choose says.
func TestTheTableAndTheChoiceAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(anyRow), 0, 8).Draw(t, "rows")
		ask := price.Question{
			Reason: rapid.SampledFrom(price.Reasons()).Draw(t, "reason"), Age: rapid.IntRange(0, 130).Draw(t, "age"),
			SocialTariff: rapid.Bool().Draw(t, "social"), Resident: rapid.Bool().Draw(t, "resident"),
			CardType: rapid.SampledFrom([]card.Type{card.NFCCard, card.Digital}).Draw(t, "type"),
		}
		if ask.SocialTariff && ask.Reason == price.TariffLost || !ask.SocialTariff && ask.Reason == price.TariffGranted {
			t.Skip("nobody asks that")
		}
		want, err := price.Choose(rows, ask)
		var found []price.Cell
		for _, c := range price.Table(rows) {
			if c.Conditions.VoucherTypeID == nil && covers(c.Conditions, ask) {
				found = append(found, c)
			}
		}
		if len(found) != 1 {
			t.Fatalf("%d cells for %+v", len(found), ask)
		}
		if (found[0].Row == nil) != (err != nil) || err == nil && found[0].Row.ID != want.ID {
			t.Fatalf("the table says %+v, the choice %+v, %v", found[0].Row, want.Row, err)
		}
	})
}

func anyRow(t *rapid.T) price.Row {
	c := price.Conditions{
		Reason: optional(t, "reason", rapid.SampledFrom(price.Reasons())), AgeFrom: optional(t, "from", rapid.IntRange(0, 130)),
		AgeUntil: optional(t, "until", rapid.IntRange(0, 130)), SocialTariff: optional(t, "social", rapid.Bool()),
		CardType: optional(t, "type", rapid.SampledFrom([]card.Type{card.NFCCard, card.Digital})), Resident: optional(t, "resident", rapid.Bool()),
	}
	return price.Row{ID: uuid.New(), Conditions: c}
}

func optional[T any](t *rapid.T, name string, g *rapid.Generator[T]) *T {
	if rapid.Bool().Draw(t, name+" matters") {
		return new(g.Draw(t, name))
	}
	return nil
}

func covers(c price.Conditions, q price.Question) bool {
	return (c.Reason == nil || *c.Reason == q.Reason) && (c.SocialTariff == nil || *c.SocialTariff == q.SocialTariff) &&
		(c.CardType == nil || *c.CardType == q.CardType) && (c.Resident == nil || *c.Resident == q.Resident) &&
		(c.AgeFrom == nil || *c.AgeFrom <= q.Age) && (c.AgeUntil == nil || q.Age <= *c.AgeUntil)
}
