package passholder

import (
	"cmp"
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

type row struct {
	ID                      uuid.UUID `gorm:"primaryKey"`
	Name                    string
	FirstName               string
	DateOfBirth             period.Day `gorm:"type:date"`
	PlaceOfBirth            string
	Gender                  *string
	Nationality             string
	Street                  string
	PostalCode              string
	City                    string
	Country                 string
	Email                   string
	NoEmail                 bool
	PhoneNumber             string
	Language                string
	Remarks                 string
	InszCipher              []byte
	InszHash                []byte
	InszHashKey             string
	RegistrationOrganizerID *string
	SchoolID                *string
	CreatedAt               time.Time
	UpdatedAt               time.Time
	Version                 int
	OptIn                   json.RawMessage `gorm:"type:jsonb"`
	VerifiedAt              *time.Time
	VerifiedBy              string
	DeceasedOn              period.Day `gorm:"type:date"`
	MergedInto              *uuid.UUID
	ErasedAt                *time.Time
}

func (row) TableName() string { return "passholder" }

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

// Doubles finds who may be the same person: people of a like name, born on that
// day or on one that is easily mistaken for it. The most alike come first.
func Doubles(ctx context.Context, q db.Q, firstName, name string, born period.Day) ([]Double, error) {
	var b db.Batch
	var out []Double
	QueueDoubles(&b, firstName, name, born, &out)
	if err := db.Send(ctx, q, &b); err != nil {
		return nil, fmt.Errorf("find doubles: %w", err)
	}
	return out, nil
}

// QueueDoubles is [Doubles] in a batch.
func QueueDoubles(b *db.Batch, firstName, name string, born period.Day, out *[]Double) {
	b.Queue(`
		SELECT id, first_name, name, date_of_birth::text, city, date_of_birth = $3::date, likeness FROM (
			SELECT *, similarity(first_key || ' ' || last_key, name_key($1) || ' ' || name_key($2)) AS likeness
			FROM passholder
			WHERE date_of_birth = ANY ($4::date[]) AND merged_into IS NULL AND erased_at IS NULL
		) alike
		WHERE likeness >= CASE WHEN date_of_birth = $3::date THEN 0.45 ELSE 0.75 END
		ORDER BY likeness + (date_of_birth = $3::date)::int DESC, id LIMIT 10`,
		firstName, name, born.String(), mistakable(born)).Query(func(rows pgx.Rows) (err error) {
		*out, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (d Double, err error) {
			err = r.Scan(&d.ID, &d.FirstName, &d.Name, &d.DateOfBirth, &d.City, &d.SameBirthday, &d.Likeness)
			return d, err
		})
		return err
	})
}

// mistakable are a day and those that are written in its place: day and month
// the other way round, one off, a year or ten off.
func mistakable(d period.Day) []string {
	year, month, day := d.Date()
	out := []string{d.String(), d.Add(-1).String(), d.Add(1).String()}
	for _, years := range []int{-10, -1, 1, 10} {
		out = append(out, period.NewDay(year+years, month, day).String())
	}
	if day <= 12 {
		out = append(out, period.NewDay(year, time.Month(day), int(month)).String())
	}
	return out
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

func sealed(ring *secret.Ring, p Passholder) (row, error) {
	optIn, err := json.Marshal(p.OptIn)
	if err != nil || p.OptIn == nil {
		optIn = json.RawMessage("{}")
	}
	r := row{
		ID: p.ID, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Version: max(1, p.Version), OptIn: optIn,
		RegistrationOrganizerID: unlessEmpty(p.RegistrationOrganizerID), SchoolID: unlessEmpty(p.SchoolID),
		VerifiedBy: p.VerifiedBy, DeceasedOn: p.DeceasedOn,
	}
	if p.UpdatedAt.IsZero() {
		r.UpdatedAt = p.CreatedAt
	}
	if !p.VerifiedAt.IsZero() {
		r.VerifiedAt = &p.VerifiedAt
	}
	r.take(p.Details)
	return r, r.seal(ring, p.INSZ)
}

// take copies the details but for the national number.
func (r *row) take(d Details) {
	r.Name, r.FirstName, r.DateOfBirth, r.PlaceOfBirth = d.Name, d.FirstName, d.DateOfBirth, d.PlaceOfBirth
	r.Gender, r.Nationality = unlessEmpty(string(d.Gender)), d.Nationality
	r.Street, r.PostalCode, r.City, r.Country = d.Street, d.PostalCode, d.City, d.Country
	r.Email, r.NoEmail, r.PhoneNumber = d.Email, d.NoEmail && d.Email == "", d.PhoneNumber
	r.Language, r.Remarks = string(cmp.Or(d.Language, Dutch)), d.Remarks
}

// seal puts a national number in the row; none is none.
func (r *row) seal(ring *secret.Ring, n secret.NationalNumber) (err error) {
	r.InszCipher, r.InszHash, r.InszHashKey = nil, nil, ""
	if n.IsZero() {
		return nil
	}
	if r.InszCipher, err = ring.Seal(n, r.ID[:]); err != nil {
		return err
	}
	r.InszHash, r.InszHashKey = ring.Hashes(n)[0], ring.HashKey()
	return nil
}

func (r row) passholder() (Passholder, error) {
	p := Passholder{
		ID: r.ID, INSZKnown: len(r.InszCipher) > 0, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version,
		RegistrationOrganizerID: orEmpty(r.RegistrationOrganizerID), SchoolID: orEmpty(r.SchoolID),
		VerifiedBy: r.VerifiedBy, DeceasedOn: r.DeceasedOn,
		Details: Details{
			Name: r.Name, FirstName: r.FirstName, DateOfBirth: r.DateOfBirth, PlaceOfBirth: r.PlaceOfBirth,
			Gender: Gender(orEmpty(r.Gender)), Nationality: r.Nationality, Street: r.Street, PostalCode: r.PostalCode,
			City: r.City, Country: r.Country, Email: r.Email, NoEmail: r.NoEmail, PhoneNumber: r.PhoneNumber,
			Language: Language(r.Language), Remarks: r.Remarks,
		},
	}
	if r.VerifiedAt != nil {
		p.VerifiedAt = *r.VerifiedAt
	}
	if r.ErasedAt != nil {
		p.ErasedAt = *r.ErasedAt
	}
	if r.MergedInto != nil {
		p.MergedInto = *r.MergedInto
	}
	if err := json.Unmarshal(r.OptIn, &p.OptIn); err != nil {
		return Passholder{}, fmt.Errorf("read passholder: %w", err)
	}
	return p, nil
}

func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
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
