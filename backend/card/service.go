package card

import (
	"context"
	"time"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"

	"github.com/google/uuid"
)

// Service answers «whose is this?».
type Service struct {
	DB   *db.DB
	Now  func() time.Time
	Ring *secret.Ring
}

// Identify says whose card or number this is, and records that it was asked.
// An identifier that is no number at all is an answer too: KindInvalid.
func (s *Service) Identify(ctx context.Context, by who.Actor, identifier string) (Found, error) {
	var out Found
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.CheckHere(ctx, tx, by, rights.PassesRead); err != nil {
			return err
		}
		var err error
		if out, err = Identify(ctx, tx, s.Ring, identifier, s.Now()); err != nil {
			return err
		}
		kind, id := "passholder", out.PassholderID
		if out.GroupPass != nil {
			kind, id = "group_pass", out.GroupPass.ID
		}
		if id == uuid.Nil {
			return nil
		}
		return audit.RecordRead(ctx, tx, by, audit.Entry{
			Action: ActionIdentified, SubjectKind: kind, SubjectID: id.String(),
			Detail: map[string]any{"by": out.Read, "kind": out.Kind},
		})
	})
	return out, err
}
