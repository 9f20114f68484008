package webtest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A Caller sends requests and checks them and their answers against a
// contract.
type Caller struct {
	t        testing.TB
	base     string
	http     *http.Client
	header   http.Header
	contract *contract
}

// A Response is an answer, read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// With returns a caller that also sends a header; an empty value takes it
// away.
func (c *Caller) With(name, value string) *Caller {
	out := *c
	out.header = maps.Clone(c.header)
	if value == "" {
		out.header.Del(name)
	} else {
		out.header.Set(name, value)
	}
	return &out
}

// On returns a caller that reports to another test.
func (c *Caller) On(tb testing.TB) *Caller {
	tb.Helper()
	out := *c
	out.t = tb
	return &out
}

// Against returns a caller whose requests and answers are held beside another
// contract, in a file.
func (c *Caller) Against(file string) *Caller {
	out := *c
	out.contract = published(c.t, file)
	return &out
}

// Get asks.
func (c *Caller) Get(path string) *Response { c.t.Helper(); return c.Do(http.MethodGet, path, "") }

// Delete takes away.
func (c *Caller) Delete(path string) *Response {
	c.t.Helper()
	return c.Do(http.MethodDelete, path, "")
}

// Post sends JSON, given as text.
func (c *Caller) Post(path, body string) *Response {
	c.t.Helper()
	return c.Do(http.MethodPost, path, body)
}

// Do sends a request. Whoever sends one that is not in the contract gets an
// answer that is: only what succeeds has to be asked rightly.
func (c *Caller) Do(method, path, body string) *Response {
	c.t.Helper()
	to := path
	if strings.HasPrefix(path, "/") {
		to = c.base + path
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, to, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	maps.Copy(req.Header, c.header)
	if body != "" && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	out := read(c.t, res)
	c.contract.check(c.t, req, body, out)
	return out
}

// Form sends a form, as a page does.
func (c *Caller) Form(to string, values url.Values) *Response {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, to, strings.NewReader(values.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	maps.Copy(req.Header, c.header)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	return read(c.t, res)
}

// Location is where an answer sends the browser.
func (r *Response) Location() string { return r.Header.Get("Location") }

// Decode reads a JSON body.
func (r *Response) Decode(tb testing.TB, into any) {
	tb.Helper()
	tb.Helper()
	if err := json.Unmarshal(r.Body, into); err != nil {
		tb.Fatalf("%d %s: %v", r.Status, r.Body, err)
	}
}

// Field is the value at a path of names in a JSON body, as it stands there;
// "" when it is absent.
func (r *Response) Field(tb testing.TB, path string) string {
	tb.Helper()
	var at any
	r.Decode(tb, &at)
	for name := range strings.SplitSeq(path, ".") {
		switch v := at.(type) {
		case map[string]any:
			at = v[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(v) {
				return ""
			}
			at = v[i]
		default:
			return ""
		}
	}
	if at == nil {
		return ""
	}
	if s, ok := at.(string); ok {
		return s
	}
	text, err := json.Marshal(at)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

var formID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// SignIn goes through the whole login, as somebody with a browser does.
func (c *Caller) SignIn(email string) {
	c.t.Helper()
	page := c.Get("/login?returnTo=/")
	back := c.Authorize(page.Location(), email)
	if done := c.Get(back); done.Status != http.StatusFound || done.Location() != "/" {
		c.t.Fatalf("signing in as %s ended at %d %s", email, done.Status, done.Location())
	}
}

// Authorize signs in at the provider's page and returns the address that it
// sends the browser back to.
func (c *Caller) Authorize(to, email string) string {
	c.t.Helper()
	page := c.Get(c.Get(to).at(c.base))
	m := formID.FindSubmatch(page.Body)
	if m == nil {
		c.t.Fatalf("no login page: %d %s", page.Status, page.Body)
	}
	sent := c.Form(c.base+"/realms/uitid/login", url.Values{"id": {string(m[1])}, "email": {email}, "password": {Password}})
	return c.Get(sent.at(c.base)).at(c.base)
}

// at is where an answer sends the browser, in full.
func (r *Response) at(base string) string {
	if strings.HasPrefix(r.Location(), "/") {
		return base + r.Location()
	}
	return r.Location()
}
