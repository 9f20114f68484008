package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
)

// Margin is how long after its moment an entry is sealed at the earliest. An
// entry's id is made on the clock of the machine that writes it, a moment
// before the row is written: the margin is for both, machines whose clocks
// differ and rows on their way. What takes longer than that is a transaction
// that wrote before and is still open; the horizon waits for those.
const Margin = 2 * time.Minute

// sealRows is the most that one batch holds.
const sealRows = 5000

// A Sealer seals entries.
type Sealer struct {
	DB     *db.DB
	Margin time.Duration
}

// Run seals what is old enough, batch after batch, each in a transaction of its
// own, and tells the last seal it made: a program that dies goes on where it
// was. Of several that run at the same time one works, and the others have
// nothing to do.
func (s Sealer) Run(ctx context.Context) (last Seal, err error) {
	for {
		next, ok, err := s.batch(ctx)
		if err != nil {
			return last, fmt.Errorf("seal audit: %w", err)
		}
		if !ok {
			return last, nil
		}
		last = next
	}
}

func (s Sealer) batch(ctx context.Context) (next Seal, ok bool, err error) {
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		next, ok = Seal{}, false
		mine, err := takeTurn(ctx, tx)
		if err != nil || !mine {
			return err
		}
		// The horizon before the rows: what commits in between is only seen
		// more completely.
		at, now, err := horizon(ctx, tx, s.Margin)
		if err != nil {
			return err
		}
		before, err := lastSeal(ctx, tx)
		if err != nil || compare(before.Until, floor(at)) >= 0 {
			return err
		}
		rows, err := rowsBetween(ctx, tx, before.Until, floor(at), sealRows+1)
		if err != nil {
			return err
		}
		until, in, some := batchEnd(before.Until, floor(at), rows, sealRows)
		if !some {
			return nil
		}
		next = Seal{
			Number: before.Number + 1, From: before.Until, Until: until, Count: len(in),
			Rows: hashRows(in), Previous: before.Hash, SealedAt: now.Truncate(time.Microsecond),
		}
		next.Hash, ok = next.sum(), true
		return addSeal(ctx, tx, next)
	})
	return next, ok, err
}

// A Report is what Verify saw.
type Report struct {
	Seals  int64
	Rows   int64
	Gone   []string // months whose partition was dropped, 202501: only their seals are left
	Last   Seal
	Faults []Fault
}

// verifySeals is how many seals are read at once.
const verifySeals = 500

// Verify reads all seals and all sealed rows again. It changes nothing, and
// what is written meanwhile does not disturb it.
func Verify(ctx context.Context, q db.Q) (Report, error) {
	var out Report
	months, err := partitions(ctx, q)
	if err != nil {
		return Report{}, fmt.Errorf("verify audit: %w", err)
	}
	for {
		seals, err := sealsAfter(ctx, q, out.Last.Number, verifySeals)
		if err != nil {
			return Report{}, fmt.Errorf("verify audit: %w", err)
		}
		for _, s := range seals {
			if kind := s.links(out.Last); kind != "" {
				out.Faults = append(out.Faults, Fault{Seal: s, Kind: kind})
			}
			if err := out.verifyRows(ctx, q, s, months); err != nil {
				return Report{}, fmt.Errorf("verify audit: %w", err)
			}
			out.Last = s
			out.Seals++
		}
		if len(seals) < verifySeals {
			return out, nil
		}
	}
}

func (r *Report) verifyRows(ctx context.Context, q db.Q, s Seal, months map[string]bool) error {
	if s.Count > 0 && !months[s.month()] {
		if n := len(r.Gone); n == 0 || r.Gone[n-1] != s.month() {
			r.Gone = append(r.Gone, s.month())
		}
		return nil
	}
	// A seal that was changed may say anything: never more than it could hold,
	// and enough to tell that there are more.
	rows, err := rowsBetween(ctx, q, s.From, s.Until, min(max(s.Count, 0), sealRows)+1)
	if err != nil {
		return err
	}
	r.Rows += int64(len(rows))
	if kind := s.holds(rows); kind != "" {
		n := len(rows)
		if kind == Added {
			if n, err = countBetween(ctx, q, s.From, s.Until); err != nil {
				return err
			}
		}
		r.Faults = append(r.Faults, Fault{Seal: s, Kind: kind, Counts: n})
	}
	return nil
}

// Has tells whether a seal with this hash is in the chain. A hash that somebody
// kept elsewhere finds a chain that was made anew, or cut short.
func Has(ctx context.Context, q db.Q, hash string) (bool, error) {
	var has bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM audit_seal WHERE encode(hash, 'hex') = lower($1))`, hash).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("find seal: %w", err)
	}
	return has, nil
}

// Unsealed is how old the oldest entry without a seal is; 0 without one.
func Unsealed(ctx context.Context, q db.Q) (time.Duration, error) {
	before, err := lastSeal(ctx, q)
	if err != nil {
		return 0, err
	}
	var id uuid.UUID
	var now time.Time
	rows, err := rowsBetween(ctx, q, before.Until, uuid.Max, 1)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	id = rows[0].ID
	if err := q.QueryRow(ctx, `SELECT now()`).Scan(&now); err != nil {
		return 0, fmt.Errorf("read the clock: %w", err)
	}
	return max(0, now.Sub(moment(id))), nil
}
