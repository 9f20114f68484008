package policy_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/policy"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestLaterPlacesWinAndTheMachinePolicyHasTheLastWord(t *testing.T) {
	t.Parallel()
	file := write(t, `
allowedOrigins = ["https://file.example", "http://localhost:8080"]
port = 1111
maxScope = "card.present"
logLevel = "warn"
eidRoots = "/etc/roots.pem"
eidTestRoots = "/etc/specimens"
beep = true
`)
	machine := write(t, `allowedOrigins = ["https://machine.example"]`)
	s, err := policy.Load(policy.Defaults(24787), policy.Places{
		File: file, Machine: machine,
		Getenv: env(map[string]string{"OPENBALIE_BRIDGE_PORT": "2222", "OPENBALIE_BRIDGE_LOG_LEVEL": "error", "OPENBALIE_BRIDGE_BEEP": "false"}),
		Flags:  map[string]string{policy.Port: "3333", policy.AllowedOrigins: "https://flag.example", policy.StateDir: "/state"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := policy.Settings{
		AllowedOrigins: []string{"https://machine.example"}, Port: 3333, MaxScope: policy.CardPresent,
		LogLevel: slog.LevelError, LogFormat: policy.Text, StateDir: "/state",
		EIDRoots: "/etc/roots.pem", EIDTestRoots: "/etc/specimens",
		From: map[string]string{
			policy.AllowedOrigins: machine, policy.Port: "flag --port", policy.MaxScope: file,
			policy.LogLevel: "environment variable OPENBALIE_BRIDGE_LOG_LEVEL", policy.StateDir: "flag --state-dir",
			policy.EIDRoots: file, policy.EIDTestRoots: file, policy.Beep: "environment variable OPENBALIE_BRIDGE_BEEP",
		},
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestWithoutASettingNobodyMayConnect(t *testing.T) {
	t.Parallel()
	s, err := policy.Load(policy.Defaults(24787), policy.Places{File: "/nowhere/bridge.toml", Machine: "/nowhere/policy.toml", Getenv: env(nil)})
	if err != nil || len(s.AllowedOrigins) != 0 || s.Port != 24787 || s.MaxScope != policy.CardUID {
		t.Errorf("settings %+v, err %v", s, err)
	}
}

func TestWhatIsWrongIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ file, says string }{
		"no toml":                 {`allowedOrigins = [`, "settings.toml"},
		"a setting misspelt":      {`allowedOrigin = ["https://balie.example"]`, `there is no setting "allowedOrigin"`},
		"another type":            {`port = "many"`, "port"},
		"port zero":               {`port = 0`, `port = "0" (from`},
		"a port too high":         {`port = 65536`, "from 1 to 65535"},
		"an unknown scope":        {`maxScope = "everything"`, "card.uid"},
		"no state folder":         {`stateDir = ""`, "write a folder"},
		"no file of roots":        {`eidRoots = ""`, "write a file or a folder"},
		"no file of test roots":   {`eidTestRoots = ""`, "write a file or a folder"},
		"a beep of another type":  {`beep = "loud"`, "beep"},
		"an unknown level":        {`logLevel = "loud"`, "debug, info, warn or error"},
		"an unknown format":       {`logFormat = "xml"`, "text or json"},
		"plain http":              {`allowedOrigins = ["http://balie.example"]`, "use https"},
		"plain http nearby":       {`allowedOrigins = ["http://192.168.1.20"]`, "use https"},
		"plain http, like ours":   {`allowedOrigins = ["http://localhost.evil.example"]`, "use https"},
		"a wildcard":              {`allowedOrigins = ["https://*.example"]`, "wildcards"},
		"everything":              {`allowedOrigins = ["*"]`, "wildcards"},
		"null":                    {`allowedOrigins = ["null"]`, "web address"},
		"no scheme":               {`allowedOrigins = ["balie.example"]`, "web address"},
		"another scheme":          {`allowedOrigins = ["file:///etc"]`, "web address"},
		"an app":                  {`allowedOrigins = ["chrome-extension://abc"]`, "only https"},
		"a path":                  {`allowedOrigins = ["https://balie.example/app"]`, `"https://balie.example"`},
		"a slash at the end":      {`allowedOrigins = ["https://balie.example/"]`, `"https://balie.example"`},
		"a default port":          {`allowedOrigins = ["https://balie.example:443"]`, `"https://balie.example"`},
		"its plain counterpart":   {`allowedOrigins = ["http://localhost:80"]`, `"http://localhost"`},
		"a port of no computer":   {`allowedOrigins = ["https://:8443"]`, "web address"},
		"capitals":                {`allowedOrigins = ["https://Balie.example"]`, `"https://balie.example"`},
		"a user":                  {`allowedOrigins = ["https://me@balie.example"]`, `"https://balie.example"`},
		"letters beyond ASCII":    {`allowedOrigins = ["https://bälie.example"]`, "xn--"},
		"one good and one bad":    {`allowedOrigins = ["https://balie.example", "https://x.example/"]`, "allowedOrigins"},
		"an empty address":        {`allowedOrigins = [""]`, "web address"},
		"an address with a space": {`allowedOrigins = ["https://balie.example "]`, "allowedOrigins"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.Load(policy.Defaults(24787), policy.Places{File: write(t, tt.file), Getenv: env(nil)})
			if !errors.Is(err, policy.ErrInvalid) || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), "settings.toml") {
				t.Errorf("err = %v, should say %q and name the file", err, tt.says)
			}
		})
	}
}

