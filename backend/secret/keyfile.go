package secret

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// EnvKey is the environment variable that holds a key ring, in the format of
// the key file, with semicolons for line ends.
const EnvKey = "OPENBALIE_KEYS"

const header = `# OpenBalie key ring: opens the national numbers in the database.
# Keep a copy apart from the backups of the database: together they open it,
# and without this file the numbers are lost.
# One key a line: seal|hash <name> <32 bytes, base64>. The first of each kind
# is in use, the others still open and find what they sealed and hashed.
`

// OpenRing reads a key file, or makes one where there is none. The file belongs
// beside the data, not inside: a backup of the data must not hold its keys.
func OpenRing(path string) (*Ring, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return makeRing(path)
	case err != nil:
		return nil, fmt.Errorf("open key ring: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open key ring: %w", err)
	}
	if exposed(info.Mode()) {
		return nil, fmt.Errorf("open key ring: others may read %s; make it 0600", path)
	}
	return ParseRing(string(text))
}

// RingFromEnv reads a ring from OPENBALIE_KEYS; nil when that is not set.
func RingFromEnv(getenv func(string) string) (*Ring, error) {
	text := getenv(EnvKey)
	if text == "" {
		return nil, nil
	}
	return ParseRing(strings.ReplaceAll(text, ";", "\n"))
}

// ParseRing reads the text of a key file. Errors name lines, never keys.
func ParseRing(text string) (*Ring, error) {
	r := &Ring{}
	seen := map[string]bool{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		k, kind, err := parseKey(line)
		if err != nil || seen[kind+k.id] {
			return nil, fmt.Errorf("key ring: line %d is no key of its own", n)
		}
		seen[kind+k.id] = true
		if kind == "seal" {
			r.seal = append(r.seal, k)
		} else {
			r.hash = append(r.hash, k)
		}
	}
	if len(r.seal) == 0 || len(r.hash) == 0 {
		return nil, errors.New("key ring: a ring has at least one seal key and one hash key")
	}
	return r, nil
}

// Save writes the ring to a key file that only its owner may read. Either the
// old file or the whole new one is there, whatever happens.
func (r *Ring) Save(path string) error {
	if err := r.put(path, os.Rename); err != nil {
		return fmt.Errorf("save key ring: %w", err)
	}
	return nil
}

// put writes the whole file before place gives it its name.
func (r *Ring) put(path string, place func(from, to string) error) error {
	// CreateTemp makes the file 0600.
	f, err := os.CreateTemp(filepath.Dir(path), ".keyring-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when it was renamed
	_, err = f.WriteString(r.text())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return place(f.Name(), path)
}

func (r *Ring) text() string {
	var b strings.Builder
	b.WriteString(header)
	for _, k := range r.seal {
		b.WriteString("seal " + encode(k) + "\n")
	}
	for _, k := range r.hash {
		b.WriteString("hash " + encode(k) + "\n")
	}
	return b.String()
}

// makeRing links the file into place, so that neither a crash nor a second
// program that starts at the same moment leaves half a ring, or two.
func makeRing(path string) (*Ring, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make key ring: %w", err)
	}
	r := newRing()
	err := r.put(path, os.Link)
	if errors.Is(err, fs.ErrExist) {
		return OpenRing(path)
	}
	if err != nil {
		return nil, fmt.Errorf("make key ring: %w", err)
	}
	return r, nil
}

func parseKey(line string) (k key, kind string, err error) {
	fields := strings.Fields(line)
	if len(fields) != 3 || fields[0] != "seal" && fields[0] != "hash" {
		return key{}, "", errors.New("not a key")
	}
	raw, err := base64.StdEncoding.DecodeString(fields[2])
	if err != nil {
		return key{}, "", errors.New("not base64")
	}
	k, err = newKey(fields[1], raw)
	return k, fields[0], err
}
