package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// flushEvery is how long a line of the log may wait; warnings do not wait.
const flushEvery = 200 * time.Millisecond

// newLog writes JSON lines to w, many at a time. flush writes what waits and
// stops the log's clock; it is called once, at the end.
func newLog(w io.Writer, level string) (log *slog.Logger, flush func()) {
	var least slog.Level
	_ = least.UnmarshalText([]byte(level)) // checked when it was read
	out := &buffered{w: bufio.NewWriterSize(w, 64<<10)}
	done := make(chan struct{})
	var clock sync.WaitGroup
	clock.Go(func() {
		tick := time.NewTicker(flushEvery)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				out.flush()
			}
		}
	})
	handler := hurried{slog.NewJSONHandler(out, &slog.HandlerOptions{Level: least}), out}
	return slog.New(handler), func() {
		close(done)
		clock.Wait()
		out.flush()
	}
}

type buffered struct {
	mu sync.Mutex
	w  *bufio.Writer
}

func (b *buffered) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.w.Write(line)
}

func (b *buffered) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.w.Flush()
}

// hurried does not let warnings wait.
type hurried struct {
	slog.Handler
	out *buffered
}

func (h hurried) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		h.out.flush()
	}
	return err
}

func (h hurried) WithAttrs(attrs []slog.Attr) slog.Handler {
	return hurried{h.Handler.WithAttrs(attrs), h.out}
}

func (h hurried) WithGroup(name string) slog.Handler {
	return hurried{h.Handler.WithGroup(name), h.out}
}
