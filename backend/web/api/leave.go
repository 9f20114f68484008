package api

import (
	_ "embed"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"golang.org/x/text/language"

	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// The codes of what the page says.
const (
	leaveTitle  = "family-leave-title"
	leaveAsk    = "family-leave-ask"
	leaveButton = "family-leave-button"
	leaveDone   = "family-leave-done"
)

//go:embed leave.html
var leavePage string

var leaveTemplate = template.Must(template.New("leave").Parse(leavePage))

// leaving is what the link of the mail names.
type leaving struct{ Main, Member, Token string }

// The languages of the page, the first for who asks for none of them.
var leaveLanguages = language.NewMatcher([]language.Tag{language.Dutch, language.French, language.German, language.English})

// getLeaveFamily is where the link of the mail leads: a page that asks whether
// somebody is sure. Programs that only look at links change nothing: GET
// /leave-family?main=…&member=…&token=….
func (s *Server) getLeaveFamily(c *gin.Context, _ login.Session, _ who.Actor) error {
	return s.showLeave(c, http.StatusOK, leaveAsk, leaving{c.Query("main"), c.Query("member"), c.Query("token")})
}

// postLeaveFamily takes somebody off the list: POST /leave-family, as a form.
func (s *Server) postLeaveFamily(c *gin.Context, _ login.Session, _ who.Actor) error {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 4<<10)
	mainID, _ := uuid.Parse(c.PostForm("main"))     // what is no id is nobody's,
	memberID, _ := uuid.Parse(c.PostForm("member")) // and nobody has a token
	err := s.Families.Leave(c.Request.Context(), mainID, memberID, c.PostForm("token"))
	if errors.Is(err, family.ErrToken) {
		return s.showLeave(c, http.StatusUnauthorized, family.ErrToken.Code, leaving{})
	}
	if err != nil {
		return err
	}
	return s.showLeave(c, http.StatusOK, leaveDone, leaving{})
}

// showLeave writes the page in the language of the browser; with a link it asks.
func (s *Server) showLeave(c *gin.Context, status int, code string, link leaving) error {
	_, nth := language.MatchStrings(leaveLanguages, c.GetHeader("Accept-Language"))
	say := func(code string) string {
		m, _ := bind.MessageOf(code, nil)
		return []string{m.NL, m.FR, m.DE, m.EN}[nth]
	}
	var page strings.Builder
	err := leaveTemplate.Execute(&page, map[string]any{
		"Lang": []string{"nl", "fr", "de", "en"}[nth], "Title": say(leaveTitle), "Text": say(code), "Button": say(leaveButton), "Link": link,
	})
	if err != nil {
		return err
	}
	c.Data(status, "text/html; charset=utf-8", []byte(page.String()))
	return nil
}
