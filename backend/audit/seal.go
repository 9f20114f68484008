package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"time"

	"github.com/google/uuid"
)

// A Hash is a SHA-256.
type Hash [sha256.Size]byte

// String is the hash in hexadecimal, as operators keep it.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// A Seal stands for the rows of one batch and for all batches before it.
//
// The canonical form, for who checks with a program of their own. Numbers are
// big-endian; a text is its length in bytes (4 bytes) and its UTF-8; an id is
// its 16 bytes; a moment is its microseconds since 1970 in UTC (8 bytes). A row
// is id, at, and then, as texts, actor_kind, actor_id, organizer_id, action,
// subject_kind, subject_id and detail as PostgreSQL prints a jsonb; a detail
// that is NULL is the length FFFFFFFF. Rows is the SHA-256 of all rows of the
// batch by ascending id. The seal's own hash is the SHA-256 of the text
// "openbalie audit seal 1", number (8 bytes), from, until, count (8 bytes), rows, previous
// and sealed_at. Previous is the hash of the seal before, of the first all zero.
type Seal struct {
	Number   int64
	From     uuid.UUID // the first id that may be in the batch
	Until    uuid.UUID // the first that may not
	Count    int
	Rows     Hash
	Previous Hash
	SealedAt time.Time
	Hash     Hash
}

const sealForm = "openbalie audit seal 1"

// sum is the seal's own hash.
func (s Seal) sum() Hash {
	h := sha256.New()
	text(h, sealForm)
	number(h, s.Number)
	h.Write(s.From[:])
	h.Write(s.Until[:])
	number(h, int64(s.Count))
	h.Write(s.Rows[:])
	h.Write(s.Previous[:])
	number(h, s.SealedAt.UnixMicro())
	return Hash(h.Sum(nil))
}

// hashRows is the hash of the rows of a batch, which are sorted by id.
func hashRows(rows []row) Hash {
	h := sha256.New()
	for _, r := range rows {
		h.Write(r.ID[:])
		number(h, r.At.UnixMicro())
		for _, field := range []string{r.ActorKind, r.ActorID, r.OrganizerID, r.Action, r.SubjectKind, r.SubjectID} {
			text(h, field)
		}
		if r.Detail == nil {
			h.Write([]byte{0xff, 0xff, 0xff, 0xff})
		} else {
			text(h, string(*r.Detail))
		}
	}
	return Hash(h.Sum(nil))
}

func text(h hash.Hash, s string) {
	var length [4]byte
	binary.BigEndian.PutUint32(length[:], uint32(len(s))) //nolint:gosec // a row is far smaller
	h.Write(length[:])
	h.Write([]byte(s))
}

func number(h hash.Hash, n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n)) //nolint:gosec // its bits
	h.Write(b[:])
}

// Kind says how a batch is broken.
type Kind string

// What Verify finds.
const (
	Changed  Kind = "changed"  // as many rows as were sealed, but not the same
	Missing  Kind = "missing"  // fewer rows
	Added    Kind = "added"    // more rows
	Forged   Kind = "forged"   // the seal is not what was written
	Unlinked Kind = "unlinked" // it does not continue the seal before it
)

// A Fault is one batch that is not as it was.
type Fault struct {
	Seal   Seal
	Kind   Kind
	Counts int // the rows there are now
}

// String says it in a line.
func (f Fault) String() string {
	batch := fmt.Sprintf("batch %d, ids %s to %s", f.Seal.Number, f.Seal.From, f.Seal.Until)
	switch f.Kind {
	case Forged:
		return batch + ": the seal itself was changed"
	case Unlinked:
		return batch + ": does not continue the batch before it: one was taken out, put in or changed"
	default:
		return fmt.Sprintf("%s: %s: %d rows were sealed, %d are there", batch, f.Kind, f.Seal.Count, f.Counts)
	}
}

// links tells what is wrong between a seal and the one before it; "" when all
// is well.
func (s Seal) links(before Seal) Kind {
	switch {
	case s.Number != before.Number+1 || s.From != before.Until || s.Previous != before.Hash:
		return Unlinked
	case s.Hash != s.sum():
		return Forged
	}
	return ""
}

// holds tells what is wrong with the rows of a seal; "" when all is well.
func (s Seal) holds(rows []row) Kind {
	switch {
	case len(rows) < s.Count:
		return Missing
	case len(rows) > s.Count:
		return Added
	case hashRows(rows) != s.Rows:
		return Changed
	}
	return ""
}

// floor is the smallest id of a moment, as uuid_floor of the database has it.
func floor(at time.Time) uuid.UUID {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(at.UnixMilli())<<16) //nolint:gosec // after 1970
	var id uuid.UUID
	copy(id[:6], b[:6])
	return id
}

// moment is when an id was made.
func moment(id uuid.UUID) time.Time {
	var b [8]byte
	copy(b[2:], id[:6])
	return time.UnixMilli(int64(binary.BigEndian.Uint64(b[:]))).UTC() //nolint:gosec // 48 bits
}

// monthEnd is the first id of the month after that of id.
func monthEnd(id uuid.UUID) uuid.UUID {
	at := moment(id)
	return floor(time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, time.UTC))
}

// month names the partition of a batch: that of its last possible id.
func (s Seal) month() string { return moment(s.Until).Add(-time.Millisecond).Format("200601") }

// batchEnd says how far a batch that begins at from goes, and which of the rows
// it holds. Rows are the first unsealed ones below the horizon, at most limit+1;
// more tells that the last of them is only the mark of where the batch ends.
// None: there is nothing to seal yet.
func batchEnd(from, horizon uuid.UUID, rows []row, limit int) (until uuid.UUID, in []row, ok bool) {
	start := from
	if from == uuid.Nil {
		if len(rows) == 0 {
			return uuid.Nil, nil, false
		}
		start = rows[0].ID
	}
	end := monthEnd(start)
	until = horizon
	if compare(end, until) < 0 {
		until = end
	}
	if len(rows) > limit && compare(rows[limit].ID, until) < 0 {
		until = rows[limit].ID
	}
	for _, r := range rows {
		if compare(r.ID, until) < 0 {
			in = append(in, r)
		}
	}
	// An empty batch only closes a month.
	return until, in, compare(from, until) < 0 && (len(in) > 0 || until == end)
}

func compare(a, b uuid.UUID) int {
	for i := range a {
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	return 0
}
