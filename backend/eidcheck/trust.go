package eidcheck

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/roots"
)

// Trust says whose signature on a card counts here, and remembers which signers
// it has checked. The zero value knows nobody: signatures are looked at, but
// whose they are is not known.
type Trust struct {
	path    string
	pins    []string
	besides []eid.Profile

	proofs   eid.Proofs
	profiles atomic.Pointer[[]eid.Profile]
}

// Trusting trusts the profiles and nobody else.
func Trusting(profiles ...eid.Profile) *Trust {
	t := &Trust{}
	t.put(profiles...)
	return t
}

// OpenTrust reads the root certificates, and what they have taken back, from a
// file or a folder, as [roots.Read] does. A certificate that is not among the
// pins is eid.ErrNotPinned. Without a path the Register's cards are looked at but not proved. Profiles besides are for cards
// that are not the Register's: minted ones, in training.
func OpenTrust(path string, pins []string, besides ...eid.Profile) (*Trust, error) {
	t := &Trust{path: path, pins: pins, besides: besides}
	return t, t.Reload()
}

// Reload reads the certificates and lists again: lists are renewed while the
// program runs. When something is wrong with them, what was known stays.
func (t *Trust) Reload() error {
	register := eid.Register()
	if t.path != "" {
		var err error
		if register, err = roots.Read(t.path, t.pins...); err != nil {
			if errors.Is(err, eid.ErrNoRoot) {
				err = ErrNoRoot
			}
			return fmt.Errorf("read the eID root certificates in %s: %w", t.path, err)
		}
	}
	t.put(append([]eid.Profile{register}, t.besides...)...)
	return nil
}

func (t *Trust) put(profiles ...eid.Profile) {
	all := slices.Clone(profiles)
	for i := range all {
		all[i].Proofs = &t.proofs
	}
	t.profiles.Store(&all)
}

// Verify judges the files of a card by the profile whose root its certificate
// names, at a moment in the zone where the card is shown. Where none does, the
// first profile says what is wrong.
func (t *Trust) Verify(f eid.Files, at time.Time) eid.Verdict {
	all := []eid.Profile{eid.Register()}
	if p := t.profiles.Load(); p != nil && len(*p) > 0 {
		all = *p
	}
	known := 0
	if len(all) > 1 {
		known = slices.IndexFunc(all, func(p eid.Profile) bool { return p.Knows(f.Certificate) })
	}
	return all[max(0, known)].Verify(f, at)
}
