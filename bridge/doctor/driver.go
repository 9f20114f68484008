package doctor

import "strings"

// libCCID is the driver that knows nearly every reader.
const libCCID = "libccid"

// driverOf finds the driver of a reader by its name: pcscd takes what the
// driver calls it and adds what tells twins apart.
func driverOf(reader string, drivers []Driver) Driver {
	var best Driver
	longest := 0
	for _, d := range drivers {
		for _, name := range d.names {
			if strings.HasPrefix(reader, name) && (len(name) > longest || len(name) == longest && best.class) {
				best, longest = d, len(name)
			}
		}
	}
	return best
}

// same reports whether two drivers are one in two places.
func (d Driver) same(other Driver) bool { return d.Name == other.Name && d.Version == other.Version }
