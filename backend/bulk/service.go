package bulk

import (
	"context"
	"io"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/who"
)

// Start takes an order. The work begins a moment later.
func (s *Service) Start(ctx context.Context, by who.Actor, o Order) (Bulk, error) {
	return Bulk{}, ErrKind
}

// List returns the orders of the counter, newest first, and how many there are
// in all.
func (s *Service) List(ctx context.Context, by who.Actor, start, limit int) ([]Bulk, int, error) {
	return nil, 0, nil
}

// ByID returns an order of the counter, with how far it is.
func (s *Service) ByID(ctx context.Context, by who.Actor, id uuid.UUID) (Bulk, error) {
	return Bulk{}, ErrUnknown
}

// Rows returns a page of the outcomes of an order, all or those in a state, and
// how many there are.
func (s *Service) Rows(ctx context.Context, by who.Actor, id uuid.UUID, in RowState, start, limit int) ([]Row, int, error) {
	return nil, 0, ErrUnknown
}

// Cancel stops an order between two portions. What was done stays done.
func (s *Service) Cancel(ctx context.Context, by who.Actor, id uuid.UUID) (Bulk, error) {
	return Bulk{}, ErrUnknown
}

// Report writes what became of every row; of an export, the list.
func (s *Service) Report(ctx context.Context, by who.Actor, id uuid.UUID, f Format, to io.Writer) error {
	return ErrUnknown
}

// Work does portions of an order until it is finished or ctx ends; what is left
// is done by calling it again, here or elsewhere. Two at the same time do not
// disturb each other: the second returns at once.
func (s *Service) Work(ctx context.Context, id uuid.UUID) error { return ErrUnknown }

// Unfinished lists the orders that have work left, oldest first.
func (s *Service) Unfinished(ctx context.Context) ([]uuid.UUID, error) { return nil, nil }
