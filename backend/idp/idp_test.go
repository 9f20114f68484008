package idp_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/openbalie/openbalie/backend/idp"
)

const (
	base     = "http://localhost:8080"
	tokens   = idp.Path + "/protocol/openid-connect/token"
	redirect = "http://localhost:3000/callback"
)

func newProvider(t *testing.T, dir string) *idp.Provider {
	t.Helper()
	p, err := idp.New(idp.Options{
		Issuer: base + idp.Path, Dir: dir, Now: time.Now,
		Users: []idp.User{{ID: "u1", Email: "clerk@openbalie.example", GivenName: "Katrien", FamilyName: "Claes", Password: "sandbox", Role: "clerk"}},
		Clients: []idp.Client{
			{ID: "openbalie", Secret: "between us", RedirectURIs: []string{base + "/login/callback"}},
			{ID: "sandbox-client", Secret: "sandbox-secret", Service: true, Loopback: true},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

type answer struct {
	status int
	header http.Header
	text   string
}

func (a answer) field(t *testing.T, name string) string {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(a.text), &all); err != nil {
		t.Fatalf("%d %s", a.status, a.text)
	}
	s, _ := all[name].(string)
	return s
}

func ask(t *testing.T, p *idp.Provider, method, path, kind, body string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("Accept-Language", "fr-BE,nl;q=0.5")
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	text, _ := io.ReadAll(w.Result().Body)
	return answer{w.Code, w.Result().Header, string(text)}
}

const form = "application/x-www-form-urlencoded"

func claims(t *testing.T, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is no JWT", token)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAProgramGetsATokenByFormAndByJSON(t *testing.T) {
	t.Parallel()
	p := newProvider(t, t.TempDir())
	for kind, body := range map[string]string{
		form:               "grant_type=client_credentials&client_id=sandbox-client&client_secret=sandbox-secret",
		"application/json": `{"grant_type":"client_credentials","client_id":"sandbox-client","client_secret":"sandbox-secret","audience":"https://api.publiq.be"}`,
	} {
		got := ask(t, p, http.MethodPost, tokens, kind, body)
		if got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" || got.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Fatalf("%s: %d %v %s", kind, got.status, got.header, got.text)
		}
		c := claims(t, got.field(t, "access_token"))
		if c["iss"] != base+idp.Path || c["sub"] != "sandbox-client" || c["azp"] != "sandbox-client" {
			t.Errorf("claims %v", c)
		}
	}
}

func TestTheTokenEndpointRefuses(t *testing.T) {
	t.Parallel()
	p := newProvider(t, t.TempDir())
	for name, tt := range map[string]struct {
		method, kind, body string
		status             int
		code               string
	}{
		"a wrong secret":                {http.MethodPost, form, "grant_type=client_credentials&client_id=sandbox-client&client_secret=x", 401, "invalid_client"},
		"an unknown client":             {http.MethodPost, form, "grant_type=client_credentials&client_id=x&client_secret=x", 401, "invalid_client"},
		"a client that signs people in": {http.MethodPost, form, "grant_type=client_credentials&client_id=openbalie&client_secret=between+us", 400, "unauthorized_client"},
		"no grant type":                 {http.MethodPost, form, "client_id=sandbox-client", 400, "invalid_request"},
		"a password":                    {http.MethodPost, form, "grant_type=password&client_id=sandbox-client&client_secret=sandbox-secret", 400, "unsupported_grant_type"},
		"an unknown code":               {http.MethodPost, form, "grant_type=authorization_code&code=x&redirect_uri=x&client_id=sandbox-client&client_secret=sandbox-secret", 400, "invalid_grant"},
		"malformed JSON":                {http.MethodPost, "application/json", `{"grant_type":`, 400, "invalid_request"},
		"JSON that is no object":        {http.MethodPost, "application/json", `null`, 400, "invalid_request"},
		"GET":                           {http.MethodGet, "", "", 405, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ask(t, p, tt.method, tokens, tt.kind, tt.body)
			if got.status != tt.status || got.field(t, "error") != tt.code {
				t.Errorf("%d %s, want %d %s", got.status, got.text, tt.status, tt.code)
			}
		})
	}
}

var formID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// authorize signs in and returns the code.
func authorize(t *testing.T, p *idp.Provider, q url.Values) string {
	t.Helper()
	begin := ask(t, p, http.MethodGet, idp.Path+"/protocol/openid-connect/auth?"+q.Encode(), "", "")
	page := ask(t, p, http.MethodGet, begin.header.Get("Location"), "", "")
	m := formID.FindStringSubmatch(page.text)
	if m == nil {
		t.Fatalf("no page: %d %s %d %s", begin.status, begin.text, page.status, page.text)
	}
	done := ask(t, p, http.MethodPost, idp.Path+"/login", form, url.Values{"id": {m[1]}, "email": {"Clerk@openbalie.example"}, "password": {"sandbox"}}.Encode())
	back, err := url.Parse(ask(t, p, http.MethodGet, done.header.Get("Location"), "", "").header.Get("Location"))
	if err != nil || back.Query().Get("state") != q.Get("state") {
		t.Fatalf("sent back to %v: %v", back, err)
	}
	return back.Query().Get("code")
}

func TestAPersonSignsInThroughAnIntegratorsProgramAndStaysSignedIn(t *testing.T) {
	t.Parallel()
	p := newProvider(t, t.TempDir())
	verifier := oauth2.GenerateVerifier()
	q := url.Values{
		"client_id": {"sandbox-client"}, "redirect_uri": {redirect}, "response_type": {"code"}, "scope": {"openid email profile offline_access"},
		"state": {"s"}, "nonce": {"n"}, "code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"},
	}
	trade := func(code, verifier string) answer {
		f := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}, "client_id": {"sandbox-client"}, "client_secret": {"sandbox-secret"}}
		if verifier != "" {
			f.Set("code_verifier", verifier)
		}
		return ask(t, p, http.MethodPost, tokens, form, f.Encode())
	}
	for name, wrong := range map[string]string{"no verifier": "", "another verifier": oauth2.GenerateVerifier()} {
		if got := trade(authorize(t, p, q), wrong); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, got.status, got.text)
		}
	}
	code := authorize(t, p, q)
	got := trade(code, verifier)
	if got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.text)
	}
	if c := claims(t, got.field(t, "id_token")); c["nonce"] != "n" || c["email"] != "clerk@openbalie.example" || c["email_verified"] != true {
		t.Errorf("ID token %v", c)
	}
	if c := claims(t, got.field(t, "access_token")); c["email"] != "clerk@openbalie.example" || c["sub"] != "u1" {
		t.Errorf("access token %v", c)
	}
	if again := trade(code, verifier); again.status != http.StatusBadRequest {
		t.Errorf("a code counted twice: %d", again.status)
	}

	refresh := func(token string) answer {
		return ask(t, p, http.MethodPost, tokens, form, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {"sandbox-client"}, "client_secret": {"sandbox-secret"}}.Encode())
	}
	first := got.field(t, "refresh_token")
	next := refresh(first)
	if next.status != http.StatusOK || next.field(t, "refresh_token") == first {
		t.Fatalf("refresh: %d %s", next.status, next.text)
	}
	if old := refresh(first); old.status == http.StatusOK {
		t.Error("a refresh token counted twice")
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, idp.Path+"/protocol/openid-connect/userinfo", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+next.field(t, "access_token"))
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Katrien Claes") {
		t.Errorf("userinfo: %d %s", w.Code, w.Body)
	}
}

