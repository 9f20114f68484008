package secret

import "io/fs"

// exposed is left to the file's ACL, which the mode bits do not show.
func exposed(fs.FileMode) bool { return false }
