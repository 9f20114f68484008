package family

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
)

type row struct {
	MainID    uuid.UUID `gorm:"primaryKey"`
	MemberID  uuid.UUID `gorm:"primaryKey"`
	Icon      string
	CreatedAt time.Time
	UndoHash  []byte
}

func (row) TableName() string { return "family_member" }

// Put writes somebody onto a list, for who has decided that already.
func Put(ctx context.Context, tx *db.Tx, mainID uuid.UUID, m Member) error {
	err := gorm.G[row](tx.Gorm()).Create(ctx, &row{MainID: mainID, MemberID: m.PassholderID, Icon: m.Icon, CreatedAt: m.Since})
	if db.Constraint(err) == "family_member_pkey" {
		return ErrAlready
	}
	if err != nil {
		return fmt.Errorf("add a family member: %w", err)
	}
	return nil
}

// membersOf lists who is on a list, without the main member, in the order in
// which they came. Who was erased, or whose record went into another, is not
// there.
func membersOf(ctx context.Context, q db.Q, mainID uuid.UUID) ([]Member, error) {
	rows, err := gorm.G[row](q.Gorm()).Raw(`
		SELECT f.* FROM family_member f JOIN passholder p ON p.id = f.member_id
		WHERE f.main_id = ? AND p.erased_at IS NULL AND p.merged_into IS NULL ORDER BY f.created_at, f.member_id`, mainID).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read a family: %w", err)
	}
	out := make([]Member, len(rows))
	for i, r := range rows {
		out[i] = Member{PassholderID: r.MemberID, Icon: r.Icon, Since: r.CreatedAt}
	}
	return out, nil
}

// birthdays are those of the people on a list, the main member and who is to
// come included.
func birthdays(ctx context.Context, q db.Q, ids []uuid.UUID) ([]period.Day, error) {
	rows, err := q.Query(ctx, `SELECT date_of_birth FROM passholder WHERE id = ANY ($1)`, ids)
	if err != nil {
		return nil, fmt.Errorf("read a family: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (d period.Day, err error) { return d, r.Scan(&d) })
}

// familiesOf lists the lists that somebody is on, but for their own.
func familiesOf(ctx context.Context, q db.Q, memberID uuid.UUID) ([]Family, error) {
	rows, err := q.Query(ctx, `
		SELECT p.id, p.name, p.first_name, p.email, f.created_at
		FROM family_member f JOIN passholder p ON p.id = f.main_id
		WHERE f.member_id = $1 AND p.erased_at IS NULL AND p.merged_into IS NULL ORDER BY f.created_at, p.id`, memberID)
	if err != nil {
		return nil, fmt.Errorf("read families: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (f Family, err error) {
		return f, r.Scan(&f.MainID, &f.Name, &f.FirstName, &f.Email, &f.Since)
	})
}

func setIcon(ctx context.Context, tx *db.Tx, mainID, memberID uuid.UUID, icon string) error {
	n, err := gorm.G[row](tx.Gorm()).Where("main_id = ? AND member_id = ?", mainID, memberID).Update(ctx, "icon", icon)
	if err != nil {
		return fmt.Errorf("change a family member: %w", err)
	}
	if n == 0 {
		return ErrNoMember
	}
	return nil
}

func remove(ctx context.Context, tx *db.Tx, mainID, memberID uuid.UUID) error {
	n, err := gorm.G[row](tx.Gorm()).Where("main_id = ? AND member_id = ?", mainID, memberID).Delete(ctx)
	if err != nil {
		return fmt.Errorf("remove a family member: %w", err)
	}
	if n == 0 {
		return ErrNoMember
	}
	return nil
}

// setUndo keeps the hash of a token in the place of any other.
func setUndo(ctx context.Context, tx *db.Tx, a Added, hash []byte) error {
	tag, err := tx.Exec(ctx, `UPDATE family_member SET undo_hash = $3 WHERE main_id = $1 AND member_id = $2`, a.MainID, a.MemberID, hash)
	if err != nil {
		return fmt.Errorf("keep the way out of a family: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrNoMember
	}
	return nil
}

// leave takes somebody off a list when the token is theirs; else ErrToken.
func leave(ctx context.Context, tx *db.Tx, a Added, hash []byte) error {
	var gone bool
	err := tx.QueryRow(ctx, `
		DELETE FROM family_member WHERE main_id = $1 AND member_id = $2 AND undo_hash = $3 RETURNING true`, a.MainID, a.MemberID, hash).Scan(&gone)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrToken
	}
	if err != nil {
		return fmt.Errorf("leave a family: %w", err)
	}
	return nil
}
