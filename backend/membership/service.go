package membership

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// What reading leaves in the audit log.
const (
	actionListed  = "membership.expiringListed"
	actionHistory = "membership.socialTariffRead"
)

// Service changes social tariffs at a counter. A counter of another municipality
// of the card system needs a right of its own for that: the permission
// PASSHOLDERS_WRITE_SOCIALTARIFF_FULL_CARDSYSTEM of the public API.
type Service struct {
	DB  *db.DB
	Now func() time.Time
}

// An Act is what a counter asks for: to whom, where, and under which
// Idempotency-Key.
type Act struct {
	PassholderID   uuid.UUID
	CardSystemID   int
	IdempotencyKey string
}

// Grant gives or renews a social tariff.
func (s *Service) Grant(ctx context.Context, by who.Actor, a Act, until period.Day, ground, text string) (Change, error) {
	return s.do(ctx, by, a, []string{"grant", until.String(), ground, text}, func(tx *db.Tx, system cardsystem.System, now time.Time) (Change, error) {
		return GrantTariff(ctx, tx, by, Grant{a.PassholderID, a.CardSystemID, until, ground, text}, system, now)
	})
}

// Suspend takes a social tariff away until a day; the zero day gives it back.
func (s *Service) Suspend(ctx context.Context, by who.Actor, a Act, until period.Day, why string) (Change, error) {
	return s.do(ctx, by, a, []string{"suspend", until.String(), why}, func(tx *db.Tx, system cardsystem.System, now time.Time) (Change, error) {
		return SuspendTariff(ctx, tx, by, a.PassholderID, system, until, why, now)
	})
}

// End ends a social tariff early.
func (s *Service) End(ctx context.Context, by who.Actor, a Act, last period.Day, why string) (Change, error) {
	return s.do(ctx, by, a, []string{"end", last.String(), why}, func(tx *db.Tx, system cardsystem.System, now time.Time) (Change, error) {
		return EndTariff(ctx, tx, by, a.PassholderID, system, last, why, now)
	})
}

// Undo undoes the newest change, the same day at the same counter.
func (s *Service) Undo(ctx context.Context, by who.Actor, a Act, changeID uuid.UUID) (Change, error) {
	return s.do(ctx, by, a, []string{"undo", changeID.String()}, func(tx *db.Tx, _ cardsystem.System, now time.Time) (Change, error) {
		if e, err := eventByID(ctx, tx, changeID); err != nil || e.PassholderID != a.PassholderID || e.CardSystemID != a.CardSystemID {
			return Change{}, cmp.Or(err, error(ErrUndoGone))
		}
		return UndoTariff(ctx, tx, by, changeID, now)
	})
}

// do runs an act once, for whoever may.
func (s *Service) do(ctx context.Context, by who.Actor, a Act, what []string, act func(*db.Tx, cardsystem.System, time.Time) (Change, error)) (Change, error) {
	var out Change
	fp := idempotency.Fingerprint("socialtariff", append([]string{a.PassholderID.String(), strconv.Itoa(a.CardSystemID)}, what...)...)
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		system, err := mayGrant(ctx, tx, by, a.PassholderID, a.CardSystemID)
		if err != nil {
			return err
		}
		done, err := idempotency.Take(ctx, tx, by, a.IdempotencyKey, fp, &out)
		if err != nil || done {
			return err
		}
		if out, err = act(tx, system, s.Now()); err != nil {
			return err
		}
		return idempotency.Keep(ctx, tx, by, a.IdempotencyKey, fp, out)
	})
	return out, err
}

