package api

import (
	"encoding/base64"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
	"github.com/openbalie/openbalie/bridge/eid"
)

// maxEID is the largest body of a read: the files of a card are six thousand
// bytes.
const maxEID = 64 << 10

type eidReadRequest struct {
	Files eidFilesJSON `json:"files"`

	content eid.Files
}

type eidFilesJSON struct {
	Identity          string `json:"identity"`
	IdentitySignature string `json:"identitySignature"`
	Address           string `json:"address"`
	AddressSignature  string `json:"addressSignature"`
	Picture           string `json:"picture"`
	Certificate       string `json:"certificate"`
}

func (in *eidReadRequest) Check(f *bind.Fields) {
	const most = 4096
	f.Text("/files/identity", in.Files.Identity, 1, most)
	if len(in.Files.Identity) <= most {
		in.content.Identity = f.Base64("/files/identity", in.Files.Identity, most)
	}
	in.content.IdentitySignature = f.Base64("/files/identitySignature", in.Files.IdentitySignature, 2048)
	in.content.Address = f.Base64("/files/address", in.Files.Address, 2048)
	in.content.AddressSignature = f.Base64("/files/addressSignature", in.Files.AddressSignature, 2048)
	in.content.Picture = f.Base64("/files/picture", in.Files.Picture, 49152)
	in.content.Certificate = f.Base64("/files/certificate", in.Files.Certificate, 8192)
}

type eidReadJSON struct {
	ID                  string             `json:"id"`
	At                  time.Time          `json:"at"`
	Identity            eidIdentityJSON    `json:"identity"`
	Address             *eidAddressJSON    `json:"address,omitempty"`
	Picture             *eidPictureJSON    `json:"picture,omitempty"`
	NationalNumberValid bool               `json:"nationalNumberValid"`
	Verdict             eidVerdictJSON     `json:"verdict"`
	Passholder          *eidPassholderJSON `json:"passholder,omitempty"`
}

type eidIdentityJSON struct {
	LastName       string          `json:"lastName"`
	FirstNames     string          `json:"firstNames"`
	ThirdInitial   string          `json:"thirdInitial,omitempty"`
	DateOfBirth    *eidDateJSON    `json:"dateOfBirth,omitempty"`
	Gender         string          `json:"gender,omitempty"`
	Nationality    string          `json:"nationality,omitempty"`
	PlaceOfBirth   string          `json:"placeOfBirth,omitempty"`
	NationalNumber string          `json:"nationalNumber,omitempty"` // masked
	CardNumber     string          `json:"cardNumber,omitempty"`     // masked
	IssuedBy       string          `json:"issuedBy,omitempty"`
	DocumentType   eidDocumentJSON `json:"documentType"`
	ValidFrom      string          `json:"validFrom,omitempty"`
	ValidUntil     string          `json:"validUntil,omitempty"`
}

type eidDateJSON struct {
	Year  int `json:"year"`
	Month int `json:"month,omitempty"`
	Day   int `json:"day,omitempty"`
}

type eidDocumentJSON struct {
	Code int          `json:"code"`
	Name bind.Message `json:"name"`
}

type eidAddressJSON struct {
	Street     string `json:"street"`
	PostalCode string `json:"postalCode"`
	City       string `json:"city"`
}

type eidPictureJSON struct {
	URL    string `json:"url"`
	Proved bool   `json:"proved"`
}

type eidVerdictJSON struct {
	Verified  bool             `json:"verified"`
	Authentic bool             `json:"authentic"`
	Code      string           `json:"code"`
	Message   bind.Message     `json:"message"`
	Findings  []eidFindingJSON `json:"findings"`
}

type eidFindingJSON struct {
	Check   eid.Check    `json:"check"`
	Result  eid.Result   `json:"result"`
	Code    string       `json:"code"`
	Message bind.Message `json:"message"`
}

type eidPassholderJSON struct {
	ID          string           `json:"id"`
	FirstName   string           `json:"firstName"`
	Name        string           `json:"name"`
	Differences []eidcheck.Field `json:"differences"`
}

// The codes of verdicts and findings that have no reason.
const (
	verified = "verified"
	passed   = "passed"
)

