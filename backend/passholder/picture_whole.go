package passholder

import (
	"encoding/binary"
	"hash/crc32"
)

// wholeIn tells for each format that is kept whether a picture in it has an end.
// A decoder shows half a picture, and reads of most files the head only.
var wholeIn = map[string]func([]byte) bool{"jpeg": wholeJPEG, "png": wholePNG}

// wholePNG follows the chunks: a length, a name, so many bytes, a checksum of
// name and bytes.
func wholePNG(b []byte) bool {
	const signature, around = 8, 12
	pixels := false
	for b = b[min(signature, len(b)):]; len(b) >= around; {
		length := int64(binary.BigEndian.Uint32(b))
		if length > int64(len(b)-around) {
			return false
		}
		named := b[4 : 8+length]
		if binary.BigEndian.Uint32(b[8+length:]) != crc32.ChecksumIEEE(named) {
			return false
		}
		switch string(named[:4]) {
		case "IDAT":
			pixels = true
		case "IEND":
			return pixels
		}
		b = b[around+length:]
	}
	return false
}

// The markers of a JPEG that have no length behind them.
const (
	jpegStuffed = 0x00 // no marker: a byte of pixels that happens to be FF
	jpegRestart = 0xD0 // to 0xD7, between pixels
	jpegEnd     = 0xD9
	jpegScan    = 0xDA // pixels come after it
	jpegFill    = 0xFF
)

// wholeJPEG follows the markers to the last.
func wholeJPEG(b []byte) bool {
	pixels := false
	for i := 2; i+1 < len(b); {
		marker := b[i+1]
		switch {
		case b[i] != 0xFF, marker == jpegFill:
			i++ // between markers are pixels
		case marker == jpegStuffed, marker >= jpegRestart && marker < jpegRestart+8:
			i += 2
		case marker == jpegEnd:
			return pixels
		case i+3 >= len(b):
			return false
		default:
			pixels = pixels || marker == jpegScan
			i += 2 + int(binary.BigEndian.Uint16(b[i+2:]))
		}
	}
	return false
}
