package card_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/limit"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
)

// equipped is a depot whose library has ten cards.
func equipped(t *testing.T) (*card.Service, []card.Number) {
	t.Helper()
	s := depot(t)
	numbers := fillDepot(t, s, 1)
	sent, err := s.Send(t.Context(), regional, card.Parcel{CardSystemID: 1, CounterID: "library", Packs: []string{"P0"}})
	if err == nil {
		_, err = s.Receive(t.Context(), library, sent.ID)
	}
	if err == nil {
		err = do(t, s, func(ctx context.Context, tx *db.Tx) error {
			return cardsystem.AddRange(ctx, tx, cardsystem.NumberRange{ID: db.NewID(), CardSystemID: 1, Prefix: "09003", First: 0, Last: 9})
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, numbers
}

var choir = card.GroupPass{
	CardSystemID: 1, Name: " Koor De Merel ", PostalCode: "9000", City: "Gent", TicketsPerYear: 5, SocialTariffUntil: period.NewDay(2027, 4, 30),
}

func TestAGroupGetsAPassWithTurns(t *testing.T) {
	t.Parallel()
	s, numbers := equipped(t)
	ctx := t.Context()
	for name, tt := range map[string]struct {
		number card.Number
		err    error
	}{
		"a card without the mark":  {numbers[0], card.ErrWrongMark},
		"a card of nobody's stock": {"0900000067513", card.ErrUnknown},
	} {
		if _, err := s.RegisterGroup(ctx, library, "", choir, tt.number); !errors.Is(err, tt.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.RegisterGroup(ctx, pool, "", choir, numbers[4]); !errors.Is(err, card.ErrNotHere) {
		t.Errorf("another counter's card: %v", err)
	}
	got, err := s.RegisterGroup(ctx, library, "k", choir, numbers[4])
	if err != nil || got.Name != "Koor De Merel" || got.Card.Number != numbers[4] || got.Card.Status != card.Active || got.AvailableTickets != 5 {
		t.Fatalf("%+v, %v", got, err)
	}
	again, err := s.RegisterGroup(ctx, library, "k", choir, numbers[4])
	if err != nil || again.ID != got.ID || !again.Replayed || again.SocialTariffUntil != choir.SocialTariffUntil {
		t.Errorf("again: %+v, %v", again, err)
	}
	if _, err := s.RegisterGroup(ctx, library, "", choir, numbers[4]); !errors.Is(err, card.ErrNotHere) {
		t.Errorf("the card of another group: %v", err)
	}
	digital, err := s.RegisterGroup(ctx, library, "", choir, "")
	if err != nil || digital.Card.Type != card.Digital || !digital.Card.Number.SocialTariffCard() || digital.Card.Number[:5] != "09003" {
		t.Errorf("digital: %+v, %v", digital, err)
	}
	list, total, err := s.Groups(ctx, library, "merel", 0, 10)
	if err != nil || total != 2 || list[0].Card == nil {
		t.Errorf("listed %+v, %d, %v", list, total, err)
	}
	if _, total, err := s.Groups(ctx, library, "me%l", 0, 10); err != nil || total != 0 {
		t.Errorf("a percent sign finds %d, %v", total, err)
	}
}

func TestAGroupPassIsRenewedAndItsCardReplaced(t *testing.T) {
	t.Parallel()
	s, numbers := equipped(t)
	ctx := t.Context()
	g, err := s.RegisterGroup(ctx, library, "", choir, numbers[4])
	if err != nil {
		t.Fatal(err)
	}
	longer := g.GroupPass
	longer.SocialTariffUntil, longer.TicketsPerYear, longer.PhoneNumber = period.NewDay(2028, 4, 30), 8, "+3292223344"
	saved, err := s.SaveGroup(ctx, library, longer)
	if err != nil || saved.SocialTariffUntil != longer.SocialTariffUntil || saved.AvailableTickets != 8 || saved.Version != 2 {
		t.Errorf("renewed %+v, %v", saved, err)
	}
	if _, err := s.SaveGroup(ctx, library, longer); !errors.Is(err, card.ErrGroupChanged) {
		t.Errorf("from an old version: %v", err)
	}
	other := saved.GroupPass
	other.SocialTariffUntil = period.Day{}
	if _, err := s.SaveGroup(ctx, library, other); !errors.Is(err, card.ErrWrongMark) {
		t.Errorf("without its right, with the marked card: %v", err)
	}
	for field, change := range map[string]func(*card.GroupPass){
		"name":           func(g *card.GroupPass) { g.Name = " " },
		"postalCode":     func(g *card.GroupPass) { g.PostalCode = "" },
		"city":           func(g *card.GroupPass) { g.City = "" },
		"ticketsPerYear": func(g *card.GroupPass) { g.TicketsPerYear = -1 },
	} {
		wrong := saved.GroupPass
		change(&wrong)
		if _, err := s.SaveGroup(ctx, library, wrong); !errors.Is(err, card.ErrGroupInvalid) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := s.SaveGroup(ctx, library, card.GroupPass{ID: db.NewID()}); !errors.Is(err, card.ErrGroupUnknown) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := s.ReplaceGroupCard(ctx, library, g.ID, numbers[9], card.Moved); !errors.Is(err, card.ErrGroupInvalid) {
		t.Errorf("a reason of people: %v", err)
	}
	replaced, err := s.ReplaceGroupCard(ctx, library, g.ID, numbers[9], card.Lost)
	if err != nil || replaced.Card.Number != numbers[9] || replaced.Card.Replaces != g.Card.ID {
		t.Fatalf("replaced %+v, %v", replaced, err)
	}
	old, err := card.ByNumber(ctx, s.DB, numbers[4])
	if err != nil || old.Status != card.Blocked || old.StatusReason != card.Lost || old.GroupPassID != g.ID {
		t.Errorf("the lost card is %+v, %v", old, err)
	}
	found, err := s.Group(ctx, library, g.ID)
	if err != nil || found.Card.Number != numbers[9] {
		t.Errorf("found %+v, %v", found, err)
	}
	if _, err := s.Group(ctx, clerk, g.ID); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("for a stranger: %v", err)
	}
}

func TestTurnsAreCountedPerCalendarYear(t *testing.T) {
	t.Parallel()
	s, numbers := equipped(t)
	g, err := s.RegisterGroup(t.Context(), library, "", choir, numbers[4])
	if err != nil {
		t.Fatal(err)
	}
	use := func(id uuid.UUID, turns int, at time.Time) error {
		return do(t, s, func(ctx context.Context, tx *db.Tx) error { return card.UseTurns(ctx, tx, id, turns, at) })
	}
	left := func(at time.Time) int {
		got, err := card.GroupPassByID(t.Context(), s.DB, g.ID, at)
		if err != nil {
			t.Fatal(err)
		}
		return got.AvailableTickets
	}
	// The year turns at midnight in Brussels.
	lastMinute := time.Date(2026, 12, 31, 22, 59, 0, 0, time.UTC)
	newYear := lastMinute.Add(time.Minute)
	if err := use(g.ID, 4, lastMinute); err != nil || left(lastMinute) != 1 || left(newYear) != 5 {
		t.Errorf("%v: %d left this year, %d the next", err, left(lastMinute), left(newYear))
	}
	if err := use(g.ID, 2, lastMinute); !errors.Is(err, card.ErrTurnsUsed) || left(lastMinute) != 1 {
		t.Errorf("two of one: %v, %d left", err, left(lastMinute))
	}
	if err := use(g.ID, 5, newYear); err != nil || left(newYear) != 0 {
		t.Errorf("next year: %v", err)
	}
	back := do(t, s, func(ctx context.Context, tx *db.Tx) error { return card.GiveTurnsBack(ctx, tx, g.ID, 2, lastMinute) })
	if back != nil || left(lastMinute) != 3 || left(newYear) != 0 {
		t.Errorf("given back: %v, %d left", back, left(lastMinute))
	}
	if err := use(g.ID, 1, time.Date(2027, 5, 1, 10, 0, 0, 0, time.UTC)); !errors.Is(err, card.ErrGroupExpired) {
		t.Errorf("after its end: %v", err)
	}
	if err := use(db.NewID(), 1, now); !errors.Is(err, card.ErrGroupUnknown) {
		t.Errorf("nobody's: %v", err)
	}
	errs := eight(func(int) error { return use(g.ID, 1, lastMinute) })
	if done, other := count(errs, card.ErrTurnsUsed); done != 3 || other != 0 {
		t.Errorf("%d of eight took one of three: %v", done, errs)
	}
	if used, err := limit.Used(t.Context(), s.DB, g.ID, card.GroupTickets, period.Yearly.Range(lastMinute, period.Brussels())); err != nil || used != 5 {
		t.Errorf("%d were counted, %v", used, err)
	}
}

func TestTheCardsWithASocialTariffAreExported(t *testing.T) {
	t.Parallel()
	s := region(t)
	ctx := t.Context()
	_, err := s.DB.Exec(ctx, `
		INSERT INTO organizer_card_system VALUES ('desk', 1);
		INSERT INTO rights_grant (subject_kind, subject, organizer_id, role, granted_by, granted_at)
		VALUES ('CLIENT', 'export', 'desk', 'ADMIN', 'test', now())`)
	if err != nil {
		t.Fatal(err)
	}
	export := clerk
	export.Kind, export.Subject, export.Counter = "CLIENT", "export", ""
	listed := func(at time.Time) (numbers []card.Number) {
		s.Now = func() time.Time { return at }
		got, err := s.TariffCards(ctx, export, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range got {
			numbers = append(numbers, c.Number)
			if c.Group != (c.Number == "0900000045410") || c.Group && c.AvailableTickets != 49 && at.Equal(now) {
				t.Errorf("%+v", c)
			}
		}
		return numbers
	}
	if got := listed(now); len(got) != 1 {
		t.Errorf("a group has one: %v", got)
	}
	_, err = s.DB.Exec(ctx, `INSERT INTO social_tariff (id, passholder_id, card_system_id, valid) VALUES ($1, $2, 1, '[2026-01-01,2026-11-21)')`, db.NewID(), ann)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		at   time.Time
		want int
	}{
		"before it begins":                 {time.Date(2025, 12, 31, 12, 0, 0, 0, time.UTC), 1},
		"while it holds":                   {time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), 2},
		"on the day after, without grace":  {time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), 1},
		"when the group's is over as well": {time.Date(2027, 5, 1, 12, 0, 0, 0, time.UTC), 0},
	} {
		if got := listed(tt.at); len(got) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if _, err := s.TariffCards(ctx, export, 2); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("of another card system: %v", err)
	}
	if _, err := s.TariffCards(ctx, clerk, 1); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("by a clerk: %v", err)
	}
}
