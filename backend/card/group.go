package card

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/limit"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// The refusals of group passes.
var (
	ErrGroupUnknown = fault.New(fault.Missing, "group-pass-unknown")
	ErrGroupInvalid = fault.New(fault.Invalid, "group-pass-invalid")          // With "field"
	ErrGroupChanged = fault.New(fault.Conflict, "group-pass-changed")         // somebody else saved meanwhile
	ErrTurnsUsed    = fault.New(fault.Conflict, "group-pass-turns-used")      // With "available"
	ErrGroupExpired = fault.New(fault.Conflict, "group-pass-expired")         // With "until"
	ErrNotHere      = fault.New(fault.Conflict, "card-not-at-counter")        // the card is elsewhere, or not in stock
	ErrWrongSystem  = fault.New(fault.Conflict, "card-of-other-card-system")  // than the group pass
	ErrWrongMark    = fault.New(fault.Conflict, "card-social-tariff-differs") // its mark is not what the holder has
)

// What group passes leave in the audit log.
const (
	ActionGroupAdded    = "groupPass.added"
	ActionGroupSaved    = "groupPass.saved"
	ActionGroupReplaced = "groupPass.cardReplaced"
)

// A GroupPass has no points and no check-ins, only turns.
type GroupPass struct {
	ID                uuid.UUID
	CardSystemID      int
	Name              string
	Email             string
	PhoneNumber       string
	Street            string
	PostalCode        string
	City              string
	TicketsPerYear    int        // 0: coupons only
	AvailableTickets  int        // left this calendar year
	SocialTariffUntil period.Day // last day, included; zero: none
	CreatedAt         time.Time
	Version           int
}

// A Group is a group pass with the card it carries; none after a mishap.
type Group struct {
	GroupPass
	Card     *Card
	Replayed bool `json:"-"` // the request was done before
}

// GroupTickets is the rule under which a group's turns of a year are counted.
const GroupTickets = "group-tickets"

// RegisterGroup gives a group its pass: the card from the stock of the counter
// with that number, or a digital one when there is none. A group with a social
// tariff needs a card with its mark, and others one without.
func (s *Service) RegisterGroup(ctx context.Context, by who.Actor, key string, g GroupPass, number Number) (Group, error) {
	g = g.trimmed()
	fp := idempotency.Fingerprint("group-pass", by.Counter, strconv.Itoa(g.CardSystemID), string(number), g.Name, g.Email, g.PhoneNumber,
		g.Street, g.PostalCode, g.City, strconv.Itoa(g.TicketsPerYear), g.SocialTariffUntil.String())
	out, replayed, err := idempotency.Once(ctx, s.DB, by, key, fp, func(tx *db.Tx) (Group, error) {
		if err := s.mayRegisterGroup(ctx, tx, by, g); err != nil {
			return Group{}, err
		}
		if err := g.check(); err != nil {
			return Group{}, err
		}
		g.ID, g.CreatedAt, g.Version, g.AvailableTickets = db.NewID(), s.Now(), 1, g.TicketsPerYear
		if err := AddGroupPass(ctx, tx, g); err != nil {
			return Group{}, err
		}
		c, err := s.giveToGroup(ctx, tx, by, g, number, uuid.Nil)
		if err != nil {
			return Group{}, err
		}
		return Group{GroupPass: g, Card: &c}, audit.Record(ctx, tx, by, groupEntry(ActionGroupAdded, g, c))
	})
	out.Replayed = replayed
	return out, err
}

