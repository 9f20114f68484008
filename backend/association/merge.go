package association

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
)

// Handed is what [Hand] did, so that it can be undone.
type Handed struct {
	From []Held `json:"from,omitempty"` // what the one had who gave
	To   []Held `json:"to,omitempty"`   // what the other had of the same associations
	Now  []Held `json:"now,omitempty"`  // what the other has of them since
}

// Held is a membership as it was.
type Held struct {
	AssociationID uuid.UUID  `json:"associationId"`
	Since         period.Day `json:"since"`
	EndsOn        period.Day `json:"endsOn"`
	StoppedAt     *time.Time `json:"stoppedAt,omitempty"`
}

// Hand gives the memberships of one record of a person to another, when the two
// are made one. Of an association that both have, the membership counts that is
// not stopped and runs longest, since the earlier of the two days.
func Hand(ctx context.Context, tx *db.Tx, from, to uuid.UUID) (Handed, error) {
	var out Handed
	had, err := heldOf(ctx, tx, from)
	if err != nil || len(had) == 0 {
		return out, err
	}
	others, err := heldOf(ctx, tx, to)
	if err != nil {
		return out, err
	}
	has := make(map[uuid.UUID]Held, len(others))
	for _, h := range others {
		has[h.AssociationID] = h
	}
	for _, h := range had {
		now := h
		if other, both := has[h.AssociationID]; both {
			out.To = append(out.To, other)
			now = h.or(other)
		}
		out.From, out.Now = append(out.From, h), append(out.Now, now)
	}
	if err := drop(ctx, tx, from, out.From); err != nil {
		return out, err
	}
	return out, write(ctx, tx, to, out.Now)
}

// HandBack undoes [Hand]. A membership that was changed since stays with the
// record that was kept, beside the one that is given back.
func HandBack(ctx context.Context, tx *db.Tx, from, to uuid.UUID, h Handed) error {
	has, err := heldOf(ctx, tx, to)
	if err != nil {
		return err
	}
	was := make(map[uuid.UUID]Held, len(h.To))
	for _, t := range h.To {
		was[t.AssociationID] = t
	}
	given := make(map[uuid.UUID]Held, len(h.Now))
	for _, n := range h.Now {
		given[n.AssociationID] = n
	}
	for _, now := range has {
		g, mine := given[now.AssociationID]
		if !mine || !g.same(now) {
			continue
		}
		if before, ok := was[now.AssociationID]; ok {
			err = write(ctx, tx, to, []Held{before})
		} else {
			err = drop(ctx, tx, to, []Held{now})
		}
		if err != nil {
			return err
		}
	}
	return write(ctx, tx, from, h.From)
}

// or is the membership that counts of two of one association.
func (h Held) or(other Held) Held {
	best := h
	if other.StoppedAt == nil && (h.StoppedAt != nil || h.EndsOn.Before(other.EndsOn)) {
		best = other
	}
	if other.Since.Before(best.Since) {
		best.Since = other.Since
	} else if h.Since.Before(best.Since) {
		best.Since = h.Since
	}
	return best
}

func (h Held) same(other Held) bool {
	return h.Since == other.Since && h.EndsOn == other.EndsOn && (h.StoppedAt == nil) == (other.StoppedAt == nil)
}

func heldOf(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]Held, error) {
	rows, err := gorm.G[memberRow](tx.Gorm()).Where("passholder_id = ?", id).Order("association_id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read memberships of associations: %w", err)
	}
	out := make([]Held, len(rows))
	for i, r := range rows {
		out[i] = Held{r.AssociationID, r.Since, r.EndsOn, r.StoppedAt}
	}
	return out, nil
}

func write(ctx context.Context, tx *db.Tx, id uuid.UUID, all []Held) error {
	for _, h := range all {
		if err := put(ctx, tx, Membership{AssociationID: h.AssociationID, PassholderID: id, Since: h.Since, EndsOn: h.EndsOn}); err != nil {
			return err
		}
		if h.StoppedAt == nil {
			continue
		}
		if err := stop(ctx, tx, h.AssociationID, id, *h.StoppedAt); err != nil {
			return err
		}
	}
	return nil
}

func drop(ctx context.Context, tx *db.Tx, id uuid.UUID, all []Held) error {
	ids := make([]uuid.UUID, len(all))
	for i, h := range all {
		ids[i] = h.AssociationID
	}
	_, err := gorm.G[memberRow](tx.Gorm()).Where("passholder_id = ? AND association_id IN ?", id, ids).Delete(ctx)
	if err != nil {
		return fmt.Errorf("hand memberships of associations over: %w", err)
	}
	return nil
}
