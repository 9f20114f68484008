package api

import (
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/web/bind"
)

// personJSON is a person as somebody types one in.
type personJSON struct {
	FirstName    string          `json:"firstName"`
	Name         string          `json:"name"`
	DateOfBirth  period.Day      `json:"dateOfBirth"`
	PlaceOfBirth string          `json:"placeOfBirth"`
	Gender       string          `json:"gender"`
	Nationality  string          `json:"nationality"`
	INSZNumber   string          `json:"inszNumber"` // "": as it is
	Address      addressJSON     `json:"address"`
	Email        string          `json:"email"`
	NoEmail      bool            `json:"noEmail"`
	PhoneNumber  string          `json:"phoneNumber"`
	Language     string          `json:"language"`
	Remarks      string          `json:"remarks"`
	Consents     map[string]bool `json:"consents"` // those that were asked

	insz secret.NationalNumber
}

func (in *personJSON) check(f *bind.Fields) {
	if in.Gender != "" {
		f.OneOf("/gender", in.Gender, string(passholder.Male), string(passholder.Female), string(passholder.X))
	}
	if in.Language != "" {
		f.OneOf("/language", in.Language, string(passholder.Dutch), string(passholder.French), string(passholder.German), string(passholder.English))
	}
	known := map[string]bool{}
	for _, kind := range passholder.ConsentKinds() {
		known[kind.Name()] = true
	}
	for name := range in.Consents {
		if !known[name] {
			f.OneOf("/consents/"+name, name, "")
		}
	}
	if in.INSZNumber != "" {
		var err error
		if in.insz, err = secret.ParseNationalNumber(in.INSZNumber); err != nil {
			f.Refuse("/inszNumber", secret.ErrInvalidNumber)
		}
	}
}

func (in *personJSON) details() passholder.Details {
	return passholder.Details{
		Name: in.Name, FirstName: in.FirstName, DateOfBirth: in.DateOfBirth, PlaceOfBirth: in.PlaceOfBirth,
		Gender: passholder.Gender(in.Gender), Nationality: in.Nationality, INSZ: in.insz,
		Street: in.Address.Street, PostalCode: in.Address.PostalCode, City: in.Address.City, Country: in.Address.Country,
		Email: in.Email, NoEmail: in.NoEmail, PhoneNumber: in.PhoneNumber, Language: passholder.Language(in.Language), Remarks: in.Remarks,
	}
}

func (in *personJSON) consents() passholder.Consents {
	out := passholder.Consents{}
	for _, kind := range passholder.ConsentKinds() {
		if given, asked := in.Consents[kind.Name()]; asked {
			out[kind] = given
		}
	}
	return out
}

func (in *personJSON) change(version int) profile.Change {
	return profile.Change{Version: version, Details: in.details(), Consents: in.consents(), Channel: passholder.AtCounter}
}
