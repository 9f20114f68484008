package doctor

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"
)

// The policies with which a browser lets a page reach its own computer, and
// with which it does not. The first of each is of Chrome and Edge 146 and
// later, the second of 139 (Edge: 140) and later.
var (
	allowing = []string{"LoopbackNetworkAllowedForUrls", "LocalNetworkAccessAllowedForUrls"}
	blocking = []string{"LoopbackNetworkBlockedForUrls", "LocalNetworkAccessBlockedForUrls"}
)

// The policies of Firefox.
const (
	firefox        = "Firefox"
	firefoxSkips   = "LocalNetworkAccess.SkipDomains"
	firefoxEnabled = "LocalNetworkAccess.Enabled"
)

// policies returns the names that concern us, as the files spell them.
func policies() []string { return slices.Concat(allowing, blocking) }

// browsers judges each browser for each address that should reach the bridge.
func browsers(f Facts) []Finding {
	var all []Finding
	for _, b := range f.Browsers {
		if !b.Installed {
			continue
		}
		for _, place := range b.Broken {
			all = append(all, Finding{
				Code: BrowserPolicyBroken, Severity: Problem,
				Says:  fmt.Sprintf("%s cannot read the policy in %s.", b.Name, place),
				Means: "The browser leaves out the whole file, and every policy in it.",
				Do:    []string{"Correct the file; a JSON checker shows where it is broken.", "Restart the browser and look at " + policyPage(b.Name) + "."},
			})
		}
		all = append(all, twice(b)...)
		var missing, blocked []string
		for _, origin := range f.Settings.Origins {
			if onThisComputer(origin) {
				continue // such a page is on the computer already
			}
			switch {
			case b.blocks(origin):
				blocked = append(blocked, origin)
			case !b.allows(origin):
				missing = append(missing, origin)
			}
		}
		if len(blocked) > 0 {
			all = append(all, Finding{
				Code: BrowserBlocked, Severity: Problem,
				Says:  fmt.Sprintf("A policy of %s keeps %s from the bridge.", b.Name, strings.Join(blocked, ", ")),
				Means: "In this browser no page is told of a pass, and nobody at the counter can change that.",
				Do:    []string{"Take the address out of " + strings.Join(blocking, " and ") + ".", "Restart the browser and look at " + policyPage(b.Name) + "."},
			})
		}
		if len(missing) > 0 {
			all = append(all, notAllowed(b, missing))
		}
	}
	return all
}

func notAllowed(b Browser, missing []string) Finding {
	is := Finding{
		Code: BrowserNotAllowed, Severity: Warning,
		Says:  fmt.Sprintf("No policy of %s allows %s to reach the bridge.", b.Name, strings.Join(missing, ", ")),
		Means: "The browser asks each clerk once. Whoever answers «block» is told of no pass from then on.",
		Do:    []string{fmt.Sprintf("Set %s to %s; the documentation says where.", allowing[0], list(missing)), "Restart the browser and look at " + policyPage(b.Name) + "."},
	}
	if b.Name == firefox {
		var names []string
		for _, origin := range missing {
			if u, err := url.Parse(origin); err == nil {
				names = append(names, u.Hostname())
			}
		}
		is.Do[0] = fmt.Sprintf("Set LocalNetworkAccess, SkipDomains to %s; the documentation says where.", list(names))
	}
	return is
}

// list writes texts as a policy file does.
func list(texts []string) string { return `["` + strings.Join(texts, `", "`) + `"]` }

