package association

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// Service registers members of associations for organizers, and keeps the
// associations for those who run a card system.
type Service struct {
	DB  *db.DB
	Now func() time.Time
}

// Of lists the associations that an organizer may read, or only those that it may
// write, by name.
func (s *Service) Of(ctx context.Context, by who.Actor, organizerID string, want Access) ([]Shared, error) {
	if err := rights.Check(ctx, s.DB, by, rights.Associations, organizerID); err != nil {
		return nil, err
	}
	all, err := sharedWith(ctx, s.DB, organizerID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(a Shared) bool { return want == Write && a.Access != Write }), nil
}

// Standings says where a person stands with each association that the organizer
// sees. It is recorded, as every read of a person is.
func (s *Service) Standings(ctx context.Context, by who.Actor, organizerID string, passholderID uuid.UUID) ([]Standing, error) {
	var out []Standing
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		out = nil
		if err := rights.Check(ctx, tx, by, rights.Associations, organizerID); err != nil {
			return err
		}
		p, err := person(ctx, tx, passholderID)
		if err != nil {
			return err
		}
		shared, err := sharedWith(ctx, tx, organizerID)
		if err != nil {
			return err
		}
		f, err := factsOf(ctx, tx, p, shared, s.Now())
		if err != nil {
			return err
		}
		for _, a := range shared {
			standing, _, err := f.decide(a)
			if err != nil {
				return err
			}
			out = append(out, standing)
		}
		return audit.RecordRead(ctx, tx, by, audit.Entry{Action: actionRead, SubjectKind: "passholder", SubjectID: passholderID.String()})
	})
	return out, err
}

// Register lets a person join an association, or stay longer. It returns
// ErrUnknown for one that the organizer does not see, and else the refusals of
// [Decide] and of the last day that is asked for.
func (s *Service) Register(ctx context.Context, by who.Actor, r Request) (Membership, error) {
	return s.do(ctx, by, r, "join", func(tx *db.Tx, standing Standing, today period.Day) (Membership, error) {
		return register(ctx, tx, by, r, standing, today)
	})
}

// RegisterIn does what Register does, inside a transaction of somebody who has
// checked the rights and keeps the keys.
func (s *Service) RegisterIn(ctx context.Context, tx *db.Tx, by who.Actor, r Request) (Membership, error) {
	standing, today, err := s.standing(ctx, tx, r)
	if err != nil {
		return Membership{}, err
	}
	return register(ctx, tx, by, r, standing, today)
}

func register(ctx context.Context, tx *db.Tx, by who.Actor, r Request, standing Standing, today period.Day) (Membership, error) {
	if standing.Refusal != nil {
		return Membership{}, standing.Refusal
	}
	end, err := standing.end(r.EndsOn, today)
	if err != nil {
		return Membership{}, err
	}
	m, action := Membership{AssociationID: r.AssociationID, PassholderID: r.PassholderID, Since: today, EndsOn: end}, actionJoined
	if standing.Status != None {
		m.Since, action = standing.Since, actionRenewed
	}
	if err := put(ctx, tx, m); err != nil {
		return Membership{}, err
	}
	return m, record(ctx, tx, by, action, r)
}

// Stop ends a membership at once. The organizer must be able to write.
func (s *Service) Stop(ctx context.Context, by who.Actor, r Request) error {
	_, err := s.do(ctx, by, r, "stop", func(tx *db.Tx, standing Standing, _ period.Day) (Membership, error) {
		switch {
		case standing.Access != Write:
			return Membership{}, ErrReadOnly
		case standing.Status == None:
			return Membership{}, ErrNoMember
		}
		if err := stop(ctx, tx, r.AssociationID, r.PassholderID, s.Now()); err != nil {
			return Membership{}, err
		}
		return Membership{}, record(ctx, tx, by, actionStopped, r)
	})
	return err
}

// do runs an act once, on a person whom nobody else changes meanwhile.
func (s *Service) do(ctx context.Context, by who.Actor, r Request, what string, act func(*db.Tx, Standing, period.Day) (Membership, error)) (Membership, error) {
	var out Membership
	fp := idempotency.Fingerprint("association."+what, r.OrganizerID, r.PassholderID.String(), r.AssociationID.String(), r.EndsOn.String())
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		out = Membership{}
		if err := rights.Check(ctx, tx, by, rights.Associations, r.OrganizerID); err != nil {
			return err
		}
		if r.IdempotencyKey != "" {
			if done, err := idempotency.Take(ctx, tx, by, r.IdempotencyKey, fp, &out); err != nil || done {
				return err
			}
		}
		standing, today, err := s.standing(ctx, tx, r)
		if err != nil {
			return err
		}
		if out, err = act(tx, standing, today); err != nil || r.IdempotencyKey == "" {
			return err
		}
		return idempotency.Keep(ctx, tx, by, r.IdempotencyKey, fp, out)
	})
	return out, err
}

// standing locks the person and says where they stand with one association.
func (s *Service) standing(ctx context.Context, tx *db.Tx, r Request) (Standing, period.Day, error) {
	p, err := passholder.Lock(ctx, tx, r.PassholderID)
	if err != nil {
		return Standing{}, period.Day{}, err
	}
	if p.MergedInto != uuid.Nil || !p.ErasedAt.IsZero() {
		return Standing{}, period.Day{}, passholder.ErrGone
	}
	shared, err := sharedWith(ctx, tx, r.OrganizerID)
	if err != nil {
		return Standing{}, period.Day{}, err
	}
	i := slices.IndexFunc(shared, func(a Shared) bool { return a.ID == r.AssociationID })
	if i < 0 {
		return Standing{}, period.Day{}, ErrUnknown
	}
	f, err := factsOf(ctx, tx, p, shared[i:i+1], s.Now())
	if err != nil {
		return Standing{}, period.Day{}, err
	}
	return f.decide(shared[i])
}

