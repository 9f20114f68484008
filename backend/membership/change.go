package membership

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/who"
)

// What changes leave in the audit log.
const (
	actionJoined  = "membership.joined"
	actionChanged = "membership.changed"
	actionTariff  = "membership.socialTariff"
)

// Join makes a person a member of a card system, for the first time or again. It
// returns ErrAlready or ErrBlocked for who is one.
func Join(ctx context.Context, tx *db.Tx, by who.Actor, passholderID uuid.UUID, cardSystemID int, now time.Time) error {
	status, err := lock(ctx, tx, passholderID, cardSystemID)
	switch {
	case errors.Is(err, ErrNone):
		if err := Add(ctx, tx, passholderID, cardSystemID, Active, now); err != nil {
			return err
		}
	case err != nil:
		return err
	case status != Ended:
		return mayBecome(status, status)
	default:
		if err := set(ctx, tx, passholderID, cardSystemID, Active, NoReason, now); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, by, joined(passholderID, cardSystemID))
}

func joined(passholderID uuid.UUID, cardSystemID int) audit.Entry {
	return audit.Entry{Action: actionJoined, SubjectKind: "passholder", SubjectID: passholderID.String(), Detail: map[string]any{"cardSystem": cardSystemID}}
}

// Become changes the status of a membership: block, unblock, end, take up again.
func Become(ctx context.Context, tx *db.Tx, by who.Actor, passholderID uuid.UUID, cardSystemID int, to Status, why Reason, now time.Time) error {
	from, err := lock(ctx, tx, passholderID, cardSystemID)
	if err != nil {
		return err
	}
	if err := mayBecome(from, to); err != nil {
		return err
	}
	if err := set(ctx, tx, passholderID, cardSystemID, to, why, now); err != nil {
		return err
	}
	return record(ctx, tx, by, actionChanged, passholderID, map[string]any{"cardSystem": cardSystemID, "from": from, "to": to, "why": why})
}

// Leave takes a membership away that was only just begun, with its social
// tariff, when the registration that began it is voided.
func Leave(ctx context.Context, tx *db.Tx, by who.Actor, passholderID uuid.UUID, cardSystemID int) error {
	_, err := gorm.G[tariffRow](tx.Gorm()).Where("passholder_id = ? AND card_system_id = ?", passholderID, cardSystemID).Delete(ctx)
	if err != nil {
		return fmt.Errorf("leave a card system: %w", err)
	}
	n, err := gorm.G[row](tx.Gorm()).Where("passholder_id = ? AND card_system_id = ?", passholderID, cardSystemID).Delete(ctx)
	if err != nil {
		return fmt.Errorf("leave a card system: %w", err)
	}
	if n == 0 {
		return ErrNone
	}
	return record(ctx, tx, by, actionChanged, passholderID, map[string]any{"cardSystem": cardSystemID, "to": "NONE"})
}

// GrantTariff gives or renews the social tariff of an active member, as
// planGrant decides, and returns what was done.
func GrantTariff(ctx context.Context, tx *db.Tx, by who.Actor, g Grant, system cardsystem.System, now time.Time) (Change, error) {
	rights, today, err := held(ctx, tx, g.PassholderID, system, now)
	if err != nil {
		return Change{}, err
	}
	p, err := planGrant(rights, g.Until, g.Ground, system.Rules, system.SocialTariffGraceDays, today)
	if err != nil {
		return Change{}, err
	}
	if p.right.ID == uuid.Nil {
		p.right.ID = db.NewID()
		err = GrantSocialTariff(ctx, tx, g.PassholderID, system.ID, p.right)
	} else {
		err = rewrite(ctx, tx, p.right)
	}
	if err != nil {
		return Change{}, err
	}
	return note(ctx, tx, by, g.PassholderID, system.ID, p.kind, p.right, p.was, g.Note, now)
}

// SuspendTariff takes the social tariff away until a day, from which it works
// again; the zero day gives it back at once.
func SuspendTariff(ctx context.Context, tx *db.Tx, by who.Actor, passholderID uuid.UUID, system cardsystem.System, until period.Day, why string, now time.Time) (Change, error) {
	rights, today, err := held(ctx, tx, passholderID, system, now)
	if err != nil {
		return Change{}, err
	}
	was, err := current(rights, today)
	if err != nil {
		return Change{}, err
	}
	if !until.IsZero() && !today.Before(until) {
		return Change{}, ErrSuspendPast.With("today", today)
	}
	right, kind := was, Suspended
	if right.SuspendedUntil = until; until.IsZero() {
		kind = Resumed
	}
	if err := rewrite(ctx, tx, right); err != nil {
		return Change{}, err
	}
	return note(ctx, tx, by, passholderID, system.ID, kind, right, was, why, now)
}

