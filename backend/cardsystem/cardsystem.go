// Package cardsystem holds the regions that issue cards, with their settings:
// cities, colour, time zone, how long a social tariff still works after its
// end, and how early and late a point may be saved.
package cardsystem

import (
	"time"

	"github.com/openbalie/openbalie/backend/fault"
)

// ErrUnknown says that there is no such card system.
var ErrUnknown = fault.New(fault.Missing, "card-system-unknown")

// A System is a region that issues cards. Its id is the public API's integer.
type System struct {
	ID                    int
	Name                  string
	PrimaryColor          string // #rrggbb
	Website               string
	ContactEmail          string
	TimeZone              string // IANA name
	Permanent             bool   // memberships do not end by themselves
	SocialTariffGraceDays int    // days after its end in which a social tariff still works
	CheckinMargin         time.Duration
	Cities                []City
}

// A City belongs to a card system under a postal code.
type City struct{ PostalCode, Name string }
