package uitpas

import (
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/profile"
)

type organizerJSON struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	Address     *cityJSON        `json:"address,omitempty"`
	CardSystems []cardSystemJSON `json:"cardSystems,omitempty"`
}

type cityJSON struct {
	City string `json:"city"`
}

type cardSystemJSON struct {
	ID               int           `json:"id"`
	Name             string        `json:"name"`
	Branding         *brandingJSON `json:"branding,omitempty"`
	Links            *linksJSON    `json:"links,omitempty"`
	Cities           []placeJSON   `json:"cities"`
	Permanent        bool          `json:"permanent"`
	AllowsCardless   bool          `json:"allowsCardlessRegistration"`
	CardlessType     string        `json:"cardlessRegistrationType"`
	SocialTariffInfo string        `json:"socialTariffInfo,omitempty"`
}

type brandingJSON struct {
	Logo           string `json:"logo,omitempty"`
	PrimaryColor   string `json:"primaryColor"`
	SecondaryColor string `json:"secondaryColor,omitempty"`
}

type linksJSON struct {
	Website string `json:"website"`
}

type placeJSON struct {
	PostalCode string `json:"postalCode"`
	Name       string `json:"name"`
}

type passholderJSON struct {
	ID                    string           `json:"id"`
	Name                  string           `json:"name"`
	FirstName             string           `json:"firstName"`
	INSZNumber            string           `json:"inszNumber,omitempty"`
	UitpasNumber          string           `json:"uitpasNumber,omitempty"`
	DateOfBirth           string           `json:"dateOfBirth"`
	Gender                string           `json:"gender,omitempty"`
	Nationality           string           `json:"nationality,omitempty"`
	Email                 string           `json:"email,omitempty"`
	PhoneNumber           string           `json:"phoneNumber,omitempty"`
	Address               addressJSON      `json:"address"`
	PostalCode            string           `json:"postalCode"`
	City                  string           `json:"city"`
	CreationDate          string           `json:"creationDate"`
	RegistrationOrganizer *organizerJSON   `json:"registrationOrganizer,omitempty"`
	Points                int              `json:"points"`
	UitidStatus           string           `json:"uitidStatus"`
	OptInPreferences      *optInJSON       `json:"optInPreferences,omitempty"`
	CardSystemMemberships []membershipJSON `json:"cardSystemMemberships"`
}

type addressJSON struct {
	Street     string `json:"street,omitempty"`
	PostalCode string `json:"postalCode"`
	City       string `json:"city"`
	Country    string `json:"country,omitempty"`
}

// optInJSON has all five or is absent.
type optInJSON struct {
	ServiceMails   bool `json:"serviceMails"`
	MilestoneMails bool `json:"milestoneMails"`
	InfoMails      bool `json:"infoMails"`
	SMS            bool `json:"sms"`
	Post           bool `json:"post"`
}

type membershipJSON struct {
	CardSystem   cardSystemJSON      `json:"cardSystem"`
	UitpasNumber string              `json:"uitpasNumber,omitempty"`
	CurrentCard  *currentCardJSON    `json:"currentCard,omitempty"`
	Status       string              `json:"status"`
	SocialTariff *memberSocialTariff `json:"socialTariff,omitempty"`
}

type currentCardJSON struct {
	UitpasNumber string `json:"uitpasNumber"`
	CardType     string `json:"cardType"`
	Status       string `json:"status"`
}

type memberSocialTariff struct {
	Status             string `json:"status"`
	EndDate            string `json:"endDate"`
	InGracePeriod      bool   `json:"inGracePeriod"`
	SuspendedUntilDate string `json:"suspendedUntilDate,omitempty"`
	Expired            bool   `json:"expired"`
}

func organizerOf(o organizer.Organizer) organizerJSON {
	out := organizerJSON{ID: o.ID, Name: o.Name}
	if o.City != "" {
		out.Address = &cityJSON{o.City}
	}
	return out
}

func cardSystemOf(s cardsystem.System) cardSystemJSON {
	out := cardSystemJSON{
		ID: s.ID, Name: s.Name, Branding: &brandingJSON{s.LogoURL, s.PrimaryColor, s.SecondaryColor},
		Cities: make([]placeJSON, len(s.Cities)), Permanent: s.Permanent,
		AllowsCardless: s.Rules.Cardless != cardsystem.CardlessNone, CardlessType: string(s.Rules.Cardless),
		SocialTariffInfo: s.SocialTariffInfo,
	}
	if s.Website != "" {
		out.Links = &linksJSON{s.Website}
	}
	for i, c := range s.Cities {
		out.Cities[i] = placeJSON{c.PostalCode, c.Name}
	}
	return out
}

func passholderOf(p profile.Profile) passholderJSON {
	out := passholderJSON{
		ID: p.ID.String(), Name: p.Name, FirstName: p.FirstName, UitpasNumber: string(p.UitpasNumber()),
		DateOfBirth: p.DateOfBirth.String(), Gender: string(p.Gender), Nationality: p.Nationality,
		Email: p.Email, PhoneNumber: p.PhoneNumber,
		Address:    addressJSON{p.Street, p.PostalCode, p.City, p.Country},
		PostalCode: p.PostalCode, City: p.City, CreationDate: instant(p.CreatedAt),
		Points: p.Balance.Points, UitidStatus: "UNREGISTERED",
		CardSystemMemberships: []membershipJSON{},
	}
	if !p.INSZ.IsZero() {
		out.INSZNumber = p.INSZ.Reveal()
	}
	if p.Registrar.ID != "" {
		registrar := organizerOf(p.Registrar)
		out.RegistrationOrganizer = &registrar
	}
	if len(p.OptIn) > 0 {
		out.OptInPreferences = &optInJSON{
			p.OptIn["serviceMails"], p.OptIn["milestoneMails"], p.OptIn["infoMails"], p.OptIn["sms"], p.OptIn["post"],
		}
	}
	for _, m := range p.Memberships {
		if m.Status != membership.Ended { // the contract has no word for it
			out.CardSystemMemberships = append(out.CardSystemMemberships, membershipOf(p, m))
		}
	}
	return out
}

func membershipOf(p profile.Profile, m membership.Membership) membershipJSON {
	out := membershipJSON{CardSystem: cardSystemOf(m.System), Status: string(m.Status)}
	if c, ok := p.CurrentCard(m.System.ID); ok {
		out.CurrentCard = &currentCardJSON{string(c.Number), string(c.Type), string(c.Status.Public())}
		if c.Status == card.Active {
			out.UitpasNumber = string(c.Number)
		}
	}
	t := m.SocialTariff
	if t == nil {
		return out
	}
	out.SocialTariff = &memberSocialTariff{
		Status: string(t.Status), EndDate: instant(t.EndsAt),
		InGracePeriod: t.Status == membership.TariffGrace, Expired: t.Status == membership.TariffExpired,
	}
	switch t.Status {
	case membership.TariffGrace:
		out.SocialTariff.Status = string(membership.TariffActive)
	case membership.TariffSuspended:
		out.SocialTariff.SuspendedUntilDate = instant(t.SuspendedUntil.Begin(zoneOf(m.System)))
	default:
	}
	return out
}
