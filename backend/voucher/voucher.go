// Package voucher holds vouchers: codes that change what a pass costs. A
// voucher has a type, whose prefix tells people which action it belongs to. It
// is kept for fifteen minutes while somebody is being registered, spent with
// the registration, and given back when that is voided.
//
// How often a voucher may be used is one row: uses and holds together never
// pass its maximum, which a CHECK repeats.
package voucher

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
)

// The refusals. A clerk needs to tell them apart: a typing mistake, a code that
// somebody used before, one that works on another day or elsewhere, and one that
// a colleague has before her at this moment.
var (
	ErrUnknown   = fault.New(fault.Missing, "voucher-unknown")
	ErrUsed      = fault.New(fault.Conflict, "voucher-used")
	ErrTooEarly  = fault.New(fault.Conflict, "voucher-not-yet-valid")
	ErrExpired   = fault.New(fault.Conflict, "voucher-expired")
	ErrWithdrawn = fault.New(fault.Conflict, "voucher-withdrawn")
	ErrElsewhere = fault.New(fault.Conflict, "voucher-of-other-card-system")
	ErrReserved  = fault.New(fault.Conflict, "voucher-reserved")
)

// The mistakes of whoever manages vouchers.
var (
	ErrTypeUnknown = fault.New(fault.Missing, "voucher-type-unknown")
	ErrTypeInvalid = fault.New(fault.Invalid, "voucher-type-invalid")
	ErrTypeChanged = fault.New(fault.Conflict, "voucher-type-changed") // somebody else saved meanwhile
	ErrPrefixTaken = fault.New(fault.Conflict, "voucher-prefix-taken")
	ErrBatchSize   = fault.New(fault.Invalid, "voucher-batch-size")
	ErrNumber      = fault.New(fault.Invalid, "voucher-number-invalid")
	ErrPrefixWrong = fault.New(fault.Invalid, "voucher-prefix-wrong")
	ErrNumberTaken = fault.New(fault.Conflict, "voucher-number-taken")
)

// HoldTime is how long a voucher is kept for a registration under way.
const HoldTime = 15 * time.Minute

// MaxBatch is how many vouchers can be made in one go.
const MaxBatch = 50_000

// What changes leave in the audit log.
const (
	actionTypeSaved = "voucher.type-saved"
	actionMade      = "voucher.made"
	actionWithdrawn = "voucher.withdrawn"
)

// A Type is an action that gives vouchers: «free pass for new residents».
type Type struct {
	ID           uuid.UUID
	CardSystemID int
	Name         string
	Prefix       string       // how its numbers begin: "200"
	Valid        period.Range // the days on which they work
	MaxUses      int          // of each voucher
	Closed       bool         // no new ones, and the old ones stop working
	Made, Used   int          // vouchers of it, and uses of those; only in lists
	Version      int
}

// A Voucher is one code.
type Voucher struct {
	Number    string
	TypeID    uuid.UUID
	MaxUses   int
	Used      int
	Held      int
	Withdrawn bool
	CreatedAt time.Time
}

// A Hold keeps a voucher for whoever is registering somebody.
type Hold struct {
	ID        uuid.UUID
	Number    string
	Type      Type
	ExpiresAt time.Time
}

// A Refused is a line of an import that was not taken, and why.
type Refused struct {
	Line int
	Err  *fault.Error
}
