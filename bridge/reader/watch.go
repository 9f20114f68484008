package reader

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// Watch sends an event for every change until ctx ends, then closes out and
// returns. It outlives the card service. It is the only sender on out, and
// waits for whoever receives.
func (w *Watcher) Watch(ctx context.Context, out chan<- Event) {
	w.watch(ctx, out)
}

func (r *Watcher) watch(ctx context.Context, out chan<- Event) {
	defer close(out)
	w := &watch{service: r.service, now: r.now, out: out, ids: func() string { return uuid.Must(uuid.NewV7()).String() }}
	for pause := shortPause; ctx.Err() == nil; pause = longer(pause) {
		lived, err := w.live(ctx)
		if lived {
			pause = shortPause
		}
		if ctx.Err() != nil {
			return
		}
		w.lose(ctx, err)
		_ = sleep(ctx, pause)
	}
}

// watch is the state of one Watch.
type watch struct {
	service pcsc.Service
	now     func() time.Time
	out     chan<- Event
	ids     func() string
	state   Service // as told; empty before that
	due     []Event // decided, and to be sent next

	// For one life of the card service.
	slots    pcsc.Slots
	seats    map[string]*seat
	findings chan finding
	workers  sync.WaitGroup
}

// look is what the monitor saw. The monitor blocks in the card service again
// once it is taken in: until then the processor is better spent on the card.
type look struct {
	slots pcsc.Slots
	woke  time.Time
	taken chan<- struct{}
}

// live watches through one life of the card service, and reports whether it
// was alive at all. When it returns, nothing that it started runs any more.
func (w *watch) live(ctx context.Context) (lived bool, err error) {
	session, err := w.service.Open(ctx)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithCancel(ctx)
	looks, died := make(chan look), make(chan error, 1)
	w.slots, w.seats = pcsc.Slots{}, map[string]*seat{}
	w.findings = make(chan finding)
	w.workers.Go(func() {
		defer session.Close()
		died <- monitor(ctx, session, looks)
	})
	defer w.workers.Wait()
	defer cancel()
	for {
		select {
		case l := <-looks:
			if !lived {
				w.serve(OK, l.woke)
			}
			lived = true
			w.learnAll(ctx)
			w.see(ctx, l)
			l.taken <- struct{}{}
			w.flush(ctx)
		case f := <-w.findings:
			w.learn(ctx, f)
			w.flush(ctx)
		case err := <-died:
			return lived, err
		}
	}
}

// learnAll takes in what the workers found before the cards moved again: a card
// that was read while we waited for the receiver must not go unmentioned.
func (w *watch) learnAll(ctx context.Context) {
	for {
		select {
		case f := <-w.findings:
			w.learn(ctx, f)
		default:
			return
		}
	}
}

// monitor blocks in the card service and brings what it sees.
func monitor(ctx context.Context, session pcsc.Session, looks chan<- look) error {
	taken := make(chan struct{}, 1)
	for known := pcsc.Slots(nil); ; {
		slots, woke, err := session.Wait(ctx, known)
		if err != nil {
			return err
		}
		select {
		case looks <- look{slots, woke, taken}:
			<-taken
		case <-ctx.Done():
			return ctx.Err()
		}
		known = slots
	}
}

// see tells what changed since the last look.
func (w *watch) see(ctx context.Context, l look) {
	changes := diff(w.slots, l.slots)
	w.slots = l.slots
	for _, c := range changes {
		s := w.seats[c.reader]
		switch c.move {
		case appeared:
			w.add(ctx, c.reader, c.slot, l.woke)
		case lifted:
			w.lift(s, l.woke)
		case placed:
			w.place(ctx, s, c.slot, l.woke)
		case vanished:
			w.remove(s, l.woke)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.seats)) {
		s := w.seats[name]
		s.slot = l.slots[name]
		s.deaf = s.deaf && s.slot.Mute
		w.show(s, l.woke)
	}
}

// add takes a reader in and gives it its worker.
func (w *watch) add(ctx context.Context, name string, slot pcsc.Slot, woke time.Time) {
	s := &seat{name: name, slot: slot, deaf: slot.Mute, tasks: make(chan *task, 1)}
	w.seats[name] = s
	var working context.Context
	working, s.stop = context.WithCancel(ctx)
	worker := &worker{service: w.service, findings: w.findings}
	w.workers.Go(func() { worker.run(working, s.tasks) })
	w.tell(s, Event{Kind: ReaderAdded, Woke: woke})
}

// remove lets a reader go. Its card was lifted before.
func (w *watch) remove(s *seat, woke time.Time) {
	s.stop()
	delete(w.seats, s.name)
	w.tell(s, Event{Kind: ReaderRemoved, Woke: woke})
}

// place has a card read.
func (w *watch) place(ctx context.Context, s *seat, slot pcsc.Slot, woke time.Time) {
	if s.deaf && slot.Mute {
		return
	}
	s.task = &task{slot: slot, woke: woke}
	s.task.ctx, s.lift = context.WithCancel(ctx)
	s.give(s.task)
}

// lift ends what was begun with a card.
func (w *watch) lift(s *seat, woke time.Time) {
	if s.task != nil {
		s.lift()
		s.task = nil
	}
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
		w.tell(s, Event{Kind: CardRemoved, Woke: woke, Card: s.last})
	}
}

// learn takes in what a worker found, if its card still lies there.
func (w *watch) learn(ctx context.Context, f finding) {
	s := w.seats[f.task.slot.Reader]
	if s == nil || s.task != f.task {
		return
	}
	if f.denied {
		w.serve(Denied, w.now())
		return
	}
	woke := f.task.woke
	if f.card.Problem == ReaderBusy {
		slog.WarnContext(ctx, "Card kept by another program", "reader", s.name)
		woke = w.now()
	} else {
		w.serve(OK, woke)
	}
	w.withdraw(s, woke) // a reader that was busy is no longer
	w.present(s, f.card, woke)
	w.show(s, woke)
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
	w.tell(s, Event{Kind: CardPresented, Woke: woke, Card: c})
}

// show tells how a reader looks, if that is not how it was told last.
func (w *watch) show(s *seat, woke time.Time) {
	if s.reader() != s.said {
		w.tell(s, Event{Kind: ReaderChanged, Woke: woke})
	}
}

// tell sends an event about a reader. Events about cards do not tell the
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
	at, state := w.now(), Down
	if errors.Is(err, pcsc.ErrDenied) {
		state = Denied
	}
	for _, name := range slices.Sorted(maps.Keys(w.seats)) {
		w.lift(w.seats[name], at)
		w.remove(w.seats[name], at)
	}
	if w.state != state {
		slog.WarnContext(ctx, "Card service lost", "state", state, "err", err)
	}
	w.serve(state, at)
	w.flush(ctx)
}

// flush sends the events that are due, and waits for the receiver. It looks at
// ctx first: after the end, what is torn down here must not be told as if it had
// happened.
func (w *watch) flush(ctx context.Context) {
	for _, e := range w.due {
		if ctx.Err() != nil {
			break
		}
		select {
		case w.out <- e:
		case <-ctx.Done():
		}
	}
	w.due = w.due[:0]
}
