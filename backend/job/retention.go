package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/who"
)

// Retention says for how many months what is known about somebody is kept after
// they left: after their last membership ended, or after they died. Zero keeps
// it for ever. Files of identity cards, idempotency keys and the rows of imports
// have terms of their own.
type Retention struct {
	Picture int // the picture
	Notes   int // remarks, and the note for those with the right
	Contact int // e-mail address and phone number
	Person  int // everything else that says who it was; the books stay
}

// DefaultRetention is what applies where nothing else is set.
func DefaultRetention() Retention { return Retention{Picture: 1, Notes: 12, Contact: 12, Person: 60} }

const actionRetained = "passholder.termOver"

// A term is one field and how it is forgotten.
type term struct {
	name   string
	months int
	where  string // who still has something to forget
	forget func(ctx context.Context, tx *db.Tx, id uuid.UUID, now time.Time) error
}

func (r Retention) terms() []term {
	return []term{
		{
			"picture", r.Picture, `EXISTS (SELECT FROM passholder_picture x WHERE x.passholder_id = p.id)`,
			func(ctx context.Context, tx *db.Tx, id uuid.UUID, _ time.Time) error {
				return passholder.RemovePicture(ctx, tx, id)
			},
		},
		{"notes", r.Notes, `(p.remarks <> '' OR EXISTS (SELECT FROM passholder_note x WHERE x.passholder_id = p.id AND x.note <> ''))`, forgetNotes},
		{"contact", r.Contact, `(p.email <> '' OR p.phone_number <> '')`, forgetContact},
		{"person", r.Person, `true`, forgetPerson},
	}
}

// retainBatch bounds what one turn of a term forgets; the next turn goes on.
const retainBatch = 500

var retention = who.Program("retention")

// Apply forgets what has had its time. Each person is a transaction of its own,
// with a line in the audit log that says which term it was.
func (r Retention) Apply(ctx context.Context, d *db.DB, now time.Time, log *slog.Logger) error {
	for _, t := range r.terms() {
		if t.months <= 0 {
			continue
		}
		ids, err := leftBefore(ctx, d, now.AddDate(0, -t.months, 0), t.where, retainBatch)
		if err != nil {
			return err
		}
		for _, id := range ids {
			err := db.InTx(ctx, d, func(tx *db.Tx) error {
				if err := t.forget(ctx, tx, id, now); err != nil {
					return err
				}
				return audit.Record(ctx, tx, retention, audit.Entry{
					Action: actionRetained, SubjectKind: "passholder", SubjectID: id.String(), Detail: map[string]any{"term": t.name, "months": t.months},
				})
			})
			if err != nil {
				return fmt.Errorf("forget %s: %w", t.name, err)
			}
		}
		if len(ids) > 0 {
			log.InfoContext(ctx, "Terms were over", "term", t.name, "people", len(ids))
		}
	}
	return nil
}

func forgetNotes(ctx context.Context, tx *db.Tx, id uuid.UUID, now time.Time) error {
	note, err := passholder.NoteOf(ctx, tx, id)
	if err != nil {
		return err
	}
	if note.Text != "" {
		if err := passholder.SetNote(ctx, tx, retention, id, "", now); err != nil {
			return err
		}
	}
	return rewrite(ctx, tx, id, now, func(d *passholder.Details) { d.Remarks = "" })
}

func forgetContact(ctx context.Context, tx *db.Tx, id uuid.UUID, now time.Time) error {
	return rewrite(ctx, tx, id, now, func(d *passholder.Details) { d.Email, d.PhoneNumber = "", "" })
}

func rewrite(ctx context.Context, tx *db.Tx, id uuid.UUID, now time.Time, change func(*passholder.Details)) error {
	p, err := passholder.Lock(ctx, tx, id)
	if err != nil {
		return err
	}
	change(&p.Details)
	return passholder.Update(ctx, tx, nil, id, p.Version, p.Details, now)
}

func forgetPerson(ctx context.Context, tx *db.Tx, id uuid.UUID, now time.Time) error {
	return errors.Join(membership.Forget(ctx, tx, id), association.Forget(ctx, tx, id), family.Forget(ctx, tx, id), passholder.Erase(ctx, tx, id, now))
}
