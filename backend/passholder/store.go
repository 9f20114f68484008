package passholder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
)

type row struct {
	ID                      uuid.UUID `gorm:"primaryKey"`
	Name                    string
	FirstName               string
	DateOfBirth             period.Day `gorm:"type:date"`
	Gender                  *string
	Nationality             string
	Street                  string
	PostalCode              string
	City                    string
	Country                 string
	Email                   string
	PhoneNumber             string
	InszCipher              []byte
	InszHash                []byte
	InszHashKey             string
	RegistrationOrganizerID *string
	CreatedAt               time.Time
	OptIn                   json.RawMessage `gorm:"type:jsonb"`
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
	err = gorm.G[row](tx.Gorm()).Create(ctx, &r)
	if db.Constraint(err) == "passholder_insz" {
		return ErrINSZUsed
	}
	if err != nil {
		return fmt.Errorf("add passholder: %w", err)
	}
	return nil
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
	}, `SELECT `+columns+` FROM passholder WHERE id = $1`, id)
}

// IDByINSZ finds a person by national number, under every hash key of the
// ring, or returns ErrUnknown.
func IDByINSZ(ctx context.Context, q db.Q, ring *secret.Ring, n secret.NationalNumber) (uuid.UUID, error) {
	if n.IsZero() {
		return uuid.Nil, ErrUnknown
	}
	r, err := gorm.G[row](q.Gorm()).Select("id").Where("insz_hash IN ?", ring.Hashes(n)).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return uuid.Nil, ErrUnknown
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("find passholder: %w", err)
	}
	return r.ID, nil
}

func sealed(ring *secret.Ring, p Passholder) (row, error) {
	optIn, err := json.Marshal(p.OptIn)
	if err != nil || p.OptIn == nil {
		optIn = json.RawMessage("{}")
	}
	r := row{
		ID: p.ID, Name: p.Name, FirstName: p.FirstName, DateOfBirth: p.DateOfBirth, Nationality: p.Nationality,
		Street: p.Street, PostalCode: p.PostalCode, City: p.City, Country: p.Country, Email: p.Email,
		PhoneNumber: p.PhoneNumber, CreatedAt: p.CreatedAt, OptIn: optIn,
	}
	if p.Gender != "" {
		r.Gender = (*string)(&p.Gender)
	}
	if p.RegistrationOrganizerID != "" {
		r.RegistrationOrganizerID = &p.RegistrationOrganizerID
	}
	if p.INSZ.IsZero() {
		return r, nil
	}
	if r.InszCipher, err = ring.Seal(p.INSZ, p.ID[:]); err != nil {
		return row{}, err
	}
	r.InszHash, r.InszHashKey = ring.Hashes(p.INSZ)[0], ring.HashKey()
	return r, nil
}

func (r row) passholder() (Passholder, error) {
	p := Passholder{
		ID: r.ID, Name: r.Name, FirstName: r.FirstName, DateOfBirth: r.DateOfBirth, Nationality: r.Nationality,
		Street: r.Street, PostalCode: r.PostalCode, City: r.City, Country: r.Country, Email: r.Email,
		PhoneNumber: r.PhoneNumber, INSZKnown: len(r.InszCipher) > 0, CreatedAt: r.CreatedAt,
	}
	if r.Gender != nil {
		p.Gender = Gender(*r.Gender)
	}
	if r.RegistrationOrganizerID != nil {
		p.RegistrationOrganizerID = *r.RegistrationOrganizerID
	}
	if err := json.Unmarshal(r.OptIn, &p.OptIn); err != nil {
		return Passholder{}, fmt.Errorf("read passholder: %w", err)
	}
	return p, nil
}
