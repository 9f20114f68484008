package passholder_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
)

// ann has nothing wrong with her.
func ann() passholder.Details {
	return passholder.Details{
		FirstName: "Ann", Name: "Peeters", DateOfBirth: period.NewDay(1983, 3, 2), PlaceOfBirth: "Gent", Gender: passholder.Male,
		Nationality: "Belg", INSZ: parsed("83030201540"), Street: "Markt 1", PostalCode: "9000", City: "Gent", Country: "be",
		Email: "ann@openbalie.example", PhoneNumber: "+32470000000", Language: passholder.Dutch,
	}
}

func parsed(s string) secret.NationalNumber {
	n, err := secret.ParseNationalNumber(s)
	if err != nil {
		panic(err)
	}
	return n
}

// said writes problems as a clerk would read them off: field code, with ~ for a
// warning.
func said(problems []passholder.Problem) []string {
	out := []string{}
	for _, p := range problems {
		mark := ""
		if p.Warning {
			mark = "~"
		}
		out = append(out, mark+p.Field+" "+p.Fault.Code)
	}
	return out
}

func TestWhatIsWrongWithAPerson(t *testing.T) {
	t.Parallel()
	terms := passholder.Terms{Rules: cardsystem.DefaultRules(), Cities: []cardsystem.City{{PostalCode: "9395", Name: "Denderrode"}}}
	for name, tt := range map[string]struct {
		change func(*passholder.Details)
		want   []string
	}{
		"nothing":                     {func(*passholder.Details) {}, nil},
		"no names":                    {func(d *passholder.Details) { d.FirstName, d.Name = " ", "" }, []string{"firstName value-required", "name value-required"}},
		"a name of digits":            {func(d *passholder.Details) { d.Name = "123" }, []string{"name value-characters"}},
		"a name with a tag":           {func(d *passholder.Details) { d.Name = "<b>Peeters" }, []string{"name value-characters"}},
		"a very long name":            {func(d *passholder.Details) { d.Name = strings.Repeat("a", 101) }, []string{"name value-too-long"}},
		"accents, quotes and hyphens": {func(d *passholder.Details) { d.Name = "D'Hondt-Çelik Øster" }, nil},
		"no birth date": {func(d *passholder.Details) {
			d.DateOfBirth, d.INSZ = period.Day{}, secret.NationalNumber{}
			d.Country = "fr"
		}, []string{"dateOfBirth value-required"}},
		"born tomorrow":          {func(d *passholder.Details) { d.DateOfBirth = period.NewDay(2026, 11, 23) }, []string{"dateOfBirth date-of-birth-invalid", "~inszNumber insz-not-date-of-birth"}},
		"born two centuries ago": {func(d *passholder.Details) { d.DateOfBirth = period.NewDay(1800, 1, 1) }, []string{"dateOfBirth date-of-birth-invalid", "~inszNumber insz-not-date-of-birth"}},
		"no national number":     {func(d *passholder.Details) { d.INSZ = secret.NationalNumber{} }, []string{"inszNumber insz-required"}},
		"no national number, abroad": {func(d *passholder.Details) {
			d.INSZ, d.Country, d.PostalCode, d.City = secret.NationalNumber{}, "FR", "59000", "Lille"
		}, nil},
		"a number of another birth date":    {func(d *passholder.Details) { d.DateOfBirth = period.NewDay(1984, 3, 2) }, []string{"~inszNumber insz-not-date-of-birth"}},
		"a number of another gender":        {func(d *passholder.Details) { d.Gender = passholder.Female }, []string{"~inszNumber insz-not-gender"}},
		"gender X fits every number":        {func(d *passholder.Details) { d.Gender = passholder.X }, nil},
		"a postal code that is none":        {func(d *passholder.Details) { d.PostalCode = "9999" }, []string{"postalCode invalid-postal-code"}},
		"a city of another postal code":     {func(d *passholder.Details) { d.City = "Aalst" }, []string{"city invalid-city"}},
		"a village that became part":        {func(d *passholder.Details) { d.PostalCode, d.City = "9030", "MARIAKERKE" }, nil},
		"a place that a card system has":    {func(d *passholder.Details) { d.PostalCode, d.City = "9395", "denderrode" }, nil},
		"no postal code":                    {func(d *passholder.Details) { d.PostalCode = "" }, []string{"postalCode value-required"}},
		"a country that is none":            {func(d *passholder.Details) { d.Country = "zz" }, []string{"country country-unknown"}},
		"no e-mail address":                 {func(d *passholder.Details) { d.Email = "" }, []string{"~email email-none"}},
		"no e-mail address, and said so":    {func(d *passholder.Details) { d.Email, d.NoEmail = "", true }, nil},
		"an e-mail address without a place": {func(d *passholder.Details) { d.Email = "ann@" }, []string{"email email-invalid"}},
		"an e-mail address with a name":     {func(d *passholder.Details) { d.Email = "Ann <ann@openbalie.example>" }, []string{"email email-invalid"}},
		"an e-mail address in its own land": {func(d *passholder.Details) { d.Email = "ann@bücher.example" }, nil},
		"an e-mail address of no machine":   {func(d *passholder.Details) { d.Email = "ann@open_balie.example" }, []string{"email email-invalid"}},
		"a name with a bell in it":          {func(d *passholder.Details) { d.Name = "Peeters\a" }, []string{"name value-characters"}},
		"a name with half a letter":         {func(d *passholder.Details) { d.Name = "Peeters\xc3" }, []string{"name value-characters"}},
		"a street with an arrow":            {func(d *passholder.Details) { d.Street = "Markt > 1" }, []string{"street value-characters"}},
		"remarks on two lines":              {func(d *passholder.Details) { d.Remarks = "Belt liever.\nNa vijf uur." }, nil},
		"a number and no birth date":        {func(d *passholder.Details) { d.DateOfBirth = period.Day{} }, []string{"dateOfBirth value-required"}},
		"a country of three letters":        {func(d *passholder.Details) { d.Country = "bel" }, []string{"country country-unknown"}},
		"no city":                           {func(d *passholder.Details) { d.City = "" }, []string{"city value-required"}},
		"another place of a card system's":  {func(d *passholder.Details) { d.PostalCode, d.City = "9395", "Aalst" }, []string{"city invalid-city"}},
		"a phone number that is none":       {func(d *passholder.Details) { d.PhoneNumber = "12" }, []string{"phoneNumber phone-number-invalid"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := ann()
			tt.change(&d)
			_, problems := passholder.Check(d, terms, now)
			if tt.want == nil {
				tt.want = []string{}
			}
			if diff := cmp.Diff(tt.want, said(problems)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			wrong := false
			for _, p := range problems {
				wrong = wrong || !p.Warning
			}
			if (passholder.Wrong(problems) != nil) != wrong {
				t.Errorf("Wrong says %v", passholder.Wrong(problems))
			}
		})
	}
}

func TestDetailsAreKeptTidy(t *testing.T) {
	t.Parallel()
	d := ann()
	d.FirstName, d.Street, d.City, d.Country, d.Email, d.PhoneNumber = "  Ann  Marie ", " Markt   1 ", "GENT", "BE", "ann@OpenBalie.EXAMPLE", "0470/00.00.00"
	d.Language = ""
	got, problems := passholder.Check(d, passholder.Terms{Rules: cardsystem.DefaultRules()}, now)
	if len(problems) > 0 {
		t.Errorf("problems %v", said(problems))
	}
	kept := fmt.Sprint(got.FirstName, "|", got.Street, "|", got.City, "|", got.Country, "|", got.Email, "|", got.PhoneNumber, "|", got.Language)
	if want := "Ann Marie|Markt 1|Gent|be|ann@openbalie.example|+32470000000|nl"; kept != want {
		t.Errorf("kept %s, want %s", kept, want)
	}
}

func TestAPhoneNumberIsSpelledAsItIsKept(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"0470/00.00.00": "+32470000000", "+31 6 12345678": "+31612345678", "Ann": "Ann", "12": "12", "": "",
	} {
		if got := passholder.Phone(typed); got != want {
			t.Errorf("%q is spelled %q, want %q", typed, got, want)
		}
	}
}

