package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// privacyRoutes are the operations on records as such.
func (s *Server) privacyRoutes() []Route {
	return []Route{
		{http.MethodGet, "/api/v1/passholders/:passholderId/merges", string(rights.PassholdersMerge), s.getMerges},
		{http.MethodPost, "/api/v1/passholder-merges", string(rights.PassholdersMerge), s.postMerge},
		{http.MethodDelete, "/api/v1/passholder-merges/:mergeId", string(rights.PassholdersMerge), s.deleteMerge},
		{http.MethodGet, "/api/v1/passholders/:passholderId/export", string(rights.PassholdersPrivacy), s.getExport},
		{http.MethodGet, "/api/v1/passholders/:passholderId/reads", string(rights.PassholdersPrivacy), s.getReads},
		{http.MethodGet, "/api/v1/privacy-requests", string(rights.PassholdersPrivacy), s.getPrivacyRequests},
		{http.MethodPost, "/api/v1/privacy-requests", string(rights.PassholdersPrivacy), s.postPrivacyRequest},
		{http.MethodPost, "/api/v1/privacy-requests/:requestId/answer", string(rights.PassholdersPrivacy), s.postPrivacyAnswer},
	}
}

type mergeRequest struct {
	KeptID   string `json:"keptId"`
	MergedID string `json:"mergedId"`
}

// Check reads the shape.
func (in *mergeRequest) Check(f *bind.Fields) {
	f.UUID("/keptId", in.KeptID, true)
	f.UUID("/mergedId", in.MergedID, true)
}

type mergeJSON struct {
	ID        string     `json:"id"`
	KeptID    string     `json:"keptId"`
	MergedID  string     `json:"mergedId"`
	FirstName string     `json:"firstName,omitempty"`
	Name      string     `json:"name,omitempty"`
	At        time.Time  `json:"at"`
	Until     time.Time  `json:"until"`
	UndoneAt  *time.Time `json:"undoneAt,omitempty"`
}

func mergeOf(m profile.Merge) mergeJSON {
	out := mergeJSON{
		ID: m.ID.String(), KeptID: m.KeptID.String(), MergedID: m.MergedID.String(), FirstName: m.FirstName, Name: m.Name,
		At: m.At.UTC(), Until: m.Until().UTC(),
	}
	if !m.UndoneAt.IsZero() {
		at := m.UndoneAt.UTC()
		out.UndoneAt = &at
	}
	return out
}

// postMerge makes two records of one person one: POST
// /api/v1/passholder-merges.
func (s *Server) postMerge(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, false)
	if err != nil {
		return err
	}
	var in mergeRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	m, err := s.Profiles.Merge(c.Request.Context(), by, key, uuid.MustParse(in.KeptID), uuid.MustParse(in.MergedID)) // both are checked
	if err != nil {
		return err
	}
	replayed(c, m.Replayed)
	c.JSON(http.StatusCreated, mergeOf(m))
	return nil
}

// deleteMerge parts them again: DELETE /api/v1/passholder-merges/{mergeId}.
func (s *Server) deleteMerge(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "mergeId", profile.ErrMergeUnknown)
	if err != nil {
		return err
	}
	m, err := s.Profiles.Part(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, mergeOf(m))
	return nil
}

// getMerges lists what was made one with a person: GET
// /api/v1/passholders/{passholderId}/merges.
func (s *Server) getMerges(c *gin.Context, _ login.Session, by who.Actor) error {
	return about(c, func(id uuid.UUID) error {
		list, err := s.Profiles.Merges(c.Request.Context(), by, id)
		if err != nil {
			return err
		}
		out := make([]mergeJSON, len(list))
		for i, m := range list {
			out[i] = mergeOf(m)
		}
		c.JSON(http.StatusOK, out)
		return nil
	})
}

// getExport hands over everything that is known about a person, for programs or
// for people: GET /api/v1/passholders/{passholderId}/export?format=….
func (s *Server) getExport(c *gin.Context, _ login.Session, by who.Actor) error {
	return about(c, func(id uuid.UUID) error {
		format, err := bind.Choice(c, "format", "json", "html")
		if err != nil {
			return err
		}
		lang, err := bind.Choice(c, "language", "nl", "fr", "de", "en")
		if err != nil {
			return err
		}
		sections, err := s.Profiles.Everything(c.Request.Context(), by, id)
		if err != nil {
			return err
		}
		c.Header("Content-Disposition", `attachment; filename="`+id.String()+"."+format+`"`)
		if format == "json" {
			c.JSON(http.StatusOK, gin.H{"passholderId": id, "madeAt": s.Now().UTC(), "sections": sections})
			return nil
		}
		c.Header("Content-Type", "text/html; charset=utf-8")
		c.Status(http.StatusOK)
		return writeExport(c.Writer, sections, lang, s.Now())
	})
}