func TestTheProviderSendsNobodyToAnUnknownAddress(t *testing.T) {
	t.Parallel()
	p := newProvider(t, t.TempDir())
	for _, to := range []string{"https://evil.example/callback", base + "/login/callback/x", "http://localhost.evil.example/"} {
		q := url.Values{"client_id": {"openbalie"}, "redirect_uri": {to}, "response_type": {"code"}, "scope": {"openid"}}
		if got := ask(t, p, http.MethodGet, idp.Path+"/protocol/openid-connect/auth?"+q.Encode(), "", ""); got.header.Get("Location") != "" {
			t.Errorf("%s: sent to %s", to, got.header.Get("Location"))
		}
	}
}

func TestTheLoginPage(t *testing.T) {
	t.Parallel()
	p := newProvider(t, t.TempDir())
	q := url.Values{"client_id": {"openbalie"}, "redirect_uri": {base + "/login/callback"}, "response_type": {"code"}, "scope": {"openid"}, "state": {"s"}}
	at := ask(t, p, http.MethodGet, idp.Path+"/protocol/openid-connect/auth?"+q.Encode(), "", "").header.Get("Location")
	page := ask(t, p, http.MethodGet, at, "", "")
	for _, part := range []string{`<html lang="fr">`, "Se connecter", "Katrien Claes", `autocomplete="current-password"`} {
		if !strings.Contains(page.text, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	if csp := page.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'; style-src 'nonce-") {
		t.Errorf("policy %q", csp)
	}
	id := formID.FindStringSubmatch(page.text)[1]
	wrong := ask(t, p, http.MethodPost, idp.Path+"/login", form, url.Values{"id": {id}, "email": {`"><script>`}, "password": {"guess"}}.Encode())
	if wrong.status != http.StatusUnauthorized || strings.Contains(wrong.text, "<script>") || !strings.Contains(wrong.text, `role="alert"`) {
		t.Errorf("wrong password: %d", wrong.status)
	}
	if gone := ask(t, p, http.MethodGet, idp.Path+"/login?id=nothing", "", ""); gone.status != http.StatusGone || strings.Contains(gone.text, "<form") {
		t.Errorf("an unknown login: %d", gone.status)
	}
}

func TestTheDiscoveryDocumentIsAtBothPlacesAndKeysSurviveARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := newProvider(t, dir)
	realm := ask(t, p, http.MethodGet, idp.Path+"/.well-known/openid-configuration", "", "")
	root := ask(t, p, http.MethodGet, "/.well-known/openid-configuration", "", "")
	if realm.text != root.text || realm.field(t, "token_endpoint") != base+tokens {
		t.Errorf("%s\n%s", realm.text, root.text)
	}
	certs := ask(t, p, http.MethodGet, idp.Path+"/protocol/openid-connect/certs", "", "")
	if again := ask(t, newProvider(t, dir), http.MethodGet, idp.Path+"/protocol/openid-connect/certs", "", ""); again.text != certs.text || !strings.Contains(certs.text, `"kty":"RSA"`) {
		t.Errorf("keys changed: %s %s", certs.text, again.text)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v", e.Name(), info.Mode())
		}
	}
}

func TestTheProviderAnswersInsideTheProcess(t *testing.T) {
	t.Parallel()
	p := newProvider(t, t.TempDir())
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.Issuer()+"/.well-known/openid-configuration", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.HTTPClient().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("status %d", res.StatusCode)
	}
}
