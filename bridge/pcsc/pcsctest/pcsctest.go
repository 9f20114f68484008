// Package pcsctest gives tests card readers without hardware.
//
// [Start] hands a test the private card service of its process: a real,
// unprivileged pcscd with two virtual readers, into which the test puts
// emulated cards. [Fake] is a scripted card service for what the real one
// cannot do on command, and for systems that have no pcscd. Both are a [Rig],
// so that the same scenario can be played on either.
//
// # Goroutines
//
// Each inserted card answers in a goroutine that ends when it is lifted; each
// is lifted at the end of its test.
package pcsctest

import (
	"testing"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// Rig is a card service with two readers that a test plays with.
type Rig interface {
	// Service returns the card service, for the code under test.
	Service() pcsc.Service

	// Reader returns the name of the reader in a slot, 0 or 1.
	Reader(slot int) string

	// Insert puts a card into a slot, which must be empty.
	Insert(tb testing.TB, slot int, c Card)

	// Remove lifts the card from a slot, if there is one.
	Remove(tb testing.TB, slot int)

	// Kill ends the service without a word.
	Kill(tb testing.TB)

	// Restart brings it back, with or without its readers. Cards that lay
	// there are lifted.
	Restart(tb testing.TB, readers bool)
}
