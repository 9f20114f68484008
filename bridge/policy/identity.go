package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
)

// Identity returns the identity of this bridge, which stays the same for as
// long as its state folder does. The first call makes it.
func Identity(dir string) (string, error) {
	path := filepath.Join(dir, "bridge-id")
	if id, err := readIdentity(path); err == nil || !notExist(err) {
		return id, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("%w: make %s %s: %w", ErrInvalid, StateDir, dir, err)
	}
	// Linked into place, so that neither a crash nor a second bridge that
	// starts at the same moment leaves half an identity, or two.
	temp, err := os.CreateTemp(dir, "bridge-id-*")
	if err != nil {
		return "", fmt.Errorf("%w: write in %s %s: %w", ErrInvalid, StateDir, dir, err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.WriteString(uuid.NewString() + "\n")
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return "", fmt.Errorf("write %s: %w", temp.Name(), err)
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("write %s: %w", path, err)
	}
	return readIdentity(path)
}

func readIdentity(path string) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%w: read the identity in %s: %w", ErrInvalid, StateDir, err)
	}
	id, err := uuid.Parse(strings.TrimSpace(string(raw)))
	if err != nil {
		return "", fmt.Errorf("%s holds no identity: delete it to get a new one: %w", path, err)
	}
	return id.String(), nil
}

func notExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }
