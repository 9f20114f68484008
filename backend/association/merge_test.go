package association_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/passholder"
)

// Mies and Ann are one person: which of the two memberships of a club counts, and
// that both are as they were when it turns out a mistake.
func TestWhichOfTwoMembershipsCounts(t *testing.T) {
	t.Parallel()
	type held struct {
		since, until string // "": not in it
		stopped      bool
	}
	for name, tt := range map[string]struct{ mies, ann, want held }{
		"of one record only":      {held{"2024-01-01", "2027-06-30", false}, held{}, held{"2024-01-01", "2027-06-30", false}},
		"stopped, of one only":    {held{"2024-01-01", "2027-06-30", true}, held{}, held{"2024-01-01", "2027-06-30", true}},
		"the longest":             {held{"2024-01-01", "2026-12-31", false}, held{"2025-01-01", "2027-06-30", false}, held{"2024-01-01", "2027-06-30", false}},
		"the longest, of Mies":    {held{"2025-01-01", "2027-06-30", false}, held{"2024-01-01", "2026-12-31", false}, held{"2024-01-01", "2027-06-30", false}},
		"of two that are alike":   {held{"2024-01-01", "2026-12-31", false}, held{"2024-01-01", "2026-12-31", false}, held{"2024-01-01", "2026-12-31", false}},
		"not one that is stopped": {held{"2024-01-01", "2026-12-31", false}, held{"2025-01-01", "2027-06-30", true}, held{"2024-01-01", "2026-12-31", false}},
		"rather one that runs":    {held{"2024-01-01", "2027-06-30", true}, held{"2025-01-01", "2026-12-31", false}, held{"2024-01-01", "2026-12-31", false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			has := func(id uuid.UUID) (out held) {
				t.Helper()
				err := w.DB.QueryRow(t.Context(), `SELECT coalesce(max(since::text), ''), coalesce(max(ends_on::text), ''), coalesce(bool_or(stopped_at IS NOT NULL), false)
					FROM association_membership WHERE passholder_id = $1`, id).Scan(&out.since, &out.until, &out.stopped)
				if err != nil {
					t.Fatal(err)
				}
				return out
			}
			for id, h := range map[uuid.UUID]held{w.mies: tt.mies, w.ann: tt.ann} {
				if h.since == "" {
					continue
				}
				w.do(t, func(ctx context.Context, tx *db.Tx) error {
					m := association.Membership{AssociationID: w.club.ID, PassholderID: id, Since: dayOf(h.since), EndsOn: dayOf(h.until)}
					err := association.Join(ctx, tx, m)
					if h.stopped {
						_, stopping := tx.Exec(ctx, `UPDATE association_membership SET stopped_at = $2 WHERE passholder_id = $1`, id, w.now)
						err = errors.Join(err, stopping)
					}
					return err
				})
			}
			var handed association.Handed
			w.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
				handed, err = association.Hand(ctx, tx, w.mies, w.ann)
				return err
			})
			same := cmp.AllowUnexported(held{})
			if diff := cmp.Diff([]held{{}, tt.want}, []held{has(w.mies), has(w.ann)}, same); diff != "" {
				t.Errorf("made one (-want +got)\n%s", diff)
			}
			w.do(t, func(ctx context.Context, tx *db.Tx) error {
				return association.HandBack(ctx, tx, w.mies, w.ann, handed)
			})
			if diff := cmp.Diff([]held{tt.mies, tt.ann}, []held{has(w.mies), has(w.ann)}, same); diff != "" {
				t.Errorf("apart again (-want +got)\n%s", diff)
			}
		})
	}
}

// A membership that was stopped after the records were made one stays with the
// one that was kept.
func TestWhatWasStoppedMeanwhileStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var handed association.Handed
	w.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
		m := association.Membership{AssociationID: w.club.ID, PassholderID: w.mies, Since: dayOf("2024-01-01"), EndsOn: dayOf("2027-06-30")}
		if err := association.Join(ctx, tx, m); err != nil {
			return err
		}
		handed, err = association.Hand(ctx, tx, w.mies, w.ann)
		return err
	})
	if err := w.Stop(t.Context(), registrar, w.request(w.ann, w.club)); err != nil {
		t.Fatal(err)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return association.HandBack(ctx, tx, w.mies, w.ann, handed)
	})
	if all := w.all(t); len(all) != 2 {
		t.Errorf("%v", all)
	}
}

func TestARecordThatIsGoneIsInNoClub(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tt := range map[string]struct {
		gone string
		read error // whether it can be read at all
	}{
		"merged": {`UPDATE passholder SET erased_at = NULL, merged_into = $2 WHERE id = $1`, passholder.ErrUnknown},
		"erased": {`UPDATE passholder SET erased_at = now(), merged_into = NULL WHERE id = $1 AND id <> $2`, passholder.ErrUnknown},
	} {
		if _, err := w.DB.Exec(t.Context(), tt.gone, w.ann, w.mies); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Register(t.Context(), registrar, w.request(w.ann, w.club)); !errors.Is(err, passholder.ErrGone) {
			t.Errorf("%s, joins: %v", name, err)
		}
		if _, err := w.Standings(t.Context(), registrar, "desk", w.ann); !errors.Is(err, tt.read) {
			t.Errorf("%s, is looked at: %v", name, err)
		}
	}
}

// Whoever is blocked in the card system joins nothing.
func TestABlockedMemberJoinsNoClub(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.DB.Exec(t.Context(), `UPDATE membership SET status = 'BLOCKED' WHERE passholder_id = $1`, w.ann); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Register(t.Context(), registrar, w.request(w.ann, w.club)); !errors.Is(err, association.ErrOtherSystem) {
		t.Error(err)
	}
}

// What is done to one person is done to nobody else.
func TestForgettingAndStoppingLeaveOthersAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		var all error
		for _, id := range []uuid.UUID{w.ann, w.mies} {
			for _, a := range []association.Association{w.club, w.seen} {
				m := association.Membership{AssociationID: a.ID, PassholderID: id, Since: dayOf("2024-01-01"), EndsOn: dayOf("2027-06-30")}
				all = errors.Join(all, association.Join(ctx, tx, m))
			}
		}
		return all
	})
	if err := w.Stop(t.Context(), registrar, w.request(w.ann, w.club)); err != nil {
		t.Fatal(err)
	}
	running := func(id uuid.UUID) (n int) {
		t.Helper()
		err := w.DB.QueryRow(t.Context(), `SELECT count(*) FROM association_membership WHERE passholder_id = $1 AND stopped_at IS NULL`, id).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if ann, mies := running(w.ann), running(w.mies); ann != 1 || mies != 2 {
		t.Errorf("Ann is in %d still, Mies in %d", ann, mies)
	}
	all, err := w.Managed(t.Context(), coordinator)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if want := map[string]int{w.club.Name: 1, w.seen.Name: 2}[m.Name]; m.Members != want {
			t.Errorf("%s has %d members, want %d", m.Name, m.Members, want)
		}
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error { return association.Forget(ctx, tx, w.ann) })
	if ann, mies := running(w.ann), running(w.mies); ann != 0 || mies != 2 {
		t.Errorf("after Ann is forgotten, she is in %d, Mies in %d", ann, mies)
	}
}
