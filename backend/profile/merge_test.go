package profile_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// pass gives somebody a card in use, and points.
func pass(t *testing.T, s *profile.Service, id uuid.UUID, serial string, n int) {
	t.Helper()
	number, err := card.NewNumber(serial, false)
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTx(t.Context(), s.DB, func(tx *db.Tx) error {
		c := card.Card{ID: db.NewID(), CardSystemID: 1, Number: number, Type: card.Digital, Status: card.Active, PassholderID: id, StatusAt: now}
		if err := card.Add(t.Context(), tx, c); err != nil {
			return err
		}
		account := db.NewID()
		if err := points.OpenOrganizer(t.Context(), tx, account); err != nil || n == 0 {
			return err
		}
		_, err := points.Credit(t.Context(), tx, points.Movement{
			ID: db.NewID(), PassholderID: id, OrganizerID: account, CardSystemID: 1, Points: n, GroupID: db.NewID(), At: now,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// state is what somebody has, for comparing.
func state(t *testing.T, s *profile.Service, ids ...uuid.UUID) string {
	t.Helper()
	var out strings.Builder
	for _, id := range ids {
		p, err := s.ByID(t.Context(), who.Program("test"), id)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(&out, p.Balance, p.INSZKnown, p.MergedInto != uuid.Nil)
		for _, c := range p.Cards {
			fmt.Fprint(&out, " ", c.Number, c.Status)
		}
		for _, m := range p.Memberships {
			fmt.Fprint(&out, " ", m.System.ID, m.Status, m.SocialTariff != nil && m.SocialTariff.Works())
		}
		out.WriteByte('\n')
	}
	return out.String()
}

func TestTwoRecordsOfOnePersonBecomeOneAndPartAgain(t *testing.T) {
	t.Parallel()
	s, people := town(t)
	kept, merged := people["Jan Van den Berg"], people["Jan Vandenberg"]
	pass(t, s, kept, "09990000001", 3)
	pass(t, s, merged, "09990000002", 5)
	err := db.InTx(t.Context(), s.DB, func(tx *db.Tx) error {
		p, err := passholder.Lock(t.Context(), tx, merged)
		if err != nil {
			return err
		}
		p.INSZ = number(t, 800506001)
		return errors.Join(
			passholder.Update(t.Context(), tx, s.Ring, merged, 1, p.Details, now),
			membership.GrantSocialTariff(t.Context(), tx, merged, 2, membership.SocialTariff{ID: db.NewID(), From: period.NewDay(2026, 1, 1), Until: period.NewDay(2027, 4, 30)}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	before := state(t, s, kept, merged)
	if _, err := s.Merge(t.Context(), deskClerk, "", kept, merged); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a clerk merges: %v", err)
	}
	if _, err := s.Merge(t.Context(), deskAdmin, "", kept, kept); !errors.Is(err, profile.ErrMergeSelf) {
		t.Errorf("with oneself: %v", err)
	}
	m, err := s.Merge(t.Context(), deskAdmin, "merge 1", kept, merged)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.ByID(t.Context(), deskAdmin, kept)
	if err != nil || p.Balance.Points != 8 || len(p.Cards) != 2 || !p.INSZKnown || len(p.Memberships) != 2 {
		t.Errorf("after the merge: %d points, %d cards, number %v, %d memberships, %v", p.Balance.Points, len(p.Cards), p.INSZKnown, len(p.Memberships), err)
	}
	if !slices.ContainsFunc(p.Memberships, func(m membership.Membership) bool {
		return m.System.ID == 2 && m.SocialTariff != nil && m.SocialTariff.Works()
	}) {
		t.Error("the social tariff did not come along")
	}
	if got := found(t, s, people, deskAdmin, profile.Criteria{Text: "jan vandenberg"}); slices.Contains(got, "Jan Vandenberg") {
		t.Error("the other record is still found")
	}
	if again, err := s.Merge(t.Context(), deskAdmin, "merge 1", kept, merged); err != nil || !again.Replayed || again.ID != m.ID {
		t.Errorf("again under its key: %+v, %v", again, err)
	}
	if _, err := s.Merge(t.Context(), deskAdmin, "", kept, merged); !errors.Is(err, passholder.ErrGone) {
		t.Errorf("once more: %v", err)
	}
	if _, err := s.Part(t.Context(), deskAdmin, m.ID); err != nil {
		t.Fatal(err)
	}
	if after := state(t, s, kept, merged); after != before {
		t.Errorf("parted, they are not as before:\n%s%s", before, after)
	}
	if faults, err := points.Verify(t.Context(), s.DB); err != nil || slices.ContainsFunc(faults, func(f points.Fault) bool { return f.What == "balance" || f.What == "overdraft" || f.What == "orphan" }) {
		t.Errorf("the ledger: %v, %v", faults, err)
	}
	if _, err := s.Part(t.Context(), deskAdmin, m.ID); !errors.Is(err, profile.ErrMergeUndone) {
		t.Errorf("twice: %v", err)
	}
	if list, err := s.Merges(t.Context(), deskAdmin, kept); err != nil || len(list) != 1 || list[0].UndoneAt.IsZero() {
		t.Errorf("%d merges, %v", len(list), err)
	}
}

func TestAMergeCanBeUndoneForAMonth(t *testing.T) {
	t.Parallel()
	s, people := town(t)
	m, err := s.Merge(t.Context(), deskAdmin, "", people["Marie Goossens"], people["Marie Peeters-Janssens"])
	if err != nil {
		t.Fatal(err)
	}
	s.Now = func() time.Time { return now.AddDate(0, 0, 32) }
	if _, err := s.Part(t.Context(), deskAdmin, m.ID); !errors.Is(err, profile.ErrMergeOld) {
		t.Errorf("after 32 days: %v", err)
	}
	if _, err := s.Part(t.Context(), deskAdmin, db.NewID()); !errors.Is(err, profile.ErrMergeUnknown) {
		t.Errorf("one that never was: %v", err)
	}
}

func TestTwoNationalNumbersAreTwoPeople(t *testing.T) {
	t.Parallel()
	s, people := town(t)
	for name, n := range map[string]int{"Marie Goossens": 851224001, "Marie Peeters-Janssens": 851224003} {
		err := db.InTx(t.Context(), s.DB, func(tx *db.Tx) error {
			p, err := passholder.Lock(t.Context(), tx, people[name])
			if err != nil {
				return err
			}
			p.INSZ = number(t, n)
			return passholder.Update(t.Context(), tx, s.Ring, p.ID, 1, p.Details, now)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Merge(t.Context(), deskAdmin, "", people["Marie Goossens"], people["Marie Peeters-Janssens"])
	if !errors.Is(err, profile.ErrMergeNumbers) {
		t.Error(err)
	}
}

// number is a national number with these digits and its check.
func number(t *testing.T, digits int) secret.NationalNumber {
	t.Helper()
	n, err := secret.ParseNationalNumber(fmt.Sprintf("%09d%02d", digits, 97-digits%97))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
