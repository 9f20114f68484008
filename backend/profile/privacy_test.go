package profile_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

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
	for _, name := range []string{"person", "consents", "picture", "note", "cards", "memberships", "socialTariffs", "families", "points", "privacyRequests"} {
		if got[name] != 1 {
			t.Errorf("%s: %d rows, want what Marie has", name, got[name])
		}
	}
	if got["merges"] != 0 || !slices.Contains(profile.Sections(), "merges") {
		t.Errorf("merges of others: %v", got)
	}
}
