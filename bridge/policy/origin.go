package policy

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// checkOrigin refuses what no browser would send as an Origin header, since it
// would never match, and what must not be allowed.
func checkOrigin(origin string) error {
	u, err := url.Parse(origin)
	switch {
	case strings.Contains(origin, "*"):
		return errors.New("wildcards are not accepted: name each web address")
	case err != nil || u.Hostname() == "":
		return errors.New(`write a web address such as "https://balie.example"`)
	case u.Scheme != "https" && u.Scheme != "http":
		return errors.New("only https is accepted, and http for this computer itself")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return errors.New("http is accepted for this computer itself only; use https")
	}
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else {
		host = strings.TrimSuffix(host, ":80")
	}
	if canonical := strings.ToLower(u.Scheme) + "://" + host; canonical != origin {
		return fmt.Errorf("write it as browsers send it: %q", canonical)
	}
	for _, r := range host {
		if r > 127 {
			return errors.New("write the name in its xn-- form, as browsers send it")
		}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
