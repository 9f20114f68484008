package passholder

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
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
