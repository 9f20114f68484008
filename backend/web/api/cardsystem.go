package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// settingsJSON is a card system as it is read and saved.
type settingsJSON struct {
	Version                int        `json:"version"`
	Name                   string     `json:"name"`
	PrimaryColor           string     `json:"primaryColor"`
	SecondaryColor         string     `json:"secondaryColor"`
	LogoURL                string     `json:"logoUrl"`
	Website                string     `json:"website"`
	ContactEmail           string     `json:"contactEmail"`
	Permanent              bool       `json:"permanent"`
	SocialTariffInfo       string     `json:"socialTariffInfo"`
	SocialTariffGraceDays  int        `json:"socialTariffGraceDays"`
	SocialTariffDefaultEnd string     `json:"socialTariffDefaultEnd"`
	SocialTariffMaximumEnd string     `json:"socialTariffMaximumEnd"`
	CheckinMarginMinutes   int        `json:"checkinMarginMinutes"`
	INSZRequired           bool       `json:"inszRequired"`
	AdultAge               int        `json:"adultAge"`
	OptInAge               int        `json:"optInAge"`
	CardlessRegistration   string     `json:"cardlessRegistration"`
	FamilyMaxMembers       int        `json:"familyMaxMembers"`
	FamilyMaxAdults        int        `json:"familyMaxAdults"`
	LowStock               int        `json:"lowStock"`
	Cities                 []cityJSON `json:"cities"`
}

type cityJSON struct {
	PostalCode           string `json:"postalCode"`
	Name                 string `json:"name"`
	ContactEmail         string `json:"contactEmail"`
	AllowsCardlessTariff bool   `json:"allowsCardlessRegistration"`
}

// maxCities is more than any region has.
const maxCities = 1000

func (in *settingsJSON) Check(f *bind.Fields) {
	f.Text("/name", in.Name, 1, 200)
	f.Text("/primaryColor", in.PrimaryColor, 7, 7)
	f.OneOf("/cardlessRegistration", in.CardlessRegistration, "ALL", "REGULAR", "SOCIALTARIFF", "NONE")
	f.Most("/cities", len(in.Cities), maxCities)
}

func settingsOf(s cardsystem.System) settingsJSON {
	r := s.Rules
	out := settingsJSON{
		Version: s.Version, Name: s.Name, PrimaryColor: s.PrimaryColor, SecondaryColor: s.SecondaryColor, LogoURL: s.LogoURL,
		Website: s.Website, ContactEmail: s.ContactEmail, Permanent: s.Permanent, SocialTariffInfo: s.SocialTariffInfo,
		SocialTariffGraceDays: s.SocialTariffGraceDays, SocialTariffDefaultEnd: string(r.SocialTariffDefaultEnd),
		SocialTariffMaximumEnd: string(r.SocialTariffMaximumEnd), CheckinMarginMinutes: int(s.CheckinMargin / time.Minute),
		INSZRequired: r.INSZRequired, AdultAge: r.AdultAge, OptInAge: r.OptInAge, CardlessRegistration: string(r.Cardless),
		FamilyMaxMembers: r.FamilyMaxMembers, FamilyMaxAdults: r.FamilyMaxAdults, LowStock: r.LowStock,
		Cities: make([]cityJSON, len(s.Cities)),
	}
	for i, c := range s.Cities {
		out.Cities[i] = cityJSON{c.PostalCode, c.Name, c.ContactEmail, !c.RefusesDigital}
	}
	return out
}

