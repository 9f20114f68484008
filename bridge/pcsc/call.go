//go:build windows || cgo

package pcsc

import (
	"context"
	"errors"
	"fmt"

	"github.com/ebfe/scard"
)

// caller makes calls into the card service, one at a time, in a goroutine of
// its own: nothing can stop a call, but one can walk away from it.
type caller struct {
	calls chan func() error // the call to make, and what follows it once it is left behind
	done  chan error
}

func newCaller() *caller {
	c := &caller{calls: make(chan func() error, 2), done: make(chan error, 1)}
	go func() {
		for f := range c.calls {
			c.done <- f()
		}
	}()
	return c
}

// call makes one call and names its error. When ctx ends before the call does,
// the call is left behind, which call says with its first result: then late
// runs when it is back, and the caller is of no further use.
func (c *caller) call(ctx context.Context, tried string, f func() error, late func()) (left bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("%s: %w", tried, err)
	}
	c.calls <- func() error { return guard(tried, f) }
	select {
	case err := <-c.done:
		return false, err
	case <-ctx.Done():
		c.calls <- func() error {
			<-c.done // nobody else waits for it now
			return guard(tried, func() error { late(); return nil })
		}
		c.end()
		return true, fmt.Errorf("%s: %w", tried, ctx.Err())
	}
}

// end lets the goroutine go, once it has made its calls.
func (c *caller) end() { close(c.calls) }

// guard keeps a panic of the library to itself and names an error.
func guard(tried string, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %w: %v", tried, ErrFailed, r)
		}
	}()
	err = f()
	if code, ok := errors.AsType[scard.Error](err); ok {
		return Fail(tried, uint32(code))
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %w", tried, ErrFailed, err)
	}
	return nil
}
