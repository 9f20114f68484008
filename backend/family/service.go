package family

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/outbox"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// Service keeps families.
type Service struct {
	DB  *db.DB
	Now func() time.Time
}

// Of lists a family, the main member first, with how large it may be.
func (s *Service) Of(ctx context.Context, by who.Actor, mainID uuid.UUID) ([]Member, Limits, error) {
	var out []Member
	var limits Limits
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.CheckHere(ctx, tx, by, rights.PassholdersFamilyMembers); err != nil {
			return err
		}
		p, err := somebody(ctx, tx, mainID)
		if err != nil {
			return err
		}
		members, err := membersOf(ctx, tx, mainID)
		if err != nil {
			return err
		}
		out = append([]Member{{PassholderID: mainID, Main: true, Since: p.CreatedAt}}, members...)
		if limits, err = s.limits(ctx, tx, mainID); err != nil {
			return err
		}
		return audit.RecordRead(ctx, tx, by, audit.Entry{Action: ActionRead, SubjectKind: "passholder", SubjectID: mainID.String()})
	})
	return out, limits, err
}

// Families lists the families of others that somebody was put in. The e-mail
// address of their main members is for who may look people up.
func (s *Service) Families(ctx context.Context, by who.Actor, memberID uuid.UUID) ([]Family, error) {
	var out []Family
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.CheckHere(ctx, tx, by, rights.PassholdersFamilyMembers); err != nil {
			return err
		}
		if _, err := somebody(ctx, tx, memberID); err != nil {
			return err
		}
		var err error
		if out, err = familiesOf(ctx, tx, memberID); err != nil {
			return err
		}
		if rights.CheckHere(ctx, tx, by, rights.PassholdersSearch, rights.PassholdersSearchAll) != nil {
			for i := range out {
				out[i].Email = ""
			}
		}
		return audit.RecordRead(ctx, tx, by, audit.Entry{Action: ActionRead, SubjectKind: "passholder", SubjectID: memberID.String()})
	})
	return out, err
}

// Add puts the holder of a card on a list. It returns the faults of
// [card.ParseNumber], card.ErrUnknown when nobody holds the card, ErrAlready, or
// the limit that is reached.
func (s *Service) Add(ctx context.Context, by who.Actor, mainID uuid.UUID, number, icon string) (Member, error) {
	icon, err := spell(icon)
	if err != nil {
		return Member{}, err
	}
	n, err := card.ParseNumber(number)
	if err != nil {
		return Member{}, err
	}
	m := Member{Icon: icon, Since: s.Now()}
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.CheckHere(ctx, tx, by, rights.PassholdersFamilyMembers); err != nil {
			return err
		}
		if err := lock(ctx, tx, mainID); err != nil {
			return err
		}
		c, err := card.ByNumber(ctx, tx, n)
		if err != nil {
			return err
		}
		if c.PassholderID == uuid.Nil {
			return card.ErrUnknown
		}
		m.PassholderID = c.PassholderID
		if err := s.fits(ctx, tx, mainID, m.PassholderID); err != nil {
			return err
		}
		if err := Put(ctx, tx, mainID, m); err != nil {
			return err
		}
		added := Added{mainID, m.PassholderID}
		if err := outbox.Write(ctx, tx, m.PassholderID, TypeAdded, added); err != nil {
			return err
		}
		return record(ctx, tx, by, actionAdded, added)
	})
	return m, err
}

// fits returns nil when somebody may come onto a list.
func (s *Service) fits(ctx context.Context, tx *db.Tx, mainID, memberID uuid.UUID) error {
	members, err := membersOf(ctx, tx, mainID)
	if err != nil {
		return err
	}
	limits, err := s.limits(ctx, tx, mainID)
	if err != nil {
		return err
	}
	ids := []uuid.UUID{mainID}
	for _, m := range members {
		ids = append(ids, m.PassholderID)
	}
	born, err := birthdays(ctx, tx, append(ids, memberID))
	if err != nil {
		return err
	}
	return mayAdd(limits, ids, memberID, born, period.DayOf(s.Now(), period.Brussels()))
}