// said is a text in one language.
func said(code, lang string) string {
	m, _ := bind.MessageOf(code, nil)
	return map[string]string{"nl": m.NL, "fr": m.FR, "de": m.DE, "en": m.EN}[lang]
}

// kebab spells a name as codes are.
func kebab(name string) string {
	var out []rune
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			out = append(out, '-', r-'A'+'a')
		} else {
			out = append(out, r)
		}
	}
	return string(out)
}

type readJSON struct {
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"`
	Reader  string    `json:"reader,omitempty"`
	Counter string    `json:"counter,omitempty"`
	Purpose string    `json:"purpose,omitempty"`
}

// getReads lists who looked at a person: GET
// /api/v1/passholders/{passholderId}/reads.
func (s *Server) getReads(c *gin.Context, _ login.Session, by who.Actor) error {
	return about(c, func(id uuid.UUID) error {
		page, err := bind.OwnPage(c)
		if err != nil {
			return err
		}
		list, total, err := s.Profiles.Reads(c.Request.Context(), by, id, page.Start, page.Limit)
		if err != nil {
			return err
		}
		out := make([]readJSON, len(list))
		for i, r := range list {
			out[i] = readJSON{r.At.UTC(), string(r.Kind), r.Reader, r.Counter, r.Purpose}
		}
		c.JSON(http.StatusOK, gin.H{"totalItems": total, "member": out})
		return nil
	})
}

type privacyRequest struct {
	PassholderID string `json:"passholderId"`
	Kind         string `json:"kind"`
	Reason       string `json:"reason"`
}

// Check reads the shape.
func (in *privacyRequest) Check(f *bind.Fields) {
	f.UUID("/passholderId", in.PassholderID, true)
	f.OneOf("/kind", in.Kind, string(profile.Export), string(profile.Erasure))
	f.Most("/reason", len(in.Reason), maxReason)
}

// maxReason is more than anybody writes.
const maxReason = 2000

type privacyRequestJSON struct {
	ID           string     `json:"id"`
	PassholderID string     `json:"passholderId"`
	FirstName    string     `json:"firstName,omitempty"`
	Name         string     `json:"name,omitempty"`
	Kind         string     `json:"kind"`
	State        string     `json:"state"`
	Reason       string     `json:"reason,omitempty"`
	CreatedAt    time.Time  `json:"createdAt"`
	DoneAt       *time.Time `json:"doneAt,omitempty"`
}

func privacyRequestOf(r profile.Request) privacyRequestJSON {
	out := privacyRequestJSON{
		ID: r.ID.String(), PassholderID: r.PassholderID.String(), FirstName: r.FirstName, Name: r.Name,
		Kind: string(r.Kind), State: string(r.State), Reason: r.Reason, CreatedAt: r.CreatedAt.UTC(),
	}
	if !r.DoneAt.IsZero() {
		at := r.DoneAt.UTC()
		out.DoneAt = &at
	}
	return out
}

// postPrivacyRequest writes a wish down: POST /api/v1/privacy-requests.
func (s *Server) postPrivacyRequest(c *gin.Context, _ login.Session, by who.Actor) error {
	var in privacyRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	r, err := s.Profiles.Ask(c.Request.Context(), by, uuid.MustParse(in.PassholderID), profile.RequestKind(in.Kind), in.Reason)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, privacyRequestOf(r))
	return nil
}

// getPrivacyRequests lists the counter's: GET /api/v1/privacy-requests.
func (s *Server) getPrivacyRequests(c *gin.Context, _ login.Session, by who.Actor) error {
	state, err := bind.Choice(c, "state", string(profile.Open), string(profile.Done), string(profile.Refused))
	if err != nil {
		return err
	}
	list, err := s.Profiles.Requests(c.Request.Context(), by, profile.RequestState(state))
	if err != nil {
		return err
	}
	out := make([]privacyRequestJSON, len(list))
	for i, r := range list {
		out[i] = privacyRequestOf(r)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type privacyAnswer struct {
	State  string `json:"state"`
	Reason string `json:"reason"`
}

// Check reads the shape: who refuses says why.
func (in *privacyAnswer) Check(f *bind.Fields) {
	f.OneOf("/state", in.State, string(profile.Done), string(profile.Refused))
	f.Most("/reason", len(in.Reason), maxReason)
	if in.State == string(profile.Refused) && in.Reason == "" {
		f.Refuse("/reason", passholder.ErrRequired)
	}
}

// postPrivacyAnswer does or refuses what was asked: POST
// /api/v1/privacy-requests/{requestId}/answer.
func (s *Server) postPrivacyAnswer(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "requestId", profile.ErrRequestUnknown)
	if err != nil {
		return err
	}
	var in privacyAnswer
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	r, err := s.Profiles.Answer(c.Request.Context(), by, id, profile.RequestState(in.State), in.Reason)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, privacyRequestOf(r))
	return nil
}
