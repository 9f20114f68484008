package registration_test

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/who"
)

// holder is what the model knows of a person.
type holder struct {
	id      uuid.UUID
	number  map[int]string // of the card in use, or blocked last, by card system
	blocked map[int]bool
	gone    map[int]bool // moved away, or dead
	points  int
}

// A story is a random sequence of what happens at a counter, beside a model of
// what must come of it.
type story struct {
	w      *world
	t      *testing.T
	people []*holder
	sales  []registration.Registration // that stand, oldest first
	left   []leaving                   // that stand, oldest first
	giver  uuid.UUID                   // who gives the points
	cards  int                         // of plastic that were ever in stock
	serial int
}

// A leaving is a departure, and what the model said before it of the card systems
// that it is from.
type leaving struct {
	holder        *holder
	id            uuid.UUID
	blocked, gone map[int]bool
}

// Whatever people do, in whatever order: no card has two holders, nobody two
// cards in use in one card system, no point, no euro and no card is lost, and a
// voucher is spent once.
func TestNothingIsLostWhateverHappens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	giver := db.NewID()
	w.do(t, func(ctx context.Context, tx *db.Tx) error { return points.OpenOrganizer(ctx, tx, giver) })
	rapid.Check(t, func(rt *rapid.T) {
		s := &story{w: w, t: t, giver: giver}
		w.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `TRUNCATE registration, receipt_counter, voucher_hold, voucher, card_event, social_tariff, social_tariff_event, membership, consent, departure CASCADE`)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `DELETE FROM card; UPDATE passholder SET insz_hash = NULL, insz_cipher = NULL`)
			return err
		})
		rt.Repeat(map[string]func(*rapid.T){
			"register": s.register, "replace": s.replace, "join": s.join, "block": s.block, "unblock": s.unblock, "void the last": s.voidLast,
			"save a point": s.save, "leave": s.leave, "come back": s.comeBack,
			"": s.check,
		})
		if n := w.count(t, `SELECT count(*) FROM ledger_fault`); n != 0 {
			rt.Fatalf("%d faults in the ledger", n)
		}
	})
}

// pick is anybody; who is registered first when there is nobody.
func (s *story) pick(rt *rapid.T) *holder {
	if len(s.people) == 0 {
		s.register(rt)
	}
	return rapid.SampledFrom(s.people).Draw(rt, "person")
}

func (s *story) sale(rt *rapid.T, systemID int) registration.Sale {
	out := registration.Sale{Payment: registration.Cash}
	if rapid.Bool().Draw(rt, "voucher") {
		out.Voucher = s.w.voucher(s.t, systemID)
	}
	return out
}

func (s *story) register(rt *rapid.T) {
	s.serial++
	r := s.w.adult(s.t, s.serial)
	s.cards++
	r.Sale = s.sale(rt, gent)
	got, err := s.w.Register(s.t.Context(), registrar, uuid.NewString(), r)
	if err != nil {
		rt.Fatal(err)
	}
	s.sales = append(s.sales, got)
	s.people = append(s.people, &holder{id: got.PassholderID, number: map[int]string{gent: r.Number}, blocked: map[int]bool{}, gone: map[int]bool{}})
}

// save gives a point.
func (s *story) save(rt *rapid.T) {
	h := s.pick(rt)
	s.w.do(s.t, func(ctx context.Context, tx *db.Tx) error {
		return points.TakeOver(ctx, tx, nil, []points.Movement{
			{ID: db.NewID(), PassholderID: h.id, OrganizerID: s.giver, CardSystemID: gent, Points: 1, GroupID: db.NewID(), At: s.w.now},
		})
	})
	h.points++
}

