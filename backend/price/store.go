package price

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/period"
)

type listRow struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	CardSystemID int
	Valid        period.Range `gorm:"type:daterange"`
	Name         string
	CreatedAt    time.Time
	CreatedBy    string
	Version      int
}

func (listRow) TableName() string { return "price_list" }

type row struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	PriceListID   uuid.UUID
	Position      int
	Reason        *string
	AgeFrom       *int16
	AgeUntil      *int16
	SocialTariff  *bool
	CardType      *string
	Resident      *bool
	VoucherTypeID *uuid.UUID
	Cents         int64
	Label         json.RawMessage `gorm:"type:jsonb"`
}

func (row) TableName() string { return "price_row" }

func (r row) row() (Row, error) {
	out := Row{
		ID: r.ID, Cents: money.Cents(r.Cents),
		Conditions: Conditions{
			Reason: as[Reason](r.Reason), AgeFrom: number[int](r.AgeFrom), AgeUntil: number[int](r.AgeUntil),
			SocialTariff: r.SocialTariff, CardType: as[card.Type](r.CardType), Resident: r.Resident, VoucherTypeID: r.VoucherTypeID,
		},
	}
	if err := json.Unmarshal(r.Label, &out.Label); err != nil {
		return Row{}, fmt.Errorf("read the label of a price: %w", err)
	}
	return out, nil
}

func as[To, From ~string](v *From) *To {
	if v == nil {
		return nil
	}
	to := To(*v)
	return &to
}

func number[To, From int | int16](v *From) *To {
	if v == nil {
		return nil
	}
	to := To(*v)
	return &to
}

// add writes a list with its rows, in their order.
func add(ctx context.Context, tx *db.Tx, by string, l List) error {
	err := gorm.G[listRow](tx.Gorm()).Create(ctx, &listRow{l.ID, l.CardSystemID, l.Valid, l.Name, l.CreatedAt, by, l.Version})
	if err != nil {
		return fmt.Errorf("add a price list: %w", err)
	}
	rows := make([]row, len(l.Rows))
	for i, r := range l.Rows {
		label, err := json.Marshal(r.Label)
		if err != nil {
			return fmt.Errorf("write the label of a price: %w", err)
		}
		if r.Label == nil {
			label = []byte("{}")
		}
		c := r.Conditions
		rows[i] = row{
			ID: cmp.Or(r.ID, db.NewID()), PriceListID: l.ID, Position: i + 1, Reason: as[string](c.Reason), AgeFrom: number[int16](c.AgeFrom),
			AgeUntil: number[int16](c.AgeUntil), SocialTariff: c.SocialTariff, CardType: as[string](c.CardType), Resident: c.Resident,
			VoucherTypeID: c.VoucherTypeID, Cents: int64(r.Cents), Label: label,
		}
	}
	if err := gorm.G[row](tx.Gorm()).CreateInBatches(ctx, &rows, 200); err != nil {
		return fmt.Errorf("add prices: %w", err)
	}
	return nil
}

// lists reads the lists of card systems, newest first, without their rows.
func lists(ctx context.Context, q db.Q, cardSystemIDs ...int) ([]List, error) {
	return read(ctx, q, `WHERE card_system_id = ANY ($1) ORDER BY card_system_id, valid DESC`, cardSystemIDs)
}

// inForce reads the list of a card system that holds on a day, with its rows;
// ErrNone when there is none.
func inForce(ctx context.Context, q db.Q, cardSystemID int, on period.Day) (List, error) {
	return one(ctx, q, ErrNone, `WHERE card_system_id = $1 AND valid @> $2::date`, cardSystemID, on.String())
}

var columns = db.Columns[row]()

// QueueInForce reads in a batch the prices of a card system that hold at now,
// where it is; none leave the list as it is.
func QueueInForce(b *db.Batch, cardSystemID int, now time.Time, out *List) {
	db.Queue(b, func(rows []row) error {
		out.Rows = make([]Row, len(rows))
		for i, r := range rows {
			var err error
			if out.Rows[i], err = r.row(); err != nil {
				return err
			}
			out.ID, out.CardSystemID = r.PriceListID, cardSystemID
		}
		return nil
	}, `SELECT `+columns+` FROM price_row WHERE price_list_id = (
			SELECT l.id FROM price_list l JOIN card_system s ON s.id = l.card_system_id
			 WHERE l.card_system_id = $1 AND l.valid @> ($2::timestamptz AT TIME ZONE s.time_zone)::date)
		ORDER BY position`, cardSystemID, now)
}

func byID(ctx context.Context, q db.Q, id uuid.UUID) (List, error) {
	return one(ctx, q, ErrListUnknown, `WHERE id = $1`, id)
}

func one(ctx context.Context, q db.Q, missing error, where string, args ...any) (List, error) {
	found, err := read(ctx, q, where, args...)
	if err != nil {
		return List{}, err
	}
	if len(found) == 0 {
		return List{}, missing
	}
	l := found[0]
	l.Rows, err = rowsOf(ctx, q, l.ID)
	return l, err
}

func read(ctx context.Context, q db.Q, where string, args ...any) ([]List, error) {
	rows, err := q.Query(ctx, `SELECT id, card_system_id, valid::text, name, created_at, version FROM price_list `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read price lists: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (l List, err error) {
		err = r.Scan(&l.ID, &l.CardSystemID, &l.Valid, &l.Name, &l.CreatedAt, &l.Version)
		return l, err
	})
}

func rowsOf(ctx context.Context, q db.Q, listID uuid.UUID) ([]Row, error) {
	rows, err := gorm.G[row](q.Gorm()).Where("price_list_id = ?", listID).Order("position").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read prices: %w", err)
	}
	out := make([]Row, len(rows))
	for i, r := range rows {
		if out[i], err = r.row(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// lock keeps others from changing the lists of a card system until tx ends.
func lock(ctx context.Context, tx *db.Tx, cardSystemID int) error {
	_, err := tx.Exec(ctx, `SELECT 1 FROM card_system WHERE id = $1 FOR NO KEY UPDATE`, cardSystemID)
	if err != nil {
		return fmt.Errorf("lock price lists: %w", err)
	}
	return nil
}

// shift changes the days of a list.
func shift(ctx context.Context, tx *db.Tx, id uuid.UUID, valid period.Range) error {
	_, err := tx.Exec(ctx, `UPDATE price_list SET valid = $2 WHERE id = $1`, id, valid)
	if err != nil {
		return fmt.Errorf("change the days of a price list: %w", err)
	}
	return nil
}

// remove deletes a list with its rows, or returns ErrListStale when somebody
// changed it meanwhile.
func remove(ctx context.Context, tx *db.Tx, id uuid.UUID, version int) error {
	n, err := gorm.G[listRow](tx.Gorm()).Where("id = ? AND version = ?", id, version).Delete(ctx)
	if err != nil {
		return fmt.Errorf("delete a price list: %w", err)
	}
	if n == 0 {
		return ErrListStale
	}
	return nil
}

// Add writes a list as it is, for sample data and imports: the rules of [Check]
// hold, those about days that have begun do not.
func Add(ctx context.Context, tx *db.Tx, by string, l List) error {
	if err := Check(l.Rows); err != nil {
		return err
	}
	l.Version = 1
	return add(ctx, tx, by, l)
}
