package cardsystem

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openbalie/openbalie/backend/municipality"
	"github.com/openbalie/openbalie/backend/period"
)

// DefaultRules are those of a card system that has set nothing.
func DefaultRules() Rules {
	return Rules{
		SocialTariffDefaultEnd: "04-30", SocialTariffMaximumEnd: "12-31", INSZRequired: true,
		AdultAge: 18, OptInAge: 16, Cardless: CardlessAll, FamilyMaxMembers: 10, FamilyMaxAdults: 2, LowStock: 10,
	}
}

// MonthDay is a day of any year, as MM-DD.
type MonthDay string

// In returns the day in a year; 29 February is the 28th where there is none.
func (m MonthDay) In(year int) period.Day {
	t, err := time.Parse("2006-01-02", "2000-"+string(m)) // 2000 has every day
	if err != nil {
		return period.Day{}
	}
	d := period.NewDay(year, t.Month(), t.Day())
	if _, month, _ := d.Date(); month != t.Month() {
		d = d.Add(-1)
	}
	return d
}

// DefaultEnd returns the last day of a social tariff granted on a day, unless
// somebody chooses another.
func (r Rules) DefaultEnd(granted period.Day) period.Day {
	year, _, _ := granted.Date()
	return r.SocialTariffDefaultEnd.In(year + 1)
}

// MaximumEnd returns the latest last day that a social tariff granted on a day
// may have.
func (r Rules) MaximumEnd(granted period.Day) period.Day {
	year, _, _ := granted.Date()
	return r.SocialTariffMaximumEnd.In(year + 1)
}

// AllowsDigital reports whether somebody with or without social tariff may have
// a digital card.
func (c Cardless) AllowsDigital(socialTariff bool) bool {
	return c == CardlessAll || socialTariff && c == CardlessSocialTariff || !socialTariff && c == CardlessRegular
}

// CityOf returns the city of the card system that a postal code belongs to: the
// one of that name, when several share the code.
func (s System) CityOf(postalCode, name string) (City, bool) {
	var found []City
	for _, c := range s.Cities {
		if c.PostalCode != postalCode {
			continue
		}
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
		found = append(found, c)
	}
	if len(found) == 0 {
		return City{}, false
	}
	return found[0], true
}

// AllowsDigital reports whether somebody who lives under a postal code may have
// a digital card. Who lives outside the card system may.
func (s System) AllowsDigital(postalCode string, socialTariff bool) bool {
	if !s.Rules.Cardless.AllowsDigital(socialTariff) {
		return false
	}
	cities := slices.DeleteFunc(slices.Clone(s.Cities), func(c City) bool { return c.PostalCode != postalCode })
	return len(cities) == 0 || slices.ContainsFunc(cities, func(c City) bool { return !c.RefusesDigital })
}

// The largest settings.
const (
	maxText  = 2000
	maxName  = 200
	maxGrace = 366 // days
	maxStock = 100_000
	maxHours = 48 * time.Hour
)

