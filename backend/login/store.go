package login

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
)

type flow struct {
	Verifier string
	Nonce    string
	ReturnTo string
}

// insertFlow keeps a login under way.
func insertFlow(ctx context.Context, q db.Q, hash []byte, f flow, now time.Time) error {
	_, err := q.Exec(ctx, `
		INSERT INTO login_flow (state_hash, verifier, nonce, return_to, created_at)
		VALUES ($1, $2, $3, $4, $5)`, hash, f.Verifier, f.Nonce, f.ReturnTo, now)
	if err != nil {
		return fmt.Errorf("keep login: %w", err)
	}
	return nil
}

// takeFlow returns a login under way, once.
func takeFlow(ctx context.Context, q db.Q, hash []byte, now time.Time) (flow, error) {
	var f flow
	err := q.QueryRow(ctx, `
		DELETE FROM login_flow WHERE state_hash = $1 AND created_at >= $2
		RETURNING verifier, nonce, return_to`, hash, now.Add(-flowLife)).Scan(&f.Verifier, &f.Nonce, &f.ReturnTo)
	if errors.Is(err, pgx.ErrNoRows) {
		return flow{}, ErrExpired
	}
	if err != nil {
		return flow{}, fmt.Errorf("take login: %w", err)
	}
	return f, nil
}

// upsertUser finds the person the provider named, or makes a row for them.
func upsertUser(ctx context.Context, q db.Q, issuer, subject, email, name string, now time.Time) (string, error) {
	var id string
	err := q.QueryRow(ctx, `
		INSERT INTO login_user (id, issuer, subject, email, name, created_at, last_login_at)
		VALUES ($1, $2, $3, $4, $5, $6, $6)
		ON CONFLICT (issuer, subject) DO UPDATE
		   SET email = excluded.email, name = excluded.name, last_login_at = excluded.last_login_at
		RETURNING id::text`, db.NewID(), issuer, subject, email, name, now).Scan(&id)
	if err != nil {
		return "", fmt.Errorf("keep user: %w", err)
	}
	return id, nil
}

func insertSession(ctx context.Context, q db.Q, hash []byte, userID, idToken, userAgent string, now time.Time) error {
	user, err := uuid.Parse(userID)
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	_, err = q.Exec(ctx, `
		INSERT INTO login_session (id_hash, user_id, id_token, created_at, last_seen_at, expires_at, user_agent)
		VALUES ($1, $2, $3, $4, $4, $5, $6)`, hash, user, idToken, now, now.Add(sessionLife), userAgent)
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	return nil
}

// session returns a live session and when it was last seen.
func session(ctx context.Context, q db.Q, hash []byte, now time.Time) (Session, time.Time, error) {
	s := Session{hash: hash}
	var seen time.Time
	err := q.QueryRow(ctx, `
		SELECT u.id::text, u.name, u.email, s.last_seen_at
		  FROM login_session s JOIN login_user u ON u.id = s.user_id
		 WHERE s.id_hash = $1 AND s.expires_at > $2 AND s.last_seen_at > $3`,
		hash, now, now.Add(-idleLife)).Scan(&s.User.ID, &s.User.Name, &s.User.Email, &seen)
	if errors.Is(err, pgx.ErrNoRows) {
		return Session{}, time.Time{}, ErrNotSignedIn
	}
	if err != nil {
		return Session{}, time.Time{}, fmt.Errorf("read session: %w", err)
	}
	return s, seen, nil
}

func touchSession(ctx context.Context, q db.Q, hash []byte, now time.Time) error {
	if _, err := q.Exec(ctx, `UPDATE login_session SET last_seen_at = $2 WHERE id_hash = $1`, hash, now); err != nil {
		return fmt.Errorf("touch session: %w", err)
	}
	return nil
}

// deleteSession ends a session and returns whose it was and its ID token; ""
// when there was none.
func deleteSession(ctx context.Context, q db.Q, hash []byte) (userID, idToken string, err error) {
	err = q.QueryRow(ctx, `DELETE FROM login_session WHERE id_hash = $1 RETURNING user_id::text, id_token`, hash).Scan(&userID, &idToken)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", "", nil
	}
	if err != nil {
		return "", "", fmt.Errorf("end session: %w", err)
	}
	return userID, idToken, nil
}

// deleteSessionsOf ends the sessions of the people with an e-mail address and
// returns whose each was.
func deleteSessionsOf(ctx context.Context, q db.Q, email string) ([]string, error) {
	rows, err := q.Query(ctx, `
		DELETE FROM login_session s USING login_user u
		WHERE u.id = s.user_id AND u.email = $1 AND $1 <> '' RETURNING s.user_id::text`, email)
	if err != nil {
		return nil, fmt.Errorf("end sessions: %w", err)
	}
	ended, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("end sessions: %w", err)
	}
	return ended, nil
}

// Forget deletes the logins that nobody finished and the sessions that are
// over. Neither counts any more; this only makes room.
func Forget(ctx context.Context, q db.Q, now time.Time) error {
	if _, err := q.Exec(ctx, `DELETE FROM login_flow WHERE created_at < $1`, now.Add(-flowLife)); err != nil {
		return fmt.Errorf("forget old logins: %w", err)
	}
	if _, err := q.Exec(ctx, `DELETE FROM login_session WHERE expires_at < $1 OR last_seen_at < $2`, now, now.Add(-idleLife)); err != nil {
		return fmt.Errorf("forget old sessions: %w", err)
	}
	return nil
}
