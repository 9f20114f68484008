package main_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/openbalie/openbalie/bridge"

// levels is the diagram of the bridge, lowest first: a package imports only
// packages of lower lines, never its own line or one above.
var levels = [][]string{
	{"chip", "eid", "protocol", "session", "policy"},
	{"pcsc", "eid/roots", "eid/training"},
	{"reader", "simulate"},
	{"doctor", "fleet"},
	{"gateway"},
	{"service"},
	{""}, // main
}

// apart are packages that only tests import.
var apart = []string{"pcsc/pcsctest", "pcsc/pcsctest/virtual-reader", "eid/eidtest"}

// owners are the modules that one package alone may import.
var owners = map[string]string{
	"github.com/ebfe/scard":                  "pcsc",
	"github.com/kardianos/service":           "service",
	"github.com/gorilla/websocket":           "gateway",
	"github.com/BurntSushi/toml":             "policy",
	"golang.org/x/sys/windows/svc":           "service",
	"github.com/openbalie/openbalie/backend": "", // nobody: the bridge has no account and no database
}

type goPackage struct {
	ImportPath string
	Doc        string
	Imports    []string
}

func (p goPackage) name() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Doc,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func level(name string) int {
	return slices.IndexFunc(levels, func(line []string) bool { return slices.Contains(line, name) })
}

func TestArchitectureImportsPointDown(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if slices.Contains(apart, p.name()) {
			continue
		}
		from := level(p.name())
		if from < 0 {
			t.Errorf("%s stands on no level: add it to the diagram", p.name())
			continue
		}
		for _, imported := range p.Imports {
			rest, ok := strings.CutPrefix(imported, module+"/")
			if !ok {
				continue
			}
			if to := level(rest); to < 0 || to >= from {
				t.Errorf("%s imports %s, which is not below it", p.name(), rest)
			}
		}
	}
}

func TestArchitectureEachTechnologyHasOneHome(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if slices.Contains(apart, p.name()) {
			continue
		}
		for _, imported := range p.Imports {
			for technology, owner := range owners {
				if (imported == technology || strings.HasPrefix(imported, technology+"/")) && p.name() != owner {
					t.Errorf("%s imports %s, whose home is %q", p.name(), imported, owner)
				}
			}
		}
	}
}

// What both programs share must stay free of everything but the language.
func TestArchitectureMessagesNeedNothing(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if p.name() != "protocol" {
			continue
		}
		for _, imported := range p.Imports {
			if strings.Contains(imported, ".") {
				t.Errorf("protocol imports %s", imported)
			}
		}
	}
}

func TestArchitectureEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}
