// Package registration gives passes to people: a first card, a membership of
// another card system, a card in the place of one that was lost. Each is one
// transaction and one decision: [Decide] looks at the card, the person, the
// rights and the price together and says everything that stands in the way, to
// the counter app while somebody types and to the one who saves.
//
// What was sold can be voided the same day by the same counter, with its payment
// and its voucher. Locks are taken in one order: vouchers by number, cards by
// id, the person, memberships, the counter's receipts.
package registration

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
)

// The refusals about the card.
var (
	ErrCardNeeded     = fault.New(fault.Invalid, "registration-card-needed")
	ErrCardTaken      = fault.New(fault.Conflict, "registration-card-taken")
	ErrCardNotHere    = fault.New(fault.Conflict, "registration-card-not-here") // in stock elsewhere, or on its way
	ErrCardOutOfUse   = fault.New(fault.Conflict, "registration-card-out-of-use")
	ErrCardSystem     = fault.New(fault.Conflict, "registration-card-other-system")
	ErrDigitalRefused = fault.New(fault.Conflict, "registration-digital-refused")
	ErrTariffCard     = fault.New(fault.Conflict, "registration-card-needs-socialtariff") // a social-tariff card for somebody without
	ErrTariffNoCard   = fault.New(fault.Conflict, "registration-socialtariff-needs-card") // an ordinary card for somebody with
)

// The refusals about the person.
var (
	ErrKnown        = fault.New(fault.Conflict, "registration-person-known") // With "passholderId"
	ErrDoubles      = fault.New(fault.Conflict, "registration-doubles")      // somebody alike is there; look first
	ErrResidence    = fault.New(fault.Conflict, "registration-socialtariff-residence")
	ErrEIDOther     = fault.New(fault.Conflict, "registration-eid-other-person")
	ErrMember       = fault.New(fault.Conflict, "registration-member-already")
	ErrNotMember    = fault.New(fault.Conflict, "registration-not-member")
	ErrNotTheirCard = fault.New(fault.Conflict, "registration-card-not-theirs")
	ErrNoCardAtAll  = fault.New(fault.Conflict, "registration-no-card-in-use") // to join with
	ErrDeceased     = fault.New(fault.Conflict, "registration-deceased")
)

// The refusals about the sale.
var (
	ErrPriceChanged   = fault.New(fault.Conflict, "registration-price-changed") // With "cents"
	ErrPaymentMissing = fault.New(fault.Invalid, "registration-payment-missing")
	ErrHouseholdSize  = fault.New(fault.Invalid, "registration-household-size")
	ErrRefused        = fault.New(fault.Conflict, "registration-refused") // see [RefusedError]
	ErrUnknown        = fault.New(fault.Missing, "registration-unknown")
	ErrVoided         = fault.New(fault.Conflict, "registration-voided")
	ErrVoidLate       = fault.New(fault.Conflict, "registration-void-late")
	ErrVoidElsewhere  = fault.New(fault.Denied, "registration-void-elsewhere")
	ErrVoidUsed       = fault.New(fault.Conflict, "registration-void-used") // something came after it
)

// MaxHousehold is how many people can be registered in one go.
const MaxHousehold = 12

// What is left in the audit log.
const (
	actionRegistered = "registration.registered"
	actionVoided     = "registration.voided"
	actionBlocked    = "registration.cardBlocked"
	actionUnblocked  = "registration.cardUnblocked"
	actionDeparted   = "registration.departed"
	actionReturned   = "registration.returned"
)

// What is told to whoever has work to do after a sale: mails, in the first place.
const (
	TypeRegistered = "registration.registered"
	TypeVoided     = "registration.voided"
)

// Payment is how somebody paid.
type Payment string

// The ways to pay.
const (
	Cash     Payment = "CASH"
	Card     Payment = "CARD"
	Transfer Payment = "TRANSFER"
	Nothing  Payment = "NONE"
)

// Channel is how a sale reached us.
type Channel string

