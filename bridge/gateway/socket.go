package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/protocol"
)

// socket is one connection of a page. Its goroutines are those of run, which
// reads, of write, and one for each card that is read for it.
type socket struct {
	conn      *websocket.Conn
	hub       *hub
	member    *member
	simulator Simulator
	cards     Cards
	profile   eid.Profile
	now       func() time.Time
	log       *slog.Logger
	share     *Share

	budget   *rate.Limiter
	refused  int            // messages over the budget
	reads    *rate.Limiter  // of cards
	readings sync.WaitGroup // of cards
	gone     chan struct{}  // closed when nothing is read any more
}

// lingering is how long a page may take to answer a close.
const lingering = time.Second

// patience is how long a page may stay silent.
const patience = protocol.MaxMissedPings*protocol.PingEvery + protocol.WriteTimeout

// run serves the connection until either side has had enough.
func (s *socket) run(ctx context.Context) {
	select {
	case s.hub.joins <- s.member:
	case <-s.hub.done:
		s.member.queue.abort(ending{protocol.CloseDraining, protocol.CloseDraining.Name})
	}
	s.log.Info("Page connected", "origin", s.member.origin)
	release := context.AfterFunc(ctx, func() { _ = s.conn.NetConn().Close() })

	var writing sync.WaitGroup
	writing.Go(s.write)
	wanted, unwanted := context.WithCancel(ctx)
	err := s.read(wanted)
	unwanted()
	close(s.gone)

	select {
	case s.hub.leaves <- s.member:
	case <-s.hub.done:
	}
	s.member.queue.abort(ending{})
	writing.Wait()
	s.readings.Wait()
	release()
	_ = s.conn.Close()
	s.log.Info("Page disconnected", "origin", s.member.origin, "why", closeReason(err))
}

// read takes messages until the page or the connection ends.
func (s *socket) read(ctx context.Context) error {
	s.conn.SetReadLimit(protocol.MaxMessage)
	_ = s.stillThere()
	s.conn.SetPongHandler(func(string) error { return s.stillThere() })
	s.conn.SetPingHandler(func(data string) error {
		if !s.allow() {
			return nil
		}
		err := s.conn.WriteControl(websocket.PongMessage, []byte(data), s.now().Add(protocol.WriteTimeout))
		if errors.Is(err, websocket.ErrCloseSent) {
			return nil
		}
		return err
	})
	s.conn.SetCloseHandler(func(int, string) error {
		s.member.queue.abort(ending{}) // the writer answers
		return nil
	})
	for {
		kind, frame, err := s.conn.ReadMessage()
		if errors.Is(err, websocket.ErrReadLimit) {
			s.discard()
		}
		if err != nil {
			return err
		}
		if kind != websocket.TextMessage || !utf8.Valid(frame) {
			s.member.queue.finish(ending{protocol.CloseBad, protocol.CloseBad.Name})
			continue // until the page has closed its side too
		}
		if !s.allow() {
			s.tooMany(frame)
			continue
		}
		s.refused = 0
		s.answer(ctx, frame)
	}
}

// stillThere gives the page its time again.
func (s *socket) stillThere() error {
	return s.conn.SetReadDeadline(s.now().Add(patience))
}

// discard lets the rest of a message that is too big arrive: a connection that
// is closed over unread bytes is reset, and the page would not see the reason.
func (s *socket) discard() {
	_ = s.conn.NetConn().SetReadDeadline(s.now().Add(lingering))
	_, _ = io.Copy(io.Discard, s.conn.NetConn())
}

func (s *socket) allow() bool { return s.budget.AllowN(s.now(), 1) }

// tooMany tells a page that it sends too much, and gives up on one that goes on.
func (s *socket) tooMany(frame []byte) {
	if s.refused++; s.refused > protocol.MaxRefused {
		s.member.queue.finish(ending{protocol.CloseFlood, protocol.ErrRateLimited.Data.Name})
		return
	}
	if request, wrong := protocol.ParseRequest(frame); wrong == nil && request.ID != nil {
		s.fail(request.ID, protocol.ErrRateLimited)
	}
}

