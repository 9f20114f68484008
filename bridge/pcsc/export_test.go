//go:build cgo && !windows

package pcsc

import "context"

// Drowsy gives a session a goroutine that makes no call before awake is closed,
// as on a computer that is busy or asleep.
func Drowsy(s Session, awake <-chan struct{}) {
	c := &caller{work: make(chan func(), 1), done: make(chan struct{}, 1), gone: make(chan struct{})}
	go func() {
		defer c.over()
		<-awake
		c.serve()
	}()
	s.(*session).caller.end()
	s.(*session).caller = c
}

// Exchange has a card exchange a command by send, which stands for the library.
func Exchange(ctx context.Context, command []byte, send func([]byte) ([]byte, error)) ([]byte, error) {
	s := &session{caller: newCaller()}
	defer s.caller.end()
	return (&card{session: s}).exchange(ctx, "send a command", command, send)
}

// Forget has the context of an earlier call end late, during a later call, and
// returns what becomes of that.
func Forget(ctx context.Context) (left bool, err error) {
	c := newCaller()
	defer c.end()
	if left, err = c.one(ctx, "first", func() error { return nil }, nil); left || err != nil {
		return left, err
	}
	c.leave(1, context.Canceled)
	return c.one(ctx, "then", func() error { c.leave(1, context.Canceled); return nil }, func() {})
}
