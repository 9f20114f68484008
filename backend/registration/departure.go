package registration

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// The refusals about somebody who leaves.
var (
	ErrDeathDate          = fault.New(fault.Invalid, "departure-date-invalid") // in the future, or before the birth
	ErrDepartureUnknown   = fault.New(fault.Missing, "departure-unknown")
	ErrDepartureUndone    = fault.New(fault.Conflict, "departure-undone")
	ErrDepartureLate      = fault.New(fault.Conflict, "departure-undo-late")
	ErrDepartureElsewhere = fault.New(fault.Denied, "departure-undo-elsewhere")
	ErrDepartureUsed      = fault.New(fault.Conflict, "departure-undo-used") // something came after it
)

// A Departure is the end of somebody's membership of a card system, because they
// moved away, or of all of them, because they died. The social tariffs, the cards
// and the memberships of associations end with it.
type Departure struct {
	ID           uuid.UUID
	PassholderID uuid.UUID
	Why          membership.Reason // Moved or Deceased
	CardSystemID int               // with Moved
	OrganizerID  string
	At           time.Time
	UndoneAt     time.Time    // zero: it stands
	UndoRefusal  *fault.Error // why the counter that asks cannot undo it now; nil: it can
}

// ended is what a departure ended, and its undo begins again.
type ended struct {
	Cards        []uuid.UUID `json:"cards,omitempty"`
	Tariffs      []uuid.UUID `json:"tariffs,omitempty"`      // the changes of social tariffs
	Memberships  []endedIn   `json:"memberships,omitempty"`  // of card systems
	Associations []uuid.UUID `json:"associations,omitempty"` // whose memberships stopped
}

// endedIn is a membership of a card system, and what it was.
type endedIn struct {
	CardSystemID int               `json:"cardSystemId"`
	Was          membership.Status `json:"was"`
}

// Depart ends what must end when somebody moves out of a card system of the
// counter. It returns membership.ErrNone or membership.ErrEnded for who is no
// member.
func (s *Service) Depart(ctx context.Context, by who.Actor, key string, passholderID uuid.UUID, cardSystemID int) (Departure, error) {
	d := Departure{PassholderID: passholderID, Why: membership.Moved, CardSystemID: cardSystemID}
	return s.departing(ctx, by, key, "depart", []any{passholderID, cardSystemID}, func(tx *db.Tx, now time.Time) (Departure, error) {
		counter, err := organizer.ByID(ctx, tx, by.Counter)
		if err != nil {
			return Departure{}, err
		}
		if !slices.Contains(counter.CardSystemIDs, cardSystemID) {
			return Departure{}, denied(rights.PassholdersWrite)
		}
		return s.leave(ctx, tx, by, d, period.Day{}, now)
	})
}

// Bury ends everything of somebody who died on a day. The counter has a card
// system in common with them.
func (s *Service) Bury(ctx context.Context, by who.Actor, key string, passholderID uuid.UUID, on period.Day) (Departure, error) {
	d := Departure{PassholderID: passholderID, Why: membership.Deceased}
	return s.departing(ctx, by, key, "bury", []any{passholderID, on}, func(tx *db.Tx, now time.Time) (Departure, error) {
		shared, err := sharesSystem(ctx, tx, passholderID, by.Counter)
		if err != nil {
			return Departure{}, err
		}
		if !shared {
			return Departure{}, denied(rights.PassholdersWrite)
		}
		return s.leave(ctx, tx, by, d, on, now)
	})
}

