package bulk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/document"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/outbox"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// needs are the rights for a kind of work, all of them.
func (k Kind) needs() []rights.Permission {
	switch k {
	case Address:
		return []rights.Permission{rights.PassholdersBulk, rights.PassholdersUpdate}
	case Block:
		return []rights.Permission{rights.PassholdersBulk, rights.CardsBlock}
	case Renew:
		return []rights.Permission{rights.PassholdersBulk, rights.PassholdersWriteSocialTariff}
	case Enlist:
		return []rights.Permission{rights.PassholdersBulk, rights.Associations}
	case Export:
		return []rights.Permission{rights.PassholdersExport}
	case Import:
		return []rights.Permission{rights.PassholdersBulk, rights.PassholdersWrite, rights.CardsWrite}
	default:
		return nil
	}
}

// mayDo returns nil when by has all the rights for a kind of work, and works in
// the card system that it is about.
func mayDo(ctx context.Context, q db.Q, by who.Actor, k Kind, p Parameters) (organizer.Organizer, error) {
	for _, permission := range k.needs() {
		if err := rights.Check(ctx, q, by, permission, by.Counter); err != nil {
			return organizer.Organizer{}, err
		}
	}
	counter, err := organizer.ByID(ctx, q, by.Counter)
	if err != nil {
		return organizer.Organizer{}, err
	}
	if (k == Renew || k == Import) && !slices.Contains(counter.CardSystemIDs, p.CardSystemID) {
		return organizer.Organizer{}, cardsystem.ErrUnknown
	}
	return counter, nil
}

// Start takes an order. The work begins a moment later. Under the same
// Idempotency-Key the same order is taken once.
func (s *Service) Start(ctx context.Context, by who.Actor, key string, o Order) (Bulk, error) {
	if err := o.check(); err != nil {
		return Bulk{}, err
	}
	o.Parameters.FromFile = o.File != nil
	b := Bulk{
		ID: db.NewID(), Kind: o.Kind, OrganizerID: by.Counter, Actor: by.Key(), Purpose: o.Purpose, Parameters: o.Parameters,
		DryRun: o.DryRun, State: Ready, CreatedAt: s.Now(), by: by,
	}
	// Who may not is told so before a large file is read.
	if _, err := mayDo(ctx, s.DB, by, o.Kind, o.Parameters); err != nil {
		return Bulk{}, err
	}
	if o.Rehearsal != uuid.Nil {
		chosen, err := s.rehearsed(ctx, by, o)
		if err != nil {
			return Bulk{}, err
		}
		o.Passholders = chosen
	}
	rows, fingerprint, err := s.rows(b.ID, o)
	if err != nil {
		return Bulk{}, err
	}
	if b.Total = len(rows); b.Total == 0 {
		return Bulk{}, ErrNobody
	}
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if _, err := mayDo(ctx, tx, by, o.Kind, o.Parameters); err != nil {
			return err
		}
		var earlier uuid.UUID
		done, err := idempotency.Take(ctx, tx, by, key, fingerprint, &earlier)
		if err != nil {
			return err
		}
		if done {
			b, err = byID(ctx, tx, earlier)
			return err
		}
		if err := add(ctx, tx, b, rows); err != nil {
			return err
		}
		if err := outbox.Write(ctx, tx, b.ID, TypeStarted, map[string]uuid.UUID{"bulkId": b.ID}); err != nil {
			return err
		}
		if err := idempotency.Keep(ctx, tx, by, key, fingerprint, b.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, b.entry(actionStarted))
	})
	if err != nil {
		return Bulk{}, err
	}
	return byID(ctx, s.DB, b.ID)
}

func (b Bulk) entry(action string) audit.Entry {
	detail := map[string]any{"kind": b.Kind, "rows": b.Total, "dryRun": b.DryRun}
	if b.Purpose != "" {
		detail["purpose"] = b.Purpose
	}
	return audit.Entry{Action: action, SubjectKind: "bulk", SubjectID: b.ID.String(), Detail: detail}
}

// The longest texts of an order.
const (
	maxPurpose = 500
	maxText    = 120
)

