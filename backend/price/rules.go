package price

import (
	"slices"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/money"
)

// oldest is the age up to which a list must know a price.
const oldest = 130

// Choose returns what the rows say about a question. Of the rows that fit, the
// one with the most telling condition counts: voucher before reason, reason
// before social tariff, then age, kind of card, residence; of equal ones the
// first. It returns ErrNone when no row fits, and ErrVoucherNoEffect when none
// does for the voucher.
func Choose(rows []Row, q Question) (Price, error) {
	plain := q
	plain.VoucherTypeID = uuid.Nil
	base, ok := best(rows, plain)
	if q.VoucherTypeID == uuid.Nil {
		if !ok {
			return Price{}, ErrNone
		}
		return Price{Row: base}, nil
	}
	withVoucher, found := best(rows, q)
	if !found {
		return Price{}, ErrVoucherNoEffect
	}
	p := Price{Row: withVoucher}
	if ok {
		p.Without = &base
	}
	return p, nil
}

// best returns the most precise row that fits.
func best(rows []Row, q Question) (Row, bool) {
	i := bestIndex(rows, q)
	if i < 0 {
		return Row{}, false
	}
	return rows[i], true
}

// bestIndex returns the place of the most precise row that fits, or -1.
func bestIndex(rows []Row, q Question) int {
	found := -1
	for i, r := range rows {
		if fits(r.Conditions, q) && (found < 0 || precision(r.Conditions) > precision(rows[found].Conditions)) {
			found = i
		}
	}
	return found
}

func fits(c Conditions, q Question) bool {
	return holds(c.Reason, q.Reason) && holds(c.SocialTariff, q.SocialTariff) && holds(c.CardType, q.CardType) &&
		holds(c.Resident, q.Resident) &&
		(c.AgeFrom == nil || *c.AgeFrom <= q.Age) && (c.AgeUntil == nil || q.Age <= *c.AgeUntil) &&
		// A row of a voucher is for that voucher only.
		(c.VoucherTypeID == nil) == (q.VoucherTypeID == uuid.Nil) && holds(c.VoucherTypeID, q.VoucherTypeID)
}

func holds[T comparable](condition *T, value T) bool { return condition == nil || *condition == value }

// precision orders rows: each condition outweighs all that come after it.
func precision(c Conditions) int {
	p := 0
	for _, has := range []bool{
		c.VoucherTypeID != nil, c.Reason != nil, c.SocialTariff != nil, c.AgeFrom != nil || c.AgeUntil != nil,
		c.CardType != nil, c.Resident != nil,
	} {
		p *= 2
		if has {
			p++
		}
	}
	return p
}

// Check returns nil for rows that make a list: every row possible, none twice,
// and a price for everybody.
func Check(rows []Row) error {
	for i, r := range rows {
		if wrong := checkRow(r); wrong != nil {
			return wrong.With("row", i+1)
		}
		for j, other := range rows[:i] {
			if same(r.Conditions, other.Conditions) {
				return ErrRowTwice.With("row", i+1).With("other", j+1)
			}
		}
	}
	if gaps := Gaps(rows); len(gaps) > 0 {
		return ErrListGap.With("gaps", len(gaps))
	}
	return nil
}

// Gaps lists for whom rows have no price.
func Gaps(rows []Row) []Conditions {
	var out []Conditions
	for _, c := range Table(rows) {
		if c.Row == nil {
			out = append(out, c.Conditions)
		}
	}
	return out
}

// A group is the people and passes that one row, or none, is for.
type group struct {
	reason      Reason
	from, until int // ages
	row         int // -1: none
	social      either[bool]
	cardType    either[card.Type]
	resident    either[bool]
}

// either is a value, or any.
type either[T comparable] struct {
	value T
	any   bool
}

func (e either[T]) condition() *T {
	if e.any {
		return nil
	}
	return &e.value
}

// The conditions of a list that groups are put together by.
var merges = []func(g *group){
	func(g *group) { g.resident = either[bool]{any: true} },
	func(g *group) { g.cardType = either[card.Type]{any: true} },
	func(g *group) { g.social = either[bool]{any: true} },
}

