//go:build !windows

package secret

import "io/fs"

// exposed reports whether anybody but the owner has access.
func exposed(m fs.FileMode) bool { return m.Perm()&0o077 != 0 }
