package points

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
)

type accountRow struct {
	ID         uuid.UUID `gorm:"primaryKey"`
	OwnerKind  string
	Unit       string
	Derived    bool
	PostedIn   int64
	PostedOut  int64
	PendingOut int64
	Overdraft  int64
}

func (accountRow) TableName() string { return "account" }

type transferRow struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	OccurredAt   time.Time
	RecordedAt   time.Time `gorm:"->"`
	CardSystemID int
	DebitID      uuid.UUID
	CreditID     uuid.UUID
	Amount       int64
	Unit         string
	Code         int16
	GroupID      uuid.UUID
	Reverses     *uuid.UUID
}

func (transferRow) TableName() string { return "transfer" }

const (
	unit   = "POINT"
	holder = "PASSHOLDER"
)

// OpenHolder opens the account of a new person.
func OpenHolder(ctx context.Context, tx *db.Tx, passholderID uuid.UUID) error {
	return open(ctx, tx, accountRow{ID: passholderID, OwnerKind: holder, Unit: unit})
}

// QueueHolder opens the account of a new person in a batch.
func QueueHolder(b *db.Batch, passholderID uuid.UUID) {
	b.Queue(`INSERT INTO account (id, owner_kind, unit) VALUES ($1, $2, $3)`, passholderID, holder, unit)
}

// OpenOrganizer opens the account of a new organizer, which keeps no balance.
func OpenOrganizer(ctx context.Context, tx *db.Tx, accountID uuid.UUID) error {
	return open(ctx, tx, accountRow{ID: accountID, OwnerKind: "ORGANIZER", Unit: unit, Derived: true})
}

func open(ctx context.Context, tx *db.Tx, r accountRow) error {
	if err := gorm.G[accountRow](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("open account: %w", err)
	}
	return nil
}

// Of returns a person's balance; nothing for somebody without an account.
func Of(ctx context.Context, q db.Q, passholderID uuid.UUID) (Balance, error) {
	var b db.Batch
	var out Balance
	QueueOf(&b, passholderID, &out)
	if err := db.Send(ctx, q, &b); err != nil {
		return Balance{}, fmt.Errorf("read balance: %w", err)
	}
	return out, nil
}

// QueueOf reads a person's balance in a batch.
func QueueOf(b *db.Batch, passholderID uuid.UUID, out *Balance) {
	type account struct{ Remains int64 }
	db.Queue(b, func(rows []account) error {
		*out = Balance{}
		if len(rows) > 0 {
			*out = balanceOf(rows[0].Remains)
		}
		return nil
	}, `SELECT posted_in - posted_out - pending_out AS remains FROM account WHERE id = $1`, passholderID)
}

// Credit gives points that a check-in earned. They pay off a debt first.
func Credit(ctx context.Context, tx *db.Tx, m Movement) (Balance, error) {
	b, err := move(ctx, tx, `UPDATE account SET posted_in = posted_in + $2, overdraft = greatest(0, overdraft - $2)
		WHERE id = $1 AND NOT derived RETURNING posted_in - posted_out - pending_out`, m)
	if err != nil {
		return Balance{}, err
	}
	return b, transfer(ctx, tx, m, m.OrganizerID, m.PassholderID, Checkin)
}

// Reverse takes points back. What was spent already becomes a debt.
func Reverse(ctx context.Context, tx *db.Tx, m Movement) (Balance, error) {
	b, err := move(ctx, tx, `UPDATE account SET posted_out = posted_out + $2,
			overdraft = greatest(0, posted_out + $2 + pending_out - posted_in)
		WHERE id = $1 AND NOT derived RETURNING posted_in - posted_out - pending_out`, m)
	if err != nil {
		return Balance{}, err
	}
	return b, transfer(ctx, tx, m, m.PassholderID, m.OrganizerID, Reversal)
}

// Spend takes points that are there, or returns ErrTooFew.
func Spend(ctx context.Context, tx *db.Tx, m Movement) (Balance, error) {
	b, err := move(ctx, tx, `UPDATE account SET posted_out = posted_out + $2
		WHERE id = $1 AND NOT derived AND posted_in - posted_out - pending_out >= $2
		RETURNING posted_in - posted_out - pending_out`, m)
	if errors.Is(err, pgx.ErrNoRows) {
		return Balance{}, ErrTooFew
	}
	if err != nil {
		return Balance{}, err
	}
	return b, transfer(ctx, tx, m, m.PassholderID, m.OrganizerID, Spending)
}

func move(ctx context.Context, tx *db.Tx, update string, m Movement) (Balance, error) {
	var left int64
	if err := tx.QueryRow(ctx, update, m.PassholderID, m.Points).Scan(&left); err != nil {
		return Balance{}, fmt.Errorf("move points: %w", err)
	}
	return balanceOf(left), nil
}

func transfer(ctx context.Context, tx *db.Tx, m Movement, debit, credit uuid.UUID, code Code) error {
	r := transferRow{
		ID: m.ID, OccurredAt: m.At, CardSystemID: m.CardSystemID, DebitID: debit, CreditID: credit,
		Amount: int64(m.Points), Unit: unit, Code: int16(code), GroupID: m.GroupID,
	}
	if m.Reverses != uuid.Nil {
		r.Reverses = &m.Reverses
	}
	if err := gorm.G[transferRow](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("write transfer: %w", err)
	}
	return nil
}

// History returns a page of a person's movements, newest first, and how many
// there are in all. A limit of 0 means all. No person is debited by a check-in
// (code 1): the index on debits leaves those out.
func History(ctx context.Context, q db.Q, passholderID uuid.UUID, start, limit int) ([]Entry, int, error) {
	rows, err := q.Query(ctx, `
		SELECT id, occurred_at, code, points, (sum(points) OVER (ORDER BY id))::bigint, card_system_id, other, group_id,
		       coalesce(reverses, '00000000-0000-0000-0000-000000000000'), count(*) OVER ()
		FROM (
			SELECT id, occurred_at, code, amount AS points, card_system_id, debit_id AS other, group_id, reverses
			FROM transfer WHERE credit_id = $1 AND unit = 'POINT'
			UNION ALL
			SELECT id, occurred_at, code, -amount, card_system_id, credit_id, group_id, reverses
			FROM transfer WHERE debit_id = $1 AND code <> 1 AND unit = 'POINT') t
		ORDER BY id DESC OFFSET $2 LIMIT nullif($3, 0)`, passholderID, start, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("read points history: %w", err)
	}
	defer rows.Close()
	var out []Entry
	total := 0
	for rows.Next() {
		var e Entry
		if err := rows.Scan(&e.ID, &e.At, &e.Code, &e.Points, &e.BalanceAfter, &e.CardSystemID, &e.OrganizerID, &e.GroupID,
			&e.Reverses, &total); err != nil {
			return nil, 0, fmt.Errorf("read points history: %w", err)
		}
		out = append(out, e)
	}
	return out, total, rows.Err()
}

// Verify looks for what must not be: a balance that is not the sum of its
// transfers, a transfer without accounts, a check-in without its points.
func Verify(ctx context.Context, q db.Q) ([]Fault, error) {
	rows, err := q.Query(ctx, `SELECT what, ref FROM ledger_fault`)
	if err != nil {
		return nil, fmt.Errorf("verify the ledger: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Fault])
}
