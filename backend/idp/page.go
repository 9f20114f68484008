package idp

import (
	"crypto/rand"
	_ "embed" // the page and its texts
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/language"
)

//go:embed page.html
var pageHTML string

//go:embed texts.toml
var pageTexts string

var (
	page    = template.Must(template.New("login").Parse(pageHTML))
	matcher = language.NewMatcher(languages)
	texts   = parseTexts()
)

// parseTexts reads the texts of the page, by language; Users by role.
func parseTexts() map[string]text {
	var all map[string]text
	if _, err := toml.Decode(pageTexts, &all); err != nil {
		panic(err) // embedded: a test would not have passed
	}
	return all
}

type text struct {
	Title, Sandbox, Choose, Or, Email, Password, Submit, Wrong, Expired, Back string

	Users map[string]string
}

type pageData struct {
	Lang    string
	Nonce   string
	ID      string
	Text    text
	Users   []pageUser
	Wrong   bool
	Expired bool
	Email   string
	Home    string
}

type pageUser struct {
	Email, Password, Name, Initials, About string
}

func (p *Provider) showLogin(w http.ResponseWriter, r *http.Request) {
	p.render(w, r, r.URL.Query().Get("id"), "", false)
}

// postLogin signs in with what was typed, or with a sample user's button.
func (p *Provider) postLogin(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	id, email := r.PostForm.Get("id"), r.PostForm.Get("email")
	if !p.store.signIn(id, email, r.PostForm.Get("password")) {
		p.render(w, r, id, email, true)
		return
	}
	http.Redirect(w, r, Path+protocol+"/auth/callback?id="+url.QueryEscape(id), http.StatusSeeOther)
}

func (p *Provider) render(w http.ResponseWriter, r *http.Request, id, email string, wrong bool) {
	l, found := p.store.pending(id)
	wanted, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if found {
		wanted = append(l.locales, wanted...)
	}
	_, at, _ := matcher.Match(wanted...)
	lang := languages[at].String()
	data := pageData{
		Lang: lang, Nonce: rand.Text(), ID: id, Text: texts[lang], Email: email,
		Wrong: wrong && found, Expired: !found, Home: strings.TrimSuffix(p.issuer, Path) + "/",
	}
	for _, u := range p.store.users {
		data.Users = append(data.Users, pageUser{
			Email: u.Email, Password: u.Password, Name: u.GivenName + " " + u.FamilyName,
			Initials: initial(u.GivenName) + initial(u.FamilyName), About: data.Text.Users[u.Role],
		})
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+data.Nonce+"'; img-src data:; base-uri 'none'; frame-ancestors 'none'")
	switch {
	case data.Expired:
		w.WriteHeader(http.StatusGone)
	case data.Wrong:
		w.WriteHeader(http.StatusUnauthorized)
	}
	_ = page.Execute(w, data) // the reader may have gone
}

func initial(name string) string {
	for _, r := range name {
		return string(r)
	}
	return ""
}