// EndTariff ends the social tariff early: the last day is the one given, today
// at the earliest.
func EndTariff(ctx context.Context, tx *db.Tx, by who.Actor, passholderID uuid.UUID, system cardsystem.System, last period.Day, why string, now time.Time) (Change, error) {
	rights, today, err := held(ctx, tx, passholderID, system, now)
	if err != nil {
		return Change{}, err
	}
	was, err := current(rights, today)
	if err != nil {
		return Change{}, err
	}
	if last.Before(today) {
		return Change{}, ErrEndPast.With("today", today)
	}
	if !last.Before(was.Until) {
		return Change{}, ErrEndLate.With("latest", was.Until.Add(-1))
	}
	right := was
	if right.Until = last; last.Before(right.From) {
		right.Until = right.From // one that begins later shrinks to a day, which an undo gives back
	}
	if err := rewrite(ctx, tx, right); err != nil {
		return Change{}, err
	}
	return note(ctx, tx, by, passholderID, system.ID, Cut, right, was, why, now)
}

// UndoTariff undoes the newest change of a social tariff, on the day it was made
// and by the counter that made it.
func UndoTariff(ctx context.Context, tx *db.Tx, by who.Actor, changeID uuid.UUID, now time.Time) (Change, error) {
	e, err := eventByID(ctx, tx, changeID)
	if err != nil {
		return Change{}, err
	}
	if _, err := lock(ctx, tx, e.PassholderID, e.CardSystemID); err != nil {
		return Change{}, err
	}
	newest, err := isNewest(ctx, tx, e)
	if err != nil {
		return Change{}, err
	}
	if err := mayUndo(e.change(), newest, by.Counter, now); err != nil {
		return Change{}, err
	}
	is, was := e.after(), e.before()
	if was.ID == uuid.Nil {
		_, err = gorm.G[tariffRow](tx.Gorm()).Where("id = ?", e.SocialTariffID).Delete(ctx)
		was = is
	} else {
		err = rewrite(ctx, tx, was)
	}
	if err != nil {
		return Change{}, fmt.Errorf("undo a social tariff: %w", err)
	}
	return note(ctx, tx, by, e.PassholderID, e.CardSystemID, Undone, was, is, "", now)
}

// held locks an active membership and returns its rights, and today there.
func held(ctx context.Context, tx *db.Tx, passholderID uuid.UUID, system cardsystem.System, now time.Time) ([]SocialTariff, period.Day, error) {
	zone, err := period.Zone(system.TimeZone)
	if err != nil {
		return nil, period.Day{}, err
	}
	status, err := lock(ctx, tx, passholderID, system.ID)
	if err != nil {
		return nil, period.Day{}, err
	}
	if status != Active {
		return nil, period.Day{}, mayBecome(status, status)
	}
	rights, err := rightsOf(ctx, tx, passholderID, system.ID)
	return rights, period.DayOf(now, zone), err
}

// note writes what was done into the history and the audit log.
func note(ctx context.Context, tx *db.Tx, by who.Actor, passholderID uuid.UUID, cardSystemID int, kind ChangeKind, right, was SocialTariff, text string, now time.Time) (Change, error) {
	e := eventRow{
		ID: db.NewID(), SocialTariffID: right.ID, PassholderID: passholderID, CardSystemID: cardSystemID, Kind: string(kind),
		Valid: right.days(), SuspendedUntil: right.SuspendedUntil, Ground: right.Ground, Note: text, At: now, Actor: by.Key(), OrganizerID: by.Counter,
	}
	if was.ID != uuid.Nil {
		days := was.days()
		e.WasValid, e.WasSuspendedUntil, e.WasGround = &days, was.SuspendedUntil, was.Ground
	}
	if err := gorm.G[eventRow](tx.Gorm()).Create(ctx, &e); err != nil {
		return Change{}, fmt.Errorf("write the history of a social tariff: %w", err)
	}
	return e.change(), record(ctx, tx, by, actionTariff, passholderID, map[string]any{"cardSystem": cardSystemID, "kind": kind})
}

func record(ctx context.Context, tx *db.Tx, by who.Actor, action string, passholderID uuid.UUID, detail map[string]any) error {
	return audit.Record(ctx, tx, by, audit.Entry{Action: action, SubjectKind: "passholder", SubjectID: passholderID.String(), Detail: detail})
}

// lock returns the status of a membership, which nobody else changes until tx
// ends; ErrNone when there is none.
func lock(ctx context.Context, tx *db.Tx, passholderID uuid.UUID, cardSystemID int) (Status, error) {
	var s Status
	err := tx.QueryRow(ctx, `SELECT status FROM membership WHERE passholder_id = $1 AND card_system_id = $2 FOR UPDATE`, passholderID, cardSystemID).Scan(&s)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", ErrNone
	}
	if err != nil {
		return "", fmt.Errorf("read a membership: %w", err)
	}
	return s, nil
}

// set writes the status of a locked membership.
func set(ctx context.Context, tx *db.Tx, passholderID uuid.UUID, cardSystemID int, to Status, why Reason, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE membership SET status = $3, status_reason = $4, status_at = $5 WHERE passholder_id = $1 AND card_system_id = $2`,
		passholderID, cardSystemID, string(to), string(why), now)
	if err != nil {
		return fmt.Errorf("change a membership: %w", err)
	}
	return nil
}
