package registration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/outbox"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/who"
)

// Service registers people and gives them cards. All fields are required.
type Service struct {
	DB   *db.DB
	Now  func() time.Time
	Ring *secret.Ring
	EIDs *eidcheck.Service
}

// Preview decides about a request as it is typed. It keeps nothing, and a
// voucher that is kept for this registration is not in its own way.
func (s *Service) Preview(ctx context.Context, by who.Actor, r Request) (Decision, error) {
	var out Decision
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		now := s.Now()
		kept, err := s.readEID(ctx, tx, by, &r)
		if err != nil {
			return err
		}
		var b db.Batch
		f := s.queueFacts(&b, by, r.Pass, now)
		queueHeld(&b, by, &f.Held)
		f.person(&b, s.Ring, r, kept)
		if err := f.read(ctx, tx, &b); err != nil {
			return err
		}
		f.Quote, f.Price = price.Ask(ctx, tx, inquiry(r), now)
		if err := unlessFault(f.Price); err != nil {
			return err
		}
		out = Decide(f.Facts, r, now)
		out.VoucherHeldUntil, err = voucher.HeldUntil(ctx, tx, r.HoldID, r.Voucher, now)
		return err
	})
	return out, err
}

// Register registers somebody: the person, the card, the membership, the social
// tariff, the voucher and the payment, or nothing of it and a *RefusedError.
func (s *Service) Register(ctx context.Context, by who.Actor, key string, r Request) (Registration, error) {
	all, err := s.RegisterHousehold(ctx, by, key, []Request{r})
	if err != nil {
		return Registration{}, err
	}
	return all[0], nil
}

// RegisterHousehold registers people in one go: all of them, or none.
func (s *Service) RegisterHousehold(ctx context.Context, by who.Actor, key string, people []Request) ([]Registration, error) {
	if len(people) == 0 || len(people) > MaxHousehold {
		return nil, ErrHouseholdSize.With("max", MaxHousehold)
	}
	var out []Registration
	fp, err := s.fingerprint("register", people)
	if err != nil {
		return nil, err
	}
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		out = nil
		var b db.Batch
		fresh, now := false, s.Now()
		var held []rights.Permission
		queueHeld(&b, by, &held)
		idempotency.Queue(&b, by, key, fp, &fresh)
		if err := db.Send(ctx, tx, &b); err != nil {
			return err
		}
		if !fresh {
			err := idempotency.Again(ctx, tx, by, key, fp, &out)
			for i := range out {
				out[i].Replayed = true
			}
			return err
		}
		vouchers, err := spend(ctx, tx, people, now)
		if err != nil {
			return err
		}
		household := uuid.Nil
		if len(people) > 1 {
			household = db.NewID()
		}
		b = db.Batch{}
		queueLocks(&b, people)
		for i, r := range people {
			sold, err := s.register(ctx, tx, &b, by, held, r, vouchers[i], household, now)
			if err != nil {
				return err
			}
			out = append(out, sold)
			b = db.Batch{}
		}
		return idempotency.Keep(ctx, tx, by, key, fp, out)
	})
	return out, err
}

// spent is a voucher that was tried: its type, or why not.
type spent struct {
	kind voucher.Type
	err  error
}

// spend uses the vouchers of all, in the order of their numbers. Why one cannot
// be used becomes a problem of the decision, which ends the transaction.
func spend(ctx context.Context, tx *db.Tx, people []Request, now time.Time) ([]spent, error) {
	out := make([]spent, len(people))
	order := make([]int, len(people))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return strings.Compare(voucher.Spell(people[a].Voucher), voucher.Spell(people[b].Voucher))
	})
	for _, i := range order {
		r := people[i]
		if r.Voucher == "" {
			continue
		}
		kind, err := voucher.Spend(ctx, tx, r.Voucher, r.HoldID, r.CardSystemID, now)
		if err := unlessFault(err); err != nil {
			return nil, err
		}
		out[i] = spent{kind, err}
	}
	return out, nil
}

// queueLocks keeps others from the cards that are given out, in the order of
// their ids.
func queueLocks(b *db.Batch, people []Request) {
	var numbers []card.Number
	for _, r := range people {
		if n, err := card.ParseNumber(r.Number); err == nil { // else the decision says so
			numbers = append(numbers, n)
		}
	}
	if len(numbers) > 0 {
		card.QueueLock(b, numbers)
	}
}

