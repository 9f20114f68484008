// Package openapi holds the contracts of this program: openapi.yaml is the
// API of the counter app, uitpas.yaml the part of the public UiTPAS API that
// is served so far. They are written by hand, one fragment per noun, before
// the code; the web app's types are generated from them and the tests put
// every request and answer beside them.
package openapi

import "embed"

// Files are the contracts and their fragments.
//
//go:embed *.yaml
var Files embed.FS