// twice finds a policy that stands in two files of one folder, of which the
// browser takes one. Folders apart are for different builds of a browser.
func twice(b Browser) []Finding {
	type spot struct{ folder, name string }
	places := map[spot][]string{}
	for _, p := range b.Policies {
		at := spot{path.Dir(p.Place), p.Name}
		places[at] = append(places[at], p.Place)
	}
	var all []Finding
	for _, p := range b.Policies {
		name, places := p.Name, places[spot{path.Dir(p.Place), p.Name}]
		if len(places) > 1 && places[0] == p.Place {
			all = append(all, Finding{
				Code: BrowserPolicyTwice, Severity: Warning,
				Says:  fmt.Sprintf("%s has %s in more than one place: %s.", b.Name, name, strings.Join(places, ", ")),
				Means: "The browser takes one of them and leaves out the addresses in the other.",
				Do:    []string{"Put all addresses into one place.", "Restart the browser and look at " + policyPage(b.Name) + "."},
			})
		}
	}
	return all
}

func policyPage(browser string) string {
	switch browser {
	case firefox:
		return "about:policies"
	case "Edge":
		return "edge://policy"
	case "Brave":
		return "brave://policy"
	default:
		return "chrome://policy"
	}
}

// allows and blocks follow the order of precedence of the browsers: loopback
// blocked, loopback allowed, local network blocked, local network allowed.
func (b Browser) allows(origin string) bool {
	if b.Name == firefox {
		return slices.Contains(b.values(firefoxEnabled), "false") ||
			slices.ContainsFunc(b.values(firefoxSkips), func(domain string) bool { return matchDomain(domain, origin) })
	}
	return b.decides(origin) == allowedByPolicy
}

func (b Browser) blocks(origin string) bool {
	return b.decides(origin) == blockedByPolicy
}

type decision int

const (
	nobodyDecided decision = iota
	allowedByPolicy
	blockedByPolicy
)

func (b Browser) decides(origin string) decision {
	for i := range allowing {
		switch {
		case b.matches(blocking[i], origin):
			return blockedByPolicy
		case b.matches(allowing[i], origin):
			return allowedByPolicy
		}
	}
	return nobodyDecided
}

func (b Browser) matches(policy, origin string) bool {
	return slices.ContainsFunc(b.values(policy), func(pattern string) bool { return matchURL(pattern, origin) })
}

func (b Browser) values(policy string) []string {
	var all []string
	for _, p := range b.Policies {
		if p.Name == policy {
			all = append(all, p.Values...)
		}
	}
	return all
}

// matchURL reports whether a pattern of a Chromium policy means an origin that
// is not on this computer, which has https: an address, with `[*.]` before the
// name for it and all names below it, `*` for any name, without scheme or port
// for any.
func matchURL(pattern, origin string) bool {
	o, err := url.Parse(origin)
	if err != nil {
		return false
	}
	pattern = strings.ToLower(strings.TrimSpace(pattern))
	scheme, rest, found := strings.Cut(pattern, "://")
	if !found {
		scheme, rest = "*", pattern
	}
	rest, below := strings.CutPrefix(rest, "[*.]")
	host, _, _ := strings.Cut(rest, "/")
	port := "*"
	if h, p, err := net.SplitHostPort(host); err == nil {
		host, port = h, p
	}
	host = strings.Trim(host, "[]") // of an IPv6 address
	name := o.Hostname()
	return (scheme == "*" || scheme == o.Scheme) && (port == "*" || port == cmp.Or(o.Port(), "443")) &&
		(host == "*" || host == name || below && strings.HasSuffix(name, "."+host))
}

// matchDomain reports whether an entry of Firefox's list means an origin: a
// name, or `*.name` for the names below it.
func matchDomain(domain, origin string) bool {
	o, err := url.Parse(origin)
	if err != nil {
		return false
	}
	domain = strings.ToLower(strings.TrimSpace(domain))
	parent, below := strings.CutPrefix(domain, "*.")
	return domain == o.Hostname() || below && strings.HasSuffix(o.Hostname(), "."+parent)
}

// onThisComputer reports whether a page of this origin comes from the computer
// itself, which browsers let reach itself without asking.
func onThisComputer(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || strings.HasSuffix(u.Hostname(), ".localhost") || ip != nil && ip.IsLoopback()
}
