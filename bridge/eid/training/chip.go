package training

import (
	"bytes"
	"encoding/binary"

	"github.com/openbalie/openbalie/bridge/eid"
)

// A Chip answers commands as the chip of a card does, as far as reading goes
// (manuals of applets 1.7 and 1.8, SELECT FILE, READ BINARY, GET CARD DATA). It
// belongs to one goroutine at a time.
type Chip struct {
	card    Card
	current []byte // the selected file; nil when none is
}

// Chip puts the card in a reader.
func (c Card) Chip() *Chip { return &Chip{card: c} }

// PowerCycle switches the chip off and on.
func (c *Chip) PowerCycle() { c.current = nil }

// Status words.
const (
	done        = 0x9000
	wrongLength = 0x6C00 // the low byte says how much there is
	notFound    = 0x6A82
	noFile      = 0x6986
	behindEnd   = 0x6B00
	badLength   = 0x6700
	badClass    = 0x6E00
	inactive    = 0x6D00
)

// Answer answers a command, status word last.
func (c *Chip) Answer(command []byte) []byte {
	if len(command) < 5 {
		return word(badLength)
	}
	switch {
	case command[0] == 0x80 && command[1] == 0xE4:
		return exactly(c.card.Data, int(command[4]))
	case command[0] != 0x00:
		return word(badClass)
	case c.card.Inactive:
		return word(inactive) // M18: until somebody activates it, no command but those above works
	case command[1] == 0xA4:
		return c.choose(command)
	case command[1] == 0xB0:
		return c.read(int(binary.BigEndian.Uint16(command[2:4])), int(command[4]))
	default:
		return word(inactive) // no such command
	}
}

// choose selects a file by its path, the applet by its name.
func (c *Chip) choose(command []byte) []byte {
	name := command[5:]
	if int(command[4]) != len(name) || len(name) < 2 {
		return word(badLength)
	}
	if command[2] == 0x04 {
		c.current = nil
		return word(done)
	}
	content := c.card.Files.Of(eid.File(binary.BigEndian.Uint16(name[len(name)-2:])))
	if command[2] != 0x08 || content == nil {
		return word(notFound)
	}
	c.current = content
	return word(done)
}

// read returns a part of the selected file, or how much of it is left.
func (c *Chip) read(offset, length int) []byte {
	switch {
	case c.current == nil:
		return word(noFile)
	case offset >= len(c.current):
		return word(behindEnd)
	default:
		return exactly(c.current[offset:], length)
	}
}

// exactly answers the first bytes of what is there; when that is less than was
// asked for, it says how much it is.
func exactly(content []byte, length int) []byte {
	if length == 0 {
		length = 256
	}
	if length > len(content) {
		return word(wrongLength | len(content)&0xFF)
	}
	return append(bytes.Clone(content[:length]), word(done)...)
}

func word(status int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(status)) }