// leave lets somebody move out of a card system, or die.
func (s *story) leave(rt *rapid.T) {
	h := s.pick(rt)
	systemID := rapid.SampledFrom([]int{gent, zuid, 0}).Draw(rt, "system, or death")
	if systemID != 0 && (h.number[systemID] == "" || h.gone[systemID]) || h.dead() {
		rt.Skip("not there")
	}
	was := leaving{holder: h, blocked: map[int]bool{}, gone: map[int]bool{}}
	var d registration.Departure
	var err error
	if systemID == 0 {
		d, err = s.w.Bury(s.t.Context(), registrar, uuid.NewString(), h.id, period.NewDay(2026, 11, 20))
	} else {
		d, err = s.w.Depart(s.t.Context(), registrar, uuid.NewString(), h.id, systemID)
	}
	if err != nil {
		rt.Fatal(err)
	}
	was.id = d.ID
	for _, id := range []int{gent, zuid} {
		if systemID == 0 || systemID == id {
			was.blocked[id], was.gone[id] = h.blocked[id], h.gone[id]
			h.blocked[id], h.gone[id] = true, true
		}
	}
	s.left = append(s.left, was)
}

// dead reports whether somebody left everything, of which nothing can come
// back but by undoing it.
func (h *holder) dead() bool { return h.gone[gent] && h.gone[zuid] }

// comeBack undoes the newest departure.
func (s *story) comeBack(rt *rapid.T) {
	if len(s.left) == 0 {
		rt.Skip("nobody left")
	}
	last := s.left[len(s.left)-1]
	if _, err := s.w.Undo(s.t.Context(), registrar, uuid.NewString(), last.id); err != nil {
		rt.Fatal(err)
	}
	s.left = s.left[:len(s.left)-1]
	maps.Copy(last.holder.blocked, last.blocked)
	maps.Copy(last.holder.gone, last.gone)
}

func (s *story) replace(rt *rapid.T) {
	h := s.pick(rt)
	systemID := rapid.SampledFrom([]int{gent, zuid}).Draw(rt, "system")
	if h.number[systemID] == "" || h.gone[systemID] {
		rt.Skip("no card there")
	}
	p := s.w.fresh(s.t, systemID, nil)
	s.cards++
	got, err := s.w.Replace(s.t.Context(), registrar, uuid.NewString(), registration.Replacement{
		Pass: p, Sale: s.sale(rt, systemID), PassholderID: h.id, OldNumber: h.number[systemID],
		Why: rapid.SampledFrom([]card.Reason{card.Lost, card.Defect}).Draw(rt, "why"), Channel: registration.AtCounter,
	})
	if err != nil {
		rt.Fatal(err)
	}
	s.sales = append(s.sales, got)
	h.number[systemID], h.blocked[systemID] = p.Number, false
}

func (s *story) join(rt *rapid.T) {
	h := s.pick(rt)
	if _, member := s.w.memberships(s.t, h.id)[zuid]; member || h.gone[zuid] {
		rt.Skip("a member already")
	}
	p := s.w.fresh(s.t, zuid, nil)
	s.cards++
	got, err := s.w.Join(s.t.Context(), registrar, uuid.NewString(), registration.Joining{
		Pass: p, Sale: s.sale(rt, zuid), PassholderID: h.id, Channel: registration.AtCounter,
	})
	if err != nil {
		rt.Fatal(err)
	}
	s.sales = append(s.sales, got)
	h.number[zuid] = p.Number
}

func (s *story) block(rt *rapid.T) {
	h := s.pick(rt)
	if h.blocked[gent] {
		rt.Skip("blocked already")
	}
	if err := s.w.Block(s.t.Context(), clerk, uuid.NewString(), h.number[gent], card.Stolen); err != nil {
		rt.Fatal(err)
	}
	h.blocked[gent] = true
}

func (s *story) unblock(rt *rapid.T) {
	h := s.pick(rt)
	if !h.blocked[gent] || h.gone[gent] {
		rt.Skip("not blocked")
	}
	if err := s.w.Unblock(s.t.Context(), coordinator, uuid.NewString(), h.number[gent], card.Regained); err != nil {
		rt.Fatal(err)
	}
	h.blocked[gent] = false
}

