package price

import (
	"context"
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
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/who"
)

// Service answers what a pass costs, and keeps the lists.
type Service struct {
	DB  *db.DB
	Now func() time.Time
}

// An Inquiry is a question as a counter or a program asks it.
type Inquiry struct {
	CardSystemID int
	Reason       Reason
	DateOfBirth  period.Day
	SocialTariff bool
	CardType     card.Type
	PostalCode   string // Abroad for somebody who lives abroad
	Voucher      string // its number; "": none
}

// Abroad is the postal code that stands for all places outside Belgium.
const Abroad = "0000"

// A Quote is what a pass costs somebody, and why.
type Quote struct {
	Price
	Question Question
	ListID   uuid.UUID
	Voucher  voucher.Type // zero: none
}

// Ask answers an inquiry at now. A voucher is looked at, not kept: one that
// cannot be used is refused as [voucher.Allow] does, but for one that is kept
// for somebody, which is for the registration to find out.
func Ask(ctx context.Context, q db.Q, in Inquiry, now time.Time) (Quote, error) {
	var kind voucher.Type
	if in.Voucher != "" {
		v, t, err := voucher.Look(ctx, q, in.Voucher)
		if err == nil {
			err = voucher.Allow(v, t, in.CardSystemID, period.DayOf(now, period.Brussels()))
		}
		if err != nil && !errors.Is(err, voucher.ErrReserved) {
			return Quote{}, err
		}
		kind = t
	}
	return AskWith(ctx, q, in, kind, now)
}

// AskWith answers an inquiry with a voucher of a type that is good already; the
// zero type is no voucher.
func AskWith(ctx context.Context, q db.Q, in Inquiry, kind voucher.Type, now time.Time) (Quote, error) {
	var b db.Batch
	var systems map[int]cardsystem.System
	var list List
	cardsystem.QueueByIDs(&b, []int{in.CardSystemID}, &systems)
	QueueInForce(&b, in.CardSystemID, now, &list)
	if err := db.Send(ctx, q, &b); err != nil {
		return Quote{}, fmt.Errorf("ask for a price: %w", err)
	}
	system, known := systems[in.CardSystemID]
	if !known {
		return Quote{}, cardsystem.ErrUnknown
	}
	return Answer(system, list, in, kind, now)
}

// Answer answers an inquiry from the list of the card system that is in force.
func Answer(system cardsystem.System, list List, in Inquiry, kind voucher.Type, now time.Time) (Quote, error) {
	zone, err := period.Zone(system.TimeZone)
	if err != nil {
		return Quote{}, err
	}
	if list.ID == uuid.Nil {
		return Quote{}, ErrNone
	}
	today := period.DayOf(now, zone)
	out := Quote{Voucher: kind, Question: Question{
		Reason: in.Reason, Age: max(0, period.Age(in.DateOfBirth, today)), SocialTariff: in.SocialTariff, CardType: in.CardType,
		Resident:      slices.ContainsFunc(system.Cities, func(c cardsystem.City) bool { return c.PostalCode == in.PostalCode }),
		VoucherTypeID: kind.ID,
	}}
	out.ListID = list.ID
	out.Price, err = Choose(list.Rows, out.Question)
	return out, err
}

// Quote answers an inquiry of somebody who may ask for prices. Who is not born yet
// has none: passholder.ErrBirthDate.
func (s *Service) Quote(ctx context.Context, by who.Actor, in Inquiry) (Quote, error) {
	if err := rights.CheckHere(ctx, s.DB, by, rights.MembershipPricesRead); err != nil {
		return Quote{}, err
	}
	if s.today().Before(in.DateOfBirth) {
		return Quote{}, passholder.ErrBirthDate
	}
	return Ask(ctx, s.DB, in, s.Now())
}

// InForce returns the list of a card system that holds today; it is public, as
// the list on the wall is.
func (s *Service) InForce(ctx context.Context, cardSystemID int) (List, error) {
	system, err := cardsystem.ByID(ctx, s.DB, cardSystemID)
	if err != nil {
		return List{}, err
	}
	zone, err := period.Zone(system.TimeZone)
	if err != nil {
		return List{}, err
	}
	return inForce(ctx, s.DB, cardSystemID, period.DayOf(s.Now(), zone))
}

// Lists returns the lists of the card systems of the counter, newest first,
// without their rows.
func (s *Service) Lists(ctx context.Context, by who.Actor) ([]List, error) {
	systems, err := s.systems(ctx, s.DB, by)
	if err != nil {
		return nil, err
	}
	return lists(ctx, s.DB, systems...)
}