// leave ends what a departure ends: the cards first, for they are locked first.
func (s *Service) leave(ctx context.Context, tx *db.Tx, by who.Actor, d Departure, diedOn period.Day, now time.Time) (Departure, error) {
	cards, err := card.LockOf(ctx, tx, d.PassholderID)
	if err != nil {
		return d, err
	}
	p, err := passholder.Lock(ctx, tx, d.PassholderID)
	if err != nil {
		return d, err
	}
	if err := mayLeave(p, d, diedOn, now); err != nil {
		return d, err
	}
	what := ended{}
	cardWhy := card.Moved
	if d.Why == membership.Deceased {
		cardWhy = card.Deceased
	}
	for _, c := range cards {
		if !d.covers(c.CardSystemID) || c.Status != card.Active {
			continue
		}
		if err := card.Transition(ctx, tx, by, c.ID, card.Blocked, cardWhy, card.Change{At: now}); err != nil {
			return d, err
		}
		what.Cards = append(what.Cards, c.ID)
	}
	if err := endMemberships(ctx, tx, by, d, &what, now); err != nil {
		return d, err
	}
	if what.Associations, err = association.StopAll(ctx, tx, d.PassholderID, d.CardSystemID, now); err != nil {
		return d, err
	}
	if d.Why == membership.Deceased {
		if err := passholder.Die(ctx, tx, d.PassholderID, diedOn, now); err != nil {
			return d, err
		}
	}
	d.ID, d.OrganizerID, d.At = db.NewID(), by.Counter, now
	if err := addDeparture(ctx, tx, by, d, what); err != nil {
		return d, err
	}
	return d, audit.Record(ctx, tx, by, audit.Entry{
		Action: actionDeparted, SubjectKind: "passholder", SubjectID: d.PassholderID.String(),
		Detail: map[string]any{"departure": d.ID, "cardSystem": d.CardSystemID, "why": d.Why},
	})
}

// endMemberships ends the memberships that a departure covers, with their social
// tariffs.
func endMemberships(ctx context.Context, tx *db.Tx, by who.Actor, d Departure, what *ended, now time.Time) error {
	all, err := membership.OfPassholder(ctx, tx, d.PassholderID, now)
	if err != nil {
		return err
	}
	mine := slices.DeleteFunc(all, func(m membership.Membership) bool { return !d.covers(m.System.ID) })
	if len(mine) == 0 && d.Why == membership.Moved {
		return membership.ErrNone
	}
	for _, m := range mine {
		if m.Status == membership.Ended {
			if d.Why == membership.Moved {
				return membership.ErrEnded
			}
			continue
		}
		c, err := membership.EndTariff(ctx, tx, by, d.PassholderID, m.System, period.DayOf(now, period.Brussels()), string(d.Why), now)
		if unlessFault(err) != nil {
			return err
		}
		if err == nil { // else there is none that still runs
			what.Tariffs = append(what.Tariffs, c.ID)
		}
		if err := membership.Become(ctx, tx, by, d.PassholderID, m.System.ID, membership.Ended, d.Why, now); err != nil {
			return err
		}
		what.Memberships = append(what.Memberships, endedIn{m.System.ID, m.Status})
	}
	return nil
}

// Undo takes a departure back, the same day at the same counter, as long as
// nothing came after it: what it ended goes on as if it had not.
func (s *Service) Undo(ctx context.Context, by who.Actor, key string, id uuid.UUID) (Departure, error) {
	return s.departing(ctx, by, key, "undepart", id, func(tx *db.Tx, now time.Time) (Departure, error) {
		d, what, newest, err := lockDeparture(ctx, tx, id)
		if err != nil {
			return d, err
		}
		if refusal := mayReturn(d, newest, by.Counter, now); refusal != nil {
			return d, refusal
		}
		if err := s.takeBack(ctx, tx, by, d, what, now); err != nil {
			return d, err
		}
		d.UndoneAt, d.UndoRefusal = now, ErrDepartureUndone
		if err := markUndone(ctx, tx, by, d.ID, now); err != nil {
			return d, err
		}
		return d, audit.Record(ctx, tx, by, audit.Entry{
			Action: actionReturned, SubjectKind: "passholder", SubjectID: d.PassholderID.String(), Detail: map[string]any{"departure": d.ID},
		})
	})
}