// check says what an order lacks.
func (o Order) check() error {
	p := o.Parameters
	switch {
	case len(o.Kind.needs()) == 0:
		return ErrKind
	case o.sources() != 1, o.Kind == Import && o.File == nil:
		return ErrNobody
	case len(o.Passholders) > MaxSelection:
		return ErrTooMany.With("max", MaxSelection)
	case o.Kind == Export && o.Purpose == "":
		return ErrPurpose
	case len(o.Purpose) > maxPurpose:
		return ErrParameter.With("parameter", "purpose")
	case o.Kind == Block && !slices.Contains([]card.Reason{card.Lost, card.Stolen, card.Defect, card.Moved, card.Deceased, card.Misuse}, p.Reason):
		return ErrParameter.With("parameter", "reason")
	case o.Kind == Renew && len(p.Ground) > maxText:
		return ErrParameter.With("parameter", "ground")
	case o.Kind == Enlist && p.Association == uuid.Nil:
		return ErrParameter.With("parameter", "associationId")
	case o.Kind == Address && o.File == nil:
		return addressProblem(p.place())
	default:
		return nil
	}
}

// sources counts the ways in which the order says whom it is about.
func (o Order) sources() int {
	n := 0
	for _, says := range []bool{o.File != nil, len(o.Passholders) > 0, o.Rehearsal != uuid.Nil} {
		if says {
			n++
		}
	}
	return n
}

// rehearsed returns those for whom a dry run of the counter went well. What the
// rows of a file said was forgotten with it.
func (s *Service) rehearsed(ctx context.Context, by who.Actor, o Order) ([]uuid.UUID, error) {
	b, err := byID(ctx, s.DB, o.Rehearsal)
	switch {
	case err != nil:
		return nil, err
	case b.OrganizerID != by.Counter || !b.DryRun || b.Kind != o.Kind:
		return nil, ErrUnknown
	case b.State != Done:
		return nil, ErrUnfinished
	case b.Parameters.FromFile:
		return nil, ErrNobody
	}
	var out []uuid.UUID
	err = s.eachRows(ctx, b.ID, func(rows []Row) error {
		for _, r := range rows {
			if r.State == RowDone {
				out = append(out, r.SubjectID)
			}
		}
		return nil
	})
	return out, err
}

// rows reads the rows of an order, sealed, and a fingerprint of what was asked.
func (s *Service) rows(id uuid.UUID, o Order) ([]waiting, []byte, error) {
	asked, err := json.Marshal(struct {
		Kind        Kind
		Passholders []uuid.UUID
		Parameters  Parameters
		Purpose     string
		DryRun      bool
	}{o.Kind, o.Passholders, o.Parameters, o.Purpose, o.DryRun})
	if err != nil {
		return nil, nil, fmt.Errorf("read an order: %w", err)
	}
	if o.File == nil {
		seen := map[uuid.UUID]bool{}
		var rows []waiting
		for _, p := range o.Passholders {
			if !seen[p] {
				seen[p] = true
				rows = append(rows, waiting{number: len(rows) + 1, subject: p})
			}
		}
		return rows, idempotency.Fingerprint("bulk", string(asked)), nil
	}
	sum := sha256.New()
	rows, err := s.fileRows(id, o.Kind, io.TeeReader(o.File, sum))
	return rows, idempotency.Fingerprint("bulk", string(asked), hex.EncodeToString(sum.Sum(nil))), err
}

// fileRows reads a file. What is there twice fails here, where the whole file is
// seen; everything else when its turn comes.
func (s *Service) fileRows(id uuid.UUID, k Kind, file io.Reader) ([]waiting, error) {
	var names []string
	var out []waiting
	once := newFirsts(s.Ring)
	people := map[string]uuid.UUID{}
	err := document.ReadTable(file, func(number int, cells []string) (err error) {
		if names == nil {
			names, err = header(k, cells)
			return err
		}
		if len(out) == MaxRows {
			return ErrTooMany.With("max", MaxRows)
		}
		v := valuesOf(names, cells)
		w := waiting{number: number}
		if k == Import {
			w.fault = once.repeated(v, number)
		}
		if ref := v["person"]; ref != "" && w.fault == nil {
			// Rows of one person share an id from here on, wherever they stand.
			if people[ref] == uuid.Nil {
				people[ref] = db.NewID()
			}
			w.subject = people[ref]
		}
		if w.fault == nil {
			w.input, err = v.seal(s.Ring, id)
		}
		out = append(out, w)
		return err
	})
	return out, err
}

// firsts are the rows in which something stood first.
type firsts struct {
	ring                   *secret.Ring
	numbers, chips, people map[string]int
	refs                   map[string]string // of the people
}

func newFirsts(ring *secret.Ring) firsts {
	return firsts{ring, map[string]int{}, map[string]int{}, map[string]int{}, map[string]string{}}
}

