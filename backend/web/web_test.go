package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/openbalie/openbalie/backend/idp"
	"github.com/openbalie/openbalie/backend/web"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

var built = fstest.MapFS{
	"index.html":          {Data: []byte("<html><head></head><body>app</body></html>")},
	"assets/main-1a2b.js": {Data: []byte(strings.Repeat("console.log('x');", 200))},
	"icon.svg":            {Data: []byte("<svg/>")},
	".vite/manifest.json": {Data: []byte("{}")},
}

func TestTheWebApp(t *testing.T) {
	t.Parallel()
	s := webtest.New(t, func(o *web.Options) { o.UI = built })
	b := s.Browser(t)
	for _, path := range []string{"/", "/index.html", "/passholders/1", "/assetsoverview"} {
		res := b.Get(path)
		expectStatus(t, res, http.StatusOK)
		if !strings.Contains(string(res.Body), "app") || res.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %v %s", path, res.Header, res.Body)
		}
	}
	page := b.Get("/")
	csp := page.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self';", "ws://127.0.0.1:24787 http://127.0.0.1:24787", "frame-ancestors 'none'"} {
		if !strings.Contains(csp, part) {
			t.Errorf("the policy lacks %q: %s", part, csp)
		}
	}
	if again := b.Get("/"); again.Header.Get("Content-Security-Policy") == csp {
		t.Error("the nonce is not new each time")
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "",
	} {
		if got := page.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"loopback-network=(self)", "local-network-access=(self)", "camera=(self)", "microphone=()"} {
		if p := page.Header.Get("Permissions-Policy"); !strings.Contains(p, want) {
			t.Errorf("Permissions-Policy %q says nothing of %s", p, want)
		}
	}

	asset := b.With("Accept-Encoding", "gzip").Get("/assets/main-1a2b.js")
	expectStatus(t, asset, http.StatusOK)
	if asset.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || asset.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("headers %v", asset.Header)
	}
	expectStatus(t, b.With("If-None-Match", asset.Header.Get("ETag")).Get("/assets/main-1a2b.js"), http.StatusNotModified)
	if res := b.Get("/icon.svg"); res.Header.Get("Cache-Control") != "no-cache" || string(res.Body) != "<svg/>" {
		t.Errorf("icon: %v %s", res.Header, res.Body)
	}
	for _, path := range []string{"/assets/gone.js", "/.vite/manifest.json", "/api/nothing", "/../secret", "/assets/..%2f..%2fetc/passwd"} {
		if res := b.Get(path); res.Status == http.StatusOK && !strings.Contains(string(res.Body), "app") {
			t.Errorf("%s: %d %s", path, res.Status, res.Body)
		}
	}
	expectCode(t, b.Get("/assets/gone.js"), http.StatusNotFound, "url-unknown")
	expectCode(t, b.Post("/", "{}"), http.StatusNotFound, "url-unknown")
}

func TestOverTLSBrowsersAreToldToStayThere(t *testing.T) {
	t.Parallel()
	s := webtest.New(t, func(o *web.Options) { o.BaseURL, o.UI = "https://balie.example", built })
	if got := s.Browser(t).Get("/").Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("Strict-Transport-Security %q", got)
	}
}

func TestThePublicAPIIsAtTheRootOfItsOwnHost(t *testing.T) {
	t.Parallel()
	s := webtest.New(t, func(o *web.Options) { o.APIHost = "api.uitpas.example" })
	token := s.Token(t, "sandbox-client", "sandbox-secret")
	for path, want := range map[string]int{
		"/permissions": 200, "/permissions/": 200, "/api/uitpas/permissions": 200, "/nothing": 404, "/realms/uitid/.well-known/openid-configuration": 200, "/.well-known/openid-configuration": 200,
	} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
		req.Host = "API.uitpas.example:443"
		req.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		s.Server.Handler().ServeHTTP(w, req)
		if w.Code != want {
			t.Errorf("%s: %d, want %d: %s", path, w.Code, want, w.Body)
		}
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"sandbox-client"}, "client_secret": {"sandbox-secret"}}.Encode()
	for _, path := range []string{idp.Path + "/protocol/openid-connect/token", idp.Path + "/protocol/openid-connect/token/", "/oauth/token"} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form))
		req.Host = "api.uitpas.example"
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.Server.Handler().ServeHTTP(w, req)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "access_token") {
			t.Errorf("%s: %d: %s", path, w.Code, w.Body)
		}
	}
}

func TestAPanicIsToldAsInternalAndLeavesNoValueInTheLog(t *testing.T) {
	t.Parallel()
	log := &webtest.Log{}
	s := webtest.New(t, func(o *web.Options) {
		o.Log = slog.New(slog.NewJSONHandler(log, nil))
		o.Provider = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("An Peeters") })
	})
	expectCode(t, s.Browser(t).Get("/realms/uitid/x"), http.StatusInternalServerError, "internal")
	if strings.Contains(log.String(), "Peeters") || strings.Contains(s.Log.String(), "Peeters") {
		t.Error("the log holds the value of a panic")
	}
}

func TestOperatorsSeeHealthAndMetrics(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Program(t).Get("/passes?identifier=" + regular)
	ask := func(path string) (int, string) {
		w := httptest.NewRecorder()
		s.Server.Operations().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		text, _ := io.ReadAll(w.Body)
		return w.Code, string(text)
	}
	_, metrics := ask("/metrics")
	for _, part := range []string{`openbalie_http_request_duration_seconds_count{method="GET",route="/api/uitpas/passes",status="200"} 1`, "openbalie_db_pool_acquired"} {
		if !strings.Contains(metrics, part) {
			t.Errorf("metrics lack %s", part)
		}
	}
	if strings.Contains(metrics, regular) {
		t.Error("metrics hold a number")
	}
	if status, _ := ask("/readyz"); status != http.StatusOK {
		t.Errorf("not ready: %d", status)
	}
	s.Server.Drain()
	if status, _ := ask("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("ready while draining: %d", status)
	}
	if status, _ := ask("/healthz"); status != http.StatusOK {
		t.Errorf("not healthy while draining: %d", status)
	}
}
