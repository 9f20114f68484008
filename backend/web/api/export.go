package api

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
)

//go:embed export.html
var exportHTML string

//go:embed export.toml
var exportFile string

var (
	exportPage  = template.Must(template.New("export").Parse(exportHTML))
	exportWords = openExportWords()
)

// words are what a name or a value is called in each language.
type words map[string]map[string]string

// The words of the page; order has the names as they are read. They are part of
// the program: what does not read would not have passed a test.
type exportCatalogue struct {
	Name, Value words
	order       []string
}

func openExportWords() exportCatalogue {
	var out exportCatalogue
	meta, err := toml.Decode(exportFile, &out)
	if err != nil {
		panic(err)
	}
	for _, key := range meta.Keys() {
		if len(key) == 2 && key[0] == "name" {
			out.order = append(out.order, key[1])
		}
	}
	return out
}

// A line of the page: a photo, or a text.
type exportLine struct {
	Name, Text string
	Photo      template.URL
}

type exportPart struct {
	Title string
	Rows  [][]exportLine
}

// writeExport spells everything that is known about somebody for people to read.
func writeExport(to io.Writer, sections []profile.Section, lang string, now time.Time) error {
	page := struct {
		Lang, Title, At string
		Parts           []exportPart
	}{Lang: lang, Title: said("export-title", lang), At: minute(now)}
	for _, section := range sections {
		part := exportPart{Title: said("export-"+kebab(section.Name), lang)}
		for _, row := range section.Rows {
			part.Rows = append(part.Rows, exportLines(row, lang))
		}
		page.Parts = append(page.Parts, part)
	}
	return exportPage.Execute(to, page)
}

// exportLines are the lines of a row, in the order of the catalogue; what has no
// name there comes last and keeps its own, since nothing may be left out.
func exportLines(row map[string]any, lang string) []exportLine {
	var out []exportLine
	unnamed := func(name string) bool { return exportWords.Name[name] == nil }
	for _, name := range slices.Concat(exportWords.order, slices.DeleteFunc(slices.Sorted(maps.Keys(row)), func(name string) bool { return !unnamed(name) })) {
		value, ok := row[name]
		if !ok || value == "" || name == "mediaType" {
			continue
		}
		line := exportLine{Name: exportWords.Name[name][lang], Text: spell(name, value, lang)}
		if unnamed(name) {
			line.Name = name
		}
		if name == "content" { // our own column: base64 of a picture of a type that we let in
			line.Photo = template.URL(fmt.Sprintf("data:%v;base64,%v", row["mediaType"], value)) //nolint:gosec // see above
		}
		out = append(out, line)
	}
	return out
}

// codes are the names whose values are words of ours; others are anybody's own.
var codes = []string{
	"action", "cardType", "channel", "code", "from", "gender", "given", "kind", "noEmail", "payment", "reason", "source", "state", "status", "statusReason", "to",
}

// spell writes a value as people do: codes in words, days, moments and money as
// in Belgium, the rest as it is.
func spell(name string, value any, lang string) string {
	text := fmt.Sprint(value)
	if word, ok := exportWords.Value[text]; ok && slices.Contains(codes, name) {
		return word[lang]
	}
	if cents, ok := value.(float64); ok && name == "priceCents" {
		return "€ " + strings.Replace(money.Cents(cents).String(), ".", ",", 1)
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.Format("02/01/2006")
	}
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return minute(at)
	}
	return text
}

func minute(at time.Time) string { return at.In(period.Brussels()).Format("02/01/2006 15:04") }
