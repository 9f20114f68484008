//go:build !windows && !cgo

package pcsc

import (
	"context"
	"fmt"
	"time"
)

// System returns a card service that only says why it cannot read: PC/SC on
// this system is a C library, and this program was built without cgo.
func System(func() time.Time) Service { return none{} }

type none struct{}

func (none) Open(context.Context) (Session, error) {
	return nil, fmt.Errorf("%w: it was built with CGO_ENABLED=0; build it again with CGO_ENABLED=1 and libpcsclite-dev installed", ErrUnsupported)
}
