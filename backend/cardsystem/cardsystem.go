// Package cardsystem holds the regions that issue cards, with their settings:
// cities, colours, time zone, what a registration asks, how long a social
// tariff runs and still works after its end, how early and late a point may be
// saved, and where the numbers of digital cards come from.
package cardsystem

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/fault"
)

// The refusals.
var (
	ErrUnknown      = fault.New(fault.Missing, "card-system-unknown")
	ErrChanged      = fault.New(fault.Conflict, "card-system-changed") // somebody else saved meanwhile
	ErrInvalid      = fault.New(fault.Invalid, "card-system-invalid")  // With "field"
	ErrRangeInvalid = fault.New(fault.Invalid, "number-range-invalid")
	ErrRangeTaken   = fault.New(fault.Conflict, "number-range-taken")   // shares numbers with another
	ErrNoNumbers    = fault.New(fault.Conflict, "card-numbers-used-up") // no digital number is left
)

// What changes leave in the audit log.
const (
	ActionSaved      = "cardSystem.saved"
	ActionRangeAdded = "cardSystem.rangeAdded"
)

// A System is a region that issues cards. Its id is the public API's integer.
type System struct {
	ID                    int
	Name                  string
	PrimaryColor          string // #rrggbb
	SecondaryColor        string // #rrggbb, or empty
	LogoURL               string
	Website               string
	ContactEmail          string
	TimeZone              string // IANA name
	Permanent             bool   // memberships do not end by themselves
	SocialTariffInfo      string // what citizens are told about it
	SocialTariffGraceDays int    // days after its end in which a social tariff still works
	CheckinMargin         time.Duration
	Rules                 Rules // the zero Rules are DefaultRules
	Cities                []City
	Version               int // of what SaveSettings writes
}

// Rules are what a card system asks of registrations, families and stock.
type Rules struct {
	SocialTariffDefaultEnd MonthDay // last day of a newly granted right, in the next year
	SocialTariffMaximumEnd MonthDay // the latest that may be chosen, in the next year
	INSZRequired           bool     // of residents of Belgium
	AdultAge               int      // younger people need a parent's consent
	OptInAge               int      // younger people get no mail
	Cardless               Cardless // who may have a digital card
	FamilyMaxMembers       int
	FamilyMaxAdults        int
	LowStock               int // cards of a kind at a counter, below which it is warned
}

// Cardless is who may register without a card of plastic.
type Cardless string

// The kinds.
const (
	CardlessAll          Cardless = "ALL"
	CardlessRegular      Cardless = "REGULAR"      // without social tariff
	CardlessSocialTariff Cardless = "SOCIALTARIFF" // with one
	CardlessNone         Cardless = "NONE"
)

// A City belongs to a card system under a postal code.
type City struct {
	PostalCode     string
	Name           string
	ContactEmail   string
	RefusesDigital bool // registers nobody without a card of plastic
}

// A NumberRange is where numbers of digital cards come from: Prefix and a
// serial make the first eleven digits.
type NumberRange struct {
	ID           uuid.UUID
	CardSystemID int
	Prefix       string
	First        int64 // serials
	Next         int64 // Last + 1 when all are used
	Last         int64
}
