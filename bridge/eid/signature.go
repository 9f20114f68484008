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
	"math/big"
	"slices"
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
	case sha256.Size:
		return []crypto.Hash{crypto.SHA256}
	default: // a card without a picture
		return []crypto.Hash{crypto.SHA256, crypto.SHA1}
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
	if key.Size() < strongRSA {
		return verifyShort(key, algorithm, sum, signature)
	}
	return rsa.VerifyPKCS1v15(key, algorithm, sum, signature)
}

// strongRSA is the size in bytes of the shortest key that the library takes,
// and of the shortest that ever signed a card for a person.
const strongRSA = 1024 / 8

// verifyShort checks a signature with a shorter key, which only test cards have
// (their certificate is refused for it, see Profile.signer). That their
// signature is right is to be said all the same.
func verifyShort(key *rsa.PublicKey, algorithm crypto.Hash, sum, signature []byte) error {
	prefix := map[crypto.Hash]string{ // RFC 8017 section 9.2, note 1
		crypto.SHA1:   "\x30\x21\x30\x09\x06\x05\x2B\x0E\x03\x02\x1A\x05\x00\x04\x14",
		crypto.SHA256: "\x30\x31\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
	}[algorithm]
	fill := key.Size() - 3 - len(prefix) - len(sum)
	if prefix == "" || fill < 8 || len(signature) != key.Size() {
		return rsa.ErrVerification
	}
	wanted := slices.Concat([]byte{0, 1}, bytes.Repeat([]byte{0xFF}, fill), []byte{0}, []byte(prefix), sum)
	power := new(big.Int).Exp(new(big.Int).SetBytes(signature), big.NewInt(int64(key.E)), key.N)
	if !bytes.Equal(power.FillBytes(make([]byte, key.Size())), wanted) {
		return rsa.ErrVerification
	}
	return nil
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
