package roots_test

import (
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/eid/roots"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestCertificatesAndListsComeAsTheGovernmentHandsThemOut(t *testing.T) {
	t.Parallel()
	a := eidtest.AuthorityOf(eidtest.V17)
	pin := fmt.Sprintf("%X", sha256.Sum256(a.Root.Raw))
	block := func(kind string, der []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	}
	old, list := a.RevokeFirst(today), a.Revoke(today).Raw
	for name, c := range map[string]struct {
		files map[string][]byte
		path  string // in the folder
		lists int
	}{
		"one file in PEM":         {map[string][]byte{"all": append(block("CERTIFICATE", a.Root.Raw), block("X509 CRL", list)...)}, "all", 1},
		"one certificate in DER":  {map[string][]byte{"belgiumrs.crt": a.Root.Raw}, "belgiumrs.crt", 0},
		"a folder":                {map[string][]byte{"a.CER": a.Root.Raw, "a.crl": list, ".a.crl": []byte("half a downlo"), "README": []byte("?")}, "", 1},
		"lists of both versions":  {map[string][]byte{"a.der": a.Root.Raw, "a.crl": list, "b.crl": old}, "", 2},
		"an old list that is PEM": {map[string][]byte{"a.der": a.Root.Raw, "a.pem": block("X509 CRL", old)}, "", 1},
	} {
		folder := t.TempDir()
		for file, content := range c.files {
			if err := os.WriteFile(filepath.Join(folder, file), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		p, err := roots.Read(filepath.Join(folder, c.path), pin)
		if err != nil || len(p.Roots) != 1 || len(p.Lists) != c.lists || len(p.Policies) == 0 {
			t.Errorf("%s: %v, %d roots, %d lists", name, err, len(p.Roots), len(p.Lists))
		}
		if tests, lists, err := roots.ReadTests(filepath.Join(folder, c.path)); err != nil || len(tests) != 1 || len(lists) != c.lists {
			t.Errorf("%s: test roots: %v", name, err)
		}
		if _, err := roots.Read(filepath.Join(folder, c.path), eid.Pins()...); !errors.Is(err, eid.ErrNotPinned) {
			t.Errorf("%s: a root of nobody: %v", name, err)
		}
	}
}

func TestTestRootsHaveToBeThere(t *testing.T) {
	t.Parallel()
	if _, _, err := roots.ReadTests(t.TempDir()); !errors.Is(err, eid.ErrNoRoot) {
		t.Error(err)
	}
	if _, _, err := roots.ReadTests("/nowhere"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	file := filepath.Join(t.TempDir(), "root.crt")
	if err := os.WriteFile(file, []byte("half a downlo"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := roots.ReadTests(file); err == nil {
		t.Error("took rubbish")
	}
}
