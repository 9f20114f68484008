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
	"github.com/openbalie/openbalie/backend/organizer"
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
		if err := rights.Check(ctx, tx, by, rights.PassholdersWrite, by.Counter); err != nil {
			return err
		}
		now := s.Now()
		f, err := s.facts(ctx, tx, by, r.Pass, now)
		if err != nil {
			return err
		}
		if err := s.person(ctx, tx, by, &f, &r, now); err != nil {
			return err
		}
		f.Quote, f.Price = price.Ask(ctx, tx, inquiry(r), now)
		if err := unlessFault(f.Price); err != nil {
			return err
		}
		out = Decide(f, r, now)
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
		if err := rights.Check(ctx, tx, by, rights.PassholdersWrite, by.Counter); err != nil {
			return err
		}
		done, err := idempotency.Take(ctx, tx, by, key, fp, &out)
		if err != nil || done {
			return err
		}
		now := s.Now()
		vouchers, err := spend(ctx, tx, people, now)
		if err != nil {
			return err
		}
		if err := lockCards(ctx, tx, people); err != nil {
			return err
		}
		household := uuid.Nil
		if len(people) > 1 {
			household = db.NewID()
		}
		for i, r := range people {
			sold, err := s.register(ctx, tx, by, r, vouchers[i], household, now)
			if err != nil {
				return err
			}
			out = append(out, sold)
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

// lockCards keeps others from the cards that are given out, in the order of
// their ids.
func lockCards(ctx context.Context, tx *db.Tx, people []Request) error {
	var ids []uuid.UUID
	for _, r := range people {
		n, err := card.ParseNumber(r.Number)
		if err != nil {
			continue // the decision says so
		}
		c, err := card.ByNumber(ctx, tx, n)
		if errors.Is(err, card.ErrUnknown) {
			continue
		}
		if err != nil {
			return err
		}
		ids = append(ids, c.ID)
	}
	_, err := card.LockAll(ctx, tx, ids...)
	return err
}

// register registers one person, once what others could want too is locked.
func (s *Service) register(ctx context.Context, tx *db.Tx, by who.Actor, r Request, v spent, household uuid.UUID, now time.Time) (Registration, error) {
	f, err := s.facts(ctx, tx, by, r.Pass, now)
	if err != nil {
		return Registration{}, err
	}
	if err := s.person(ctx, tx, by, &f, &r, now); err != nil {
		return Registration{}, err
	}
	if f.Quote, f.Price = v.quote(ctx, tx, inquiry(r), now); unlessFault(f.Price) != nil {
		return Registration{}, f.Price
	}
	d := Decide(f, r, now)
	if !d.Allowed {
		return Registration{}, &RefusedError{d}
	}
	id := db.NewID()
	if err := s.addPerson(ctx, tx, by, id, r, d.Details, f, now); err != nil {
		return Registration{}, err
	}
	was := before{Person: true, Membership: unmade}
	if err := membership.Join(ctx, tx, by, id, r.CardSystemID, now); err != nil {
		return Registration{}, err
	}
	sold := Registration{
		ID: db.NewID(), Reason: price.FirstCard, PassholderID: id, CardSystemID: r.CardSystemID, HouseholdID: household, Channel: r.Channel, At: now,
	}
	if err := give(ctx, tx, by, &sold, r.Pass, f, uuid.Nil, now); err != nil {
		return Registration{}, err
	}
	if was.Tariff, err = grant(ctx, tx, by, id, r.Pass, f.System, now); err != nil {
		return Registration{}, err
	}
	return sold, s.sell(ctx, tx, by, &sold, r.Sale, f.Quote, r.EIDReadID, was)
}

// quote is the price with a voucher that was spent just now, which a look at the
// voucher would find used.
func (v spent) quote(ctx context.Context, tx *db.Tx, in price.Inquiry, now time.Time) (price.Quote, error) {
	if v.err != nil {
		return price.Quote{}, v.err
	}
	return price.AskWith(ctx, tx, in, v.kind, now)
}

// addPerson writes a new person with what was told about them.
func (s *Service) addPerson(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, r Request, details passholder.Details, f Facts, now time.Time) error {
	p := passholder.Passholder{ID: id, Details: details, RegistrationOrganizerID: f.Counter.ID, CreatedAt: now}
	if err := passholder.Add(ctx, tx, s.Ring, p); err != nil {
		return err
	}
	if err := points.OpenHolder(ctx, tx, id); err != nil {
		return err
	}
	if err := passholder.SetConsents(ctx, tx, by, id, r.Consents, passholder.Channel(r.Channel), now); err != nil {
		return err
	}
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
// sale.
func give(ctx context.Context, tx *db.Tx, by who.Actor, sold *Registration, p Pass, f Facts, replaces uuid.UUID, now time.Time) error {
	c := f.Card
	if p.Type == card.Digital {
		issued, err := card.Issue(ctx, tx, p.CardSystemID, p.Tariff != nil, now)
		if err != nil {
			return err
		}
		c = &issued
	}
	sold.CardID, sold.Number, sold.ReplacesID = c.ID, c.Number, replaces
	return card.Transition(ctx, tx, by, c.ID, card.Active, card.NoReason, card.Change{
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

// sell writes the sale down, and tells whoever has work to do after it.
func (s *Service) sell(ctx context.Context, tx *db.Tx, by who.Actor, sold *Registration, sale Sale, q price.Quote, eidReadID uuid.UUID, was before) error {
	sold.OrganizerID, sold.Cents, sold.Explanation = by.Counter, q.Cents, explain(q)
	sold.Voucher, sold.Payment = voucher.Spell(sale.Voucher), paid(sale.Payment, q)
	var err error
	if sold.Receipt, err = nextReceipt(ctx, tx, by.Counter); err != nil {
		return err
	}
	if err := add(ctx, tx, by, *sold, q, eidReadID, was); err != nil {
		return err
	}
	if err := tell(ctx, tx, TypeRegistered, *sold); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by, audit.Entry{
		Action: actionRegistered, SubjectKind: "passholder", SubjectID: sold.PassholderID.String(),
		Detail: map[string]any{"registration": sold.ID, "reason": sold.Reason, "cardSystem": sold.CardSystemID, "eid": eidReadID != uuid.Nil},
	})
}

func tell(ctx context.Context, tx *db.Tx, what string, r Registration) error {
	return outbox.Write(ctx, tx, r.PassholderID, what, map[string]uuid.UUID{"registrationId": r.ID})
}

// facts reads what every decision looks at.
func (s *Service) facts(ctx context.Context, tx *db.Tx, by who.Actor, p Pass, _ time.Time) (Facts, error) {
	var f Facts
	var err error
	if f.System, err = cardsystem.ByID(ctx, tx, p.CardSystemID); err != nil {
		return f, err
	}
	if f.Counter, err = organizer.ByID(ctx, tx, by.Counter); err != nil {
		return f, err
	}
	held, err := rights.Of(ctx, tx, by)
	if err != nil {
		return f, err
	}
	for _, h := range held {
		if h.OrganizerID == by.Counter {
			f.Held = h.Permissions
		}
	}
	if p.Type == card.Digital || strings.TrimSpace(p.Number) == "" {
		return f, nil
	}
	n, wrong := card.ParseNumber(p.Number)
	if wrong != nil {
		f.CardErr = wrong
		return f, nil //nolint:nilerr // what is no number is a fact too
	}
	c, err := card.ByNumber(ctx, tx, n)
	if f.CardErr = err; err == nil {
		f.Card = &c
	}
	return f, unlessFault(err)
}

// person reads what is known about somebody who is to be registered. The national
// number of an eID read counts where none was typed: it need not leave us.
func (s *Service) person(ctx context.Context, tx *db.Tx, by who.Actor, f *Facts, r *Request, _ time.Time) error {
	var err error
	if f.Cities, err = citiesWith(ctx, tx, strings.TrimSpace(r.Details.PostalCode)); err != nil {
		return err
	}
	if r.EIDReadID != uuid.Nil {
		kept, err := s.EIDs.ByID(ctx, tx, by, r.EIDReadID)
		if err := unlessFault(err); err != nil {
			return err
		}
		if f.EIDErr = err; err == nil {
			f.EID = &kept
			if r.Details.INSZ.IsZero() {
				r.Details.INSZ = kept.INSZ
			}
		}
	}
	if !r.Details.INSZ.IsZero() {
		known, err := passholder.IDByINSZ(ctx, tx, s.Ring, r.Details.INSZ)
		if err != nil && !errors.Is(err, passholder.ErrUnknown) {
			return err
		}
		f.Known = known
	}
	if f.Known == uuid.Nil && r.Details.Name != "" && !r.Details.DateOfBirth.IsZero() {
		f.Doubles, err = passholder.Doubles(ctx, tx, r.Details.FirstName, r.Details.Name, r.Details.DateOfBirth)
	}
	return err
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

// Of lists the sales of a person, newest first.
func (s *Service) Of(ctx context.Context, by who.Actor, passholderID uuid.UUID) ([]Registration, error) {
	if err := rights.Check(ctx, s.DB, by, rights.PassholdersWrite, by.Counter); err != nil {
		return nil, err
	}
	return list(ctx, s.DB, `WHERE r.passholder_id = ? ORDER BY r.id DESC`, passholderID)
}
