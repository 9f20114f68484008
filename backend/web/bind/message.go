package bind

import (
	"embed"
	"fmt"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/openbalie/openbalie/backend/period"
)

//go:embed messages/*.toml
var messageFiles embed.FS

//go:embed calendar.toml
var calendarFile string

// A Message is one text in the four languages.
type Message struct {
	NL string `json:"nl"`
	FR string `json:"fr"`
	DE string `json:"de"`
	EN string `json:"en"`
}

// The catalogue and the calendars are part of the program: what does not read
// would not have passed a test.
var (
	calendars = openCalendars()
	catalogue = openCatalogue()
)

func openCalendars() map[string]calendar {
	var out map[string]calendar
	if _, err := toml.Decode(calendarFile, &out); err != nil {
		panic(err)
	}
	return out
}

func openCatalogue() map[string]*i18n.Localizer {
	bundle := i18n.NewBundle(language.Dutch)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	out := map[string]*i18n.Localizer{}
	for lang := range calendars {
		if _, err := bundle.LoadMessageFileFS(messageFiles, "messages/"+lang+".toml"); err != nil {
			panic(err)
		}
		out[lang] = i18n.NewLocalizer(bundle, lang)
	}
	return out
}

// MessageOf is what a code with its numbers means to people. It reports false
// for a code that is for programs only.
func MessageOf(code string, args map[string]any) (Message, bool) {
	var m Message
	for lang, into := range map[string]*string{"nl": &m.NL, "fr": &m.FR, "de": &m.DE, "en": &m.EN} {
		text, err := catalogue[lang].Localize(&i18n.LocalizeConfig{MessageID: code, TemplateData: readable(lang, args)})
		if err != nil {
			return Message{}, false
		}
		*into = text
	}
	return m, true
}

// readable spells days, times and periods as people do.
func readable(lang string, args map[string]any) map[string]any {
	out := make(map[string]any, len(args))
	for k, v := range args {
		switch v := v.(type) {
		case time.Time:
			out[k] = moment{calendars[lang], v.In(period.Brussels())}
		case *time.Time:
			if v != nil {
				out[k] = moment{calendars[lang], v.In(period.Brussels())}
			}
		case period.Day:
			out[k] = moment{calendars[lang], v.Begin(period.Brussels())}
		case string:
			out[k] = v
			if k == "period" {
				out[k] = calendars[lang].Periods[v]
			}
		default:
			out[k] = v
		}
	}
	return out
}

// A moment is an instant in a language: {{.opensAt.Day}}, {{.opensAt.Time}}.
type moment struct {
	calendar calendar
	at       time.Time
}

// Day is «zo 22 november».
func (m moment) Day() string {
	weekday, month := m.calendar.Weekdays[m.at.Weekday()], m.calendar.Months[m.at.Month()-1]
	return fmt.Sprintf(m.calendar.DayFormat, weekday, m.at.Day(), month)
}

// Date is «zo 22 november 2026», for days that may be of another year.
func (m moment) Date() string { return fmt.Sprintf("%s %d", m.Day(), m.at.Year()) }

// Time is «14.30 uur».
func (m moment) Time() string {
	return fmt.Sprintf(m.calendar.TimeFormat, m.at.Hour(), m.at.Minute())
}

// A calendar is how a language speaks of time.
type calendar struct {
	Weekdays   []string          `toml:"weekdays"`
	Months     []string          `toml:"months"`
	DayFormat  string            `toml:"day"`
	TimeFormat string            `toml:"time"`
	Periods    map[string]string `toml:"periods"`
}
