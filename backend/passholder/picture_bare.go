package passholder

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
)

// bareOf returns for each format that is kept what is needed to show a picture
// in it, without what cameras and programs tell beside it: where and when it was
// taken and with what, a smaller copy of what was cut away, a film behind the
// end. The points stay as they are. It is false for a picture that has no end: a
// decoder shows half a picture, and reads of most files the head only.
var bareOf = map[string]func([]byte) ([]byte, bool){"jpeg": bareJPEG, "png": barePNG}

// pngShown are the chunks beside the necessary ones that a picture's look
// depends on. The necessary ones have a name that begins with a capital.
var pngShown = []string{"tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "pHYs"}

// barePNG follows the chunks: a length, a name, so many bytes, a checksum of
// name and bytes.
func barePNG(b []byte) (bare []byte, whole bool) {
	const signature, around = 8, 12
	pixels := false
	head := min(signature, len(b))
	bare = append(bare, b[:head]...)
	for b = b[head:]; len(b) >= around; {
		length := int64(binary.BigEndian.Uint32(b))
		if length > int64(len(b)-around) {
			return nil, false
		}
		named := b[4 : 8+length]
		if binary.BigEndian.Uint32(b[8+length:]) != crc32.ChecksumIEEE(named) {
			return nil, false
		}
		name := string(named[:4])
		if name[0] < 'a' || slices.Contains(pngShown, name) {
			bare = append(bare, b[:around+length]...)
		}
		switch name {
		case "IDAT":
			pixels = true
		case "IEND":
			return bare, pixels
		}
		b = b[around+length:]
	}
	return nil, false
}

// Markers of a JPEG. The first three have no length behind them.
const (
	jpegStuffed = 0x00 // no marker: a byte of pixels that happens to be FF
	jpegRestart = 0xD0 // to 0xD7, between pixels
	jpegEnd     = 0xD9
	jpegScan    = 0xDA // pixels come after it
	jpegApp0    = 0xE0 // to 0xEF: what programs add
	jpegExif    = 0xE1
	jpegColours = 0xE2
	jpegAdobe   = 0xEE // how the colours are mixed
	jpegComment = 0xFE
	jpegFill    = 0xFF
)

// bareJPEG follows the markers to the last. Of Exif it keeps which way is up.
func bareJPEG(b []byte) (bare []byte, whole bool) {
	pixels, from := false, 0
	for i := 2; i+1 < len(b); {
		marker := b[i+1]
		switch {
		case b[i] != 0xFF, marker == jpegFill:
			i++ // between markers are pixels
		case marker == jpegStuffed, marker >= jpegRestart && marker < jpegRestart+8:
			i += 2
		case marker == jpegEnd:
			return append(bare, b[from:i+2]...), pixels
		case i+3 >= len(b):
			return nil, false
		default:
			next := i + 2 + int(binary.BigEndian.Uint16(b[i+2:]))
			if next > len(b) {
				return nil, false
			}
			pixels = pixels || marker == jpegScan
			if text := b[min(i+4, next):next]; !shownJPEG(marker, text) {
				bare = append(bare, b[from:i]...)
				if up := upOf(text); marker == jpegExif && up > 1 {
					bare = append(bare, exifUp(up)...)
				}
				from = next
			}
			i = next
		}
	}
	return nil, false
}

// shownJPEG tells whether a picture's look depends on a segment.
func shownJPEG(marker byte, text []byte) bool {
	switch marker {
	case jpegColours:
		return bytes.HasPrefix(text, []byte("ICC_PROFILE\x00"))
	case jpegApp0, jpegAdobe:
		return true
	default:
		return marker != jpegComment && (marker < jpegApp0 || marker > jpegApp0+15)
	}
}

// exifHead begins Exif, a TIFF file in a segment of a JPEG.
var exifHead = []byte("Exif\x00\x00")

// What TIFF calls which way is up, and a number of two bytes.
const (
	tiffUp    = 0x0112
	tiffShort = 3
)

// upOf is which way is up, 1 to 8, as the first directory of Exif tells; 0 when
// it does not.
func upOf(exif []byte) uint16 {
	tiff, ok := bytes.CutPrefix(exif, exifHead)
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	const entry = 12 // tag, type, count, value
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < entry {
			return 0
		}
		if order.Uint16(entries) == tiffUp && order.Uint16(entries[2:]) == tiffShort {
			if up := order.Uint16(entries[8:]); up <= 8 {
				return up
			}
			return 0
		}
		entries = entries[entry:]
	}
	return 0
}

// exifUp is a segment of Exif that tells which way is up and nothing else.
func exifUp(up uint16) []byte {
	tiff := []byte{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1}
	tiff = binary.BigEndian.AppendUint16(tiff, tiffUp)
	tiff = binary.BigEndian.AppendUint16(tiff, tiffShort)
	tiff = binary.BigEndian.AppendUint32(tiff, 1)
	tiff = binary.BigEndian.AppendUint16(tiff, up)
	tiff = append(tiff, 0, 0, 0, 0, 0, 0) // the rest of the value, and no other directory
	out := binary.BigEndian.AppendUint16([]byte{0xFF, jpegExif}, uint16(2+len(exifHead)+len(tiff)))
	return append(append(out, exifHead...), tiff...)
}
