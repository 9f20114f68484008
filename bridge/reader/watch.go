package reader

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// watch is the state of one Watch. Whoever looks at it or changes it has the
// turn; nobody who has it waits for anything. Events come in the order in which
// they were decided.
type watch struct {
	*Watcher

	out   chan<- Event
	over  <-chan struct{} // closed when Watch is to end
	turn  chan struct{}   // full while somebody has it
	state Service         // as told; empty before that
	due   []Event         // decided, and to be sent next

	carrying bool // the courier is under way, and will send them
	courier  sync.WaitGroup

	// For one life of the card service.
	session pcsc.Session
	slots   pcsc.Slots
	seats   map[string]*seat
	workers sync.WaitGroup
}

// begin waits for the turn, unless ctx ends.
func (w *watch) begin(ctx context.Context) bool {
	select {
	case w.turn <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// end sends what was decided and gives the turn away. When the receiver is not
// ready, the courier waits for it in our stead.
func (w *watch) end() {
	for !w.carrying && len(w.due) > 0 {
		select {
		case w.out <- w.due[0]:
			w.due = w.due[1:]
		default:
			w.carrying = true
			w.courier.Go(w.carry)
		}
	}
	<-w.turn
}

// carry sends all events that are due. It looks at the end first: what is torn
// down then must not be told as if it had happened.
func (w *watch) carry() {
	for {
		w.turn <- struct{}{}
		events := w.due
		w.due = nil
		w.carrying = len(events) > 0
		<-w.turn
		if len(events) == 0 {
			return
		}
		for _, e := range events {
			select {
			case <-w.over:
				return
			default:
			}
			select {
			case w.out <- e:
			case <-w.over:
				return
			}
		}
	}
}

// live watches through one life of the card service, and reports whether it
// was alive at all. When it returns, nothing that it started runs any more.
func (w *watch) live(ctx context.Context) (lived bool, err error) {
	session, err := w.service.Open(ctx)
	if err != nil {
		return false, err
	}
	defer session.Close()
	ctx, cancel := context.WithCancel(ctx)
	w.session, w.slots, w.seats = session, pcsc.Slots{}, map[string]*seat{}
	defer w.workers.Wait()
	defer cancel()
	for known := pcsc.Slots(nil); ; known = w.slots {
		slots, woke, err := session.Wait(ctx, known)
		if err != nil {
			return known != nil, err
		}
		if !w.begin(ctx) {
			return true, ctx.Err()
		}
		if known == nil {
			w.serve(OK, woke)
		}
		if w.see(ctx, slots, woke) {
			// Telling that there is a card, and looking for the next, takes the
			// processor from the worker and from those that tell what the card is.
			<-w.turn
			_ = sleep(ctx, headStart)
			if !w.begin(ctx) {
				return true, ctx.Err()
			}
		}
		w.end()
	}
}

// see takes in what changed since the last look, and reports whether a card came.
func (w *watch) see(ctx context.Context, slots pcsc.Slots, woke time.Time) (came bool) {
	changes := diff(w.slots, slots)
	w.slots = slots
	for _, c := range changes {
		s := w.seats[c.reader]
		if s == nil && c.move != appeared || s != nil && s.awoke(c.slot) {
			continue
		}
		switch c.move {
		case appeared:
			w.add(ctx, c.reader, c.slot, woke)
		case lifted:
			w.lift(s, woke)
			w.doubt(ctx, s, c.slot)
		case placed:
			w.place(ctx, s, c.slot, woke)
			came = true
		case vanished:
			w.remove(s, woke)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.seats)) {
		s := w.seats[name]
		s.slot = slots[name]
		s.deaf = s.deaf && s.slot.Mute
		w.show(s, woke)
	}
	return came
}

// add takes a reader in, unless it is one that is no business of ours.
func (w *watch) add(ctx context.Context, name string, slot pcsc.Slot, woke time.Time) {
	if aside.MatchString(name) {
		return
	}
	s := newSeat(name, slot, w.service)
	w.seats[name] = s
	w.workers.Go(func() { s.sessions.prepare(ctx) })
	w.tell(s, Event{Kind: ReaderAdded, Woke: woke})
}

// remove lets a reader go. Its card was lifted before.
func (w *watch) remove(s *seat, woke time.Time) {
	s.sessions.close()
	delete(w.seats, s.name)
	w.tell(s, Event{Kind: ReaderRemoved, Woke: woke})
}

// place gives a card its worker, unless nobody put it there.
func (w *watch) place(ctx context.Context, s *seat, slot pcsc.Slot, woke time.Time) {
	if s.deaf && slot.Mute {
		return
	}
	t := &task{slot: slot, woke: woke, lent: make(chan *connection, 1), monitor: w.session, connection: &connection{sessions: s.sessions, reader: s.name}}
	for _, other := range w.seats {
		t.combined = t.combined || other != s && other.body == s.body
	}
	t.ctx, s.cancel = context.WithCancel(ctx)
	s.task, s.placed, s.contact = t, woke, !t.air()
	w.workers.Go(func() {
		w.attend(t)
		t.sessions.prepare(ctx) // for the next
	})
	runtime.Gosched() // it goes first
}

// lift ends what was begun with a card.
func (w *watch) lift(s *seat, woke time.Time) {
	if s.task != nil {
		s.cancel()
		s.task = nil
	}
	s.fixed = false
	w.withdraw(s, woke)
}

// withdraw takes back a card that was shown.
func (w *watch) withdraw(s *seat, woke time.Time) {
	if s.card == nil {
		return
	}
	s.last, s.liftedAt, s.card = *s.card, woke, nil
	if s.told {
		s.told = false
		w.leave(s.last.PresentationID)
		w.tell(s, Event{Kind: CardRemoved, Woke: woke, Card: s.last})
	}
}

// find takes in what a worker found, if its card still lies there.
func (w *watch) find(t *task, c Card) {
	if !w.begin(t.ctx) {
		return
	}
	defer w.end()
	s := w.seats[t.reader]
	if s == nil || s.task != t {
		return
	}
	woke := t.woke
	if c.Problem == ReaderBusy {
		slog.WarnContext(t.ctx, "Card kept by another program", "reader", s.name)
		woke = w.now()
	} else {
		w.serve(OK, woke)
	}
	w.withdraw(s, woke) // a reader that was busy is no longer
	if !w.hidden(s, c) {
		w.present(s, c, woke)
	}
	w.show(s, woke)
}

// hidden reports whether a card is nobody's business: it was built in, or it is
// the other face of the card that went into another slot of the same reader.
func (w *watch) hidden(s *seat, c Card) bool {
	if s.fixed && c.Problem == CardForeign {
		return true
	}
	if !s.task.faceless(c) {
		return false
	}
	for _, other := range w.seats {
		if other != s && other.contact && other.body == s.body && s.placed.Sub(other.placed).Abs() <= together {
			return true
		}
	}
	return false
}

// denied takes in that this account may not speak with the card.
func (w *watch) denied(t *task) {
	if !w.begin(t.ctx) {
		return
	}
	defer w.end()
	if s := w.seats[t.reader]; s != nil && s.task == t {
		w.serve(Denied, w.now())
	}
}

// present tells of a card, unless it is the one that was lifted a moment ago:
// that is only shown to lie there again.
func (w *watch) present(s *seat, c Card, woke time.Time) {
	s.card = &c
	if s.back(c, woke) {
		c.PresentationID = s.last.PresentationID
		return
	}
	c.PresentationID = w.ids()
	s.told = true
	w.enter(c.PresentationID, newStay(s.task, c))
	w.tell(s, Event{Kind: CardPresented, Woke: woke, Card: c})
}

// show tells how a reader looks, if that is not how it was told last.
func (w *watch) show(s *seat, woke time.Time) {
	if s.reader() != s.said {
		w.tell(s, Event{Kind: ReaderChanged, Woke: woke})
	}
}

// tell has an event about a reader sent. Events about cards do not tell the
// reader's state to everyone, so a change of that still counts as untold.
func (w *watch) tell(s *seat, e Event) {
	e.Reader = s.reader()
	if e.Kind == CardPresented || e.Kind == CardRemoved {
		s.said.Card = e.Reader.Card
	} else {
		s.said = e.Reader
	}
	w.due = append(w.due, e)
}

// serve tells the state of the card service, if that is not what was told last.
func (w *watch) serve(state Service, at time.Time) {
	if w.state != state {
		w.state = state
		w.due = append(w.due, Event{Kind: ServiceChanged, Woke: at, Service: state})
	}
}

// lose tells that the card service is away, and with it all that it had.
func (w *watch) lose(ctx context.Context, err error) {
	w.turn <- struct{}{} // nobody keeps it
	defer w.end()
	at, state := w.now(), Down
	if errors.Is(err, pcsc.ErrDenied) {
		state = Denied
	}
	for _, name := range slices.Sorted(maps.Keys(w.seats)) {
		w.lift(w.seats[name], at)
		w.remove(w.seats[name], at)
	}
	if ctx.Err() != nil { // all is wiped, and none of it told
		w.due = nil
		return
	}
	if w.state != state {
		slog.WarnContext(ctx, "Card service lost", "state", state, "err", err)
	}
	w.serve(state, at)
}
