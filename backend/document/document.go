// Package document makes the papers that people take home, and reads and writes
// the tables that offices exchange: receipts and pass sheets as PDF, lists as
// XLSX and CSV. It knows no noun: callers say what stands on the paper.
//
// PDF from any Go library is poorly tagged for screen readers. What stands on a
// receipt can be read in the web app too, which is the accessible form.
package document

import (
	"embed"
	"fmt"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/money"
)

// The mistakes of whoever sends a table.
var (
	ErrFormat   = fault.New(fault.Invalid, "file-format-unknown")
	ErrTooLarge = fault.New(fault.Invalid, "file-too-large")
	ErrEmpty    = fault.New(fault.Invalid, "file-empty")
)

// A Language is one that papers can be in; any other is taken for Dutch.
type Language string

// A Receipt says what somebody paid, and for what.
type Receipt struct {
	Language Language
	Number   string // "2026-000123"
	At       time.Time
	Counter  string
	Region   string
	Color    string // #rrggbb, a band at the top
	Holder   string
	Pass     string // the number as printed on the card
	Lines    []Line
	Payment  Payment
	Voided   bool
}

// A Line is one thing that was sold.
type Line struct {
	Text  string
	Cents money.Cents
}

// Payment is how somebody paid.
type Payment string

// The ways to pay.
const (
	Cash     Payment = "CASH"
	Card     Payment = "CARD"
	Transfer Payment = "TRANSFER"
	None     Payment = "NONE"
)

// Total is what was paid.
func (r Receipt) Total() money.Cents {
	var sum money.Cents
	for _, l := range r.Lines {
		sum += l.Cents
	}
	return sum
}

// A PassSheet is a digital pass on paper: the number as people read it, as a
// barcode for the scanners of counters, and as a code for telephones.
type PassSheet struct {
	Language Language
	Region   string
	Color    string // #rrggbb
	Website  string
	Holder   string
	Pass     string // 13 digits
}

//go:embed texts/*.toml
var texts embed.FS

// words holds the fixed texts of papers.
var words = func() map[Language]*i18n.Localizer {
	bundle := i18n.NewBundle(language.Dutch)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	out := map[Language]*i18n.Localizer{}
	for _, l := range []Language{"nl", "fr", "de", "en"} {
		if _, err := bundle.LoadMessageFileFS(texts, "texts/"+string(l)+".toml"); err != nil {
			panic(err) // compiled in
		}
		out[l] = i18n.NewLocalizer(bundle, string(l))
	}
	return out
}()

// say returns a fixed text.
func (l Language) say(id string) string {
	localizer, ok := words[l]
	if !ok {
		localizer = words["nl"]
	}
	text, err := localizer.Localize(&i18n.LocalizeConfig{MessageID: id})
	if err != nil {
		panic(fmt.Sprintf("no text %q", id)) // compiled in, and tested
	}
	return text
}

// amount spells money as people of the language write it.
func (l Language) amount(c money.Cents) string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	if l == "en" {
		return fmt.Sprintf("€ %s%d.%02d", sign, c/100, c%100)
	}
	return fmt.Sprintf("€ %s%d,%02d", sign, c/100, c%100)
}
