package membership_test

import (
	"errors"
	"testing"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
)

func TestAMembershipComesWithTheStandingOfItsSocialTariff(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	id := db.NewID()
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		ctx := t.Context()
		system := cardsystem.System{ID: 1, Name: "Gent", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels", SocialTariffGraceDays: 30}
		other := system
		other.ID, other.Name = 2, "Dender"
		return errors.Join(
			cardsystem.Add(ctx, tx, system), cardsystem.Add(ctx, tx, other),
			passholder.Add(ctx, tx, nil, passholder.Passholder{
				ID: id, CreatedAt: at("2020-01-01T00:00:00Z"), Details: passholder.Details{
					Name: "Peeters", FirstName: "Ann", DateOfBirth: dayOf("1983-03-02"), PostalCode: "9000", City: "Gent", Country: "be",
				},
			}),
			membership.Add(ctx, tx, id, 1, membership.Active, at("2024-01-01T00:00:00Z")),
			membership.Add(ctx, tx, id, 2, membership.Blocked, at("2023-01-01T00:00:00Z")),
			membership.GrantSocialTariff(ctx, tx, id, 1, membership.SocialTariff{
				ID: db.NewID(), From: dayOf("2025-05-01"), Until: dayOf("2026-04-30"), Ground: "RVV",
			}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := membership.OfPassholder(t.Context(), d, id, at("2026-05-10T12:00:00Z"))
	if err != nil || len(got) != 2 || got[0].System.ID != 2 || got[0].Status != membership.Blocked || got[0].SocialTariff != nil {
		t.Fatalf("%+v, %v", got, err)
	}
	if m := got[1]; m.SocialTariff == nil || m.SocialTariff.Status != membership.TariffGrace || m.SocialTariff.Until != dayOf("2026-04-30") {
		t.Errorf("%+v", m)
	}
}

func TestRightsInOneSystemNeverOverlap(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	id := db.NewID()
	grant := func(from, until string) error {
		return db.InTx(t.Context(), d, func(tx *db.Tx) error {
			return membership.GrantSocialTariff(t.Context(), tx, id, 1, membership.SocialTariff{ID: db.NewID(), From: dayOf(from), Until: dayOf(until)})
		})
	}
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		return errors.Join(
			cardsystem.Add(t.Context(), tx, cardsystem.System{ID: 1, Name: "Gent", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels"}),
			passholder.Add(t.Context(), tx, nil, passholder.Passholder{
				ID: id, CreatedAt: at("2020-01-01T00:00:00Z"), Details: passholder.Details{
					Name: "Peeters", FirstName: "Ann", DateOfBirth: dayOf("1983-03-02"), PostalCode: "9000", City: "Gent", Country: "be",
				},
			}),
			membership.Add(t.Context(), tx, id, 1, membership.Active, at("2024-01-01T00:00:00Z")),
		)
	})
	if err = errors.Join(err, grant("2025-05-01", "2026-04-30"), grant("2026-05-01", "2027-04-30")); err != nil {
		t.Fatal(err)
	}
	if err := grant("2027-04-30", "2028-04-30"); db.Constraint(err) != "social_tariff_no_overlap" {
		t.Errorf("a day of two rights: %v", err)
	}
}
