// Package outbox keeps what must happen after a commit: a noun writes a message
// in its own transaction, and the job runner claims it once nobody can still
// commit an earlier one. It runs nothing itself and owns no goroutine.
//
// Ids are handed out before commits, so a slow transaction may commit a low id
// after a fast one committed a high id. Claim therefore reads only below the
// horizon of running transactions: messages come out in the order of their
// ids, and none is skipped. The horizon is the whole server's, so a transaction
// that stays open holds messages back, in any of its databases.
package outbox

import (
	"time"

	"github.com/google/uuid"
)

// A Message is one thing that must happen after a commit.
type Message struct {
	ID          int64
	OrderingKey uuid.UUID // messages with one key are handled in order
	Type        string    // "passholder.registered"
	Payload     []byte    // JSON; ids only
	CreatedAt   time.Time
}
