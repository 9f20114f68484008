package checkin

import (
	"context"
	"errors"
	"time"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/limit"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"

	"gorm.io/gorm"
)

// ErrLost is what a write returns whose facts are no longer true.
var ErrLost = errLost

// WriteAfter loads the facts of a request, lets the world change, and writes.
func (s *Service) WriteAfter(ctx context.Context, by who.Actor, in Registration, change func()) error {
	d, err := s.decided(ctx, by, in)
	if err != nil {
		return err
	}
	change()
	_, err = s.write(ctx, d)
	return err
}

// WriteTogetherAfter does so for several requests by one statement, and reports
// which of them were written.
func (s *Service) WriteTogetherAfter(ctx context.Context, by who.Actor, ins []Registration, change func()) ([]bool, error) {
	deeds := make([]deed, len(ins))
	for i, in := range ins {
		var err error
		if deeds[i], err = s.decided(ctx, by, in); err != nil {
			return nil, err
		}
	}
	change()
	out, err := s.writeAll(ctx, deeds)
	written := make([]bool, len(out))
	for i, o := range out {
		written[i] = o.err == nil
	}
	return written, err
}

func (s *Service) decided(ctx context.Context, by who.Actor, in Registration) (deed, error) {
	ask, err := parse(in)
	if err != nil {
		return deed{}, err
	}
	now := s.Now()
	f, err := s.load(ctx, by, ask, now)
	return deed{by, ask, f, Checkin{
		ID: db.NewID(), PassholderID: f.Card.PassholderID, ActivityID: ask.activity, UitpasNumber: f.Card.Number,
		Points: f.Activity.Points, At: now,
	}}, err
}

// RegisterPlainly does what Register does, step by step, in one transaction and
// with the functions of the nouns: what the hot statement must be equal to.
func (s *Service) RegisterPlainly(ctx context.Context, by who.Actor, in Registration) (Checkin, error) {
	ask, err := parse(in)
	if err != nil {
		return Checkin{}, err
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	var out Checkin
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		out = Checkin{}
		if ask.key != "" {
			replayed, err := idempotency.Take(ctx, tx, by, ask.key, ask.fingerprint, &out)
			if out.Replayed = replayed; err != nil || replayed {
				return err
			}
		}
		f, account, err := plainFacts(ctx, tx, by, ask, now)
		if err != nil {
			return err
		}
		d := Allow(f.Facts, now)
		if !d.Allowed {
			return d.Err()
		}
		out = Checkin{
			ID: db.NewID(), PassholderID: f.Card.PassholderID, ActivityID: ask.activity, ActivityTitle: f.Activity.Title,
			UitpasNumber: f.Card.Number, Points: d.Points, At: now,
		}
		b, err := points.Credit(ctx, tx, points.Movement{
			ID: out.ID, PassholderID: out.PassholderID, OrganizerID: account.AccountID, CardSystemID: f.Card.CardSystemID,
			Points: out.Points, GroupID: out.ID, At: now,
		})
		if err != nil {
			return err
		}
		out.Balance, out.Debt = b.Points, b.Debt
		if err := limit.Use(ctx, tx, out.PassholderID, rule(ask.activity), f.period, f.Activity.Limit.Volume); err != nil {
			return err
		}
		err = gorm.G[row](tx.Gorm()).Create(ctx, &row{
			ID: out.ID, PassholderID: out.PassholderID, ActivityID: out.ActivityID, OrganizerID: f.Activity.OrganizerID,
			CardSystemID: f.Card.CardSystemID, UitpasNumber: string(out.UitpasNumber), Points: out.Points, Period: f.period,
			OccurredAt: out.At, Channel: string(ask.channel),
		})
		if err != nil {
			return err
		}
		err = audit.Record(ctx, tx, by, audit.Entry{
			Action: ActionRegistered, SubjectKind: "passholder", SubjectID: out.PassholderID.String(),
		})
		if err != nil || ask.key == "" {
			return err
		}
		return idempotency.Keep(ctx, tx, by, ask.key, ask.fingerprint, out)
	})
	return out, err
}

func plainFacts(ctx context.Context, tx *db.Tx, by who.Actor, ask request, now time.Time) (loaded, organizer.Organizer, error) {
	var f loaded
	a, err := activity.ByID(ctx, tx, ask.activity)
	if err != nil {
		return f, organizer.Organizer{}, err
	}
	f.Activity, f.period = &a, a.Limit.Period.Range(now, a.Zone())
	o, err := organizer.ByID(ctx, tx, a.OrganizerID)
	if err != nil {
		return f, o, err
	}
	f.MayWrite = rights.Check(ctx, tx, by, rights.CheckinsWrite, a.OrganizerID) == nil
	c, err := card.ByNumber(ctx, tx, ask.number)
	if errors.Is(err, card.ErrUnknown) {
		return f, o, nil
	}
	if err != nil {
		return f, o, err
	}
	f.Card = &c
	members, err := membership.OfPassholder(ctx, tx, c.PassholderID, now)
	if err != nil {
		return f, o, err
	}
	for _, m := range members {
		f.ActiveMember = f.ActiveMember || m.Status == membership.Active
	}
	f.Used, err = limit.Used(ctx, tx, c.PassholderID, rule(a.ID), f.period)
	return f, o, err
}
