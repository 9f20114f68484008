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
	certificates, lists, err := read(path)
	if err != nil {
		return eid.Profile{}, err
	}
	var text []byte
	for _, der := range certificates {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: certificate, Bytes: der})...)
	}
	p, err := eid.Production(text, pins...)
	p.Lists = lists
	return p, err
}

// ReadTests reads the roots of test cards and specimens from the same kinds of
// files. Any will do, which is why no real card may be judged by them.
func ReadTests(path string) ([]*x509.Certificate, []*x509.RevocationList, error) {
	certificates, lists, err := read(path)
	if err != nil {
		return nil, nil, err
	}
	var out []*x509.Certificate
	for _, der := range certificates {
		root, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, nil, fmt.Errorf("read test root: %w", err)
		}
		out = append(out, root)
	}
	if len(out) == 0 {
		return nil, nil, eid.ErrNoRoot
	}
	return out, lists, nil
}

func read(path string) (certificates [][]byte, lists []*x509.RevocationList, err error) {
	names, err := filesIn(path)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		content, err := os.ReadFile(name) //nolint:gosec // the operator named it
		if err != nil {
			return nil, nil, err
		}
		for _, block := range blocks(content, filepath.Ext(name)) {
			if block.Type == certificate {
				certificates = append(certificates, block.Bytes)
				continue
			}
			list, err := eid.ParseRevocationList(block.Bytes)
			if err != nil {
				return nil, nil, fmt.Errorf("%s is no revocation list: %w", filepath.Base(name), err)
			}
			lists = append(lists, list)
		}
	}
	return certificates, lists, nil
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