// takeBack begins again what a departure ended. A card that was blocked for
// another reason since stays blocked.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, by who.Actor, d Departure, what ended, now time.Time) error {
	cards, err := card.LockAll(ctx, tx, what.Cards...)
	if err != nil {
		return err
	}
	if _, err := passholder.Lock(ctx, tx, d.PassholderID); err != nil {
		return err
	}
	if d.Why == membership.Deceased {
		if err := passholder.Die(ctx, tx, d.PassholderID, period.Day{}, now); err != nil {
			return err
		}
	}
	for _, m := range what.Memberships {
		// What was blocked is blocked again: it cannot be so from its end.
		err := membership.Become(ctx, tx, by, d.PassholderID, m.CardSystemID, membership.Active, membership.NoReason, now)
		if err == nil && m.Was == membership.Blocked {
			err = membership.Become(ctx, tx, by, d.PassholderID, m.CardSystemID, membership.Blocked, membership.NoReason, now)
		}
		if err != nil {
			return cmp.Or(unlessFault(err), error(ErrDepartureUsed))
		}
	}
	for _, id := range what.Tariffs {
		if _, err := membership.UndoTariff(ctx, tx, by, id, now); err != nil {
			return cmp.Or(unlessFault(err), error(ErrDepartureUsed))
		}
	}
	for _, c := range cards {
		if c.Status != card.Blocked || !c.StatusAt.Equal(d.At) {
			continue
		}
		if err := card.Transition(ctx, tx, by, c.ID, card.Active, card.Mistake, card.Change{At: now}); err != nil {
			return err
		}
	}
	return association.Resume(ctx, tx, d.PassholderID, what.Associations, d.At)
}

// departing runs a departure or its undo once under its key, for whoever may
// register people.
func (s *Service) departing(ctx context.Context, by who.Actor, key, what string, request any, do func(*db.Tx, time.Time) (Departure, error)) (Departure, error) {
	var out Departure
	fp, err := s.fingerprint(what, request)
	if err != nil {
		return out, err
	}
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		out = Departure{}
		if err := rights.Check(ctx, tx, by, rights.PassholdersWrite, by.Counter); err != nil {
			return err
		}
		done, err := idempotency.Take(ctx, tx, by, key, fp, &out)
		if err != nil || done {
			return err
		}
		if out, err = do(tx, s.Now()); err != nil {
			return err
		}
		return idempotency.Keep(ctx, tx, by, key, fp, out)
	})
	return out, err
}

// Departures lists those of a person from the card systems of the counter, newest
// first, with what the counter can still undo.
func (s *Service) Departures(ctx context.Context, by who.Actor, passholderID uuid.UUID) ([]Departure, error) {
	if err := rights.Check(ctx, s.DB, by, rights.PassholdersWrite, by.Counter); err != nil {
		return nil, err
	}
	list, err := departuresOf(ctx, s.DB, passholderID)
	if err != nil {
		return nil, err
	}
	systems, err := systemsOf(ctx, s.DB, by)
	if err != nil {
		return nil, err
	}
	newest := true
	for i := range list {
		list[i].UndoRefusal = mayReturn(list[i], newest, by.Counter, s.Now())
		newest = newest && !list[i].UndoneAt.IsZero()
	}
	return slices.DeleteFunc(list, func(d Departure) bool { return !slices.ContainsFunc(systems, d.covers) }), nil
}

// covers reports whether a departure is from a card system too.
func (d Departure) covers(cardSystemID int) bool {
	return d.Why == membership.Deceased || d.CardSystemID == cardSystemID
}

// mayLeave returns nil when somebody who is there and alive may leave, or may
// have died on the day.
func mayLeave(p passholder.Passholder, d Departure, diedOn period.Day, now time.Time) error {
	switch {
	case p.MergedInto != uuid.Nil || !p.ErasedAt.IsZero():
		return passholder.ErrGone
	case !p.DeceasedOn.IsZero():
		return ErrDeceased
	case d.Why != membership.Deceased:
		return nil
	case diedOn.IsZero() || diedOn.Before(p.DateOfBirth) || period.DayOf(now, period.Brussels()).Before(diedOn):
		return ErrDeathDate
	default:
		return nil
	}
}

// mayReturn returns nil when a departure may be undone: the newest that stands,
// on its day, at its counter.
func mayReturn(d Departure, newest bool, counter string, now time.Time) *fault.Error {
	switch {
	case !d.UndoneAt.IsZero():
		return ErrDepartureUndone
	case d.OrganizerID != counter:
		return ErrDepartureElsewhere
	case period.DayOf(d.At, period.Brussels()) != period.DayOf(now, period.Brussels()):
		return ErrDepartureLate
	case !newest:
		return ErrDepartureUsed
	default:
		return nil
	}
}
