package profile

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// The refusals of a privacy request.
var (
	ErrRequestUnknown = fault.New(fault.Missing, "privacy-request-unknown")
	ErrRequestClosed  = fault.New(fault.Conflict, "privacy-request-closed")
)

// What privacy requests leave in the audit log.
const (
	actionExported  = "passholder.exported"
	actionRequested = "privacy.requested"
	actionAnswered  = "privacy.answered"
)

// RequestKind is what somebody asks for.
type RequestKind string

// The kinds.
const (
	Export  RequestKind = "EXPORT"  // everything that is known
	Erasure RequestKind = "ERASURE" // to be forgotten
)

// RequestState is what became of it.
type RequestState string

// The states.
const (
	Open    RequestState = "OPEN"
	Done    RequestState = "DONE"
	Refused RequestState = "REFUSED"
)

// A Request is somebody's wish under the data-protection law.
type Request struct {
	ID           uuid.UUID
	PassholderID uuid.UUID
	FirstName    string // in a list; "": forgotten meanwhile
	Name         string
	Kind         RequestKind
	OrganizerID  string
	State        RequestState
	Reason       string // why it was asked or refused
	CreatedAt    time.Time
	DoneAt       time.Time // zero: not yet
}

// Ask writes a request down.
func (s *Service) Ask(ctx context.Context, by who.Actor, id uuid.UUID, kind RequestKind, reason string) (Request, error) {
	out := Request{ID: db.NewID(), PassholderID: id, Kind: kind, OrganizerID: by.Counter, State: Open, Reason: reason, CreatedAt: s.Now()}
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if _, err := s.open(ctx, tx, by, id, rights.PassholdersPrivacy); err != nil {
			return err
		}
		if err := addRequest(ctx, tx, by, out); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: actionRequested, SubjectKind: "passholder", SubjectID: id.String(), Detail: map[string]any{"kind": kind, "request": out.ID},
		})
	})
	return out, err
}

// Requests lists those of the counter in a state, the oldest first.
func (s *Service) Requests(ctx context.Context, by who.Actor, state RequestState) ([]Request, error) {
	if err := rights.CheckHere(ctx, s.DB, by, rights.PassholdersPrivacy); err != nil {
		return nil, err
	}
	return requests(ctx, s.DB, by.Counter, state)
}

// Answer closes a request. One to be forgotten that is granted erases the person,
// here and now.
func (s *Service) Answer(ctx context.Context, by who.Actor, id uuid.UUID, state RequestState, reason string) (Request, error) {
	var out Request
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.CheckHere(ctx, tx, by, rights.PassholdersPrivacy); err != nil {
			return err
		}
		var err error
		if out, err = lockRequest(ctx, tx, by.Counter, id); err != nil {
			return err
		}
		if out.State != Open {
			return ErrRequestClosed
		}
		if state == Done && out.Kind == Erasure {
			old, err := s.open(ctx, tx, by, out.PassholderID, rights.PassholdersPrivacy)
			if err != nil {
				return err
			}
			if err := s.erase(ctx, tx, by, old); err != nil {
				return err
			}
		}
		out.State, out.DoneAt = state, s.Now()
		if reason != "" {
			out.Reason = reason
		}
		if err := closeRequest(ctx, tx, out); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: actionAnswered, SubjectKind: "passholder", SubjectID: out.PassholderID.String(),
			Detail: map[string]any{"kind": out.Kind, "request": id, "state": state},
		})
	})
	return out, err
}

// ReadKind is what was looked at.
type ReadKind string

// The kinds.
const (
	ReadProfile ReadKind = "PROFILE"
	ReadPicture ReadKind = "PICTURE"
	ReadNote    ReadKind = "NOTE"
	ReadFamily  ReadKind = "FAMILY"
	ReadExport  ReadKind = "EXPORT"
)

// reads are the entries of the audit log that tell of a look at somebody.
var reads = map[string]ReadKind{
	passholder.ActionRead: ReadProfile, passholder.ActionPictureRead: ReadPicture, passholder.ActionNoteRead: ReadNote,
	family.ActionRead: ReadFamily, actionExported: ReadExport,
}

// A Read is a look that somebody took at a person.
type Read struct {
	At      time.Time
	Kind    ReadKind
	Reader  string // the name of who looked; "": a name that is not known
	Counter string // the name of the counter
	Purpose string // one of who.Purposes; "": not said
}

// Reads lists who looked at a person, newest first. Asking is not a look itself:
// it would fill its own answer.
func (s *Service) Reads(ctx context.Context, by who.Actor, id uuid.UUID, start, limit int) (list []Read, total int, err error) {
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if _, err := s.open(ctx, tx, by, id, rights.PassholdersPrivacy); err != nil {
			return err
		}
		list, total, err = readsOf(ctx, tx, id, start, limit)
		return err
	})
	return list, total, err
}

// A Section is a part of what is known about somebody: rows of names and values.
type Section struct {
	Name string           `json:"name"`
	Rows []map[string]any `json:"rows"`
}

// Everything gathers what is known about a person, to be handed over. The
// national number is in it: it is theirs.
func (s *Service) Everything(ctx context.Context, by who.Actor, id uuid.UUID) ([]Section, error) {
	var out []Section
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if _, err := s.open(ctx, tx, by, id, rights.PassholdersPrivacy); err != nil {
			return err
		}
		people, err := passholder.ByIDs(ctx, tx, s.Ring, []uuid.UUID{id}, true)
		if err != nil {
			return err
		}
		out = nil
		for _, part := range everything {
			var text []byte
			if err := tx.QueryRow(ctx, `SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(x))), '[]') FROM (`+part.sql+`) x`, id).Scan(&text); err != nil {
				return err
			}
			section := Section{Name: part.name}
			if err := json.Unmarshal(text, &section.Rows); err != nil {
				return err
			}
			if part.name == "person" && people[id].INSZKnown {
				section.Rows[0]["inszNumber"] = people[id].INSZ.Reveal()
			}
			out = append(out, section)
		}
		return audit.Record(ctx, tx, by, audit.Entry{Action: actionExported, SubjectKind: "passholder", SubjectID: id.String()})
	})
	return slices.DeleteFunc(out, func(s Section) bool { return len(s.Rows) == 0 }), err
}

// Sections names the parts of [Service.Everything], in their order.
func Sections() []string {
	out := make([]string, len(everything))
	for i, e := range everything {
		out[i] = e.name
	}
	return out
}
