package eid

import "bytes"

// Picture is what the picture file says about itself. Its size changed in 2021
// and «could change» again (C54 section 6.2.6), so it is read, not known.
type Picture struct{ Width, Height int }

// ParsePicture reads the size and where the JPEG ends, which is 0 while it does
// not: more bytes are to come, or it is no JPEG.
func ParsePicture(raw []byte) (p Picture, end int) {
	if len(raw) < 4 || raw[0] != 0xFF || raw[1] != 0xD8 {
		return p, 0
	}
	for at := 2; at+2 <= len(raw); {
		if raw[at] != 0xFF {
			return p, 0
		}
		marker := raw[at+1]
		switch {
		case marker == 0xFF: // a filler before the marker
			at++
			continue
		case marker == 0xD9:
			return p, at + 2
		case at+4 > len(raw):
			return p, 0
		}
		size := int(raw[at+2])<<8 | int(raw[at+3])
		if size < 2 || at+2+size > len(raw) {
			return p, 0
		}
		if frame(marker) && size >= 7 {
			p = Picture{Height: int(raw[at+5])<<8 | int(raw[at+6]), Width: int(raw[at+7])<<8 | int(raw[at+8])}
		}
		at += 2 + size
		if marker == 0xDA {
			at = afterScan(raw, at)
		}
	}
	return p, 0
}

// frame reports whether a marker begins a frame: C0 to CF but for the tables
// C4, C8 and CC.
func frame(marker byte) bool {
	return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
}

// afterScan skips compressed data, in which FF 00 is a byte and FF D0 to FF D7
// are restarts, to the next marker.
func afterScan(raw []byte, at int) int {
	for at < len(raw) {
		skip := bytes.IndexByte(raw[at:], 0xFF)
		if at += skip; skip < 0 || at+1 >= len(raw) {
			break
		}
		if next := raw[at+1]; next != 0 && (next < 0xD0 || next > 0xD7) {
			return at
		}
		at++
	}
	return len(raw)
}
