package passholder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the formats that are kept
	_ "image/png"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/who"
)

// maxPixels keeps a small file from becoming a huge picture.
const maxPixels = 40_000_000

// ReadPicture checks what somebody sent as a picture, a whole JPEG or PNG, and
// leaves out what it tells beside the picture. An identity card's was whole when
// the signature was checked, and on some cards lacks the two bytes that end a
// JPEG: it stays as it is. Points are not unpacked here, which a small file could
// make cost much memory.
func ReadPicture(content []byte, from PictureSource) (Picture, error) {
	if len(content) == 0 {
		return Picture{}, ErrNoFile
	}
	if len(content) > MaxPicture {
		return Picture{}, ErrFileSize.With("maxMegabytes", MaxPicture>>20)
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(content))
	bare := bareOf[format] // what else is registered came with some library
	if err != nil || bare == nil {
		return Picture{}, ErrFileType
	}
	if from != FromEID {
		var whole bool
		if content, whole = bare(content); !whole {
			return Picture{}, ErrFileType
		}
	}
	if size.Width*size.Height > maxPixels {
		return Picture{}, ErrFileSize.With("maxMegabytes", MaxPicture>>20)
	}
	return Picture{MediaType: "image/" + format, Content: content, Source: from}, nil
}

// SetPicture gives a person a picture, in place of the one before.
func SetPicture(ctx context.Context, tx *db.Tx, id uuid.UUID, p Picture, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO passholder_picture (passholder_id, media_type, content, source, taken_at)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT (passholder_id) DO UPDATE SET media_type = excluded.media_type,
		content = excluded.content, source = excluded.source, taken_at = excluded.taken_at`,
		id, p.MediaType, p.Content, string(p.Source), now)
	if db.SQLState(err) == foreignKeyViolation {
		return ErrUnknown
	}
	if err != nil {
		return fmt.Errorf("write picture: %w", err)
	}
	return nil
}

// foreignKeyViolation is what PostgreSQL calls a row that names nobody.
const foreignKeyViolation = "23503"

// RemovePicture takes a person's picture away, or returns ErrPicture when there
// is none.
func RemovePicture(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	done, err := tx.Exec(ctx, `DELETE FROM passholder_picture WHERE passholder_id = $1`, id)
	if err != nil {
		return fmt.Errorf("remove picture: %w", err)
	}
	if done.RowsAffected() == 0 {
		return ErrPicture
	}
	return nil
}

// PictureOf returns a person's picture, or ErrPicture.
func PictureOf(ctx context.Context, q db.Q, id uuid.UUID) (Picture, error) {
	var p Picture
	err := q.QueryRow(ctx, `SELECT media_type, content, source, taken_at FROM passholder_picture WHERE passholder_id = $1`, id).
		Scan(&p.MediaType, &p.Content, &p.Source, &p.TakenAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return Picture{}, ErrPicture
	}
	if err != nil {
		return Picture{}, fmt.Errorf("read picture: %w", err)
	}
	return p, nil
}

// NoteOf returns the note about a person; an empty one when there is none.
func NoteOf(ctx context.Context, q db.Q, id uuid.UUID) (Note, error) {
	var n Note
	err := q.QueryRow(ctx, `SELECT note, updated_at, updated_by FROM passholder_note WHERE passholder_id = $1`, id).
		Scan(&n.Text, &n.UpdatedAt, &n.UpdatedBy)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Note{}, fmt.Errorf("read note: %w", err)
	}
	return n, nil
}

// SetNote writes the note about a person; an empty one is none.
func SetNote(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, text string, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO passholder_note (passholder_id, note, updated_at, updated_by) VALUES ($1, $2, $3, $4)
		ON CONFLICT (passholder_id) DO UPDATE SET note = excluded.note, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		id, text, now, by.Key())
	if db.SQLState(err) == foreignKeyViolation {
		return ErrUnknown
	}
	if err != nil {
		return fmt.Errorf("write note: %w", err)
	}
	return nil
}