func (s *socket) answer(ctx context.Context, frame []byte) {
	request, wrong := protocol.ParseRequest(frame)
	if wrong != nil {
		s.fail(request.ID, wrong)
		return
	}
	if request.ID == nil {
		return // pages have nothing to notify us of
	}
	switch {
	case request.Method == protocol.MethodPing:
		s.reply(request.ID, protocol.Nothing{})
	case request.Method == protocol.MethodReadersList:
		select {
		case s.hub.lists <- listing{s.member, request.ID}:
		case <-s.hub.done:
		}
	case s.cards != nil && request.Method == protocol.MethodCardRead:
		s.readCard(ctx, request)
	case s.cards != nil && request.Method == protocol.MethodCardStop:
		s.stopCard(request)
	case s.simulator != nil && strings.HasPrefix(request.Method, "simulate."):
		result, failed := s.simulator.Answer(ctx, request.Method, request.Params)
		if failed != nil {
			s.fail(request.ID, failed)
			return
		}
		s.reply(request.ID, result)
	default:
		s.fail(request.ID, protocol.ErrMethodNotFound)
	}
}

func (s *socket) reply(id json.RawMessage, result any) {
	s.member.queue.put(newMessage(protocol.Result(id, result)))
}

func (s *socket) fail(id json.RawMessage, e *protocol.Error) {
	s.member.queue.put(newMessage(protocol.Failure(id, e)))
}

// write is the only writer of messages. After a close it gives the page a
// moment to close as well, so that the reason arrives.
func (s *socket) write() {
	ping := time.NewTicker(protocol.PingEvery)
	defer ping.Stop()
	var batch []message
	for {
		select {
		case <-ping.C:
			if err := s.conn.WriteControl(websocket.PingMessage, nil, s.now().Add(protocol.WriteTimeout)); err != nil {
				s.hangUp()
				return
			}
		case <-s.member.queue.ready:
			var end *ending
			batch, end = s.member.queue.take(batch[:0])
			if err := s.writeAll(batch); err != nil {
				s.hangUp()
				return
			}
			if end != nil {
				s.goodbye(*end)
				return
			}
		}
	}
}

func (s *socket) writeAll(batch []message) error {
	defer func() {
		for _, m := range batch {
			m.wipe()
		}
		clear(batch)
	}()
	for _, m := range batch {
		_ = s.conn.SetWriteDeadline(s.now().Add(protocol.WriteTimeout))
		if err := s.writeOne(m); err != nil {
			return err
		}
		if !m.woke.IsZero() {
			s.share.observe(s.now().Sub(m.woke))
		}
	}
	return nil
}

// writeOne writes from the message's own bytes: the library copies of them only
// what fits into its write buffer, which has room for next to nothing.
func (s *socket) writeOne(m message) error {
	if m.frame == nil {
		return s.conn.WriteMessage(websocket.TextMessage, m.data)
	}
	return s.conn.WritePreparedMessage(m.frame)
}

func (s *socket) goodbye(e ending) {
	text := []byte{}
	if e.code.Code != 0 {
		text = websocket.FormatCloseMessage(e.code.Code, e.reason)
	}
	if err := s.conn.WriteControl(websocket.CloseMessage, text, s.now().Add(lingering)); err != nil {
		s.hangUp()
		return
	}
	select {
	case <-s.gone:
	case <-time.After(lingering):
		s.hangUp()
	}
}

// hangUp ends the connection without a word, and with it the reader.
func (s *socket) hangUp() { _ = s.conn.NetConn().Close() }

func closeReason(err error) string {
	var closed *websocket.CloseError
	var network net.Error
	switch {
	case errors.As(err, &closed):
		return "closed with " + strconv.Itoa(closed.Code) // its text is the page's own
	case errors.Is(err, websocket.ErrReadLimit):
		return "message too big"
	case errors.As(err, &network) && network.Timeout():
		return "silent"
	default:
		return "lost"
	}
}
