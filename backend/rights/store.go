package rights

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/who"
)

type row struct {
	SubjectKind string `gorm:"primaryKey"`
	Subject     string `gorm:"primaryKey"`
	OrganizerID string `gorm:"primaryKey"`
	Role        string `gorm:"primaryKey"`
	GrantedBy   string
	GrantedAt   time.Time
}

func (row) TableName() string { return "rights_grant" }

// Check returns nil when by holds p at the organizer, and ErrDenied otherwise.
func Check(ctx context.Context, q db.Q, by who.Actor, p Permission, organizerID string) error {
	if by.Kind == who.System {
		return nil
	}
	roles, err := rolesAt(ctx, q, by, organizerID)
	if err != nil {
		return err
	}
	return Require(by, roles, p)
}

// CheckHere returns nil when by holds at least one of ps here, as [QueueHere]
// has it.
func CheckHere(ctx context.Context, q db.Q, by who.Actor, ps ...Permission) error {
	var b db.Batch
	QueueHere(&b, by, func(roles []Role) error { return Require(by, roles, ps...) })
	return db.Send(ctx, q, &b)
}

// QueueHere reads in a batch the roles that by holds at the counter that by acts
// for, and anywhere for clients, who act for no counter. The reads that follow
// in the batch are only taken when take returns nil.
func QueueHere(b *db.Batch, by who.Actor, take func(roles []Role) error) {
	type held struct{ Role Role }
	db.Queue(b, func(rows []held) error {
		roles := make([]Role, len(rows))
		for i, r := range rows {
			roles[i] = r.Role
		}
		return take(roles)
	}, `
		SELECT DISTINCT role FROM rights_grant
		WHERE subject_kind = $1 AND subject = $2 AND ($3 = '' OR organizer_id = $3)`, string(by.Kind), by.Subject, by.Counter)
}

// Of lists what by holds, by organizer.
func Of(ctx context.Context, q db.Q, by who.Actor) ([]Held, error) {
	rows, err := gorm.G[row](q.Gorm()).Where("subject_kind = ? AND subject = ?", string(by.Kind), by.Subject).
		Order("organizer_id, role").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read rights: %w", err)
	}
	var out []Held
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].OrganizerID != r.OrganizerID {
			out = append(out, Held{OrganizerID: r.OrganizerID})
		}
		last := &out[len(out)-1]
		last.Roles = append(last.Roles, Role(r.Role))
	}
	for i := range out {
		out[i].Permissions = Union(out[i].Roles)
	}
	return out, nil
}

// Grant gives a role. Nobody gives more than they hold themselves; the System
// gives first grants.
func Grant(ctx context.Context, tx *db.Tx, by who.Actor, kind who.Kind, subject, organizerID string, role Role) error {
	if err := mayChange(ctx, tx, by, kind, organizerID, role); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO rights_grant (subject_kind, subject, organizer_id, role, granted_by, granted_at)
		VALUES ($1, $2, $3, $4, $5, now()) ON CONFLICT DO NOTHING`,
		string(kind), Subject(kind, subject), organizerID, string(role), by.Key())
	if err != nil {
		return fmt.Errorf("grant a role: %w", err)
	}
	return record(ctx, tx, by, ActionGranted, kind, organizerID, role)
}

// Revoke takes a role back, under the same rule as Grant.
func Revoke(ctx context.Context, tx *db.Tx, by who.Actor, kind who.Kind, subject, organizerID string, role Role) error {
	if err := mayChange(ctx, tx, by, kind, organizerID, role); err != nil {
		return err
	}
	_, err := gorm.G[row](tx.Gorm()).Where("subject_kind = ? AND subject = ? AND organizer_id = ? AND role = ?",
		string(kind), Subject(kind, subject), organizerID, string(role)).Delete(ctx)
	if err != nil {
		return fmt.Errorf("revoke a role: %w", err)
	}
	return record(ctx, tx, by, ActionRevoked, kind, organizerID, role)
}

func mayChange(ctx context.Context, tx *db.Tx, by who.Actor, kind who.Kind, organizerID string, role Role) error {
	if by.Kind == who.System {
		return known(role)
	}
	own, err := rolesAt(ctx, tx, by, organizerID)
	if err != nil {
		return err
	}
	return MayGrant(Union(own), kind, role)
}

func rolesAt(ctx context.Context, q db.Q, by who.Actor, organizerID string) ([]Role, error) {
	rows, err := q.Query(ctx, `SELECT role FROM rights_grant WHERE subject_kind = $1 AND subject = $2 AND organizer_id = $3`,
		string(by.Kind), by.Subject, organizerID)
	if err != nil {
		return nil, fmt.Errorf("read rights: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[Role])
	if err != nil {
		return nil, fmt.Errorf("read rights: %w", err)
	}
	return out, nil
}

// record leaves the address out: the audit log holds ids only.
func record(ctx context.Context, tx *db.Tx, by who.Actor, action string, kind who.Kind, organizerID string, role Role) error {
	return audit.Record(ctx, tx, by, audit.Entry{
		Action: action, SubjectKind: "organizer", SubjectID: organizerID,
		Detail: map[string]any{"role": role, "to": kind},
	})
}
