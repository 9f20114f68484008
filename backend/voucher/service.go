package voucher

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// Service keeps vouchers for people who are being registered, and manages them
// for those who run a card system.
type Service struct {
	DB  *db.DB
	Now func() time.Time
}

// Hold keeps a voucher for a registration at the counter, for HoldTime. Asking
// again with the same hold keeps it longer. It returns the refusals of [Allow],
// or ErrUnknown; at a counter outside the card system nothing is told of it.
func (s *Service) Hold(ctx context.Context, by who.Actor, number string, cardSystemID int, again uuid.UUID) (Hold, error) {
	var h Hold
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.Check(ctx, tx, by, rights.PassholdersWrite, by.Counter); err != nil {
			return err
		}
		o, err := organizer.ByID(ctx, tx, by.Counter)
		if err != nil {
			return err
		}
		if !slices.Contains(o.CardSystemIDs, cardSystemID) {
			return rights.ErrDenied.With("permission", string(rights.PassholdersWrite))
		}
		now := s.Now()
		v, t, err := lock(ctx, tx, number, now)
		if err != nil {
			return err
		}
		had, err := drop(ctx, tx, again, v.Number)
		if err != nil {
			return err
		}
		if had {
			v.Held--
		}
		if err := Allow(v, t, cardSystemID, today(now)); err != nil {
			return err
		}
		v.Held++
		h = Hold{ID: db.NewID(), Number: v.Number, Type: t, ExpiresAt: now.Add(HoldTime)}
		if err := addHold(ctx, tx, by, h, now); err != nil {
			return err
		}
		return set(ctx, tx, v)
	})
	return h, err
}

// Release ends a hold of the counter. One that is over already is no mistake.
func (s *Service) Release(ctx context.Context, by who.Actor, holdID uuid.UUID) error {
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.Check(ctx, tx, by, rights.PassholdersWrite, by.Counter); err != nil {
			return err
		}
		number, err := heldBy(ctx, tx, holdID, by)
		if err != nil || number == "" {
			return err
		}
		v, _, err := lock(ctx, tx, number, s.Now())
		if err != nil {
			return err
		}
		had, err := drop(ctx, tx, holdID, number)
		if err != nil || !had {
			return err
		}
		v.Held--
		return set(ctx, tx, v)
	})
}

// Types lists the types of the card systems of the counter.
func (s *Service) Types(ctx context.Context, by who.Actor) ([]Type, error) {
	systems, err := s.systems(ctx, s.DB, by)
	if err != nil {
		return nil, err
	}
	return TypesOf(ctx, s.DB, systems...)
}

// SaveType makes a type, or changes one that has an ID. The prefix and the card
// system of an existing one stay.
func (s *Service) SaveType(ctx context.Context, by who.Actor, t Type) (Type, error) {
	t.Name = strings.TrimSpace(t.Name)
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		systems, err := s.systems(ctx, tx, by)
		if err != nil {
			return err
		}
		if t.ID != uuid.Nil {
			old, err := typeByID(ctx, tx, t.ID)
			if err != nil {
				return err
			}
			t.CardSystemID, t.Prefix = old.CardSystemID, old.Prefix
		}
		if !slices.Contains(systems, t.CardSystemID) {
			return rights.ErrDenied.With("permission", string(rights.CardSystemsWrite))
		}
		if err := checkType(t); err != nil {
			return err
		}
		if t.ID == uuid.Nil {
			t.ID = db.NewID()
			t.Version = 1
			err = AddType(ctx, tx, t, s.Now())
		} else {
			err = changeType(ctx, tx, t, s.Now())
			t.Version++
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{Action: actionTypeSaved, SubjectKind: "voucherType", SubjectID: t.ID.String()})
	})
	return t, err
}

// digits that follow the prefix of a number that we make: a thousand million
// possibilities, so that nobody guesses one of fifty thousand.
const randomDigits = 9

// Made are vouchers that were made together.
type Made struct {
	Numbers  []string
	Replayed bool `json:"-"` // the request was done before
}

// Make makes n vouchers of a type with numbers that cannot be guessed, at most
// MaxBatch. The idempotency key may be empty.
func (s *Service) Make(ctx context.Context, by who.Actor, key string, typeID uuid.UUID, n int) (Made, error) {
	if n < 1 || n > MaxBatch {
		return Made{}, ErrBatchSize.With("max", MaxBatch)
	}
	fp := idempotency.Fingerprint("vouchers", by.Counter, typeID.String(), strconv.Itoa(n))
	out, replayed, err := idempotency.Once(ctx, s.DB, by, key, fp, func(tx *db.Tx) (Made, error) {
		t, err := s.manage(ctx, tx, by, typeID)
		if err != nil {
			return Made{}, err
		}
		var made []string
		for len(made) < n {
			numbers, err := randomNumbers(t.Prefix, n-len(made))
			if err != nil {
				return Made{}, err
			}
			written, err := insert(ctx, tx, t, numbers, s.Now())
			if err != nil {
				return Made{}, err
			}
			made = append(made, written...)
		}
		slices.Sort(made)
		return Made{Numbers: made}, recordMade(ctx, tx, by, t, len(made))
	})
	out.Replayed = replayed
	return out, err
}

