package profile

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// conditions are what people must fit: SQL about passholder p, and its
// arguments.
type conditions struct {
	sql  []string
	args []any
}

// add takes a condition whose arguments stand as ? in it.
func (w *conditions) add(sql string, args ...any) {
	for _, a := range args {
		w.args = append(w.args, a)
		sql = strings.Replace(sql, "?", "$"+strconv.Itoa(len(w.args)), 1)
	}
	w.sql = append(w.sql, sql)
}

func (w *conditions) String() string { return strings.Join(w.sql, "\n  AND ") }

// where turns criteria into conditions, for people in reach.
func where(c Criteria, r reach, today string) conditions {
	var w conditions
	w.add("p.merged_into IS NULL AND p.erased_at IS NULL")
	if c.Among != nil {
		w.add("p.id = ANY (?)", c.Among)
	}
	if !r.all {
		w.add("EXISTS (SELECT 1 FROM membership m WHERE m.passholder_id = p.id AND m.card_system_id = ANY (?))", r.systems)
	}
	for _, n := range []struct{ text, column, kind string }{{c.Name, "last_key", "L"}, {c.FirstName, "first_key", "F"}} {
		if n.text != "" {
			// The names are few, so this reads the list of them.
			w.add("p."+n.column+" IN (SELECT word FROM name_word WHERE kind = '"+n.kind+"' AND word LIKE ?)", like(foldPattern(n.text), true))
		}
	}
	if !c.BornFrom.IsZero() {
		w.add("p.date_of_birth >= ?::date", c.BornFrom.String())
	}
	if !c.BornUntil.IsZero() {
		w.add("p.date_of_birth <= ?::date", c.BornUntil.String())
	}
	if c.Email != "" {
		if strings.Contains(c.Email, "*") {
			w.add("lower(p.email) LIKE lower(?) AND p.email <> ''", like(c.Email, false))
		} else {
			w.add("lower(p.email) = lower(?) AND p.email <> ''", c.Email)
		}
	}
	if c.Phone != "" {
		w.add("p.phone_number = ?", passholder.Phone(c.Phone))
	}
	w.place(c)
	w.belonging(c, today)
	return w
}

func (w *conditions) place(c Criteria) {
	// The index is on the whole address; what stands where is looked at then.
	for _, f := range []struct{ text, column string }{{c.Street, "street"}, {c.City, "city"}} {
		if f.text == "" {
			continue
		}
		pattern := like(foldWords(f.text), false)
		w.add("plain_text(p.street || ' ' || p.postal_code || ' ' || p.city) LIKE '%' || ? || '%'", strings.Trim(pattern, "%"))
		w.add("plain_text(p."+f.column+") LIKE ?", pattern)
	}
	if c.PostalCode != "" {
		w.add("plain_text(p.street || ' ' || p.postal_code || ' ' || p.city) LIKE '%' || plain_text(?) || '%'", c.PostalCode)
		w.add("p.postal_code = ?", c.PostalCode)
	}
}

func (w *conditions) belonging(c Criteria, today string) {
	switch c.SchoolID {
	case "":
	case "*":
		w.add("p.school_id IS NOT NULL")
	default:
		w.add("p.school_id = ?", c.SchoolID)
	}
	if c.AssociationID != uuid.Nil {
		held := map[Validity]string{
			Any: "", Current: " AND a.stopped_at IS NULL AND a.ends_on >= $today", Over: " AND (a.stopped_at IS NOT NULL OR a.ends_on < $today)",
		}[c.AssociationStatus]
		sql := "EXISTS (SELECT 1 FROM association_membership a WHERE a.passholder_id = p.id AND a.association_id = ?" + held + ")"
		if held == "" {
			w.add(sql, c.AssociationID)
		} else {
			w.add(strings.Replace(sql, "$today", "?::date", 1), c.AssociationID, today)
		}
	}
	if c.OrganizerID != "" {
		w.add(`EXISTS (SELECT 1 FROM membership m JOIN organizer_card_system o USING (card_system_id)
			WHERE m.passholder_id = p.id AND o.organizer_id = ?)`, c.OrganizerID)
	}
	if c.CardSystemID != 0 || c.MembershipStatus != "" {
		w.add(`EXISTS (SELECT 1 FROM membership m WHERE m.passholder_id = p.id AND (? = 0 OR m.card_system_id = ?)
			AND (? = '' OR m.status = ?))`, c.CardSystemID, c.CardSystemID, string(c.MembershipStatus), string(c.MembershipStatus))
	}
	if c.CardStatus != "" {
		w.add(`EXISTS (SELECT 1 FROM card c WHERE c.passholder_id = p.id AND c.status = ? AND (? = 0 OR c.card_system_id = ?))`,
			string(c.CardStatus), c.CardSystemID, c.CardSystemID)
	}
	if c.SocialTariff != Any {
		has := `EXISTS (SELECT 1 FROM social_tariff t WHERE t.passholder_id = p.id AND t.valid @> ?::date AND (? = 0 OR t.card_system_id = ?))`
		if c.SocialTariff == Over {
			has = `EXISTS (SELECT 1 FROM social_tariff t WHERE t.passholder_id = p.id) AND NOT ` + has
		}
		w.add(has, today, c.CardSystemID, c.CardSystemID)
	}
}

