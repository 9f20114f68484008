package card

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// A Destination is a counter that cards can be sent to.
type Destination struct {
	ID            string
	Name          string
	City          string
	CardSystemIDs []int
	SocialTariff  bool // it may grant what social-tariff cards are for
}

// A Pack is a supplier's package, of which cards are at the region.
type Pack struct {
	CardSystemID int
	Name         string
	Cards        int
	SocialTariff int // of those, with the mark
}

// A ShippedCard is one of a parcel.
type ShippedCard struct {
	Number  Number
	Pack    string
	Missing bool // it is still on its way
}

// Destinations lists the counters of the card systems of the counter, by name.
func (s *Service) Destinations(ctx context.Context, by who.Actor) ([]Destination, error) {
	systemIDs, _, err := s.reach(ctx, s.DB, by)
	if err != nil {
		return nil, err
	}
	return destinations(ctx, s.DB, systemIDs)
}

// Packs lists the packages at the region, by name.
func (s *Service) Packs(ctx context.Context, by who.Actor) ([]Pack, error) {
	if err := rights.Check(ctx, s.DB, by, rights.CardsWrite, by.Counter); err != nil {
		return nil, err
	}
	systemIDs, _, err := s.reach(ctx, s.DB, by)
	if err != nil {
		return nil, err
	}
	return packs(ctx, s.DB, systemIDs)
}

// Shipment returns a parcel that the counter may see, with its cards.
func (s *Service) Shipment(ctx context.Context, by who.Actor, id uuid.UUID) (Shipment, []ShippedCard, error) {
	systemIDs, counterID, err := s.reach(ctx, s.DB, by)
	if err != nil {
		return Shipment{}, nil, err
	}
	parcel, err := shipmentByID(ctx, s.DB, id)
	if err != nil {
		return Shipment{}, nil, err
	}
	if !slices.Contains(systemIDs, parcel.CardSystemID) || counterID != "" && parcel.CounterID != counterID {
		return Shipment{}, nil, ErrShipmentUnknown
	}
	cards, err := shipped(ctx, s.DB, id)
	if err != nil {
		return Shipment{}, nil, err
	}
	for _, c := range cards {
		if c.Missing {
			parcel.Missing++
		}
	}
	return parcel, cards, nil
}
