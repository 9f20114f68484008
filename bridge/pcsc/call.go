//go:build windows || cgo

package pcsc

import (
	"context"
	"errors"
	"fmt"

	"github.com/ebfe/scard"
)

// call makes one call into the card service and names its error. When ctx ends
// before the call does, nothing can stop the call: it is left behind, which
// call says with its first result, and late runs when it is back.
func call(ctx context.Context, tried string, f func() error, late func()) (left bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("%s: %w", tried, err)
	}
	done, leave := make(chan error), make(chan struct{})
	go func() {
		err := guard(tried, f)
		select {
		case done <- err:
		case <-leave:
			_ = guard(tried, func() error { late(); return nil })
		}
	}()
	select {
	case err := <-done:
		return false, err
	case <-ctx.Done():
		close(leave)
		return true, fmt.Errorf("%s: %w", tried, ctx.Err())
	}
}

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
