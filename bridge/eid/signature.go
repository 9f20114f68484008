package eid

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // cards until 2015 are signed so
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"fmt"
)

// holds reports whether a signature file signs content. The key decides: P-384
// comes with SHA-384 in DER, padded with zeros; RSA with the digest that the
// picture has, and a card signed anew after a change of address keeps its
// picture's SHA-1 but is signed with SHA-256 (Fedict/eid-mw issue 128). What the
// certificate itself was signed with says nothing (commons-eid looks there).
func holds(signer *x509.Certificate, signature []byte, pictureHash int, content []byte) bool {
	if len(signature) == 0 || len(content) == 0 {
		return false
	}
	switch key := signer.PublicKey.(type) {
	case *ecdsa.PublicKey:
		size := derSize(signature)
		if size == 0 || size > len(signature) || len(bytes.Trim(signature[size:], "\x00")) > 0 {
			return false
		}
		sum := sha512.Sum384(content)
		return ecdsa.VerifyASN1(key, sum[:], signature[:size])
	case *rsa.PublicKey:
		if size := key.Size(); len(signature) > size && len(bytes.Trim(signature[size:], "\x00")) == 0 {
			signature = signature[:size]
		}
		for _, algorithm := range digestsFor(pictureHash) {
			if verifyRSA(key, algorithm, content, signature) == nil {
				return true
			}
		}
	}
	return false
}

// digestsFor returns what an RSA signature may be made with, likeliest first.
func digestsFor(pictureHash int) []crypto.Hash {
	switch pictureHash {
	case sha1.Size:
		return []crypto.Hash{crypto.SHA1, crypto.SHA256}
	case sha512.Size384:
		return []crypto.Hash{crypto.SHA384, crypto.SHA256}
	default:
		return []crypto.Hash{crypto.SHA256}
	}
}

func verifyRSA(key *rsa.PublicKey, algorithm crypto.Hash, content, signature []byte) error {
	var sum []byte
	switch algorithm {
	case crypto.SHA1:
		s := sha1.Sum(content) //nolint:gosec // see the import
		sum = s[:]
	case crypto.SHA384:
		s := sha512.Sum384(content)
		sum = s[:]
	default:
		s := sha256.Sum256(content)
		algorithm, sum = crypto.SHA256, s[:]
	}
	return rsa.VerifyPKCS1v15(key, algorithm, sum, signature)
}

// signedBy checks the signature on a certificate or revocation list. The
// library refuses RSA with SHA-1, with which the older ones are signed, so that
// is done by hand.
func signedBy(root *x509.Certificate, algorithm x509.SignatureAlgorithm, signed, signature []byte) error {
	if algorithm != x509.SHA1WithRSA {
		return root.CheckSignature(algorithm, signed, signature)
	}
	key, ok := root.PublicKey.(*rsa.PublicKey)
	if !ok {
		return errors.New("eid: the issuer's key is not RSA")
	}
	if err := verifyRSA(key, crypto.SHA1, signed, signature); err != nil {
		return fmt.Errorf("eid: the signature with SHA-1: %w", err)
	}
	return nil
}
