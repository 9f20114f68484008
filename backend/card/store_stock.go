package card

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

type shipmentRow struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	CardSystemID int
	CounterID    string
	FromID       *string
	Cards        int
	Note         string
	SentAt       time.Time
	SentBy       string
	ReceivedAt   *time.Time
	ReceivedBy   string
	RecalledAt   *time.Time
}

func (shipmentRow) TableName() string { return "shipment" }

type countRow struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	CardSystemID int
	CounterID    string
	Socialtariff bool
	Expected     int
	Counted      int
	Note         string
	At           time.Time
	Actor        string
}

func (countRow) TableName() string { return "stock_count" }

// stage copies the lines of a file to where addStaged finds them.
func stage(ctx context.Context, tx *db.Tx, lines []fileLine) error {
	_, err := tx.Exec(ctx, `
		CREATE TEMPORARY TABLE card_import (
		  line integer NOT NULL, id uuid NOT NULL, number text COLLATE "C" NOT NULL, chip bytea NOT NULL, pack text NOT NULL
		) ON COMMIT DROP`)
	if err != nil {
		return fmt.Errorf("stage cards: %w", err)
	}
	_, err = tx.CopyFrom(ctx, "card_import", []string{"line", "id", "number", "chip", "pack"},
		pgx.CopyFromSlice(len(lines), func(i int) ([]any, error) {
			l := lines[i]
			return []any{l.line, l.id, string(l.number), l.chip, l.pack}, nil
		}))
	if err != nil {
		return fmt.Errorf("stage cards: %w", err)
	}
	return nil
}

// A leftLine is one that is no new card.
type leftLine struct {
	Line        int
	Number      string
	Same        bool // the card is there already, exactly so
	NumberTaken bool
}

