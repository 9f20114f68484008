package profile

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/who"
)

// nameOf is the name of a counter or a school; of one that is not there any more
// its own number.
func nameOf(column string) string {
	return `coalesce((SELECT o.name FROM organizer o WHERE o.id = ` + column + `), ` + column + `)`
}

// everything is where a person's data are, as the person gets to see them. $1 is
// the person.
var everything = []struct{ name, sql string }{
	{"person", `SELECT id, first_name AS "firstName", name, date_of_birth AS "dateOfBirth", place_of_birth AS "placeOfBirth", gender, nationality,
		street, postal_code AS "postalCode", city, country, email, no_email AS "noEmail", phone_number AS "phoneNumber", language, remarks,
		verified_at AS "verifiedAt", verified_by AS "verifiedBy", deceased_on AS "deceasedOn", ` + nameOf("school_id") + ` AS school,
		` + nameOf("registration_organizer_id") + ` AS "registeredAt", created_at AS "createdAt", updated_at AS "updatedAt" FROM passholder WHERE id = $1`},
	{"consents", `SELECT kind, given, at, ` + nameOf("organizer_id") + ` AS counter, channel FROM consent WHERE passholder_id = $1 ORDER BY id`},
	{"picture", `SELECT media_type AS "mediaType", source, taken_at AS "takenAt", translate(encode(content, 'base64'), E'\n', '') AS content
		FROM passholder_picture WHERE passholder_id = $1`},
	{"note", `SELECT note, updated_at AS "updatedAt" FROM passholder_note WHERE passholder_id = $1`},
	{"cards", `SELECT c.uitpas_number AS "uitpasNumber", upper(encode(c.chip, 'hex')) AS "chipNumber", s.name AS "cardSystem", c.card_type AS "cardType",
		c.status, c.status_reason AS "statusReason", c.status_at AS "statusAt" FROM card c JOIN card_system s ON s.id = c.card_system_id
		WHERE c.passholder_id = $1 ORDER BY c.id`},
	{"cardHistory", `SELECT c.uitpas_number AS "uitpasNumber", e.at, e.from_status AS "from", e.to_status AS "to", e.reason, ` + nameOf("e.organizer_id") + ` AS counter
		FROM card_event e JOIN card c ON c.id = e.card_id WHERE c.passholder_id = $1 ORDER BY e.id`},
	{"memberships", `SELECT s.name AS "cardSystem", m.status, m.status_reason AS "statusReason", m.since FROM membership m
		JOIN card_system s ON s.id = m.card_system_id WHERE m.passholder_id = $1 ORDER BY m.since`},
	{"socialTariffs", `SELECT s.name AS "cardSystem", lower(t.valid) AS "from", upper(t.valid) - 1 AS until, t.suspended_until AS "suspendedUntil", t.ground
		FROM social_tariff t JOIN card_system s ON s.id = t.card_system_id WHERE t.passholder_id = $1 ORDER BY t.valid`},
	{"socialTariffHistory", `SELECT s.name AS "cardSystem", e.kind, lower(e.valid) AS "from", upper(e.valid) - 1 AS until, e.ground, e.note, e.at,
		` + nameOf("e.organizer_id") + ` AS counter FROM social_tariff_event e JOIN card_system s ON s.id = e.card_system_id WHERE e.passholder_id = $1 ORDER BY e.id`},
	{"registrations", `SELECT r.reason, s.name AS "cardSystem", r.price_cents AS "priceCents", r.voucher_number AS "voucherNumber", r.payment, r.receipt,
		r.at, r.voided_at AS "voidedAt" FROM registration r JOIN card_system s ON s.id = r.card_system_id WHERE r.passholder_id = $1 ORDER BY r.id`},
	{"departures", `SELECT d.reason, s.name AS "cardSystem", d.at, d.undone_at AS "undoneAt", ` + nameOf("d.organizer_id") + ` AS counter
		FROM departure d LEFT JOIN card_system s ON s.id = d.card_system_id WHERE d.passholder_id = $1 ORDER BY d.id`},
	{"associations", `SELECT a.name, m.since, m.ends_on AS "endsOn", m.stopped_at AS "stoppedAt" FROM association_membership m
		JOIN association a ON a.id = m.association_id WHERE m.passholder_id = $1 ORDER BY m.since`},
	{"families", `SELECT concat_ws(' ', main.first_name, main.name) AS "listOf", concat_ws(' ', member.first_name, member.name) AS member, f.icon,
		f.created_at AS since FROM family_member f JOIN passholder main ON main.id = f.main_id JOIN passholder member ON member.id = f.member_id
		WHERE $1 IN (f.main_id, f.member_id) ORDER BY f.created_at`},
	{"checkins", `SELECT a.title, c.points, c.occurred_at AS at, c.uitpas_number AS "uitpasNumber", c.channel, c.cancelled_at AS "cancelledAt"
		FROM checkin c LEFT JOIN activity a ON a.id = c.activity_id WHERE c.passholder_id = $1 ORDER BY c.id`},
	// In the order of the codes of the points.
	{"points", `SELECT at, points, (ARRAY['CHECKIN', 'REVERSAL', 'SPENDING', 'TAKEN_OVER', 'HANDING'])[code] AS code FROM (
		SELECT occurred_at AS at, amount AS points, code FROM transfer WHERE credit_id = $1 UNION ALL
		SELECT occurred_at, -amount, code FROM transfer WHERE debit_id = $1 AND code <> 1) t ORDER BY at`},
	{"merges", `SELECT kept_id AS kept, merged_id AS merged, at, undone_at AS "undoneAt" FROM passholder_merge WHERE $1 IN (kept_id, merged_id) ORDER BY id`},
	{"privacyRequests", `SELECT kind, state, reason, created_at AS "createdAt", done_at AS "doneAt" FROM privacy_request WHERE passholder_id = $1 ORDER BY id`},
	{"reads", `SELECT at, action, ` + nameOf("organizer_id") + ` AS counter FROM audit WHERE subject_id = ($1::uuid)::text ORDER BY id`},
}

