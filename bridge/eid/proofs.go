package eid

import (
	"crypto/sha256"
	"crypto/x509"
	"sync"
)

// maxProofs is far more than there are signers and lists: the Register has
// dozens. Only what a root really signed gets in, so that nobody can fill it.
const maxProofs = 256

// Proofs remembers which certificates and lists were found to be signed by which
// root. A signature over the same bytes by the same key holds for ever, so that
// nothing in it can become untrue: dates and revocation are looked at each time.
// With it, the second card of a signer costs two signatures instead of three.
//
// The zero value is ready, and any number of goroutines may use one. A nil
// *Proofs remembers nothing.
type Proofs struct {
	mu   sync.Mutex
	held map[[sha256.Size]byte]struct{}
}

// signedBy is [signedBy] from memory.
func (p *Proofs) signedBy(root *x509.Certificate, algorithm x509.SignatureAlgorithm, signed, signature []byte) error {
	if p == nil {
		return signedBy(root, algorithm, signed, signature)
	}
	h := sha256.New()
	for _, part := range [][]byte{root.Raw, {byte(algorithm)}, signed, signature} { // DER says where each ends
		h.Write(part)
	}
	key := [sha256.Size]byte(h.Sum(nil))
	p.mu.Lock()
	_, held := p.held[key]
	p.mu.Unlock()
	if held {
		return nil
	}
	if err := signedBy(root, algorithm, signed, signature); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil || len(p.held) >= maxProofs {
		p.held = map[[sha256.Size]byte]struct{}{}
	}
	p.held[key] = struct{}{}
	return nil
}
