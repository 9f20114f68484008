package voucher

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/who"
)

type typeRow struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	CardSystemID int
	Name         string
	Prefix       string
	Valid        period.Range `gorm:"type:daterange"`
	MaxUses      int
	ClosedAt     *time.Time
	CreatedAt    time.Time
	Version      int
}

func (typeRow) TableName() string { return "voucher_type" }

func (r typeRow) voucherType() Type {
	return Type{
		ID: r.ID, CardSystemID: r.CardSystemID, Name: r.Name, Prefix: r.Prefix, Valid: r.Valid, MaxUses: r.MaxUses,
		Closed: r.ClosedAt != nil, Version: r.Version,
	}
}

type row struct {
	Number        string `gorm:"primaryKey"`
	VoucherTypeID uuid.UUID
	MaxUses       int
	Used          int
	Held          int
	WithdrawnAt   *time.Time
	CreatedAt     time.Time
}

func (row) TableName() string { return "voucher" }

func (r row) voucher() Voucher {
	return Voucher{r.Number, r.VoucherTypeID, r.MaxUses, r.Used, r.Held, r.WithdrawnAt != nil, r.CreatedAt}
}

type holdRow struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	VoucherNumber string
	Actor         string
	OrganizerID   string
	CreatedAt     time.Time
	ExpiresAt     time.Time
}

func (holdRow) TableName() string { return "voucher_hold" }

// Look returns a voucher with its type, or ErrUnknown. It locks nothing: what it
// says may be over when it is used.
func Look(ctx context.Context, q db.Q, number string) (Voucher, Type, error) {
	return read(ctx, q, number, "")
}

// lock returns a voucher that nobody else can use until tx ends, without the
// holds that are over.
func lock(ctx context.Context, tx *db.Tx, number string, now time.Time) (Voucher, Type, error) {
	v, t, err := read(ctx, tx, number, " FOR UPDATE OF v")
	if err != nil {
		return v, t, err
	}
	tag, err := tx.Exec(ctx, `DELETE FROM voucher_hold WHERE voucher_number = $1 AND expires_at <= $2`, v.Number, now)
	if err != nil {
		return v, t, fmt.Errorf("end holds of a voucher: %w", err)
	}
	if over := int(tag.RowsAffected()); over > 0 {
		v.Held -= over
		return v, t, set(ctx, tx, v)
	}
	return v, t, nil
}

func read(ctx context.Context, q db.Q, number, locking string) (Voucher, Type, error) {
	number = Spell(number)
	if !wellFormed(number) {
		return Voucher{}, Type{}, ErrUnknown
	}
	v := Voucher{Number: number}
	var t typeRow
	err := q.QueryRow(ctx, `
		SELECT v.voucher_type_id, v.max_uses, v.used, v.held, v.withdrawn_at IS NOT NULL, v.created_at,
		       t.id, t.card_system_id, t.name, t.prefix, t.valid::text, t.max_uses, t.closed_at, t.created_at, t.version
		FROM voucher v JOIN voucher_type t ON t.id = v.voucher_type_id WHERE v.number = $1`+locking, number).
		Scan(&v.TypeID, &v.MaxUses, &v.Used, &v.Held, &v.Withdrawn, &v.CreatedAt,
			&t.ID, &t.CardSystemID, &t.Name, &t.Prefix, &t.Valid, &t.MaxUses, &t.ClosedAt, &t.CreatedAt, &t.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		return Voucher{}, Type{}, ErrUnknown
	}
	if err != nil {
		return Voucher{}, Type{}, fmt.Errorf("read a voucher: %w", err)
	}
	return v, t.voucherType(), nil
}

// set writes how often a locked voucher is used and held.
func set(ctx context.Context, tx *db.Tx, v Voucher) error {
	_, err := tx.Exec(ctx, `UPDATE voucher SET used = $2, held = $3 WHERE number = $1`, v.Number, v.Used, v.Held)
	if err != nil {
		return fmt.Errorf("count a voucher: %w", err)
	}
	return nil
}

