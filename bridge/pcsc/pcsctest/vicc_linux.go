package pcsctest

import (
	"encoding/binary"
	"io"
	"net"
	"os"
	"syscall"
)

// vicc is one emulated card on its connection to the virtual reader driver. It
// blocks in the system itself instead of in Go's network poller, which serves
// nobody for up to 10 ms while all others are in calls to the card service.
type vicc struct {
	file *os.File
	fd   int
	card *inserted
	done chan struct{}
}

// The messages of a single byte that matter; any longer one is a command for
// the card. Only the last wants an answer.
const (
	powerOff = 0
	reset    = 2
	getATR   = 4
)

// tcpQuickACK is TCP_QUICKACK.
const tcpQuickACK = 12

// insert puts a card on a connection to the driver, which it takes over.
func insert(conn *net.TCPConn, c Card) (*vicc, error) {
	defer conn.Close()
	file, err := conn.File()
	if err != nil {
		return nil, err
	}
	v := &vicc{file: file, fd: int(file.Fd()), card: &inserted{Card: c}, done: make(chan struct{})}
	go v.serve()
	return v, nil
}

// lift ends the conversation and waits for its end.
func (v *vicc) lift() {
	_ = syscall.Shutdown(v.fd, syscall.SHUT_RDWR)
	<-v.done
	_ = v.file.Close()
}

// serve answers the driver until the card is lifted.
func (v *vicc) serve() {
	defer close(v.done)
	for {
		message, err := v.message()
		if err != nil {
			return
		}
		var answer []byte
		switch {
		case len(message) != 1:
			var here bool
			if answer, here = v.card.answer(message); !here {
				_ = syscall.Shutdown(v.fd, syscall.SHUT_RDWR)
				return
			}
		case message[0] == getATR:
			if answer = v.card.ATR; v.card.silent() {
				answer = make([]byte, 64) // there is a card, but powering it fails
			}
		default:
			if message[0] == powerOff || message[0] == reset {
				v.card.power()
			}
			continue
		}
		// One write, or the second half waits for an acknowledgement.
		if _, err := syscall.Write(v.fd, append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

// message reads a message: its length, then itself. The driver sends the two
// apart, so that without a quick acknowledgement each costs 48 ms.
func (v *vicc) message() ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(v, length[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(v, message)
	return message, err
}

// Read blocks until the driver sends something.
func (v *vicc) Read(p []byte) (int, error) {
	_ = syscall.SetsockoptInt(v.fd, syscall.IPPROTO_TCP, tcpQuickACK, 1)
	for {
		n, err := syscall.Read(v.fd, p)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}
