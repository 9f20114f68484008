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
// the hub, owns the picture of the readers and the list of sockets; a socket
// has one that reads and one that writes, and the write end of its connection
// belongs to the latter alone. The hub never waits for a socket: what a slow
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
// The log tells connections and refusals, never a card.
package gateway