// A bridge that goes on without what its computer's keeper wrote would serve
// pages, or tell of cards, against the policy.
func TestEveryPlaceIsHeldToItsRules(t *testing.T) {
	t.Parallel()
	bad := write(t, `maxScope = "everything"`)
	tests := map[string]struct {
		places policy.Places
		from   string
	}{
		"the machine policy": {policy.Places{Machine: bad, Getenv: env(nil)}, bad},
		"a folder as policy": {policy.Places{Machine: filepath.Dir(bad), Getenv: env(nil)}, filepath.Dir(bad)},
		"the environment": {
			policy.Places{Getenv: env(map[string]string{"OPENBALIE_BRIDGE_BEEP": "loud"})},
			"(from environment variable OPENBALIE_BRIDGE_BEEP): write true or false",
		},
		"a flag":                  {policy.Places{Getenv: env(nil), Flags: map[string]string{policy.Port: "no"}}, "flag --port"},
		"a flag of another thing": {policy.Places{Getenv: env(nil), Flags: map[string]string{"volume": "11"}}, "no such setting"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := policy.Load(policy.Defaults(24787), tt.places)
			if !errors.Is(err, policy.ErrInvalid) || !strings.Contains(err.Error(), tt.from) || s.Port != 0 {
				t.Errorf("settings %+v, err %v; want none, and %q named", s, err, tt.from)
			}
		})
	}
}

func TestTheFileAloneDecidesWhatNobodyElseDoes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]policy.Settings{
		"beep = true\nport = 1":                      {Beep: true, Port: 1, LogFormat: policy.Text},
		"logFormat = \"json\"\nport = 65535":         {Port: 65535, LogFormat: policy.JSON},
		"logFormat = \"text\"\nlogLevel = \"debug\"": {Port: 24787, LogFormat: policy.Text, LogLevel: slog.LevelDebug},
	} {
		s, err := policy.Load(policy.Defaults(24787), policy.Places{File: write(t, text), Getenv: env(nil)})
		if err != nil || s.Beep != want.Beep || s.Port != want.Port || s.LogFormat != want.LogFormat || s.LogLevel != want.LogLevel {
			t.Errorf("%s: %+v, %v", text, s, err)
		}
	}
}

func TestAFileThatSomebodyNamedMustBeThere(t *testing.T) {
	t.Parallel()
	_, err := policy.Load(policy.Defaults(24787), policy.Places{File: "/nowhere/bridge.toml", FileRequired: true, Getenv: env(nil)})
	if !errors.Is(err, policy.ErrInvalid) {
		t.Errorf("err = %v", err)
	}
}

func TestLoopbackOriginsMayUsePlainHTTP(t *testing.T) {
	t.Parallel()
	origins := "http://localhost:8080, http://127.0.0.1:8080, http://[::1]:8080, http://balie.localhost, https://balie.example:8443, https://balie.example:80,"
	s, err := policy.Load(policy.Defaults(24787), policy.Places{Getenv: env(nil), Flags: map[string]string{policy.AllowedOrigins: origins}})
	if err != nil || len(s.AllowedOrigins) != 6 {
		t.Errorf("origins %q, err %v", s.AllowedOrigins, err)
	}
}

func TestSettingsAreSpelledForEachPlace(t *testing.T) {
	t.Parallel()
	if got := policy.EnvName(policy.AllowedOrigins); got != "OPENBALIE_BRIDGE_ALLOWED_ORIGINS" {
		t.Error(got)
	}
	if got := policy.FlagName(policy.AllowedOrigins); got != "allowed-origins" {
		t.Error(got)
	}
}

func TestScopesIncludeTheLesserOnes(t *testing.T) {
	t.Parallel()
	if policy.CardUID.Allows(policy.CardIdentity) || policy.CardIdentity.Allows(policy.CardPhoto) || !policy.CardPhoto.Allows(policy.CardUID) {
		t.Error("the scopes of identity cards are not above the others")
	}
	if policy.CardPhoto.Allows("card.everything") || policy.Scope("").Allows(policy.ReaderStatus) {
		t.Error("a scope that there is not")
	}
	if !policy.CardUID.Allows(policy.CardPresent) || !policy.CardPresent.Allows(policy.CardPresent) || policy.ReaderStatus.Allows(policy.CardPresent) {
		t.Error("the order of the scopes is wrong")
	}
}

func TestTheIdentityStaysTheSame(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "state")
	ids := make([]string, 8)
	var together sync.WaitGroup
	for i := range ids {
		together.Go(func() {
			var err error
			if ids[i], err = policy.Identity(dir); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	for _, id := range ids {
		if len(id) != 36 || id != ids[0] {
			t.Fatalf("identities %q", ids)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if other, err := policy.Identity(t.TempDir()); err != nil || other == ids[0] {
		t.Errorf("another folder has %s, %v", other, err)
	}
}

func TestADamagedIdentityIsNotReplacedSilently(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "bridge-id"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := policy.Identity(dir); err == nil || !strings.Contains(err.Error(), "delete it") {
		t.Errorf("err = %v", err)
	}
}

func TestAFolderThatCannotKeepAnIdentityIsAnError(t *testing.T) {
	t.Parallel()
	file := write(t, "")
	for _, dir := range []string{file, filepath.Join(file, "state")} {
		if id, err := policy.Identity(dir); !errors.Is(err, policy.ErrInvalid) || id != "" {
			t.Errorf("%s: identity %q, err %v", dir, id, err)
		}
	}
}

func TestTheDocumentationNamesEverySetting(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range policy.Names() {
		row := "| `" + name + "` | `--" + policy.FlagName(name) + "` | `" + policy.EnvName(name) + "` |"
		if !strings.Contains(string(page), row) {
			t.Errorf("the page lacks %s", row)
		}
	}
}
