package bind_test

import (
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/web/bind"
)

var languages = []string{"nl", "fr", "de", "en"}

func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	var out map[string]string
	if _, err := toml.DecodeFile("messages/"+lang+".toml", &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryLanguageHasTheSameTextsWithTheSamePlaceholders(t *testing.T) {
	t.Parallel()
	placeholder := regexp.MustCompile(`\.[a-zA-Z]+(\.(Day|Date|Time))?`)
	used := func(text string) []string {
		var out []string
		for _, action := range regexp.MustCompile(`\{\{[^}]*\}\}`).FindAllString(text, -1) {
			out = append(out, placeholder.FindAllString(action, -1)...)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	dutch := catalogue(t, "nl")
	for _, lang := range languages[1:] {
		other := catalogue(t, lang)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(dutch)), slices.Sorted(maps.Keys(other))); diff != "" {
			t.Errorf("%s has other texts than nl (-nl +%s):\n%s", lang, lang, diff)
		}
		for code, text := range dutch {
			if diff := cmp.Diff(used(text), used(other[code])); diff != "" {
				t.Errorf("%s: %s has other placeholders:\n%s", lang, code, diff)
			}
		}
	}
}

// The codes are read from the source, so that no package is forgotten.
func TestEveryFaultOfTheBackEndHasAText(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}{{range .GoFiles}} {{.}}{{end}}", "../../...").Output()
	if err != nil {
		t.Fatal(err)
	}
	texts := catalogue(t, "nl")
	declaration := regexp.MustCompile(`fault\.New\([\w.]+, "([a-z0-9-]+)"\)`)
	found := 0
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		for _, file := range words[1:] {
			source, err := os.ReadFile(words[0] + "/" + file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range declaration.FindAllStringSubmatch(string(source), -1) {
				found++
				if texts[m[1]] == "" {
					t.Errorf("%s/%s declares %s, which has no text", words[0], file, m[1])
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("found only %d faults: is the pattern still right?", found)
	}
}

func TestMessageSpellsTimesAsPeopleDo(t *testing.T) {
	t.Parallel()
	// Summer time: Brussels is two hours ahead.
	opens := time.Date(2026, 7, 5, 12, 5, 0, 0, time.UTC)
	got, ok := bind.MessageOf("checkin-too-early", map[string]any{"opensAt": opens})
	want := bind.Message{
		NL: "Punten sparen kan hier vanaf zo 5 juli om 14.05 uur.",
		FR: "Vous pourrez enregistrer des points ici à partir du dim. 5 juillet à 14 h 05.",
		DE: "Punkte sammeln ist hier ab So., 5. Juli um 14.05 Uhr möglich.",
		EN: "Points can be saved here from Sun 5 July at 14:05.",
	}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("MessageOf: %v (-want +got)\n%s", ok, diff)
	}
}

func TestATimeOfTodayIsToldWithoutTheDay(t *testing.T) {
	t.Parallel()
	opens := time.Date(2026, 7, 5, 12, 5, 0, 0, time.UTC)
	got, ok := bind.MessageOf("checkin-too-early", map[string]any{"opensAt": opens, "today": true})
	want := bind.Message{
		NL: "Punten sparen kan hier vanaf 14.05 uur.",
		FR: "Vous pourrez enregistrer des points ici à partir de 14 h 05.",
		DE: "Punkte sammeln ist hier ab 14.05 Uhr möglich.",
		EN: "Points can be saved here from 14:05.",
	}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("MessageOf: %v (-want +got)\n%s", ok, diff)
	}
}

func TestMessageNamesTheYearOfADayThatMayBeOfAnother(t *testing.T) {
	t.Parallel()
	got, ok := bind.MessageOf("socialtariff-end-too-late", map[string]any{"latest": period.NewDay(2027, time.December, 31)})
	want := bind.Message{
		NL: "Kies een einddatum tot en met vr 31 december 2027.",
		FR: "Choisissez une date de fin jusqu’au ven. 31 décembre 2027 inclus.",
		DE: "Wählen Sie ein Enddatum bis einschließlich Fr., 31. Dezember 2027.",
		EN: "Choose an end date until Fri 31 December 2027.",
	}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("MessageOf: %v (-want +got)\n%s", ok, diff)
	}
}

func TestMessageCountsAndNamesPeriods(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]string{
		1: "Hier is al een punt gespaard. Dat kan 1 keer per week.",
		3: "Hier zijn al 3 punten gespaard. Dat kan 3 keer per week.",
	} {
		got, _ := bind.MessageOf("checkin-limit-reached", map[string]any{"limit": limit, "period": "WEEK"})
		if got.NL != want {
			t.Errorf("%d: got %q, want %q", limit, got.NL, want)
		}
	}
}

func TestACodeWithoutATextHasNoMessage(t *testing.T) {
	t.Parallel()
	if m, ok := bind.MessageOf("no-such-code", nil); ok {
		t.Errorf("MessageOf = %v", m)
	}
}

// Quotes, apostrophes and the spaces of French are those of a printed page.
func TestTextsAreSetAsInPrint(t *testing.T) {
	t.Parallel()
	misprints := map[string]*regexp.Regexp{
		"nl": regexp.MustCompile(`\pL'\pL|["“”„]`),
		"fr": regexp.MustCompile(`\pL'\pL|["“”„]| [:;!?»]|«[^\x{a0}]`),
		"de": regexp.MustCompile(`\pL'\pL|["«»”]`),
		"en": regexp.MustCompile(`\pL'\pL|["«»„]`),
	}
	for _, lang := range languages {
		for code, text := range catalogue(t, lang) {
			if found := misprints[lang].FindString(text); found != "" {
				t.Errorf("%s: %s has %q: %s", lang, code, found, text)
			}
		}
	}
}
