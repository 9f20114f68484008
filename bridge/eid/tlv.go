package eid

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// usualFields is a little more than what a citizen's card has.
const usualFields = 24

// Field is one entry of the identity or address file.
type Field struct {
	Tag   byte
	Value []byte
}

// fields reads entries of one byte tag, length and value (C54 section 6.1).
//
// A length byte of FF goes on: the next one adds to it, and the first that is
// not FF is the last. Tag 00 is an entry, the version of the file, only in the
// very front; anywhere else it is where the padding begins. When an entry is
// cut off, the whole ones before it come back beside ErrMalformed.
func fields(raw []byte) ([]Field, error) {
	if len(unpadded(raw)) == 0 {
		return nil, nil // nothing but padding
	}
	all := make([]Field, 0, usualFields)
	for at := 0; at < len(raw); {
		tag := raw[at]
		if tag == 0 && at > 0 {
			return all, nil
		}
		begin := at
		at++
		size := 0
		for more := true; more; at++ {
			if at == len(raw) {
				return all, fmt.Errorf("%w: cut off in the length of tag %02X", ErrMalformed, tag)
			}
			size += int(raw[at])
			more = raw[at] == 0xFF
		}
		if size > len(raw)-at {
			return all, fmt.Errorf("%w: tag %02X at %d is cut off", ErrMalformed, tag, begin)
		}
		all = append(all, Field{Tag: tag, Value: raw[at : at+size : at+size]})
		at += size
	}
	return all, nil
}

// ascending reports whether each tag is higher than the one before (M18, READ RECORD).
func ascending(all []Field) bool {
	for i := 1; i < len(all); i++ {
		if all[i].Tag <= all[i-1].Tag {
			return false
		}
	}
	return true
}

// text reads the letters of a value. It is UTF-8; what is not is taken for
// Latin-1, which some old cards have.
func text(value []byte) string {
	s := string(value)
	if !utf8.ValidString(s) {
		runes := make([]rune, len(value))
		for i, b := range value {
			runes[i] = rune(b)
		}
		s = string(runes)
	}
	return strings.Trim(s, " \x00")
}
