package reader

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/pcsc"
)

// ladder holds the pauses between attempts to reach a card that does not
// answer yet. The last is longer than the 0.4 seconds in which the card service
// notices at the latest that the card is gone.
var ladder = []time.Duration{50 * time.Millisecond, 50 * time.Millisecond, 50 * time.Millisecond, 350 * time.Millisecond}

// Pauses between attempts while something else than the card is in the way:
// short ones for the first two seconds, in which Windows itself reads the card.
const (
	soon   = 100 * time.Millisecond
	often  = 20
	seldom = time.Second
)

// task is a card to be read. Its context ends when the card is lifted.
type task struct {
	ctx  context.Context
	slot pcsc.Slot
	woke time.Time
}

// finding is what a worker has to say about a task: the card, which has no
// presentation yet, or that this account may not speak with it.
type finding struct {
	task   *task
	card   Card
	denied bool
}

// worker reads the cards in one reader.
type worker struct {
	service  pcsc.Service
	findings chan<- finding
	session  pcsc.Session // nil until opened
	card     pcsc.Card    // nil unless connected
}

// run reads the cards of tasks, one after the other, until ctx ends.
func (w *worker) run(ctx context.Context, tasks <-chan *task) {
	defer w.drop()
	for {
		// Ready before the card comes. If that fails, it is tried again then.
		_ = w.open(ctx)
		select {
		case <-ctx.Done():
			return
		case t := <-tasks:
			if card, ok := w.read(t); ok {
				w.tell(finding{task: t, card: card})
			}
			w.letGo() // after telling: it takes as long as asking
		}
	}
}

func (w *worker) tell(f finding) {
	select {
	case w.findings <- f:
	case <-f.task.ctx.Done():
	}
}

// read tries until it knows the card, or until the card is lifted: then it is
// not ok. When that takes too long it says that the reader is busy.
func (w *worker) read(t *task) (card Card, ok bool) {
	said := make(chan struct{})
	alarm := time.AfterFunc(tooLong, func() {
		defer close(said)
		w.tell(finding{task: t, card: Card{Kind: Other, Problem: ReaderBusy}})
	})
	stop := sync.OnceValue(alarm.Stop)
	defer func() {
		if !stop() {
			<-said
		}
	}()
	for asked, hindered := 0, 0; ; {
		card, err := w.try(t.ctx, t.slot)
		var pause time.Duration
		switch {
		case t.ctx.Err() != nil:
			return Card{}, false
		case err == nil:
			return card, true
		case errors.Is(err, chip.ErrNoNumber):
			return Card{Kind: Other, Problem: CardUnknown}, true
		case aboutCard(err) && asked == len(ladder):
			if errors.Is(err, chip.ErrTryAgain) {
				return Card{Kind: Other, Problem: CardUnknown}, true
			}
			return Card{Kind: Other, Problem: CardMute}, true
		case aboutCard(err):
			pause = ladder[asked]
			asked++
		default:
			// Twice, since a service that dies may say so once.
			if errors.Is(err, pcsc.ErrDenied) && hindered == 1 && stop() {
				w.tell(finding{task: t, denied: true})
			}
			if pause = soon; hindered >= often {
				pause = seldom
			}
			hindered++
		}
		if sleep(t.ctx, pause) != nil {
			return Card{}, false
		}
	}
}

// aboutCard reports whether it is the card that fails, and not what is between
// us and it.
func aboutCard(err error) bool {
	for _, class := range []error{pcsc.ErrMute, pcsc.ErrRemoved, pcsc.ErrReset, pcsc.ErrGarbled, chip.ErrTryAgain} {
		if errors.Is(err, class) {
			return true
		}
	}
	return false
}

// try connects to the card and reads it. It stays connected if it could.
func (w *worker) try(ctx context.Context, slot pcsc.Slot) (card Card, err error) {
	if chip.FamilyOf(slot.ATR) == chip.Contact {
		return Card{Kind: Other}, nil // an identity card is read on request
	}
	defer func() {
		if err != nil {
			w.spoilt(err)
		}
	}()
	if err := w.open(ctx); err != nil {
		return Card{}, err
	}
	if w.card, err = w.session.Connect(ctx, slot.Reader); err != nil {
		return Card{}, err
	}
	atr := slot.ATR
	if len(atr) == 0 {
		if atr, err = w.card.ATR(ctx); err != nil {
			return Card{}, err
		}
	}
	family := chip.FamilyOf(atr)
	if !family.Contactless() {
		return Card{Kind: Other}, nil
	}
	uid, err := number(ctx, w.card)
	switch {
	case err != nil:
		return Card{}, err
	case !uid.Random(family):
		return Card{Kind: Pass, UID: uid}, nil
	case family == chip.ISO14443 && travels(ctx, w.card):
		return Card{Kind: Other, Problem: EIDContactless}, nil
	default:
		return Card{Kind: Other, Problem: RandomUID}, nil
	}
}

// number asks the card for its number.
func number(ctx context.Context, c pcsc.Card) (chip.UID, error) {
	command := chip.GetUID()
	for range 2 {
		answer, err := c.Transmit(ctx, command)
		if err != nil {
			return "", err
		}
		uid, again, err := chip.ReadUID(answer)
		if again == nil {
			return uid, err
		}
		command = again
	}
	return "", chip.ErrNoNumber
}

// travels reports whether the chip is that of a passport or of an identity
// card, which reads only in the slot.
func travels(ctx context.Context, c pcsc.Card) bool {
	answer, err := c.Transmit(ctx, chip.SelectTravel())
	return err == nil && chip.Succeeded(answer)
}

func (w *worker) open(ctx context.Context) (err error) {
	if w.session == nil {
		w.session, err = w.service.Open(ctx)
	}
	return err
}

// spoilt lets go of the card, and of the session too unless err leaves it sound.
func (w *worker) spoilt(err error) {
	w.letGo()
	if !aboutCard(err) && !errors.Is(err, pcsc.ErrBusy) && !errors.Is(err, chip.ErrNoNumber) {
		w.drop()
	}
}

func (w *worker) letGo() {
	if w.card != nil {
		_ = w.card.Close()
		w.card = nil
	}
}

func (w *worker) drop() {
	w.letGo()
	if w.session != nil {
		_ = w.session.Close()
		w.session = nil
	}
}

// sleep waits for d or for the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