// facts are what decisions about one person look at.
type facts struct {
	person  passholder.Passholder
	held    map[uuid.UUID]Membership
	active  map[int]bool // card systems of which they are an active member
	systems map[int]cardsystem.System
	now     time.Time
}

func factsOf(ctx context.Context, q db.Q, p passholder.Passholder, shared []Shared, now time.Time) (facts, error) {
	f := facts{person: p, active: map[int]bool{}, now: now}
	ids := make([]int, len(shared))
	for i, a := range shared {
		ids[i] = a.CardSystemID
	}
	var err error
	if f.systems, err = cardsystem.ByIDs(ctx, q, ids...); err != nil {
		return facts{}, err
	}
	if f.held, err = heldBy(ctx, q, p.ID); err != nil {
		return facts{}, err
	}
	memberships, err := membership.OfPassholder(ctx, q, p.ID, now)
	for _, m := range memberships {
		f.active[m.System.ID] = m.Status == membership.Active
	}
	return f, err
}

func (f facts) decide(a Shared) (Standing, period.Day, error) {
	zone, err := period.Zone(f.systems[a.CardSystemID].TimeZone)
	if err != nil {
		return Standing{}, period.Day{}, err
	}
	var held *Membership
	if m, ok := f.held[a.ID]; ok {
		held = &m
	}
	today := period.DayOf(f.now, zone)
	return Decide(a, held, Person{f.person.DateOfBirth, f.active[a.CardSystemID]}, today), today, nil
}

// person reads somebody who is there; who was erased, or made one with another
// record, is not.
func person(ctx context.Context, q db.Q, id uuid.UUID) (passholder.Passholder, error) {
	var b db.Batch
	var p passholder.Passholder
	passholder.QueueByID(&b, id, &p)
	if err := db.Send(ctx, q, &b); err != nil {
		return p, err
	}
	if p.MergedInto != uuid.Nil || !p.ErasedAt.IsZero() {
		return p, passholder.ErrUnknown
	}
	return p, nil
}

func record(ctx context.Context, tx *db.Tx, by who.Actor, action string, r Request) error {
	return audit.Record(ctx, tx, by, audit.Entry{
		Action: action, SubjectKind: "passholder", SubjectID: r.PassholderID.String(),
		Detail: map[string]any{"association": r.AssociationID, "organizer": r.OrganizerID},
	})
}

// Managed lists the associations of the card systems of the counter, by name,
// with who may see them.
func (s *Service) Managed(ctx context.Context, by who.Actor) ([]Managed, error) {
	systems, err := s.manages(ctx, s.DB, by)
	if err != nil {
		return nil, err
	}
	return ofSystems(ctx, s.DB, systems, period.DayOf(s.Now(), period.Brussels()))
}

// Save makes an association, or changes one that has an ID and the version that
// was seen; its card system stays. The organizers that may see it are those of
// shares, each of the card system.
func (s *Service) Save(ctx context.Context, by who.Actor, a Association, shares []Share) (Managed, error) {
	a = a.trimmed()
	var out Managed
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		systems, err := s.manages(ctx, tx, by)
		if err != nil {
			return err
		}
		if a.ID != uuid.Nil {
			old, err := lockAssociation(ctx, tx, a.ID)
			if err != nil {
				return err
			}
			if old.Version != a.Version {
				return ErrChanged
			}
			a.CardSystemID, a.CreatedAt = old.CardSystemID, old.CreatedAt
		}
		if !slices.Contains(systems, a.CardSystemID) {
			return rights.ErrDenied.With("permission", string(rights.CardSystemsWrite))
		}
		if err := a.check(shares); err != nil {
			return err
		}
		if err := within(ctx, tx, a.CardSystemID, shares); err != nil {
			return err
		}
		if a.ID == uuid.Nil {
			a.ID, a.CreatedAt, a.Version = db.NewID(), s.Now(), 1
			err = Add(ctx, tx, a, shares...)
		} else {
			a.Version++
			err = change(ctx, tx, a, shares)
		}
		if err != nil {
			return err
		}
		out = Managed{Association: a, Shares: shares}
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: actionSaved, SubjectKind: "association", SubjectID: a.ID.String(), Detail: map[string]any{"cardSystem": strconv.Itoa(a.CardSystemID)},
		})
	})
	return out, err
}

// within refuses organizers that are not in the card system.
func within(ctx context.Context, q db.Q, cardSystemID int, shares []Share) error {
	ids := make([]string, len(shares))
	for i, s := range shares {
		ids[i] = s.OrganizerID
	}
	organizers, err := organizer.ByIDs(ctx, q, ids...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !slices.Contains(organizers[id].CardSystemIDs, cardSystemID) {
			return ErrInvalid.With("field", "organizers")
		}
	}
	return nil
}

// manages returns the card systems that by runs at the counter.
func (s *Service) manages(ctx context.Context, q db.Q, by who.Actor) ([]int, error) {
	if err := rights.Check(ctx, q, by, rights.CardSystemsWrite, by.Counter); err != nil {
		return nil, err
	}
	o, err := organizer.ByID(ctx, q, by.Counter)
	return o.CardSystemIDs, err
}
