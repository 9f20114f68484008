package web

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/web/bind"
)

// worthZipping is the size below which a file is sent as it is.
const worthZipping = 1 << 10

// app is the web app: files from the build, and one page for every address
// that is not a file.
type app struct {
	files  fs.FS
	index  string
	bridge string // where the page may reach the bridge, as sources of a policy

	mu    sync.Mutex
	ready map[string]*file
}

// file is one file, made ready to be sent the first time it is asked for.
type file struct {
	body, zipped []byte
	kind, tag    string
}

func newApp(files fs.FS, bridgePort int) *app {
	a := &app{files: files, ready: map[string]*file{}}
	// The socket, and over http the question whether the bridge knows our origin.
	a.bridge = fmt.Sprintf("ws://127.0.0.1:%d http://127.0.0.1:%d", bridgePort, bridgePort)
	if files != nil {
		index, err := fs.ReadFile(files, "index.html")
		if err == nil {
			a.index = string(index)
		}
	}
	return a
}

func (a *app) serve(c *gin.Context) {
	name := strings.TrimPrefix(path.Clean(c.Request.URL.Path), "/")
	if name != "" && name != "index.html" && !hidden(name) {
		if f := a.file(name); f != nil {
			f.send(c, strings.HasPrefix(name, "assets/"))
			return
		}
	}
	if a.index == "" || hidden(name) || strings.HasPrefix(name, "assets/") {
		refuse(c, bind.ErrURLUnknown)
		return
	}
	a.page(c)
}

// hidden keeps the build's own files inside.
func hidden(name string) bool { return strings.HasPrefix(name, ".") || strings.Contains(name, "/.") }

// page sends the one page, with a nonce for the few styles that the parts of
// the interface add while they run.
func (a *app) page(c *gin.Context) {
	nonce := rand.Text()
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self' 'nonce-" + nonce + "'", "img-src 'self' data: blob:",
		"font-src 'self'", "manifest-src 'self'", "connect-src 'self' " + a.bridge,
		"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
	}, "; "))
	h.Set("Cache-Control", "no-cache")
	page := strings.Replace(a.index, "</head>", `<meta property="csp-nonce" nonce="`+nonce+`" content="`+nonce+`"></head>`, 1)
	c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(page))
}

// file returns a file of the build, or nil.
func (a *app) file(name string) *file {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f, ok := a.ready[name]; ok {
		return f
	}
	if a.files == nil {
		return nil
	}
	body, err := fs.ReadFile(a.files, name)
	if err != nil {
		return nil
	}
	sum := sha256.Sum256(body)
	f := &file{body: body, kind: mime.TypeByExtension(path.Ext(name)), tag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	if f.kind == "" {
		f.kind = "application/octet-stream"
	}
	if len(body) > worthZipping && zips(f.kind) {
		f.zipped = zip(body)
	}
	a.ready[name] = f
	return f
}

func (f *file) send(c *gin.Context, forEver bool) {
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-cache")
	if forEver { // its name changes with what is in it
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("ETag", f.tag)
	h.Set("Vary", "Accept-Encoding")
	if c.GetHeader("If-None-Match") == f.tag {
		c.Status(http.StatusNotModified)
		return
	}
	body := f.body
	if f.zipped != nil && strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.zipped
	}
	c.Data(http.StatusOK, f.kind, body)
}

func zips(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.Contains(kind, "javascript") || strings.Contains(kind, "json") || strings.Contains(kind, "svg")
}

func zip(body []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(body); err != nil || w.Close() != nil {
		return nil
	}
	return out.Bytes()
}
