package doctor

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// home matches the way to somebody's home folder, which names the account.
	// On Windows such a name has spaces.
	home = regexp.MustCompile(`(?i)[a-z]:\\users\\[^\\"':;]+|/(?:home|users)/[^/\s"':;,)]+`)

	// series matches what pcscd adds to the name of a reader that says its
	// serial number.
	series = regexp.MustCompile(`\([^()]*[0-9][^()]*\)`)

	// long matches a number as long as that of a card, a chip or a person, with
	// the signs people write between the digits. The card service's own codes
	// have eight.
	long = regexp.MustCompile(`\b[0-9](?:[ .-]?[0-9]){9,}\b|\b(?:[0-9A-Fa-f]{2}:?){5,}\b`)
)

// Clean takes out what could point at a person. The folders in homes become
// «~». What systems and drivers say of their own version stays as it is.
func (f Facts) Clean(homes ...string) Facts {
	text := func(s string) string {
		for _, dir := range homes {
			if len(dir) > 1 {
				s = strings.ReplaceAll(s, dir, "~")
			}
		}
		return long.ReplaceAllString(home.ReplaceAllString(s, "~"), "…")
	}
	texts := func(list []string) []string {
		list = slices.Clone(list)
		for i := range list {
			list[i] = text(list[i])
		}
		return list
	}
	name := func(s string) string { return text(series.ReplaceAllString(s, "(…)")) }

	f.Settings.Err, f.Service.Err, f.Cards.Err = text(f.Settings.Err), text(f.Service.Err), text(f.Cards.Err)
	f.Port.Addresses = slices.Clone(f.Port.Addresses)
	for i := range f.Port.Addresses {
		a := &f.Port.Addresses[i]
		a.Program, a.Err = text(a.Program), text(a.Err)
	}
	f.Devices = slices.Clone(f.Devices)
	for i := range f.Devices {
		d := &f.Devices[i]
		d.Name, d.Calls = name(d.Name), name(d.Calls)
	}
	f.Readers = slices.Clone(f.Readers)
	for i := range f.Readers {
		r := &f.Readers[i]
		r.Name, r.Err = name(r.Name), text(r.Err)
	}
	f.Browsers = slices.Clone(f.Browsers)
	for i := range f.Browsers {
		b := &f.Browsers[i]
		b.Broken, b.Policies = texts(b.Broken), slices.Clone(b.Policies)
		for j := range b.Policies {
			b.Policies[j].Place = text(b.Policies[j].Place)
		}
	}
	return f
}
