// Package gateway is the WebSocket server of the bridge: it tells the pages of
// allowed web addresses what happens on the card readers of this computer.
//
// It listens on the loopback addresses only, and looks at every request before
// anything else: the Host must be one of its own names, so that a foreign name
// that resolves here (DNS rebinding) gets nothing; the Origin must be present
// once and equal an allowed one to the letter; a request that came through a
// proxy is refused. It never looks at a card and never decides about one.
//
// # Goroutines
//
// [Gateway.Run] owns them all and returns when they have ended. One of them,
// the hub, owns the picture of the readers, the list of sockets and which cards
// are read for them; a socket has one that reads, one that writes, and one for
// each card that is read for it; the write end of its connection belongs to the
// one that writes alone. The hub never waits for a socket: what a slow
// page has not fetched yet waits in a bounded queue, older states of a reader
// give way to newer ones, and then the socket is closed.
//
// # What can go wrong
//
//   - A page floods: its messages are answered with RATE_LIMITED, then its
//     socket closes with 4429.
//   - A page stops reading: its queue overflows, or a write takes longer than
//     five seconds, or two pings stay unanswered; its socket closes.
//   - The port is taken: Listen says so, and nothing starts.
//
// # People
//
// What stands on an identity card goes to the socket that asked, bounded by the
// policy of this computer, through the hub, so that nothing of it follows the
// removal of the card. Bytes are zeroed once written, and what waits to be
// written when the card is lifted or the page leaves is zeroed too. Go's strings
// cannot be: the parsed fields stay in memory until it is used again.
//
// The log tells connections, refusals and that a card was read, never what
// stands on one.
package gateway
