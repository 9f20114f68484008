package registration

import (
	"context"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// TypeMailAsked is told when a counter wants the papers of a sale mailed, to
// somebody who did not ask for mails.
const TypeMailAsked = "registration.mailAsked"

// Why papers cannot be mailed.
var (
	ErrNoAddress    = fault.New(fault.Conflict, "registration-no-email")       // the person has none
	ErrNoMailServer = fault.New(fault.Conflict, "registration-no-mail-server") // the installation has none
)

// Mail asks for the papers of a sale to be mailed. It is on its way when it
// returns nil, not there.
func (s *Service) Mail(ctx context.Context, by who.Actor, id uuid.UUID) error {
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.Check(ctx, tx, by, rights.PassholdersWrite, by.Counter); err != nil {
			return err
		}
		r, err := ByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.OrganizerID != by.Counter {
			return ErrUnknown
		}
		if !r.VoidedAt.IsZero() {
			return ErrVoided
		}
		p, err := person(ctx, tx, r.PassholderID)
		if err != nil {
			return err
		}
		if p.Email == "" {
			return ErrNoAddress
		}
		return tell(ctx, tx, TypeMailAsked, r)
	})
}
