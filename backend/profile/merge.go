package profile

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// The refusals of a merge.
var (
	ErrMergeSelf    = fault.New(fault.Invalid, "merge-with-oneself")
	ErrMergeNumbers = fault.New(fault.Conflict, "merge-two-numbers") // two national numbers are two people
	ErrMergeUnknown = fault.New(fault.Missing, "merge-unknown")
	ErrMergeOld     = fault.New(fault.Conflict, "merge-too-old")
	ErrMergeUndone  = fault.New(fault.Conflict, "merge-undone")
)

// What merging leaves in the audit log.
const (
	actionMerged = "passholder.merged"
	actionParted = "passholder.parted"
)

// mergeLife is how long two records that were made one can be parted.
const mergeLife = 31 * 24 * time.Hour

// A Merge made two records of one person one.
type Merge struct {
	ID        uuid.UUID
	KeptID    uuid.UUID
	MergedID  uuid.UUID
	FirstName string // of the merged record, in a list
	Name      string
	At        time.Time
	UndoneAt  time.Time // zero: it holds
	Replayed  bool      `json:"-"` // the Idempotency-Key had done it before
}

// Until is the last moment at which the two can be parted.
func (m Merge) Until() time.Time { return m.At.Add(mergeLife) }

// moved is what a merge did, so that it can be undone.
type moved struct {
	Cards        []uuid.UUID        `json:"cards,omitempty"`
	Blocked      []uuid.UUID        `json:"blocked,omitempty"` // those of them that were in use
	Points       int                `json:"points,omitempty"`  // below zero: a debt
	Joined       []int              `json:"joined,omitempty"`  // card systems that are new to who is kept
	Again        []int              `json:"again,omitempty"`   // those where a membership had ended
	Tariffs      map[int]uuid.UUID  `json:"tariffs,omitempty"` // by card system, the change that gave a social tariff
	Ended        []int              `json:"ended,omitempty"`   // memberships of the other record
	Number       bool               `json:"number,omitempty"`  // the national number came along
	Associations association.Handed `json:"associations"`
	Families     family.Handed      `json:"families"`
}

// Merge makes two records of one person one: cards, points, memberships and
// lists go to who is kept; the other record stays, and says so. Under a key it is
// done once; "" is no key.
func (s *Service) Merge(ctx context.Context, by who.Actor, key string, kept, merged uuid.UUID) (Merge, error) {
	if kept == merged {
		return Merge{}, ErrMergeSelf
	}
	fp := idempotency.Fingerprint("profile.merge", kept.String(), merged.String())
	var out Merge
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) (err error) {
		out = Merge{ID: db.NewID(), KeptID: kept, MergedID: merged, At: s.Now()}
		if key != "" {
			if err := rights.Check(ctx, tx, by, rights.PassholdersMerge, by.Counter); err != nil {
				return err
			}
			if out.Replayed, err = idempotency.Take(ctx, tx, by, key, fp, &out); err != nil || out.Replayed {
				return err
			}
		}
		to, from, err := s.openBoth(ctx, tx, by, kept, merged)
		if err != nil {
			return err
		}
		if to.person.INSZKnown && from.person.INSZKnown {
			return ErrMergeNumbers
		}
		m, err := s.move(ctx, tx, by, out.ID, from, to)
		if err != nil {
			return err
		}
		if err := passholder.MergeInto(ctx, tx, merged, kept, s.Now()); err != nil {
			return err
		}
		if err := addMerge(ctx, tx, by, out, m); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, by, audit.Entry{
			Action: actionMerged, SubjectKind: "passholder", SubjectID: kept.String(), Detail: map[string]any{"merged": merged, "merge": out.ID},
		})
		if err != nil || key == "" {
			return err
		}
		return idempotency.Keep(ctx, tx, by, key, fp, out)
	})
	return out, err
}

// openBoth opens two people in the order of their ids, so that two who merge
// them the other way round do not wait for each other.
func (s *Service) openBoth(ctx context.Context, tx *db.Tx, by who.Actor, a, b uuid.UUID) (first, second opened, err error) {
	if slices.Compare(a[:], b[:]) > 0 {
		second, first, err = s.openBoth(ctx, tx, by, b, a)
		return first, second, err
	}
	if first, err = s.open(ctx, tx, by, a, rights.PassholdersMerge); err == nil {
		second, err = s.open(ctx, tx, by, b, rights.PassholdersMerge)
	}
	return first, second, err
}

