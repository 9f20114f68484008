package cardsystem

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
)

// CitiesWith returns the cities of all card systems with a postal code. A card
// system may have places that are in no list of municipalities.
func CitiesWith(ctx context.Context, q db.Q, postalCode string) ([]City, error) {
	rows, err := gorm.G[cityRow](q.Gorm()).Where("postal_code = ?", postalCode).Order("name, card_system_id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read cities: %w", err)
	}
	out := make([]City, len(rows))
	for i, r := range rows {
		out[i] = City{PostalCode: r.PostalCode, Name: r.Name, ContactEmail: r.ContactEmail}
	}
	return out, nil
}