// register registers one person, once what others could want too is locked. The
// batch has what goes before the facts.
func (s *Service) register(ctx context.Context, tx *db.Tx, b *db.Batch, by who.Actor, held []rights.Permission, r Request, v spent, household uuid.UUID, now time.Time) (Registration, error) {
	kept, err := s.readEID(ctx, tx, by, &r)
	if err != nil {
		return Registration{}, err
	}
	f := s.queueFacts(b, by, r.Pass, now)
	f.Held = held
	f.person(b, s.Ring, r, kept)
	if err := f.read(ctx, tx, b); err != nil {
		return Registration{}, err
	}
	if f.Quote, f.Price = v.answer(f, inquiry(r), now); unlessFault(f.Price) != nil {
		return Registration{}, f.Price
	}
	d := Decide(f.Facts, r, now)
	if !d.Allowed {
		return Registration{}, &RefusedError{d}
	}
	var w db.Batch
	p := passholder.Passholder{ID: db.NewID(), Details: d.Details, RegistrationOrganizerID: f.Counter.ID, CreatedAt: now}
	if err := passholder.QueueNew(&w, s.Ring, p, by, r.Consents, passholder.Channel(r.Channel)); err != nil {
		return Registration{}, err
	}
	points.QueueHolder(&w, p.ID)
	if err := membership.QueueNew(&w, by, p.ID, r.CardSystemID, now); err != nil {
		return Registration{}, err
	}
	sold := Registration{
		ID: db.NewID(), Reason: price.FirstCard, PassholderID: p.ID, CardSystemID: r.CardSystemID, HouseholdID: household, Channel: r.Channel, At: now,
	}
	if err := give(ctx, tx, &w, by, &sold, r.Pass, f.Facts, uuid.Nil, now); err != nil {
		return Registration{}, err
	}
	was := before{Person: true, Membership: unmade}
	if r.hasMore() {
		if err := db.Send(ctx, tx, &w); err != nil {
			return Registration{}, passholder.Spell(err)
		}
		w = db.Batch{}
		if err := s.addMore(ctx, tx, by, p.ID, r, f.Facts, now); err != nil {
			return Registration{}, err
		}
		if was.Tariff, err = grant(ctx, tx, by, p.ID, r.Pass, f.System, now); err != nil {
			return Registration{}, err
		}
	}
	if err := sell(&w, by, &sold, r.Sale, f.Quote, r.EIDReadID, was); err != nil {
		return Registration{}, err
	}
	return sold, passholder.Spell(db.Send(ctx, tx, &w))
}

// answer is the price with a voucher that was spent just now, which a look at
// the voucher would find used.
func (v spent) answer(f *reading, in price.Inquiry, now time.Time) (price.Quote, error) {
	if v.err != nil {
		return price.Quote{}, v.err
	}
	return price.Answer(f.System, f.prices, in, v.kind, now)
}

// quote is answer for somebody whose facts were read before.
func (v spent) quote(ctx context.Context, tx *db.Tx, in price.Inquiry, now time.Time) (price.Quote, error) {
	if v.err != nil {
		return price.Quote{}, v.err
	}
	return price.AskWith(ctx, tx, in, v.kind, now)
}

// hasMore reports whether there is more to write than a plain registration has.
func (r Request) hasMore() bool {
	return r.SchoolID != "" || r.Picture != nil || strings.TrimSpace(r.Note) != "" || r.EIDReadID != uuid.Nil || r.Tariff != nil
}

// addMore writes what else was told about a new person.
func (s *Service) addMore(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, r Request, f Facts, now time.Time) error {
	if r.SchoolID != "" {
		if err := passholder.SetSchool(ctx, tx, id, r.SchoolID, now); err != nil {
			return err
		}
	}
	if r.Picture != nil {
		if err := passholder.SetPicture(ctx, tx, id, *r.Picture, now); err != nil {
			return err
		}
	}
	if note := strings.TrimSpace(r.Note); note != "" {
		if err := passholder.SetNote(ctx, tx, by, id, note, now); err != nil {
			return err
		}
	}
	if f.EID == nil || !f.EID.Verdict.Authentic() {
		return nil
	}
	return passholder.Verify(ctx, tx, s.Ring, id, f.EID.INSZ, proof(*f.EID), now)
}

// proof says what an identity card proved: which checks passed, and a digest of
// the files.
func proof(k eidcheck.Kept) string {
	var passed []string
	for _, f := range k.Verdict.Findings {
		if f.Result == "passed" {
			passed = append(passed, string(f.Check))
		}
	}
	return fmt.Sprintf("eid %x: %s", k.FilesSHA256, strings.Join(passed, " "))
}

// give takes a card in use, from stock or a new digital one, and notes it in the
// sale. The batch has what goes before.
func give(ctx context.Context, tx *db.Tx, b *db.Batch, by who.Actor, sold *Registration, p Pass, f Facts, replaces uuid.UUID, now time.Time) error {
	c := f.Card
	if p.Type == card.Digital {
		issued, err := card.Issue(ctx, tx, p.CardSystemID, p.Tariff != nil, now)
		if err != nil {
			return err
		}
		c = &issued
	}
	sold.CardID, sold.Number, sold.ReplacesID = c.ID, c.Number, replaces
	return card.QueueTransition(b, by, *c, card.Active, card.NoReason, card.Change{
		PassholderID: sold.PassholderID, CounterID: f.Counter.ID, Replaces: replaces, At: now,
	})
}

