package pcsctest

import (
	"encoding/hex"
	"sync/atomic"
	"time"

	"github.com/openbalie/openbalie/bridge/chip"
)

// Answers to reset of well-known cards.
var (
	Ultralight = []byte{0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, 0x03, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00, 0x68}
	DESFire    = []byte{0x3B, 0x81, 0x80, 0x01, 0x80, 0x80}
	EID        = []byte{0x3B, 0x98, 0x13, 0x40, 0x0A, 0xA5, 0x03, 0x01, 0x01, 0x01, 0xAD, 0x13, 0x11}
)

// Card is an emulated card. The zero value of each field but ATR is harmless.
type Card struct {
	ATR     []byte
	UID     []byte                      // what it answers to the command for its number
	Answer  func(command []byte) []byte // what it answers to any other command; nil refuses them
	Escape  func(command []byte)        // what the reader under it is commanded; nil refuses it
	Powered func()                      // what happens in it when it is switched off and on
	Mute    bool                        // it does not answer when powered
	Stuck   bool                        // likewise, until it was switched off
	LiftAt  int                         // it is gone instead of answering this command, the first being 1
	Delay   time.Duration               // before each answer
	Status  uint16                      // status word for its number instead of 9000, with no data
	Succeed int                         // with Status: the command from which on it answers properly
}

// Pass returns a card like those people carry, with this chip number.
func Pass(uid string) Card {
	raw, err := hex.DecodeString(uid)
	if err != nil {
		panic("pcsctest: " + err.Error())
	}
	return Card{ATR: Ultralight, UID: raw}
}

// inserted is a card in a reader.
type inserted struct {
	Card
	commands atomic.Int32
	freed    atomic.Bool // it was stuck
}

// silent reports whether it does not answer to being powered.
func (c *inserted) silent() bool { return c.Mute || c.Stuck && !c.freed.Load() }

// power is what being switched off and on does to it.
func (c *inserted) power() {
	c.freed.Store(true)
	if c.Powered != nil {
		c.Powered()
	}
}

// answer answers a command, or reports that the card is gone.
func (c *inserted) answer(command []byte) (answer []byte, here bool) {
	n := int(c.commands.Add(1))
	if c.Delay > 0 {
		time.Sleep(c.Delay)
	}
	if c.LiftAt > 0 && n >= c.LiftAt {
		return nil, false
	}
	switch {
	case !chip.IsGetUID(command):
		if c.Answer != nil {
			return c.Answer(command), true
		}
		return []byte{0x6D, 0x00}, true
	case c.Status != 0 && (c.Succeed == 0 || n < c.Succeed):
		return []byte{byte(c.Status >> 8), byte(c.Status)}, true
	default:
		return append(append([]byte(nil), c.UID...), 0x90, 0x00), true
	}
}
