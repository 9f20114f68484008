package card

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// destinations lists the counters of card systems by name.
func destinations(ctx context.Context, q db.Q, systemIDs []int) ([]Destination, error) {
	rows, err := q.Query(ctx, `
		SELECT o.id, o.name, o.city, array_agg(s.card_system_id ORDER BY s.card_system_id)::integer[] AS card_system_ids,
		       EXISTS (SELECT FROM rights_grant g WHERE g.organizer_id = o.id AND g.subject_kind = $2 AND g.role = ANY ($3)) AS social_tariff
		  FROM organizer o JOIN organizer_card_system s ON s.organizer_id = o.id
		 WHERE s.card_system_id = ANY ($1) GROUP BY o.id ORDER BY o.name, o.id`,
		systemIDs, string(who.Person), rights.RolesWith(rights.PassholdersWriteSocialTariff))
	if err != nil {
		return nil, fmt.Errorf("read counters: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Destination])
}

// packs counts the cards of each package that are at the region.
func packs(ctx context.Context, q db.Q, systemIDs []int) ([]Pack, error) {
	rows, err := q.Query(ctx, `
		SELECT card_system_id, pack AS name, count(*)::integer AS cards,
		       (count(*) FILTER (WHERE substr(uitpas_number, 12, 1) = '1'))::integer AS social_tariff
		  FROM card WHERE status = 'STOCK' AND pack <> '' AND card_system_id = ANY ($1) GROUP BY 1, 2 ORDER BY 1, 2`, systemIDs)
	if err != nil {
		return nil, fmt.Errorf("read packs: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Pack])
}

// shipmentByID returns a parcel, or ErrShipmentUnknown.
func shipmentByID(ctx context.Context, q db.Q, id uuid.UUID) (Shipment, error) {
	rows, err := q.Query(ctx, `SELECT `+shipmentColumns+` FROM shipment WHERE id = $1`, id)
	if err != nil {
		return Shipment{}, fmt.Errorf("read shipment: %w", err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[shipmentRow])
	if errors.Is(err, pgx.ErrNoRows) {
		return Shipment{}, ErrShipmentUnknown
	}
	if err != nil {
		return Shipment{}, fmt.Errorf("read shipment: %w", err)
	}
	return r.shipment(), nil
}

// shipped lists the cards that came, or are to come, in a parcel.
func shipped(ctx context.Context, q db.Q, id uuid.UUID) ([]ShippedCard, error) {
	rows, err := q.Query(ctx, `
		SELECT uitpas_number AS number, pack, status = 'SENT' AS missing FROM card WHERE shipment_id = $1 ORDER BY uitpas_number`, id)
	if err != nil {
		return nil, fmt.Errorf("read cards of shipment: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[ShippedCard])
}
