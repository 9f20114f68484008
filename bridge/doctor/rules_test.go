package doctor_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/doctor"
	"github.com/openbalie/openbalie/bridge/protocol"
)

const balie = "https://balie.example"

// well is a counter PC with which nothing is wrong.
func well() doctor.Facts {
	return doctor.Facts{
		System:   doctor.System{OS: "linux", Admin: true},
		Settings: doctor.Settings{Origins: []string{balie}},
		Service:  doctor.Service{State: doctor.Running},
		Port:     doctor.Port{Number: protocol.Port, Addresses: []doctor.Address{bridge("127.0.0.1"), bridge("::1")}},
		Cards:    doctor.CardService{Answer: doctor.Works, Installed: true, Process: true},
		Drivers:  []doctor.Driver{{Name: "libccid", Version: "1.5.2"}},
		Readers:  []doctor.Reader{{Name: "ACS ACR122U PICC Interface 00 00", State: doctor.Empty, Driver: "libccid", Version: "1.5.2"}},
		Browsers: []doctor.Browser{chromium("LoopbackNetworkAllowedForUrls", balie)},
	}
}

func bridge(address string) doctor.Address {
	return doctor.Address{
		Address: address, Held: true, Program: "openbalie-bridge", PID: 812,
		Bridge: true, Ready: true, Speaks: []string{protocol.Subprotocol},
	}
}

func chromium(policy string, values ...string) doctor.Browser {
	return doctor.Browser{Name: "Chromium", Installed: true, Policies: []doctor.Policy{
		{Place: "/etc/chromium/policies/managed/openbalie.json", Name: policy, Values: values},
	}}
}

func firefox(domains ...string) doctor.Browser {
	return doctor.Browser{Name: "Firefox", Installed: true, Policies: []doctor.Policy{
		{Place: "/etc/firefox/policies/policies.json", Name: "LocalNetworkAccess.SkipDomains", Values: domains},
	}}
}

