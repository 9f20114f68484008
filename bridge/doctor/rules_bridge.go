package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openbalie/openbalie/bridge/protocol"
)

// program is what the bridge is called among the programs.
const program = "openbalie-bridge"

// ours reports whether the program at an address is called like the bridge. It
// may still not answer.
func (a Address) ours() bool {
	return strings.TrimSuffix(strings.ToLower(a.Program), ".exe") == program
}

// ports judges who has the port.
func ports(f Facts) []Finding {
	var all []Finding
	for _, a := range f.Port.Addresses {
		where := fmt.Sprintf("Port %d on %s", f.Port.Number, a.Address)
		is := Finding{Severity: Problem, Means: "The bridge cannot start, and no page is told of a pass."}
		switch {
		case a.Held && !a.Bridge && !a.ours():
			is.Code, is.Says = PortTaken, fmt.Sprintf("%s is held by another program: %s.", where, holder(a))
			is.Do = []string{
				"End that program, or give it another port; then: openbalie-bridge start",
				"Or give the bridge another port (setting port) and set the same in OpenBalie.",
			}
			if a.Program == "" {
				is.Do = slices.Insert(is.Do, 0, "Make the report again as root or administrator: it then names the program.")
			}
		case !a.Held && a.Err != "":
			is.Code, is.Says = PortReserved, fmt.Sprintf("%s is held by nobody, and yet the system does not give it: %s", where, a.Err)
			is.Do = []string{"Give the bridge another port (setting port) and set the same in OpenBalie."}
			if f.System.OS == "windows" {
				is.Do = slices.Insert(is.Do, 0, "Look whether the system keeps it back: netsh int ipv4 show excludedportrange tcp")
			}
		default:
			continue
		}
		all = append(all, is)
	}
	return all
}

func holder(a Address) string {
	if a.Program == "" {
		return "one of another account, whose name is not told to this one"
	}
	return fmt.Sprintf("%s (process %d)", a.Program, a.PID)
}

// bridges judges our own program: whether it answers, and as it should.
func bridges(f Facts) []Finding {
	held, taken := false, false
	for _, a := range f.Port.Addresses {
		switch {
		case a.Bridge:
			return answering(f, a)
		case a.Held && a.ours():
			held = true
		case a.Held, a.Err != "":
			taken = true
		}
	}
	is := Finding{Severity: Problem, Means: "No page is told of a pass."}
	switch {
	case held:
		is.Code, is.Says = BridgeSilent, "The bridge runs and does not answer."
		is.Do = []string{"openbalie-bridge stop, then openbalie-bridge start"}
	case taken:
		return nil // the port is the problem
	case f.Service.State == Running:
		is.Code, is.Says = BridgeSilent, fmt.Sprintf("The service runs, and yet nobody listens at port %d.", f.Port.Number)
		is.Do = []string{"Wait ten seconds and make the report again: it may be starting.", "Look into its log; it says why it does not listen.", "Does it use another port than this report looked at? Give the port: openbalie-bridge doctor --port NUMBER"}
	case f.Service.State == Stopped:
		is.Code, is.Says = BridgeStopped, "The service is installed and does not run."
		is.Do = []string{"As root or administrator: openbalie-bridge start", "If it ends again, its log says why."}
	case f.Service.State == NotInstalled:
		is.Code, is.Says = BridgeNotInstalled, "The bridge is not installed as a service and does not run."
		is.Do = []string{"As root or administrator: openbalie-bridge install --allowed-origins https://YOUR-OPENBALIE", "Then: openbalie-bridge start"}
	default:
		is.Code, is.Says = BridgeStopped, "The bridge does not run."
		is.Do = []string{"Start it: openbalie-bridge start, or openbalie-bridge run to see what it says."}
	}
	return []Finding{is}
}

// answering judges a bridge that answers.
func answering(f Facts, a Address) []Finding {
	var all []Finding
	if !slices.Contains(a.Speaks, protocol.Subprotocol) {
		all = append(all, Finding{
			Code: BridgeOtherVersion, Severity: Problem,
			Says:  fmt.Sprintf("The bridge that runs speaks %s; this program speaks %s.", strings.Join(a.Speaks, ", "), protocol.Subprotocol),
			Means: "The page and the bridge may not understand each other.",
			Do:    []string{"Restart the service, so that the installed version runs: openbalie-bridge stop, then openbalie-bridge start"},
		})
	}
	if !a.Ready {
		all = append(all, Finding{
			Code: BridgeNotReady, Severity: Warning,
			Says:  "The bridge answers and does not know its readers yet.",
			Means: "Pages connect and see no reader.",
			Do:    []string{"Wait ten seconds and make the report again.", "If it stays so: openbalie-bridge stop, then openbalie-bridge start"},
		})
	}
	if len(a.Refuses) > 0 {
		all = append(all, Finding{
			Code: BridgeOldSettings, Severity: Problem,
			Says:  fmt.Sprintf("The settings allow %s, and the bridge that runs refuses it.", strings.Join(a.Refuses, ", ")),
			Means: "The page at that address cannot connect. The bridge reads its settings when it starts.",
			Do:    []string{"openbalie-bridge stop, then openbalie-bridge start", "If it still refuses, it runs with other settings: its first line in the log says where each came from."},
		})
	}
	if f.Service.State == NotInstalled {
		all = append(all, Finding{
			Code: BridgeByHand, Severity: Warning,
			Says:  "The bridge runs, though not as a service.",
			Means: "It ends when somebody signs out or closes its window, and does not come back by itself.",
			Do:    []string{"As root or administrator: openbalie-bridge install --allowed-origins https://YOUR-OPENBALIE, then openbalie-bridge start"},
		})
	}
	return all
}

// settings judges what the bridge starts with.
func settings(f Facts) []Finding {
	s := f.Settings
	switch {
	case s.Hidden:
		return []Finding{{
			Code: SettingsHidden, Severity: Warning,
			Says:  "This account may not read the settings: " + s.Err,
			Means: "The report cannot tell which web addresses may connect. The service can read them.",
			Do:    []string{"Make the report again as root or administrator."},
		}}
	case s.Err != "":
		return []Finding{{
			Code: SettingsWrong, Severity: Problem,
			Says:  "A setting is wrong: " + s.Err,
			Means: "The bridge does not start with it, and is not started again until somebody corrects it.",
			Do:    []string{"Correct it where the line above says.", "Then: openbalie-bridge start"},
		}}
	case len(s.Origins) == 0:
		return []Finding{{
			Code: OriginsMissing, Severity: Problem,
			Says:  "No web address may connect: allowedOrigins is empty.",
			Means: "The bridge serves nobody.",
			Do: []string{
				`Write the address of your OpenBalie in the settings file: allowedOrigins = ["https://YOUR-OPENBALIE"]`,
				"openbalie-bridge stop, then openbalie-bridge start",
			},
		}}
	default:
		return nil
	}
}
