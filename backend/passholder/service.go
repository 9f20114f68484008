package passholder

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// Readers are the permissions that each let a counter open one person.
var Readers = []rights.Permission{rights.PassholdersSearchByID, rights.PassholdersSearch, rights.PassholdersSearchAll}

// Service answers questions about people.
type Service struct {
	DB   *db.DB
	Now  func() time.Time
	Ring *secret.Ring
}

// ByID reads a person, and records that it did. The national number comes
// along for those with PASSHOLDERS_WRITE.
func (s *Service) ByID(ctx context.Context, by who.Actor, id uuid.UUID) (Passholder, error) {
	var out Passholder
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.CheckHere(ctx, tx, by, Readers...); err != nil {
			return err
		}
		var err error
		if out, err = ByID(ctx, tx, id); err != nil {
			return err
		}
		switch err := rights.CheckHere(ctx, tx, by, rights.PassholdersWrite); {
		case err == nil:
			if out.INSZ, err = reveal(ctx, tx, s.Ring, id); err != nil {
				return err
			}
		case !isDenied(err):
			return err
		}
		return audit.RecordRead(ctx, tx, by, audit.Entry{
			Action: ActionRead, SubjectKind: "passholder", SubjectID: id.String(),
		})
	})
	return out, err
}