// addStaged writes the staged lines that are new cards and returns the others.
func addStaged(ctx context.Context, tx *db.Tx, systemID int, now time.Time) ([]leftLine, error) {
	rows, err := tx.Query(ctx, `
		WITH added AS (
		  INSERT INTO card (id, card_system_id, uitpas_number, chip, card_type, status, status_reason, status_at, pack, created_at)
		  SELECT id, $1, number, chip, 'NFC_CARD', 'STOCK', 'IMPORTED', $2, pack, $2 FROM card_import ORDER BY line
		  ON CONFLICT DO NOTHING RETURNING id)
		SELECT line, number FROM card_import i WHERE NOT EXISTS (SELECT FROM added a WHERE a.id = i.id)`, systemID, now)
	if err != nil {
		return nil, fmt.Errorf("add cards: %w", err)
	}
	type line struct {
		Line   int
		Number string
	}
	left, err := pgx.CollectRows(rows, pgx.RowToStructByPos[line])
	if err != nil || len(left) == 0 {
		return nil, err
	}
	numbers := make([]int, len(left))
	for i, l := range left {
		numbers[i] = l.Line
	}
	// A statement of its own: it sees the cards that another import has just added.
	rows, err = tx.Query(ctx, `
		SELECT i.line, i.number,
		       coalesce(c.chip = i.chip AND c.card_system_id = $1 AND c.status <> 'DELETED', false) AS same,
		       c.id IS NOT NULL AS number_taken
		  FROM card_import i LEFT JOIN card c ON c.uitpas_number = i.number WHERE i.line = ANY ($2)`, systemID, numbers)
	if err != nil {
		return nil, fmt.Errorf("compare cards: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[leftLine])
}

// A shippable card is one that a parcel may hold.
type shippable struct {
	ID     uuid.UUID
	Number string
	Pack   string
}

// pick locks the cards that a parcel asks for and that are where it begins.
func pick(ctx context.Context, tx *db.Tx, p Parcel) ([]shippable, error) {
	from := `status = 'STOCK' AND $2 = ''`
	if p.FromID != "" {
		from = `status = 'LOCAL_STOCK' AND counter_id = $2`
	}
	query := `SELECT id, uitpas_number AS number, pack FROM card WHERE card_system_id = $1 AND ` + from
	args := []any{p.CardSystemID, p.FromID}
	if p.Count > 0 {
		marker := "0"
		if p.SocialTariff {
			marker = "1"
		}
		// Those that somebody else is sending are passed over, not waited for.
		query += ` AND substr(uitpas_number, 12, 1) = $3 ORDER BY pack, uitpas_number LIMIT $4 FOR UPDATE SKIP LOCKED`
		args = append(args, marker, p.Count)
	} else {
		query += ` AND (pack <> '' AND pack = ANY ($3) OR uitpas_number = ANY ($4)) ORDER BY id FOR UPDATE`
		args = append(args, p.Packs, p.Numbers)
	}
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("pick cards: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[shippable])
}

// mayGrant reports whether anybody at an organizer may grant social tariffs.
func mayGrant(ctx context.Context, q db.Q, organizerID string) (bool, error) {
	var may bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM rights_grant WHERE organizer_id = $1 AND subject_kind = $2 AND role = ANY ($3))`,
		organizerID, string(who.Person), rights.RolesWith(rights.PassholdersWriteSocialTariff)).Scan(&may)
	if err != nil {
		return false, fmt.Errorf("read rights of %s: %w", organizerID, err)
	}
	return may, nil
}

func addShipment(ctx context.Context, tx *db.Tx, s Shipment) error {
	r := shipmentRow{
		ID: s.ID, CardSystemID: s.CardSystemID, CounterID: s.CounterID, FromID: unlessEmpty(s.FromID), Cards: s.Cards,
		Note: s.Note, SentAt: s.SentAt, SentBy: s.SentBy,
	}
	if err := gorm.G[shipmentRow](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("add shipment: %w", err)
	}
	return nil
}

// lockShipment returns a shipment that no other transaction changes meanwhile.
func lockShipment(ctx context.Context, tx *db.Tx, id uuid.UUID) (Shipment, error) {
	rows, err := tx.Query(ctx, `SELECT `+shipmentColumns+` FROM shipment WHERE id = $1 FOR UPDATE`, id)
	if err != nil {
		return Shipment{}, fmt.Errorf("lock shipment: %w", err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[shipmentRow])
	if errors.Is(err, pgx.ErrNoRows) {
		return Shipment{}, ErrShipmentUnknown
	}
	if err != nil {
		return Shipment{}, fmt.Errorf("lock shipment: %w", err)
	}
	return r.shipment(), nil
}

var shipmentColumns = db.Columns[shipmentRow]()

func (r shipmentRow) shipment() Shipment {
	s := Shipment{
		ID: r.ID, CardSystemID: r.CardSystemID, CounterID: r.CounterID, Note: r.Note, Cards: r.Cards,
		SentAt: r.SentAt, SentBy: r.SentBy, ReceivedBy: r.ReceivedBy,
	}
	if r.FromID != nil {
		s.FromID = *r.FromID
	}
	if r.ReceivedAt != nil {
		s.ReceivedAt = *r.ReceivedAt
	}
	if r.RecalledAt != nil {
		s.RecalledAt = *r.RecalledAt
	}
	return s
}

// closeShipment notes that a shipment that is locked was received or recalled.
func closeShipment(ctx context.Context, tx *db.Tx, s Shipment) error {
	_, err := tx.Exec(ctx, `UPDATE shipment SET received_at = $2, received_by = $3, recalled_at = $4 WHERE id = $1`,
		s.ID, unlessZero(s.ReceivedAt), s.ReceivedBy, unlessZero(s.RecalledAt))
	if err != nil {
		return fmt.Errorf("close shipment: %w", err)
	}
	return nil
}

// onTheWay returns the ids of the cards of a shipment that have not come; of
// numbers only, unless there are none.
func onTheWay(ctx context.Context, q db.Q, shipmentID uuid.UUID, numbers []Number) ([]uuid.UUID, error) {
	rows, err := q.Query(ctx, `
		SELECT id FROM card WHERE shipment_id = $1 AND status = 'SENT' AND ($2::text[] IS NULL OR uitpas_number = ANY ($2)) ORDER BY id`,
		shipmentID, numbers)
	if err != nil {
		return nil, fmt.Errorf("read shipment: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// shipments lists those of card systems, or of one counter in them, newest
// first.
func shipments(ctx context.Context, q db.Q, systemIDs []int, counterID string, start, limit int) ([]Shipment, int, error) {
	type listed struct {
		shipmentRow
		Missing int
		Total   int
	}
	rows, err := q.Query(ctx, `
		SELECT `+shipmentColumns+`,
		       (SELECT count(*) FROM card c WHERE c.shipment_id = s.id AND c.status = 'SENT') AS missing,
		       count(*) OVER () AS total
		  FROM shipment s WHERE card_system_id = ANY ($1) AND ($2 = '' OR counter_id = $2)
		 ORDER BY sent_at DESC, id DESC OFFSET $3 LIMIT $4`, systemIDs, counterID, start, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("read shipments: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[listed])
	if err != nil {
		return nil, 0, fmt.Errorf("read shipments: %w", err)
	}
	out, total := make([]Shipment, len(found)), 0
	for i, r := range found {
		out[i], total = r.shipment(), r.Total
		out[i].Missing = r.Missing
	}
	return out, total, nil
}

// stockOf counts the cards that are somewhere, and every counter that was ever
// sent any with the kinds it was sent.
func stockOf(ctx context.Context, q db.Q, systemIDs []int, counterID string) ([]Shelf, error) {
	rows, err := q.Query(ctx, `
		SELECT card_system_id, coalesce(counter_id, '') AS counter_id, social_tariff,
		       sum(in_stock)::integer AS in_stock, sum(sent)::integer AS sent, sum(local)::integer AS local, 0 AS wanted, false AS low
		  FROM (
		    SELECT card_system_id, CASE WHEN status <> 'STOCK' THEN counter_id END AS counter_id,
		           substr(uitpas_number, 12, 1) = '1' AS social_tariff, (status = 'STOCK')::integer AS in_stock,
		           (status = 'SENT')::integer AS sent, (status = 'LOCAL_STOCK')::integer AS local
		      FROM card WHERE status IN ('STOCK', 'SENT', 'LOCAL_STOCK') AND card_system_id = ANY ($1)
		       AND ($2 = '' OR counter_id = $2 AND status <> 'STOCK')
		    UNION ALL
		    SELECT DISTINCT s.card_system_id, s.counter_id, social, 0, 0, 0 FROM shipment s CROSS JOIN (VALUES (false), (true)) k (social)
		     WHERE s.card_system_id = ANY ($1) AND ($2 = '' OR s.counter_id = $2)
		       AND EXISTS (SELECT FROM card c WHERE c.shipment_id = s.id AND (substr(c.uitpas_number, 12, 1) = '1') = social)
		  ) x
		 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`, systemIDs, counterID)
	if err != nil {
		return nil, fmt.Errorf("count stock: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Shelf])
}

// local counts the cards of a kind at a counter.
func local(ctx context.Context, q db.Q, systemID int, counterID string, socialTariff bool) (int, error) {
	var n int
	err := q.QueryRow(ctx, `
		SELECT count(*) FROM card WHERE status = 'LOCAL_STOCK' AND card_system_id = $1 AND counter_id = $2
		   AND (substr(uitpas_number, 12, 1) = '1') = $3`, systemID, counterID, socialTariff).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count stock: %w", err)
	}
	return n, nil
}

func addCount(ctx context.Context, tx *db.Tx, c Count) error {
	r := countRow{c.ID, c.CardSystemID, c.CounterID, c.SocialTariff, c.Expected, c.Counted, c.Note, c.At, c.Actor}
	if err := gorm.G[countRow](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("add stock count: %w", err)
	}
	return nil
}

// counts lists the newest counts of a counter.
func counts(ctx context.Context, q db.Q, counterID string, limit int) ([]Count, error) {
	rows, err := gorm.G[countRow](q.Gorm()).Where("counter_id = ?", counterID).Order("id DESC").Limit(limit).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read stock counts: %w", err)
	}
	out := make([]Count, len(rows))
	for i, r := range rows {
		out[i] = Count{
			ID: r.ID, CardSystemID: r.CardSystemID, CounterID: r.CounterID, SocialTariff: r.Socialtariff,
			Expected: r.Expected, Counted: r.Counted, Note: r.Note, At: r.At, Actor: r.Actor,
		}
	}
	return out, nil
}
