package reader

import (
	"context"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// doubt looks again at a reader whose card is said to be gone though nothing
// moved. That is what pcsc-lite says when a command fails because the card was
// pulled. When the card is back before it looks at the reader itself, it goes on
// saying so for as long as the card lies there, unless it is made to power it.
func (w *watch) doubt(ctx context.Context, s *seat, after pcsc.Slot) {
	count := after.Count
	if after.Present || count == 0 || count != s.slot.Count { // 0: this system does not count
		return
	}
	w.workers.Go(func() {
		if sleep(ctx, notice) != nil || !w.begin(ctx) {
			return
		}
		slot := w.slots[s.name]
		still := w.seats[s.name] == s && !slot.Present && slot.Count == count
		w.end()
		if still {
			c := connection{sessions: s.sessions, reader: s.name}
			_ = c.unpower(ctx) // if there is no card, nothing comes of it
			c.close()
		}
	})
}
