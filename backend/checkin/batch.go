package checkin

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// maxBatch bounds how many requests one statement serves. Each size is a
	// prepared statement of its own.
	maxBatch = 16
	// batchPatience bounds a statement that serves several, whatever becomes of
	// the requests it serves.
	batchPatience = 10 * time.Second
)

// A batch lets requests that wait for the same thing get it together, by one
// statement with one commit. There is no timer: a request goes at once and by
// itself, in its own goroutine and under its own context, until runners of them
// are under way. Those that come meanwhile wait, and when one is done a goroutine
// serves them, as many at a time as there are, until none is left. So few at a
// time are as quick as ever, and a rush costs less for each. Then the goroutine
// ends, so there is nothing to shut down: a server that has answered its requests
// has no batch under way.
//
// A request whose context ends stops waiting. If it was taken along already,
// the others' statement goes on with it, and its outcome is unknown to its
// caller, as it is for any statement that was sent; the Idempotency-Key tells.
//
// Nobody in a batch waits for somebody else's lock: a request that meets one is
// told errAlone, and tries by itself.
//
// A statement that PostgreSQL refuses has changed nothing for anybody. Then all
// of its requests are told errAlone, and each tries by itself: what one of them
// does wrong is told to that one only. Any other error (the connection broke)
// leaves the outcome open, and all are told so.
//
// The zero value is ready.
type batch[Ask asked[Ask], Answer any] struct {
	mu      sync.Mutex
	waiting []*call[Ask, Answer]
	running int
}

// asked is what a batch is made of. Those that meet are not served together.
type asked[Ask any] interface{ meets(other Ask) bool }

// errAlone says that a request must be tried by itself.
var errAlone = errors.New("not together with others")

// call is one request that waits.
type call[Ask, Answer any] struct {
	ask  Ask
	out  answered[Answer]
	done chan struct{}
}

// answered is what one request of several gets.
type answered[Answer any] struct {
	answer Answer
	err    error
}

// serve answers several requests, in their order, or fails for all. What would
// have to wait for a lock is answered with errAlone, unless it is the only one.
type serve[Ask, Answer any] func(ctx context.Context, asks []Ask) ([]answered[Answer], error)

// runners is how many statements of one kind are under way before others wait.
// Fewer make larger batches, and a few requests slow: a server whose processors
// are busy gives more time to several connections than to one.
func runners() int { return max(2, runtime.GOMAXPROCS(0)) }

// do answers one request, perhaps together with others.
func (b *batch[Ask, Answer]) do(ctx context.Context, ask Ask, run serve[Ask, Answer]) (Answer, error) {
	b.mu.Lock()
	if b.running < runners() {
		b.running++
		b.mu.Unlock()
		defer b.next(run)
		return alone(ctx, ask, run)
	}
	c := &call[Ask, Answer]{ask: ask, done: make(chan struct{})}
	b.waiting = append(b.waiting, c)
	b.mu.Unlock()
	select {
	case <-c.done:
		if errors.Is(c.out.err, errAlone) {
			return alone(ctx, ask, run)
		}
		return c.out.answer, c.out.err
	case <-ctx.Done():
		b.leave(c)
		var none Answer
		return none, ctx.Err()
	}
}

// alone serves one request by a statement of its own.
func alone[Ask, Answer any](ctx context.Context, ask Ask, run serve[Ask, Answer]) (Answer, error) {
	out, err := run(ctx, []Ask{ask})
	if err != nil {
		var none Answer
		return none, err
	}
	return out[0].answer, out[0].err
}

// next hands the place of one that is done to those who wait.
func (b *batch[Ask, Answer]) next(run serve[Ask, Answer]) {
	if calls := b.take(); calls != nil {
		go func() {
			for ; calls != nil; calls = b.take() {
				together(calls, run)
			}
		}()
	}
}

// take returns those who go next, or gives up the place when nobody waits.
func (b *batch[Ask, Answer]) take() []*call[Ask, Answer] {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) == 0 {
		b.running--
		return nil
	}
	var taken, left []*call[Ask, Answer]
	for _, c := range b.waiting {
		meets := func(other *call[Ask, Answer]) bool { return c.ask.meets(other.ask) }
		if len(taken) == maxBatch || slices.ContainsFunc(taken, meets) {
			left = append(left, c)
		} else {
			taken = append(taken, c)
		}
	}
	b.waiting = left
	return taken
}

func (b *batch[Ask, Answer]) leave(c *call[Ask, Answer]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.waiting, c); i >= 0 {
		b.waiting = slices.Delete(b.waiting, i, i+1)
	}
}

// together serves several requests and tells each.
func together[Ask, Answer any](calls []*call[Ask, Answer], run serve[Ask, Answer]) {
	ctx, cancel := context.WithTimeout(context.Background(), batchPatience)
	defer cancel()
	asks := make([]Ask, len(calls))
	for i, c := range calls {
		asks[i] = c.ask
	}
	out, err := guarded(ctx, asks, run)
	if refused(err) {
		err = errAlone
	}
	for i, c := range calls {
		if err != nil {
			c.out.err = err
		} else {
			c.out = out[i]
		}
		close(c.done)
	}
}

// guarded turns a panic into an error: here it would end the program, and not
// just a request. Its value stays out, because it may quote a request.
func guarded[Ask, Answer any](ctx context.Context, asks []Ask, run serve[Ask, Answer]) (out []answered[Answer], err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("serve %d together: panic of type %T\n%s", len(asks), v, debug.Stack())
		}
	}()
	return run(ctx, asks)
}

// refused tells whether PostgreSQL has undone the statement. It has not said so
// when it was shut down (FATAL) or the connection broke.
func refused(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.SeverityUnlocalized == "ERROR"
}

// values are the rows of a VALUES list. The first row names the columns' types,
// separated by spaces.
func values(types string, rows int) string {
	columns := strings.Fields(types)
	var out strings.Builder
	for n := range rows * len(columns) {
		switch {
		case n == 0:
			out.WriteByte('(')
		case n%len(columns) == 0:
			out.WriteString("), (")
		default:
			out.WriteString(", ")
		}
		out.WriteString("$" + strconv.Itoa(n+1))
		if n < len(columns) {
			out.WriteString("::" + columns[n])
		}
	}
	out.WriteByte(')')
	return out.String()
}

// sizes makes a statement for each size of a batch.
func sizes(statement func(rows int) string) (out [maxBatch + 1]string) {
	for n := 1; n <= maxBatch; n++ {
		out[n] = statement(n)
	}
	return out
}
