package card

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// Service answers «whose is this?», and runs the stock and the group passes.
type Service struct {
	DB   *db.DB
	Now  func() time.Time
	Ring *secret.Ring
}

// Identify says whose card or number this is, for who may read passes or holds
// one of the other permissions, and records that it was asked. An identifier
// that is no number at all is an answer too: KindInvalid.
func (s *Service) Identify(ctx context.Context, by who.Actor, identifier string, or ...rights.Permission) (Found, error) {
	var out Found
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.CheckHere(ctx, tx, by, append(or, rights.PassesRead)...); err != nil {
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

// Card returns a card in any state with its card system, for who may read cards.
func (s *Service) Card(ctx context.Context, by who.Actor, n Number, c Chip) (Card, cardsystem.System, error) {
	if err := rights.CheckHere(ctx, s.DB, by, rights.CardsRead); err != nil {
		return Card{}, cardsystem.System{}, err
	}
	var found Card
	var err error
	if n != "" {
		found, err = ByNumber(ctx, s.DB, n)
	} else {
		found, err = ByChip(ctx, s.DB, c)
	}
	if err != nil {
		return Card{}, cardsystem.System{}, err
	}
	system, err := cardsystem.ByID(ctx, s.DB, found.CardSystemID)
	return found, system, err
}

// History returns a card with what happened to it, for who may read cards of its
// card system at the counter.
func (s *Service) History(ctx context.Context, by who.Actor, n Number) (Card, []Event, error) {
	c, err := ByNumber(ctx, s.DB, n)
	if err != nil {
		return Card{}, nil, err
	}
	if err := s.mayManage(ctx, s.DB, by, rights.CardsRead, c.CardSystemID); err != nil {
		return Card{}, nil, err
	}
	events, err := Events(ctx, s.DB, c.ID)
	return c, events, err
}

// TariffCards lists the cards in use of a card system with which there is a
// social tariff today, and those of groups with what is left this year, for who
// may export them there.
func (s *Service) TariffCards(ctx context.Context, by who.Actor, systemID int) ([]TariffCard, error) {
	held, err := rights.Of(ctx, s.DB, by)
	if err != nil {
		return nil, err
	}
	var organizers []string
	for _, h := range held {
		if slices.Contains(h.Permissions, rights.SocialTariffExport) {
			organizers = append(organizers, h.OrganizerID)
		}
	}
	of, err := organizer.ByIDs(ctx, s.DB, organizers...)
	if err != nil {
		return nil, err
	}
	for _, o := range of {
		if slices.Contains(o.CardSystemIDs, systemID) {
			return s.tariffCards(ctx, by, systemID)
		}
	}
	return nil, rights.ErrDenied.With("permission", string(rights.SocialTariffExport))
}

func (s *Service) tariffCards(ctx context.Context, by who.Actor, systemID int) ([]TariffCard, error) {
	var out []TariffCard
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		system, err := cardsystem.ByID(ctx, tx, systemID)
		if err != nil {
			return err
		}
		if out, err = tariffCards(ctx, tx, system, s.Now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: ActionTariffsExported, SubjectKind: "cardSystem", SubjectID: strconv.Itoa(systemID), Detail: map[string]any{"cards": len(out)},
		})
	})
	return out, err
}
