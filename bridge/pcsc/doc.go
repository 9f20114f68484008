// Package pcsc speaks with the card service of this computer: pcscd on Linux,
// SCardSvr on Windows, its namesake on macOS. It alone knows the library that
// does so, and keeps that library's traps to itself:
//
//   - Two blocking waits at once corrupt the library's memory, so there is
//     one per process and the others queue.
//   - A wait needs at least one reader: the pseudo reader that announces
//     readers is always in the list. macOS knows none; there we list the
//     readers anew each second.
//   - Some mistakes panic: every call recovers and returns ErrFailed.
//   - A cancel sent before the wait blocks is lost and one sent after it hits
//     the next wait: we cancel until the wait is back, and a wait that was
//     cancelled for no reason goes on.
//   - A context says it is valid after the service died: nobody asks it.
//   - On Windows the garbage collector may take the reader names away under
//     a wait: that one call is made here, with pinned names.
//
// # Goroutines
//
// A call into the card service can hang for as long as another program keeps
// the card. So a session makes its calls in a goroutine of its own, and when
// the caller's context ends first the call is left behind. It tidies up after
// itself when it returns; the session it belonged to answers ErrDead from then
// on. Nothing else outlives Close.
//
// What is said in a transaction runs in that goroutine too, since handing over
// each command would take longer than some of them. When one is left behind,
// the rest of the conversation never runs.
//
// # Idle
//
// Wait blocks in the card service for at most five seconds at a time (one on
// macOS) and lists the readers in between, which makes good an announcement
// that pcsc-lite before 2.3 can lose. That is its only wake-up of its own.
package pcsc
