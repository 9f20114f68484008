package sandbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/who"
)

// club is an association of the sandbox. The region's first counter registers
// for those that it writes; the others it only sees.
type club struct {
	name    string
	ends    association.EndDateType
	months  int // with ByBirth and ByRegistration
	early   int // months before the end in which a membership is renewed
	written bool
}

var clubs = []club{
	{name: "Zwemclub De Waterratten", ends: association.ByRegistration, months: 12, early: 2, written: true},
	{name: "Vrijwilligers van de buurtwinkel", ends: association.Custom, early: 3, written: true},
	{name: "Jeugdbeweging De Boomhut", ends: association.ByBirth, months: 18 * 12, written: true},
	{name: "Harmonie De Eendracht", ends: association.Custom, early: 1},
}

// addTogether lets people belong together: members of associations, families,
// and social tariffs that end soon, each with its history.
func (w *world) addTogether(ctx context.Context, tx *db.Tx) error {
	for _, r := range regions {
		if err := w.addClubs(ctx, tx, r); err != nil {
			return err
		}
	}
	if err := w.addFamilies(ctx, tx); err != nil {
		return err
	}
	if err := w.endSoon(ctx, tx); err != nil {
		return err
	}
	return w.addTariffHistory(ctx, tx)
}

// addClubs gives a region its associations. Every seventeenth of its people is a
// member of one: most for a while yet, some not much longer, some no more.
func (w *world) addClubs(ctx context.Context, tx *db.Tx, r region) error {
	first := slices.IndexFunc(organizers, func(o organizer) bool { return slices.Contains(o.systems, r.id) })
	counter := organizers[first].key()
	var all []association.Association
	for _, c := range clubs {
		a := association.Association{
			ID: named("association of "+r.name, c.name), CardSystemID: r.id, Name: c.name, EndDateType: c.ends, Months: c.months,
			RenewableMonths: c.early, CreatedAt: w.now,
		}
		if c.ends == association.Custom {
			a.SuggestedEnd = period.NewDay(w.now.Year(), time.December, 31)
		}
		access := association.Read
		if c.written {
			access = association.Write
		}
		if err := association.Add(ctx, tx, a, association.Share{OrganizerID: counter, Access: access}); err != nil {
			return err
		}
		if c.ends != association.ByBirth {
			all = append(all, a) // a sample person has an age only, not a club for it
		}
	}
	n := 0
	for _, p := range w.people {
		if p.system != r.id || p.official {
			continue
		}
		if n++; n%17 != 0 {
			continue
		}
		left := []int{200, 140, 25, 9, -12, -90}[n/17%6]
		m := association.Membership{
			AssociationID: all[n/17%len(all)].ID, PassholderID: p.id, Since: w.today.Add(left - 365), EndsOn: w.today.Add(left),
		}
		if err := association.Join(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// addFamilies makes families of those who live together: the two of the public
// test data set, and every third household with children of the fictional
// regions.
func (w *world) addFamilies(ctx context.Context, tx *db.Tx) error {
	for parent, child := range map[string]string{"0900004518305": "0900004518404", "0900011902815": "0900011903417"} {
		m := family.Member{PassholderID: named("passholder", child), Icon: "star", Since: w.now.AddDate(0, -5, 0)}
		if err := family.Put(ctx, tx, named("passholder", parent), m); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `
		WITH home AS (
			SELECT id, date_of_birth, street || postal_code AS door, date_of_birth <= $1::date AS adult,
			       row_number() OVER (PARTITION BY street, postal_code ORDER BY date_of_birth, id) AS nth
			FROM passholder WHERE registration_organizer_id <> $2),
		main AS (
			SELECT id, door FROM home h WHERE nth = 1 AND adult
			AND EXISTS (SELECT 1 FROM home c WHERE c.door = h.door AND NOT c.adult) ORDER BY id)
		INSERT INTO family_member (main_id, member_id, icon, created_at)
		SELECT main.id, h.id, (ARRAY['cat', 'dog', 'fox', 'owl', 'star'])[1 + h.nth % 5], $3
		FROM (SELECT id, door, row_number() OVER (ORDER BY id) AS n FROM main) main JOIN home h ON h.door = main.door
		WHERE main.n % 3 = 0 AND h.nth BETWEEN 2 AND 6 AND (NOT h.adult OR h.nth = 2)`,
		w.today.Add(-18*366).String(), TestOrganizer, w.now.AddDate(0, -3, 0))
	if err != nil {
		return fmt.Errorf("write families: %w", err)
	}
	return nil
}

// endSoon lets the social tariffs of some people of the fictional regions end in
// the coming weeks, as they do in spring.
func (w *world) endSoon(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `
		UPDATE social_tariff t SET valid = daterange(lower(t.valid), $1::date + 3 + 2 * soon.n::integer)
		FROM (SELECT id, row_number() OVER (PARTITION BY card_system_id ORDER BY id) AS n FROM social_tariff
		      WHERE card_system_id >= $2 AND valid @> $1::date + 90 AND suspended_until IS NULL) soon
		WHERE soon.id = t.id AND soon.n <= 18`, w.today.String(), firstFictional)
	if err != nil {
		return fmt.Errorf("let social tariffs end soon: %w", err)
	}
	return nil
}

// addTariffHistory writes how each social tariff began.
func (w *world) addTariffHistory(ctx context.Context, tx *db.Tx) error {
	rows, err := tx.Query(ctx, `
		SELECT t.id, t.passholder_id, t.card_system_id, lower(t.valid), upper(t.valid), t.ground, p.registration_organizer_id
		FROM social_tariff t JOIN passholder p ON p.id = t.passholder_id ORDER BY t.id`)
	if err != nil {
		return fmt.Errorf("read social tariffs: %w", err)
	}
	events, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) ([]any, error) {
		var id, person uuid.UUID
		var system int
		var from, until time.Time
		var ground, counter string
		if err := r.Scan(&id, &person, &system, &from, &until, &ground, &counter); err != nil {
			return nil, err
		}
		at := from.Add(10 * time.Hour)
		days := pgtype.Range[pgtype.Date]{
			Lower: pgtype.Date{Time: from, Valid: true}, Upper: pgtype.Date{Time: until, Valid: true},
			LowerType: pgtype.Inclusive, UpperType: pgtype.Exclusive, Valid: true,
		}
		return []any{w.id(at), id, person, system, "GRANTED", days, ground, at, who.Program("sandbox").Key(), counter}, nil
	})
	if err != nil {
		return fmt.Errorf("read social tariffs: %w", err)
	}
	_, err = tx.CopyFrom(ctx, "social_tariff_event",
		[]string{"id", "social_tariff_id", "passholder_id", "card_system_id", "kind", "valid", "ground", "at", "actor", "organizer_id"}, pgx.CopyFromRows(events))
	if err != nil {
		return fmt.Errorf("write the history of social tariffs: %w", err)
	}
	return nil
}
