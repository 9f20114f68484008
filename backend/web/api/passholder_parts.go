package api

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// about runs an operation on the person whom the path names.
func about(c *gin.Context, do func(uuid.UUID) error) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	return do(id)
}

// getPicture shows a person: GET /api/v1/passholders/{passholderId}/picture.
func (s *Server) getPicture(c *gin.Context, _ login.Session, by who.Actor) error {
	return about(c, func(id uuid.UUID) error {
		p, err := s.Profiles.Picture(c.Request.Context(), by, id)
		if err != nil {
			return err
		}
		c.Data(http.StatusOK, p.MediaType, p.Content)
		return nil
	})
}

// putPicture gives a person a picture, as the body: PUT
// /api/v1/passholders/{passholderId}/picture?source=….
func (s *Server) putPicture(c *gin.Context, _ login.Session, by who.Actor) error {
	return about(c, func(id uuid.UUID) error {
		from, err := bind.Choice(c, "source", string(passholder.FromFile), string(passholder.FromWebcam), string(passholder.FromEID))
		if err != nil {
			return err
		}
		content, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, passholder.MaxPicture))
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return passholder.ErrFileSize.With("maxMegabytes", passholder.MaxPicture>>20)
		}
		if err != nil {
			return bind.ErrBodySyntax
		}
		if err := s.Profiles.SetPicture(c.Request.Context(), by, id, content, passholder.PictureSource(from)); err != nil {
			return err
		}
		c.Status(http.StatusNoContent)
		return nil
	})
}

// deletePicture takes a person's picture away: DELETE
// /api/v1/passholders/{passholderId}/picture.
func (s *Server) deletePicture(c *gin.Context, _ login.Session, by who.Actor) error {
	return about(c, func(id uuid.UUID) error {
		if err := s.Profiles.RemovePicture(c.Request.Context(), by, id); err != nil {
			return err
		}
		c.Status(http.StatusNoContent)
		return nil
	})
}

type noteJSON struct {
	Note      string     `json:"note"`
	UpdatedAt *time.Time `json:"updatedAt,omitempty"`
}

// getNote reads the note about a person: GET
// /api/v1/passholders/{passholderId}/note.
func (s *Server) getNote(c *gin.Context, _ login.Session, by who.Actor) error {
	return about(c, func(id uuid.UUID) error {
		n, err := s.Profiles.Note(c.Request.Context(), by, id)
		if err != nil {
			return err
		}
		out := noteJSON{Note: n.Text}
		if !n.UpdatedAt.IsZero() {
			at := n.UpdatedAt.UTC()
			out.UpdatedAt = &at
		}
		c.JSON(http.StatusOK, out)
		return nil
	})
}

type noteRequest struct {
	Note string `json:"note"`
}

// Check wants nothing: an empty note is none.
func (*noteRequest) Check(*bind.Fields) {}

// putNote writes the note about a person: PUT
// /api/v1/passholders/{passholderId}/note.
func (s *Server) putNote(c *gin.Context, _ login.Session, by who.Actor) error {
	return about(c, func(id uuid.UUID) error {
		var in noteRequest
		if err := bind.JSON(c, &in); err != nil {
			return err
		}
		if err := s.Profiles.SetNote(c.Request.Context(), by, id, in.Note); err != nil {
			return err
		}
		c.Status(http.StatusNoContent)
		return nil
	})
}

type schoolRequest struct {
	SchoolID string `json:"schoolId"` // "": none
}

// Check wants nothing: no school is an answer.
func (*schoolRequest) Check(*bind.Fields) {}

// putSchool links a person to a school: PUT
// /api/v1/passholders/{passholderId}/school.
func (s *Server) putSchool(c *gin.Context, _ login.Session, by who.Actor) error {
	return about(c, func(id uuid.UUID) error {
		var in schoolRequest
		if err := bind.JSON(c, &in); err != nil {
			return err
		}
		if err := s.Profiles.SetSchool(c.Request.Context(), by, id, in.SchoolID); err != nil {
			return err
		}
		c.Status(http.StatusNoContent)
		return nil
	})
}

type schoolJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	City string `json:"city,omitempty"`
}

// getSchools lists the schools of the counter's card systems: GET
// /api/v1/schools.
func (s *Server) getSchools(c *gin.Context, _ login.Session, by who.Actor) error {
	schools, err := s.Profiles.Schools(c.Request.Context(), by)
	if err != nil {
		return err
	}
	out := make([]schoolJSON, len(schools))
	for i, o := range schools {
		out[i] = schoolJSON{o.ID, o.Name, o.City}
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type answerJSON struct {
	Consent string    `json:"consent"`
	Given   bool      `json:"given"`
	At      time.Time `json:"at"`
	Channel string    `json:"channel"`
	Counter string    `json:"counter,omitempty"`
}

// getConsents lists what a person agreed to, newest first: GET
// /api/v1/passholders/{passholderId}/consents.
func (s *Server) getConsents(c *gin.Context, _ login.Session, by who.Actor) error {
	return about(c, func(id uuid.UUID) error {
		answers, err := s.Profiles.Answers(c.Request.Context(), by, id)
		if err != nil {
			return err
		}
		out := make([]answerJSON, len(answers))
		for i, a := range answers {
			out[i] = answerJSON{a.Kind.Name(), a.Given, a.At.UTC(), string(a.Channel), a.OrganizerID}
		}
		c.JSON(http.StatusOK, out)
		return nil
	})
}
