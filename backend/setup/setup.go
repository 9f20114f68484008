// Package setup makes what a deployment begins with, from a file that its host
// writes: card systems, organizers with their counters, and activities. What is
// there already stays as it is, so a longer file may be given again.
package setup

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/period"
)

// ErrFile says that the file is not one of ours; the text says where.
var ErrFile = errors.New("setup file")

// Plan is what a file asks for.
type Plan struct {
	CardSystems []cardsystem.System
	Organizers  []organizer.Organizer // without ledger accounts
	Activities  []activity.Activity   // without a margin and card systems: those of their organizer
}

// margin is how long before and after a new card system's activities a point
// may be saved, when the file does not say.
const margin = 5 * time.Hour

type file struct {
	CardSystem []struct {
		ID               int
		Name             string
		TimeZone         string `toml:"timeZone"`
		PrimaryColor     string `toml:"primaryColor"`
		SecondaryColor   string `toml:"secondaryColor"`
		Website          string
		ContactEmail     string `toml:"contactEmail"`
		Permanent        bool
		SocialTariffInfo string `toml:"socialTariffInfo"`
		Cities           []struct {
			PostalCode   string `toml:"postalCode"`
			Name         string
			ContactEmail string `toml:"contactEmail"`
		}
	} `toml:"cardsystem"`
	Organizer []struct {
		ID, Name, City string
		School         bool
		CardSystems    []int `toml:"cardsystems"`
	} `toml:"organizer"`
	Activity []struct {
		ID, Organizer, Title, Location, Description string
		Points                                      *int       // one, when it is not given
		TimeZone                                    string     `toml:"timeZone"`
		Times                                       []moment   // at moments
		From, Until                                 period.Day // over days; with neither and no moments: always
		Opening                                     []opening
		Limit                                       struct {
			Volume int
			Period period.Period
		}
	} `toml:"activity"`
}

type moment struct{ Begin, End time.Time }

type opening struct {
	Weekdays      []int // 1 Monday … 7 Sunday
	Opens, Closes activity.Clock
}

const zone = "Europe/Brussels"

// Read reads a file. A word in it that means nothing is ErrFile, so that no typing
// error goes unseen.
func Read(text string) (Plan, error) {
	var f file
	meta, err := toml.Decode(text, &f)
	if err != nil {
		return Plan{}, fmt.Errorf("%w: %w", ErrFile, err)
	}
	if words := meta.Undecoded(); len(words) > 0 {
		return Plan{}, fmt.Errorf("%w: there is no %q", ErrFile, words[0].String())
	}
	return f.plan(), nil
}

func (f file) plan() Plan {
	var p Plan
	for _, s := range f.CardSystem {
		system := cardsystem.System{
			ID: s.ID, Name: s.Name, PrimaryColor: s.PrimaryColor, SecondaryColor: s.SecondaryColor, Website: s.Website,
			ContactEmail: s.ContactEmail, TimeZone: cmp.Or(s.TimeZone, zone), Permanent: s.Permanent,
			SocialTariffInfo: s.SocialTariffInfo, CheckinMargin: margin, Rules: cardsystem.DefaultRules(),
		}
		for _, c := range s.Cities {
			system.Cities = append(system.Cities, cardsystem.City{PostalCode: c.PostalCode, Name: c.Name, ContactEmail: c.ContactEmail})
		}
		p.CardSystems = append(p.CardSystems, system)
	}
	for _, o := range f.Organizer {
		p.Organizers = append(p.Organizers, organizer.Organizer{ID: o.ID, Name: o.Name, City: o.City, School: o.School, CardSystemIDs: o.CardSystems})
	}
	for _, a := range f.Activity {
		it := activity.Activity{
			ID: a.ID, OrganizerID: a.Organizer, Title: a.Title, Location: a.Location, Description: a.Description,
			TimeZone: cmp.Or(a.TimeZone, zone), Points: 1, Limit: activity.Limit{Volume: a.Limit.Volume, Period: a.Limit.Period},
			CalendarType: kind(len(a.Times), a.From, a.Until), Calendar: activity.Calendar{From: a.From, Until: a.Until},
		}
		if a.Points != nil {
			it.Points = *a.Points
		}
		for _, t := range a.Times {
			it.Calendar.Times = append(it.Calendar.Times, activity.Time(t))
		}
		for _, o := range a.Opening {
			for _, day := range o.Weekdays {
				it.Calendar.Opening = append(it.Calendar.Opening, activity.Opening{Weekday: day, Opens: o.Opens, Closes: o.Closes})
			}
		}
		p.Activities = append(p.Activities, it)
	}
	return p
}

// kind tells how an activity repeats from what is said of its time.
func kind(times int, from, until period.Day) activity.CalendarType {
	switch {
	case times == 1:
		return activity.Single
	case times > 1:
		return activity.Multiple
	case !from.IsZero() || !until.IsZero():
		return activity.Periodic
	default:
		return activity.Permanent
	}
}
