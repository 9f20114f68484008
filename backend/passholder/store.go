package passholder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// Add writes a new person, sealing the national number. It returns ErrINSZUsed
// when somebody has that number. The caller opens the person's points account
// (points.OpenHolder), in the same transaction.
func Add(ctx context.Context, tx *db.Tx, ring *secret.Ring, p Passholder) error {
	r, err := sealed(ring, p)
	if err != nil {
		return err
	}
	if len(r.InszHash) > 0 {
		switch _, err := IDByINSZ(ctx, tx, ring, p.INSZ); {
		case err == nil:
			return ErrINSZUsed
		case !errors.Is(err, ErrUnknown):
			return err
		}
	}
	return Spell(gorm.G[row](tx.Gorm()).Create(ctx, &r))
}

// QueueNew writes a new person in a batch, with what they agreed to. Whoever
// sends it has looked for the national number, and asks [Spell] what went wrong.
func QueueNew(b *db.Batch, ring *secret.Ring, p Passholder, by who.Actor, c Consents, through Channel) error {
	r, err := sealed(ring, p)
	if err != nil {
		return err
	}
	if r.OptIn, err = json.Marshal(optInOf(c)); err != nil {
		return fmt.Errorf("write consents: %w", err)
	}
	b.Queue(`INSERT INTO passholder (id, name, first_name, date_of_birth, place_of_birth, gender, nationality, street, postal_code, city,
			country, email, no_email, phone_number, language, remarks, insz_cipher, insz_hash, insz_hash_key,
			registration_organizer_id, school_id, created_at, updated_at, version, opt_in)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`,
		r.ID, r.Name, r.FirstName, r.DateOfBirth, r.PlaceOfBirth, r.Gender, r.Nationality, r.Street, r.PostalCode, r.City,
		r.Country, r.Email, r.NoEmail, r.PhoneNumber, r.Language, r.Remarks, r.InszCipher, r.InszHash, r.InszHashKey,
		r.RegistrationOrganizerID, r.SchoolID, r.CreatedAt, r.UpdatedAt, r.Version, string(r.OptIn))
	queueConsents(b, p.ID, by, c, through, p.CreatedAt)
	return nil
}

// Spell names what went wrong with a national number.
func Spell(err error) error {
	switch {
	case err == nil:
		return nil
	case db.Constraint(err) == "passholder_insz":
		return ErrINSZUsed
	default:
		return fmt.Errorf("write passholder: %w", err)
	}
}

// Update writes the details of a person whom the caller saw in that version, or
// returns ErrChanged. A zero national number leaves the one that is known; one
// that an identity card proved stays (ErrINSZKept).
func Update(ctx context.Context, tx *db.Tx, ring *secret.Ring, id uuid.UUID, version int, d Details, now time.Time) error {
	old, err := lock(ctx, tx, id)
	if err != nil {
		return err
	}
	if old.MergedInto != nil || old.ErasedAt != nil {
		return ErrGone
	}
	if version != old.Version {
		return ErrChanged
	}
	r := old
	if err := r.changeNumber(ctx, tx, ring, d.INSZ); err != nil {
		return err
	}
	r.take(d)
	r.UpdatedAt, r.Version = now, version+1
	return save(ctx, tx, r, "update passholder")
}

// changeNumber gives the row another national number, if that is what d has.
func (r *row) changeNumber(ctx context.Context, tx *db.Tx, ring *secret.Ring, n secret.NationalNumber) error {
	if n.IsZero() {
		return nil
	}
	switch id, err := IDByINSZ(ctx, tx, ring, n); {
	case err == nil && id == r.ID:
		return nil
	case err == nil:
		return ErrINSZUsed
	case !errors.Is(err, ErrUnknown):
		return err
	}
	if len(r.InszCipher) > 0 && r.VerifiedAt != nil {
		return ErrINSZKept
	}
	return r.seal(ring, n)
}

