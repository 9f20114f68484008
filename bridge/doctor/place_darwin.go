package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Root is where the files of this system begin.
const Root = "/"

// system says what computer this is.
func (p Place) system(context.Context) System {
	s := System{Name: "macOS", Admin: os.Geteuid() == 0, Remote: os.Getenv("SSH_CONNECTION") != ""}
	if version, err := unix.Sysctl("kern.osproductversion"); err == nil {
		s.Name += " " + version
	}
	if kernel, err := unix.Sysctl("kern.osrelease"); err == nil {
		s.Kernel = "Darwin " + kernel
	}
	return s
}

// cardService is part of the system, which starts it when it is needed.
func (p Place) cardService(_ context.Context, answer Answer) CardService {
	return CardService{Answer: answer, Installed: true}
}

// drivers returns the drivers of the card service. The USB is not looked at.
func (p Place) drivers(context.Context) ([]Driver, []Device) {
	return p.bundles("usr/libexec/SmartCardServices/drivers", "usr/local/libexec/SmartCardServices/drivers"), nil
}

// browsers looks at the browsers that counters have.
func (p Place) browsers(ctx context.Context) []Browser {
	var all []Browser
	for _, kind := range []struct{ name, app, domain string }{
		{"Chrome", "Google Chrome.app", "com.google.Chrome"},
		{"Chromium", "Chromium.app", "org.chromium.Chromium"},
		{"Edge", "Microsoft Edge.app", "com.microsoft.Edge"},
		{"Brave", "Brave Browser.app", "com.brave.Browser"},
		{firefox, "Firefox.app", "org.mozilla.firefox"},
	} {
		b := Browser{Name: kind.name, Installed: exists(p.at("Applications", kind.app))}
		file := p.at("Library/Managed Preferences", kind.domain+".plist")
		values, err := managed(ctx, file)
		switch {
		case !exists(file):
		case err != nil:
			b.Broken = append(b.Broken, p.shown(file))
		case kind.name == firefox:
			b.takeFirefox(p.shown(file), values)
		default:
			b.take(p.shown(file), values, policies()...)
		}
		if kind.name == firefox && len(b.Policies) == 0 {
			p.firefoxFile(&b, "Applications/Firefox.app/Contents/Resources/distribution/policies.json")
		}
		all = append(all, b)
	}
	return all
}

// managed reads managed preferences, which the system keeps in a binary form
// that its own program knows.
func managed(ctx context.Context, file string) (map[string]any, error) {
	out, err := exec.CommandContext(ctx, "/usr/bin/plutil", "-convert", "json", "-o", "-", file).Output()
	if err != nil {
		return nil, err
	}
	var values map[string]any
	return values, json.Unmarshal(out, &values)
}

// holder asks the system's own lsof for the program that listens.
func (p Place) holder(ctx context.Context, host string, port int) (name string, pid int) {
	family := "-i4TCP"
	if strings.Contains(host, ":") {
		family = "-i6TCP"
	}
	out, err := exec.CommandContext(ctx, "/usr/sbin/lsof", "-nP", family+":"+strconv.Itoa(port), "-sTCP:LISTEN", "-Fpc").Output()
	if err != nil {
		return "", 0
	}
	for field := range strings.Lines(string(out)) {
		field = strings.TrimSpace(field)
		switch {
		case field == "":
		case field[0] == 'p':
			pid, _ = strconv.Atoi(field[1:]) // 0 where it is no number
		case field[0] == 'c':
			return filepath.Base(field[1:]), pid
		}
	}
	return "", 0
}

// Arguments returns what the installed service starts the bridge with, and
// nothing where none is installed.
func Arguments() []string {
	raw, err := os.ReadFile("/Library/LaunchDaemons/" + program + ".plist")
	if err != nil {
		return nil
	}
	dict, err := propertyList(bytes.NewReader(raw))
	if err != nil || len(dict["ProgramArguments"]) == 0 {
		return nil
	}
	return dict["ProgramArguments"][1:]
}
