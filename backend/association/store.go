package association

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
)

type row struct {
	ID              uuid.UUID `gorm:"primaryKey"`
	CardSystemID    int
	Name            string
	EndDateType     string
	SuggestedEnd    period.Day `gorm:"type:date"`
	Months          *int
	RenewableMonths int
	CreatedAt       time.Time
	Version         int
}

func (row) TableName() string { return "association" }

func rowOf(a Association) row {
	r := row{
		ID: a.ID, CardSystemID: a.CardSystemID, Name: a.Name, EndDateType: string(a.EndDateType), SuggestedEnd: a.SuggestedEnd,
		RenewableMonths: a.RenewableMonths, CreatedAt: a.CreatedAt, Version: a.Version,
	}
	if a.Months > 0 {
		r.Months = &a.Months
	}
	return r
}

func (r row) association() Association {
	a := Association{
		ID: r.ID, CardSystemID: r.CardSystemID, Name: r.Name, EndDateType: EndDateType(r.EndDateType), SuggestedEnd: r.SuggestedEnd,
		RenewableMonths: r.RenewableMonths, CreatedAt: r.CreatedAt, Version: r.Version,
	}
	if r.Months != nil {
		a.Months = *r.Months
	}
	return a
}

type shareRow struct {
	AssociationID uuid.UUID `gorm:"primaryKey"`
	OrganizerID   string    `gorm:"primaryKey"`
	MayWrite      bool
}

func (shareRow) TableName() string { return "association_organizer" }

func (r shareRow) access() Access {
	if r.MayWrite {
		return Write
	}
	return Read
}

type memberRow struct {
	AssociationID uuid.UUID  `gorm:"primaryKey"`
	PassholderID  uuid.UUID  `gorm:"primaryKey"`
	Since         period.Day `gorm:"type:date"`
	EndsOn        period.Day `gorm:"type:date"`
	StoppedAt     *time.Time
}

func (memberRow) TableName() string { return "association_membership" }

func (r memberRow) membership() Membership {
	m := Membership{AssociationID: r.AssociationID, PassholderID: r.PassholderID, Since: r.Since, EndsOn: r.EndsOn}
	if r.StoppedAt != nil {
		m.StoppedAt = *r.StoppedAt
	}
	return m
}

// Add makes an association, with who may see it.
func Add(ctx context.Context, tx *db.Tx, a Association, shares ...Share) error {
	a.Version = max(a.Version, 1)
	r := rowOf(a)
	if err := gorm.G[row](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("add an association: %w", err)
	}
	return share(ctx, tx, a.ID, shares)
}

// change writes an association that is locked.
func change(ctx context.Context, tx *db.Tx, a Association, shares []Share) error {
	if _, err := gorm.G[row](tx.Gorm()).Where("id = ?", a.ID).Select("*").Updates(ctx, rowOf(a)); err != nil {
		return fmt.Errorf("change an association: %w", err)
	}
	if _, err := gorm.G[shareRow](tx.Gorm()).Where("association_id = ?", a.ID).Delete(ctx); err != nil {
		return fmt.Errorf("change an association: %w", err)
	}
	return share(ctx, tx, a.ID, shares)
}

func share(ctx context.Context, tx *db.Tx, id uuid.UUID, shares []Share) error {
	for _, s := range shares {
		r := shareRow{AssociationID: id, OrganizerID: s.OrganizerID, MayWrite: s.Access == Write}
		if err := gorm.G[shareRow](tx.Gorm()).Create(ctx, &r); err != nil {
			return fmt.Errorf("share an association: %w", err)
		}
	}
	return nil
}

func lockAssociation(ctx context.Context, tx *db.Tx, id uuid.UUID) (Association, error) {
	r, err := gorm.G[row](tx.Gorm(), clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Association{}, ErrUnknown
	}
	if err != nil {
		return Association{}, fmt.Errorf("read an association: %w", err)
	}
	return r.association(), nil
}

// sharedWith lists the associations that an organizer may read or write, by name.
func sharedWith(ctx context.Context, q db.Q, organizerID string) ([]Shared, error) {
	type sharedRow struct {
		Association row `gorm:"embedded"`
		MayWrite    bool
	}
	rows, err := gorm.G[sharedRow](q.Gorm()).Raw(`
		SELECT a.*, o.may_write FROM association a JOIN association_organizer o ON o.association_id = a.id
		WHERE o.organizer_id = ? ORDER BY a.name, a.id`, organizerID).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read associations: %w", err)
	}
	out := make([]Shared, len(rows))
	for i, r := range rows {
		out[i] = Shared{r.Association.association(), shareRow{MayWrite: r.MayWrite}.access()}
	}
	return out, nil
}

// ofSystems lists the associations of card systems, by name.
func ofSystems(ctx context.Context, q db.Q, systemIDs []int, today period.Day) ([]Managed, error) {
	type managedRow struct {
		Association row `gorm:"embedded"`
		Members     int
	}
	rows, err := gorm.G[managedRow](q.Gorm()).Raw(`
		SELECT a.*, (SELECT count(*) FROM association_membership m
			WHERE m.association_id = a.id AND m.stopped_at IS NULL AND m.ends_on >= ?) AS members
		FROM association a WHERE a.card_system_id IN ? ORDER BY a.name, a.id`, today, systemIDs).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read associations: %w", err)
	}
	ids, at := make([]uuid.UUID, len(rows)), make(map[uuid.UUID]int, len(rows))
	out := make([]Managed, len(rows))
	for i, r := range rows {
		ids[i], at[r.Association.ID] = r.Association.ID, i
		out[i] = Managed{Association: r.Association.association(), Members: r.Members}
	}
	shares, err := gorm.G[shareRow](q.Gorm()).Where("association_id IN ?", ids).Order("organizer_id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read associations: %w", err)
	}
	for _, s := range shares {
		m := &out[at[s.AssociationID]]
		m.Shares = append(m.Shares, Share{s.OrganizerID, s.access()})
	}
	return out, nil
}

// heldBy reads a person's memberships, stopped ones too.
func heldBy(ctx context.Context, q db.Q, passholderID uuid.UUID) (map[uuid.UUID]Membership, error) {
	rows, err := gorm.G[memberRow](q.Gorm()).Where("passholder_id = ?", passholderID).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read memberships of associations: %w", err)
	}
	out := make(map[uuid.UUID]Membership, len(rows))
	for _, r := range rows {
		out[r.AssociationID] = r.membership()
	}
	return out, nil
}

// Join writes a membership as it is, for who has decided that already.
func Join(ctx context.Context, tx *db.Tx, m Membership) error { return put(ctx, tx, m) }

// put writes a membership, over one that ended or goes on.
func put(ctx context.Context, tx *db.Tx, m Membership) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO association_membership (association_id, passholder_id, since, ends_on) VALUES ($1, $2, $3, $4)
		ON CONFLICT (association_id, passholder_id)
		DO UPDATE SET since = excluded.since, ends_on = excluded.ends_on, stopped_at = NULL`,
		m.AssociationID, m.PassholderID, m.Since, m.EndsOn)
	if err != nil {
		return fmt.Errorf("register with an association: %w", err)
	}
	return nil
}

func stop(ctx context.Context, tx *db.Tx, associationID, passholderID uuid.UUID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE association_membership SET stopped_at = $3 WHERE association_id = $1 AND passholder_id = $2`,
		associationID, passholderID, at)
	if err != nil {
		return fmt.Errorf("stop a membership of an association: %w", err)
	}
	return nil
}
