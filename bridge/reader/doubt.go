package reader

import (
	"context"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// looks is how often the service is asked for what it does not tell.
const looks = 6

// doubt looks again at a reader whose card is said to be gone though nothing
// moved. That is what pcsc-lite says when a command fails because the card was
// pulled. When the card is back before it looks at the reader itself, it goes on
// saying so for as long as the card lies there, unless it is made to power it;
// and that a card is there then, it tells only whoever asks.
func (w *watch) doubt(ctx context.Context, s *seat, after pcsc.Slot) {
	count, session := after.Count, w.session
	if after.Present || count == 0 || count != s.slot.Count { // 0: this system does not count
		return
	}
	still := func() bool {
		if sleep(ctx, notice) != nil || !w.begin(ctx) {
			return false
		}
		defer w.end()
		slot := w.slots[s.name]
		return w.seats[s.name] == s && !slot.Present && slot.Count == count
	}
	w.workers.Go(func() {
		if !still() {
			return
		}
		c := connection{sessions: s.sessions, reader: s.name}
		_ = c.unpower(ctx) // if there is no card, nothing comes of it
		c.close()
		for range looks {
			if !still() {
				return
			}
			session.Look(ctx)
		}
	})
}