// List returns a list with its rows.
func (s *Service) List(ctx context.Context, by who.Actor, id uuid.UUID) (List, error) {
	systems, err := s.systems(ctx, s.DB, by)
	if err != nil {
		return List{}, err
	}
	l, err := byID(ctx, s.DB, id)
	if err == nil && !slices.Contains(systems, l.CardSystemID) {
		return List{}, ErrListUnknown
	}
	return l, err
}

// Save writes a list that holds from the first day of l.Valid. Prices of the past
// never change: that day is today or later. The list before it ends there, and
// it ends where the next begins. A list that begins on the same day is replaced,
// when l names it and its version.
func (s *Service) Save(ctx context.Context, by who.Actor, l List) (List, error) {
	l.Name = strings.TrimSpace(l.Name)
	l.Rows = slices.Clone(l.Rows)
	for i := range l.Rows {
		l.Rows[i].ID = uuid.Nil // a copy of a row is a row of its own
	}
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := s.manage(ctx, tx, by, l.CardSystemID); err != nil {
			return err
		}
		if l.Valid.From.Before(s.today()) {
			return ErrListPast.With("today", s.today())
		}
		if err := Check(l.Rows); err != nil {
			return err
		}
		if err := lock(ctx, tx, l.CardSystemID); err != nil {
			return err
		}
		if err := makeRoom(ctx, tx, &l); err != nil {
			return err
		}
		l.ID, l.CreatedAt, l.Version = db.NewID(), s.Now(), l.Version+1
		if err := add(ctx, tx, by.Key(), l); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{Action: actionSaved, SubjectKind: "priceList", SubjectID: l.ID.String()})
	})
	return l, err
}

// makeRoom ends the list before l where it begins, takes away the one that it
// replaces, and sets the end of l.
func makeRoom(ctx context.Context, tx *db.Tx, l *List) error {
	others, err := lists(ctx, tx, l.CardSystemID)
	if err != nil {
		return err
	}
	l.Valid.Until = period.Day{}
	replaced := false
	for _, o := range others { // the newest first
		switch {
		case l.Valid.From.Before(o.Valid.From):
			l.Valid.Until = o.Valid.From
		case o.Valid.From == l.Valid.From:
			if o.ID != l.ID {
				return ErrListStale
			}
			replaced = true
			if err := remove(ctx, tx, o.ID, l.Version); err != nil {
				return err
			}
		case o.Valid.Until.IsZero() || l.Valid.From.Before(o.Valid.Until):
			if err := shift(ctx, tx, o.ID, period.Range{From: o.Valid.From, Until: l.Valid.From}); err != nil {
				return err
			}
		}
	}
	if !replaced && l.ID != uuid.Nil {
		l.Version = 0 // a copy that begins on another day
	}
	return nil
}

// Delete takes away a list that has not begun. The list before it goes on.
func (s *Service) Delete(ctx context.Context, by who.Actor, id uuid.UUID, version int) error {
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		l, err := byID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := s.manage(ctx, tx, by, l.CardSystemID); err != nil {
			return err
		}
		if !s.today().Before(l.Valid.From) {
			return ErrListBegun
		}
		if err := lock(ctx, tx, l.CardSystemID); err != nil {
			return err
		}
		if err := remove(ctx, tx, id, version); err != nil {
			return err
		}
		others, err := lists(ctx, tx, l.CardSystemID)
		if err != nil {
			return err
		}
		for _, o := range others {
			if o.Valid.Until == l.Valid.From {
				if err := shift(ctx, tx, o.ID, period.Range{From: o.Valid.From, Until: l.Valid.Until}); err != nil {
					return err
				}
			}
		}
		return audit.Record(ctx, tx, by, audit.Entry{Action: actionDeleted, SubjectKind: "priceList", SubjectID: id.String()})
	})
}

func (s *Service) today() period.Day { return period.DayOf(s.Now(), period.Brussels()) }

func (s *Service) manage(ctx context.Context, q db.Q, by who.Actor, cardSystemID int) error {
	systems, err := s.systems(ctx, q, by)
	if err == nil && !slices.Contains(systems, cardSystemID) {
		return rights.ErrDenied.With("permission", string(rights.CardSystemsWrite))
	}
	return err
}

// systems are the card systems that by manages at the counter.
func (s *Service) systems(ctx context.Context, q db.Q, by who.Actor) ([]int, error) {
	if err := rights.Check(ctx, q, by, rights.CardSystemsWrite, by.Counter); err != nil {
		return nil, err
	}
	o, err := organizer.ByID(ctx, q, by.Counter)
	return o.CardSystemIDs, err
}
