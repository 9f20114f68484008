package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/idp"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	signedIn := func(c *webtest.Caller) bool { return c.Get("/api/v1/me").Status == http.StatusOK }

	t.Run("comes back to where it began, with a cookie that scripts cannot read", func(t *testing.T) {
		b := s.Browser(t)
		back := b.Authorize(b.Get("/login?returnTo="+url.QueryEscape("/passholders/1?tab=points")).Location(), webtest.Clerk)
		done := b.Get(back)
		expectStatus(t, done, http.StatusFound)
		if done.Location() != "/passholders/1?tab=points" {
			t.Errorf("came back to %q", done.Location())
		}
		cookie := done.Header.Get("Set-Cookie")
		if !strings.HasPrefix(cookie, "openbalie_session=") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
			t.Errorf("cookie %q", cookie)
		}
		if !signedIn(b) {
			t.Error("not signed in")
		}
		if n := s.Count(t, `SELECT count(*) FROM login_session WHERE id_hash = convert_to($1, 'UTF8')`, strings.SplitN(strings.TrimPrefix(cookie, "openbalie_session="), ";", 2)[0]); n != 0 {
			t.Error("the cookie's value is stored as it is")
		}
	})
	t.Run("never leaves this site", func(t *testing.T) {
		for _, to := range []string{"//evil.example", "/\\evil.example", "https://evil.example", "/%09/evil.example", "/login", "javascript:alert(1)", "/\r\nSet-Cookie: a=b"} {
			b := s.Browser(t)
			done := b.Get(b.Authorize(b.Get("/login?returnTo="+url.QueryEscape(to)).Location(), webtest.Clerk))
			if at := done.Location(); at != "/" && at != "/%09/evil.example" {
				t.Errorf("%q led to %q", to, at)
			}
		}
	})

	for name, change := range map[string]func(q url.Values){
		"a changed state": func(q url.Values) { q.Set("state", q.Get("state")+"x") },
		"no state":        func(q url.Values) { q.Del("state") },
		"a changed code":  func(q url.Values) { q.Set("code", q.Get("code")+"x") },
		"no code":         func(q url.Values) { q.Del("code") },
		"a refused login": func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") },
	} {
		t.Run(name+" signs nobody in", func(t *testing.T) {
			b := s.Browser(t)
			back, err := url.Parse(b.Authorize(b.Get("/login").Location(), webtest.Clerk))
			if err != nil {
				t.Fatal(err)
			}
			q := back.Query()
			change(q)
			back.RawQuery = q.Encode()
			done := b.Get(back.String())
			if !strings.HasPrefix(done.Location(), "/?login=login-") || signedIn(b) {
				t.Errorf("ended at %q", done.Location())
			}
		})
	}
	t.Run("a code counts once", func(t *testing.T) {
		b := s.Browser(t)
		back := b.Authorize(b.Get("/login").Location(), webtest.Clerk)
		b.Get(back)
		if again := b.Get(back); again.Location() != "/?login=login-expired" {
			t.Errorf("the second time ended at %q", again.Location())
		}
	})
	t.Run("a login that another browser began signs nobody in", func(t *testing.T) {
		thief, victim := s.Browser(t), s.Browser(t)
		back := thief.Authorize(thief.Get("/login").Location(), webtest.Nobody)
		victim.Get("/login")
		if done := victim.Get(back); done.Location() != "/?login=login-expired" || signedIn(victim) {
			t.Errorf("ended at %q", done.Location())
		}
	})
	t.Run("without the cookie of the login nobody is signed in, and the login is not spent", func(t *testing.T) {
		b := s.Browser(t)
		back := b.Authorize(b.Get("/login").Location(), webtest.Clerk)
		for _, at := range []string{back, s.URL + "/login/callback", s.URL + "/login/callback?code=x", s.URL + "/login/callback?error=access_denied&state=x"} {
			stranger := s.Browser(t)
			done := stranger.Get(at)
			if done.Location() != "/?login=login-expired" || done.Header.Get("Set-Cookie") != "" || signedIn(stranger) {
				t.Errorf("%s ended at %q", at, done.Location())
			}
		}
		if done := b.Get(back); done.Location() != "/" || !signedIn(b) {
			t.Errorf("the browser that began it ended at %q", done.Location())
		}
	})
	t.Run("the name and the address of the next login count, in every session", func(t *testing.T) {
		before := s.Browser(t)
		before.SignIn(webtest.Clerk)
		name := before.Get("/api/v1/me").Field(t, "user.name")
		users := s.Count(t, `SELECT count(*) FROM login_user`)
		if _, err := s.DB.Exec(t.Context(), `UPDATE login_user SET email = 'former@openbalie.example', name = 'Former Name' WHERE email = $1`, webtest.Clerk); err != nil {
			t.Fatal(err)
		}
		expectField(t, before.Get("/api/v1/me"), "user.email", "former@openbalie.example")
		after := s.Browser(t)
		after.SignIn(webtest.Clerk)
		for _, b := range []*webtest.Caller{after, before} {
			expectField(t, b.Get("/api/v1/me"), "user.email", webtest.Clerk)
			expectField(t, b.Get("/api/v1/me"), "user.name", name)
		}
		if n := s.Count(t, `SELECT count(*) FROM login_user`); n != users {
			t.Errorf("%d people, before %d", n, users)
		}
	})
	t.Run("two tabs sign in side by side", func(t *testing.T) {
		b := s.Browser(t)
		first, second := b.Get("/login?returnTo=/one").Location(), b.Get("/login?returnTo=/two").Location()
		for to, want := range map[string]string{first: "/one", second: "/two"} {
			if done := b.Get(b.Authorize(to, webtest.Clerk)); done.Location() != want {
				t.Errorf("ended at %q, want %q", done.Location(), want)
			}
		}
	})
	t.Run("a changed challenge or nonce is found out", func(t *testing.T) {
		for _, parameter := range []string{"code_challenge", "nonce"} {
			b := s.Browser(t)
			to, err := url.Parse(b.Get("/login").Location())
			if err != nil {
				t.Fatal(err)
			}
			q := to.Query()
			if q.Get(parameter) == "" || q.Get("code_challenge_method") != "S256" {
				t.Fatalf("the login sends no %s: %s", parameter, to)
			}
			q.Set(parameter, strings.Repeat("A", 43))
			to.RawQuery = q.Encode()
			if done := b.Get(b.Authorize(to.String(), webtest.Clerk)); done.Location() != "/?login=login-failed" || signedIn(b) {
				t.Errorf("%s: ended at %q", parameter, done.Location())
			}
		}
	})
	t.Run("a new login ends the session that was there", func(t *testing.T) {
		b := s.Browser(t)
		b.SignIn(webtest.Clerk)
		before := s.Count(t, `SELECT count(*) FROM login_session`)
		b.SignIn(webtest.Admin)
		if n := s.Count(t, `SELECT count(*) FROM login_session`); n != before {
			t.Errorf("%d sessions, before %d", n, before)
		}
		expectField(t, b.Get("/api/v1/me"), "user.email", webtest.Admin)
	})
	t.Run("signing out ends the session here and at the provider", func(t *testing.T) {
		b := s.Browser(t)
		b.SignIn(webtest.Clerk)
		out := b.Post("/logout", "")
		expectStatus(t, out, http.StatusOK)
		if signedIn(b) {
			t.Error("still signed in")
		}
		end := b.Get(out.Field(t, "redirect"))
		if end.Location() != s.URL+"/" {
			t.Errorf("the provider sends the browser to %q: %d %s", end.Location(), end.Status, end.Body)
		}
	})
	t.Run("another site cannot sign anybody out", func(t *testing.T) {
		b := s.Browser(t)
		b.SignIn(webtest.Clerk)
		for name, value := range map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"} {
			expectCode(t, b.With(name, value).Post("/logout", ""), http.StatusForbidden, "cross-origin")
			expectCode(t, b.With(name, value).With("X-Counter", "x").Post("/api/v1/identifications", `{}`), http.StatusForbidden, "cross-origin")
		}
		if !signedIn(b) {
			t.Error("signed out")
		}
	})
	t.Run("a browser that came by another name is sent to the right one first", func(t *testing.T) {
		to := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
		res := s.Browser(t).Get(to + "/login?returnTo=/x")
		if want := s.URL + "/login?returnTo=%2Fx"; res.Location() != want {
			t.Errorf("sent to %q, want %q", res.Location(), want)
		}
	})
	t.Run("a session that nobody uses ends after twelve hours, one in use goes on", func(t *testing.T) {
		used, idle := s.Browser(t), s.Browser(t)
		used.SignIn(webtest.Clerk)
		idle.SignIn(webtest.Clerk)
		defer s.Travel(-13 * time.Hour)
		s.Travel(7 * time.Hour)
		if !signedIn(used) {
			t.Fatal("signed out after seven hours")
		}
		s.Travel(6 * time.Hour)
		if !signedIn(used) || signedIn(idle) {
			t.Errorf("used %v, idle %v", signedIn(used), signedIn(idle))
		}
	})
	t.Run("a login that takes too long starts over", func(t *testing.T) {
		b := s.Browser(t)
		to := b.Get("/login").Location()
		s.Travel(11 * time.Minute)
		defer s.Travel(-11 * time.Minute)
		if done := b.Get(b.Authorize(to, webtest.Clerk)); done.Location() != "/?login=login-expired" {
			t.Errorf("ended at %q", done.Location())
		}
	})
	t.Run("somebody else's cookie value is nobody's session", func(t *testing.T) {
		expectCode(t, s.Browser(t).With("Cookie", "openbalie_session=made-up").Get("/api/v1/me"), http.StatusUnauthorized, "not-signed-in")
	})
	if !strings.HasSuffix(s.Provider.Issuer(), idp.Path) {
		t.Errorf("issuer %q", s.Provider.Issuer())
	}
}

