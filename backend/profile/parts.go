package profile

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// maxNote is the length of the longest note.
const maxNote = 10_000

// Picture shows a person.
func (s *Service) Picture(ctx context.Context, by who.Actor, id uuid.UUID) (p passholder.Picture, err error) {
	err = s.look(ctx, by, id, rights.PassholdersPictureRead, passholder.ActionPictureRead, func(tx *db.Tx) error {
		p, err = passholder.PictureOf(ctx, tx, id)
		return err
	})
	return p, err
}

// SetPicture gives a person a picture.
func (s *Service) SetPicture(ctx context.Context, by who.Actor, id uuid.UUID, content []byte, from passholder.PictureSource) error {
	p, err := passholder.ReadPicture(content, from)
	if err != nil {
		return err
	}
	return s.write(ctx, by, id, rights.PassholdersPictureWrite, passholder.ActionPictureSet, func(tx *db.Tx) error {
		return passholder.SetPicture(ctx, tx, id, p, s.Now())
	})
}

// RemovePicture takes a person's picture away.
func (s *Service) RemovePicture(ctx context.Context, by who.Actor, id uuid.UUID) error {
	return s.write(ctx, by, id, rights.PassholdersPictureWrite, passholder.ActionPictureGone, func(tx *db.Tx) error {
		return passholder.RemovePicture(ctx, tx, id)
	})
}

// Note reads the note about a person; only those who could write it may.
func (s *Service) Note(ctx context.Context, by who.Actor, id uuid.UUID) (n passholder.Note, err error) {
	err = s.look(ctx, by, id, rights.PassholdersPrivateRead, passholder.ActionNoteRead, func(tx *db.Tx) error {
		if _, err := s.open(ctx, tx, by, id, rights.PassholdersPrivateRead); err != nil {
			return err
		}
		n, err = passholder.NoteOf(ctx, tx, id)
		return err
	})
	return n, err
}

// SetNote writes the note about a person.
func (s *Service) SetNote(ctx context.Context, by who.Actor, id uuid.UUID, text string) error {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > maxNote {
		return passholder.ErrTooLong.With("max", maxNote)
	}
	return s.write(ctx, by, id, rights.PassholdersPrivateWrite, passholder.ActionNoteSet, func(tx *db.Tx) error {
		return passholder.SetNote(ctx, tx, by, id, text, s.Now())
	})
}

// School returns the school of a person, or passholder.ErrNoSchool.
func (s *Service) School(ctx context.Context, by who.Actor, id uuid.UUID) (o organizer.Organizer, err error) {
	err = s.look(ctx, by, id, rights.PassholdersSearch, passholder.ActionRead, func(tx *db.Tx) error {
		people, err := passholder.ByIDs(ctx, tx, s.Ring, []uuid.UUID{id}, false)
		if err != nil {
			return err
		}
		if people[id].SchoolID == "" {
			return passholder.ErrNoSchool
		}
		o, err = organizer.ByID(ctx, tx, people[id].SchoolID)
		return err
	})
	return o, err
}

// SetSchool links a person to a school, or to none with "".
func (s *Service) SetSchool(ctx context.Context, by who.Actor, id uuid.UUID, schoolID string) error {
	return s.write(ctx, by, id, rights.PassholdersUpdate, passholder.ActionSchoolSet, func(tx *db.Tx) error {
		return passholder.SetSchool(ctx, tx, id, schoolID, s.Now())
	})
}

// Answers lists what a person agreed to and took back, newest first.
func (s *Service) Answers(ctx context.Context, by who.Actor, id uuid.UUID) (list []passholder.Answer, err error) {
	err = s.look(ctx, by, id, rights.PassholdersSearchByID, passholder.ActionRead, func(tx *db.Tx) error {
		list, err = passholder.Answers(ctx, tx, id)
		return err
	})
	return list, err
}

// KnowsINSZ tells whether somebody has a national number. Everybody may ask, so
// that each question is written down, and nothing else is told.
func (s *Service) KnowsINSZ(ctx context.Context, by who.Actor, insz string) (bool, error) {
	n, err := secret.ParseNationalNumber(insz)
	if err != nil {
		return false, err
	}
	_, err = passholder.IDByINSZ(ctx, s.DB, s.Ring, n)
	known := err == nil
	if err != nil && !isUnknown(err) {
		return false, err
	}
	return known, s.recordSearch(ctx, by, "")
}

// look reads about a person under a right, and writes down that a person did.
func (s *Service) look(ctx context.Context, by who.Actor, id uuid.UUID, need rights.Permission, action string, read func(*db.Tx) error) error {
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.CheckHere(ctx, tx, by, need); err != nil {
			return err
		}
		if err := passholder.Exists(ctx, tx, id); err != nil {
			return err
		}
		if err := read(tx); err != nil {
			return err
		}
		return audit.RecordRead(ctx, tx, by, audit.Entry{Action: action, SubjectKind: "passholder", SubjectID: id.String()})
	})
}

// write changes something of a person under a right, and writes that down.
func (s *Service) write(ctx context.Context, by who.Actor, id uuid.UUID, need rights.Permission, action string, do func(*db.Tx) error) error {
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if _, err := s.open(ctx, tx, by, id, need); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{Action: action, SubjectKind: "passholder", SubjectID: id.String()})
	})
}

func isUnknown(err error) bool { return errors.Is(err, passholder.ErrUnknown) }

// Schools lists the schools of the counter's card systems, by name.
func (s *Service) Schools(ctx context.Context, by who.Actor) ([]organizer.Organizer, error) {
	r, err := s.reach(ctx, by, false)
	if err != nil {
		return nil, err
	}
	return schools(ctx, s.DB, r)
}
