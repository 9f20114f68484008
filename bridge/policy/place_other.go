//go:build !linux && !darwin && !windows

package policy

// DefaultFile is the settings file of this computer.
func DefaultFile() string { return "/usr/local/etc/openbalie-bridge/bridge.toml" }

// MachinePolicy is empty: there is none on this system.
func MachinePolicy() string { return "" }

func defaultStateDir() string { return "/var/db/openbalie-bridge" }
