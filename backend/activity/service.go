package activity

import (
	"context"
	"time"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// Service answers questions about activities.
type Service struct {
	DB  *db.DB
	Now func() time.Time
}

// List returns a page of an organizer's activities by time, and how many there
// are in all.
func (s *Service) List(ctx context.Context, by who.Actor, f Filter, p Page) ([]Activity, int, error) {
	if err := rights.Check(ctx, s.DB, by, rights.EventsRead, f.OrganizerID); err != nil {
		return nil, 0, err
	}
	all, err := List(ctx, s.DB, f, s.Now())
	if err != nil {
		return nil, 0, err
	}
	from, to := p.Of(len(all))
	return all[from:to], len(all), nil
}
