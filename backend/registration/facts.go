package registration

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// reading is the facts on their way: everything in one round trip.
type reading struct {
	Facts
	prices   price.List // in force today
	pass     Pass
	counter  string
	systems  map[int]cardsystem.System
	counters map[string]organizer.Organizer
	cards    []card.Card
}

// queueFacts reads in a batch what every decision looks at, but for the rights of
// who asks.
func (s *Service) queueFacts(b *db.Batch, by who.Actor, p Pass, now time.Time) *reading {
	f := &reading{pass: p, counter: by.Counter}
	cardsystem.QueueByIDs(b, []int{p.CardSystemID}, &f.systems)
	organizer.QueueByIDs(b, []string{by.Counter}, &f.counters)
	price.QueueInForce(b, p.CardSystemID, now, &f.prices)
	if p.Type == card.Digital || strings.TrimSpace(p.Number) == "" {
		return f
	}
	n, err := card.ParseNumber(p.Number)
	if f.CardErr = err; err == nil {
		f.CardErr = card.ErrUnknown
		card.QueueByNumber(b, n, &f.cards)
	}
	return f
}

// person adds what is known about somebody who is to be registered.
func (f *reading) person(b *db.Batch, ring *secret.Ring, r Request, eid eidRead) {
	queueCities(b, strings.TrimSpace(r.Details.PostalCode), &f.Cities)
	f.EID, f.EIDErr = eid.kept, eid.err
	if !r.Details.INSZ.IsZero() {
		passholder.QueueByINSZ(b, ring, r.Details.INSZ, &f.Known)
	}
	if r.Details.Name != "" && !r.Details.DateOfBirth.IsZero() {
		passholder.QueueDoubles(b, r.Details.FirstName, r.Details.Name, r.Details.DateOfBirth, &f.Doubles)
	}
}

// read sends the batch and puts the facts together.
func (f *reading) read(ctx context.Context, tx *db.Tx, b *db.Batch) error {
	if err := db.Send(ctx, tx, b); err != nil {
		return err
	}
	var there bool
	if f.System, there = f.systems[f.pass.CardSystemID]; !there {
		return cardsystem.ErrUnknown
	}
	if f.Counter, there = f.counters[f.counter]; !there {
		return organizer.ErrUnknown
	}
	if len(f.cards) > 0 {
		f.Card, f.CardErr = &f.cards[0], nil
	}
	if f.Known != uuid.Nil {
		f.Doubles = nil // it is them
	}
	return nil
}

// facts reads what every decision looks at.
func (s *Service) facts(ctx context.Context, tx *db.Tx, by who.Actor, p Pass, now time.Time) (Facts, error) {
	var b db.Batch
	f := s.queueFacts(&b, by, p, now)
	queueHeld(&b, by, &f.Held)
	err := f.read(ctx, tx, &b)
	return f.Facts, err
}

// queueHeld reads in a batch the rights at the counter. Who may not register ends
// it.
func queueHeld(b *db.Batch, by who.Actor, held *[]rights.Permission) {
	rights.QueueHere(b, by, func(roles []rights.Role) error {
		*held = rights.Union(roles)
		return rights.Require(by, roles, rights.PassholdersWrite)
	})
}

// eidRead is an eID read that a request names, or why there is none.
type eidRead struct {
	kept *eidcheck.Kept
	err  error
}

// readEID reads it. Its national number counts where none was typed: it need not
// leave us.
func (s *Service) readEID(ctx context.Context, tx *db.Tx, by who.Actor, r *Request) (eidRead, error) {
	if r.EIDReadID == uuid.Nil {
		return eidRead{}, nil
	}
	kept, err := s.EIDs.ByID(ctx, tx, by, r.EIDReadID)
	if err != nil {
		return eidRead{err: err}, unlessFault(err)
	}
	if r.Details.INSZ.IsZero() {
		r.Details.INSZ = kept.INSZ
	}
	return eidRead{kept: &kept}, nil
}