// The channels.
const (
	AtCounter Channel = "COUNTER"
	ByAPI     Channel = "API"
	ByImport  Channel = "IMPORT"
)

// A Pass is the card that somebody gets: one from stock by its number, or a
// digital one that is made on the spot.
type Pass struct {
	CardSystemID int
	Type         card.Type
	Number       string  // of a card from stock, as typed or scanned
	Tariff       *Tariff // with a social tariff
}

// A Tariff asks for a social tariff.
type Tariff struct {
	Until  period.Day // last day; zero: the card system's default
	Ground string
	Note   string
}

// A Sale is how a pass is paid.
type Sale struct {
	Voucher  string
	HoldID   uuid.UUID // that keeps the voucher; uuid.Nil: none
	Payment  Payment
	Expected *money.Cents // the price that was shown; another one is refused
}

// A Request registers somebody new.
type Request struct {
	Pass
	Sale
	Details       passholder.Details
	Consents      passholder.Consents
	SchoolID      string
	Picture       *passholder.Picture
	Note          string    // for those with the right to read it only
	EIDReadID     uuid.UUID // an eID read that proves who it is, and brings the national number; uuid.Nil: none
	AcceptDoubles bool      // somebody has looked at those who are alike
	Channel       Channel
}

// A Problem is one thing that stands in the way, or that somebody should look
// at first.
type Problem struct {
	Field   string // of the request, as our own API spells it
	Fault   *fault.Error
	Warning bool
}

// A Decision says whether somebody may be registered so, everything that stands
// in the way, and what it costs.
type Decision struct {
	Allowed  bool
	Problems []Problem
	Quote    *price.Quote // nil: not known yet, which a problem explains
	Doubles  []passholder.Double
	Details  passholder.Details // as they would be kept
	AdultAge int                // younger people need a parent's consent
	OptInAge int                // younger people get no messages

	VoucherHeldUntil time.Time // zero: the voucher is not held, or there is none
}

// A RefusedError is a decision that went against somebody who wanted to save.
type RefusedError struct{ Decision Decision }

func (e *RefusedError) Error() string { return "refused: " + e.Unwrap().Error() }

// Unwrap is the first problem that forbids it.
func (e *RefusedError) Unwrap() error {
	for _, p := range e.Decision.Problems {
		if !p.Warning {
			return p.Fault
		}
	}
	return errors.New("refused without a reason")
}

// A Registration is what was sold.
type Registration struct {
	ID           uuid.UUID
	Reason       price.Reason
	PassholderID uuid.UUID
	CardSystemID int
	CardID       uuid.UUID // uuid.Nil: the card that was there serves
	Number       card.Number
	ReplacesID   uuid.UUID
	OrganizerID  string
	HouseholdID  uuid.UUID
	Cents        money.Cents
	Explanation  Explanation
	Voucher      string
	Payment      Payment
	Receipt      int64 // counts up per counter
	Channel      Channel
	At           time.Time
	VoidedAt     time.Time // zero: it stands
	Replayed     bool      `json:"-"` // the Idempotency-Key had done it before
}

// ReceiptNumber spells the receipt as it stands on paper: the year, and the count
// of the counter.
func (r Registration) ReceiptNumber() string {
	return fmt.Sprintf("%s-%06d", r.At.In(period.Brussels()).Format("2006"), r.Receipt)
}

// An Explanation is why a pass cost what it did, kept with the sale.
type Explanation struct {
	Label        map[string]string `json:"label,omitempty"` // of the line of the price list
	Age          int               `json:"age"`
	Resident     bool              `json:"resident"`
	SocialTariff bool              `json:"socialTariff"`
	CardType     card.Type         `json:"cardType"`
	VoucherName  string            `json:"voucherName,omitempty"`
	Without      *money.Cents      `json:"withoutVoucher,omitempty"`
}

// A DayTotal is what a counter sold on a day.
type DayTotal struct {
	Day    period.Day
	Totals map[Payment]money.Cents // of what was not voided
	Sales  []Registration          // newest first, voided ones too
}