// foldWords folds a text with wildcards, word by word.
func foldWords(text string) string {
	parts := strings.Split(text, "*")
	for i, p := range parts {
		parts[i] = fold(p)
	}
	return strings.Join(parts, "*")
}

// listed finds people by what is known of them, in the order of their names.
func listed(ctx context.Context, q db.Q, w conditions, page Page, descending bool) ([]uuid.UUID, error) {
	order := "p.last_key, p.first_key, p.id"
	if descending {
		order = "p.last_key DESC, p.first_key DESC, p.id DESC"
	}
	sql := "SELECT p.id FROM passholder p WHERE " + w.String() + " ORDER BY " + order +
		" LIMIT " + strconv.Itoa(page.Limit+1) + " OFFSET " + strconv.Itoa(page.Start)
	return ids(ctx, q, sql, w.args...)
}

func count(ctx context.Context, q db.Q, w conditions) (n int, err error) {
	if err = q.QueryRow(ctx, "SELECT count(*) FROM passholder p WHERE "+w.String(), w.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count people: %w", err)
	}
	return n, nil
}

// The names that are like what somebody typed; a typed name without its
// particles is compared too. Few at a time: the best are enough.
const likeNames = `
	SELECT a.n, w.word, w.likeness FROM asked a, LATERAL (
		SELECT word, max(greatest(similarity(word, a.%[1]s), 0.95 * similarity(part, a.%[1]s_stem),
		                          CASE WHEN word LIKE a.%[1]s || '%%' THEN 0.6 WHEN word LIKE a.%[1]s_like THEN 0.5 ELSE 0 END)::float8) AS likeness
		FROM name_word WHERE kind = '%[2]s' AND (part %% a.%[1]s_stem OR word LIKE a.%[1]s_like)
		GROUP BY word ORDER BY 2 DESC, 1 LIMIT 50
	) w WHERE a.%[1]s <> ''`

// named finds people whose name is like what somebody typed, the most alike
// first. Surnames count for more when only one word was typed.
func named(ctx context.Context, q db.Q, ways []asked, w conditions, page Page) ([]uuid.UUID, error) {
	each := page.Start + page.Limit + 1
	var values []string
	for i, a := range ways {
		at := len(w.args)
		w.args = append(w.args, a.First, within(a.First), a.Last, stem(a.Last), within(a.Last))
		values = append(values, fmt.Sprintf("(%d, $%d::text, $%d::text, $%d::text, $%d::text, $%d::text, $%d::text)",
			i, at+1, at+1, at+2, at+3, at+4, at+5))
	}
	people := func(on string) string {
		return "CROSS JOIN LATERAL (SELECT p.id, p.last_key, p.first_key FROM passholder p WHERE " + on + " AND " + w.String() +
			" ORDER BY p.last_key, p.first_key, p.id LIMIT " + strconv.Itoa(each) + ") p"
	}
	sql := `WITH asked (n, first, first_stem, first_like, last, last_stem, last_like) AS (VALUES ` + strings.Join(values, ", ") + `),
	f AS MATERIALIZED (` + fmt.Sprintf(likeNames, "first", "F") + `),
	l AS MATERIALIZED (` + fmt.Sprintf(likeNames, "last", "L") + `)
	SELECT id FROM (
		SELECT p.*, 0.5 * f.likeness + 0.5 * l.likeness AS likeness FROM l JOIN f USING (n) ` + people("p.last_key = l.word AND p.first_key = f.word") + `
		UNION ALL
		SELECT p.*, 0.8 * l.likeness FROM l JOIN asked a USING (n) ` + people("p.last_key = l.word") + ` WHERE a.first = ''
		UNION ALL
		SELECT p.*, 0.7 * f.likeness FROM f JOIN asked a USING (n) ` + people("p.first_key = f.word") + ` WHERE a.last = ''
	) found GROUP BY id, last_key, first_key
	ORDER BY max(likeness) DESC, last_key, first_key, id LIMIT ` + strconv.Itoa(page.Limit+1) + ` OFFSET ` + strconv.Itoa(page.Start)
	return ids(ctx, q, sql, w.args...)
}