// Spend uses a voucher once, in the transaction of the registration: on the hold
// of whoever registers, or without one. A hold that is over does not matter as
// long as nobody took its place.
func Spend(ctx context.Context, tx *db.Tx, number string, holdID uuid.UUID, cardSystemID int, now time.Time) (Type, error) {
	v, t, err := lock(ctx, tx, number, now)
	if err != nil {
		return Type{}, err
	}
	held, err := drop(ctx, tx, holdID, v.Number)
	if err != nil {
		return Type{}, err
	}
	if held {
		v.Held--
	}
	if err := Allow(v, t, cardSystemID, today(now)); err != nil {
		return Type{}, err
	}
	v.Used++
	return t, set(ctx, tx, v)
}

// GiveBack takes a use back, when the registration that spent it is voided.
func GiveBack(ctx context.Context, tx *db.Tx, number string) error {
	tag, err := tx.Exec(ctx, `UPDATE voucher SET used = used - 1 WHERE number = $1 AND used > 0`, Spell(number))
	if err == nil && tag.RowsAffected() == 0 {
		err = errors.New("it was not used")
	}
	if err != nil {
		return fmt.Errorf("give a voucher back: %w", err)
	}
	return nil
}

// drop ends a hold of a locked voucher and tells whether there was one.
func drop(ctx context.Context, tx *db.Tx, id uuid.UUID, number string) (bool, error) {
	if id == uuid.Nil {
		return false, nil
	}
	n, err := gorm.G[holdRow](tx.Gorm()).Where("id = ? AND voucher_number = ?", id, number).Delete(ctx)
	if err != nil {
		return false, fmt.Errorf("end a hold: %w", err)
	}
	return n == 1, nil
}

// ExpireHolds frees the vouchers whose holds are over. It only tidies up: a
// voucher that somebody asks for is freed then and there.
func ExpireHolds(ctx context.Context, d *db.DB, now time.Time) error {
	_, err := d.Exec(ctx, `
		WITH over AS (
			SELECT v.number FROM voucher v WHERE v.number IN (SELECT voucher_number FROM voucher_hold WHERE expires_at <= $1)
			ORDER BY v.number FOR UPDATE SKIP LOCKED),
		gone AS (
			DELETE FROM voucher_hold h USING over WHERE h.voucher_number = over.number AND h.expires_at <= $1
			RETURNING h.voucher_number),
		freed AS (SELECT voucher_number AS number, count(*) AS n FROM gone GROUP BY 1)
		UPDATE voucher v SET held = held - freed.n FROM freed WHERE v.number = freed.number`, now)
	if err != nil {
		return fmt.Errorf("end holds: %w", err)
	}
	return nil
}

// typeByID returns a type, or ErrTypeUnknown.
func typeByID(ctx context.Context, q db.Q, id uuid.UUID) (Type, error) {
	r, err := gorm.G[typeRow](q.Gorm()).Where("id = ?", id).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Type{}, ErrTypeUnknown
	}
	if err != nil {
		return Type{}, fmt.Errorf("read a voucher type: %w", err)
	}
	return r.voucherType(), nil
}

// TypesOf lists the types of card systems by prefix, with how many vouchers each
// has and how often those were used.
func TypesOf(ctx context.Context, q db.Q, cardSystemIDs ...int) ([]Type, error) {
	rows, err := q.Query(ctx, `
		SELECT t.id, t.card_system_id, t.name, t.prefix, t.valid::text, t.max_uses, t.closed_at IS NOT NULL, t.version,
		       count(v.number), coalesce(sum(v.used), 0)
		FROM voucher_type t LEFT JOIN voucher v ON v.voucher_type_id = t.id
		WHERE t.card_system_id = ANY ($1) GROUP BY t.id ORDER BY t.card_system_id, t.prefix`, cardSystemIDs)
	if err != nil {
		return nil, fmt.Errorf("list voucher types: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (t Type, err error) {
		err = r.Scan(&t.ID, &t.CardSystemID, &t.Name, &t.Prefix, &t.Valid, &t.MaxUses, &t.Closed, &t.Version, &t.Made, &t.Used)
		return t, err
	})
}

const prefixConstraint = "voucher_type_card_system_id_prefix_key"

// AddType writes a new type.
func AddType(ctx context.Context, tx *db.Tx, t Type, at time.Time) error {
	err := gorm.G[typeRow](tx.Gorm()).Create(ctx, &typeRow{
		ID: t.ID, CardSystemID: t.CardSystemID, Name: t.Name, Prefix: t.Prefix, Valid: t.Valid, MaxUses: t.MaxUses, CreatedAt: at, Version: 1,
	})
	if db.Constraint(err) == prefixConstraint {
		return ErrPrefixTaken.With("prefix", t.Prefix)
	}
	if err != nil {
		return fmt.Errorf("add a voucher type: %w", err)
	}
	return nil
}

