package reader

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/eid"
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

// lending is how long we stay connected to an identity card: a page asks for it
// at once or not at all, and other programs want it too.
const lending = 2 * time.Second

// task is a card whose kind is to be found out. Its context ends when the card
// is lifted.
type task struct {
	*connection

	lent     chan *connection // holds that of an identity card, for the first read
	monitor  pcsc.Session     // the one that waits for cards, to have it look
	ctx      context.Context
	slot     pcsc.Slot
	woke     time.Time
	combined bool // the reader has other slots
}

// air reports whether the reader reached the card through the air.
func (t *task) air() bool { return chip.FamilyOf(t.slot.ATR).Contactless() }

// faceless reports whether a card could be the contactless chip of one that
// went into a slot at the same time.
func (t *task) faceless(c Card) bool { return t.air() && c.UID == "" && c.Problem != ReaderBusy }

// attend is the worker of one card.
func (w *watch) attend(t *task) {
	card, ok := w.recognise(t)
	if ok && card.Kind == EID {
		t.lent <- t.connection
		w.find(t, card)
		_ = sleep(t.ctx, lending)
		if c := t.borrow(); c != nil {
			c.close()
		}
		return
	}
	defer t.close()
	if !ok || t.combined && t.faceless(card) && sleep(t.ctx, together) != nil {
		return
	}
	w.find(t, card)
	if w.Beep && card.Kind == Pass {
		t.beep(t.ctx)
	}
}

// borrow returns the connection that is lent, or nil.
func (t *task) borrow() *connection {
	select {
	case c := <-t.lent:
		return c
	default:
		return nil
	}
}

// recognise tries until it knows the card, or until the card is lifted: then it
// is not ok. When that takes too long it says that the reader is busy.
func (w *watch) recognise(t *task) (card Card, ok bool) {
	said := make(chan struct{})
	alarm := time.AfterFunc(tooLong, func() {
		defer close(said)
		w.find(t, Card{Kind: Other, Problem: ReaderBusy})
	})
	stop := sync.OnceValue(alarm.Stop)
	defer func() {
		if !stop() {
			<-said
		}
	}()
	for asked, hindered := 0, 0; ; {
		card, err := t.try()
		var pause time.Duration
		switch {
		case t.ctx.Err() != nil:
			return Card{}, false
		case err == nil:
			return card, true
		case aboutCard(err) && asked == len(ladder):
			if errors.Is(err, chip.ErrTryAgain) {
				return Card{Kind: Other, Problem: CardUnknown}, true
			}
			return Card{Kind: Other, Problem: CardMute}, true
		case aboutCard(err):
			if pause = ladder[asked]; asked == len(ladder)-1 {
				_ = t.unpower(t.ctx)
			}
			asked++
		default:
			// Twice, since a service that dies may say so once.
			if errors.Is(err, pcsc.ErrDenied) && hindered == 1 && stop() {
				w.denied(t)
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
	for _, class := range []error{pcsc.ErrMute, pcsc.ErrRemoved, pcsc.ErrReset, pcsc.ErrGarbled, chip.ErrTryAgain, eid.ErrGarbled} {
		if errors.Is(err, class) {
			return true
		}
	}
	return false
}

// try connects to the card and finds out what it is. It stays connected if it could.
func (t *task) try() (card Card, err error) {
	defer func() {
		if err != nil {
			t.spoilt(err)
		}
	}()
	if err := t.connect(t.ctx); err != nil {
		return Card{}, err
	}
	if len(t.slot.ATR) == 0 {
		if t.slot.ATR, err = t.card.ATR(t.ctx); err != nil {
			return Card{}, err
		}
	}
	if t.air() {
		if card, err = contactless(t.ctx, t.card, t.slot.ATR); err != nil || card.Problem != CardUnknown {
			return card, err
		}
		// No number: an answer to reset may also look like one from the air.
		if err = eid.Recognise(t.ctx, &line{connection: t.connection}, t.slot.ATR); errors.Is(err, eid.ErrNotEID) {
			return card, nil
		}
		return inSlot(err)
	}
	return inSlot(eid.Recognise(t.ctx, &line{connection: t.connection}, t.slot.ATR))
}

// inSlot says what a card with contacts is.
func inSlot(err error) (Card, error) {
	switch {
	case err == nil, errors.Is(err, eid.ErrAbsent), errors.Is(err, eid.ErrRefused): // reading it will tell
		return Card{Kind: EID}, nil
	case errors.Is(err, eid.ErrNotActivated):
		return Card{Kind: EID, Problem: CardNotActivated}, nil
	case errors.Is(err, eid.ErrMOBIB):
		return Card{Kind: Other, Problem: MOBIB}, nil
	case errors.Is(err, eid.ErrNotEID):
		return Card{Kind: Other, Problem: CardForeign}, nil
	default:
		return Card{}, err
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
