package eid

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // cards until 2015 say it of their picture
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
)

// shape knows what a whole file looks like from the inside.
type shape struct {
	file File
	hash []byte // of the picture, if known
}

// proven reports whether the bytes alone prove that the file is whole.
func (s shape) proven(raw []byte) bool {
	switch s.file {
	case Certificate:
		size := derSize(raw)
		return size > 0 && len(raw) >= size
	case PictureFile:
		_, end := ParsePicture(raw)
		return end > 0 && s.hash != nil && bytes.Equal(digest(len(s.hash), raw), s.hash)
	default:
		return false
	}
}

// cut takes off what is not part of a proven file: the zeros behind a
// certificate, of which applet 1.8 has 1100 (C54 section 8.5).
func (s shape) cut(raw []byte) []byte {
	if s.file == Certificate {
		return raw[:derSize(raw)]
	}
	return raw
}

// likely reports whether a file may well be whole, so that it is better to look
// at its last byte once more than to ask for what may not be there.
func (s shape) likely(raw []byte) bool {
	switch s.file {
	case IdentitySignature, AddressSignature:
		return len(raw) == 128 || len(raw) == 256 // RSA, and what is known of P-384
	case PictureFile:
		_, end := ParsePicture(raw)
		return end > 0
	case Certificate:
		return false
	default:
		all, err := fields(raw)
		return err == nil && len(all) > 0
	}
}

// room is more than a file of its kind is known to take.
func (s shape) room() int {
	switch s.file {
	case PictureFile:
		return 4096
	case Certificate:
		return 2048
	default:
		return 1024
	}
}

// wanted returns how much to ask for at an offset: as much as fits, but of a
// certificate no more than there is of it.
func (s shape) wanted(raw []byte, at int) int {
	if size := derSize(raw); s.file == Certificate && size > at {
		return size - at
	}
	return chunks[0]
}

// ended judges a file that was read to its proven end.
func (s shape) ended(raw []byte) ([]byte, error) {
	if s.proven(raw) {
		return s.cut(raw), nil
	}
	whole := true
	switch s.file {
	case Certificate:
		whole = false
	case PictureFile:
		_, end := ParsePicture(raw)
		whole = end > 0 && s.hash == nil
	case IdentityFile:
		id, err := ParseIdentity(raw)
		all, _ := fields(raw)
		whole = err == nil && id.PictureHash != nil && ascending(all)
	case AddressFile:
		all, err := fields(raw)
		whole = err == nil && ascending(all)
	case IdentitySignature, AddressSignature:
		size := derSize(raw)
		whole = s.likely(raw) || size > 0 && size <= len(raw)
	}
	if !whole {
		return raw, fmt.Errorf("%w: %s of %d bytes", errDoubtful, s.file, len(raw))
	}
	return raw, nil
}

// verdict judges a file that looks wrong, but the same twice. What a person can
// still look at is given out as it is: the verification will say what is wrong
// with it.
func (s shape) verdict(raw []byte) error {
	empty := len(bytes.Trim(raw, "\x00")) == 0 // C54 section 8: zeros where a file would be
	switch s.file {
	case IdentityFile, AddressFile:
		if _, err := fields(raw); err != nil {
			return fmt.Errorf("%w: %w", ErrTruncated, err)
		}
	case PictureFile:
		switch { // a JPEG without its end still shows something
		case empty:
			return ErrAbsent
		case !bytes.HasPrefix(raw, []byte{0xFF, 0xD8}):
			return fmt.Errorf("%w: it is no JPEG", ErrMalformed)
		}
	case Certificate:
		switch size := derSize(raw); {
		case empty:
			return ErrAbsent
		case size == 0:
			return fmt.Errorf("%w: it is no certificate", ErrMalformed)
		default:
			return fmt.Errorf("%w: %d bytes of a certificate of %d", ErrTruncated, len(raw), size)
		}
	default:
	}
	return nil
}

// derSize returns the size of the DER sequence in front, or 0 when there is none
// of a size that a certificate or signature may have.
func derSize(raw []byte) int {
	size := 0
	switch {
	case len(raw) < 4 || raw[0] != 0x30:
	case raw[1] < 0x80:
		size = 2 + int(raw[1])
	case raw[1] == 0x81:
		size = 3 + int(raw[2])
	case raw[1] == 0x82:
		size = 4 + int(raw[2])<<8 + int(raw[3])
	}
	if size > limit {
		return 0
	}
	return size
}

// digest hashes with SHA-1, SHA-256 or SHA-384 by the size of the result (IDA5,
// tag 17); nil for other sizes.
func digest(size int, content []byte) []byte {
	switch size {
	case sha1.Size:
		sum := sha1.Sum(content) //nolint:gosec // see the import
		return sum[:]
	case sha256.Size:
		sum := sha256.Sum256(content)
		return sum[:]
	case sha512.Size384:
		sum := sha512.Sum384(content)
		return sum[:]
	default:
		return nil
	}
}
