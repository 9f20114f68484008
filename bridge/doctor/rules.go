package doctor

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Diagnose judges the facts: the worst first, and in the order of [Codes]
// within that.
func Diagnose(f Facts) []Finding {
	all := slices.Concat(cards(f), readers(f), ports(f), bridges(f), settings(f), browsers(f), session(f))
	codes, severities := Codes(), []Severity{Problem, Warning, Note}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(severities, a.Severity), slices.Index(severities, b.Severity)),
			cmp.Compare(slices.Index(codes, a.Code), slices.Index(codes, b.Code)),
		)
	})
	return all
}

// cards judges the card service. Without it nothing is known of the readers.
func cards(f Facts) []Finding {
	c, is := f.Cards, Finding{Severity: Problem, Means: "No pass and no identity card can be read."}
	switch c.Answer {
	case Works:
		return nil
	case Unsupported:
		is.Code, is.Says = CardServiceUnsupported, "This program was built without card reading."
		is.Do = []string{"Install the program from a release, or build it with CGO_ENABLED=1 and libpcsclite-dev."}
	case Denied:
		is = denied(f)
	case Silent:
		is.Code, is.Says = CardServiceSilent, "The card service takes questions and does not answer."
		is.Do = restart(f.System.OS)
	case Failed:
		is.Code, is.Says = CardServiceFails, "The card service answers with an error: "+c.Err
		is.Do = restart(f.System.OS)
	default:
		is = down(f)
	}
	return []Finding{is}
}

// down says why nobody answers.
func down(f Facts) Finding {
	c, is := f.Cards, Finding{Code: CardServiceStopped, Severity: Problem, Means: "No pass and no identity card can be read."}
	switch {
	case !c.Installed && f.System.OS == "linux":
		is.Code, is.Says = CardServiceMissing, "The card service pcscd is not installed."
		is.Do = []string{
			"Debian, Ubuntu: apt install pcscd libccid",
			"Fedora, Red Hat: dnf install pcsc-lite pcsc-lite-ccid",
			"Then: systemctl enable --now pcscd.socket",
		}
	case !c.Installed:
		is.Code, is.Says = CardServiceMissing, "This system has no card service."
		is.Do = []string{"Use a desktop edition of the system: some server editions have no «Smart Card» service."}
	case c.Disabled && f.System.OS == "windows":
		is.Code, is.Says = CardServiceDisabled, "The Windows service «Smart Card» (SCardSvr) is disabled."
		is.Do = []string{"As administrator: sc config SCardSvr start= demand", "Then plug the reader out and in.", "If it is disabled again tomorrow, a group policy does so: ask who manages it."}
	case c.Disabled:
		is.Code, is.Says = CardServiceDisabled, "The card service pcscd is masked: systemd may not start it."
		is.Do = []string{"systemctl unmask pcscd.service pcscd.socket", "systemctl enable --now pcscd.socket"}
	case f.System.OS == "windows":
		is.Says = "The Windows service «Smart Card» (SCardSvr) does not run."
		is.Do = []string{"Plug in the reader: Windows starts the service with the first reader and stops it with the last.", "If a reader is plugged in, as administrator: sc start SCardSvr"}
	case c.Socket == SocketDenied:
		is.Code, is.Says = CardServiceDenied, "The card service pcscd runs, and its socket is closed to this account."
		is.Do = []string{"Make the report again as root.", "Look at SocketMode in: systemctl cat pcscd.socket (it is 0666 where nobody changed it)"}
	case c.Socket == SocketAbsent:
		is.Says = "The card service pcscd is installed and not started: its socket is not there."
		is.Do = []string{"systemctl enable --now pcscd.socket"}
	case c.Process:
		is.Says = "The card service pcscd runs, but not where programs look for it."
		is.Do = restart(f.System.OS)
	default:
		is.Says = "The card service pcscd has ended and nothing starts it again."
		is.Do = restart(f.System.OS)
	}
	return is
}

