//go:build cgo && !windows

package pcsc

import (
	"time"

	"github.com/ebfe/scard"
)

// statusChange waits until a reader's state differs from what it was told.
func statusChange(c *scard.Context, states []scard.ReaderState, atMost time.Duration) error {
	return c.GetStatusChange(states, atMost)
}
