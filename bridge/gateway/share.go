package gateway

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// Share is the histogram of the bridge's own share of a tap: from the moment
// the card service said that a card came to the moment its message was
// written. It is safe for concurrent use; its buckets are a sixteenth of an
// octave of microseconds wide, so a quantile is at most six per cent high.
type Share struct {
	buckets [20 * 16]atomic.Uint64
}

func (s *Share) observe(d time.Duration) {
	s.buckets[bucket(d)].Add(1)
}

// Count returns how many taps were written, once per socket.
func (s *Share) Count() uint64 {
	var n uint64
	for i := range s.buckets {
		n += s.buckets[i].Load()
	}
	return n
}

// Quantile returns the time that the part q of all taps took at most.
func (s *Share) Quantile(q float64) time.Duration {
	rank := uint64(q * float64(s.Count()))
	var n uint64
	for i := range s.buckets {
		if n += s.buckets[i].Load(); n > rank || n > 0 && n == s.Count() {
			return upper(i)
		}
	}
	return 0
}

// bucket numbers durations: 0 to 15 microseconds one by one, then sixteen to
// the octave.
func bucket(d time.Duration) int {
	us := uint64(max(d.Microseconds(), 0))
	if us < 16 {
		return int(us)
	}
	octave := bits.Len64(us) - 5
	return min(octave*16+int(us>>octave), len(Share{}.buckets)-1)
}

// upper is the end of a bucket.
func upper(i int) time.Duration {
	if i < 16 {
		return time.Duration(i+1) * time.Microsecond
	}
	octave := i/16 - 1
	return time.Duration((i%16+16+1)<<octave) * time.Microsecond
}
