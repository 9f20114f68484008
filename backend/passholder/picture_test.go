package passholder_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/png"
	"testing"

	"github.com/openbalie/openbalie/backend/passholder"
)

// drawn begins as a picture of that size does.
func drawn(t *testing.T, width, height uint32) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	b := out.Bytes() // 8 bytes of signature, 4 of length, then the header and its checksum
	binary.BigEndian.PutUint32(b[16:], width)
	binary.BigEndian.PutUint32(b[20:], height)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestWhatIsTakenForAPicture(t *testing.T) {
	t.Parallel()
	good := drawn(t, 20, 30)
	for name, tt := range map[string]struct {
		content []byte
		want    error
	}{
		"a picture":                           {good, nil},
		"nothing":                             {nil, passholder.ErrNoFile},
		"a text":                              {[]byte("Ann Peeters"), passholder.ErrFileType},
		"a picture of the largest size":       {append(bytes.Clone(good), make([]byte, passholder.MaxPicture-len(good))...), nil},
		"a picture of a byte more":            {append(bytes.Clone(good), make([]byte, passholder.MaxPicture-len(good)+1)...), passholder.ErrFileSize},
		"a small file of 48 million pixels":   {drawn(t, 8000, 6000), passholder.ErrFileSize},
		"a picture as large as they are made": {drawn(t, 8000, 5000), nil},
	} {
		got, err := passholder.ReadPicture(tt.content, passholder.FromFile)
		if !errors.Is(err, tt.want) || err == nil && (got.MediaType != "image/png" || got.Source != passholder.FromFile) {
			t.Errorf("%s: %s, %v; want %v", name, got.MediaType, err, tt.want)
		}
	}
}
