package passholder

import (
	"context"
	"fmt"
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

// ByID reads a person, and records that a person did. The national number comes
// along for those with PASSHOLDERS_WRITE. What alongside queues is read in the
// same round trip, under the same right.
func (s *Service) ByID(ctx context.Context, by who.Actor, id uuid.UUID, alongside ...func(*db.Batch)) (Passholder, error) {
	if by.Kind != who.Person {
		return s.read(ctx, s.DB, by, id, alongside)
	}
	var out Passholder
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		var err error
		if out, err = s.read(ctx, tx, by, id, alongside); err != nil {
			return err
		}
		return audit.RecordRead(ctx, tx, by, audit.Entry{
			Action: ActionRead, SubjectKind: "passholder", SubjectID: id.String(),
		})
	})
	return out, err
}

func (s *Service) read(ctx context.Context, q db.Q, by who.Actor, id uuid.UUID, alongside []func(*db.Batch)) (Passholder, error) {
	var b db.Batch
	var out Passholder
	mayWrite := false
	rights.QueueHere(&b, by, func(roles []rights.Role) error {
		mayWrite = rights.Require(by, roles, rights.PassholdersWrite) == nil
		return rights.Require(by, roles, Readers...)
	})
	queue(&b, id, func(r row) (err error) {
		if out, err = r.passholder(); err == nil && mayWrite && out.INSZKnown {
			out.INSZ, err = s.Ring.Open(r.InszCipher, id[:])
		}
		return err
	})
	for _, more := range alongside {
		more(&b)
	}
	if err := db.Send(ctx, q, &b); err != nil {
		return Passholder{}, fmt.Errorf("read passholder: %w", err)
	}
	return out, nil
}