// mayGrant returns the card system when by may grant there to this person: the
// counter belongs to it, and the person lives in the counter's municipality or
// the right for the whole card system is there.
func mayGrant(ctx context.Context, q db.Q, by who.Actor, passholderID uuid.UUID, cardSystemID int) (cardsystem.System, error) {
	if err := rights.Check(ctx, q, by, rights.PassholdersWriteSocialTariff, by.Counter); err != nil {
		return cardsystem.System{}, err
	}
	o, err := organizer.ByID(ctx, q, by.Counter)
	if err != nil {
		return cardsystem.System{}, err
	}
	if !slices.Contains(o.CardSystemIDs, cardSystemID) {
		return cardsystem.System{}, rights.ErrDenied.With("permission", string(rights.PassholdersWriteSocialTariff))
	}
	var b db.Batch
	var p passholder.Passholder
	passholder.QueueByID(&b, passholderID, &p)
	if err := db.Send(ctx, q, &b); err != nil {
		return cardsystem.System{}, err
	}
	if !strings.EqualFold(p.City, o.City) {
		if err := rights.Check(ctx, q, by, rights.PassholdersWriteSocialTariffFullCardSystem, by.Counter); err != nil {
			return cardsystem.System{}, err
		}
	}
	return cardsystem.ByID(ctx, q, cardSystemID)
}

// History lists the changes of a person's social tariff, newest first, and says
// until when one granted today can run, at a counter of the card system: on what
// ground somebody has it is nobody else's business. It is recorded, as every read
// of a person is.
func (s *Service) History(ctx context.Context, by who.Actor, passholderID uuid.UUID, cardSystemID int) ([]Entry, Terms, error) {
	var out []Entry
	var terms Terms
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.Check(ctx, tx, by, rights.PassholdersWriteSocialTariff, by.Counter); err != nil {
			return err
		}
		system, err := cardsystem.ByID(ctx, tx, cardSystemID)
		if err != nil {
			return err
		}
		o, err := organizer.ByID(ctx, tx, by.Counter)
		if err != nil {
			return err
		}
		if !slices.Contains(o.CardSystemIDs, system.ID) {
			return rights.ErrDenied.With("permission", string(rights.PassholdersWriteSocialTariff))
		}
		zone, err := period.Zone(system.TimeZone)
		if err != nil {
			return err
		}
		now := s.Now()
		terms.Today = period.DayOf(now, zone)
		terms.Default, terms.Latest = system.Rules.DefaultEnd(terms.Today), system.Rules.MaximumEnd(terms.Today)
		changes, err := History(ctx, tx, passholderID, cardSystemID)
		if err != nil {
			return err
		}
		if out, err = entries(ctx, tx, changes, by.Counter, now); err != nil {
			return err
		}
		return audit.RecordRead(ctx, tx, by, audit.Entry{
			Action: actionHistory, SubjectKind: "passholder", SubjectID: passholderID.String(), Detail: map[string]any{"cardSystem": cardSystemID},
		})
	})
	return out, terms, err
}

// entries says of changes, newest first, which counter made them and what a
// counter can undo.
func entries(ctx context.Context, q db.Q, changes []Change, counter string, now time.Time) ([]Entry, error) {
	ids := make([]string, len(changes))
	for i, c := range changes {
		ids[i] = c.OrganizerID
	}
	counters, err := organizer.ByIDs(ctx, q, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, len(changes))
	for i, c := range changes {
		out[i] = Entry{c, counters[c.OrganizerID].Name, mayUndo(c, i == 0, counter, now)}
	}
	return out, nil
}

// Expiring lists whose social tariff ends in the next days, or ended in the
// past ones, in a card system of the counter.
func (s *Service) Expiring(ctx context.Context, by who.Actor, cardSystemID int, days period.Range, start, limit int) (list []Expiring, total int, err error) {
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.Check(ctx, tx, by, rights.PassholdersWriteSocialTariff, by.Counter); err != nil {
			return err
		}
		o, err := organizer.ByID(ctx, tx, by.Counter)
		if err != nil {
			return err
		}
		if !slices.Contains(o.CardSystemIDs, cardSystemID) {
			return rights.ErrDenied.With("permission", string(rights.PassholdersWriteSocialTariff))
		}
		if list, total, err = ExpiringIn(ctx, tx, cardSystemID, days, start, limit); err != nil {
			return err
		}
		return audit.RecordRead(ctx, tx, by, audit.Entry{Action: actionListed, SubjectKind: "cardSystem", Detail: map[string]any{
			"cardSystem": cardSystemID, "days": days.String(), "people": len(list),
		}})
	})
	return list, total, err
}