// changeType writes what may change about a type: its prefix stays, because it
// is printed on paper. Where t has another version than was written last, it
// returns ErrTypeChanged.
func changeType(ctx context.Context, tx *db.Tx, t Type, now time.Time) error {
	var closed *time.Time
	if t.Closed {
		closed = &now
	}
	tag, err := tx.Exec(ctx, `
		UPDATE voucher_type SET name = $2, valid = $3, max_uses = $4, version = version + 1,
		       closed_at = CASE WHEN $5::timestamptz IS NULL THEN NULL ELSE coalesce(closed_at, $5) END
		WHERE id = $1 AND version = $6`, t.ID, t.Name, t.Valid, t.MaxUses, closed, t.Version)
	if err != nil {
		return fmt.Errorf("change a voucher type: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrTypeChanged
	}
	return nil
}

// insert writes vouchers that are not there yet, and returns the numbers it wrote.
func insert(ctx context.Context, tx *db.Tx, t Type, numbers []string, at time.Time) ([]string, error) {
	rows, err := tx.Query(ctx, `
		INSERT INTO voucher (number, voucher_type_id, max_uses, created_at)
		SELECT n, $2, $3, $4 FROM unnest($1::text[]) n ON CONFLICT DO NOTHING RETURNING number`, numbers, t.ID, t.MaxUses, at)
	if err != nil {
		return nil, fmt.Errorf("write vouchers: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// page lists vouchers of a type by number, and how many there are in all.
func page(ctx context.Context, q db.Q, typeID uuid.UUID, start, limit int) ([]Voucher, int, error) {
	g := gorm.G[row](q.Gorm()).Where("voucher_type_id = ?", typeID)
	total, err := g.Count(ctx, "*")
	if err != nil {
		return nil, 0, fmt.Errorf("count vouchers: %w", err)
	}
	rows, err := g.Order("number").Offset(start).Limit(limit).Find(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("list vouchers: %w", err)
	}
	out := make([]Voucher, len(rows))
	for i, r := range rows {
		out[i] = r.voucher()
	}
	return out, int(total), nil
}

func addHold(ctx context.Context, tx *db.Tx, by who.Actor, h Hold, now time.Time) error {
	err := gorm.G[holdRow](tx.Gorm()).Create(ctx, &holdRow{h.ID, h.Number, by.Key(), by.Counter, now, h.ExpiresAt})
	if err != nil {
		return fmt.Errorf("hold a voucher: %w", err)
	}
	return nil
}

// heldBy returns the number of a hold that the counter of by has; "" when there
// is none any more.
func heldBy(ctx context.Context, tx *db.Tx, id uuid.UUID, by who.Actor) (string, error) {
	r, err := gorm.G[holdRow](tx.Gorm()).Where("id = ? AND organizer_id = ?", id, by.Counter).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read a hold: %w", err)
	}
	return r.VoucherNumber, nil
}

func setWithdrawn(ctx context.Context, tx *db.Tx, v Voucher, now time.Time) error {
	var at *time.Time
	if v.Withdrawn {
		at = &now
	}
	if _, err := tx.Exec(ctx, `UPDATE voucher SET withdrawn_at = $2 WHERE number = $1`, v.Number, at); err != nil {
		return fmt.Errorf("withdraw a voucher: %w", err)
	}
	return nil
}

// errDryRun rolls back what was only tried.
var errDryRun = errors.New("a dry run writes nothing")

func today(now time.Time) period.Day { return period.DayOf(now, period.Brussels()) }

// HeldUntil says until when a hold keeps a voucher; the zero time when it keeps
// it no longer, or never did.
func HeldUntil(ctx context.Context, q db.Q, holdID uuid.UUID, number string, now time.Time) (time.Time, error) {
	if holdID == uuid.Nil {
		return time.Time{}, nil
	}
	var until time.Time
	err := q.QueryRow(ctx, `SELECT expires_at FROM voucher_hold WHERE id = $1 AND voucher_number = $2 AND expires_at > $3`, holdID, Spell(number), now).Scan(&until)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return time.Time{}, fmt.Errorf("read a hold: %w", err)
	}
	return until, nil
}
