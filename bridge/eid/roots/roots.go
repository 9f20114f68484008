// Package roots reads the root certificates that an operator got from the
// government, and what those roots have taken back.
package roots

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/openbalie/openbalie/bridge/eid"
)

// Read reads the certificates and revocation lists in a file, or in the files of
// a folder but for hidden ones: PEM, or DER in files that end in .crt, .cer, .der
// or .crl. It returns the profile of real cards with them. A certificate that is
// not among the pins is eid.ErrNotPinned; none at all is eid.ErrNoRoot.
func Read(path string, pins ...string) (eid.Profile, error) {
	names, err := filesIn(path)
	if err != nil {
		return eid.Profile{}, err
	}
	var certificates []byte
	var lists []*x509.RevocationList
	for _, name := range names {
		content, err := os.ReadFile(name) //nolint:gosec // the operator named it
		if err != nil {
			return eid.Profile{}, err
		}
		for _, block := range blocks(content, filepath.Ext(name)) {
			if block.Type == certificate {
				certificates = append(certificates, pem.EncodeToMemory(block)...)
				continue
			}
			list, err := eid.ParseRevocationList(block.Bytes)
			if err != nil {
				return eid.Profile{}, fmt.Errorf("%s is no revocation list: %w", filepath.Base(name), err)
			}
			lists = append(lists, list)
		}
	}
	p, err := eid.Production(certificates, pins...)
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
