package eidtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/binary"
	"slices"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
)

// Emulator answers commands as a chip would.
type Emulator struct {
	Card *Card

	// Smart is a reader that repeats a command after 6C by itself, so that a
	// short answer is all one sees of the end of a file.
	Smart bool

	// Elsewhere is a card on which another program left another applet.
	Elsewhere bool

	// Select, unless nil, tells which ways to select a file are known. A real
	// chip knows more than programs that play one.
	Select func(p1, p2 byte, path []byte) bool

	// Fault is asked before each command, the first being 1.
	Fault func(n int, command []byte) Fault

	// PerByte and PerCommand are the time on the wire of a T=0 card, whose
	// bytes take 12 units each, and that of the reader.
	PerByte, PerCommand time.Duration

	// PINs counts the commands that had to do with the PIN.
	PINs int

	commands int
	folder   uint16
	current  []byte // the selected file, if any
	held     []byte // for GET RESPONSE
}

// ATR returns the answer to reset.
func (e *Emulator) ATR() []byte { return e.Card.ATR() }

// PowerCycle switches the card off and on.
func (e *Emulator) PowerCycle() { e.Elsewhere, e.folder, e.current, e.held = false, 0, nil, nil }

// Answer answers a command, status word last.
func (e *Emulator) Answer(command []byte) []byte {
	answer, _ := e.answer(command)
	return answer
}

func (e *Emulator) answer(command []byte) ([]byte, Fault) {
	e.commands++
	var f Fault
	if e.Fault != nil {
		f = e.Fault(e.commands, command)
	}
	answer := f.bend(e, command)
	if d := e.PerCommand + f.Delay + time.Duration(len(command)+len(answer)+1)*e.PerByte; d > 0 {
		<-time.After(d)
	}
	return answer, f
}

func (e *Emulator) obey(command []byte) []byte {
	if len(command) < 4 {
		return word(0x6700)
	}
	held := e.held
	e.held = nil // an answer that nobody fetches at once is gone
	switch {
	case command[1] == 0x20, command[1] == 0x24, command[1] == 0x2C: // VERIFY, CHANGE, RESET RETRY COUNTER
		e.PINs++
		return word(0x6983)
	case command[0] == 0x00 && command[1] == 0xA4:
		return e.choose(command)
	case e.Elsewhere:
		return word(0x6D00)
	case command[0] == 0x80 && command[1] == 0xE4:
		return e.give(e.Card.Data(), command)
	case command[0] == 0x80 && command[1] == 0xB2 && e.Card.Basic != nil:
		return e.record(command)
	case command[0] != 0x00:
		return word(0x6E00)
	case e.Card.Inactive:
		return word(0x6D00)
	case command[1] == 0xB0:
		return e.read(command)
	case command[1] == 0xC0:
		return e.give(held, command)
	case command[1] == 0x88 && e.Card.Basic != nil:
		return e.prove(command)
	default:
		return word(0x6D00)
	}
}

var (
	applet = []byte("\xA0\x00\x00\x00\x30\x29\x05\x70\x00\xAD\x13\x10\x01\x01\xFF")
	belpic = []byte("\xA0\x00\x00\x01\x77PKCS-15")
	idFile = []byte("\xA0\x00\x00\x01\x77IdFiles")
)

// choose is SELECT FILE (M17 and M18).
func (e *Emulator) choose(command []byte) []byte {
	if len(command) < 5 || len(command) < 5+int(command[4]) {
		return word(0x6A87)
	}
	name := command[5 : 5+int(command[4])]
	if command[2] == 0x04 && bytes.Equal(name, applet) {
		e.PowerCycle()
		return word(0x9000)
	}
	if e.Elsewhere {
		return word(0x6A82)
	}
	if e.Card.Inactive {
		return word(0x6985)
	}
	switch command[2] {
	case 0x04:
		switch {
		case bytes.Equal(name, belpic):
			e.folder, e.current = 0xDF00, nil
		case bytes.Equal(name, idFile):
			e.folder, e.current = 0xDF01, nil
		default:
			return word(0x6A82)
		}
		return word(0x9000)
	case 0x02, 0x08:
		if e.Select != nil && !e.Select(command[2], command[3], name) {
			return word(0x6A82)
		}
		name = bytes.TrimPrefix(name, []byte{0x3F, 0x00})
		if len(name)%2 != 0 {
			return word(0x6A87)
		}
		folder := e.folder
		if command[2] == 0x08 {
			folder = 0
		}
		var content []byte
		for ; len(name) > 0; name = name[2:] {
			if id := binary.BigEndian.Uint16(name); id>>8 == 0xDF {
				folder, content = id, nil
			} else if content = e.file(folder, id); content == nil {
				return word(0x6A82)
			}
		}
		e.folder, e.current = folder, content
		return word(0x9000)
	default:
		return word(0x6A86)
	}
}

// file returns the content of a file, or nil.
func (e *Emulator) file(folder, id uint16) []byte {
	if slices.Contains(e.Card.Missing, eid.File(id)) {
		return nil
	}
	switch {
	case folder == 0xDF01 && id == 0x4040:
		return e.Card.basicKey()
	case folder == 0xDF01 && id != uint16(eid.Certificate), folder == 0xDF00 && id == uint16(eid.Certificate):
		return e.Card.Files.Of(eid.File(id))
	default:
		return nil
	}
}

// read is READ BINARY.
func (e *Emulator) read(command []byte) []byte {
	if e.current == nil {
		return word(0x6986)
	}
	if len(command) < 5 {
		return word(0x6700)
	}
	at := int(command[2]&0x7F)<<8 | int(command[3])
	if at >= len(e.current) {
		return word(0x6B00)
	}
	return e.give(e.current[at:], command)
}

// give answers with as much as was asked for, or says what it should have been.
func (e *Emulator) give(content, command []byte) []byte {
	wanted := int(command[len(command)-1])
	if wanted == 0 {
		wanted = 256
	}
	if wanted > len(content) {
		if !e.Smart {
			return word(0x6C00 | uint16(len(content)))
		}
		wanted = len(content)
	}
	return append(bytes.Clone(content[:wanted]), 0x90, 0x00)
}

// record is READ RECORD: the entries from one tag to another (M18).
func (e *Emulator) record(command []byte) []byte {
	var found []byte
	for rest := e.current; len(rest) > 2 && int(rest[1])+2 <= len(rest) && rest[1] != 0xFF; rest = rest[2+int(rest[1]):] {
		if rest[0] >= command[2] && rest[0] <= command[3] {
			found = append(found, rest[:2+int(rest[1])]...)
		}
	}
	if found == nil {
		return word(0x6A83)
	}
	return e.hold(found)
}

// prove is INTERNAL AUTHENTICATE with the basic key (M18 section 6.11).
func (e *Emulator) prove(command []byte) []byte {
	if len(command) < 55 || !bytes.HasPrefix(command, []byte{0x00, 0x88, 0x02, 0x81, 0x32, 0x94, 0x30}) {
		return word(0x6A86)
	}
	r, s, err := ecdsa.Sign(rand.Reader, e.Card.Basic, command[7:55])
	if err != nil {
		return word(0x6400)
	}
	return e.hold(append(r.FillBytes(make([]byte, 48)), s.FillBytes(make([]byte, 48))...))
}

func (e *Emulator) hold(content []byte) []byte {
	e.held = content
	return word(0x6100 | uint16(min(len(content), 0xFF)))
}

func word(sw uint16) []byte { return binary.BigEndian.AppendUint16(nil, sw) }
