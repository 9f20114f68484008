package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/who"
)

type meJSON struct {
	User     userJSON      `json:"user"`
	Counters []counterJSON `json:"counters"`
	Sandbox  bool          `json:"sandbox"`
	Help     helpJSON      `json:"help"`
}

type userJSON struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

type counterJSON struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	City        string           `json:"city"`
	CardSystems []cardSystemJSON `json:"cardSystems"`
	Permissions []string         `json:"permissions"`
	Roles       []string         `json:"roles"`
}

type cardSystemJSON struct {
	ID           int    `json:"id"`
	Name         string `json:"name"`
	PrimaryColor string `json:"primaryColor"`
}

type helpJSON struct {
	Contacts []Contact `json:"contacts"`
}

type aboutJSON struct {
	Sandbox bool       `json:"sandbox"`
	Version string     `json:"version"`
	Login   loginJSON  `json:"login"`
	Bridge  bridgeJSON `json:"bridge"`
	Mail    bool       `json:"mail"` // papers can be mailed
}

type loginJSON struct {
	Name string `json:"name"`
}

type bridgeJSON struct {
	Port int `json:"port"`
}

// startLogin sends the browser to the provider: GET /login.
func (s *Server) startLogin(c *gin.Context, _ login.Session, _ who.Actor) error {
	s.Login.Start(c.Writer, c.Request)
	return nil
}

// finishLogin takes the browser back: GET /login/callback.
func (s *Server) finishLogin(c *gin.Context, _ login.Session, _ who.Actor) error {
	s.Login.Callback(c.Writer, c.Request)
	return nil
}

// logout ends the session: POST /logout.
func (s *Server) logout(c *gin.Context, _ login.Session, _ who.Actor) error {
	return s.Login.Logout(c.Writer, c.Request)
}

// getAbout says what this installation is: GET /api/v1/about.
func (s *Server) getAbout(c *gin.Context, _ login.Session, _ who.Actor) error {
	c.JSON(http.StatusOK, aboutJSON{
		Sandbox: s.About.Samples != nil, Version: s.About.Version,
		Login: loginJSON{s.About.LoginName}, Bridge: bridgeJSON{s.About.BridgePort}, Mail: s.About.Mail,
	})
	return nil
}

// getMe says who is signed in, and at which counters: GET /api/v1/me.
func (s *Server) getMe(c *gin.Context, in login.Session, by who.Actor) error {
	counters, err := s.Organizers.Counters(c.Request.Context(), by)
	if err != nil {
		return err
	}
	out := meJSON{
		User:     userJSON{in.User.ID, in.User.Name, in.User.Email},
		Counters: make([]counterJSON, len(counters)),
		Sandbox:  s.About.Samples != nil,
		Help:     helpJSON{Contacts: append([]Contact{}, s.About.Contacts...)},
	}
	for i, counter := range counters {
		o := counterJSON{
			ID: counter.ID, Name: counter.Name, City: counter.City,
			CardSystems: []cardSystemJSON{}, Permissions: []string{}, Roles: []string{},
		}
		for _, system := range counter.CardSystems {
			o.CardSystems = append(o.CardSystems, cardSystemOf(system))
		}
		for _, p := range counter.Permissions {
			o.Permissions = append(o.Permissions, string(p))
		}
		for _, r := range counter.Roles {
			o.Roles = append(o.Roles, string(r))
		}
		out.Counters[i] = o
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func cardSystemOf(s cardsystem.System) cardSystemJSON {
	return cardSystemJSON{s.ID, s.Name, s.PrimaryColor}
}
