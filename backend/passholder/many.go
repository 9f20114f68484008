package passholder

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// A TakenOver is a person of another system, with what they agreed to there.
type TakenOver struct {
	Passholder
	Consents Consents
}

// TakeOver writes many new people at once, sealing their national numbers. A
// number that somebody has violates passholder_insz; the caller has looked for
// those before, with IDsByINSZ. The caller opens the accounts, in the same
// transaction.
func TakeOver(ctx context.Context, tx *db.Tx, ring *secret.Ring, by who.Actor, people []TakenOver, now time.Time) error {
	columns := []string{
		"id", "name", "first_name", "date_of_birth", "place_of_birth", "gender", "nationality", "street", "postal_code", "city", "country",
		"email", "no_email", "phone_number", "language", "remarks", "insz_cipher", "insz_hash", "insz_hash_key",
		"registration_organizer_id", "created_at", "updated_at", "opt_in",
	}
	_, err := tx.CopyFrom(ctx, "passholder", columns, pgx.CopyFromSlice(len(people), func(i int) ([]any, error) {
		p := people[i]
		p.OptIn = optInOf(p.Consents)
		r, err := sealed(ring, p.Passholder)
		if err != nil {
			return nil, err
		}
		var cipher, hash any
		if len(r.InszCipher) > 0 {
			cipher, hash = r.InszCipher, r.InszHash
		}
		return []any{
			r.ID, r.Name, r.FirstName, r.DateOfBirth.Begin(time.UTC), r.PlaceOfBirth, r.Gender, r.Nationality, r.Street, r.PostalCode, r.City, r.Country,
			r.Email, r.NoEmail, r.PhoneNumber, r.Language, r.Remarks, cipher, hash, r.InszHashKey,
			r.RegistrationOrganizerID, r.CreatedAt, now, []byte(r.OptIn),
		}, nil
	}))
	if err != nil {
		return fmt.Errorf("take people over: %w", err)
	}
	var consents [][]any
	for _, p := range people {
		for _, kind := range slices.Sorted(maps.Keys(p.Consents)) {
			consents = append(consents, []any{db.NewID(), p.ID, string(kind), p.Consents[kind], now, by.Key(), by.Counter, string(ByImport)})
		}
	}
	_, err = tx.CopyFrom(ctx, "consent", []string{"id", "passholder_id", "kind", "given", "at", "actor", "organizer_id", "channel"}, pgx.CopyFromRows(consents))
	if err != nil {
		return fmt.Errorf("take consents over: %w", err)
	}
	return nil
}

// IDsByINSZ finds many people by national number; who is not there is uuid.Nil.
func IDsByINSZ(ctx context.Context, q db.Q, ring *secret.Ring, numbers []secret.NationalNumber) ([]uuid.UUID, error) {
	out := make([]uuid.UUID, len(numbers))
	var hashes [][]byte
	of := map[string]int{}
	for i, n := range numbers {
		if n.IsZero() {
			continue
		}
		for _, h := range ring.Hashes(n) {
			of[string(h)] = i
			hashes = append(hashes, h)
		}
	}
	rows, err := q.Query(ctx, `SELECT id, insz_hash FROM passholder WHERE insz_hash = ANY ($1)`, hashes)
	if err != nil {
		return nil, fmt.Errorf("find people by number: %w", err)
	}
	var id uuid.UUID
	var hash []byte
	_, err = pgx.ForEachRow(rows, []any{&id, &hash}, func() error { out[of[string(hash)]] = id; return nil })
	if err != nil {
		return nil, fmt.Errorf("find people by number: %w", err)
	}
	return out, nil
}

// A Namesake is asked for: is there somebody of that name and birthday?
type Namesake struct {
	FirstName, Name string
	DateOfBirth     period.Day
}

// Namesakes finds for each who has that name, but for accents and spaces, and
// that birthday; uuid.Nil where nobody does.
func Namesakes(ctx context.Context, q db.Q, asked []Namesake) ([]uuid.UUID, error) {
	first, last, born := make([]string, len(asked)), make([]string, len(asked)), make([]time.Time, len(asked))
	for i, n := range asked {
		first[i], last[i], born[i] = n.FirstName, n.Name, n.DateOfBirth.Begin(time.UTC)
	}
	// One after the other by name: OFFSET 0 keeps the planner, who knows nothing
	// about a table that is being filled, from comparing everybody with everybody.
	rows, err := q.Query(ctx, `
		SELECT n, p.id FROM (
		  SELECT n, name_key(first) AS first_key, name_key(last) AS last_key, born
		    FROM unnest($1::text[], $2::text[], $3::date[]) WITH ORDINALITY AS asked (first, last, born, n) OFFSET 0) asked
		CROSS JOIN LATERAL (
		  SELECT id, date_of_birth FROM passholder
		   WHERE last_key = asked.last_key AND first_key = asked.first_key AND merged_into IS NULL AND erased_at IS NULL OFFSET 0) p
		WHERE p.date_of_birth = asked.born`, first, last, born)
	if err != nil {
		return nil, fmt.Errorf("find namesakes: %w", err)
	}
	out := make([]uuid.UUID, len(asked))
	var n int64
	var id uuid.UUID
	if _, err := pgx.ForEachRow(rows, []any{&n, &id}, func() error { out[n-1] = id; return nil }); err != nil {
		return nil, fmt.Errorf("find namesakes: %w", err)
	}
	return out, nil
}
