package eid

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// applet is the identifier of the eID applet, which a reset selects (M17 and
// M18, file system).
var applet = []byte{0xA0, 0x00, 0x00, 0x00, 0x30, 0x29, 0x05, 0x70, 0x00, 0xAD, 0x13, 0x10, 0x01, 0x01, 0xFF}

// payments is the name of the payment environment on bank cards (EMV book 1,
// section 12).
var payments = []byte("1PAY.SYS.DDF01")

// master is the identifier of the master file, the root of all paths.
const master = 0x3F00

// ways are the ways to select a file. Every card knows the first: the path from
// the master file, which it leaves out (M17 and M18, SELECT FILE). What plays a
// card may know only that of one of the programs that it was made for: with the
// master file (commons-eid, OpenSC), step by step (eid-mw), or with an answer.
// No card answers with the size of the file.
var ways = []func(File) [][]byte{
	func(f File) [][]byte { return [][]byte{selectBy(0x08, 0x0C, f.folder(), uint16(f))} },
	func(f File) [][]byte { return [][]byte{selectBy(0x08, 0x0C, master, f.folder(), uint16(f))} },
	func(f File) [][]byte {
		return [][]byte{selectBy(0x02, 0x0C, master), selectBy(0x02, 0x0C, f.folder()), selectBy(0x02, 0x0C, uint16(f))}
	},
	func(f File) [][]byte { return [][]byte{selectBy(0x08, 0x00, f.folder(), uint16(f))} },
}

func selectBy(p1, p2 byte, path ...uint16) []byte {
	command := []byte{0x00, 0xA4, p1, p2, byte(2 * len(path))}
	for _, id := range path {
		command = binary.BigEndian.AppendUint16(command, id)
	}
	return command
}

// selectApplet selects by name. P2 is 00, as other software has always sent it
// to a card on which another program left another applet selected (eid-mw,
// card.cpp).
func selectApplet(name []byte) []byte {
	return append([]byte{0x00, 0xA4, 0x04, 0x00, byte(len(name))}, name...)
}

// readBinary reads up to 256 bytes of the selected file.
func readBinary(offset, length int) []byte {
	return []byte{0x00, 0xB0, byte(offset >> 8 & 0x7F), byte(offset), byte(length)} // 256 is 00
}

// getCardData asks for the 28 bytes that describe the chip.
func getCardData() []byte { return []byte{0x80, 0xE4, 0x00, 0x00, 0x1C} }

// getResponse fetches what a card with protocol T=0 holds ready.
func getResponse(length byte) []byte { return []byte{0x00, 0xC0, 0x00, 0x00, length} }

// status is the status word of an answer.
type status uint16

const (
	done        status = 0x9000
	deactivated status = 0x6283
	wrongLength status = 0x6700
	wrongState  status = 0x6985
	noFile      status = 0x6A82
	noCommand   status = 0x6D00 // in this state of life, says M18
)

// inactive reports whether a card that is not activated answers so (M18,
// SELECT FILE and READ BINARY).
func (s status) inactive() bool { return s == deactivated || s == wrongState || s == noCommand }

// split takes the status word off an answer.
func split(answer []byte) ([]byte, status, error) {
	n := len(answer) - 2
	if n < 0 {
		return nil, 0, fmt.Errorf("%w: an answer of %d bytes", ErrGarbled, len(answer))
	}
	return answer[:n], status(binary.BigEndian.Uint16(answer[n:])), nil
}

// historical returns the historical bytes of an answer to reset (ISO 7816-3
// section 8.2), or nil when there are none.
func historical(atr []byte) []byte {
	if len(atr) < 2 {
		return nil
	}
	at, size := 1, int(atr[1]&0x0F)
	for next := true; next; {
		if at >= len(atr) {
			return nil
		}
		bits := atr[at] >> 4
		next = bits&8 != 0
		for ; bits != 0; bits >>= 1 {
			at += int(bits & 1)
		}
		if !next {
			at++
		}
	}
	if size > len(atr)-at {
		return nil
	}
	return atr[at : at+size]
}

// calypso reports whether a card is for public transport, which in Belgium is
// MOBIB. Its historical bytes begin with 80 5A, contact or not.
func calypso(atr []byte) bool { return bytes.HasPrefix(historical(atr), []byte{0x80, 0x5A}) }

// hasty reports whether a card is of the first generation, whose chip needs a
// rest after 6C (C54 section 2.3 for the answers to reset).
func hasty(atr []byte) bool {
	return bytes.HasPrefix(atr, []byte{0x3B, 0x98, 0x94, 0x40}) && bytes.HasSuffix(atr, []byte{0x01, 0x01, 0x01, 0xAD, 0x13, 0x10})
}
