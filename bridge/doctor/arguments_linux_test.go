package doctor

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheInstalledServiceTellsWhatItStartsWith(t *testing.T) {
	t.Parallel()
	p := Place{Root: t.TempDir()}
	if got := p.arguments(); got != nil {
		t.Errorf("without a service: %q", got)
	}
	unit := filepath.Join(p.Root, "etc/systemd/system/openbalie-bridge.service")
	if err := os.MkdirAll(filepath.Dir(unit), 0o755); err != nil {
		t.Fatal(err)
	}
	text := "[Service]\nExecStart=/usr/local/bin/openbalie-bridge \"run\" \"--port\" \"24800\"\nRestart=on-failure\n"
	if err := os.WriteFile(unit, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"run", "--port", "24800"}, p.arguments()); diff != "" {
		t.Error(diff)
	}
}

func TestTheCommandOfTheServiceIsReadAsSystemdDoes(t *testing.T) {
	t.Parallel()
	for command, want := range map[string][]string{
		`/usr/local/bin/openbalie-bridge "run" "--allowed-origins" "https://balie.example"`: {"/usr/local/bin/openbalie-bridge", "run", "--allowed-origins", "https://balie.example"},
		`/opt/my\x20bridge/b "run" "--config" "/etc/a b.toml"`:                              {"/opt/my bridge/b", "run", "--config", "/etc/a b.toml"},
		`/b "run" "a\"b" ""`: {"/b", "run", `a"b`, ""},
		`  `:                 nil,
	} {
		if diff := cmp.Diff(want, words(command)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", command, diff)
		}
	}
}
