package idempotency

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// Fingerprint tells one request from another. The parts are what the caller
// sent, after parsing; two lists of parts never share a fingerprint.
func Fingerprint(operation string, parts ...string) []byte {
	h := sha256.New()
	add := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	add(operation)
	for _, p := range parts {
		add(p)
	}
	return h.Sum(nil)
}

// CheckKey refuses a key that is empty, longer than 255 bytes, or holds
// anything but printable ASCII.
func CheckKey(key string) error {
	odd := strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' })
	if key == "" || len(key) > 255 || odd {
		return ErrInvalidKey
	}
	return nil
}
