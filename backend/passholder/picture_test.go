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
	"slices"
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

// exif is what a camera tells: its name, the place, and which way is up.
func exif(order binary.AppendByteOrder, up uint16) []byte {
	b := order.AppendUint16([]byte(map[bool]string{true: "II", false: "MM"}[order == binary.AppendByteOrder(binary.LittleEndian)]), 42)
	b = order.AppendUint16(order.AppendUint32(b, 8), 3)
	for _, entry := range [][4]uint16{{0x010F, 2, 4, 0}, {0x0112, 3, 1, up}, {0x8825, 4, 1, 50}} {
		b = order.AppendUint16(order.AppendUint16(b, entry[0]), entry[1])
		b = order.AppendUint16(order.AppendUint32(b, uint32(entry[2])), entry[3])
		b = append(b, 0, 0)
	}
	return append(append([]byte("Exif\x00\x00"), b...), "51.0543 N 3.7174 E"...)
}

// with puts segments behind the first two bytes of a JPEG.
func with(picture []byte, segments ...[]byte) []byte {
	out := bytes.Clone(picture[:2])
	for _, s := range segments {
		out = append(out, 0xFF, s[0])
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(s)+1)), s[1:]...)
	}
	return append(out, picture[2:]...)
}

func TestAPictureTellsNoMoreThanItShows(t *testing.T) {
	t.Parallel()
	plain := encoded(t, func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) })
	jfif := append([]byte{0xE0}, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"...)
	colours := append([]byte{0xE2}, "ICC_PROFILE\x00\x01\x01..."...)
	mixed := append([]byte{0xEE}, "Adobe\x00\x64\x00\x00\x00\x00\x01"...)
	upright := append([]byte{0xE1}, "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"...)
	for name, tt := range map[string]struct{ sent, want []byte }{
		"nothing beside it":   {plain, plain},
		"what it looks like":  {with(plain, jfif, colours, mixed), with(plain, jfif, colours, mixed)},
		"a place":             {with(plain, append([]byte{0xE1}, exif(binary.BigEndian, 1)...)), plain},
		"no way that exists":  {with(plain, append([]byte{0xE1}, exif(binary.BigEndian, 9)...)), plain},
		"a place, on a side":  {with(plain, append([]byte{0xE1}, exif(binary.BigEndian, 6)...), jfif), with(plain, upright, jfif)},
		"the same, otherwise": {with(plain, append([]byte{0xE1}, exif(binary.LittleEndian, 6)...)), with(plain, upright)},
		"XMP, a copy, a text": {with(plain, append([]byte{0xE1}, "http://ns.adobe.com/xap/1.0/\x00<x/>"...), append([]byte{0xE2}, "MPF\x00..."...), append([]byte{0xFE}, "Ann"...)), plain},
		"cut off Exif":        {with(plain, append([]byte{0xE1}, exif(binary.BigEndian, 6)[:20]...)), plain},
		"a film behind it":    {append(bytes.Clone(plain), "ftypmp42"...), plain},
	} {
		got, err := passholder.ReadPicture(tt.sent, passholder.FromAPI)
		if err != nil || !bytes.Equal(got.Content, tt.want) {
			t.Errorf("%s: %v; %d bytes of %d are kept, want %d", name, err, len(got.Content), len(tt.sent), len(tt.want))
		}
		if got, err := passholder.ReadPicture(tt.sent, passholder.FromEID); err != nil || !bytes.Equal(got.Content, tt.sent) {
			t.Errorf("%s: an identity card's is changed: %v", name, err)
		}
	}
	points := encoded(t, png.Encode)
	chunk := func(name, text string) []byte {
		b := append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), name+text...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	const head = 8 + 25 // the signature, and the first chunk
	sent := slices.Concat(points[:head], chunk("gAMA", "\x00\x00\xb1\x8f"), chunk("tEXt", "Author\x00Ann"), chunk("eXIf", "MM"), chunk("tIME", "1234567"), points[head:], []byte("more"))
	want := slices.Concat(points[:head], chunk("gAMA", "\x00\x00\xb1\x8f"), points[head:])
	if got, err := passholder.ReadPicture(sent, passholder.FromFile); err != nil || !bytes.Equal(got.Content, want) {
		t.Errorf("a PNG: %v, %d bytes, want %d", err, len(got.Content), len(want))
	}
}

func FuzzReadPicture(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR"))
	f.Add([]byte("\xff\xd8\xff\xda\x00\x00"))
	f.Fuzz(func(t *testing.T, content []byte) {
		once, err := passholder.ReadPicture(content, passholder.FromFile)
		if err != nil {
			return
		}
		if twice, err := passholder.ReadPicture(once.Content, passholder.FromFile); err != nil || !bytes.Equal(once.Content, twice.Content) {
			t.Errorf("what is bare is read otherwise: %v", err)
		}
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
