package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// What can go wrong with sealed numbers. None of them holds the number.
var (
	ErrNoKey    = errors.New("secret: sealed with a key that is not in the ring")
	ErrTampered = errors.New("secret: sealed value does not open")
)

const (
	format  = 1  // first byte of a sealed value
	keySize = 32 // AES-256, and HMAC-SHA256
)

// A Ring holds the keys that seal national numbers and the keys that hash
// them. The first of each is current; the others still open and still find.
//
// A sealed value is: format byte 1, length of the key's name, the name, 12
// bytes of nonce, and the AES-256-GCM ciphertext with its tag, bound to the
// associated data, which is the passholder's id. A hash is HMAC-SHA256 over the
// eleven digits.
type Ring struct {
	seal []key
	hash []key
}

type key struct {
	id   string
	key  [keySize]byte
	aead cipher.AEAD // of sealing keys
}

// newRing makes a ring with one fresh key of each kind.
func newRing() *Ring {
	r := &Ring{}
	r.Rotate()
	return r
}

// Rotate puts a fresh key of each kind in front. Until everything is resealed
// the older keys stay; then [Ring.Retire] drops them.
func (r *Ring) Rotate() {
	r.seal = slices.Insert(r.seal, 0, freshKey())
	r.hash = slices.Insert(r.hash, 0, freshKey())
}

// Retire drops all keys but the current ones. What they sealed is lost.
func (r *Ring) Retire() { r.seal, r.hash = r.seal[:1:1], r.hash[:1:1] }

// Seal encrypts a number under the current key; it opens only with the same
// associated data.
func (r *Ring) Seal(n NationalNumber, ad []byte) ([]byte, error) {
	if n.IsZero() {
		return nil, errors.New("secret: nothing to seal")
	}
	return r.SealBytes([]byte(n.digits), ad), nil
}

// Open decrypts a sealed number, under whichever key of the ring sealed it.
func (r *Ring) Open(sealed, ad []byte) (NationalNumber, error) {
	digits, err := r.OpenBytes(sealed, ad)
	return NationalNumber{string(digits)}, err
}

// SealBytes is Seal for what holds national numbers among other things: a row of
// a file that waits to be read.
func (r *Ring) SealBytes(plain, ad []byte) []byte {
	k := r.seal[0]
	out := append([]byte{format, byte(len(k.id))}, k.id...)
	nonce := make([]byte, k.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	out = append(out, nonce...)
	return k.aead.Seal(out, nonce, plain, ad)
}

// OpenBytes is Open for what SealBytes sealed.
func (r *Ring) OpenBytes(sealed, ad []byte) ([]byte, error) {
	id, rest, ok := split(sealed)
	if !ok {
		return nil, ErrTampered
	}
	i := slices.IndexFunc(r.seal, func(k key) bool { return k.id == id })
	if i < 0 {
		return nil, ErrNoKey
	}
	aead := r.seal[i].aead
	if len(rest) < aead.NonceSize() {
		return nil, ErrTampered
	}
	plain, err := aead.Open(nil, rest[:aead.NonceSize()], rest[aead.NonceSize():], ad)
	if err != nil {
		return nil, ErrTampered
	}
	return plain, nil
}

// Hashes returns the keyed hashes of a number under every key of the ring, the
// current one first: store the first, look for all.
func (r *Ring) Hashes(n NationalNumber) [][]byte {
	out := make([][]byte, len(r.hash))
	for i, k := range r.hash {
		mac := hmac.New(sha256.New, k.key[:])
		mac.Write([]byte(n.digits))
		out[i] = mac.Sum(nil)
	}
	return out
}

// String says «redacted», so that no key is ever printed.
func (r *Ring) String() string { return redacted }

// GoString says «redacted».
func (r *Ring) GoString() string { return redacted }

// SealKey names the current sealing key.
func (r *Ring) SealKey() string { return r.seal[0].id }

// HashKey names the current hashing key.
func (r *Ring) HashKey() string { return r.hash[0].id }

// HasHashKey reports whether the ring can find what that key hashed.
func (r *Ring) HasHashKey(id string) bool {
	return slices.ContainsFunc(r.hash, func(k key) bool { return k.id == id })
}

// SealedWith names the key that sealed a value; empty when it is none.
func SealedWith(sealed []byte) string {
	id, _, _ := split(sealed)
	return id
}

func split(sealed []byte) (id string, rest []byte, ok bool) {
	if len(sealed) < 2 || sealed[0] != format || len(sealed) < 2+int(sealed[1]) {
		return "", nil, false
	}
	end := 2 + int(sealed[1])
	return string(sealed[2:end]), sealed[end:], true
}

func freshKey() key {
	var id [4]byte
	var secret [keySize]byte
	_, _ = rand.Read(id[:])
	_, _ = rand.Read(secret[:])
	k, err := newKey(hex.EncodeToString(id[:]), secret[:])
	if err != nil {
		panic(err) // the size is right
	}
	return k
}

func newKey(id string, secret []byte) (key, error) {
	if id == "" || len(id) > 255 || len(secret) != keySize {
		return key{}, fmt.Errorf("secret: key %q is not a name and %d bytes", id, keySize)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return key{}, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return key{}, err
	}
	k := key{id: id, aead: aead}
	copy(k.key[:], secret)
	return k, nil
}

func encode(k key) string { return k.id + " " + base64.StdEncoding.EncodeToString(k.key[:]) }
