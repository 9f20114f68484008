package checkin

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/limit"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// maxTries bounds how often a check-in that loses a race looks again.
const maxTries = 5

// Service registers and cancels check-ins.
type Service struct {
	DB   *db.DB
	Now  func() time.Time
	Ring *secret.Ring

	questions batch[question, loaded]
	deeds     batch[deed, int]
}

// request is a registration, parsed.
type request struct {
	number      card.Number
	passholder  uuid.UUID
	activity    string
	key         string
	fingerprint []byte
	channel     Channel
}

func parse(in Registration) (request, error) {
	r := request{passholder: in.PassholderID, activity: in.ActivityID, key: in.IdempotencyKey, channel: in.Channel}
	if in.PassholderID == uuid.Nil {
		var err error
		if r.number, err = card.ParseNumber(in.UitpasNumber); err != nil {
			return request{}, err
		}
	}
	if !activity.ValidID(in.ActivityID) {
		return request{}, activity.ErrUnknown
	}
	if r.key == "" {
		return r, nil
	}
	r.fingerprint = idempotency.Fingerprint("checkin", string(r.number), in.PassholderID.String(), in.ActivityID)
	return r, idempotency.CheckKey(r.key)
}

// Register saves a person's points at an activity, or changes nothing. A
// refusal is one of this package's errors, activity.ErrUnknown,
// passholder.ErrUnknown, card.ErrInvalidNumber, rights.ErrDenied or
// idempotency.ErrReused. The same request under the same Idempotency-Key gives
// the first one's outcome again.
func (s *Service) Register(ctx context.Context, by who.Actor, in Registration) (Checkin, error) {
	ask, err := parse(in)
	if err != nil {
		return Checkin{}, err
	}
	// PostgreSQL keeps microseconds; a replay must show the same instant.
	now := s.Now().UTC().Truncate(time.Microsecond)
	for range maxTries {
		f, err := s.load(ctx, by, ask, now)
		if err != nil {
			return Checkin{}, err
		}
		if f.fingerprint != nil {
			out := Checkin{Replayed: true}
			return out, idempotency.Replay(f.fingerprint, f.outcome, ask.fingerprint, &out)
		}
		d := Allow(f.Facts, now)
		if !d.Allowed {
			return Checkin{}, d.Err()
		}
		out, err := s.write(ctx, deed{by, ask, f, Checkin{
			ID: db.NewID(), PassholderID: f.Card.PassholderID, ActivityID: ask.activity, ActivityTitle: f.Activity.Title,
			UitpasNumber: f.Card.Number, Points: d.Points, At: now,
		}})
		if !errors.Is(err, errLost) {
			return out, err
		}
	}
	return Checkin{}, ErrBusy
}

// Cancel takes a check-in back: its points are reversed, which leaves a debt
// when they were spent, and its use of the limit is given back. A second
// cancellation is ErrAlreadyCancelled, unless it is the same Idempotency-Key.
func (s *Service) Cancel(ctx context.Context, by who.Actor, id uuid.UUID, idempotencyKey string) (Cancelled, error) {
	fingerprint := idempotency.Fingerprint("checkin.cancel", id.String())
	if idempotencyKey != "" {
		if err := idempotency.CheckKey(idempotencyKey); err != nil {
			return Cancelled{}, err
		}
	}
	var out Cancelled
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		out = Cancelled{}
		if idempotencyKey != "" {
			replayed, err := idempotency.Take(ctx, tx, by, idempotencyKey, fingerprint, &out)
			if out.Replayed = replayed; err != nil || replayed {
				return err
			}
		}
		if err := s.cancel(ctx, tx, by, id, &out); err != nil || idempotencyKey == "" {
			return err
		}
		return idempotency.Keep(ctx, tx, by, idempotencyKey, fingerprint, out)
	})
	return out, err
}

// cancel locks the check-in, then the holder's account, then the counter.
func (s *Service) cancel(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, out *Cancelled) error {
	c, err := byID(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := rights.Check(ctx, tx, by, rights.CheckinsWrite, c.OrganizerID); err != nil {
		return err
	}
	now := s.Now().UTC()
	if err := cancel(ctx, tx, id, now); err != nil {
		return err
	}
	from, err := organizer.ByID(ctx, tx, c.OrganizerID)
	if err != nil {
		return err
	}
	b, err := points.Reverse(ctx, tx, points.Movement{
		ID: db.NewID(), PassholderID: c.PassholderID, OrganizerID: from.AccountID, CardSystemID: c.CardSystemID,
		Points: c.Points, GroupID: id, Reverses: id, At: now,
	})
	if err != nil {
		return err
	}
	out.Balance, out.Debt = b.Points, b.Debt
	if err := limit.GiveBack(ctx, tx, c.PassholderID, rule(c.ActivityID), c.Period); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by, audit.Entry{
		Action: ActionCancelled, SubjectKind: "passholder", SubjectID: c.PassholderID.String(),
		Detail: map[string]any{"checkin": id},
	})
}

// Status says whether a check-in would be allowed. What cannot be asked about
// is an error, as in Register: an activity or person that does not exist, a
// number that is none, a right that is missing.
func (s *Service) Status(ctx context.Context, by who.Actor, uitpasNumber, activityID string) (Decision, error) {
	ask, err := parse(Registration{UitpasNumber: uitpasNumber, ActivityID: activityID})
	if err != nil {
		return Decision{}, err
	}
	now := s.Now()
	f, err := s.load(ctx, by, ask, now)
	if err != nil {
		return Decision{}, err
	}
	d := Allow(f.Facts, now)
	for _, cannot := range []error{activity.ErrUnknown, passholder.ErrUnknown, rights.ErrDenied} {
		if errors.Is(d.Err(), cannot) {
			return Decision{}, d.Err()
		}
	}
	return d, nil
}
