// Package reader turns what happens on the card readers of one computer
// into events, and reads the identity cards in them.
//
// It knows nothing of browsers or the operating system: package pcsc brings
// the slots in, package gateway takes the events out.
//
// # What a card is
//
// Nobody is asked what reader it is, and no card is judged by its answer to
// reset alone. That only says whether the card was reached through contacts or
// through the air. Through contacts, an eID is what lets its identity be
// selected; through the air, a pass is what gives a number of its own. Other
// cards are presented with the reason why they are of no use as they lie there.
//
// # Identity cards
//
// A card is read when somebody asks for it with [Watcher.Read], never before.
// What was read stays in memory while the card lies there, for the next who
// asks, and is overwritten when it is lifted. None of it is in an event, an
// error or the log.
//
// # Goroutines
//
// [Watcher.Watch] runs in one goroutine that its caller starts and that ends
// when its context does. It is the monitor: it blocks in the card service. It
// starts, and waits for,
//
//   - one worker per card, from the moment it lies there until it is known. It
//     has a session of its own, so that a card that hangs holds up neither the
//     monitor nor another reader. Lifting the card or unplugging the reader
//     cancels what it does. That of an identity card stays two seconds more,
//     with its connection ready for the first to read it;
//   - one courier while the receiver of the events is not ready;
//   - at the start and after each card, whoever has a session opened for the
//     next card.
//
// The monitor and the workers take turns to decide what happened. A card has the
// processor for itself at first: the monitor looks for the next one, and tells
// that there is a card at all, two milliseconds later or when the worker tells.
//
// Read runs in its caller's goroutine.
//
// # What can go wrong
//
//   - The card service stops, or Windows wakes from sleep: Watch tells every
//     card as lifted and every reader as removed, opens a new session after a
//     pause that grows from 0.2 to 5 seconds, and tells everything afresh.
//   - There is no reader at all: the monitor waits for one.
//   - The receiver is slow: the courier waits for it. An event is never dropped,
//     since a dropped removal would leave a card «present» for ever.
//   - A card is swapped for its twin between two looks: the answer to reset is
//     the same, so only Slot.Count shows it.
//   - A card comes slowly into the field: it is asked up to five times within
//     half a second, the first time at once. Before the last time it is switched
//     off, which wakes up a card that is stuck.
//   - A card trembles at the edge of the field: whoever was lifted less than a
//     second ago is shown on the reader again, but not presented again.
//   - A reader with several slots sees both faces of one card: for a second the
//     one in the slot hides what the antenna says, unless that is a number.
//   - Another program keeps the card: after two seconds Watch says so, and goes
//     on trying until the card is lifted. A read gives up after ten.
//   - Another program resets the card in the middle of a read, or a command
//     does not get across: package eid mends it.
//   - The card is pulled in the middle of a read: the read ends when the card
//     says so or when the monitor does, whichever is first.
//   - Something in a slot never answers, such as a security module: what was
//     mute, or foreign, when its reader appeared is shown, not presented.
package reader
