package doctor

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Root is where the files of this system begin.
const Root = "/"

// system says what computer this is.
func (p Place) system(context.Context) System {
	s := System{Name: "Linux", Admin: os.Geteuid() == 0, Remote: os.Getenv("SSH_CONNECTION") != ""}
	release, _ := os.ReadFile(p.at("etc/os-release")) // some have none
	for line := range strings.Lines(string(release)) {
		if name, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
			s.Name = strings.Trim(strings.TrimSpace(name), `"'`)
		}
	}
	kernel, _ := os.ReadFile(p.at("proc/sys/kernel/osrelease")) // a container may hide it
	s.Kernel = strings.TrimSpace(string(kernel))
	return s
}

// cardService looks at pcscd and, when it did not answer, for the reason.
func (p Place) cardService(ctx context.Context, answer Answer) CardService {
	c := CardService{Answer: answer}
	for _, file := range []string{"usr/sbin/pcscd", "usr/bin/pcscd", "usr/local/sbin/pcscd"} {
		if !exists(p.at(file)) {
			continue
		}
		c.Installed = true
		asking, cancel := context.WithTimeout(ctx, knocking)
		says, err := exec.CommandContext(asking, p.at(file), "--version").Output() //nolint:gosec // one of the three above
		cancel()
		if err == nil {
			c.Version, c.Polkit = daemon(string(says))
		}
		break
	}
	for _, unit := range []string{"pcscd.socket", "pcscd.service"} {
		if target, err := os.Readlink(p.at("etc/systemd/system", unit)); err == nil && target == os.DevNull {
			c.Disabled = true
		}
	}
	c.Process = p.runs("pcscd")
	if answer == Down {
		c.Socket = p.socket(ctx)
	}
	return c
}

// daemon reads what `pcscd --version` says.
func daemon(says string) (version string, polkit bool) {
	first, rest, _ := strings.Cut(says, "\n")
	version = strings.TrimSuffix(strings.TrimSpace(strings.Replace(first, "pcsc-lite version", "pcscd", 1)), ".")
	for line := range strings.Lines(rest) {
		if features, ok := strings.CutPrefix(line, "Enabled features:"); ok {
			polkit = slices.Contains(strings.Fields(features), "polkit")
		}
	}
	return version, polkit
}

func (p Place) runs(name string) bool {
	files, _ := filepath.Glob(p.at("proc/[0-9]*/comm")) // the pattern is ours
	return slices.ContainsFunc(files, func(file string) bool {
		comm, err := os.ReadFile(file)
		return err == nil && strings.TrimSpace(string(comm)) == name
	})
}

// socket tries the way that programs take to pcscd.
func (p Place) socket(ctx context.Context) Socket {
	file := os.Getenv("PCSCLITE_CSOCK_NAME")
	if file == "" {
		file = p.at("run/pcscd/pcscd.comm")
	}
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.DialContext(ctx, "unix", file)
	switch {
	case err == nil:
		_ = conn.Close()
		return SocketOpen
	case errors.Is(err, fs.ErrNotExist):
		return SocketAbsent
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		return SocketDenied
	default:
		return SocketClosed
	}
}

// Arguments returns what the installed service starts the bridge with, and
// nothing where none is installed.
func Arguments() []string { return Place{Root: Root}.arguments() }

func (p Place) arguments() []string {
	unit, err := os.Open(p.at("etc/systemd/system", program+".service"))
	if err != nil {
		return nil
	}
	defer unit.Close()
	for lines := bufio.NewScanner(unit); lines.Scan(); {
		command, ok := strings.CutPrefix(lines.Text(), "ExecStart=")
		if all := words(command); ok && len(all) > 0 {
			return all[1:]
		}
	}
	return nil
}

// words splits a command as systemd does: at spaces outside of quotes, with the
// escapes that the unit of the bridge has.
func words(command string) []string {
	var all []string
	var word strings.Builder
	quoted, begun := false, false
	for i := 0; i < len(command); i++ {
		switch c := command[i]; {
		case strings.HasPrefix(command[i:], `\x20`):
			word.WriteByte(' ')
			i += 3
			begun = true
		case c == '\\' && i+1 < len(command):
			i++
			word.WriteByte(command[i])
			begun = true
		case c == '"':
			quoted, begun = !quoted, true
		case c == ' ' && !quoted:
			if begun {
				all = append(all, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteByte(c)
			begun = true
		}
	}
	if begun {
		all = append(all, word.String())
	}
	return all
}
