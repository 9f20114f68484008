package idp

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// HTTPClient returns a client that reaches this provider inside the process.
// The program that embeds it can so discover it before it listens, and where
// its public address does not resolve.
func (p *Provider) HTTPClient() *http.Client {
	return &http.Client{Transport: inside{p}}
}

// inside is a round tripper that calls a handler.
type inside struct{ h http.Handler }

// RoundTrip answers r with what the handler writes.
func (t inside) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	in := r.Clone(context.WithoutCancel(r.Context()))
	in.RequestURI = in.URL.RequestURI()
	in.Host = in.URL.Host
	t.h.ServeHTTP(w, in)
	if err := r.Body.Close(); err != nil {
		return nil, err
	}
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}, nil
}

type recorder struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }
func (w *recorder) WriteHeader(status int)      { w.status = status }
