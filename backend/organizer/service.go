package organizer

import (
	"cmp"
	"context"
	"slices"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// Service answers questions about organizers.
type Service struct{ DB *db.DB }

// ByID returns an organizer, or ErrUnknown. Who offers what is public.
func (s *Service) ByID(ctx context.Context, id string) (Organizer, error) { return ByID(ctx, s.DB, id) }

// Counters lists the organizers where by holds anything, by name. It is empty
// for somebody without rights.
func (s *Service) Counters(ctx context.Context, by who.Actor) ([]Counter, error) {
	held, err := rights.Of(ctx, s.DB, by)
	if err != nil || len(held) == 0 {
		return nil, err
	}
	ids := make([]string, len(held))
	for i, h := range held {
		ids[i] = h.OrganizerID
	}
	organizers, err := ByIDs(ctx, s.DB, ids...)
	if err != nil {
		return nil, err
	}
	var systemIDs []int
	for _, o := range organizers {
		systemIDs = append(systemIDs, o.CardSystemIDs...)
	}
	systems, err := cardsystem.ByIDs(ctx, s.DB, systemIDs...)
	if err != nil {
		return nil, err
	}
	out := make([]Counter, len(held))
	for i, h := range held {
		c := Counter{Organizer: organizers[h.OrganizerID], Roles: h.Roles, Permissions: h.Permissions}
		for _, id := range c.CardSystemIDs {
			c.CardSystems = append(c.CardSystems, systems[id])
		}
		slices.SortFunc(c.CardSystems, func(a, b cardsystem.System) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
		out[i] = c
	}
	slices.SortFunc(out, func(a, b Counter) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}