// counters are what support meets: what is different from a computer on which
// all is well, which findings that makes, and what the first one must say.
var counters = map[string]struct {
	differs func(*doctor.Facts)
	finds   []doctor.Code
	says    string
}{
	"all is well": {func(*doctor.Facts) {}, nil, ""},

	// The card service.
	"pcscd was never installed": {func(f *doctor.Facts) {
		f.Cards, f.Readers = doctor.CardService{Answer: doctor.Down}, nil
	}, []doctor.Code{doctor.CardServiceMissing}, "apt install pcscd libccid"},
	"pcscd is installed, and nobody enabled its socket": {func(f *doctor.Facts) {
		f.Cards = doctor.CardService{Answer: doctor.Down, Installed: true, Socket: doctor.SocketAbsent}
		f.Readers = nil
	}, []doctor.Code{doctor.CardServiceStopped}, "systemctl enable --now pcscd.socket"},
	"pcscd crashed and left its socket": {func(f *doctor.Facts) {
		f.Cards = doctor.CardService{Answer: doctor.Down, Installed: true, Socket: doctor.SocketClosed}
		f.Readers = nil
	}, []doctor.Code{doctor.CardServiceStopped}, "journalctl -u pcscd"},
	"pcscd runs where nobody looks for it": {func(f *doctor.Facts) {
		f.Cards = doctor.CardService{Answer: doctor.Down, Installed: true, Process: true, Socket: doctor.SocketClosed}
		f.Readers = nil
	}, []doctor.Code{doctor.CardServiceStopped}, "not where programs look for it"},
	"pcscd was masked": {func(f *doctor.Facts) {
		f.Cards = doctor.CardService{Answer: doctor.Down, Installed: true, Disabled: true}
		f.Readers = nil
	}, []doctor.Code{doctor.CardServiceDisabled}, "systemctl unmask"},
	"pcscd's socket is for root only": {func(f *doctor.Facts) {
		f.System.Admin = false
		f.Cards = doctor.CardService{Answer: doctor.Down, Installed: true, Process: true, Socket: doctor.SocketDenied}
		f.Readers = nil
	}, []doctor.Code{doctor.CardServiceDenied}, "0666"},
	"polkit refuses who is not at the screen": {func(f *doctor.Facts) {
		f.System.Admin = false
		f.Cards = doctor.CardService{Answer: doctor.Denied, Installed: true, Process: true, Polkit: true}
		f.Readers = nil
	}, []doctor.Code{doctor.CardServiceDenied}, "with sudo"},
	"polkit refuses even root": {func(f *doctor.Facts) {
		f.Cards = doctor.CardService{Answer: doctor.Denied, Installed: true, Process: true, Polkit: true}
		f.Readers = nil
	}, []doctor.Code{doctor.CardServiceDenied}, "grep -r pcsc-lite /etc/polkit-1/rules.d"},
	"Windows refuses": {func(f *doctor.Facts) {
		f.System.OS, f.Cards.Answer, f.Readers = "windows", doctor.Denied, nil
	}, []doctor.Code{doctor.CardServiceDenied}, "as administrator"},
	"Windows stopped «Smart Card» with the last reader": {func(f *doctor.Facts) {
		f.System.OS, f.Readers = "windows", nil
		f.Cards = doctor.CardService{Answer: doctor.Down, Installed: true}
	}, []doctor.Code{doctor.CardServiceStopped}, "Plug in the reader"},
	"«Smart Card» is disabled on Windows": {func(f *doctor.Facts) {
		f.System.OS, f.Readers = "windows", nil
		f.Cards = doctor.CardService{Answer: doctor.Down, Installed: true, Disabled: true}
	}, []doctor.Code{doctor.CardServiceDisabled}, "sc config SCardSvr start= demand"},
	"a Windows without «Smart Card»": {func(f *doctor.Facts) {
		f.System.OS, f.Readers = "windows", nil
		f.Cards = doctor.CardService{Answer: doctor.Down}
	}, []doctor.Code{doctor.CardServiceMissing}, "server editions"},
	"the card service hangs": {func(f *doctor.Facts) {
		f.Cards.Answer, f.Readers = doctor.Silent, nil
	}, []doctor.Code{doctor.CardServiceSilent}, "systemctl restart pcscd"},
	"the card service of a Mac hangs": {func(f *doctor.Facts) {
		f.System.OS, f.Cards.Answer, f.Readers = "darwin", doctor.Silent, nil
	}, []doctor.Code{doctor.CardServiceSilent}, "Plug the reader out and in"},
	"the card service gives an error nobody knows": {func(f *doctor.Facts) {
		f.Cards.Answer, f.Cards.Err, f.Readers = doctor.Failed, "open a session: the card service failed (80100014)", nil
	}, []doctor.Code{doctor.CardServiceFails}, "80100014"},
	"the program was built without cgo": {func(f *doctor.Facts) {
		f.Cards.Answer, f.Readers = doctor.Unsupported, nil
	}, []doctor.Code{doctor.CardServiceUnsupported}, "CGO_ENABLED=1"},

	// The readers.
	"no reader is plugged in": {func(f *doctor.Facts) { f.Readers = nil }, []doctor.Code{doctor.ReaderNone}, "Plug in the reader"},
	"Windows Hello is all there is": {func(f *doctor.Facts) {
		f.System.OS = "windows"
		f.Readers = []doctor.Reader{{Name: "Windows Hello for Business 1", State: doctor.Answers}}
	}, []doctor.Code{doctor.ReaderNone, doctor.ReaderVirtual}, "knows no reader"},
	"Windows Hello beside a reader": {func(f *doctor.Facts) {
		f.System.OS = "windows"
		f.Readers = append(f.Readers, doctor.Reader{Name: "Microsoft Virtual Smart Card 0", State: doctor.Mute})
	}, []doctor.Code{doctor.ReaderVirtual}, "is no reader"},
	"the slot for a security module is mute, as always": {func(f *doctor.Facts) {
		f.Readers = append(f.Readers, doctor.Reader{Name: "ACS ACR1252 1S CL Reader [ACR1252 SAM] 01 00 SAM", State: doctor.Mute})
	}, nil, ""},
	"a reader that no driver knows": {func(f *doctor.Facts) {
		f.Readers = nil
		f.Devices = []doctor.Device{{Name: "Maker Reader 3000", USB: "1234:5678"}}
	}, []doctor.Code{doctor.ReaderNoDriver}, "libccid"},
	"no driver is installed, and pcscd is down too": {func(f *doctor.Facts) {
		f.Readers, f.Drivers = nil, nil
		f.Cards = doctor.CardService{Answer: doctor.Down, Installed: true, Socket: doctor.SocketAbsent}
		f.Devices = []doctor.Device{{Name: "ACS ACR122U", USB: "072f:2200"}}
	}, []doctor.Code{doctor.CardServiceStopped, doctor.ReaderNoDriver}, "pcscd.socket"},
	"Linux took the reader for itself": {func(f *doctor.Facts) {
		f.Readers = nil
		f.Devices = []doctor.Device{{Name: "ACS ACR122U PICC Interface", USB: "072f:2200", Driver: "libccid", Calls: "ACS ACR122U PICC Interface", Kernel: "pn533_usb"}}
	}, []doctor.Code{doctor.ReaderKernelDriver}, "blacklist pn533_usb"},
	"the card service does not take a reader it knows": {func(f *doctor.Facts) {
		f.Readers = nil
		f.Devices = []doctor.Device{{Name: "OMNIKEY 5022", USB: "076b:5022", Driver: "libccid", Calls: "HID Global OMNIKEY 5022 Smart Card Reader", Kernel: "usbfs"}}
	}, []doctor.Code{doctor.ReaderNotTaken}, "Plug the reader out and in"},
	"a reader that is on the USB and works": {func(f *doctor.Facts) {
		f.Devices = []doctor.Device{{Name: "ACR122U", USB: "072f:2200", Driver: "libccid", Calls: "ACS ACR122U PICC Interface", Kernel: "usbfs"}}
	}, nil, ""},
	"a reader that works under the name its driver gives it": {func(f *doctor.Facts) {
		f.Devices = []doctor.Device{{Name: "USB Reader", USB: "072f:2200", Driver: "libccid", Calls: "ACS ACR122U PICC Interface"}}
	}, nil, ""},
	"a reader that works under its own name": {func(f *doctor.Facts) {
		f.Devices = []doctor.Device{{Name: "ACS ACR122U", USB: "072f:2200", Driver: "libccid", Calls: "Contactless Reader"}}
	}, nil, ""},
	"a reader that a driver knows, while the card service is down": {func(f *doctor.Facts) {
		f.Cards = doctor.CardService{Answer: doctor.Down, Installed: true, Socket: doctor.SocketAbsent}
		f.Readers = nil
		f.Devices = []doctor.Device{{Name: "ACS ACR122U", USB: "072f:2200", Driver: "libccid", Kernel: "pn533_usb"}}
	}, []doctor.Code{doctor.CardServiceStopped}, "pcscd.socket"},
	"an Alcor reader whose driver does not say its version": {func(f *doctor.Facts) {
		f.Readers[0] = doctor.Reader{Name: "Alcor Micro AU9540 00 00", State: doctor.Empty, Driver: "libccid"}
	}, nil, ""},
	"an Alcor reader with a driver of its maker": {func(f *doctor.Facts) {
		f.Drivers[0].Version = "1.4.31"
		f.Readers[0] = doctor.Reader{Name: "Alcor Micro AU9540 00 00", State: doctor.Empty, Driver: "libalcor", Version: "1.0.0"}
		f.Devices = []doctor.Device{{Name: "Alcor Micro AU9540", USB: "058f:9540", Driver: "libalcor"}}
	}, nil, ""},
	"an Alcor chip with a new libccid beside an older driver": {func(f *doctor.Facts) {
		f.Drivers = append(f.Drivers, doctor.Driver{Name: "libacsccid1", Version: "1.1.8"})
		f.Readers[0] = doctor.Reader{Name: "Generic EMV Smartcard Reader 00 00", State: doctor.Empty, Driver: "libccid", Version: "1.5.2"}
		f.Devices = []doctor.Device{{Name: "Generic EMV Smartcard Reader", USB: "058f:9540", Driver: "libccid"}}
	}, nil, ""},
	"an Alcor reader with an old libccid": {func(f *doctor.Facts) {
		f.Readers[0] = doctor.Reader{Name: "Alcor Micro AU9540 00 00", State: doctor.Empty, Driver: "libccid", Version: "1.4.31"}
	}, []doctor.Code{doctor.ReaderOldDriver}, "1.5.2 or later"},
	"an Alcor chip under another name with an old libccid": {func(f *doctor.Facts) {
		f.Drivers[0].Version = "1.5.1"
		f.Readers[0] = doctor.Reader{Name: "Generic EMV Smartcard Reader 00 00", State: doctor.Empty, Driver: "libccid", Version: "1.5.1"}
		f.Devices = []doctor.Device{{Name: "Generic EMV Smartcard Reader", USB: "058f:9540", Driver: "libccid", Calls: "Generic EMV Smartcard Reader"}}
	}, []doctor.Code{doctor.ReaderOldDriver}, "version 1.5.1"},
	"an Alcor reader with a libccid that is new enough": {func(f *doctor.Facts) {
		f.Readers[0] = doctor.Reader{Name: "Alcor Micro AU9540 00 00", State: doctor.Empty, Driver: "libccid", Version: "1.10.0"}
	}, nil, ""},
	"another maker's reader with an old libccid": {func(f *doctor.Facts) {
		f.Readers[0].Version = "1.4.31"
	}, nil, ""},
	"another program has the reader": {func(f *doctor.Facts) {
		f.Readers[0].State = doctor.Exclusive
	}, []doctor.Code{doctor.ReaderExclusive}, "Close programs"},
	"another program keeps the card": {func(f *doctor.Facts) {
		f.Readers[0].State = doctor.Kept
	}, []doctor.Code{doctor.ReaderKept}, "does not let go"},
	"a card lies upside down": {func(f *doctor.Facts) {
		f.Readers[0].State = doctor.Mute
	}, []doctor.Code{doctor.ReaderMute}, "Turn the card"},
	"a reader fails": {func(f *doctor.Facts) {
		f.Readers[0].State, f.Readers[0].Err = doctor.Broken, "connect to the card: the card service failed (8010002F)"
	}, []doctor.Code{doctor.ReaderFails}, "8010002F"},
	"a pass lies on the reader": {func(f *doctor.Facts) { f.Readers[0].State = doctor.Answers }, nil, ""},

	// The port and the bridge.
	"another program has the port": {func(f *doctor.Facts) {
		f.Service.State = doctor.Stopped
		f.Port.Addresses = []doctor.Address{{Address: "127.0.0.1", Held: true, Program: "node", PID: 4711}, {Address: "::1"}}
	}, []doctor.Code{doctor.PortTaken}, "node (process 4711)"},
	"a program of another account has the port": {func(f *doctor.Facts) {
		f.System.Admin, f.Service.State = false, doctor.Stopped
		f.Port.Addresses = []doctor.Address{{Address: "127.0.0.1", Held: true}, {Address: "::1"}}
	}, []doctor.Code{doctor.PortTaken}, "again as root or administrator"},
	"another program has the port of IPv6 only": {func(f *doctor.Facts) {
		f.Service.State = doctor.Stopped
		f.Port.Addresses = []doctor.Address{{Address: "127.0.0.1"}, {Address: "::1", Held: true, Program: "java", PID: 99}}
	}, []doctor.Code{doctor.PortTaken}, "on ::1"},
	"Windows keeps the port back": {func(f *doctor.Facts) {
		f.System.OS, f.Service.State = "windows", doctor.Stopped
		f.Port.Addresses = []doctor.Address{{Address: "127.0.0.1", Err: "an attempt was made to access a socket in a way forbidden"}}
	}, []doctor.Code{doctor.PortReserved}, "excludedportrange"},
	"the bridge was never installed": {func(f *doctor.Facts) {
		f.Service.State, f.Port.Addresses = doctor.NotInstalled, []doctor.Address{{Address: "127.0.0.1"}}
	}, []doctor.Code{doctor.BridgeNotInstalled}, "openbalie-bridge install"},
	"the bridge is stopped": {func(f *doctor.Facts) {
		f.Service.State, f.Port.Addresses = doctor.Stopped, []doctor.Address{{Address: "127.0.0.1"}}
	}, []doctor.Code{doctor.BridgeStopped}, "openbalie-bridge start"},
	"the bridge does not run, and the system does not say why": {func(f *doctor.Facts) {
		f.Service = doctor.Service{State: doctor.NotTold, Err: "there is no service manager"}
		f.Port.Addresses = []doctor.Address{{Address: "127.0.0.1"}}
	}, []doctor.Code{doctor.BridgeStopped}, "openbalie-bridge run"},
	"the service runs and nobody listens": {func(f *doctor.Facts) {
		f.Port.Addresses = []doctor.Address{{Address: "127.0.0.1"}, {Address: "::1"}}
	}, []doctor.Code{doctor.BridgeSilent}, "--port"},
	"the bridge hangs": {func(f *doctor.Facts) {
		f.Port.Addresses = []doctor.Address{{Address: "127.0.0.1", Held: true, Program: "openbalie-bridge.exe", PID: 5}}
	}, []doctor.Code{doctor.BridgeSilent}, "does not answer"},
	"the bridge hangs and takes no connection": {func(f *doctor.Facts) {
		f.Port.Addresses = []doctor.Address{{Address: "127.0.0.1", Held: true, Program: "openbalie-bridge", PID: 5, Err: "address already in use"}}
	}, []doctor.Code{doctor.BridgeSilent}, "does not answer"},
	"the bridge answers, and its account keeps its name": {func(f *doctor.Facts) {
		f.System.Admin = false
		for i := range f.Port.Addresses {
			f.Port.Addresses[i].Program, f.Port.Addresses[i].PID = "", 0
		}
	}, nil, ""},
	"the bridge does not know its readers yet": {func(f *doctor.Facts) {
		f.Port.Addresses[0].Ready = false
	}, []doctor.Code{doctor.BridgeNotReady}, "ten seconds"},
	"an older bridge runs": {func(f *doctor.Facts) {
		f.Port.Addresses[0].Speaks = []string{"openbalie.bridge.v0"}
	}, []doctor.Code{doctor.BridgeOtherVersion}, "openbalie.bridge.v0"},
	"the bridge was started by hand": {func(f *doctor.Facts) {
		f.Service.State = doctor.NotInstalled
	}, []doctor.Code{doctor.BridgeByHand}, "install"},
	"a setting was changed and the bridge not restarted": {func(f *doctor.Facts) {
		f.Port.Addresses[0].Refuses = []string{balie}
	}, []doctor.Code{doctor.BridgeOldSettings}, "openbalie-bridge stop"},

	// The settings.
	"no web address is allowed": {func(f *doctor.Facts) {
		f.Settings.Origins = nil
	}, []doctor.Code{doctor.OriginsMissing}, "allowedOrigins = ["},
	"a setting is wrong": {func(f *doctor.Facts) {
		f.Settings = doctor.Settings{Err: `invalid setting: port = "many"`}
		f.Service.State, f.Port.Addresses = doctor.Stopped, []doctor.Address{{Address: "127.0.0.1"}}
	}, []doctor.Code{doctor.BridgeStopped, doctor.SettingsWrong}, "start"},
	"this account may not read the settings": {func(f *doctor.Facts) {
		f.Settings = doctor.Settings{Err: "read /etc/openbalie-bridge/bridge.toml: permission denied", Hidden: true}
	}, []doctor.Code{doctor.SettingsHidden}, "again as root"},

	// The browsers.
	"no policy in the browser": {func(f *doctor.Facts) {
		f.Browsers = []doctor.Browser{{Name: "Chrome", Installed: true}}
	}, []doctor.Code{doctor.BrowserNotAllowed}, `LoopbackNetworkAllowedForUrls to ["https://balie.example"]`},
	"no policy in a browser that is not installed": {func(f *doctor.Facts) {
		f.Browsers = []doctor.Browser{{Name: "Edge"}}
	}, nil, ""},
	"no policy in Firefox": {func(f *doctor.Facts) {
		f.Browsers = []doctor.Browser{{Name: "Firefox", Installed: true}}
	}, []doctor.Code{doctor.BrowserNotAllowed}, `SkipDomains to ["balie.example"]`},
	"Firefox skips the address":     {func(f *doctor.Facts) { f.Browsers = []doctor.Browser{firefox("balie.example")} }, nil, ""},
	"Firefox skips names below one": {func(f *doctor.Facts) { f.Browsers = []doctor.Browser{firefox("*.example")} }, nil, ""},
	"Firefox skips another address": {func(f *doctor.Facts) {
		f.Browsers = []doctor.Browser{firefox("*.other.example")}
	}, []doctor.Code{doctor.BrowserNotAllowed}, "about:policies"},
	"Firefox does not guard at all": {func(f *doctor.Facts) {
		f.Browsers = []doctor.Browser{{Name: "Firefox", Installed: true, Policies: []doctor.Policy{{Name: "LocalNetworkAccess.Enabled", Values: []string{"false"}}}}}
	}, nil, ""},
	"Firefox skips the address, spelt with capitals": {func(f *doctor.Facts) { f.Browsers = []doctor.Browser{firefox(" Balie.Example")} }, nil, ""},
	"Firefox skips names that end alike": {func(f *doctor.Facts) {
		f.Browsers = []doctor.Browser{firefox("*.lie.example")}
	}, []doctor.Code{doctor.BrowserNotAllowed}, "Firefox"},
	"Firefox takes names without a port": {func(f *doctor.Facts) {
		f.Settings.Origins = []string{"https://balie.example:8443", "https://other.example"}
		f.Browsers = []doctor.Browser{{Name: "Firefox", Installed: true}}
	}, []doctor.Code{doctor.BrowserNotAllowed}, `SkipDomains to ["balie.example", "other.example"]`},
	"no policy in Edge": {func(f *doctor.Facts) {
		f.Browsers = []doctor.Browser{{Name: "Edge", Installed: true}}
	}, []doctor.Code{doctor.BrowserNotAllowed}, "edge://policy"},
	"no policy in Brave": {func(f *doctor.Facts) {
		f.Browsers = []doctor.Browser{{Name: "Brave", Installed: true}}
	}, []doctor.Code{doctor.BrowserNotAllowed}, "brave://policy"},
	"the policy of the years before": {func(f *doctor.Facts) {
		f.Browsers = []doctor.Browser{chromium("LocalNetworkAccessAllowedForUrls", balie)}
	}, nil, ""},
	"the policy names another address": {func(f *doctor.Facts) {
		f.Browsers = []doctor.Browser{chromium("LoopbackNetworkAllowedForUrls", "https://old.example")}
	}, []doctor.Code{doctor.BrowserNotAllowed}, balie},
	"the policy blocks": {func(f *doctor.Facts) {
		f.Browsers[0].Policies = append(f.Browsers[0].Policies, chromium("LoopbackNetworkBlockedForUrls", "*").Policies...)
	}, []doctor.Code{doctor.BrowserBlocked}, "chrome://policy"},
	"a policy that blocks is named, with whom it blocks": {func(f *doctor.Facts) {
		f.Browsers[0].Policies = append(f.Browsers[0].Policies, chromium("LoopbackNetworkBlockedForUrls", "*").Policies...)
	}, []doctor.Code{doctor.BrowserBlocked}, "keeps " + balie + " from the bridge.\nTake the address out of LoopbackNetworkBlockedForUrls and LocalNetworkAccessBlockedForUrls."},
	"the older policy blocks": {func(f *doctor.Facts) {
		f.Browsers = []doctor.Browser{chromium("LocalNetworkAccessBlockedForUrls", "https://*")}
	}, []doctor.Code{doctor.BrowserBlocked}, "chrome://policy"},
	"the older policy blocks everything and the newer one allows us": {func(f *doctor.Facts) {
		f.Browsers[0].Policies = append(f.Browsers[0].Policies, chromium("LocalNetworkAccessBlockedForUrls", "*").Policies...)
	}, nil, ""},
	"the same policy stands in two files": {func(f *doctor.Facts) {
		other := chromium("LoopbackNetworkAllowedForUrls", "https://other.example").Policies[0]
		other.Place = "/etc/chromium/policies/managed/other.json"
		f.Browsers[0].Policies = append(f.Browsers[0].Policies, other)
	}, []doctor.Code{doctor.BrowserPolicyTwice}, "other.json"},
	"the same policy for two builds of the browser": {func(f *doctor.Facts) {
		other := f.Browsers[0].Policies[0]
		other.Place = "/etc/chromium-browser/policies/managed/openbalie.json"
		f.Browsers[0].Policies = append(f.Browsers[0].Policies, other)
	}, nil, ""},
	"a policy file is broken": {func(f *doctor.Facts) {
		f.Browsers[0].Broken = []string{"/etc/chromium/policies/managed/a.json (unexpected end of JSON input)"}
	}, []doctor.Code{doctor.BrowserPolicyBroken}, "a.json"},
	"a practice on the computer itself needs no policy": {func(f *doctor.Facts) {
		f.Settings.Origins = []string{"http://localhost:8080", "http://[::1]:8080"}
		f.Browsers = []doctor.Browser{{Name: "Brave", Installed: true}}
	}, nil, ""},

	"a name of the computer itself needs no policy either": {func(f *doctor.Facts) {
		f.Settings.Origins = []string{"http://balie.localhost:8080"}
		f.Browsers = []doctor.Browser{{Name: "Brave", Installed: true}}
	}, nil, ""},
	"an address elsewhere needs one": {func(f *doctor.Facts) {
		f.Settings.Origins = []string{"https://192.0.2.7"}
		f.Browsers = []doctor.Browser{{Name: "Chrome", Installed: true}}
	}, []doctor.Code{doctor.BrowserNotAllowed}, "https://192.0.2.7"},

	"a remote desktop": {func(f *doctor.Facts) {
		f.System.OS, f.System.Remote = "windows", true
	}, []doctor.Code{doctor.RemoteSession}, "at the counter itself"},
	"a Linux to which somebody came over the network": {func(f *doctor.Facts) {
		f.System.Remote = true
	}, nil, ""},
}

