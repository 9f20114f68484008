package uitpas

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// pictureLife is how long a link to a picture works.
const pictureLife = 5 * time.Minute

// pictureUse ties the sealed links to their purpose.
var pictureUse = []byte("link to a picture")

// getPicture gives a link to the picture of a person that works for a short
// while, also in a page: GET /passholders/{passholderId}/picture.
func (s *Server) getPicture(c *gin.Context, by who.Actor) error {
	return pictureProblem(one(c, func(id uuid.UUID) error {
		if _, err := s.Profiles.Picture(c.Request.Context(), by, id); err != nil {
			return err
		}
		until := strconv.FormatInt(s.Profiles.Now().Add(pictureLife).Unix(), 10)
		link := base64.RawURLEncoding.EncodeToString(s.Profiles.Ring.SealBytes([]byte(strings.Join([]string{id.String(), until, string(by.Kind), by.ID, by.Subject}, "\n")), pictureUse))
		c.JSON(http.StatusOK, gin.H{"pictureUrl": strings.TrimSuffix(s.BaseURL, "/") + "/api/uitpas/pictures/" + link})
		return nil
	}))
}

// sendPicture sends what a link names. Whoever made the link must still have the
// right.
func (s *Server) sendPicture(c *gin.Context) error {
	sealed, err := base64.RawURLEncoding.DecodeString(c.Param("link"))
	if err != nil {
		return bind.ErrURLUnknown
	}
	plain, err := s.Profiles.Ring.OpenBytes(sealed, pictureUse)
	if err != nil {
		return bind.ErrURLUnknown
	}
	parts := strings.Split(string(plain), "\n")
	if len(parts) != 5 {
		return bind.ErrURLUnknown
	}
	until, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || s.Profiles.Now().Unix() > until {
		return bind.ErrURLUnknown
	}
	id, err := uuid.Parse(parts[0])
	if err != nil {
		return bind.ErrURLUnknown
	}
	p, err := s.Profiles.Picture(c.Request.Context(), who.Actor{Kind: who.Kind(parts[2]), ID: parts[3], Subject: parts[4]}, id)
	if err != nil {
		return pictureProblem(err)
	}
	c.Data(http.StatusOK, p.MediaType, p.Content)
	return nil
}

// putPicture gives a person a picture, as a form with a file: PUT
// /passholders/{passholderId}/picture.
func (s *Server) putPicture(c *gin.Context, by who.Actor) error {
	return pictureProblem(one(c, func(id uuid.UUID) error {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, passholder.MaxPicture+1<<16)
		header, err := c.FormFile("file")
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return passholder.ErrFileSize.With("maxMegabytes", passholder.MaxPicture>>20)
		}
		if err != nil {
			if errors.Is(err, http.ErrMissingFile) || c.Request.ContentLength == 0 {
				return passholder.ErrNoFile
			}
			return bind.ErrBodySyntax
		}
		file, err := header.Open()
		if err != nil {
			return bind.ErrBodySyntax
		}
		defer file.Close()
		content, err := io.ReadAll(file)
		if err != nil {
			return bind.ErrBodySyntax
		}
		if err := s.Profiles.SetPicture(c.Request.Context(), by, id, content, passholder.FromAPI); err != nil {
			return err
		}
		c.Status(http.StatusNoContent)
		return nil
	}))
}

// deletePicture takes it away: DELETE /passholders/{passholderId}/picture.
func (s *Server) deletePicture(c *gin.Context, by who.Actor) error {
	return pictureProblem(one(c, func(id uuid.UUID) error {
		if err := s.Profiles.RemovePicture(c.Request.Context(), by, id); err != nil {
			return err
		}
		c.Status(http.StatusNoContent)
		return nil
	}))
}

// pictureProblem spells the refusals about pictures.
func pictureProblem(err error) error {
	for fault, p := range map[error]*bind.PublicError{
		passholder.ErrNoFile:   bind.NewPublicError(http.StatusBadRequest, "body/file-missing", "File missing", ""),
		passholder.ErrFileType: bind.NewPublicError(http.StatusBadRequest, "body/file-invalid-type", "Invalid file type", "The file must be a JPEG or a PNG."),
		passholder.ErrFileSize: bind.NewPublicError(http.StatusBadRequest, "body/file-invalid-size", "Invalid file size", "The file must not be larger than 2 MB."),
	} {
		if errors.Is(err, fault) {
			return p
		}
	}
	return err
}