// within is a pattern for words that have a text in them; short texts only
// begin words, or everybody would be found.
func within(text string) string {
	if len(text) < 3 {
		return text + "%"
	}
	return "%" + text + "%"
}

func ids(ctx context.Context, q db.Q, sql string, args ...any) ([]uuid.UUID, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("search people: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, fmt.Errorf("search people: %w", err)
	}
	return out, nil
}

// holders finds whose cards the numbers and chips are on; the index says which
// was asked for.
func holders(ctx context.Context, q db.Q, numbers []string, chips [][]byte) (map[string]held, error) {
	rows, err := q.Query(ctx, `SELECT uitpas_number, coalesce(upper(encode(chip, 'hex')), ''), coalesce(passholder_id, '00000000-0000-0000-0000-000000000000')
		FROM card WHERE uitpas_number = ANY ($1) OR chip = ANY ($2)`, numbers, chips)
	if err != nil {
		return nil, fmt.Errorf("look numbers up: %w", err)
	}
	out := map[string]held{}
	var number, chip string
	var id uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&number, &chip, &id}, func() error {
		out[number], out[chip] = held{card.Number(number), id}, held{card.Number(number), id}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look numbers up: %w", err)
	}
	return out, nil
}

type held struct {
	number card.Number
	holder uuid.UUID
}

func schools(ctx context.Context, q db.Q, r reach) ([]organizer.Organizer, error) {
	rows, err := q.Query(ctx, `SELECT id, name, city FROM organizer o WHERE is_school AND ($1 OR EXISTS (
		SELECT 1 FROM organizer_card_system s WHERE s.organizer_id = o.id AND s.card_system_id = ANY ($2))) ORDER BY name, id`, r.all, r.systems)
	if err != nil {
		return nil, fmt.Errorf("list schools: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (o organizer.Organizer, err error) {
		o.School = true
		err = r.Scan(&o.ID, &o.Name, &o.City)
		return o, err
	})
}

// linkedAssociation returns ErrAssociation unless one of the organizers has to do
// with the association.
func linkedAssociation(ctx context.Context, q db.Q, id uuid.UUID, organizers []string) error {
	var linked bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM association_organizer WHERE association_id = $1 AND organizer_id = ANY ($2))`, id, organizers).
		Scan(&linked)
	if err != nil {
		return fmt.Errorf("read association: %w", err)
	}
	if !linked {
		return ErrAssociation
	}
	return nil
}

// queueSystemsWith reads in a batch the card systems in which by holds a
// permission: at the counter, or anywhere without one.
func queueSystemsWith(b *db.Batch, by who.Actor, need rights.Permission, out *reach) {
	if by.Kind == who.System {
		*out = reach{all: true}
		return
	}
	var everywhere []string
	if by.Kind == who.Person {
		everywhere = rights.RolesWith(rights.PassholdersSearchAll)
	}
	type held struct {
		CardSystemID *int
		Everywhere   bool
	}
	db.Queue(b, func(rows []held) error {
		*out = reach{none: len(rows) == 0, systems: []int{}}
		for _, r := range rows {
			out.all = out.all || r.Everywhere
			if r.CardSystemID != nil {
				out.systems = append(out.systems, *r.CardSystemID)
			}
		}
		return nil
	}, `
		SELECT c.card_system_id, coalesce(g.role = ANY($5), false) AS everywhere
		FROM rights_grant g LEFT JOIN organizer_card_system c ON c.organizer_id = g.organizer_id
		WHERE g.subject_kind = $1 AND g.subject = $2 AND ($3 = '' OR g.organizer_id = $3) AND g.role = ANY($4)`,
		string(by.Kind), by.Subject, by.Counter, rights.RolesWith(need), everywhere)
}