func TestEachCounterGetsItsFindings(t *testing.T) {
	t.Parallel()
	for name, counter := range counters {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := well()
			counter.differs(&facts)
			found := doctor.Diagnose(facts)
			var codes []doctor.Code
			for _, is := range found {
				codes = append(codes, is.Code)
				if is.Says == "" || is.Means == "" || len(is.Do) == 0 || is.Severity == "" {
					t.Errorf("it leaves the reader alone: %+v", is)
				}
			}
			if diff := cmp.Diff(counter.finds, codes); diff != "" {
				t.Fatalf("findings (-want +got):\n%s", diff)
			}
			if len(found) > 0 {
				text := found[0].Says + "\n" + strings.Join(found[0].Do, "\n")
				if !strings.Contains(text, counter.says) {
					t.Errorf("it should say %q:\n%s", counter.says, text)
				}
			}
		})
	}
}

func TestEveryCodeIsMetAndDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/doctor.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range doctor.Codes() {
		if !strings.Contains(string(page), "| `"+string(code)+"` |") {
			t.Errorf("the page lacks %s", code)
		}
		met := false
		for _, counter := range counters {
			met = met || slices.Contains(counter.finds, code)
		}
		if !met {
			t.Errorf("no counter has %s", code)
		}
	}
}

func TestTheWorstComesFirstAndOnlyProblemsFail(t *testing.T) {
	t.Parallel()
	facts := well()
	facts.Browsers = []doctor.Browser{{Name: "Chrome", Installed: true}}
	facts.Readers = append(facts.Readers, doctor.Reader{Name: "Windows Hello 0"})
	if r := doctor.NewReport(facts); !r.Healthy || len(r.Findings) != 2 || r.Findings[0].Severity != doctor.Warning || r.Findings[1].Severity != doctor.Note {
		t.Errorf("%+v", r)
	}
	facts.Browsers[0].Policies = chromium("LoopbackNetworkBlockedForUrls", balie).Policies
	if r := doctor.NewReport(facts); r.Healthy || r.Findings[0].Code != doctor.BrowserBlocked {
		t.Errorf("%+v", r)
	}
	facts.Settings.Origins = nil
	if r := doctor.NewReport(facts); r.Healthy || r.Findings[0].Severity != doctor.Problem {
		t.Errorf("%+v", r)
	}
}