// giveToGroup takes a card in use for a group.
func (s *Service) giveToGroup(ctx context.Context, tx *db.Tx, by who.Actor, g GroupPass, number Number, replaces uuid.UUID) (Card, error) {
	var c Card
	var err error
	if number == "" {
		c, err = Issue(ctx, tx, g.CardSystemID, !g.SocialTariffUntil.IsZero(), s.Now())
	} else {
		c, err = Lock(ctx, tx, number)
	}
	if err != nil {
		return Card{}, err
	}
	switch {
	case number != "" && (c.Status != LocalStock || by.Kind != who.System && c.CounterID != by.Counter):
		return Card{}, ErrNotHere.With("status", string(c.Status))
	case c.CardSystemID != g.CardSystemID:
		return Card{}, ErrWrongSystem
	case c.Number.SocialTariffCard() != !g.SocialTariffUntil.IsZero():
		return Card{}, ErrWrongMark
	}
	change := Change{GroupPassID: g.ID, CounterID: by.Counter, Replaces: replaces, At: s.Now()}
	if err := Transition(ctx, tx, by, c.ID, Active, NoReason, change); err != nil {
		return Card{}, err
	}
	c.Status, c.GroupPassID, c.CounterID, c.Replaces = Active, g.ID, by.Counter, replaces
	return c, nil
}

// SaveGroup changes a group pass: its details, its turns a year, and until when
// its social tariff runs, which is how it is renewed. The version is the one
// that was read.
func (s *Service) SaveGroup(ctx context.Context, by who.Actor, g GroupPass) (Group, error) {
	g = g.trimmed()
	var out Group
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		old, err := GroupPassByID(ctx, tx, g.ID, s.Now())
		if err != nil {
			return err
		}
		g.CardSystemID, g.CreatedAt = old.CardSystemID, old.CreatedAt
		if err := s.mayRegisterGroup(ctx, tx, by, g); err != nil {
			return err
		}
		if err := g.check(); err != nil {
			return err
		}
		c, carries, err := cardOfGroup(ctx, tx, g.ID)
		if err != nil {
			return err
		}
		if carries && c.Number.SocialTariffCard() != !g.SocialTariffUntil.IsZero() {
			return ErrWrongMark
		}
		if err := saveGroup(ctx, tx, g); err != nil {
			return err
		}
		saved, err := GroupPassByID(ctx, tx, g.ID, s.Now())
		if err != nil {
			return err
		}
		out = Group{GroupPass: saved}
		if carries {
			out.Card = &c
		}
		return audit.Record(ctx, tx, by, groupEntry(ActionGroupSaved, saved, c))
	})
	return out, err
}

// ReplaceGroupCard gives a group another card and blocks the one it had.
func (s *Service) ReplaceGroupCard(ctx context.Context, by who.Actor, id uuid.UUID, number Number, reason Reason) (Group, error) {
	if !slices.Contains([]Reason{Lost, Stolen, Defect, Replaced}, reason) {
		return Group{}, ErrGroupInvalid.With("field", "reason")
	}
	var out Group
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		g, err := GroupPassByID(ctx, tx, id, s.Now())
		if err != nil {
			return err
		}
		if err := s.mayRegisterGroup(ctx, tx, by, g); err != nil {
			return err
		}
		old, carries, err := cardOfGroup(ctx, tx, id)
		if err != nil {
			return err
		}
		c, err := s.giveToGroup(ctx, tx, by, g, number, old.ID)
		if err != nil {
			return err
		}
		if carries && old.Status == Active {
			if err := Transition(ctx, tx, by, old.ID, Blocked, reason, Change{At: s.Now()}); err != nil {
				return err
			}
		}
		out = Group{GroupPass: g, Card: &c}
		return audit.Record(ctx, tx, by, groupEntry(ActionGroupReplaced, g, c))
	})
	return out, err
}

// Groups lists the group passes of the card systems of the counter by name, and
// how many there are: those whose name has the text in it.
func (s *Service) Groups(ctx context.Context, by who.Actor, text string, start, limit int) ([]Group, int, error) {
	if err := rights.Check(ctx, s.DB, by, rights.GroupPassesSearch, by.Counter); err != nil {
		return nil, 0, err
	}
	o, err := organizer.ByID(ctx, s.DB, by.Counter)
	if err != nil {
		return nil, 0, err
	}
	return groups(ctx, s.DB, o.CardSystemIDs, text, start, limit, s.Now())
}

// Group returns a group pass with its card, for who may search them.
func (s *Service) Group(ctx context.Context, by who.Actor, id uuid.UUID) (Group, error) {
	if err := rights.CheckHere(ctx, s.DB, by, rights.GroupPassesSearch); err != nil {
		return Group{}, err
	}
	return groupByID(ctx, s.DB, id, s.Now())
}