func TestASessionInUseEndsAfterAWeekToo(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	b := s.Browser(t)
	b.SignIn(webtest.Clerk)
	const step = 10 * time.Hour
	for after := time.Duration(0); after+step < 7*24*time.Hour; after += step {
		s.Travel(step)
		expectStatus(t, b.Get("/api/v1/me"), http.StatusOK)
	}
	s.Travel(step)
	expectCode(t, b.Get("/api/v1/me"), http.StatusUnauthorized, "not-signed-in")
}

// Over TLS no neighbour under the same domain can plant a session or a login.
func TestOverTLSCookiesAreOfThisHostAlone(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Login.BaseURL = "https://" + strings.TrimPrefix(s.URL, "http://")
	begun := s.Browser(t).Get("/login").Header.Get("Set-Cookie")
	if !strings.HasPrefix(begun, "__Host-openbalie_login=") || !strings.Contains(begun, "; Path=/;") || !strings.HasSuffix(begun, "HttpOnly; Secure; SameSite=Lax") {
		t.Errorf("cookie %q", begun)
	}
	ended := s.Browser(t).Post("/logout", "").Header.Get("Set-Cookie")
	if !strings.HasPrefix(ended, "__Host-openbalie_session=;") || !strings.Contains(ended, "Max-Age=0") {
		t.Errorf("cookie %q", ended)
	}
	res := s.Browser(t).With("Cookie", "openbalie_session=planted; openbalie_login=planted").Get("/login/callback?state=x&code=y")
	if res.Location() != "/?login=login-expired" {
		t.Errorf("a planted cookie ended at %q", res.Location())
	}
}