func TestPatternsOfPoliciesMeanWhatBrowsersTakeThemFor(t *testing.T) {
	t.Parallel()
	for pattern, means := range map[string]bool{
		"*":                           true,
		"https://*":                   true,
		"*:443":                       true,
		"http://*":                    false,
		balie + " ":                   true,
		"https://balie.example":       true,
		"https://balie.example:443":   true,
		"https://balie.example:*":     true,
		"https://balie.example/":      true,
		"HTTPS://Balie.example":       true,
		"balie.example":               true,
		"https://[*.]example":         true,
		"[*.]balie.example":           true,
		"*://balie.example":           true,
		"http://balie.example":        false,
		"https://balie.example:8443":  false,
		"https://other.balie.example": false,
		"https://*.example":           false, // not the way Chromium writes it
		"[*.]lie.example":             false,
		"https://example":             false,
		"":                            false,
	} {
		facts := well()
		facts.Browsers = []doctor.Browser{chromium("LoopbackNetworkAllowedForUrls", pattern)}
		if got := len(doctor.Diagnose(facts)) == 0; got != means {
			t.Errorf("%q allows %s: %v", pattern, balie, got)
		}
	}
}

func TestPatternsOfPoliciesMayBeIPv6(t *testing.T) {
	t.Parallel()
	for pattern, means := range map[string]bool{
		"https://[fd00::1]": true, "[fd00::1]:443": true, "[fd00::1]": true, "https://[fd00::2]": false, "[fd00::1]:8443": false,
	} {
		facts := well()
		facts.Settings.Origins = []string{"https://[fd00::1]"}
		facts.Browsers = []doctor.Browser{chromium("LoopbackNetworkAllowedForUrls", pattern)}
		if got := len(doctor.Diagnose(facts)) == 0; got != means {
			t.Errorf("%q allows the address: %v", pattern, got)
		}
	}
}