// SetIcon changes how somebody on a list is shown.
func (s *Service) SetIcon(ctx context.Context, by who.Actor, mainID, memberID uuid.UUID, icon string) error {
	icon, err := spell(icon)
	if err != nil {
		return err
	}
	return s.change(ctx, by, actionChanged, Added{mainID, memberID}, func(tx *db.Tx) error {
		return setIcon(ctx, tx, mainID, memberID, icon)
	})
}

// Remove takes somebody off a list. The main member stays.
func (s *Service) Remove(ctx context.Context, by who.Actor, mainID, memberID uuid.UUID) error {
	return s.change(ctx, by, actionRemoved, Added{mainID, memberID}, func(tx *db.Tx) error {
		if mainID == memberID {
			return ErrMain
		}
		return remove(ctx, tx, mainID, memberID)
	})
}

func (s *Service) change(ctx context.Context, by who.Actor, action string, a Added, act func(*db.Tx) error) error {
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.CheckHere(ctx, tx, by, rights.PassholdersFamilyMembers); err != nil {
			return err
		}
		if err := lock(ctx, tx, a.MainID); err != nil {
			return err
		}
		if err := act(tx); err != nil {
			return err
		}
		return record(ctx, tx, by, action, a)
	})
}

// Leave takes somebody off a list with the token of the mail that told them.
// Whoever has the token needs no other right. It works once.
func (s *Service) Leave(ctx context.Context, mainID, memberID uuid.UUID, token string) error {
	a := Added{mainID, memberID}
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := leave(ctx, tx, a, digest(token)); err != nil {
			return err
		}
		return record(ctx, tx, who.Program("family-undo"), actionUndone, a)
	})
}

// MintUndo makes the token with which somebody can leave a list, for the mail
// that tells them, and keeps only its hash. A token that was made before works
// no longer.
func MintUndo(ctx context.Context, tx *db.Tx, a Added) (string, error) {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails
	token := base64.RawURLEncoding.EncodeToString(random[:])
	return token, setUndo(ctx, tx, a, digest(token))
}

func digest(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// limits are how large a person's family may be.
func (s *Service) limits(ctx context.Context, q db.Q, mainID uuid.UUID) (Limits, error) {
	memberships, err := membership.OfPassholder(ctx, q, mainID, s.Now())
	if err != nil {
		return Limits{}, err
	}
	var systems []cardsystem.System
	for _, m := range memberships {
		if m.Status == membership.Active {
			systems = append(systems, m.System)
		}
	}
	return LimitsOf(systems), nil
}

// somebody reads who is there; who was erased, or made one with another record,
// is not.
func somebody(ctx context.Context, q db.Q, id uuid.UUID) (passholder.Passholder, error) {
	var b db.Batch
	var p passholder.Passholder
	passholder.QueueByID(&b, id, &p)
	if err := db.Send(ctx, q, &b); err != nil {
		return p, err
	}
	if p.MergedInto != uuid.Nil {
		return p, passholder.ErrUnknown
	}
	return p, nil
}

// lock keeps others from changing somebody's list until tx ends.
func lock(ctx context.Context, tx *db.Tx, mainID uuid.UUID) error {
	p, err := passholder.Lock(ctx, tx, mainID)
	if err == nil && (p.MergedInto != uuid.Nil || !p.ErasedAt.IsZero()) {
		err = passholder.ErrUnknown
	}
	return err
}

func spell(icon string) (string, error) {
	icon = strings.TrimSpace(icon)
	if len(icon) > maxIcon || !utf8.ValidString(icon) || strings.ContainsFunc(icon, func(r rune) bool { return r < ' ' }) {
		return "", ErrIcon.With("max", maxIcon)
	}
	return icon, nil
}

func record(ctx context.Context, tx *db.Tx, by who.Actor, action string, a Added) error {
	return audit.Record(ctx, tx, by, audit.Entry{
		Action: action, SubjectKind: "passholder", SubjectID: a.MainID.String(), Detail: map[string]any{"member": a.MemberID},
	})
}