func (s *Service) move(ctx context.Context, tx *db.Tx, by who.Actor, act uuid.UUID, from, to opened) (m moved, err error) {
	if err := s.moveCards(ctx, tx, by, from.person.ID, to.person.ID, &m); err != nil {
		return m, err
	}
	balance, err := points.Of(ctx, tx, from.person.ID)
	if err != nil {
		return m, err
	}
	m.Points = balance.Points - balance.Debt
	if err := s.movePoints(ctx, tx, act, from, to, m.Points); err != nil {
		return m, err
	}
	if err := s.moveMemberships(ctx, tx, by, from, to, &m); err != nil {
		return m, err
	}
	if m.Associations, err = association.Hand(ctx, tx, from.person.ID, to.person.ID); err != nil {
		return m, err
	}
	if m.Families, err = family.Hand(ctx, tx, from.person.ID, to.person.ID); err != nil {
		return m, err
	}
	if m.Number = from.person.INSZKnown; m.Number {
		err = passholder.HandNumber(ctx, tx, s.Ring, from.person.ID, to.person.ID, s.Now())
	}
	return m, err
}

func (s *Service) moveCards(ctx context.Context, tx *db.Tx, by who.Actor, from, to uuid.UUID, m *moved) error {
	all, err := card.LockOf(ctx, tx, from)
	if err != nil {
		return err
	}
	theirs, err := card.LockOf(ctx, tx, to)
	if err != nil {
		return err
	}
	for _, c := range all {
		m.Cards = append(m.Cards, c.ID)
		other := func(o card.Card) bool { return o.Status == card.Active && o.CardSystemID == c.CardSystemID }
		if c.Status != card.Active || !slices.ContainsFunc(theirs, other) {
			continue
		}
		if err := card.Transition(ctx, tx, by, c.ID, card.Blocked, card.Replaced, card.Change{At: s.Now()}); err != nil {
			return err
		}
		m.Blocked = append(m.Blocked, c.ID)
	}
	if len(m.Cards) == 0 {
		return nil
	}
	return card.Hand(ctx, tx, from, to, m.Cards...)
}

func (s *Service) movePoints(ctx context.Context, tx *db.Tx, act uuid.UUID, from, to opened, n int) error {
	system := 0
	if len(from.memberships) > 0 {
		system = from.memberships[0].System.ID
	}
	move := points.Movement{ID: db.NewID(), CardSystemID: system, Points: n, GroupID: act, At: s.Now()}
	switch {
	case n > 0:
		return points.Hand(ctx, tx, move, from.person.ID, to.person.ID)
	case n < 0:
		move.Points = -n
		return points.Hand(ctx, tx, move, to.person.ID, from.person.ID)
	default:
		return nil
	}
}

func (s *Service) moveMemberships(ctx context.Context, tx *db.Tx, by who.Actor, from, to opened, m *moved) error {
	for _, old := range from.memberships {
		if old.Status == membership.Ended {
			continue
		}
		id, kept := old.System.ID, to.person.ID
		i := slices.IndexFunc(to.memberships, func(t membership.Membership) bool { return t.System.ID == id })
		if old.Status == membership.Active && (i < 0 || to.memberships[i].Status == membership.Ended) {
			if err := membership.Join(ctx, tx, by, kept, id, s.Now()); err != nil {
				return err
			}
			if i < 0 {
				m.Joined = append(m.Joined, id)
			} else {
				m.Again = append(m.Again, id)
			}
		}
		has := i >= 0 && to.memberships[i].SocialTariff != nil && to.memberships[i].SocialTariff.Works()
		active := i < 0 || to.memberships[i].Status != membership.Blocked
		if t := old.SocialTariff; t != nil && t.Status == membership.TariffActive && old.Status == membership.Active && active && !has {
			g := membership.Grant{PassholderID: kept, CardSystemID: id, Until: t.Until, Ground: old.Rights[len(old.Rights)-1].Ground}
			granted, err := membership.GrantTariff(ctx, tx, by, g, old.System, s.Now())
			if err != nil {
				return err
			}
			if m.Tariffs == nil {
				m.Tariffs = map[int]uuid.UUID{}
			}
			m.Tariffs[id] = granted.ID
		}
		if old.Status != membership.Active {
			continue // what is blocked stays so
		}
		if err := membership.Become(ctx, tx, by, from.person.ID, id, membership.Ended, membership.Merged, s.Now()); err != nil {
			return err
		}
		m.Ended = append(m.Ended, id)
	}
	return nil
}

