package checkin

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// Offers lists a counter's activities for a person, those that allow a point
// first, then by time, and how many there are in all.
func (s *Service) Offers(ctx context.Context, by who.Actor, passholderID uuid.UUID, f activity.Filter, p activity.Page) ([]Offer, int, error) {
	if err := rights.Check(ctx, s.DB, by, rights.CheckinsWrite, f.OrganizerID); err != nil {
		return nil, 0, err
	}
	activities, err := activity.List(ctx, s.DB, f, s.Now())
	if err != nil {
		return nil, 0, err
	}
	all, err := s.ForPassholder(ctx, by, passholderID, activities)
	if err != nil {
		return nil, 0, err
	}
	slices.SortStableFunc(all, func(a, b Offer) int {
		switch {
		case a.Decision.Allowed == b.Decision.Allowed:
			return 0
		case a.Decision.Allowed:
			return -1
		default:
			return 1
		}
	})
	from, to := p.Of(len(all))
	return all[from:to], len(all), nil
}

// ForPassholder decides about one person at each of the activities, by the same
// rule as [Service.Register].
func (s *Service) ForPassholder(ctx context.Context, by who.Actor, passholderID uuid.UUID, activities []activity.Activity) ([]Offer, error) {
	mayWrite, err := writers(ctx, s.DB, by)
	if err != nil {
		return nil, err
	}
	st, err := standingOf(ctx, s.DB, passholderID, activities)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	out := make([]Offer, len(activities))
	for i, a := range activities {
		k := counterKey{a.ID, a.Limit.Period.Range(now, a.Zone())}
		out[i] = Offer{
			Activity: a, DoneAt: st.done[k].at, CheckinID: st.done[k].id,
			Decision: Allow(Facts{
				Activity: &a, MayWrite: mayWrite(a.OrganizerID), Card: st.card, ActiveMember: st.activeMember, Used: st.used[k],
			}, now),
		}
	}
	return out, nil
}

// History lists a person's points, newest first, and records that it was read.
func (s *Service) History(ctx context.Context, by who.Actor, passholderID uuid.UUID, p activity.Page) (History, error) {
	var out History
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.CheckHere(ctx, tx, by, rights.PassholdersTransactionHistory); err != nil {
			return err
		}
		var err error
		if out, err = historyOf(ctx, tx, by, passholderID, p); err != nil {
			return err
		}
		return audit.RecordRead(ctx, tx, by, audit.Entry{
			Action: ActionHistoryRead, SubjectKind: "passholder", SubjectID: passholderID.String(),
		})
	})
	return out, err
}

func historyOf(ctx context.Context, tx *db.Tx, by who.Actor, passholderID uuid.UUID, p activity.Page) (History, error) {
	mayWrite, err := writers(ctx, tx, by)
	if err != nil {
		return History{}, err
	}
	b, err := points.Of(ctx, tx, passholderID)
	if err != nil {
		return History{}, err
	}
	entries, total, err := points.History(ctx, tx, passholderID, p.Start, p.Limit)
	if err != nil {
		return History{}, err
	}
	ids := make([]uuid.UUID, len(entries))
	for i, e := range entries {
		ids[i] = e.GroupID
	}
	acts, err := actsOf(ctx, tx, ids)
	if err != nil {
		return History{}, err
	}
	out := History{Balance: b.Points, Debt: b.Debt, Total: total, Lines: make([]Line, len(entries))}
	for i, e := range entries {
		a := acts[e.GroupID]
		out.Lines[i] = Line{
			ID: e.ID, At: e.At, Code: e.Code, Title: a.title, OrganizerName: a.organizerName,
			Points: e.Points, BalanceAfter: e.BalanceAfter,
		}
		switch e.Code {
		case points.Checkin:
			out.Lines[i].CheckinID, out.Lines[i].Undo = e.GroupID, undo(a, mayWrite(a.organizer))
		case points.Reversal:
			out.Lines[i].CheckinID = e.GroupID
		case points.Spending, points.TakenOver, points.Handing:
		}
	}
	return out, nil
}

// undo says whether a check-in can be taken back.
func undo(a act, mayWrite bool) *Undo {
	switch {
	case a.cancelled:
		return &Undo{Err: ErrAlreadyCancelled}
	case !mayWrite:
		return &Undo{Err: rights.ErrDenied.With("permission", string(rights.CheckinsWrite))}
	default:
		return &Undo{Allowed: true}
	}
}

// writers tells at which organizers by may save points.
func writers(ctx context.Context, q db.Q, by who.Actor) (func(organizerID string) bool, error) {
	if by.Kind == who.System {
		return func(string) bool { return true }, nil
	}
	held, err := rights.Of(ctx, q, by)
	if err != nil {
		return nil, err
	}
	return func(organizerID string) bool {
		return slices.ContainsFunc(held, func(h rights.Held) bool {
			return h.OrganizerID == organizerID && rights.Allows(h.Roles, rights.CheckinsWrite)
		})
	}, nil
}
