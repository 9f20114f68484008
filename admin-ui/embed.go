//go:build !noui

// Package adminui carries the built web app inside the program. The build tag
// noui leaves it out, so that the Go side builds and tests without Node.
package adminui

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns what the build of the web app wrote; nothing but a placeholder
// where it was not built.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return files
}
