package service

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// unitFile is where systemd looks for the service.
const unitFile = "/etc/systemd/system/" + Name + ".service"

// apart runs the test once more where the folders of systemd are empty and its
// own, so that the service can be installed without touching this computer. It
// reports whether this is there.
func apart(t *testing.T) bool {
	t.Helper()
	const mark = "OPENBALIE_APART"
	if os.Getenv(mark) != "" {
		return true
	}
	for _, program := range []string{"unshare", "systemctl", "systemd-analyze"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("install the packages util-linux and systemd")
		}
	}
	const mount = `mount -t tmpfs none /run && mkdir -p /run/systemd/system && mkdir -p /etc/systemd/system && mount -t tmpfs none /etc/systemd/system`
	if err := exec.CommandContext(t.Context(), "unshare", "--map-root-user", "--mount", "sh", "-c", mount).Run(); err != nil {
		t.Skip("this system keeps its mounts to itself:", err)
	}
	again := exec.CommandContext(t.Context(), "unshare", "--map-root-user", "--mount", "sh", "-c", mount+` && exec "$0" "$@"`,
		os.Args[0], "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), mark+"=yes", "SYSTEMD_OFFLINE=1")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

func TestSystemdTakesTheServiceAsItIsInstalled(t *testing.T) {
	if !apart(t) {
		return
	}
	if err := Install([]string{"--config", "/srv/a b.toml"}); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(unitFile)
	if err != nil {
		t.Fatal(err)
	}
	// What a page or pcscd would miss, or what keeps a broken setting from
	// being tried for ever: the hardening itself systemd judges below.
	for _, line := range []string{
		` "run" "--config" "/srv/a b.toml"` + "\n", "RestartPreventExitStatus=2\n", "StartLimitIntervalSec=0\n", "TimeoutStopSec=10\n",
		"StateDirectory=openbalie-bridge\nStateDirectoryMode=0700\nUMask=0077\n", "LimitCORE=0\n",
		"RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n", "IPAddressAllow=localhost\n", "MemoryMax=128M\n",
	} {
		if !strings.Contains(string(written), line) {
			t.Errorf("the unit lacks %q:\n%s", line, written)
		}
	}
	if _, err := os.Stat("/etc/systemd/system/multi-user.target.wants/" + Name + ".service"); err != nil {
		t.Error("it would not start with the computer:", err)
	}
	judge(t, "verify", "--man=no")
	judge(t, "security", "--offline=yes", "--threshold=17") // of 100, and a service that does nothing for it has 96
	if err := Uninstall(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(unitFile); !errors.Is(err, fs.ErrNotExist) {
		t.Error("it is still there:", err)
	}
}

// judge has systemd look at the unit.
func judge(t *testing.T, how ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "systemd-analyze", append(how, unitFile)...).CombinedOutput()
	if err != nil || how[0] == "verify" && len(out) > 0 {
		t.Errorf("systemd-analyze %s: %v\n%s", how[0], err, out)
	}
}

// The words are those of systemctl, which says them here without a systemd.
func TestTheStateIsWhatSystemctlSays(t *testing.T) {
	if !apart(t) {
		return
	}
	folder := t.TempDir()
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	const script = "#!/bin/sh\necho \"$1\" >>\"$0.asked\"\ncase $1 in is-active) echo %s;; list-unit-files) echo '%s';; esac\n"
	for _, says := range []struct {
		active, files string
		want          State
	}{
		{"active", Name, Running},
		{"activating", Name, Running},
		{"inactive", Name + ".service enabled", Stopped},
		{"inactive", "0 unit files listed", NotInstalled},
		{"unknown", "", NotInstalled},
	} {
		text := strings.Replace(strings.Replace(script, "%s", says.active, 1), "%s", says.files, 1)
		if err := os.WriteFile(folder+"/systemctl", []byte(text), 0o700); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
		if got, err := Status(); got != says.want || err != nil {
			t.Errorf("%+v: %s, %v", says, got, err)
		}
	}
	asked := func() []string {
		all, err := os.ReadFile(folder + "/systemctl.asked")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Fields(string(all))
	}
	for what, do := range map[string]func() error{"start": Start, "stop": Stop} {
		if err := do(); err != nil || asked()[len(asked())-1] != what {
			t.Errorf("%s: %v, asked %q", what, err, asked())
		}
	}
}

// Only a program that ends is restarted, and one that was told to end is not.
func TestTheProgramEndsWithItsBridge(t *testing.T) {
	const mark = "OPENBALIE_BRIDGE"
	switch os.Getenv(mark) {
	case "dies":
		err := Run(func(context.Context) error { return errors.New("broken") }, slog.New(slog.DiscardHandler))
		t.Fatal("it went on without a bridge:", err)
	case "lives":
		// Run listens for the end only after it started the bridge: nothing
		// tells when, so the end is asked for until it is heard.
		signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM)
		err := Run(func(ctx context.Context) error {
			for ctx.Err() == nil {
				if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
					t.Error(err)
				}
				time.Sleep(10 * time.Millisecond)
			}
			return ctx.Err()
		}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Error(err)
		}
		return
	}
	for bridge, code := range map[string]int{"dies": 1, "lives": 0} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		child := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), mark+"="+bridge)
		out, err := child.CombinedOutput()
		if got := child.ProcessState.ExitCode(); got != code || strings.Contains(string(out), "FAIL") {
			t.Errorf("a program whose bridge %s ends with %d: %v\n%s", bridge, got, err, out)
		}
	}
}