// repeated says what of a row stood in one before.
func (f firsts) repeated(v values, number int) *fault.Error {
	if n, err := card.ParseNumber(v[colNumber]); err == nil {
		if first := first(f.numbers, string(n), number); first != number {
			return ErrNumberTwice.With("row", first)
		}
	}
	if c, err := card.ParseChip(v["chipNumber"]); err == nil {
		if first := first(f.chips, string(c), number); first != number {
			return ErrChipTwice.With("row", first)
		}
	}
	if n, err := secret.ParseNationalNumber(v["inszNumber"]); err == nil {
		key := string(f.ring.Hashes(n)[0])
		first := first(f.people, key, number)
		if first == number {
			f.refs[key] = v["person"]
		} else if v["person"] == "" || f.refs[key] != v["person"] {
			return ErrINSZTwice.With("row", first)
		}
	}
	return nil
}

// first returns the row in which a key stood first, which may be this one.
func first(rows map[string]int, key string, number int) int {
	if at, ok := rows[key]; ok {
		return at
	}
	rows[key] = number
	return number
}

// List returns the orders of the counter, newest first, and how many there are
// in all.
func (s *Service) List(ctx context.Context, by who.Actor, start, limit int) ([]Bulk, int, error) {
	if err := rights.CheckHere(ctx, s.DB, by, watchers...); err != nil {
		return nil, 0, err
	}
	return list(ctx, s.DB, by.Counter, start, limit)
}

// watchers are the rights that each let a counter see its orders.
var watchers = []rights.Permission{rights.PassholdersBulk, rights.PassholdersExport}

// ByID returns an order of the counter, with how far it is.
func (s *Service) ByID(ctx context.Context, by who.Actor, id uuid.UUID) (Bulk, error) {
	return s.ofCounter(ctx, s.DB, by, id)
}

func (s *Service) ofCounter(ctx context.Context, q db.Q, by who.Actor, id uuid.UUID) (Bulk, error) {
	if err := rights.CheckHere(ctx, q, by, watchers...); err != nil {
		return Bulk{}, err
	}
	b, err := byID(ctx, q, id)
	if err == nil && b.OrganizerID != by.Counter {
		return Bulk{}, ErrUnknown
	}
	return b, err
}

// Rows returns a page of the outcomes of an order, all or those in a state, and
// how many there are.
func (s *Service) Rows(ctx context.Context, by who.Actor, id uuid.UUID, in RowState, start, limit int) ([]Row, int, error) {
	b, err := s.ofCounter(ctx, s.DB, by, id)
	if err != nil {
		return nil, 0, err
	}
	rows, total, err := rowsOf(ctx, s.DB, id, in, start, limit)
	if err != nil {
		return nil, 0, err
	}
	return rows, total, s.name(ctx, by, b, rows)
}

// name says who the rows are about, as far as the counter may see them. Reading
// names is recorded.
func (s *Service) name(ctx context.Context, by who.Actor, b Bulk, rows []Row) error {
	var ids []uuid.UUID
	for _, r := range rows {
		if r.SubjectID != uuid.Nil {
			ids = append(ids, r.SubjectID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	counter, err := organizer.ByID(ctx, s.DB, by.Counter)
	if err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		ours, err := membersHere(ctx, tx, ids, counter.CardSystemIDs)
		if err != nil || len(ours) == 0 {
			return err
		}
		people, err := passholder.ByIDs(ctx, tx, s.Ring, ids, false)
		if err != nil {
			return err
		}
		for i, r := range rows {
			if ours[r.SubjectID] {
				rows[i].FirstName, rows[i].Name = people[r.SubjectID].FirstName, people[r.SubjectID].Name
			}
		}
		return audit.RecordRead(ctx, tx, by, b.entry(actionRead))
	})
}

// Cancel stops an order between two portions. What was done stays done.
func (s *Service) Cancel(ctx context.Context, by who.Actor, id uuid.UUID) (Bulk, error) {
	var b Bulk
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) (err error) {
		if b, err = s.ofCounter(ctx, tx, by, id); err != nil {
			return err
		}
		now := s.Now()
		stopped, err := become(ctx, tx, id, Cancelled, &now, Ready, Running)
		if err != nil {
			return err
		}
		if !stopped {
			return ErrFinished
		}
		if _, err := tx.Exec(ctx, `UPDATE bulk_row SET input = NULL WHERE bulk_id = $1 AND state = 'WAITING'`, id); err != nil {
			return fmt.Errorf("forget rows: %w", err)
		}
		if b, err = byID(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, b.entry(actionCancelled))
	})
	return b, err
}

// Unfinished lists the orders that have work left, oldest first.
func (s *Service) Unfinished(ctx context.Context) ([]uuid.UUID, error) { return unfinished(ctx, s.DB) }

// place is the address that the parameters name, as a person has one.
func (p Parameters) place() passholder.Details {
	return passholder.Details{Street: p.Street, PostalCode: p.PostalCode, City: p.City, Country: p.Country}
}
