// Package price knows what a pass costs. Each card system has price lists that
// follow each other by date; a list has rows with conditions, of which the most
// precise one that fits counts. A list with a gap, a person for whom nothing
// would fit, is refused when it is saved, so that a counter never meets one.
//
// A voucher never lowers a price by itself: it opens the rows that name its
// type.
package price

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/period"
)

// The refusals.
var (
	ErrNone            = fault.New(fault.Conflict, "price-none")
	ErrVoucherNoEffect = fault.New(fault.Conflict, "voucher-no-effect")
	ErrListUnknown     = fault.New(fault.Missing, "price-list-unknown")
	ErrListStale       = fault.New(fault.Conflict, "price-list-changed")
	ErrListBegun       = fault.New(fault.Conflict, "price-list-begun")
	ErrListPast        = fault.New(fault.Invalid, "price-list-past")
	ErrListGap         = fault.New(fault.Invalid, "price-list-gap")
	ErrRowTwice        = fault.New(fault.Invalid, "price-row-twice")
	ErrRowInvalid      = fault.New(fault.Invalid, "price-row-invalid")
)

// What changes leave in the audit log.
const (
	actionSaved   = "price.list-saved"
	actionDeleted = "price.list-deleted"
)

// Reason is why a pass is sold, as the people who used the old software and the
// files they exchange spell it.
type Reason string

// The reasons.
const (
	FirstCard     Reason = "FIRST_CARD"           // somebody becomes a passholder
	CardUpgrade   Reason = "CARD_UPGRADE"         // joins a card system with the card of another
	ExtraCard     Reason = "EXTRA_CARD"           // joins a card system with a new card
	LossTheft     Reason = "LOSS_THEFT"           // replaces a lost or stolen card
	Defect        Reason = "DEFECT"               // replaces a card that no longer works
	TariffLost    Reason = "LOSS_KANSENSTATUUT"   // replaces a social-tariff card by an ordinary one
	TariffGranted Reason = "OBTAIN_KANSENSTATUUT" // replaces an ordinary card by a social-tariff one
)

// Reasons lists the reasons in the order of a price list.
func Reasons() []Reason {
	return []Reason{FirstCard, CardUpgrade, ExtraCard, LossTheft, Defect, TariffLost, TariffGranted}
}

// Conditions say for whom a row is. A nil condition holds for everybody.
type Conditions struct {
	Reason        *Reason
	AgeFrom       *int // full years, included
	AgeUntil      *int // full years, included
	SocialTariff  *bool
	CardType      *card.Type
	Resident      *bool
	VoucherTypeID *uuid.UUID
}

// A Row is one price of a list.
type Row struct {
	ID         uuid.UUID
	Conditions Conditions
	Cents      money.Cents
	Label      map[string]string // by language: "nl", "fr", "de", "en"; may be empty
}

// A List holds the prices of a card system for some days.
type List struct {
	ID           uuid.UUID
	CardSystemID int
	Name         string
	Valid        period.Range
	Rows         []Row
	CreatedAt    time.Time
	Version      int // of the list, for whoever changes it
}

// A Question is who wants what.
type Question struct {
	Reason        Reason
	Age           int
	SocialTariff  bool // has it after the sale
	CardType      card.Type
	Resident      bool      // lives in a city of the card system
	VoucherTypeID uuid.UUID // uuid.Nil: no voucher
}

// A Price is the answer: the row that counts, and with a voucher the one that
// would count without.
type Price struct {
	Row
	Without *Row
}

// A Cell is a part of a price list as people read it: those conditions cost
// that much. A cell without a row is a gap.
type Cell struct {
	Conditions Conditions
	Row        *Row
}
