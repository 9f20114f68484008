package eidtest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"image"
	mrand "math/rand/v2"
	"slices"

	"github.com/openbalie/openbalie/bridge/eid"
)

// Generation is a kind of chip with the keys that sign for it.
type Generation int

// The generations.
const (
	V11    Generation = iota // applet 1.1, RSA-1024, SHA-1
	V17                      // applet 1.7, RSA-2048, SHA-256
	Hybrid                   // applet 1.7 signed with P-384
	V18                      // applet 1.8, P-384, SHA-384
)

// Generations returns all of them.
func Generations() []Generation { return []Generation{V11, V17, Hybrid, V18} }

// String names the generation.
func (g Generation) String() string { return [...]string{"1.1", "1.7", "1.7 hybrid", "1.8"}[g] }

// hash is what the picture and, in the beginning, the signatures are made with.
func (g Generation) hash() crypto.Hash {
	return [...]crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA256, crypto.SHA384}[g]
}

// Card is what a chip holds.
type Card struct {
	Generation Generation
	Authority  *Authority
	Files      eid.Files         // as on the card; the certificate with the zeros behind it
	Basic      *ecdsa.PrivateKey // applet 1.8 only
	ChipNumber []byte
	Inactive   bool // handed out, not activated
	Missing    []eid.File

	SignWith      crypto.Hash // what the signatures are made with
	SignatureSize int         // of the signature files, filled up with zeros
}

// Mint makes a card of a generation for somebody, with the usual authority.
func Mint(g Generation, p Person, r *mrand.Rand) *Card { return AuthorityOf(g).Mint(g, p, r) }

// Mint makes a card of a generation, whose keys the authority has.
func (a *Authority) Mint(g Generation, p Person, r *mrand.Rand) *Card {
	c := &Card{Generation: g, Authority: a, SignWith: g.hash(), ChipNumber: make([]byte, 16)}
	for i := range c.ChipNumber {
		c.ChipNumber[i] = byte(r.Uint32())
	}
	filling, padding, width, height := 117, 50, 140, 200
	switch g {
	case V11:
		c.SignatureSize = 128
	case V17:
		c.SignatureSize = 256
	case Hybrid:
		c.SignatureSize, c.SignWith = 256, crypto.SHA384
	case V18:
		c.SignatureSize = 112
		filling, padding, width, height = 121, 1100, 150, 195
		c.Basic = newP384()
	}
	if p.Portrait != nil {
		c.Files.Picture = p.Portrait.Draw(width, height)
	} else {
		c.Files.Picture = picture(r, width, height)
	}
	c.Files.Identity = c.identity(p)
	c.Files.Address = address(p, filling)
	c.Files.Certificate = append(bytes.Clone(c.Authority.Signer.Raw), make([]byte, padding)...)
	c.Sign()
	return c
}

// identity spells a person out (IDA5 section 1).
func (c *Card) identity(p Person) []byte {
	all := slices.Concat(
		tlv(0x01, p.CardNumber), tlv(0x02, string(c.ChipNumber)), tlv(0x03, p.From), tlv(0x04, p.Until),
		tlv(0x05, p.IssuedBy), tlv(0x06, p.NationalNumber), tlv(0x07, p.Name), tlv(0x08, p.GivenNames),
		tlv(0x09, p.ThirdInitial), tlv(0x0A, p.Nationality), tlv(0x0B, p.BirthPlace), tlv(0x0C, p.Birth),
		tlv(0x0D, p.Sex), tlv(0x0E, p.Noble), tlv(0x0F, p.Document), tlv(0x10, p.Status),
		tlv(0x11, string(sum(c.Generation.hash(), c.Files.Picture))), tlv(0x12, "01"),
	)
	basic := c.Basic != nil
	for _, f := range p.More {
		if basic && f.Tag > 0x1A {
			all, basic = append(all, tlv(0x1A, string(sum(crypto.SHA384, c.basicKey())))...), false
		}
		all = append(all, tlv(f.Tag, f.Value)...)
	}
	if basic {
		all = append(all, tlv(0x1A, string(sum(crypto.SHA384, c.basicKey())))...)
	}
	return all
}

// address spells out where a person lives (IDA5 section 2).
func address(p Person, size int) []byte {
	return pad(slices.Concat(tlv(1, p.Street), tlv(2, p.PostalCode), tlv(3, p.Municipality)), size)
}

// Sign signs identity and address as they are now, as the Register does.
func (c *Card) Sign() {
	sign := func(content []byte) []byte {
		return pad(must(c.Authority.signer.Sign(rand.Reader, sum(c.SignWith, content), c.SignWith)), c.SignatureSize)
	}
	c.Files.IdentitySignature = sign(c.Files.Identity)
	c.Files.AddressSignature = sign(slices.Concat(bytes.TrimRight(c.Files.Address, "\x00"), c.Files.IdentitySignature))
}

// basicKey is EF(PuK#1): the public half.
func (c *Card) basicKey() []byte {
	if c.Basic == nil {
		return nil
	}
	return must(x509.MarshalPKIXPublicKey(c.Basic.Public()))
}

// Want returns the files as a reader should deliver them: the certificate
// without the zeros behind it.
func (c *Card) Want() eid.Files {
	f := c.Files
	f.Certificate = c.Authority.Signer.Raw
	return f
}

// ATR returns the answer to reset (C54 section 2.3).
func (c *Card) ATR() []byte {
	if c.Generation == V18 {
		return []byte{0x3B, 0x7F, 0x96, 0x00, 0x00, 0x80, 0x31, 0x80, 0x65, 0xB0, 0x85, 0x04, 0x01, 0x20, 0x12, 0x0F, 0xFF, 0x82, 0x90, 0x00}
	}
	return []byte{0x3B, 0x98, 0x13, 0x40, 0x0A, 0xA5, 0x03, 0x01, 0x01, 0x01, 0xAD, 0x13, 0x11}
}

// Data is the answer to GET CARD DATA.
func (c *Card) Data() []byte {
	applet := [...]byte{0x11, 0x17, 0x17, 0x18}[c.Generation]
	cycle := byte(0x0F)
	if c.Inactive {
		cycle = 0x07
	}
	tail := []byte{0xF3, 0x36, 0x01, 0x01, 0x01, applet, 0x00, 0x03, 0x00, 0x21, 0x01, cycle}
	if c.Generation == V18 {
		copy(tail[6:], []byte{0x00, 0x01, 0x00, 0x00, 0x02})
	}
	return append(bytes.Clone(c.ChipNumber), tail...)
}

// tlv spells an entry, with FF continuing the length.
func tlv(tag byte, value string) []byte {
	entry := []byte{tag}
	left := len(value)
	for ; left >= 0xFF; left -= 0xFF {
		entry = append(entry, 0xFF)
	}
	return append(append(entry, byte(left)), value...)
}

func pad(content []byte, size int) []byte {
	return append(content, make([]byte, max(0, size-len(content)))...)
}

func sum(h crypto.Hash, content []byte) []byte {
	s := h.New()
	s.Write(content)
	return s.Sum(nil)
}

// picture draws a grey picture of about three thousand bytes, as cards have.
func picture(r *mrand.Rand, width, height int) []byte {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		x, y := i%width, i/width
		img.Pix[i] = byte(128 + (x-width/2)*(y-height/2)/100 + r.IntN(12))
	}
	return compress(img)
}
