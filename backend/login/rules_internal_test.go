package login

import (
	"strings"
	"testing"
)

func TestALoginComesBackToAPageOfThisSiteOnly(t *testing.T) {
	t.Parallel()
	long := "/" + strings.Repeat("a", maxReturnTo-1)
	for to, kept := range map[string]bool{
		"/": true, "/passholders/1?tab=points#top": true, "/search?q=a%20b": true, "/loginless": true, "/a//b": true, long: true,
		long + "a": false, "": false, "passholders": false, "//evil.example": false, "/\\evil.example": false, "/a\\b": false,
		"https://evil.example/": false, "javascript:alert(1)": false, "/%2fevil.example": false, "/\t/evil.example": false,
		"/a\x7f": false, "/a\r\nSet-Cookie: b=c": false, "/\xff": false, "/%zz": false,
		"/login": false, "/login?returnTo=/login": false, "/login/callback": false, "/logout": false,
	} {
		want := "/"
		if kept {
			want = to
		}
		if got := safeReturnTo(to); got != want {
			t.Errorf("%.40q comes back to %.40q, want %.40q", to, got, want)
		}
	}
}
