package checkin

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// Service registers and cancels check-ins.
type Service struct {
	DB   *db.DB
	Now  func() time.Time
	Ring *secret.Ring
}

var errStub = errors.New("checkin: not built yet")

// Register registers.
func (s *Service) Register(ctx context.Context, by who.Actor, in Registration) (Checkin, error) {
	return Checkin{}, errStub
}

// Cancel cancels.
func (s *Service) Cancel(ctx context.Context, by who.Actor, id uuid.UUID, idempotencyKey string) (Cancelled, error) {
	return Cancelled{}, errStub
}

// Status decides without doing.
func (s *Service) Status(ctx context.Context, by who.Actor, uitpasNumber, activityID string) (Decision, error) {
	return Decision{}, errStub
}

// ForPassholder decides for a list.
func (s *Service) ForPassholder(ctx context.Context, by who.Actor, passholderID uuid.UUID, in []activity.Activity) ([]Offer, error) {
	return nil, errStub
}

// Offers lists a counter's activities for a person.
func (s *Service) Offers(ctx context.Context, by who.Actor, passholderID uuid.UUID, f activity.Filter, p activity.Page) ([]Offer, int, error) {
	return nil, 0, errStub
}

// History lists a person's points.
func (s *Service) History(ctx context.Context, by who.Actor, passholderID uuid.UUID, p activity.Page) (History, error) {
	return History{}, errStub
}