// The vectors of people born before and after 2000, with unknown dates, and of
// bis numbers.
func TestNationalNumbersBesideBirthDates(t *testing.T) {
	t.Parallel()
	for number, tt := range map[string]struct {
		born string
		man  bool
		fits string // both, birth, gender, none
	}{
		"93051822361": {"1993-05-18", true, "both"}, "93051722490": {"1993-05-17", false, "both"},
		"02020231402": {"2002-02-02", false, "both"}, "10010105762": {"2010-01-01", true, "both"},
		"83220331339": {"1983-02-03", true, "both"}, "83420331382": {"1983-02-03", true, "both"},
		"83000031372": {"1983-07-09", true, "both"}, "83020031386": {"1983-02-28", true, "both"}, "83200031318": {"1983-11-30", false, "both"},
	} {
		n, err := secret.ParseNationalNumber(number)
		if err != nil {
			t.Fatalf("%s: %v", number, err)
		}
		born, err := period.ParseDay(tt.born)
		if err != nil {
			t.Fatal(err)
		}
		birth, gender := n.FitsBirth(born), n.FitsGender(tt.man)
		got := map[[2]bool]string{{true, true}: "both", {true, false}: "birth", {false, true}: "gender", {false, false}: "none"}[[2]bool{birth, gender}]
		if got != tt.fits {
			t.Errorf("%s and %s: %s fits, want %s", number, tt.born, got, tt.fits)
		}
		year, month, day := born.Date()
		other := map[bool]int{true: year - 100, false: year + 100}[year >= 2000]
		if n.FitsBirth(period.NewDay(other, month, day)) {
			t.Errorf("%s fits %d too", number, other)
		}
	}
}

