package eidcheck

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
	"github.com/openbalie/openbalie/bridge/eid"
)

// Service proves reads. All fields are required.
type Service struct {
	DB    *db.DB
	Now   func() time.Time
	Ring  *secret.Ring
	Trust *Trust
}

// Check judges the files of a card, finds whose it is, keeps the read for Life
// and records that it was made. Files without a readable identity are
// ErrUnreadable; anything else that is wrong is in the verdict. It needs the
// right to identify somebody and the right to open people.
func (s *Service) Check(ctx context.Context, by who.Actor, f eid.Files) (Read, error) {
	// Before the work, too: nobody may keep us busy who may not ask.
	if err := mayRead(ctx, s.DB, by); err != nil {
		return Read{}, err
	}
	now := s.Now()
	out := Read{ID: db.NewID(), At: now.UTC()}
	var err error
	if out.Identity, err = eid.ParseIdentity(f.Identity); err != nil {
		return Read{}, ErrUnreadable
	}
	if out.Address, err = eid.ParseAddress(f.Address); err != nil {
		out.Address = eid.Address{} // the verdict says so
	}
	out.Verdict = s.Trust.Verify(f, now.In(period.Brussels()))
	if bytes.HasPrefix(f.Picture, []byte{0xFF, 0xD8, 0xFF}) { // a JPEG, be it cut off
		out.Picture, out.PictureProved = f.Picture, pictureProved(out.Verdict)
	}
	number, err := secret.ParseNationalNumber(out.Identity.NationalNumber.Reveal())
	out.NumberValid = err == nil

	kept := Kept{ID: out.ID, At: out.At, INSZ: number, Verdict: out.Verdict, FilesSHA256: digest(f)}
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := mayRead(ctx, tx, by); err != nil {
			return err
		}
		if out.Match, err = s.match(ctx, tx, number, out); err != nil {
			return err
		}
		if err := add(ctx, tx, s.Ring, by, kept); err != nil {
			return err
		}
		e := audit.Entry{Action: ActionRead, SubjectKind: "eid_read", SubjectID: out.ID.String(), Detail: map[string]any{
			"verified": out.Verdict.Verified(), "why": out.Verdict.Why(),
		}}
		if out.Match != nil {
			e.SubjectKind, e.SubjectID = "passholder", out.Match.PassholderID.String()
			e.Detail["eidRead"] = out.ID
		}
		return audit.RecordRead(ctx, tx, by, e)
	})
	if err != nil {
		return Read{}, err
	}
	return out, nil
}

// mayRead checks the rights. A read shows whom the card belongs to, and how
// their profile differs from it.
func mayRead(ctx context.Context, q db.Q, by who.Actor) error {
	if err := rights.CheckHere(ctx, q, by, rights.PassesRead); err != nil {
		return err
	}
	return rights.CheckHere(ctx, q, by, passholder.Readers...)
}

// pictureProved reports whether the picture is the one that the Register signed
// the digest of.
func pictureProved(v eid.Verdict) bool {
	return v.Of(eid.CheckPicture).Result == eid.Passed && v.Authentic()
}

// match finds who is registered with a number, and how the card differs.
func (s *Service) match(ctx context.Context, tx *db.Tx, n secret.NationalNumber, r Read) (*Match, error) {
	id, err := passholder.IDByINSZ(ctx, tx, s.Ring, n)
	if errors.Is(err, passholder.ErrUnknown) {
		return nil, nil //nolint:nilnil // nobody is an answer
	}
	if err != nil {
		return nil, err
	}
	var p passholder.Passholder
	var b db.Batch
	passholder.QueueByID(&b, id, &p)
	if err := db.Send(ctx, tx, &b); err != nil {
		return nil, fmt.Errorf("read passholder: %w", err)
	}
	return &Match{PassholderID: id, FirstName: p.FirstName, Name: p.Name, Differences: differences(r.Identity, r.Address, p)}, nil
}

// ByID returns what was kept of a read that by made at this counter, or
// ErrUnknown: a read is not handed from one person to another, and not kept
// longer than Life.
func (s *Service) ByID(ctx context.Context, q db.Q, by who.Actor, id uuid.UUID) (Kept, error) {
	return byID(ctx, q, s.Ring, by, id, s.Now())
}
