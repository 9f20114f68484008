package doctor

// Finding is something that somebody should know, and what to do about it.
type Finding struct {
	Code     Code     `json:"code"` // stable: help pages and tickets may name it
	Severity Severity `json:"severity"`
	Says     string   `json:"says"`  // what was found
	Means    string   `json:"means"` // what follows for the clerk
	Do       []string `json:"do"`    // one step each
}

// Severity is how bad a finding is.
type Severity string

// The severities, from the worst to the least.
const (
	Problem Severity = "problem" // passes are not read, or not told to the page
	Warning Severity = "warning" // it works, though not for everybody or not always
	Note    Severity = "note"    // good to know
)

// Code names a kind of finding.
type Code string

// The codes, in the order of the documentation.
const (
	CardServiceUnsupported Code = "CARD_SERVICE_UNSUPPORTED"
	CardServiceMissing     Code = "CARD_SERVICE_MISSING"
	CardServiceDisabled    Code = "CARD_SERVICE_DISABLED"
	CardServiceStopped     Code = "CARD_SERVICE_STOPPED"
	CardServiceDenied      Code = "CARD_SERVICE_DENIED"
	CardServiceSilent      Code = "CARD_SERVICE_SILENT"
	CardServiceFails       Code = "CARD_SERVICE_FAILS"

	ReaderNone         Code = "READER_NONE"
	ReaderNoDriver     Code = "READER_NO_DRIVER"
	ReaderKernelDriver Code = "READER_KERNEL_DRIVER"
	ReaderNotTaken     Code = "READER_NOT_TAKEN"
	ReaderOldDriver    Code = "READER_OLD_DRIVER"
	ReaderExclusive    Code = "READER_EXCLUSIVE"
	ReaderKept         Code = "READER_KEPT"
	ReaderMute         Code = "READER_MUTE"
	ReaderFails        Code = "READER_FAILS"
	ReaderVirtual      Code = "READER_VIRTUAL"

	PortTaken    Code = "PORT_TAKEN"
	PortReserved Code = "PORT_RESERVED"

	BridgeNotInstalled Code = "BRIDGE_NOT_INSTALLED"
	BridgeStopped      Code = "BRIDGE_STOPPED"
	BridgeSilent       Code = "BRIDGE_SILENT"
	BridgeNotReady     Code = "BRIDGE_NOT_READY"
	BridgeOtherVersion Code = "BRIDGE_OTHER_VERSION"
	BridgeByHand       Code = "BRIDGE_BY_HAND"
	BridgeOldSettings  Code = "BRIDGE_OLD_SETTINGS"

	SettingsWrong  Code = "SETTINGS_WRONG"
	SettingsHidden Code = "SETTINGS_HIDDEN"
	OriginsMissing Code = "ORIGINS_MISSING"

	BrowserBlocked      Code = "BROWSER_BLOCKED"
	BrowserNotAllowed   Code = "BROWSER_NOT_ALLOWED"
	BrowserPolicyTwice  Code = "BROWSER_POLICY_TWICE"
	BrowserPolicyBroken Code = "BROWSER_POLICY_BROKEN"

	RemoteSession Code = "REMOTE_SESSION"
)

// Codes returns every code, in the order of the documentation.
func Codes() []Code {
	return []Code{
		CardServiceUnsupported, CardServiceMissing, CardServiceDisabled, CardServiceStopped, CardServiceDenied, CardServiceSilent, CardServiceFails,
		ReaderNone, ReaderNoDriver, ReaderKernelDriver, ReaderNotTaken, ReaderOldDriver, ReaderExclusive, ReaderKept, ReaderMute, ReaderFails, ReaderVirtual,
		PortTaken, PortReserved,
		BridgeNotInstalled, BridgeStopped, BridgeSilent, BridgeNotReady, BridgeOtherVersion, BridgeByHand, BridgeOldSettings,
		SettingsWrong, SettingsHidden, OriginsMissing,
		BrowserBlocked, BrowserNotAllowed, BrowserPolicyTwice, BrowserPolicyBroken,
		RemoteSession,
	}
}
