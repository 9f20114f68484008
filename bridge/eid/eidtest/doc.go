// Package eidtest gives tests Belgian identity cards of every generation: it
// makes up people, mints their cards with keys of its own and plays the cards,
// with faults as real readers have them.
//
// A [Card] is what the chip holds. An [Emulator] answers commands as the chip
// would; with its ATR and Answer it fits into an emulated card of package
// pcsctest. A [Line] is the way to an emulator without any card service.
//
// Nothing minted here is worth anything: the root certificates are made anew in
// each process and are in no profile but that of [Profile].
//
// # Goroutines
//
// None. An Emulator and its Line belong to one goroutine at a time.
package eidtest