// postEIDRead proves an eID that was read: POST /api/v1/eid-reads. Like a
// look-up by national number it is slowed down.
func (s *Server) postEIDRead(c *gin.Context, _ login.Session, by who.Actor) error {
	var in eidReadRequest
	if err := bind.JSONWithin(c, maxEID, &in); err != nil {
		return err
	}
	if err := s.Searches.Allow(by.Key()); err != nil {
		return err
	}
	read, err := s.EIDs.Check(c.Request.Context(), by, in.content)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, eidReadOf(read))
	return nil
}

func eidReadOf(r eidcheck.Read) eidReadJSON {
	id := r.Identity
	out := eidReadJSON{
		ID: r.ID.String(), At: r.At, NationalNumberValid: r.NumberValid, Verdict: eidVerdictOf(r.Verdict),
		Identity: eidIdentityJSON{
			LastName: id.Name, FirstNames: id.GivenNames, ThirdInitial: id.ThirdInitial,
			Gender: string(eidcheck.GenderOf(id.Sex)), Nationality: id.Nationality, PlaceOfBirth: id.BirthPlace,
			NationalNumber: eidcheck.MaskedNumber(id.NationalNumber), CardNumber: eidcheck.MaskedCard(id.CardNumber),
			IssuedBy: id.IssuedBy, DocumentType: eidDocumentOf(id.Document),
			ValidFrom: dayText(id.ValidFrom), ValidUntil: dayText(id.ValidUntil),
		},
	}
	if !id.Born.IsZero() {
		out.Identity.DateOfBirth = &eidDateJSON{id.Born.Year, id.Born.Month, id.Born.Day}
	}
	if a := r.Address; !a.IsZero() {
		out.Address = &eidAddressJSON{a.Street, a.PostalCode, a.Municipality}
	}
	if r.Picture != nil {
		out.Picture = &eidPictureJSON{"data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(r.Picture), r.PictureProved}
	}
	if m := r.Match; m != nil {
		out.Passholder = &eidPassholderJSON{m.PassholderID.String(), m.FirstName, m.Name, m.Differences}
	}
	return out
}

func eidVerdictOf(v eid.Verdict) eidVerdictJSON {
	out := eidVerdictJSON{
		Verified: v.Verified(), Authentic: v.Authentic(), Code: verified, Findings: make([]eidFindingJSON, len(v.Findings)),
	}
	if out.Verified {
		out.Message, _ = bind.MessageOf("eid-verified", nil)
	} else {
		against := eidFindingOf(v.Against())
		out.Code, out.Message = against.Code, against.Message
	}
	for i, f := range v.Findings {
		out.Findings[i] = eidFindingOf(f)
	}
	return out
}

// eidTexts remembers the text of each finding: there are some forty.
var eidTexts sync.Map

func eidFindingOf(f eid.Finding) eidFindingJSON {
	out := eidFindingJSON{Check: f.Check, Result: f.Result, Code: string(f.Reason)}
	if f.Reason == "" {
		out.Code = passed
	}
	if text, ok := eidTexts.Load(f); ok {
		out.Message, _ = text.(bind.Message)
		return out
	}
	// Some reasons mean another thing for another check.
	m, ok := bind.MessageOf("eid-"+out.Code+"-"+string(f.Check), nil)
	if !ok {
		m, _ = bind.MessageOf("eid-"+out.Code, nil)
	}
	eidTexts.Store(f, m)
	out.Message = m
	return out
}

// eidDocumentOf names a kind of card.
func eidDocumentOf(d eid.DocumentType) eidDocumentJSON {
	code, args := "eid-document-other", map[string]any{"number": int(d)}
	switch {
	case d == eid.Citizen:
		code = "eid-document-citizen"
	case d == eid.Kids:
		code = "eid-document-kids"
	case d == eid.Bootstrap, d == eid.Habilitation:
		code = "eid-document-official"
	case d.Permit() != "":
		code, args = "eid-document-permit", map[string]any{"letters": d.Permit()}
		if d.ForChild() {
			code = "eid-document-child-permit"
		}
	}
	m, _ := bind.MessageOf(code, args)
	return eidDocumentJSON{int(d), m}
}

// dayText spells a whole date; anything less is left out.
func dayText(d eid.Date) string {
	if !d.Whole() {
		return ""
	}
	return period.NewDay(d.Year, time.Month(d.Month), d.Day).String()
}
