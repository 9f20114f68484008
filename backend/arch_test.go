package main_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/openbalie/openbalie/backend"

// levels is the diagram of the back end, lowest first: a package imports only
// packages of lower lines, never its own line or one above.
var levels = [][]string{
	{"fault", "money", "period", "who"},
	{"municipality", "secret"},
	{"db"},
	{"outbox", "idempotency", "limit", "mail", "document"},
	{"audit"},
	{"rights"},
	{"cardsystem"},
	{"organizer"},
	{"passholder", "fleet", "distributionkey"},
	{"activity", "login", "idp", "card", "eidcheck"},
	{"membership", "points"},
	{"voucher", "coupon", "association", "family"},
	{"price"},
	{"tariff"},
	{"registration", "checkin", "ticketsale"},
	{"reward"},
	{"order", "kiosk", "report", "profile"},
	{"bulk"},
	{"job"},
	{"sandbox", "setup"},
	{"web/openapi"},
	{"web/bind"},
	{"web/uitpas", "web/api"},
	{"web"},
	{""}, // main
}

// apart are packages that only tests import, and packages that only test.
var apart = []string{"db/dbtest", "bench", "crash", "web/webtest"}

type goPackage struct {
	ImportPath string
	Doc        string
	Imports    []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-tags", "noui", "-json=ImportPath,Doc,Imports", "./...").Output()
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

func level(pkg string) int {
	name := strings.TrimPrefix(strings.TrimPrefix(pkg, module), "/")
	return slices.IndexFunc(levels, func(line []string) bool { return slices.Contains(line, name) })
}

func TestArchitectureImportsPointDown(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if slices.Contains(apart, name) {
			continue
		}
		from := level(p.ImportPath)
		if from < 0 {
			t.Errorf("%s stands on no level: add it to the diagram", name)
			continue
		}
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported, module) {
				continue
			}
			if to := level(imported); to < 0 || to >= from {
				t.Errorf("%s imports %s, which is not below it", name, strings.TrimPrefix(imported, module+"/"))
			}
		}
	}
}

// What the back end may know of the bridge: pure code and shared messages.
func TestArchitectureBridgeStaysApart(t *testing.T) {
	t.Parallel()
	bridge := "github.com/openbalie/openbalie/bridge/"
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			if rest, ok := strings.CutPrefix(imported, bridge); ok && !slices.Contains([]string{"eid", "eid/roots", "eid/training", "protocol", "session"}, rest) {
				t.Errorf("%s imports bridge/%s", p.ImportPath, rest)
			}
		}
	}
}

// What a store writes is held to the schema by dbtest.Drift, in the package's
// own drift_internal_test.go.
func TestArchitectureEveryRowTypeIsHeldToItsTable(t *testing.T) {
	t.Parallel()
	stores, err := filepath.Glob("*/store*.go")
	if err != nil || len(stores) < 10 {
		t.Fatalf("%d stores, %v", len(stores), err)
	}
	rows := 0
	for _, store := range stores {
		source, err := os.ReadFile(store)
		if err != nil {
			t.Fatal(err)
		}
		held, _ := os.ReadFile(filepath.Join(filepath.Dir(store), "drift_internal_test.go")) // none holds nothing
		for _, m := range regexp.MustCompile(`func \((\w+)\) TableName\(\)`).FindAllStringSubmatch(string(source), -1) {
			rows++
			if !regexp.MustCompile(`dbtest\.Drift\(t,.*\b` + m[1] + `\{\}`).Match(held) {
				t.Errorf("%s: %s is not held to its table", store, m[1])
			}
		}
	}
	if rows < 15 {
		t.Errorf("found only %d row types: is the pattern still right?", rows)
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
