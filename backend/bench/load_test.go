//go:build bench

package bench_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// caller is one client: a kept-alive connection and next to nothing else,
// because it shares the cores with what it measures.
type caller struct {
	conn    net.Conn
	answers *bufio.Reader
	head    []byte // of every request, up to the Idempotency-Key
	request []byte
	body    []byte
	dice    *rand.Rand
}

func dial(addr string, seed uint64) (*caller, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &caller{conn: conn, answers: bufio.NewReader(conn), dice: rand.New(rand.NewPCG(seed, 0))}, nil
}

func newCaller(addr, token string, minimal bool, seed uint64) (*caller, error) {
	c, err := dial(addr, seed)
	if err != nil {
		return nil, err
	}
	prefer := ""
	if minimal {
		prefer = "\r\nPrefer: return=minimal"
	}
	c.head = []byte("POST /api/uitpas/checkins HTTP/1.1\r\nHost: " + addr + "\r\nAuthorization: Bearer " + token + prefer +
		"\r\nContent-Type: application/json\r\nAccept: application/json\r\nIdempotency-Key: ")
	return c, nil
}

// checkin registers one check-in and returns the status of the answer.
func (c *caller) checkin(number, activity string) (int, error) {
	c.body = append(c.body[:0], `{"uitpasNumber":"`...)
	c.body = append(c.body, number...)
	c.body = append(c.body, `","eventId":"`...)
	c.body = append(c.body, activity...)
	c.body = append(c.body, `"}`...)
	return c.post(c.body)
}

// post sends a body under a key of its own and returns the status of the answer.
func (c *caller) post(body []byte) (int, error) {
	var key [16]byte
	for i := range key {
		key[i] = byte(c.dice.Uint32())
	}
	r := c.request[:0]
	r = append(r, c.head...)
	r = hex.AppendEncode(r, key[:])
	r = append(r, "\r\nContent-Length: "...)
	r = strconv.AppendInt(r, int64(len(body)), 10)
	r = append(r, "\r\n\r\n"...)
	r = append(r, body...)
	c.request = r
	if _, err := c.conn.Write(r); err != nil {
		return 0, err
	}
	return c.answer()
}

// answer reads one answer and throws its body away.
func (c *caller) answer() (int, error) {
	line, err := c.answers.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < 12 {
		return 0, fmt.Errorf("no status line: %q", line)
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, err
	}
	length := -1
	for {
		line, err := c.answers.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, ok := bytes.Cut(line, []byte(": ")); ok && bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, err
			}
		}
	}
	if length < 0 {
		return 0, fmt.Errorf("an answer of unknown length, status %d", status)
	}
	_, err = c.answers.Discard(length)
	return status, err
}

// run is what a number of clients got done.
type run struct {
	done     int
	elapsed  time.Duration
	p50, p99 time.Duration
}

func (r run) perSecond() float64 { return float64(r.done) / r.elapsed.Seconds() }

// load lets so many clients check people in for a while. Anything but 201 is
// a failure. A minimal answer leaves out the person, whom the contract adds
// for programs that may search people.
func load(t *testing.T, addr, token string, minimal bool, clients int, d time.Duration, c crowd) run {
	t.Helper()
	var group sync.WaitGroup
	took := make([][]time.Duration, clients)
	began := time.Now()
	for i := range clients {
		seed := uint64(began.UnixNano()) + uint64(i)
		group.Go(func() {
			client, err := newCaller(addr, token, minimal, seed)
			if err != nil {
				t.Error(err)
				return
			}
			defer client.conn.Close()
			for at := time.Now(); at.Sub(began) < d; {
				status, err := client.checkin(c.number(client.dice.IntN(c.people)), c.activity(client.dice.IntN(activities)))
				now := time.Now()
				if err != nil || status != 201 {
					rest, _ := io.ReadAll(io.LimitReader(client.answers, int64(client.answers.Buffered())))
					t.Errorf("status %d, error %v %s", status, err, rest)
					return
				}
				took[i] = append(took[i], now.Sub(at))
				at = now
			}
		})
	}
	group.Wait()
	return summed(took, time.Since(began))
}

// summed puts together what each client did.
func summed(took [][]time.Duration, elapsed time.Duration) run {
	out := run{elapsed: elapsed}
	all := slices.Concat(took...)
	slices.Sort(all)
	if out.done = len(all); out.done > 0 {
		out.p50, out.p99 = all[len(all)/2], all[len(all)*99/100]
	}
	return out
}
