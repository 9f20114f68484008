package policy

import (
	"os"
	"path/filepath"
)

// DefaultFile is the settings file of this computer.
func DefaultFile() string { return "/etc/openbalie-bridge/bridge.toml" }

// MachinePolicy is the file with the last word. It has the shape of the
// settings file; whoever manages the computer writes it.
func MachinePolicy() string { return "/etc/openbalie-bridge/policy.toml" }

// defaultStateDir prefers the folder that systemd hands to the service.
func defaultStateDir() string {
	if dir := os.Getenv("STATE_DIRECTORY"); dir != "" {
		return dir
	}
	if os.Geteuid() == 0 {
		return "/var/lib/openbalie-bridge"
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = os.TempDir()
	}
	return filepath.Join(home, ".local", "state", "openbalie-bridge")
}
