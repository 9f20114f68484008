package eidcheck

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
)

// Trust says whose signature on a card counts here, and remembers which signers
// it has checked. The zero value knows nobody: signatures are looked at, but
// whose they are is not known.
type Trust struct {
	path    string
	pins    []string
	besides []eid.Profile

	proofs   eid.Proofs
	profiles atomic.Pointer[[]eid.Profile]
}

// Trusting trusts the profiles and nobody else.
func Trusting(profiles ...eid.Profile) *Trust {
	t := &Trust{}
	t.put(profiles...)
	return t
}

// OpenTrust reads the root certificates, and what they have taken back, from a
// file or a folder: PEM, or DER in files that end in .crt, .cer, .der or .crl. A
// certificate that is not among the pins is eid.ErrNotPinned. Without a path the
// Register's cards are looked at but not proved. Profiles besides are for cards
// that are not the Register's: minted ones, in training.
func OpenTrust(path string, pins []string, besides ...eid.Profile) (*Trust, error) {
	t := &Trust{path: path, pins: pins, besides: besides}
	return t, t.Reload()
}

// Reload reads the certificates and lists again: lists are renewed while the
// program runs. When something is wrong with them, what was known stays.
func (t *Trust) Reload() error {
	register := eid.Register()
	if t.path != "" {
		var err error
		if register, err = readProfile(t.path, t.pins); err != nil {
			return fmt.Errorf("read the eID root certificates in %s: %w", t.path, err)
		}
	}
	t.put(append([]eid.Profile{register}, t.besides...)...)
	return nil
}

func (t *Trust) put(profiles ...eid.Profile) {
	all := slices.Clone(profiles)
	for i := range all {
		all[i].Proofs = &t.proofs
	}
	t.profiles.Store(&all)
}

// Verify judges the files of a card by the profile whose root its certificate
// names, at a moment in the zone where the card is shown. Where none does, the
// first profile says what is wrong.
func (t *Trust) Verify(f eid.Files, at time.Time) eid.Verdict {
	all := []eid.Profile{eid.Register()}
	if p := t.profiles.Load(); p != nil && len(*p) > 0 {
		all = *p
	}
	known := 0
	if len(all) > 1 {
		known = slices.IndexFunc(all, func(p eid.Profile) bool { return p.Knows(f.Certificate) })
	}
	return all[max(0, known)].Verify(f, at)
}

// readProfile reads the certificates and lists in a file, or in the files of a
// folder.
func readProfile(path string, pins []string) (eid.Profile, error) {
	names, err := filesIn(path)
	if err != nil {
		return eid.Profile{}, err
	}
	var roots []byte
	var lists []*x509.RevocationList
	for _, name := range names {
		content, err := os.ReadFile(name) //nolint:gosec // the operator named it
		if err != nil {
			return eid.Profile{}, err
		}
		for _, block := range blocks(content, filepath.Ext(name)) {
			if block.Type == certificate {
				roots = append(roots, pem.EncodeToMemory(block)...)
				continue
			}
			list, err := x509.ParseRevocationList(block.Bytes)
			if err != nil {
				return eid.Profile{}, fmt.Errorf("%s is no revocation list: %w", filepath.Base(name), err)
			}
			lists = append(lists, list)
		}
	}
	p, err := eid.Production(roots, pins...)
	if errors.Is(err, eid.ErrNoRoot) {
		return eid.Profile{}, ErrNoRoot
	}
	p.Lists = lists
	return p, err
}

// filesIn returns a file, or the files of a folder but for hidden ones.
func filesIn(path string) ([]string, error) {
	about, err := os.Stat(path)
	if err != nil || !about.IsDir() {
		return []string{path}, err
	}
	entries, err := os.ReadDir(path)
	var out []string
	for _, e := range entries {
		name := filepath.Join(path, e.Name())
		if about, err := os.Stat(name); err == nil && !about.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			out = append(out, name)
		}
	}
	return out, err
}

// What a PEM block says that it is.
const (
	certificate    = "CERTIFICATE"
	revocationList = "X509 CRL"
)

// blocks returns the certificates and lists in a file. The government hands its
// out in DER.
func blocks(content []byte, ending string) []*pem.Block {
	var out []*pem.Block
	for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == certificate || block.Type == revocationList {
			out = append(out, &pem.Block{Type: block.Type, Bytes: block.Bytes})
		}
	}
	if len(out) > 0 {
		return out
	}
	switch strings.ToLower(ending) {
	case ".crt", ".cer", ".der":
		return []*pem.Block{{Type: certificate, Bytes: content}}
	case ".crl":
		return []*pem.Block{{Type: revocationList, Bytes: content}}
	default:
		return nil
	}
}
