package db

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"syscall"
)

// bundleLinks is the file by which npm's bundle lists its symbolic links.
const bundleLinks = "pg-symlinks.json"

// oldestMajor is the oldest PostgreSQL that the schema runs on.
const oldestMajor = 15

// installation is one set of PostgreSQL's server programs.
type installation struct {
	bin    string // folder of initdb and postgres
	major  int
	bundle bool
}

// choose picks the programs for a cluster of a major version, which only they
// can run; for none (0), the preferred.
func choose(found []installation, major int) (installation, error) {
	for _, inst := range found {
		if major == 0 || inst.major == major {
			return inst, nil
		}
	}
	if len(found) == 0 {
		return installation{}, ErrNoPostgres
	}
	return installation{}, fmt.Errorf("%w (the data is PostgreSQL %d's, found %d; the upgrade needs both)", ErrOldCluster, major, found[0].major)
}

// installations lists what can run a private server, the preferred first.
func installations(ctx context.Context, o PrivateOptions) ([]installation, error) {
	if named := or(o.Bin, os.Getenv("OPENBALIE_PG_BIN")); named != "" {
		inst, err := probe(ctx, named)
		if err != nil {
			return nil, fmt.Errorf("PostgreSQL's programs in %s: %w", named, err)
		}
		return []installation{inst}, nil
	}
	var found []installation
	if bundle := or(o.Bundle, os.Getenv("OPENBALIE_PG_BUNDLE")); bundle != "" {
		if inst, err := probe(ctx, filepath.Join(bundle, "native", "bin")); err == nil {
			found = append(found, inst)
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
	} {
		folders, _ := filepath.Glob(pattern)
		for _, bin := range folders {
			if inst, err := probe(ctx, bin); err == nil && inst.major >= oldestMajor {
				found = append(found, inst)
			}
		}
	}
	// What is installed gets its updates from the system, so it goes first.
	slices.SortStableFunc(found, func(a, b installation) int {
		if a.bundle != b.bundle {
			return map[bool]int{true: 1, false: -1}[a.bundle]
		}
		return b.major - a.major
	})
	return found, nil
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// probe finds out the version of the programs in a folder. Those of a bundle
// cannot say it before their links are there, so their package tells.
func probe(ctx context.Context, bin string) (installation, error) {
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return installation{}, err
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(bin), bundleLinks)); err == nil {
		major, err := packageMajor(filepath.Join(bin, "..", "..", "package.json"))
		return installation{bin: bin, major: major, bundle: true}, err
	}
	text, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return installation{}, fmt.Errorf("ask postgres for its version: %w", err)
	}
	m := versionLine.FindSubmatch(text)
	if m == nil {
		return installation{}, fmt.Errorf("postgres says %q of its version", text)
	}
	major, err := strconv.Atoi(string(m[1]))
	return installation{bin: bin, major: major}, err
}

func packageMajor(path string) (int, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	var about struct{ Version string }
	if err := json.Unmarshal(text, &about); err != nil {
		return 0, err
	}
	var major int
	_, err = fmt.Sscanf(about.Version, "%d.", &major)
	return major, err
}

// newestCluster is the major version of the newest cluster in a place. Older
// ones are what an upgrade kept.
func newestCluster(p place) (int, error) {
	entries, err := os.ReadDir(p.home)
	if err != nil {
		return 0, fmt.Errorf("look for a cluster: %w", err)
	}
	newest := 0
	for _, e := range entries {
		if major, err := strconv.Atoi(e.Name()); err == nil && e.IsDir() {
			newest = max(newest, major)
		}
	}
	return newest, nil
}

// settle returns the folder from which PostgreSQL's user can run the programs.
// npm leaves out a bundle's symbolic links, and root's folders are often
// closed to others: then the bundle is copied beside the cluster.
func settle(inst installation, p place) (string, error) {
	if !inst.bundle {
		return inst.bin, nil
	}
	native := filepath.Dir(inst.bin)
	if p.reaches(native) && link(native) == nil {
		return inst.bin, nil
	}
	copied := filepath.Join(filepath.Dir(p.home), fmt.Sprintf("postgresql-bundle-%d-%s", inst.major, short(native)))
	if _, err := os.Stat(copied); err == nil {
		return filepath.Join(copied, "bin"), nil
	}
	fresh := copied + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return "", err
	}
	if err := copyTree(fresh, native); err != nil {
		return "", fmt.Errorf("copy PostgreSQL's bundle: %w", err)
	}
	if err := link(fresh); err != nil {
		return "", fmt.Errorf("link PostgreSQL's bundle: %w", err)
	}
	// A copy with its final name is never half on disk, even after a power cut.
	syscall.Sync()
	return filepath.Join(copied, "bin"), os.Rename(fresh, copied)
}

// link makes the symbolic links that the bundle lists.
func link(native string) error {
	text, err := os.ReadFile(filepath.Join(native, bundleLinks))
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return err
	}
	for _, l := range links {
		// The list counts from the package, of which a copy is a part.
		place, err := filepath.Rel("native", l.Target)
		if err != nil {
			return err
		}
		target := filepath.Join(native, place)
		if _, err := os.Lstat(target); err == nil {
			continue
		}
		source, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := os.Symlink(source, target); err != nil {
			return err
		}
	}
	return nil
}

// copyTree copies a folder so that everybody can read the copy.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		info, err := d.Info()
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case info.Mode()&fs.ModeSymlink != 0:
			source, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(source, target)
		}
		return copyFile(target, path, info.Mode().Perm()|0o444)
	})
}

func copyFile(to, from string, mode fs.FileMode) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}