func (in *settingsJSON) system(id int) cardsystem.System {
	out := cardsystem.System{
		ID: id, Version: in.Version, Name: in.Name, PrimaryColor: in.PrimaryColor, SecondaryColor: in.SecondaryColor, LogoURL: in.LogoURL,
		Website: in.Website, ContactEmail: in.ContactEmail, Permanent: in.Permanent, SocialTariffInfo: in.SocialTariffInfo,
		SocialTariffGraceDays: in.SocialTariffGraceDays, CheckinMargin: time.Duration(in.CheckinMarginMinutes) * time.Minute,
		Rules: cardsystem.Rules{
			SocialTariffDefaultEnd: cardsystem.MonthDay(in.SocialTariffDefaultEnd), SocialTariffMaximumEnd: cardsystem.MonthDay(in.SocialTariffMaximumEnd),
			INSZRequired: in.INSZRequired, AdultAge: in.AdultAge, OptInAge: in.OptInAge, Cardless: cardsystem.Cardless(in.CardlessRegistration),
			FamilyMaxMembers: in.FamilyMaxMembers, FamilyMaxAdults: in.FamilyMaxAdults, LowStock: in.LowStock,
		},
	}
	for _, c := range in.Cities {
		out.Cities = append(out.Cities, cardsystem.City{PostalCode: c.PostalCode, Name: c.Name, ContactEmail: c.ContactEmail, RefusesDigital: !c.AllowsCardlessTariff})
	}
	return out
}

type numberRangeJSON struct {
	ID     string `json:"id"`
	Prefix string `json:"prefix"`
	First  int64  `json:"first"`
	Last   int64  `json:"last"`
	Left   int64  `json:"left"`
}

func numberRangeOf(r cardsystem.NumberRange) numberRangeJSON {
	return numberRangeJSON{r.ID.String(), r.Prefix, r.First, r.Last, r.Left()}
}

type cardSystemSettingsJSON struct {
	ID           int               `json:"id"`
	Settings     settingsJSON      `json:"settings"`
	NumberRanges []numberRangeJSON `json:"numberRanges"`
}

// getCardSystem shows the settings: GET /api/v1/card-systems/{cardSystemId}.
func (s *Server) getCardSystem(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.Number(c.Param("cardSystemId"))
	if err != nil {
		return cardsystem.ErrUnknown
	}
	system, ranges, err := s.Systems.Settings(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	out := cardSystemSettingsJSON{ID: system.ID, Settings: settingsOf(system), NumberRanges: make([]numberRangeJSON, len(ranges))}
	for i, r := range ranges {
		out.NumberRanges[i] = numberRangeOf(r)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// putCardSystem saves the settings: PUT /api/v1/card-systems/{cardSystemId}.
func (s *Server) putCardSystem(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.Number(c.Param("cardSystemId"))
	if err != nil {
		return cardsystem.ErrUnknown
	}
	var in settingsJSON
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	saved, err := s.Systems.SaveSettings(c.Request.Context(), by, in.system(id))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, settingsOf(saved))
	return nil
}

type numberRangeRequest struct {
	Prefix string `json:"prefix"`
	First  int64  `json:"first"`
	Last   int64  `json:"last"`
}

func (in *numberRangeRequest) Check(f *bind.Fields) { f.Text("/prefix", in.Prefix, 1, 10) }

// postNumberRange adds numbers for digital cards: POST
// /api/v1/card-systems/{cardSystemId}/number-ranges.
func (s *Server) postNumberRange(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.Number(c.Param("cardSystemId"))
	if err != nil {
		return cardsystem.ErrUnknown
	}
	var in numberRangeRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	added, err := s.Systems.AddRange(c.Request.Context(), by, cardsystem.NumberRange{CardSystemID: id, Prefix: in.Prefix, First: in.First, Last: in.Last})
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, numberRangeOf(added))
	return nil
}

type municipalityJSON struct {
	PostalCode   string `json:"postalCode"`
	Name         string `json:"name"`
	Municipality string `json:"municipality"`
}

// getMunicipalities finds places as they are typed, those of the counter's own
// card systems too: GET /api/v1/municipalities?q=….
func (s *Server) getMunicipalities(c *gin.Context, _ login.Session, _ who.Actor) error {
	text, err := bind.Text(c, "q", 60)
	if err != nil {
		return err
	}
	found, err := s.Systems.Places(c.Request.Context(), text)
	if err != nil {
		return err
	}
	out := make([]municipalityJSON, len(found))
	for i, m := range found {
		out[i] = municipalityJSON{m.PostalCode, m.Name, m.Main}
	}
	c.JSON(http.StatusOK, out)
	return nil
}
