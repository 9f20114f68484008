package login

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxReturnTo is the longest path to come back to.
const maxReturnTo = 2048

// safeReturnTo returns the path to come back to after a login: one of this
// site, or the home page. Whatever a browser would read as another site's
// address, or as a login again, is not one.
func safeReturnTo(s string) string {
	const home = "/"
	if len(s) > maxReturnTo || !utf8.ValidString(s) || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsRune(s, '\\') {
		return home
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return home
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return home
	}
	if u.Path == "/login" || strings.HasPrefix(u.Path, "/login/") || u.Path == "/logout" {
		return home
	}
	return s
}