// Part undoes a merge, for a month: what came from the other record goes back.
func (s *Service) Part(ctx context.Context, by who.Actor, id uuid.UUID) (Merge, error) {
	var out Merge
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		var m moved
		var err error
		if out, m, err = lockMerge(ctx, tx, id); err != nil {
			return err
		}
		switch {
		case !out.UndoneAt.IsZero():
			return ErrMergeUndone
		case s.Now().After(out.Until()):
			return ErrMergeOld
		}
		to, err := s.open(ctx, tx, by, out.KeptID, rights.PassholdersMerge)
		if err != nil {
			return err
		}
		if err := passholder.MergeInto(ctx, tx, out.MergedID, uuid.Nil, s.Now()); err != nil {
			return err
		}
		from, err := s.open(ctx, tx, by, out.MergedID, rights.PassholdersMerge)
		if err != nil {
			return err
		}
		if err := s.giveBack(ctx, tx, by, out.ID, from, to, m); err != nil {
			return err
		}
		out.UndoneAt = s.Now()
		if err := endMerge(ctx, tx, by, id, out.UndoneAt); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: actionParted, SubjectKind: "passholder", SubjectID: out.KeptID.String(), Detail: map[string]any{"merged": out.MergedID, "merge": id},
		})
	})
	return out, err
}

func (s *Service) giveBack(ctx context.Context, tx *db.Tx, by who.Actor, act uuid.UUID, from, to opened, m moved) error {
	kept, merged := to.person.ID, from.person.ID
	if len(m.Cards) > 0 {
		if err := card.Hand(ctx, tx, kept, merged, m.Cards...); err != nil {
			return err
		}
	}
	for _, id := range m.Blocked {
		if err := card.Transition(ctx, tx, by, id, card.Active, card.Mistake, card.Change{At: s.Now()}); err != nil {
			return err
		}
	}
	if err := s.movePoints(ctx, tx, act, to, from, m.Points); err != nil {
		return err
	}
	if err := s.restoreMemberships(ctx, tx, by, from, to, m); err != nil {
		return err
	}
	if err := association.HandBack(ctx, tx, merged, kept, m.Associations); err != nil {
		return err
	}
	if err := family.HandBack(ctx, tx, merged, kept, m.Families); err != nil {
		return err
	}
	if m.Number {
		return passholder.HandNumber(ctx, tx, s.Ring, kept, merged, s.Now())
	}
	return nil
}

func (s *Service) restoreMemberships(ctx context.Context, tx *db.Tx, by who.Actor, from, to opened, m moved) error {
	for _, t := range to.memberships {
		id := t.System.ID
		change, granted := m.Tariffs[id]
		var err error
		switch {
		case slices.Contains(m.Joined, id):
			err = membership.Leave(ctx, tx, by, to.person.ID, id)
		case slices.Contains(m.Again, id) && t.Status != membership.Ended:
			err = membership.Become(ctx, tx, by, to.person.ID, id, membership.Ended, membership.Merged, s.Now())
		case granted && t.SocialTariff != nil && t.SocialTariff.Works():
			err = s.takeTariff(ctx, tx, by, to.person.ID, t.System, change)
		}
		if err != nil {
			return err
		}
	}
	for _, id := range m.Ended {
		if err := membership.Become(ctx, tx, by, from.person.ID, id, membership.Active, membership.NoReason, s.Now()); err != nil {
			return err
		}
	}
	return nil
}

// takeTariff takes back a social tariff that a merge gave: as if it had never
// been, where that may still be undone, and else from tomorrow on.
func (s *Service) takeTariff(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, system cardsystem.System, change uuid.UUID) error {
	_, err := membership.UndoTariff(ctx, tx, by, change, s.Now())
	if errors.Is(err, membership.ErrUndoGone) || errors.Is(err, membership.ErrUndoForeign) || errors.Is(err, membership.ErrUndoLate) {
		return s.endTariff(ctx, tx, by, id, system, "")
	}
	return err
}

// Merges lists what was made one with a person, newest first.
func (s *Service) Merges(ctx context.Context, by who.Actor, id uuid.UUID) (list []Merge, err error) {
	err = s.look(ctx, by, id, rights.PassholdersMerge, passholder.ActionRead, func(tx *db.Tx) error {
		list, err = mergesOf(ctx, tx, id)
		return err
	})
	return list, err
}
