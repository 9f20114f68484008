package passholder_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
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

func encoded(t *testing.T, encode func(io.Writer, image.Image) error) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 40, 40))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i * i) // so that every byte of a scan comes up, FF too
	}
	var out bytes.Buffer
	if err := encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestHalfAPictureIsNone(t *testing.T) {
	t.Parallel()
	for name, whole := range map[string][]byte{
		"image/png":  encoded(t, png.Encode),
		"image/jpeg": encoded(t, func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }),
	} {
		got, err := passholder.ReadPicture(append(bytes.Clone(whole), "and more"...), passholder.FromFile)
		if err != nil || got.MediaType != name {
			t.Errorf("%s: %s, %v", name, got.MediaType, err)
		}
		for n := 1; n < len(whole); n++ {
			if _, err := passholder.ReadPicture(whole[:n], passholder.FromFile); !errors.Is(err, passholder.ErrFileType) {
				t.Errorf("%s: %d bytes of %d: %v", name, n, len(whole), err)
			}
		}
	}
	endless := bytes.TrimSuffix(encoded(t, func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }), []byte{0xFF, 0xD9})
	if got, err := passholder.ReadPicture(endless, passholder.FromEID); err != nil || !bytes.Equal(got.Content, endless) {
		t.Errorf("an identity card's without its end: %v", err)
	}
	changed := encoded(t, png.Encode)
	changed[len(changed)/2] ^= 1
	if _, err := passholder.ReadPicture(changed, passholder.FromFile); !errors.Is(err, passholder.ErrFileType) {
		t.Errorf("a changed byte: %v", err)
	}
	moving := encoded(t, func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) })
	if _, err := passholder.ReadPicture(moving, passholder.FromFile); !errors.Is(err, passholder.ErrFileType) {
		t.Errorf("a GIF: %v", err)
	}
}

func FuzzReadPicture(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR"))
	f.Add([]byte("\xff\xd8\xff\xda\x00\x00"))
	f.Fuzz(func(_ *testing.T, content []byte) {
		_, _ = passholder.ReadPicture(content, passholder.FromFile)
	})
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
