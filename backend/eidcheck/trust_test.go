package eidcheck_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

// pinned are the fingerprints of the roots of minted cards.
func pinned() []string {
	var out []string
	for _, g := range eidtest.Generations() {
		sum := sha256.Sum256(eidtest.AuthorityOf(g).Root.Raw)
		out = append(out, strings.ToUpper(hex.EncodeToString(sum[:])))
	}
	return out
}

func write(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestRootsAndListsComeFromAFileOrAFolder(t *testing.T) {
	t.Parallel()
	a, b := eidtest.AuthorityOf(eidtest.V17), eidtest.AuthorityOf(eidtest.V18)
	list := a.Revoke(now.AddDate(0, 0, 1), a.Signer.SerialNumber)
	folder := t.TempDir()
	write(t, folder, "a.pem", append([]byte("a comment\n"), pemOf("CERTIFICATE", a.Root.Raw)...))
	write(t, folder, "b.crt", b.Root.Raw)
	write(t, folder, "a.crl", list.Raw)
	write(t, folder, "README", []byte("nothing of ours"))
	write(t, folder, ".hidden.crt", []byte("nothing of ours"))
	if err := os.Mkdir(filepath.Join(folder, "old"), 0o700); err != nil {
		t.Fatal(err)
	}
	one := t.TempDir()
	write(t, one, "all", append(append(pemOf("CERTIFICATE", a.Root.Raw), pemOf("X509 CRL", list.Raw)...), pemOf("CERTIFICATE", b.Root.Raw)...))
	for _, path := range []string{folder, filepath.Join(one, "all")} {
		trust, err := eidcheck.OpenTrust(path, pinned())
		if err != nil {
			t.Fatal(err)
		}
		// The subject of minted signers is not the Register's, so that is as far as it goes.
		v := trust.Verify(mint(eidtest.V17, annsCard()).Want(), now)
		if v.Of(eid.CheckIssuer).Result != eid.Passed || v.Of(eid.CheckRevocation).Reason != eid.Revoked || v.Of(eid.CheckSigner).Reason != eid.SignerWrongName {
			t.Errorf("%s: %v", path, v.Findings)
		}
		if v := trust.Verify(mint(eidtest.V18, annsCard()).Want(), now); v.Of(eid.CheckIssuer).Result != eid.Passed || v.Of(eid.CheckRevocation).Reason != eid.NoRevocationList {
			t.Errorf("%s: %v", path, v.Findings)
		}
	}
}

func TestRootsThatAreNotPinnedOrNotThereAreRefused(t *testing.T) {
	t.Parallel()
	a := eidtest.AuthorityOf(eidtest.V17)
	for name, tt := range map[string]struct {
		file    string
		content []byte
		want    error
	}{
		"not pinned":      {"root.pem", pemOf("CERTIFICATE", a.Signer.Raw), eid.ErrNotPinned},
		"not pinned, DER": {"root.crt", a.Signer.Raw, eid.ErrNotPinned},
		"another file":    {"root.txt", a.Root.Raw, eidcheck.ErrNoRoot},
		"only a list":     {"a.crl", a.Revoke(now).Raw, eidcheck.ErrNoRoot},
		"no list":         {"a.crl", []byte("?"), nil},
	} {
		folder := t.TempDir()
		write(t, folder, tt.file, tt.content)
		if _, err := eidcheck.OpenTrust(folder, pinned()); err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := eidcheck.OpenTrust(filepath.Join(t.TempDir(), "none"), pinned()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	if _, err := eidcheck.OpenTrust(t.TempDir(), eid.Pins()); !errors.Is(err, eidcheck.ErrNoRoot) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestListsAreTakenUpWhileTheProgramRuns(t *testing.T) {
	t.Parallel()
	a := eidtest.AuthorityOf(eidtest.V18)
	folder := t.TempDir()
	write(t, folder, "root.pem", pemOf("CERTIFICATE", a.Root.Raw))
	trust, err := eidcheck.OpenTrust(folder, pinned())
	if err != nil {
		t.Fatal(err)
	}
	card := mint(eidtest.V18, annsCard()).Want()
	expect := func(when string, want eid.Reason) {
		t.Helper()
		if got := trust.Verify(card, now).Of(eid.CheckRevocation).Reason; got != want {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
	expect("without a list", eid.NoRevocationList)
	write(t, folder, "root.crl", a.Revoke(now.AddDate(0, 0, 1), a.Signer.SerialNumber).Raw)
	expect("before it is taken up", eid.NoRevocationList)
	if err := trust.Reload(); err != nil {
		t.Fatal(err)
	}
	expect("with the list", eid.Revoked)
	write(t, folder, "root.crl", a.RevokeFirst(now.AddDate(0, 0, -1)))
	if err := trust.Reload(); err != nil {
		t.Fatal(err)
	}
	expect("with an old list of version 1", eid.RevocationListOld)
	write(t, folder, "root.crl", a.RevokeFirst(now.AddDate(0, 0, 1), a.Signer.SerialNumber))
	if err := trust.Reload(); err != nil {
		t.Fatal(err)
	}
	expect("with a list of version 1", eid.Revoked)
	write(t, folder, "root.crl", []byte("half a downlo"))
	if err := trust.Reload(); err == nil {
		t.Error("took up rubbish")
	}
	expect("when the next list is broken", eid.Revoked)
}

func TestWithoutRootsACardIsLookedAtButNotProved(t *testing.T) {
	t.Parallel()
	nobody, err := eidcheck.OpenTrust("", eid.Pins())
	if err != nil {
		t.Fatal(err)
	}
	training, err := eidcheck.OpenTrust("", eid.Pins(), eidtest.Profile(eidtest.AuthorityOf(eidtest.V18)))
	if err != nil {
		t.Fatal(err)
	}
	for name, trust := range map[string]*eidcheck.Trust{"zero": {}, "no path": nobody, "in training": training} {
		v := trust.Verify(mint(eidtest.V17, annsCard()).Want(), now)
		if v.Of(eid.CheckIdentity).Result != eid.Passed || v.Of(eid.CheckIssuer).Reason != eid.NoRoots || v.Authentic() {
			t.Errorf("%s: %v", name, v.Findings)
		}
	}
	if v := training.Verify(mint(eidtest.V18, annsCard()).Want(), now); !v.Verified() {
		t.Errorf("a training card: %v", v.Findings)
	}
}
