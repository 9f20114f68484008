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

// ErrReused says that the key already stands for another request.
var ErrReused = fault.New(fault.Conflict, "idempotency-key-reused")

// MaxKey is the longest key, in bytes.
const MaxKey = 255