// Table spells rows as people read a price list: every case once, with its row,
// cases that make no difference put together. Vouchers come last, one cell for
// each of their rows.
func Table(rows []Row) []Cell {
	groups := cases(rows)
	for _, blur := range merges {
		groups = merge(groups, blur)
	}
	out := make([]Cell, 0, len(groups))
	for _, g := range groups {
		c := Cell{Conditions: Conditions{
			Reason: &g.reason, SocialTariff: g.social.condition(), CardType: g.cardType.condition(), Resident: g.resident.condition(),
		}}
		if g.from > 0 {
			c.Conditions.AgeFrom = &g.from
		}
		if g.until < oldest {
			c.Conditions.AgeUntil = &g.until
		}
		if g.row >= 0 {
			c.Row = &rows[g.row]
		}
		out = append(out, c)
	}
	for i, r := range rows {
		if r.Conditions.VoucherTypeID != nil {
			out = append(out, Cell{r.Conditions, &rows[i]})
		}
	}
	return out
}

// cases lists every possible case with its row, neighbouring ages of one row
// put together.
func cases(rows []Row) []group {
	edges := ageEdges(rows)
	var out []group
	for _, q := range questions() {
		begun := len(out)
		for i, from := range edges[:len(edges)-1] {
			q.Age = from
			row, until := bestIndex(rows, q), edges[i+1]-1
			if n := len(out); n > begun && out[n-1].row == row {
				out[n-1].until = until
				continue
			}
			out = append(out, group{
				reason: q.Reason, from: from, until: until, row: row, social: either[bool]{value: q.SocialTariff},
				cardType: either[card.Type]{value: q.CardType}, resident: either[bool]{value: q.Resident},
			})
		}
	}
	return out
}

// questions are all that can be asked, whatever the age. Nobody has a social
// tariff just lost, or lacks one just granted.
func questions() []Question {
	var out []Question
	for _, reason := range Reasons() {
		for _, social := range []bool{false, true} {
			if social && reason == TariffLost || !social && reason == TariffGranted {
				continue
			}
			for _, kind := range []card.Type{card.NFCCard, card.Digital} {
				for _, resident := range []bool{true, false} {
					out = append(out, Question{Reason: reason, SocialTariff: social, CardType: kind, Resident: resident})
				}
			}
		}
	}
	return out
}

// ageEdges are the ages at which a price may change, from birth to one more
// than the oldest.
func ageEdges(rows []Row) []int {
	edges := []int{0, oldest + 1}
	for _, r := range rows {
		if from := r.Conditions.AgeFrom; from != nil {
			edges = append(edges, min(*from, oldest+1))
		}
		if until := r.Conditions.AgeUntil; until != nil {
			edges = append(edges, min(*until, oldest)+1)
		}
	}
	slices.Sort(edges)
	return slices.Compact(edges)
}

// merge puts together the groups that differ only in what blur takes away. Each
// such condition has two values, so a pair is all there is.
func merge(groups []group, blur func(*group)) []group {
	count := map[group]int{}
	for _, g := range groups {
		blur(&g)
		count[g]++
	}
	out := make([]group, 0, len(groups))
	for _, g := range groups {
		blurred := g
		blur(&blurred)
		switch count[blurred] {
		case 2:
			out = append(out, blurred)
			count[blurred] = 0 // the second of the pair is in it
		case 1:
			out = append(out, g)
		}
	}
	return out
}

func checkRow(r Row) *fault.Error {
	c := r.Conditions
	switch {
	case r.Cents < 0 || r.Cents > maxCents:
		return ErrRowInvalid.With("field", "cents")
	case c.AgeFrom != nil && (*c.AgeFrom < 0 || *c.AgeFrom > oldest):
		return ErrRowInvalid.With("field", "ageFrom")
	case c.AgeUntil != nil && (*c.AgeUntil < 0 || *c.AgeUntil > oldest || c.AgeFrom != nil && *c.AgeUntil < *c.AgeFrom):
		return ErrRowInvalid.With("field", "ageUntil")
	case c.Reason != nil && !slices.Contains(Reasons(), *c.Reason):
		return ErrRowInvalid.With("field", "reason")
	case c.CardType != nil && *c.CardType != card.NFCCard && *c.CardType != card.Digital:
		return ErrRowInvalid.With("field", "cardType")
	default:
		return nil
	}
}

// maxCents is more than any pass costs: a slip of the finger is not saved.
const maxCents money.Cents = 100_000

// same reports whether two rows are for exactly the same people and passes.
func same(a, b Conditions) bool {
	return equal(a.Reason, b.Reason) && equal(a.AgeFrom, b.AgeFrom) && equal(a.AgeUntil, b.AgeUntil) &&
		equal(a.SocialTariff, b.SocialTariff) && equal(a.CardType, b.CardType) && equal(a.Resident, b.Resident) &&
		equal(a.VoucherTypeID, b.VoucherTypeID)
}

func equal[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
