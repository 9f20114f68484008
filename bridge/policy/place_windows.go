package policy

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// DefaultFile is the settings file of this computer.
func DefaultFile() string { return filepath.Join(folder(), "bridge.toml") }

// MachinePolicy is empty: group policy is not read on Windows yet.
func MachinePolicy() string { return "" }

func defaultStateDir() string { return filepath.Join(folder(), "state") }

// folder is machine-wide, because the service runs before anyone logs on.
func folder() string {
	base, err := windows.KnownFolderPath(windows.FOLDERID_ProgramData, windows.KF_FLAG_DEFAULT)
	if err != nil {
		base = `C:\ProgramData`
	}
	return filepath.Join(base, "OpenBalie Bridge")
}