func TestWhoAgreedToWhat(t *testing.T) {
	t.Parallel()
	type c = passholder.Consents
	adult, boy, child := ann(), ann(), ann()
	boy.DateOfBirth, child.DateOfBirth = period.NewDay(2009, 6, 1), period.NewDay(2015, 6, 1)
	silent := ann()
	silent.Email, silent.PhoneNumber = "", "+3292210000"
	american := ann()
	american.PhoneNumber = "+12015550123" // mobile or not: nobody can tell
	for name, tt := range map[string]struct {
		who  passholder.Details
		said c
		want []string
	}{
		"an adult on paper":                    {adult, c{passholder.TermsOnPaper: true}, []string{}},
		"an adult digitally, and mails":        {adult, c{passholder.TermsDigitally: true, passholder.InfoMails: true, passholder.SMS: true}, []string{}},
		"nobody agreed":                        {adult, c{passholder.TermsOnPaper: false}, []string{"consents consent-terms"}},
		"somebody of 17 without a parent":      {boy, c{passholder.TermsOnPaper: true}, []string{"consents/parentalConsent consent-parental"}},
		"somebody of 17 with mails":            {boy, c{passholder.TermsOnPaper: true, passholder.Parental: true, passholder.ServiceMails: true}, []string{}},
		"somebody of 11 with mails":            {child, c{passholder.TermsOnPaper: true, passholder.Parental: true, passholder.ServiceMails: true, passholder.Post: true}, []string{"consents/serviceMails consent-too-young", "consents/post consent-too-young"}},
		"mails without an address":             {silent, c{passholder.TermsOnPaper: true, passholder.MilestoneMails: true}, []string{"consents/milestoneMails consent-no-email"}},
		"a message to an American number":      {american, c{passholder.TermsOnPaper: true, passholder.SMS: true}, []string{}},
		"a message to a telephone on the wall": {silent, c{passholder.TermsOnPaper: true, passholder.SMS: true, passholder.Post: true}, []string{"consents/sms consent-no-phone"}},
	} {
		if diff := cmp.Diff(tt.want, said(passholder.CheckConsents(tt.said, tt.who, cardsystem.DefaultRules(), now))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}
