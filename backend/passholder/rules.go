package passholder

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
	"golang.org/x/text/language"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/mail"
	"github.com/openbalie/openbalie/backend/municipality"
	"github.com/openbalie/openbalie/backend/period"
)

// Belgium is the country of those who do not live abroad.
const Belgium = "be"

// Terms are what a card system asks of the people it registers.
type Terms struct {
	Rules cardsystem.Rules
	// WithoutINSZ is for a counter that may register residents without one.
	WithoutINSZ bool
	// Cities are those that card systems have with the postal code
	// (cardsystem.CitiesWith), beside the municipalities of Belgium.
	Cities []cardsystem.City
}

// The longest texts that are kept.
const (
	maxName    = 100
	maxText    = 120
	maxRemarks = 2000
	maxAge     = 125
)

// Check reads details as they were typed: it returns them as they are kept, and
// what is wrong with them. Problems that are warnings may be saved.
func Check(d Details, t Terms, now time.Time) (Details, []Problem) {
	c := checker{today: period.DayOf(now, period.Brussels())}
	d = tidy(d)
	c.text("firstName", d.FirstName, true, maxName)
	c.text("name", d.Name, true, maxName)
	c.text("placeOfBirth", d.PlaceOfBirth, false, maxText)
	c.text("nationality", d.Nationality, false, maxText)
	c.text("street", d.Street, false, maxText)
	c.text("city", d.City, true, maxText)
	c.text("remarks", d.Remarks, false, maxRemarks)
	c.birth(d)
	c.insz(d, t)
	d.City = c.place(d, t)
	d.Email = c.email(d)
	d.PhoneNumber = c.phone(d)
	return d, c.problems
}

// CheckConsents says what is missing in what somebody agreed to who is being
// registered, and which opt-ins they cannot have given.
func CheckConsents(c Consents, d Details, rules cardsystem.Rules, now time.Time) []Problem {
	age := period.Age(d.DateOfBirth, period.DayOf(now, period.Brussels()))
	var out checker
	if !c[TermsOnPaper] && !c[TermsDigitally] {
		out.add("consents", ErrTerms)
	}
	if age < rules.AdultAge && !c[Parental] {
		out.add("consents/"+Parental.Name(), ErrParental.With("age", rules.AdultAge))
	}
	return append(out.problems, CheckOptIns(c, d, rules, now)...)
}

// CheckOptIns says which opt-ins somebody cannot have given: too young for them,
// or nowhere to write to.
func CheckOptIns(c Consents, d Details, rules cardsystem.Rules, now time.Time) []Problem {
	age := period.Age(d.DateOfBirth, period.DayOf(now, period.Brussels()))
	var out checker
	for _, kind := range optIns {
		if !c[kind] {
			continue
		}
		field := "consents/" + kind.Name()
		switch {
		case age < rules.OptInAge:
			out.add(field, ErrTooYoung.With("age", rules.OptInAge))
		case kind == SMS && !mobile(d):
			out.add(field, ErrNoMobile)
		case kind != SMS && kind != Post && d.Email == "":
			out.add(field, ErrNoAddress)
		}
	}
	return out.problems
}

