package pcsctest

import (
	"encoding/binary"
	"io"
	"net"
	"syscall"
)

// vicc is one emulated card on its connection to the virtual reader driver.
type vicc struct {
	conn *net.TCPConn
	raw  syscall.RawConn
	card *inserted
	done chan struct{}
}

// getATR is the driver's one message of a single byte that wants an answer; any
// longer message is a command for the card.
const getATR = 4

// tcpQuickACK is TCP_QUICKACK.
const tcpQuickACK = 12

// serve answers the driver until the card is lifted.
func (v *vicc) serve() {
	defer close(v.done)
	defer v.conn.Close()
	for {
		message, err := v.read()
		if err != nil {
			return
		}
		var answer []byte
		switch {
		case len(message) != 1:
			var here bool
			if answer, here = v.card.answer(message); !here {
				return
			}
		case message[0] == getATR:
			if answer = v.card.ATR; v.card.Mute {
				answer = make([]byte, 64) // there is a card, but powering it fails
			}
		default:
			continue // power on, power off, reset: nothing to answer
		}
		// One write, or the second half waits for an acknowledgement.
		if _, err := v.conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

// read reads a message: its length, then itself. The driver sends the two
// apart, so that without a quick acknowledgement each costs 48 ms.
func (v *vicc) read() ([]byte, error) {
	var length [2]byte
	v.acknowledge()
	if _, err := io.ReadFull(v.conn, length[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint16(length[:]))
	v.acknowledge()
	_, err := io.ReadFull(v.conn, message)
	return message, err
}

func (v *vicc) acknowledge() {
	_ = v.raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpQuickACK, 1)
	})
}