// voidLast takes the newest sale back, as clerks do who see a mistake at once.
func (s *story) voidLast(rt *rapid.T) {
	if len(s.sales) == 0 {
		rt.Skip("nothing sold")
	}
	last := s.sales[len(s.sales)-1]
	i := 0
	for s.people[i].id != last.PassholderID {
		i++
	}
	h := s.people[i]
	if h.number[last.CardSystemID] != string(last.Number) || h.blocked[last.CardSystemID] || h.gone[gent] {
		rt.Skip("the card is blocked, which has to be undone first")
	}
	if last.Reason == price.FirstCard && h.points > 0 {
		if _, err := s.w.Void(s.t.Context(), registrar, uuid.NewString(), last.ID); !errors.Is(err, registration.ErrVoidUsed) {
			rt.Fatalf("points are forgotten: %v", err)
		}
		return
	}
	if _, err := s.w.Void(s.t.Context(), registrar, uuid.NewString(), last.ID); err != nil {
		rt.Fatal(err)
	}
	s.sales = s.sales[:len(s.sales)-1]
	switch {
	case last.ReplacesID != uuid.Nil:
		old, err := card.ByID(s.t.Context(), s.w.DB, last.ReplacesID)
		if err != nil {
			rt.Fatal(err)
		}
		h.number[last.CardSystemID], h.blocked[last.CardSystemID] = string(old.Number), old.Status == card.Blocked
	case last.CardSystemID == zuid:
		delete(h.number, zuid)
	default:
		s.people = append(s.people[:i], s.people[i+1:]...)
	}
}

// check compares the database with the model.
func (s *story) check(rt *rapid.T) {
	w := s.w
	var want money.Cents
	spent := 0
	for _, r := range s.sales {
		want += r.Cents
		if r.Voucher != "" {
			spent++
		}
	}
	day, err := w.DayTotal(s.t.Context(), who.Actor{Kind: who.Person, Subject: registrar.Subject, Counter: "desk"}, period.NewDay(2026, 11, 22))
	if err != nil {
		rt.Fatal(err)
	}
	var got money.Cents
	for _, cents := range day.Totals {
		got += cents
	}
	active := 0
	for _, h := range s.people {
		if b, err := points.Of(s.t.Context(), w.DB, h.id); err != nil || b.Points != h.points {
			rt.Fatalf("%d points, should be %d: %v", b.Points, h.points, err)
		}
		for systemID, number := range h.number {
			c := w.cardOf(s.t, number)
			if c.PassholderID != h.id || (c.Status == card.Active) == h.blocked[systemID] {
				rt.Fatalf("card of card system %d: %+v, blocked: %v", systemID, c, h.blocked[systemID])
			}
			if !h.blocked[systemID] {
				active++
			}
		}
	}
	for what, n := range map[string][2]int{
		"euro cents":                  {int(want), int(got)},
		"cards":                       {s.cards, w.count(s.t, `SELECT count(*) FROM card WHERE status IN ('LOCAL_STOCK', 'ACTIVE', 'BLOCKED')`)},
		"cards in use":                {active, w.count(s.t, `SELECT count(*) FROM card WHERE status = 'ACTIVE'`)},
		"cards in use of no member":   {0, w.count(s.t, `SELECT count(*) FROM card c WHERE status = 'ACTIVE' AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.passholder_id = c.passholder_id AND m.card_system_id = c.card_system_id AND m.status = 'ACTIVE')`)},
		"uses of vouchers":            {spent, w.count(s.t, `SELECT coalesce(sum(used), 0) FROM voucher`)},
		"receipts that are not there": {0, w.count(s.t, `SELECT coalesce(max(receipt) - count(*), 0) FROM registration`)},
	} {
		if n[0] != n[1] {
			rt.Fatalf("%s: %d, should be %d", what, n[1], n[0])
		}
	}
}
