package setup

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/who"
)

// What it leaves in the audit log.
const (
	ActionCardSystemAdded = "cardSystem.added"
	ActionOrganizerAdded  = "organizer.added"
	ActionActivityAdded   = "activity.added"
)

// Done is what was made, and what was there already.
type Done struct{ CardSystems, Organizers, Activities, Kept int }

// Apply makes what is not there yet: all of it, or nothing and an error that
// names the entry. An organizer that is there is added to the card systems that
// it is not in.
func Apply(ctx context.Context, d *db.DB, by who.Actor, p Plan) (Done, error) {
	var done Done
	err := db.InTx(ctx, d, func(tx *db.Tx) error {
		done = Done{}
		for _, s := range p.CardSystems {
			made, err := addCardSystem(ctx, tx, by, s)
			if err != nil {
				return wrong(fmt.Sprintf("cardsystem %d", s.ID), err)
			}
			done.count(made, &done.CardSystems)
		}
		for _, o := range p.Organizers {
			made, err := addOrganizer(ctx, tx, by, o)
			if err != nil {
				return wrong(fmt.Sprintf("organizer %q", o.ID), err)
			}
			done.count(made, &done.Organizers)
		}
		for _, a := range p.Activities {
			made, err := addActivity(ctx, tx, by, a)
			if err != nil {
				return wrong(fmt.Sprintf("activity %q", a.ID), err)
			}
			done.count(made, &done.Activities)
		}
		return nil
	})
	return done, err
}

func (d *Done) count(made bool, of *int) {
	if made {
		*of++
	} else {
		d.Kept++
	}
}

func addCardSystem(ctx context.Context, tx *db.Tx, by who.Actor, s cardsystem.System) (bool, error) {
	if _, err := cardsystem.ByID(ctx, tx, s.ID); !errors.Is(err, cardsystem.ErrUnknown) {
		return false, err
	}
	if err := s.Check(); err != nil {
		return false, err
	}
	if err := cardsystem.Add(ctx, tx, s); err != nil {
		return false, err
	}
	return true, audit.Record(ctx, tx, by, audit.Entry{Action: ActionCardSystemAdded, SubjectKind: "cardSystem", SubjectID: strconv.Itoa(s.ID)})
}

func addOrganizer(ctx context.Context, tx *db.Tx, by who.Actor, o organizer.Organizer) (bool, error) {
	if why := lacks(o); why != "" {
		return false, fmt.Errorf("%w: %s", ErrFile, why)
	}
	for _, id := range o.CardSystemIDs {
		if _, err := cardsystem.ByID(ctx, tx, id); err != nil {
			return false, fmt.Errorf("cardsystem %d: %w", id, err)
		}
	}
	if _, err := organizer.ByID(ctx, tx, o.ID); !errors.Is(err, organizer.ErrUnknown) {
		if err != nil {
			return false, err
		}
		return false, organizer.Join(ctx, tx, o.ID, o.CardSystemIDs...)
	}
	o.AccountID = db.NewID()
	if err := points.OpenOrganizer(ctx, tx, o.AccountID); err != nil {
		return false, err
	}
	if err := organizer.Add(ctx, tx, o); err != nil {
		return false, err
	}
	return true, audit.Record(ctx, tx, by, audit.Entry{Action: ActionOrganizerAdded, SubjectKind: "organizer", SubjectID: o.ID})
}

func addActivity(ctx context.Context, tx *db.Tx, by who.Actor, a activity.Activity) (bool, error) {
	if _, err := activity.ByID(ctx, tx, a.ID); !errors.Is(err, activity.ErrUnknown) {
		return false, err
	}
	if why := unfit(a); why != "" {
		return false, fmt.Errorf("%w: %s", ErrFile, why)
	}
	o, err := organizer.ByID(ctx, tx, a.OrganizerID)
	if err != nil {
		return false, fmt.Errorf("organizer %q: %w", a.OrganizerID, err)
	}
	systems, err := cardsystem.ByIDs(ctx, tx, o.CardSystemIDs...)
	if err != nil {
		return false, err
	}
	a.Margin = widest(systems)
	for _, id := range o.CardSystemIDs {
		a.CardSystems = append(a.CardSystems, activity.CardSystem{ID: id, Enabled: true})
	}
	if err := activity.Add(ctx, tx, a); err != nil {
		return false, err
	}
	return true, audit.Record(ctx, tx, by, audit.Entry{Action: ActionActivityAdded, SubjectKind: "activity", SubjectID: a.ID})
}

// wrong names the entry, and what a refusal points at.
func wrong(entry string, err error) error {
	var refusal *fault.Error
	if errors.As(err, &refusal) && len(refusal.Args) > 0 {
		return fmt.Errorf("%s: %w %v", entry, err, slices.Collect(maps.Values(refusal.Args)))
	}
	return fmt.Errorf("%s: %w", entry, err)
}

// widest is the longest margin of several card systems: who may save a point in
// one may not be refused for the other.
func widest(systems map[int]cardsystem.System) time.Duration {
	var out time.Duration
	for _, s := range systems {
		out = max(out, s.CheckinMargin)
	}
	return out
}