// Wrong is the first problem that forbids saving, as an error; nil when there is
// none.
func Wrong(problems []Problem) error {
	var bad []Problem
	for _, p := range problems {
		if !p.Warning {
			bad = append(bad, p)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return &DetailsError{bad}
}

// A DetailsError holds the problems that forbid saving.
type DetailsError struct{ Problems []Problem }

func (e *DetailsError) Error() string { return e.Unwrap().Error() }

// Unwrap is ErrDetails about the first of them.
func (e *DetailsError) Unwrap() error {
	return ErrDetails.With("field", e.Problems[0].Field).With("code", e.Problems[0].Fault.Code)
}

var names = map[Consent]string{
	TermsOnPaper: "legalTermsPaper", TermsDigitally: "legalTermsDigital", Parental: "parentalConsent",
	ServiceMails: "serviceMails", MilestoneMails: "milestoneMails", InfoMails: "infoMails", SMS: "sms", Post: "post",
}

// optIns are the consents to be written to, in the order of the public API.
var optIns = []Consent{ServiceMails, MilestoneMails, InfoMails, SMS, Post}

// Name is how both APIs spell the consent.
func (c Consent) Name() string { return names[c] }

// OptIns lists the consents to be written to.
func OptIns() []Consent { return slices.Clone(optIns) }

// ConsentKinds lists them all.
func ConsentKinds() []Consent {
	return append([]Consent{TermsOnPaper, TermsDigitally, Parental}, optIns...)
}

// checker gathers problems.
type checker struct {
	today    period.Day
	problems []Problem
}

func (c *checker) add(field string, f *fault.Error) {
	c.problems = append(c.problems, Problem{Field: field, Fault: f})
}

func (c *checker) warn(field string, f *fault.Error) {
	c.problems = append(c.problems, Problem{Field: field, Fault: f, Warning: true})
}

func (c *checker) text(field, value string, required bool, most int) {
	switch {
	case value == "":
		if required {
			c.add(field, ErrRequired)
		}
	case utf8.RuneCountInString(value) > most:
		c.add(field, ErrTooLong.With("max", most))
	case strings.ContainsFunc(value, forbidden), required && !strings.ContainsFunc(value, unicode.IsLetter):
		c.add(field, ErrCharacters)
	}
}

// forbidden are characters that no name, street or remark has.
func forbidden(r rune) bool {
	return unicode.IsControl(r) && r != '\n' || r == '<' || r == '>' || r == utf8.RuneError
}

func (c *checker) birth(d Details) {
	switch age := period.Age(d.DateOfBirth, c.today); {
	case d.DateOfBirth.IsZero():
		c.add("dateOfBirth", ErrRequired)
	case c.today.Before(d.DateOfBirth) || age > maxAge:
		c.add("dateOfBirth", ErrBirthDate)
	}
}

func (c *checker) insz(d Details, t Terms) {
	if d.INSZ.IsZero() {
		if t.Rules.INSZRequired && !t.WithoutINSZ && d.Country == Belgium {
			c.add("inszNumber", ErrINSZRequired)
		}
		return
	}
	// Corrections in the register leave old numbers behind: it is for the clerk
	// to look again.
	if !d.DateOfBirth.IsZero() && !d.INSZ.FitsBirth(d.DateOfBirth) {
		c.warn("inszNumber", ErrINSZBirth)
	}
	if d.Gender == Male && !d.INSZ.FitsGender(true) || d.Gender == Female && !d.INSZ.FitsGender(false) {
		c.warn("inszNumber", ErrINSZGender)
	}
}

func (c *checker) place(d Details, t Terms) string {
	region, err := language.ParseRegion(d.Country)
	if len(d.Country) != 2 || err != nil || !region.IsCountry() {
		c.add("country", ErrCountry)
		return d.City
	}
	if d.Country != Belgium {
		c.text("postalCode", d.PostalCode, false, 16)
		return d.City
	}
	if d.PostalCode == "" {
		c.add("postalCode", ErrRequired)
		return d.City
	}
	if d.City == "" {
		return ""
	}
	m, err := municipality.Resolve(d.PostalCode, d.City)
	if err == nil {
		return m.Name
	}
	known := false
	for _, city := range t.Cities {
		if city.PostalCode != d.PostalCode {
			continue
		}
		if known = true; strings.EqualFold(city.Name, d.City) {
			return city.Name
		}
	}
	if errors.Is(err, municipality.ErrPostalCode) && !known {
		c.add("postalCode", municipality.ErrPostalCode)
	} else {
		c.add("city", municipality.ErrCity.With("postalCode", d.PostalCode))
	}
	return d.City
}

func (c *checker) email(d Details) string {
	if d.Email == "" {
		if !d.NoEmail {
			c.warn("email", ErrNoEmail)
		}
		return ""
	}
	if err := mail.Address(d.Email); err != nil {
		c.add("email", mail.ErrAddress)
		return d.Email
	}
	local, domain, _ := strings.Cut(d.Email, "@")
	if _, err := idna.Lookup.ToASCII(domain); err != nil {
		c.add("email", mail.ErrAddress)
		return d.Email
	}
	return local + "@" + strings.ToLower(domain)
}

// phone returns the number as E.164 where it is one.
func (c *checker) phone(d Details) string {
	if d.PhoneNumber == "" {
		return ""
	}
	n, ok := parsePhone(d)
	if !ok {
		c.add("phoneNumber", ErrPhone)
		return d.PhoneNumber
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

func parsePhone(d Details) (*phonenumbers.PhoneNumber, bool) {
	n, err := phonenumbers.Parse(d.PhoneNumber, strings.ToUpper(d.Country))
	return n, err == nil && phonenumbers.IsValidNumber(n)
}

// Phone spells a telephone number as people are kept with one, taken for a
// Belgian one unless it says otherwise; what cannot be one stays as it is.
func Phone(typed string) string {
	n, ok := parsePhone(Details{PhoneNumber: typed, Country: "BE"})
	if !ok {
		return typed
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// mobile tells whether somebody can get a text message.
func mobile(d Details) bool {
	n, ok := parsePhone(d)
	kind := phonenumbers.GetNumberType(n)
	return ok && (kind == phonenumbers.MOBILE || kind == phonenumbers.FIXED_LINE_OR_MOBILE)
}

// tidy takes away what nobody means: spaces at the ends and double ones.
func tidy(d Details) Details {
	for _, s := range []*string{
		&d.Name, &d.FirstName, &d.PlaceOfBirth, &d.Nationality, &d.Street, &d.PostalCode, &d.City, &d.Email, &d.PhoneNumber,
	} {
		*s = strings.Join(strings.Fields(*s), " ")
	}
	d.Remarks = strings.TrimSpace(d.Remarks)
	d.Country = strings.ToLower(strings.TrimSpace(d.Country))
	if d.Country == "" {
		d.Country = Belgium
	}
	if d.Language == "" {
		d.Language = Dutch
	}
	return d
}