func denied(f Facts) Finding {
	is := Finding{
		Code: CardServiceDenied, Severity: Problem,
		Says:  "The card service refuses this account.",
		Means: "A bridge that runs under this account reads nothing. One that runs as a service is not this account.",
	}
	if f.System.OS != "linux" {
		is.Do = []string{"Make the report again as administrator."}
		return is
	}
	is.Says = "The card service refuses this account: polkit lets in root and whoever sits at the screen, nobody else."
	if f.System.Admin {
		is.Means = "No pass and no identity card can be read: even root is refused."
		is.Do = []string{"Look for a rule that says no: grep -r pcsc-lite /etc/polkit-1/rules.d /usr/share/polkit-1/rules.d", "systemctl restart polkit pcscd"}
		return is
	}
	is.Do = []string{
		"Make the report again with sudo. The service runs as root and is not refused.",
		"If the bridge must run under an account of its own, allow it in /etc/polkit-1/rules.d/50-openbalie-bridge.rules; the text is in the documentation under CARD_SERVICE_DENIED.",
	}
	return is
}

func restart(os string) []string {
	switch os {
	case "linux":
		return []string{"systemctl restart pcscd.socket pcscd", "If it ends again, its own words are in: journalctl -u pcscd"}
	case "windows":
		return []string{"As administrator: sc stop SCardSvr, then sc start SCardSvr", "Plug the reader out and in."}
	default:
		return []string{"Plug the reader out and in.", "Restart the computer."}
	}
}

var (
	// virtual matches what Windows shows as a reader though nobody can put a
	// card in: the chip of the computer itself.
	virtual = regexp.MustCompile(`(?i)windows hello|virtual smart ?card|microsoft (ifd|uicc)`)

	// module matches slots for security modules, which hold no pass.
	module = regexp.MustCompile(`\bSAM\b`)
)

// Virtual reports whether a reader exists in Windows only.
func (r Reader) Virtual() bool { return virtual.MatchString(r.Name) }

// readers judges the readers, and the devices that should be readers.
func readers(f Facts) []Finding {
	var all []Finding
	real := 0
	for _, r := range f.Readers {
		switch {
		case r.Virtual():
			all = append(all, Finding{
				Code: ReaderVirtual, Severity: Note,
				Says:  fmt.Sprintf("«%s» is no reader: Windows Hello and virtual smart cards show themselves as one.", r.Name),
				Means: "Nothing is wrong with it. Passes are read by the other readers.",
				Do:    []string{"Nothing."},
			})
		case module.MatchString(r.Name):
		default:
			real++
			all = append(all, reader(f, r)...)
		}
	}
	all = append(all, devices(f)...)
	all = append(all, oldDriver(f)...)
	if f.Cards.Answer == Works && real == 0 && !slices.ContainsFunc(all, func(is Finding) bool { return is.Severity == Problem }) {
		all = append(all, Finding{
			Code: ReaderNone, Severity: Problem,
			Says:  "The card service knows no reader.",
			Means: "No pass and no identity card can be read.",
			Do: []string{
				"Plug in the reader, straight into the computer and not into a hub or the keyboard.",
				"If it is plugged in, try another cable and another socket, then make the report again.",
				"In a virtual machine or a remote desktop, hand the reader through to it.",
			},
		})
	}
	return all
}

func reader(f Facts, r Reader) []Finding {
	is := Finding{Severity: Problem, Means: "Passes on this reader are not read."}
	switch r.State {
	case Exclusive:
		is.Code, is.Says = ReaderExclusive, fmt.Sprintf("Another program has «%s» for itself.", r.Name)
		is.Do = []string{"Close programs that use cards, such as those for signing, banking, time clocks or the older UiTPAS software.", "Plug the reader out and in."}
	case Kept:
		is.Code, is.Says = ReaderKept, fmt.Sprintf("Another program keeps the card in «%s» and does not let go.", r.Name)
		is.Do = []string{"Take the card away and put it back.", "Close programs that use cards, such as those for signing or banking."}
	case Mute:
		is.Code, is.Severity, is.Says = ReaderMute, Warning, fmt.Sprintf("What lies on «%s» does not answer.", r.Name)
		is.Means = "This card is not read. With another card the reader may work."
		is.Do = []string{"Turn the card: the chip goes in first and faces up, or lies flat on the reader.", "Try another card. If none answers, plug the reader out and in."}
	case Broken:
		is.Code, is.Says = ReaderFails, fmt.Sprintf("«%s» fails: %s", r.Name, r.Err)
		is.Do = append([]string{"Take the card away and plug the reader out and in."}, restart(f.System.OS)...)
	case Empty, Answers, Gone:
		return nil
	}
	return []Finding{is}
}

