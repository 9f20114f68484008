package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Report is what a person copies and sends on: the findings, and what was seen.
type Report struct {
	Healthy  bool      `json:"healthy"` // there is no problem, warnings aside
	Findings []Finding `json:"findings"`
	Facts    Facts     `json:"facts"`
}

// NewReport judges the facts. They should be clean.
func NewReport(f Facts) Report {
	findings := Diagnose(f)
	return Report{
		Healthy:  !slices.ContainsFunc(findings, func(is Finding) bool { return is.Severity == Problem }),
		Findings: findings, Facts: f,
	}
}

// JSON writes the report for programs.
func (r Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// Text writes the report for people.
func (r Report) Text(w io.Writer) error {
	var b strings.Builder
	f := r.Facts
	fmt.Fprintf(&b, "openbalie-bridge doctor, version %s, %s\n%s\n", f.Version, f.At.UTC().Format(time.RFC3339), r.summary())
	for _, is := range r.Findings {
		fmt.Fprintf(&b, "\n%s %s\n  %s\n  %s\n", strings.ToUpper(string(is.Severity)), is.Code, is.Says, is.Means)
		for _, step := range is.Do {
			fmt.Fprintf(&b, "  - %s\n", step)
		}
	}
	b.WriteString("\nWhat was seen\n")
	for _, l := range f.lines() {
		fmt.Fprintf(&b, "  %-13s %s\n", l.what, strings.TrimRight(l.is, " "))
	}
	b.WriteString("\nNo names of people or accounts, no card numbers and no serial numbers stand in this report.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Report) summary() string {
	count := map[Severity]int{}
	for _, is := range r.Findings {
		count[is.Severity]++
	}
	switch problems, warnings := count[Problem], count[Warning]; {
	case problems == 0 && warnings == 0:
		return "All is well."
	case problems == 0:
		return fmt.Sprintf("It works; warnings: %d", warnings)
	default:
		return fmt.Sprintf("Problems: %d, warnings: %d", problems, warnings)
	}
}

// line is a row of the second half.
type line struct{ what, is string }

func (f Facts) lines() []line {
	all := []line{
		{"System", join(f.System.Name, f.System.OS+"/"+f.System.Arch, f.System.Kernel, when(f.System.Remote, "remote session"))},
		{"Report by", or(when(f.System.Admin, "root or administrator"), "an ordinary account")},
		{"Service", join(string(f.Service.State), f.Service.Err)},
		{"Settings", join(or(strings.Join(f.Settings.Origins, " "), "no web address allowed"), f.Settings.MaxScope, f.Settings.Err)},
	}
	for _, a := range f.Port.Addresses {
		all = append(all, line{"Port", fmt.Sprintf("%d on %s: %s", f.Port.Number, a.Address, a.line())})
	}
	c := f.Cards
	all = append(all, line{"Card service", join(string(c.Answer), c.Version, when(c.Polkit, "asks polkit"), c.Err)})
	for _, d := range f.Drivers {
		all = append(all, line{"Driver", strings.TrimSpace(d.Name + " " + d.Version)})
	}
	for _, d := range f.Devices {
		all = append(all, line{"USB reader", join(d.Name, d.USB, or(d.Driver, "no driver"), when(d.Kernel != "", "held by "+d.Kernel))})
	}
	for _, r := range f.Readers {
		all = append(all, line{"Reader", join(r.Name, string(r.State), or(strings.TrimSpace(r.Driver+" "+r.Version), "driver not known"), r.Err)})
	}
	if len(f.Readers) == 0 {
		all = append(all, line{"Reader", "none"})
	}
	for _, b := range f.Browsers {
		if !b.Installed && len(b.Policies) == 0 {
			continue
		}
		all = append(all, line{"Browser", join(b.Name, when(!b.Installed, "not found"), when(len(b.Policies) == 0, "no policy for the bridge"))})
		for _, p := range b.Policies {
			all = append(all, line{"", fmt.Sprintf("%s = %s (%s)", p.Name, strings.Join(p.Values, " "), p.Place)})
		}
	}
	return all
}

func (a Address) line() string {
	switch {
	case a.Bridge:
		return join("held by the bridge", a.Program, when(!a.Ready, "not ready"))
	case a.Held:
		return "held by " + holder(a)
	default:
		return or(a.Err, "free")
	}
}

// join puts what there is behind one another.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func when(is bool, s string) string {
	if is {
		return s
	}
	return ""
}
