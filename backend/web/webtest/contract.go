package webtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/openbalie/openbalie/backend/web/openapi"
)

// contract is an OpenAPI document that requests and answers are held beside.
type contract struct {
	Doc    *openapi3.T
	router routers.Router
	prefix string // what stands before the document's paths
	others bool   // somebody else published it
}

// confirmed are the operations of somebody else's contract that succeeded.
var confirmed sync.Map

// Confirmed reports whether an operation of the public API succeeded in some
// test as a contract that somebody else published has it.
func Confirmed(operation string) bool {
	_, ok := confirmed.Load(operation)
	return ok
}

// answered are the problems that somebody got from the public API so far, as
// «GET /path 404 type».
var answered sync.Map

// Answered reports whether an operation of the public API, as its contract
// spells it, answered with a status and a problem type in some test.
func Answered(operation string, status int, kind string) bool {
	_, ok := answered.Load(fmt.Sprint(operation, " ", status, " ", kind))
	return ok
}

func (c *contract) remember(route *routers.Route, res *Response) {
	if c.others && res.Status < http.StatusBadRequest {
		confirmed.Store(route.Method+" "+route.Path, true)
	}
	if c.prefix == "" || res.Status < http.StatusBadRequest {
		return
	}
	var problem struct{ Type string }
	if json.Unmarshal(res.Body, &problem) == nil {
		answered.Store(fmt.Sprint(route.Method, " ", route.Path, " ", res.Status, " ", problem.Type), true)
	}
}

type both struct{ own, public *contract }

var load = sync.OnceValues(func() (both, error) {
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder)
	own, err := open("openapi.yaml", "")
	if err != nil {
		return both{}, err
	}
	public, err := open("uitpas.yaml", "/api/uitpas")
	return both{own, public}, err
})

func contracts(tb testing.TB) both {
	tb.Helper()
	b, err := load()
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// Documents are our own contract and the public API's.
func Documents(tb testing.TB) (own, public *openapi3.T) {
	tb.Helper()
	b := contracts(tb)
	return b.own.Doc, b.public.Doc
}

func open(name, prefix string) (*contract, error) {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	loader.ReadFromURIFunc = func(_ *openapi3.Loader, at *url.URL) ([]byte, error) {
		return openapi.Files.ReadFile(strings.TrimPrefix(at.Path, "/"))
	}
	doc, err := loader.LoadFromURI(&url.URL{Path: name})
	if err != nil {
		return nil, err
	}
	return routed(doc, prefix)
}

// published reads somebody else's contract. Its references to the web are
// taken from our own document.
func published(tb testing.TB, file string) *contract {
	tb.Helper()
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	inside := loader.ReadFromURIFunc
	loader.ReadFromURIFunc = func(l *openapi3.Loader, at *url.URL) ([]byte, error) {
		if at.Scheme == "http" || at.Scheme == "https" {
			return []byte(`{"type":"object","required":["type","title","status"],"properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"}}}`), nil
		}
		if inside != nil {
			return inside(l, at)
		}
		return openapi3.DefaultReadFromURI(l, at)
	}
	doc, err := loader.LoadFromFile(file)
	if err != nil {
		tb.Fatalf("read %s: %v", file, err)
	}
	c, err := routed(doc, "/api/uitpas")
	if err != nil {
		tb.Fatalf("read %s: %v", file, err)
	}
	c.others = true
	return c
}

func routed(doc *openapi3.T, prefix string) (*contract, error) {
	doc.Servers = openapi3.Servers{{URL: "/"}}
	router, err := legacy.NewRouter(doc, openapi3.DisableExamplesValidation(), openapi3.DisableSchemaPatternValidation())
	return &contract{Doc: doc, router: router, prefix: prefix}, err
}

// check holds an answer beside the contract, and the request too when it
// succeeded. What the contract does not know is not checked.
func (c *contract) check(tb testing.TB, req *http.Request, body string, res *Response) {
	tb.Helper()
	if res.Status >= http.StatusInternalServerError {
		return // no contract plans for that; the test that expects it says so
	}
	at := *req.URL
	path := strings.TrimPrefix(at.Path, c.prefix)
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	asked := req.Clone(req.Context())
	asked.URL = &url.URL{Path: path, RawQuery: at.RawQuery}
	asked.Body = io.NopCloser(strings.NewReader(body))
	route, params, err := c.router.FindRoute(asked)
	if err != nil {
		return
	}
	c.remember(route, res)
	in := &openapi3filter.RequestValidationInput{
		Request: asked, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		},
	}
	if res.Status < http.StatusBadRequest {
		if err := openapi3filter.ValidateRequest(tb.Context(), in); err != nil {
			tb.Errorf("%s %s succeeded, but the request is not in the contract: %v", req.Method, path, err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: res.Status, Header: res.Header,
		Body: io.NopCloser(bytes.NewReader(res.Body)), Options: in.Options,
	}
	if err := openapi3filter.ValidateResponse(tb.Context(), out); err != nil {
		tb.Errorf("%s %s: the answer %d is not in the contract: %v\n%s", req.Method, path, res.Status, err, res.Body)
	}
}