// save writes a row that is locked.
func save(ctx context.Context, tx *db.Tx, r row, what string) error {
	_, err := gorm.G[row](tx.Gorm()).Where("id = ?", r.ID).Select("*").Updates(ctx, r)
	if db.Constraint(err) == "passholder_insz" {
		return ErrINSZUsed
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// lock reads a person and keeps others from changing them until tx ends.
func lock(ctx context.Context, tx *db.Tx, id uuid.UUID) (row, error) {
	r, err := gorm.G[row](tx.Gorm(), clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row{}, ErrUnknown
	}
	if err != nil {
		return row{}, fmt.Errorf("lock passholder: %w", err)
	}
	return r, nil
}

// Lock reads a person, without the national number, and keeps others from
// changing them until tx ends.
func Lock(ctx context.Context, tx *db.Tx, id uuid.UUID) (Passholder, error) {
	r, err := lock(ctx, tx, id)
	if err != nil {
		return Passholder{}, err
	}
	return r.passholder()
}

// SetSchool links a person to a school, or to none with "".
func SetSchool(ctx context.Context, tx *db.Tx, id uuid.UUID, organizerID string, now time.Time) error {
	if organizerID != "" {
		o, err := organizer.ByID(ctx, tx, organizerID)
		if errors.Is(err, organizer.ErrUnknown) || err == nil && !o.School {
			return ErrSchool
		}
		if err != nil {
			return err
		}
	}
	return change(ctx, tx, id, "link school", func(r *row) { r.SchoolID, r.UpdatedAt = unlessEmpty(organizerID), now })
}

// Verify keeps that an identity card proved who somebody is, and what proved it.
// The number of the card is the person's.
func Verify(ctx context.Context, tx *db.Tx, ring *secret.Ring, id uuid.UUID, n secret.NationalNumber, proof string, now time.Time) error {
	r, err := lock(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := r.changeNumber(ctx, tx, ring, n); err != nil {
		return err
	}
	r.VerifiedAt, r.VerifiedBy, r.UpdatedAt = &now, proof, now
	return save(ctx, tx, r, "verify passholder")
}

// Die keeps the day on which somebody died; a zero day takes it back.
func Die(ctx context.Context, tx *db.Tx, id uuid.UUID, on period.Day, now time.Time) error {
	return change(ctx, tx, id, "note a death", func(r *row) { r.DeceasedOn, r.UpdatedAt = on, now })
}

// Erase takes away who somebody was. The id stays, and with it what the books
// say about nobody in particular any more.
func Erase(ctx context.Context, tx *db.Tx, id uuid.UUID, now time.Time) error {
	var firstName, name string
	err := change(ctx, tx, id, "erase passholder", func(r *row) {
		firstName, name = r.FirstName, r.Name
		*r = row{
			ID: r.ID, DateOfBirth: unknownBirth, Country: r.Country, Language: string(Dutch), CreatedAt: r.CreatedAt,
			RegistrationOrganizerID: r.RegistrationOrganizerID, UpdatedAt: now, Version: r.Version + 1,
			OptIn: json.RawMessage("{}"), MergedInto: r.MergedInto, ErasedAt: &now,
		}
	})
	if err != nil {
		return err
	}
	for _, table := range []string{"passholder_picture", "passholder_note"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE passholder_id = $1`, id); err != nil {
			return fmt.Errorf("erase passholder: %w", err)
		}
	}
	// A rare name would say who it was.
	_, err = tx.Exec(ctx, `DELETE FROM name_word WHERE
		kind = 'F' AND word = name_key($1) AND NOT EXISTS (SELECT 1 FROM passholder WHERE first_key = name_key($1)) OR
		kind = 'L' AND word = name_key($2) AND NOT EXISTS (SELECT 1 FROM passholder WHERE last_key = name_key($2))`, firstName, name)
	if err != nil {
		return fmt.Errorf("erase passholder: %w", err)
	}
	return nil
}

// unknownBirth is the birthday of those who were erased.
var unknownBirth = period.NewDay(1900, time.January, 1)

// MergeInto makes a record another one's double; uuid.Nil takes that back. The
// national number goes along when the other has none.
func MergeInto(ctx context.Context, tx *db.Tx, id, into uuid.UUID, now time.Time) error {
	return change(ctx, tx, id, "merge passholder", func(r *row) {
		r.MergedInto, r.UpdatedAt = nil, now
		if into != uuid.Nil {
			r.MergedInto = &into
		}
	})
}

func change(ctx context.Context, tx *db.Tx, id uuid.UUID, what string, to func(*row)) error {
	r, err := lock(ctx, tx, id)
	if err != nil {
		return err
	}
	to(&r)
	return save(ctx, tx, r, what)
}

// QueueByID reads a person in a batch, without the national number. Nobody is
// ErrUnknown.
func QueueByID(b *db.Batch, id uuid.UUID, out *Passholder) {
	queue(b, id, func(r row) (err error) {
		*out, err = r.passholder()
		return err
	})
}

var columns = db.Columns[row]()

func queue(b *db.Batch, id uuid.UUID, take func(row) error) {
	db.Queue(b, func(rows []row) error {
		if len(rows) == 0 {
			return ErrUnknown
		}
		return take(rows[0])
	}, `SELECT `+columns+` FROM passholder WHERE id = $1 AND erased_at IS NULL`, id)
}

// IDByINSZ finds a person by national number, under every hash key of the
// ring, or returns ErrUnknown.
func IDByINSZ(ctx context.Context, q db.Q, ring *secret.Ring, n secret.NationalNumber) (uuid.UUID, error) {
	if n.IsZero() {
		return uuid.Nil, ErrUnknown
	}
	var b db.Batch
	var id uuid.UUID
	QueueByINSZ(&b, ring, n, &id)
	if err := db.Send(ctx, q, &b); err != nil {
		return uuid.Nil, fmt.Errorf("find passholder: %w", err)
	}
	if id == uuid.Nil {
		return uuid.Nil, ErrUnknown
	}
	return id, nil
}

// QueueByINSZ is [IDByINSZ] in a batch: nobody leaves uuid.Nil.
func QueueByINSZ(b *db.Batch, ring *secret.Ring, n secret.NationalNumber, out *uuid.UUID) {
	b.Queue(`SELECT id FROM passholder WHERE insz_hash = ANY ($1) LIMIT 1`, ring.Hashes(n)).QueryRow(func(found pgx.Row) error {
		err := found.Scan(out)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
}

// ByIDs reads several people; with reveal, their national numbers too.
func ByIDs(ctx context.Context, q db.Q, ring *secret.Ring, ids []uuid.UUID, reveal bool) (map[uuid.UUID]Passholder, error) {
	rows, err := gorm.G[row](q.Gorm()).Where("id IN ?", ids).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read passholders: %w", err)
	}
	out := make(map[uuid.UUID]Passholder, len(rows))
	for _, r := range rows {
		p, err := r.passholder()
		if err == nil && reveal && p.INSZKnown {
			p.INSZ, err = ring.Open(r.InszCipher, r.ID[:])
		}
		if err != nil {
			return nil, err
		}
		out[r.ID] = p
	}
	return out, nil
}

// Exists returns ErrUnknown for somebody who is not there, or was erased.
func Exists(ctx context.Context, q db.Q, id uuid.UUID) error {
	var there bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM passholder WHERE id = $1 AND erased_at IS NULL)`, id).Scan(&there)
	switch {
	case err != nil:
		return fmt.Errorf("read passholder: %w", err)
	case !there:
		return ErrUnknown
	default:
		return nil
	}
}

// HandNumber gives the national number of one record of a person to another that
// has none.
func HandNumber(ctx context.Context, tx *db.Tx, ring *secret.Ring, from, to uuid.UUID, now time.Time) error {
	r, err := lock(ctx, tx, from)
	if err != nil || len(r.InszCipher) == 0 {
		return err
	}
	n, err := ring.Open(r.InszCipher, r.ID[:])
	if err != nil {
		return err
	}
	r.InszCipher, r.InszHash, r.InszHashKey, r.UpdatedAt = nil, nil, "", now
	if err := save(ctx, tx, r, "hand a national number over"); err != nil {
		return err
	}
	other, err := lock(ctx, tx, to)
	if err != nil {
		return err
	}
	if len(other.InszCipher) > 0 {
		return ErrINSZUsed
	}
	if err := other.seal(ring, n); err != nil {
		return err
	}
	other.UpdatedAt = now
	return save(ctx, tx, other, "hand a national number over")
}
