package municipality_test

import (
	"errors"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/municipality"
)

func TestAPlaceIsFoundHoweverItIsSpelled(t *testing.T) {
	t.Parallel()
	type place = municipality.Municipality
	for name, tt := range map[string]struct {
		code, city string
		want       place
		err        error
	}{
		"a municipality":                        {"9000", "Gent", place{"9000", "Gent", "Gent"}, nil},
		"in another language":                   {"9000", "gand", place{"9000", "Gand", "Gent"}, nil},
		"a village of it":                       {"9030", "Mariakerke", place{"9030", "Mariakerke", "Gent"}, nil},
		"the municipality, by a village's code": {"9030", "Gent", place{"9030", "Gent", "Gent"}, nil},
		"in capitals, without hyphens":          {"9040", "SINT AMANDSBERG", place{"9040", "Sint-Amandsberg", "Gent"}, nil},
		"with St. for Sint":                     {"9100", "St.-Niklaas", place{"9100", "Sint-Niklaas", "Sint-Niklaas"}, nil},
		"with St for Saint":                     {"1060", "St-Gilles", place{"1060", "Saint-Gilles", "Sint-Gillis"}, nil},
		"without accents":                       {"4000", "Liege", place{"4000", "Liège", "Liège"}, nil},
		"in German":                             {"4000", "Lüttich", place{"4000", "Lüttich", "Liège"}, nil},
		"with an apostrophe of another kind":    {"2970", "’s Gravenwezel", place{"2970", "'s-Gravenwezel", "Schilde"}, nil},
		"Brussels in French":                    {"1000", "Bruxelles", place{"1000", "Bruxelles", "Brussel"}, nil},
		"a part of Brussels":                    {"1020", "Laeken", place{"1020", "Laeken", "Brussel"}, nil},
		"a code of two municipalities":          {"1040", "Etterbeek", place{"1040", "Etterbeek", "Etterbeek"}, nil},
		"merged in 2025, by its old name":       {"9090", "Melle", place{"9090", "Melle", "Merelbeke-Melle"}, nil},
		"merged in 2025, by its new name":       {"9820", "Merelbeke-Melle", place{"9820", "Merelbeke-Melle", "Merelbeke-Melle"}, nil},
		"in the German-speaking part":           {"4780", "Saint-Vith", place{"4780", "Saint-Vith", "Sankt Vith"}, nil},
		"a place of another code":               {"9000", "Aalst", place{}, municipality.ErrCity},
		"a place that is not there":             {"9000", "Atlantis", place{}, municipality.ErrCity},
		"no place":                              {"9000", "", place{}, municipality.ErrCity},
		"a code of nowhere":                     {"9999", "Gent", place{}, municipality.ErrPostalCode},
		"abroad":                                {municipality.Abroad, "Lille", place{}, municipality.ErrPostalCode},
		"no code":                               {"", "Gent", place{}, municipality.ErrPostalCode},
		"a Dutch code":                          {"1012AB", "Amsterdam", place{}, municipality.ErrPostalCode},
	} {
		got, err := municipality.Resolve(tt.code, tt.city)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestThePlacesOfACode(t *testing.T) {
	t.Parallel()
	got, err := municipality.Of("9050")
	want := []municipality.Municipality{{PostalCode: "9050", Name: "Gentbrugge", Main: "Gent"}, {PostalCode: "9050", Name: "Ledeberg", Main: "Gent"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	got, err = municipality.Of("2560")
	if err != nil || got[0].Name != "Nijlen" || len(got) != 3 {
		t.Errorf("the municipality is not first: %v, %v", got, err)
	}
	if _, err := municipality.Of("0000"); !errors.Is(err, municipality.ErrPostalCode) {
		t.Errorf("abroad: %v", err)
	}
}

func TestPlacesAreFoundAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	for prefix, first := range map[string]string{
		"gent": "Gent", "GENTB": "Gentbrugge", "sint-amandsb": "Sint-Amandsberg", "9031": "Drongen", "brux": "Bruxelles", "st-nik": "Sint-Niklaas",
	} {
		got := municipality.Search(prefix)
		if len(got) == 0 || got[0].Name != first {
			t.Errorf("%q finds %v", prefix, got)
		}
	}
	if got := municipality.Search("s"); len(got) != 20 || got[0].Name != got[0].Main {
		t.Errorf("one letter finds %d, first %v", len(got), got[0])
	}
	for _, nothing := range []string{"", " ", "-", "xyzzy"} {
		if got := municipality.Search(nothing); len(got) != 0 {
			t.Errorf("%q finds %v", nothing, got)
		}
	}
}

// The list names every municipality of 2025 and no place twice.
func TestTheListIsWhole(t *testing.T) {
	t.Parallel()
	mains, codes := map[string]bool{}, 0
	name := regexp.MustCompile(`^['A-ZÀ-Ý][^=:;,*]*[^ =:;,*]$`)
	for n := 1000; n < 10_000; n++ {
		code := digits(n)
		places, err := municipality.Of(code)
		if err != nil {
			continue
		}
		codes++
		seen := map[string]bool{}
		for _, p := range places {
			mains[p.Main] = true
			if seen[p.Name+"/"+p.Main] || !name.MatchString(p.Name) || p.PostalCode != code {
				t.Errorf("%s: %+v", code, p)
			}
			seen[p.Name+"/"+p.Main] = true
			if got, err := municipality.Resolve(code, p.Name); err != nil || got.Name != p.Name {
				t.Errorf("%s %s resolves to %+v, %v", code, p.Name, got, err)
			}
			if got, err := municipality.Resolve(code, p.Main); err != nil || got.PostalCode != code {
				t.Errorf("%s %s resolves to %+v, %v", code, p.Main, got, err)
			}
		}
	}
	if len(mains) != 565 || codes < 1140 {
		t.Errorf("%d municipalities with %d postal codes", len(mains), codes)
	}
}

func digits(n int) string {
	return string([]byte{byte('0' + n/1000), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)})
}

func BenchmarkResolve(b *testing.B) {
	for b.Loop() {
		if _, err := municipality.Resolve("9042", "Sint-Kruis-Winkel"); err != nil {
			b.Fatal(err)
		}
	}
}
