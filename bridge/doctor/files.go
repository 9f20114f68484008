//go:build !windows

package doctor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// at returns a path under the root.
func (p Place) at(path ...string) string {
	return filepath.Join(append([]string{p.Root}, path...)...)
}

// shown returns a path as it stands in the report.
func (p Place) shown(path string) string {
	rest, err := filepath.Rel(p.Root, path)
	if err != nil {
		return path
	}
	return "/" + filepath.ToSlash(rest)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// firefoxFile reads the policies of Firefox in the first of the files that is
// there: the browser itself takes only one.
func (p Place) firefoxFile(b *Browser, files ...string) {
	for _, name := range files {
		file := p.at(name)
		values, err := document(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			b.Broken = append(b.Broken, fmt.Sprintf("%s (%s)", p.shown(file), brief(err)))
		default:
			inner, _ := values["policies"].(map[string]any)
			b.takeFirefox(p.shown(file), inner)
		}
		return
	}
}

func (b *Browser) takeFirefox(place string, values map[string]any) {
	lna, _ := values["LocalNetworkAccess"].(map[string]any)
	b.take(place, map[string]any{firefoxSkips: lna["SkipDomains"], firefoxEnabled: lna["Enabled"]}, firefoxSkips, firefoxEnabled)
}

// trailing matches the comma behind a last item, which browsers forgive.
var trailing = regexp.MustCompile(`,(\s*[}\]])`)

func document(file string) (map[string]any, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var values map[string]any
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if err = json.Unmarshal(raw, &values); err == nil {
		return values, nil
	}
	if json.Unmarshal(trailing.ReplaceAll(raw, []byte("$1")), &values) == nil {
		return values, nil
	}
	return nil, err
}

// brief leaves the path out of an error: it stands before it.
func brief(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}
