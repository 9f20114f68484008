//go:build bench

package bench_test

import (
	"slices"
	"testing"
	"time"
)

// How long a start may take, from the start of the process to the first 200.
const (
	firstStart = 3 * time.Second
	laterStart = time.Second
)

func TestStartToFirstAnswer(t *testing.T) {
	var first, later []time.Duration
	for range 3 {
		dir := dataDir(t)
		p := serve(t, dir)
		first = append(first, p.answers)
		p.stop(t)
		for range 2 {
			p = serve(t, dir)
			later = append(later, p.answers)
			p.stop(t)
		}
	}
	slices.Sort(first)
	slices.Sort(later)
	t.Logf("first start on an empty folder, with sample data: %v, target %v", first, firstStart)
	t.Logf("later start: %v, target %v", later, laterStart)
	if got := first[len(first)/2]; got > firstStart {
		t.Errorf("the first start takes %v", got)
	}
	if got := later[len(later)/2]; got > laterStart {
		t.Errorf("a later start takes %v", got)
	}
}
