// Package idempotency remembers what an Idempotency-Key did, so that a client
// that never saw the answer may ask again. The key is kept in the transaction
// that does the work: either both are there or neither is. A refusal keeps
// nothing, because nothing moved.
//
// The same key with another request is a mistake of the client: ErrReused. Two
// requests with one key at the same time meet at the primary key; the second
// waits and gets the first one's outcome.
package idempotency

import "github.com/openbalie/openbalie/backend/fault"

// The refusals.
var (
	ErrReused     = fault.New(fault.Conflict, "idempotency-key-reused") // it stands for another request
	ErrInvalidKey = fault.New(fault.Invalid, "idempotency-key-invalid")
)

// Constraint is the primary key that stops a hot path whose statement keeps its
// outcome by itself.
const Constraint = "idempotency_pkey"