// Import takes the numbers of a list, one a line, as a printer delivers them.
// Lines that cannot be taken are told, the others are written; with dryRun
// nothing is.
func (s *Service) Import(ctx context.Context, by who.Actor, typeID uuid.UUID, list io.Reader, dryRun bool) (taken int, refused []Refused, err error) {
	lines, err := readLines(list)
	if err != nil {
		return 0, nil, err
	}
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		t, err := s.manage(ctx, tx, by, typeID)
		if err != nil {
			return err
		}
		var numbers []string
		at := map[string]int{}
		refused = nil
		for i, line := range lines {
			number, wrong := numberOf(line, t.Prefix, at)
			switch {
			case wrong != nil:
				refused = append(refused, Refused{i + 1, wrong})
			case number != "":
				numbers, at[number] = append(numbers, number), i+1
			}
		}
		written, err := insert(ctx, tx, t, numbers, s.Now())
		if err != nil {
			return err
		}
		for _, number := range written {
			delete(at, number)
		}
		for _, line := range at { // there before
			refused = append(refused, Refused{line, ErrNumberTaken})
		}
		slices.SortFunc(refused, func(a, b Refused) int { return a.Line - b.Line })
		taken = len(written)
		if dryRun {
			return errDryRun
		}
		return recordMade(ctx, tx, by, t, taken)
	})
	if err == errDryRun { //nolint:errorlint // a value of our own that nobody wraps
		err = nil
	}
	return taken, refused, err
}

// Vouchers lists the vouchers of a type, and how many there are in all.
func (s *Service) Vouchers(ctx context.Context, by who.Actor, typeID uuid.UUID, start, limit int) ([]Voucher, int, error) {
	if _, err := s.manage(ctx, s.DB, by, typeID); err != nil {
		return nil, 0, err
	}
	return page(ctx, s.DB, typeID, start, limit)
}

// Withdraw stops a voucher, or lets it work again.
func (s *Service) Withdraw(ctx context.Context, by who.Actor, number string, withdrawn bool) (Voucher, error) {
	var v Voucher
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		now := s.Now()
		var err error
		if v, _, err = lock(ctx, tx, number, now); err != nil {
			return err
		}
		if _, err := s.manage(ctx, tx, by, v.TypeID); err != nil {
			return err
		}
		v.Withdrawn = withdrawn
		if err := setWithdrawn(ctx, tx, v, now); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: actionWithdrawn, SubjectKind: "voucherType", SubjectID: v.TypeID.String(), Detail: map[string]any{"withdrawn": withdrawn},
		})
	})
	return v, err
}

// manage returns a type that by may manage at the counter.
func (s *Service) manage(ctx context.Context, q db.Q, by who.Actor, typeID uuid.UUID) (Type, error) {
	systems, err := s.systems(ctx, q, by)
	if err != nil {
		return Type{}, err
	}
	t, err := typeByID(ctx, q, typeID)
	if err == nil && !slices.Contains(systems, t.CardSystemID) {
		return Type{}, ErrTypeUnknown
	}
	return t, err
}

// systems are the card systems that by manages at the counter.
func (s *Service) systems(ctx context.Context, q db.Q, by who.Actor) ([]int, error) {
	if err := rights.Check(ctx, q, by, rights.CardSystemsWrite, by.Counter); err != nil {
		return nil, err
	}
	o, err := organizer.ByID(ctx, q, by.Counter)
	return o.CardSystemIDs, err
}

func recordMade(ctx context.Context, tx *db.Tx, by who.Actor, t Type, n int) error {
	return audit.Record(ctx, tx, by, audit.Entry{
		Action: actionMade, SubjectKind: "voucherType", SubjectID: t.ID.String(), Detail: map[string]any{"number": n},
	})
}

func randomNumbers(prefix string, n int) ([]string, error) {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(randomDigits), nil)
	out := make([]string, n)
	for i := range out {
		r, err := rand.Int(rand.Reader, limit)
		if err != nil {
			return nil, fmt.Errorf("make a voucher number: %w", err)
		}
		out[i] = fmt.Sprintf("%s%0*d", prefix, randomDigits, r)
	}
	return out, nil
}

// readLines reads a list of at most MaxBatch lines.
func readLines(list io.Reader) ([]string, error) {
	var out []string
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		if len(out) == MaxBatch {
			return nil, ErrBatchSize.With("max", MaxBatch)
		}
		out = append(out, lines.Text())
	}
	if lines.Err() != nil {
		return nil, ErrNumber
	}
	return out, nil
}
