package card_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/secret"
)

func TestNumbersThatExist(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"0930000420206", "0930000422202", "0930000125607", "0930000208908", "0930000801207", "4567345678902", "0900004518206",
		"0934000049106", "0900000095902", "1000000520006", "0900000093204", "0900004518305", "0900000020405", "0900000191800", "0900000008301",
		"0999100000002", "09300 00420 206", "0930.0004.2020-6",
	} {
		if n, err := card.ParseNumber(s); err != nil || n.SocialTariffCard() {
			t.Errorf("%s: %v, social tariff %v", s, err, n.SocialTariffCard())
		}
	}
	for _, s := range []string{
		"0930000237915", "0987654321015", "4567345678910", "1256789944516", "1000000035419", "0934000004515", "1000000397215",
		"0900011354819", "0900000067513", "3330047460116", "0900000045410", "0900000031618", "0900010959113", "0900000002312",
		"0900000058918", "0900011902815", "0900011903417", "0900000074519", "0930012345615", "0900000036112",
	} {
		if n, err := card.ParseNumber(s); err != nil || !n.SocialTariffCard() {
			t.Errorf("%s: %v, social tariff %v", s, err, n.SocialTariffCard())
		}
	}
}

func TestNumbersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]string{
		"twelve digits":              "093000042020",
		"fourteen digits":            "09300004202066",
		"a letter":                   "09A3B00420206",
		"a wrong check digit":        "0930000237912",
		"another":                    "0930000422203",
		"and another":                "0987654321013",
		"marker 3":                   "0930000237931",
		"a made-up number":           "1234567891234",
		"one digit off":              "0900000031617",
		"the contract's placeholder": "0560002524314",
		"its second placeholder":     "0930002523422",
		"nothing":                    "",
		"digits of another script":   "٠٩٣٠٠٠٠٤٢٠٢٠٦",
	} {
		if n, err := card.ParseNumber(s); !errors.Is(err, card.ErrInvalidNumber) || n != "" {
			t.Errorf("%s: %q, %v", name, n, err)
		}
	}
}

func TestEveryBuiltNumberIsOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		social := rapid.Bool().Draw(t, "social")
		n, err := card.NewNumber(rapid.StringMatching(`[0-9]{11}`).Draw(t, "serial"), social)
		if err != nil || n.SocialTariffCard() != social {
			t.Fatalf("%s, %v", n, err)
		}
		// Any single wrong digit is noticed.
		i, d := rapid.IntRange(0, 12).Draw(t, "place"), rapid.IntRange(1, 9).Draw(t, "off")
		wrong := []byte(n)
		wrong[i] = '0' + (wrong[i]-'0'+byte(d))%10
		if _, err := card.ParseNumber(string(wrong)); err == nil {
			t.Fatalf("%s passes for %s", wrong, n)
		}
	})
}

func TestChipNumbers(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]card.Chip{
		"04784CDAEE3880": "04784CDAEE3880", "04784cdaee3880": "04784CDAEE3880", "04:78:4C:DA:EE:38:80": "04784CDAEE3880",
		"1A2B3C4D": "1A2B3C4D", "0102030405060708090A": "0102030405060708090A",
		"": "", "04784CDAEE388": "", "04784CDAEE38801": "", "04784CDAEE388G": "", "zz": "",
	} {
		if got, err := card.ParseChip(s); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	if got, ok := card.Chip("8038EEDA4C7804").Reversed(); !ok || got != "04784CDAEE3880" {
		t.Errorf("backwards: %s, %v", got, ok)
	}
	for _, c := range []card.Chip{"04784CDAEE3880", "1A2B3C04", "04784CDAEE3804", "11784CDAEE3880"} {
		if got, ok := c.Reversed(); ok {
			t.Errorf("%s was turned into %s", c, got)
		}
	}
}

func TestWhatAnIdentifierIsTakenFor(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]card.IdentifierKind{
		"0900000095902": card.AsNumber, "09000 00095 902": card.AsNumber, "0900000031617": card.AsNumber,
		"83.03.02-015.40": card.AsINSZ, "83030201540": card.AsINSZ, "83030201541": card.AsINSZ,
		"04784CDAEE3880": card.AsChip, "09300004202066": card.AsChip, "hello": "", "": "", "123456789012": "",
		"04784CDAEE388": "", "8303020154O": "",
	} {
		if got, _ := card.ParseIdentifier(s); got.Kind != want {
			t.Errorf("%q is taken for %q, want %q", s, got.Kind, want)
		}
	}
	for s, want := range map[string]error{
		"0900000031617": card.ErrInvalidNumber, "83030201541": secret.ErrInvalidNumber, "hello": card.ErrInvalidIdentifier,
		"04784CDAEE388": card.ErrInvalidIdentifier, "8303020154O": card.ErrInvalidIdentifier, // a letter O
	} {
		if _, err := card.ParseIdentifier(s); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", s, err, want)
		}
	}
}

func FuzzParseIdentifier(f *testing.F) {
	for _, s := range []string{"0900000095902", "83.03.02-015.40", "04784CDAEE3880", "8038EEDA4C7804"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := card.ParseIdentifier(s)
		if err == nil && id.Number == "" && id.Chip == "" && id.INSZ.IsZero() {
			t.Errorf("%q is an identifier of nothing", s)
		}
	})
}