var (
	color    = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	monthDay = regexp.MustCompile(`^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)
)

func (s System) trimmed() System {
	for _, text := range []*string{&s.Name, &s.PrimaryColor, &s.SecondaryColor, &s.LogoURL, &s.Website, &s.ContactEmail, &s.SocialTariffInfo} {
		*text = strings.TrimSpace(*text)
	}
	s.PrimaryColor, s.SecondaryColor = strings.ToLower(s.PrimaryColor), strings.ToLower(s.SecondaryColor)
	s.Cities = slices.Clone(s.Cities)
	for i := range s.Cities {
		for _, text := range []*string{&s.Cities[i].PostalCode, &s.Cities[i].Name, &s.Cities[i].ContactEmail} {
			*text = strings.TrimSpace(*text)
		}
	}
	return s
}

// Check refuses a new card system that makes no sense, and names the first of
// its fields that does not.
func (s System) Check() error {
	if s.ID < 1 {
		return ErrInvalid.With("field", "id")
	}
	if _, err := period.Zone(s.TimeZone); err != nil {
		return ErrInvalid.With("field", "timeZone")
	}
	return s.check(nil)
}

// check refuses settings that make no sense, and names the first. The cities that
// are there already stay possible.
func (s System) check(before []City) error {
	r := s.Rules
	for _, c := range []struct {
		field string
		fine  bool
	}{
		{"name", s.Name != "" && len(s.Name) <= maxName},
		{"primaryColor", color.MatchString(s.PrimaryColor)},
		{"secondaryColor", s.SecondaryColor == "" || color.MatchString(s.SecondaryColor)},
		{"logoUrl", webAddress(s.LogoURL)},
		{"website", webAddress(s.Website)},
		{"contactEmail", mailAddress(s.ContactEmail)},
		{"socialTariffInfo", len(s.SocialTariffInfo) <= maxText},
		{"socialTariffGraceDays", within(s.SocialTariffGraceDays, 0, maxGrace)},
		{"checkinMarginMinutes", s.CheckinMargin >= 0 && s.CheckinMargin <= maxHours},
		{"socialTariffDefaultEnd", monthDay.MatchString(string(r.SocialTariffDefaultEnd)) && !r.SocialTariffDefaultEnd.In(2028).IsZero()},
		{"socialTariffMaximumEnd", monthDay.MatchString(string(r.SocialTariffMaximumEnd)) && !r.SocialTariffMaximumEnd.In(2028).IsZero() &&
			r.SocialTariffDefaultEnd <= r.SocialTariffMaximumEnd},
		{"adultAge", within(r.AdultAge, 0, 30)},
		{"optInAge", within(r.OptInAge, 0, 30)},
		{"cardlessRegistration", slices.Contains([]Cardless{CardlessAll, CardlessRegular, CardlessSocialTariff, CardlessNone}, r.Cardless)},
		{"familyMaxMembers", within(r.FamilyMaxMembers, 1, 100)},
		{"familyMaxAdults", within(r.FamilyMaxAdults, 1, r.FamilyMaxMembers)},
		{"lowStock", within(r.LowStock, 0, maxStock)},
		{"cities", citiesFit(s.Cities, before)},
	} {
		if !c.fine {
			return ErrInvalid.With("field", c.field)
		}
	}
	return nil
}

// citiesFit reports whether each is a place with its postal code, or was there
// before, once.
func citiesFit(cities, before []City) bool {
	seen, known := map[[2]string]bool{}, map[[2]string]bool{}
	for _, c := range before {
		known[[2]string{c.PostalCode, c.Name}] = true
	}
	for _, c := range cities {
		key := [2]string{c.PostalCode, c.Name}
		_, err := municipality.Resolve(c.PostalCode, c.Name)
		if err != nil && !known[key] || seen[key] || !mailAddress(c.ContactEmail) {
			return false
		}
		seen[key] = true
	}
	return true
}

func within(n, least, most int) bool { return n >= least && n <= most }

func webAddress(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && len(s) <= maxText
}

func mailAddress(s string) bool {
	if s == "" {
		return true
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254
}

// Left is how many numbers the range still has.
func (r NumberRange) Left() int64 { return r.Last - r.Next + 1 }

// serialDigits is how many digits prefix and serial have together.
const serialDigits = 11

// Serial spells the first eleven digits of a number of the range.
func (r NumberRange) Serial(n int64) string {
	return r.Prefix + fmt.Sprintf("%0*d", serialDigits-len(r.Prefix), n)
}

// check refuses a range whose serials do not fit behind its prefix.
func (r NumberRange) check() error {
	if len(r.Prefix) < 1 || len(r.Prefix) >= serialDigits || strings.Trim(r.Prefix, "0123456789") != "" {
		return ErrRangeInvalid
	}
	most, err := strconv.ParseInt(strings.Repeat("9", serialDigits-len(r.Prefix)), 10, 64)
	if err != nil || r.First < 0 || r.First > r.Last || r.Last > most {
		return ErrRangeInvalid
	}
	return nil
}
