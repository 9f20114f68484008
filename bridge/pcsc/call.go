//go:build windows || cgo

package pcsc

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/ebfe/scard"
)

// caller makes calls into the card service, one at a time, in a goroutine of
// its own: nothing can stop a call, but one can walk away from it. Between the
// calls of a conversation nothing changes hands, which would cost more than they do.
type caller struct {
	work chan func()
	done chan struct{}
	gone chan struct{} // closed when a call was left behind

	mu   sync.Mutex
	call int   // the calls so far
	busy bool  // one is being made
	why  error // set when it was left behind
}

func newCaller() *caller {
	c := &caller{work: make(chan func(), 1), done: make(chan struct{}, 1), gone: make(chan struct{})}
	go func() {
		defer c.over()
		c.serve()
	}()
	return c
}

// serve runs what it is given until there is no more.
func (c *caller) serve() {
	for f := range c.work {
		f()
		c.done <- struct{}{}
	}
}

// run has the goroutine run f, which makes its calls with make, and waits for
// it. When the context of a call ends before the call does, run says that it
// was left behind, and why: then the caller is of no further use, and f ends
// there.
func (c *caller) run(f func()) (left bool, why error) {
	c.work <- f
	select {
	case <-c.done:
		return false, nil
	case <-c.gone:
		select {
		case <-c.done: // f ended the session
			return false, nil
		default:
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		return true, c.why
	}
}

// one runs a single call.
func (c *caller) one(ctx context.Context, tried string, f func() error, late func()) (left bool, err error) {
	var result error
	if left, why := c.run(func() { result = c.make(ctx, tried, f, late) }); left {
		return true, why
	}
	return false, result
}

// make makes one call within run and names its error. When the call was left
// behind, late runs once it is back, and make does not return.
func (c *caller) make(ctx context.Context, tried string, f func() error, late func()) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", tried, err)
	}
	c.mu.Lock()
	c.call++
	c.busy = true
	call := c.call
	c.mu.Unlock()
	stop := context.AfterFunc(ctx, func() { c.leave(call, fmt.Errorf("%s: %w", tried, ctx.Err())) })
	err := guard(tried, f)
	stop()
	c.mu.Lock()
	c.busy = false
	left := c.why != nil
	c.mu.Unlock()
	if left {
		_ = guard(tried, func() error { late(); return nil })
		runtime.Goexit()
	}
	return err
}

// leave walks away from a call, unless it is back.
func (c *caller) leave(call int, why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy && c.call == call && c.why == nil {
		c.why = why
		close(c.gone)
	}
}

// over lets nobody wait for a goroutine that ended.
func (c *caller) over() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why == nil {
		c.why = ErrDead
		close(c.gone)
	}
}

// end lets the goroutine go, once it has done its work.
func (c *caller) end() { close(c.work) }

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
