package family

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
)

// Handed is what [Hand] did, so that it can be undone.
type Handed struct {
	Moved   []Place `json:"moved,omitempty"`   // as they were; the other record has them now
	Dropped []Place `json:"dropped,omitempty"` // as they were; the other record had them already, or they were the two
}

// Place is somebody's on a list, as it was.
type Place struct {
	MainID   uuid.UUID `json:"mainId"`
	MemberID uuid.UUID `json:"memberId"`
	Icon     string    `json:"icon,omitempty"`
	Since    time.Time `json:"since"`
	UndoHash []byte    `json:"undoHash,omitempty"`
}

// Hand gives the list of one record of a person to another, and its places on
// the lists of others, when the two are made one. A family may become larger
// than its limits by that; nobody is taken out.
func Hand(ctx context.Context, tx *db.Tx, from, to uuid.UUID) (Handed, error) {
	var out Handed
	rows, err := gorm.G[row](tx.Gorm()).Where("main_id = ? OR member_id = ?", from, from).Order("main_id, member_id").Find(ctx)
	if err != nil {
		return out, fmt.Errorf("hand a family over: %w", err)
	}
	for _, r := range rows {
		was := Place{r.MainID, r.MemberID, r.Icon, r.CreatedAt, r.UndoHash}
		if err := remove(ctx, tx, r.MainID, r.MemberID); err != nil {
			return out, err
		}
		moved, err := add(ctx, tx, was.with(from, to))
		if err != nil {
			return out, err
		}
		if moved {
			out.Moved = append(out.Moved, was)
		} else {
			out.Dropped = append(out.Dropped, was)
		}
	}
	return out, nil
}

// HandBack undoes [Hand]. Who has left a list since stays away from it.
func HandBack(ctx context.Context, tx *db.Tx, from, to uuid.UUID, h Handed) error {
	for _, was := range h.Moved {
		now := was.with(from, to)
		n, err := gorm.G[row](tx.Gorm()).Where("main_id = ? AND member_id = ?", now.MainID, now.MemberID).Delete(ctx)
		if err != nil {
			return fmt.Errorf("hand a family back: %w", err)
		}
		if n == 0 {
			continue
		}
		if _, err := add(ctx, tx, was); err != nil {
			return err
		}
	}
	for _, was := range h.Dropped {
		if _, err := add(ctx, tx, was); err != nil {
			return err
		}
	}
	return nil
}

// with is the same place with one record in the place of another.
func (p Place) with(from, to uuid.UUID) Place {
	if p.MainID == from {
		p.MainID = to
	}
	if p.MemberID == from {
		p.MemberID = to
	}
	return p
}

// add writes a place, unless it is there already or somebody would be in their
// own family twice; it reports whether it did.
func add(ctx context.Context, tx *db.Tx, p Place) (bool, error) {
	if p.MainID == p.MemberID {
		return false, nil
	}
	tag, err := tx.Exec(ctx, `
		INSERT INTO family_member (main_id, member_id, icon, created_at, undo_hash) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		p.MainID, p.MemberID, p.Icon, p.Since, p.UndoHash)
	if err != nil {
		return false, fmt.Errorf("hand a family over: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}