const requestColumns = `id, passholder_id, kind, organizer_id, state, reason, created_at, done_at`

func scanRequest(r pgx.Row, more ...any) (out Request, err error) {
	var done *time.Time
	err = r.Scan(append([]any{&out.ID, &out.PassholderID, &out.Kind, &out.OrganizerID, &out.State, &out.Reason, &out.CreatedAt, &done}, more...)...)
	if done != nil {
		out.DoneAt = *done
	}
	return out, err
}

func addRequest(ctx context.Context, tx *db.Tx, by who.Actor, r Request) error {
	_, err := tx.Exec(ctx, `INSERT INTO privacy_request (id, passholder_id, kind, organizer_id, actor, state, reason, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, r.ID, r.PassholderID, string(r.Kind), r.OrganizerID, by.Key(), string(r.State), r.Reason, r.CreatedAt)
	if err != nil {
		return fmt.Errorf("write privacy request: %w", err)
	}
	return nil
}

func requests(ctx context.Context, q db.Q, organizerID string, state RequestState) ([]Request, error) {
	rows, err := q.Query(ctx, `SELECT `+requestColumns+`, first_name, name FROM privacy_request
		JOIN (SELECT id AS passholder_id, first_name, name FROM passholder) p USING (passholder_id)
		WHERE state = $1 AND organizer_id = $2 ORDER BY created_at, id LIMIT 500`, string(state), organizerID)
	if err != nil {
		return nil, fmt.Errorf("read privacy requests: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Request, error) {
		var first, name string
		out, err := scanRequest(r, &first, &name)
		out.FirstName, out.Name = first, name
		return out, err
	})
}

func lockRequest(ctx context.Context, tx *db.Tx, organizerID string, id uuid.UUID) (Request, error) {
	out, err := scanRequest(tx.QueryRow(ctx, `SELECT `+requestColumns+` FROM privacy_request WHERE id = $1 AND organizer_id = $2 FOR NO KEY UPDATE`, id, organizerID))
	if errors.Is(err, pgx.ErrNoRows) {
		return Request{}, ErrRequestUnknown
	}
	if err != nil {
		return Request{}, fmt.Errorf("read privacy request: %w", err)
	}
	return out, nil
}

func closeRequest(ctx context.Context, tx *db.Tx, r Request) error {
	_, err := tx.Exec(ctx, `UPDATE privacy_request SET state = $2, reason = $3, done_at = $4 WHERE id = $1`, r.ID, string(r.State), r.Reason, r.DoneAt)
	if err != nil {
		return fmt.Errorf("close privacy request: %w", err)
	}
	return nil
}

// readsOf lists who looked at a person, newest first, with how many there are.
func readsOf(ctx context.Context, q db.Q, id uuid.UUID, start, limit int) (list []Read, total int, err error) {
	actions := slices.Collect(maps.Keys(reads))
	err = q.QueryRow(ctx, `SELECT count(*) FROM audit WHERE subject_id = $1 AND action = ANY($2)`, id.String(), actions).Scan(&total)
	if err != nil {
		return nil, 0, fmt.Errorf("count reads: %w", err)
	}
	rows, err := q.Query(ctx, `
		SELECT a.at, a.action, coalesce(nullif(u.name, ''), u.email, ''), coalesce(o.name, ''), coalesce(a.detail->>'purpose', '')
		FROM audit a LEFT JOIN login_user u ON u.id::text = a.actor_id LEFT JOIN organizer o ON o.id = a.organizer_id
		WHERE a.subject_id = $1 AND a.action = ANY($2) ORDER BY a.id DESC OFFSET $3 LIMIT $4`, id.String(), actions, start, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("read reads: %w", err)
	}
	list, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (out Read, err error) {
		var action string
		err = r.Scan(&out.At, &action, &out.Reader, &out.Counter, &out.Purpose)
		out.Kind = reads[action]
		return out, err
	})
	return list, total, err
}