// grant gives the social tariff that was asked for, and returns the change.
func grant(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, p Pass, system cardsystem.System, now time.Time) (*uuid.UUID, error) {
	if p.Tariff == nil {
		return nil, nil
	}
	c, err := membership.GrantTariff(ctx, tx, by, membership.Grant{
		PassholderID: id, CardSystemID: system.ID, Until: p.Tariff.Until, Ground: p.Tariff.Ground, Note: p.Tariff.Note,
	}, system, now)
	if err != nil {
		return nil, err
	}
	return &c.ID, nil
}

// sell writes the sale down in a batch, and tells whoever has work to do after it.
func sell(b *db.Batch, by who.Actor, sold *Registration, sale Sale, q price.Quote, eidReadID uuid.UUID, was before) error {
	sold.OrganizerID, sold.Cents, sold.Explanation = by.Counter, q.Cents, explain(q)
	sold.Voucher, sold.Payment = voucher.Spell(sale.Voucher), paid(sale.Payment, q)
	if err := queueSale(b, by, sold, q, eidReadID, was); err != nil {
		return err
	}
	if err := outbox.Queue(b, sold.PassholderID, TypeRegistered, registered{sold.ID}); err != nil {
		return err
	}
	return audit.Queue(b, by, audit.Entry{
		Action: actionRegistered, SubjectKind: "passholder", SubjectID: sold.PassholderID.String(),
		Detail: map[string]any{"registration": sold.ID, "reason": sold.Reason, "cardSystem": sold.CardSystemID, "eid": eidReadID != uuid.Nil},
	})
}

// registered is what is told about a sale.
type registered struct {
	ID uuid.UUID `json:"registrationId"`
}

func tell(ctx context.Context, tx *db.Tx, what string, r Registration) error {
	return outbox.Write(ctx, tx, r.PassholderID, what, registered{r.ID})
}

// inquiry is what the price of a first card depends on.
func inquiry(r Request) price.Inquiry {
	in := price.Inquiry{
		CardSystemID: r.CardSystemID, Reason: price.FirstCard, DateOfBirth: r.Details.DateOfBirth, SocialTariff: r.Tariff != nil,
		CardType: r.Type, PostalCode: strings.TrimSpace(r.Details.PostalCode), Voucher: r.Voucher,
	}
	if r.Details.Country != passholder.Belgium {
		in.PostalCode = price.Abroad
	}
	return in
}

// fingerprint tells one request from another without keeping what it says: the
// national number goes in by its keyed hash.
func (s *Service) fingerprint(what string, requests any) ([]byte, error) {
	text, err := json.Marshal(requests)
	if err != nil {
		return nil, fmt.Errorf("fingerprint a request: %w", err)
	}
	parts := []string{string(text)}
	if people, ok := requests.([]Request); ok {
		for _, r := range people {
			for _, h := range s.Ring.Hashes(r.Details.INSZ) {
				parts = append(parts, string(h))
			}
		}
	}
	return idempotency.Fingerprint("registration."+what, parts...), nil
}

// unlessFault returns an error that nobody expects.
func unlessFault(err error) error {
	if _, expected := errors.AsType[*fault.Error](err); expected {
		return nil
	}
	return err
}

// DayTotal returns what the counter sold on a day.
func (s *Service) DayTotal(ctx context.Context, by who.Actor, day period.Day) (DayTotal, error) {
	if err := rights.Check(ctx, s.DB, by, rights.PassholdersWrite, by.Counter); err != nil {
		return DayTotal{}, err
	}
	sales, err := list(ctx, s.DB, `WHERE r.organizer_id = ? AND r.day = ? ORDER BY r.id DESC`, by.Counter, day.String())
	if err != nil {
		return DayTotal{}, err
	}
	return total(day, sales), nil
}

// Of lists the sales of a person in the card systems of the counter, newest first.
func (s *Service) Of(ctx context.Context, by who.Actor, passholderID uuid.UUID) ([]Registration, error) {
	if err := rights.Check(ctx, s.DB, by, rights.PassholdersWrite, by.Counter); err != nil {
		return nil, err
	}
	systems, err := systemsOf(ctx, s.DB, by)
	if err != nil {
		return nil, err
	}
	return list(ctx, s.DB, `WHERE r.passholder_id = ? AND r.card_system_id IN ? ORDER BY r.id DESC`, passholderID, systems)
}