// GroupOf returns the group pass that carries a card, or ErrUnknown.
func (s *Service) GroupOf(ctx context.Context, by who.Actor, find func(context.Context, db.Q) (Card, error)) (Group, error) {
	if err := rights.CheckHere(ctx, s.DB, by, rights.GroupPassesSearch); err != nil {
		return Group{}, err
	}
	c, err := find(ctx, s.DB)
	if err != nil {
		return Group{}, err
	}
	if c.GroupPassID == uuid.Nil {
		return Group{}, ErrUnknown
	}
	g, err := GroupPassByID(ctx, s.DB, c.GroupPassID, s.Now())
	return Group{GroupPass: g, Card: &c}, err
}

// mayRegisterGroup checks the rights to change a group pass of a card system.
func (s *Service) mayRegisterGroup(ctx context.Context, tx *db.Tx, by who.Actor, g GroupPass) error {
	if err := s.mayManage(ctx, tx, by, rights.PassholdersWrite, g.CardSystemID); err != nil {
		return err
	}
	if g.SocialTariffUntil.IsZero() {
		return nil
	}
	return rights.Check(ctx, tx, by, rights.PassholdersWriteSocialTariff, by.Counter)
}

// UseTurns takes turns of a group for this calendar year, all or none.
func UseTurns(ctx context.Context, tx *db.Tx, groupID uuid.UUID, turns int, at time.Time) error {
	g, err := GroupPassByID(ctx, tx, groupID, at)
	if err != nil {
		return err
	}
	if err := g.usable(period.DayOf(at, period.Brussels())); err != nil {
		return err
	}
	year := period.Yearly.Range(at, period.Brussels())
	for range turns {
		err := limit.Use(ctx, tx, groupID, GroupTickets, year, g.TicketsPerYear)
		if errors.Is(err, limit.ErrReached) {
			return ErrTurnsUsed.With("available", g.AvailableTickets)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// GiveTurnsBack gives back turns that were taken at an instant.
func GiveTurnsBack(ctx context.Context, tx *db.Tx, groupID uuid.UUID, turns int, takenAt time.Time) error {
	for range turns {
		if err := limit.GiveBack(ctx, tx, groupID, GroupTickets, period.Yearly.Range(takenAt, period.Brussels())); err != nil {
			return err
		}
	}
	return nil
}

// usable says whether the group has turns on a day.
func (g GroupPass) usable(on period.Day) error {
	if !g.SocialTariffUntil.IsZero() && g.SocialTariffUntil.Before(on) {
		return ErrGroupExpired.With("until", g.SocialTariffUntil.String())
	}
	if g.TicketsPerYear == 0 {
		return ErrTurnsUsed.With("available", 0)
	}
	return nil
}

// Active reports whether the group has a social tariff on a day.
func (g GroupPass) Active(on period.Day) bool {
	return !g.SocialTariffUntil.IsZero() && !g.SocialTariffUntil.Before(on)
}

func (g GroupPass) trimmed() GroupPass {
	for _, text := range []*string{&g.Name, &g.Email, &g.PhoneNumber, &g.Street, &g.PostalCode, &g.City} {
		*text = strings.TrimSpace(*text)
	}
	return g
}

// maxTickets is more turns than any group needs.
const maxTickets = 100_000

func (g GroupPass) check() error {
	switch {
	case g.Name == "":
		return ErrGroupInvalid.With("field", "name")
	case g.PostalCode == "":
		return ErrGroupInvalid.With("field", "postalCode")
	case g.City == "":
		return ErrGroupInvalid.With("field", "city")
	case g.TicketsPerYear < 0 || g.TicketsPerYear > maxTickets:
		return ErrGroupInvalid.With("field", "ticketsPerYear")
	}
	return nil
}

func groupEntry(action string, g GroupPass, c Card) audit.Entry {
	return audit.Entry{
		Action: action, SubjectKind: "group_pass", SubjectID: g.ID.String(),
		Detail: map[string]any{"cardId": c.ID, "ticketsPerYear": g.TicketsPerYear, "socialTariffUntil": g.SocialTariffUntil.String()},
	}
}
