package policy

// folder is machine-wide, because the service runs before anyone logs on.
const folder = "/Library/Application Support/OpenBalie Bridge"

// DefaultFile is the settings file of this computer.
func DefaultFile() string { return folder + "/bridge.toml" }

// MachinePolicy is empty: managed preferences are not read on macOS yet.
func MachinePolicy() string { return "" }

func defaultStateDir() string { return folder + "/state" }
