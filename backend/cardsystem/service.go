package cardsystem

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/municipality"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// Service shows card systems to everybody, and lets those who run one change it.
type Service struct{ DB *db.DB }

// ByID returns a card system, or ErrUnknown. It is public.
func (s *Service) ByID(ctx context.Context, id int) (System, error) { return ByID(ctx, s.DB, id) }

// A Filter narrows a list of card systems; what it leaves out does not.
type Filter struct {
	Permanent   *bool
	Cities      []string // any of these
	PostalCodes []string // any of these
}

// List returns the card systems of a filter by name. It is public.
func (s *Service) List(ctx context.Context, f Filter) ([]System, error) {
	all, err := All(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(sys System) bool { return !f.fits(sys) }), nil
}

func (f Filter) fits(s System) bool {
	if f.Permanent != nil && s.Permanent != *f.Permanent {
		return false
	}
	has := func(of func(City) string, wanted []string) bool {
		return len(wanted) == 0 || slices.ContainsFunc(s.Cities, func(c City) bool {
			return slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(of(c), w) })
		})
	}
	return has(func(c City) string { return c.Name }, f.Cities) && has(func(c City) string { return c.PostalCode }, f.PostalCodes)
}

// Places finds places as they are typed, at most twenty: those of card systems
// that the list of municipalities does not know, then those of the list.
func (s *Service) Places(ctx context.Context, prefix string) ([]municipality.Municipality, error) {
	found := municipality.Search(prefix)
	all, err := All(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	var own []municipality.Municipality
	for _, sys := range all {
		for _, c := range sys.Cities {
			_, err := municipality.Of(c.PostalCode)
			begins := prefix != "" && (strings.HasPrefix(strings.ToLower(c.Name), strings.ToLower(prefix)) || strings.HasPrefix(c.PostalCode, prefix))
			if place := (municipality.Municipality{PostalCode: c.PostalCode, Name: c.Name, Main: c.Name}); err != nil && begins && !slices.Contains(own, place) {
				own = append(own, place)
			}
		}
	}
	own = append(own, found...)
	return own[:min(len(own), municipality.MaxFound)], nil
}

// Settings returns a card system of the counter with its number ranges.
func (s *Service) Settings(ctx context.Context, by who.Actor, id int) (System, []NumberRange, error) {
	if err := may(ctx, s.DB, by, id); err != nil {
		return System{}, nil, err
	}
	system, err := ByID(ctx, s.DB, id)
	if err != nil {
		return System{}, nil, err
	}
	ranges, err := Ranges(ctx, s.DB, id)
	return system, ranges, err
}

// SaveSettings changes a card system, and its cities. The version is the one
// that was read: when somebody else saved since, it is ErrChanged.
func (s *Service) SaveSettings(ctx context.Context, by who.Actor, system System) (System, error) {
	system = system.trimmed()
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := may(ctx, tx, by, system.ID); err != nil {
			return err
		}
		old, err := ByID(ctx, tx, system.ID)
		if err != nil {
			return err
		}
		system.TimeZone = old.TimeZone
		if err := system.check(old.Cities); err != nil {
			return err
		}
		if err := save(ctx, tx, system); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: ActionSaved, SubjectKind: "cardSystem", SubjectID: strconv.Itoa(system.ID),
			Detail: map[string]any{"version": system.Version + 1},
		})
	})
	if err != nil {
		return System{}, err
	}
	return ByID(ctx, s.DB, system.ID)
}

// AddRange gives a card system of the counter another range of numbers.
func (s *Service) AddRange(ctx context.Context, by who.Actor, r NumberRange) (NumberRange, error) {
	r.ID, r.Next = db.NewID(), r.First
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := may(ctx, tx, by, r.CardSystemID); err != nil {
			return err
		}
		if err := AddRange(ctx, tx, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: ActionRangeAdded, SubjectKind: "cardSystem", SubjectID: strconv.Itoa(r.CardSystemID),
			Detail: map[string]any{"prefix": r.Prefix, "first": r.First, "last": r.Last},
		})
	})
	return r, err
}

// may checks that by runs the card system from the counter.
func may(ctx context.Context, q db.Q, by who.Actor, id int) error {
	if err := rights.Check(ctx, q, by, rights.CardSystemsWrite, by.Counter); err != nil || by.Kind == who.System {
		return err
	}
	belongs, err := of(ctx, q, by.Counter, id)
	if err != nil {
		return err
	}
	if !belongs {
		return ErrUnknown
	}
	return nil
}
