// Package simulate gives a bridge card readers without hardware, for practice
// and for tests.
//
// Its readers stand below package pcsc's interface: everything above it, from
// the watching of slots to the reading of a chip number, runs as with real
// ones. Pages move the cards with the simulate.* requests, which no other
// command of the bridge answers.
//
// The sample passes are those of the official public test data set, with the
// numbers that integrators know, and a few cards that go wrong in instructive
// ways. The identity cards are those of package training; they go into a reader
// of their own, answer as chips do, and take the time that real ones take.
//
// # Goroutines
//
// [Readers] is safe for concurrent use and starts none; a card that is held for
// a while is lifted by a timer. A session belongs to one goroutine, as all do.
package simulate
