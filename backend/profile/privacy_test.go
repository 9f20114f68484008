package profile_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/who"
)

// What is handed over is about one person: whatever is known of the others, who
// has nothing but a name gets that name.
func TestNobodyIsHandedWhatIsKnownOfOthers(t *testing.T) {
	t.Parallel()
	s, people := town(t)
	all, one := people["Marie Goossens"], people["Jean-Luc Dupont"]
	give := func(id uuid.UUID, serial string) {
		t.Helper()
		pass(t, s, id, serial, 5)
		live(t, s, id)
		write(t, s, func(ctx context.Context, tx *db.Tx) error {
			p, err := passholder.Lock(ctx, tx, id)
			if err != nil {
				return err
			}
			return errors.Join(
				passholder.SetNote(ctx, tx, deskAdmin, id, "Belt liever.", now),
				passholder.SetPicture(ctx, tx, id, passholder.Picture{MediaType: "image/png", Content: []byte{1}, Source: passholder.FromFile}, now),
				passholder.SetConsents(ctx, tx, deskAdmin, id, passholder.Consents{passholder.TermsOnPaper: true}, passholder.AtCounter, now),
				membership.GrantSocialTariff(ctx, tx, id, 1, membership.SocialTariff{ID: db.NewID(), From: period.NewDay(2026, 1, 1), Until: period.NewDay(2027, 4, 30)}),
				family.Put(ctx, tx, id, family.Member{PassholderID: people["An De Smet"], Since: p.CreatedAt}))
		})
		if _, err := s.Ask(t.Context(), deskAdmin, id, profile.Erasure, "op vraag"); err != nil {
			t.Fatal(err)
		}
	}
	give(all, "09990000001")
	give(people["Jan Van den Berg"], "09990000002")
	if _, err := s.Merge(t.Context(), deskAdmin, "", people["Jan Van den Berg"], people["Jan Vandenberghe"]); err != nil {
		t.Fatal(err)
	}
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		return membership.Leave(ctx, tx, who.Program("test"), one, 1)
	})
	handed := func(id uuid.UUID) map[string]int {
		t.Helper()
		sections, err := s.Everything(t.Context(), deskAdmin, id)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]int{}
		for _, section := range sections {
			out[section.Name] = len(section.Rows)
		}
		return out
	}
	// That the membership was taken away was written down about Jean-Luc.
	if got := handed(one); len(got) != 2 || got["person"] != 1 || got["reads"] != 1 {
		t.Errorf("who has nothing is handed %v", got)
	}
	got := handed(all)
	for _, name := range []string{
		"person", "consents", "picture", "note", "cards", "memberships", "socialTariffs", "families", "points", "privacyRequests",
		"cardHistory", "socialTariffHistory", "registrations", "departures", "associations", "checkins",
	} {
		if got[name] != 1 {
			t.Errorf("%s: %d rows, want what Marie has", name, got[name])
		}
	}
	if got["merges"] != 0 || !slices.Contains(profile.Sections(), "merges") {
		t.Errorf("merges of others: %v", got)
	}
}

// live lets something of every kind happen to somebody with a card: it was
// blocked, a social tariff was granted elsewhere, a pass was sold, there was a
// move, an association and a participation.
func live(t *testing.T, s *profile.Service, id uuid.UUID) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		cards, err := card.LockOf(ctx, tx, id)
		if err != nil {
			return err
		}
		event, club := db.NewID(), db.NewID()
		for _, sql := range []string{
			`INSERT INTO social_tariff_event (id, social_tariff_id, passholder_id, card_system_id, kind, valid, at, actor, organizer_id)
				VALUES ($2, $3, $1, 1, 'GRANTED', '[2026-01-01,2027-05-01)', now(), 'test', 'desk')`,
			`INSERT INTO registration (id, reason, passholder_id, card_system_id, organizer_id, price_cents, payment, receipt, actor, channel, at, day)
				SELECT $2, 'FIRST_CARD', $1, 1, 'desk', 500, 'CASH', count(*) + 1, $3::text, 'COUNTER', now(), '2026-11-22' FROM registration`,
			`INSERT INTO departure (id, passholder_id, reason, card_system_id, organizer_id, actor, ended, at) VALUES ($2, $1, 'MOVED', 1, 'desk', $3::text, '{}', now())`,
			`WITH club AS (INSERT INTO association (id, card_system_id, name, end_date_type, created_at) VALUES ($3, 1, 'Club', 'CUSTOM', now()))
				SELECT $1::uuid, $2::uuid`,
			`INSERT INTO association_membership (association_id, passholder_id, since, ends_on) SELECT $3, $1, '2026-01-01', '2027-01-01' WHERE $2::uuid IS NOT NULL`,
			`INSERT INTO checkin (id, passholder_id, activity_id, organizer_id, card_system_id, uitpas_number, points, period, occurred_at, channel)
				VALUES ($2, $1, 'a1', 'desk', 1, $3::text, 1, '[2026-11-22,2026-11-23)', now(), 'COUNTER')`,
		} {
			if _, err := tx.Exec(ctx, sql, id, event, club); err != nil {
				return err
			}
		}
		return card.Transition(ctx, tx, deskAdmin, cards[0].ID, card.Blocked, card.Lost, card.Change{At: now})
	})
}

// Who reads it knows people and places by their names, not by our numbers.
func TestWhatIsHandedOverIsInNames(t *testing.T) {
	t.Parallel()
	s, people := town(t)
	id := people["An De Smet"]
	pass(t, s, people["Marie Goossens"], "09990000001", 5)
	live(t, s, people["Marie Goossens"])
	write(t, s, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE passholder SET registration_organizer_id = 'desk' WHERE id = $1`, id)
		return errors.Join(err,
			family.Put(ctx, tx, people["Marie Goossens"], family.Member{PassholderID: id, Since: now}),
			passholder.SetConsents(ctx, tx, deskAdmin, id, passholder.Consents{passholder.TermsOnPaper: true}, passholder.AtCounter, now))
	})
	row := func(id uuid.UUID, name string) map[string]any {
		t.Helper()
		sections, err := s.Everything(t.Context(), deskAdmin, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range sections {
			if section.Name == name {
				return section.Rows[0]
			}
		}
		t.Fatalf("%s is not handed over", name)
		return nil
	}
	child, mother := people["An De Smet"], people["Marie Goossens"]
	for _, tt := range []struct {
		of         uuid.UUID
		part, name string
		want       any
	}{
		{child, "person", "school", "School"},
		{child, "person", "registeredAt", "Balie"},
		{child, "consents", "counter", "Balie"},
		{child, "families", "listOf", "Marie Goossens"},
		{mother, "families", "member", "An De Smet"},
		{mother, "points", "code", "CHECKIN"},
		{mother, "cardHistory", "counter", "Balie"},
		{mother, "socialTariffHistory", "counter", "Balie"},
		{mother, "departures", "counter", "Balie"},
		{mother, "reads", "counter", "Balie"},
	} {
		if got := row(tt.of, tt.part)[tt.name]; got != tt.want {
			t.Errorf("%s of %s: %v, want %v", tt.name, tt.part, got, tt.want)
		}
	}
}
