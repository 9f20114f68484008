// Package reader turns what happens on the card readers of one computer
// into events.
//
// It knows nothing of browsers or the operating system: package pcsc brings
// the slots in, package gateway takes the events out.
//
// # Goroutines
//
// [Watcher.Watch] runs in one goroutine that its caller starts and that ends when its
// context does. It alone decides, keeps the state and sends events. For as long
// as the card service lives, it starts and waits for
//
//   - one monitor, which blocks in the card service and brings the slots;
//   - one worker per reader, which asks the card for its number. It has a
//     session of its own, so that a card that hangs holds up neither the monitor
//     nor another reader. Lifting the card or unplugging the reader cancels what
//     it does.
//
// # What can go wrong
//
//   - The card service stops, or Windows wakes from sleep: Watch tells every
//     card as lifted and every reader as removed, opens a new session after a
//     pause that grows from 0.2 to 5 seconds, and tells everything afresh.
//   - There is no reader at all: the monitor waits for one.
//   - The receiver is slow: Watch waits for it. An event is never dropped,
//     since a dropped removal would leave a card «present» for ever.
//   - A card is swapped for its twin between two looks: the answer to reset is
//     the same, so only Slot.Count shows it.
//   - A card comes slowly into the field: it is asked up to five times within
//     half a second, the first time at once.
//   - A card trembles at the edge of the field: whoever was lifted less than a
//     second ago is shown on the reader again, but not presented again.
//   - Another program keeps the card: after two seconds Watch says so, and goes
//     on trying until the card is lifted.
//   - Something in a slot never answers, such as a security module: what was
//     mute when its reader appeared is shown as mute, not presented.
package reader