// devices judges what hangs on the USB and is missing among the readers.
func devices(f Facts) []Finding {
	var all []Finding
	for _, d := range f.Devices {
		seen := slices.ContainsFunc(f.Readers, func(r Reader) bool {
			return d.Calls != "" && strings.HasPrefix(r.Name, d.Calls) || strings.Contains(r.Name, d.Name)
		})
		is := Finding{Severity: Problem, Means: "Passes on this reader are not read."}
		switch {
		case seen:
			continue
		case d.Driver == "":
			is.Code, is.Says = ReaderNoDriver, fmt.Sprintf("«%s» (%s) is plugged in, and no installed driver knows it.", d.Name, d.USB)
			is.Do = []string{"Debian, Ubuntu: apt install libccid; for readers of ACS also libacsccid1. Fedora, Red Hat: dnf install pcsc-lite-ccid", "Otherwise install the driver of its maker.", "systemctl restart pcscd"}
		case f.Cards.Answer != Works:
			continue // the card service itself is the problem
		case d.Kernel != "" && d.Kernel != "usbfs":
			is.Code, is.Says = ReaderKernelDriver, fmt.Sprintf("The system's own driver %s has taken «%s» (%s) from the card service.", d.Kernel, d.Name, d.USB)
			is.Do = []string{
				fmt.Sprintf("echo 'blacklist %s' > /etc/modprobe.d/openbalie-bridge.conf", d.Kernel),
				fmt.Sprintf("modprobe -r %s, then plug the reader out and in.", d.Kernel),
			}
		default:
			is.Code, is.Says = ReaderNotTaken, fmt.Sprintf("«%s» (%s) is plugged in, its driver %s knows it, and yet the card service does not show it.", d.Name, d.USB, d.Driver)
			is.Do = append([]string{"Plug the reader out and in."}, restart(f.System.OS)...)
		}
		all = append(all, is)
	}
	return all
}

// goodLibCCID is the version with which readers with a chip of Alcor no longer
// lose the end of an answer.
const goodLibCCID = "1.5.2"

func oldDriver(f Facts) []Finding {
	var name, version string
	for _, r := range f.Readers {
		if r.Driver == libCCID && strings.Contains(r.Name, "Alcor") {
			name, version = r.Name, r.Version
		}
	}
	for _, d := range f.Devices {
		if name == "" && d.Driver == libCCID && strings.HasPrefix(d.USB, "058f:") {
			name = d.Name
			for _, driver := range f.Drivers {
				if driver.Name == libCCID {
					version = driver.Version
				}
			}
		}
	}
	if name == "" || version == "" || !older(version, goodLibCCID) {
		return nil
	}
	return []Finding{{
		Code: ReaderOldDriver, Severity: Warning,
		Says:  fmt.Sprintf("«%s» has a chip of Alcor, and its driver libccid is version %s.", name, version),
		Means: "Now and then such a reader loses the end of what an identity card says, or falls silent until the card service starts again.",
		Do:    []string{"Bring libccid to version " + goodLibCCID + " or later.", "Until then: systemctl restart pcscd when it falls silent, or use another reader."},
	}}
}

// older compares versions number by number: 1.4.31 is older than 1.5.2.
func older(version, than string) bool {
	numbers := func(s string) []int {
		var list []int
		for part := range strings.SplitSeq(s, ".") {
			n, err := strconv.Atoi(part)
			if err != nil {
				break
			}
			list = append(list, n)
		}
		return list
	}
	return slices.Compare(numbers(version), numbers(than)) < 0
}

func session(f Facts) []Finding {
	if !f.System.Remote || f.System.OS != "windows" {
		return nil
	}
	return []Finding{{
		Code: RemoteSession, Severity: Warning,
		Says:  "This is a remote desktop: Windows shows it the readers of the computer you sit at, not those of this one.",
		Means: "What the report says of readers is not what the service of this computer sees.",
		Do:    []string{"Make the report at the counter itself.", "A counter that works in a remote desktop needs the bridge on the computer with the reader and the browser."},
	}}
}
