package doctor

import (
	"context"
	"fmt"
	"path/filepath"
)

// browsers looks at the browsers that counters have.
func (p Place) browsers(context.Context) []Browser {
	var all []Browser
	for _, kind := range []struct {
		name     string
		programs []string
		folders  []string
	}{
		{"Chrome", []string{"google-chrome", "google-chrome-stable"}, []string{"etc/opt/chrome/policies/managed"}},
		{"Chromium", []string{"chromium", "chromium-browser"}, []string{"etc/chromium/policies/managed", "etc/chromium-browser/policies/managed"}},
		{"Edge", []string{"microsoft-edge", "microsoft-edge-stable"}, []string{"etc/opt/edge/policies/managed"}},
		{"Brave", []string{"brave-browser", "brave-browser-stable", "brave"}, []string{"etc/brave/policies/managed"}},
	} {
		b := Browser{Name: kind.name, Installed: p.program(kind.programs...)}
		for _, folder := range kind.folders {
			p.chromium(&b, folder)
		}
		all = append(all, b)
	}
	b := Browser{Name: firefox, Installed: p.program("firefox", "firefox-esr")}
	p.firefoxFile(&b, "etc/firefox/policies/policies.json",
		"usr/lib/firefox/distribution/policies.json", "usr/lib64/firefox/distribution/policies.json",
		"usr/lib/firefox-esr/distribution/policies.json", "usr/share/firefox-esr/distribution/policies.json", "opt/firefox/distribution/policies.json")
	return append(all, b)
}

func (p Place) program(names ...string) bool {
	for _, folder := range []string{"usr/bin", "usr/local/bin", "snap/bin"} {
		for _, name := range names {
			if exists(p.at(folder, name)) {
				return true
			}
		}
	}
	return false
}

// chromium reads the policies in a folder of a browser of Chromium's family.
func (p Place) chromium(b *Browser, folder string) {
	files, _ := filepath.Glob(filepath.Join(p.at(folder), "*.json")) // the pattern is ours
	for _, file := range files {
		values, err := document(file)
		if err != nil {
			b.Broken = append(b.Broken, fmt.Sprintf("%s (%s)", p.shown(file), brief(err)))
			continue
		}
		b.take(p.shown(file), values, policies()...)
	}
}
