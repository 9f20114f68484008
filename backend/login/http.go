package login

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxUserAgent is how much is kept of what a browser calls itself.
const maxUserAgent = 200

// Start sends the browser to the provider: GET /login?returnTo=/path. A
// browser that came by another name of this machine is sent to the one that
// the provider knows first, so that its cookie is there when it comes back.
func (s *Service) Start(w http.ResponseWriter, r *http.Request) {
	returnTo := safeReturnTo(r.URL.Query().Get("returnTo"))
	if base, err := url.Parse(s.BaseURL); err == nil && r.Host != base.Host {
		http.Redirect(w, r, s.BaseURL+"/login?"+url.Values{"returnTo": {returnTo}}.Encode(), http.StatusFound)
		return
	}
	browser := s.cookie(r, flowCookie)
	if browser == "" {
		browser = random()
	}
	to, err := s.begin(r.Context(), browser, returnTo)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.setCookie(w, flowCookie, browser, flowLife)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusFound)
}

// Callback is where the provider sends the browser back: GET /login/callback.
func (s *Service) Callback(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	w.Header().Set("Cache-Control", "no-store")
	browser := s.cookie(r, flowCookie)
	if browser == "" || q.Get("state") == "" {
		s.refuse(w, r, ErrExpired)
		return
	}
	if q.Get("error") != "" {
		if _, err := takeFlow(r.Context(), s.DB, hash(browser+q.Get("state")), s.Now()); err != nil {
			s.refuse(w, r, err)
			return
		}
		s.refuse(w, r, ErrRefused)
		return
	}
	agent := r.UserAgent()
	agent = strings.ToValidUTF8(agent[:min(len(agent), maxUserAgent)], "")
	token, returnTo, err := s.finish(r.Context(), browser, q.Get("state"), q.Get("code"), s.cookie(r, Cookie), agent)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.setCookie(w, Cookie, token, sessionLife)
	http.Redirect(w, r, returnTo, http.StatusFound)
}

// Logout ends the session and says where the provider ends its own: POST
// /logout.
func (s *Service) Logout(w http.ResponseWriter, r *http.Request) error {
	to, err := s.end(r.Context(), s.cookie(r, Cookie))
	if err != nil {
		return err
	}
	s.setCookie(w, Cookie, "", -1)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(map[string]string{"redirect": to})
}

// Token is the value of the session cookie.
func (s *Service) Token(r *http.Request) string { return s.cookie(r, Cookie) }

// refuse sends the browser home with the reason. Only what we could not
// foresee is logged.
func (s *Service) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, ErrExpired) && !errors.Is(err, ErrRefused) {
		slog.WarnContext(r.Context(), "Login failed", "error", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/?"+url.Values{"login": {code(err)}}.Encode(), http.StatusFound)
}

func (s *Service) setCookie(w http.ResponseWriter, name, value string, life time.Duration) {
	age := int(life.Seconds())
	if life < 0 {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: s.named(name), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	})
}

func (s *Service) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.named(name))
	if err != nil {
		return ""
	}
	return c.Value
}
