//go:build noui

// Package adminui carries the built web app inside the program. The build tag
// noui leaves it out, so that the Go side builds and tests without Node.
package adminui

import (
	"embed"
	"io/fs"
)

// Files returns nothing: this build has no web app.
func Files() fs.FS { return embed.FS{} }
