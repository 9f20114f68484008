package reader

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

const (
	// trembling is how soon a lifted card may be back without being new.
	trembling = time.Second

	// headStart is how long the monitor leaves the processor to a card that
	// has just come.
	headStart = 2 * time.Millisecond

	// together is how soon after each other both faces of one card are seen.
	together = time.Second

	// tooLong is how long a card may go unread before we say that another
	// program keeps it.
	tooLong = 2 * time.Second

	// The pause before the next attempt to reach the card service.
	shortPause, longPause = 200 * time.Millisecond, 5 * time.Second
)

// ID returns the id of the reader with this name.
func ID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:8])
}

// aside matches what no clerk puts a card in: the slots for security modules,
// and the reader that Windows makes up for its own keys (Fedict/eid-mw#180).
var aside = regexp.MustCompile(`\bSAM\b|(?i:windows hello)`)

// parts matches what tells the slots of one reader apart in their names: the
// kind of slot, the interface, the serial number, the numbers at the end.
var parts = regexp.MustCompile(`\[[^]]*\]|\([^)]*\)|\b(?:ICC|PICC|SAM|CL|Contact|Contactless)\b|CL\b|[/ 0-9]+$`)

// body returns what the slots of one reader have in common in their names.
// Readers that are alike have it too.
func body(name string) string {
	return strings.Join(strings.Fields(parts.ReplaceAllString(parts.ReplaceAllString(name, " "), " ")), " ")
}

// move is what happened in one slot.
type move int

const (
	appeared move = iota + 1 // the reader did
	vanished                 // the reader did
	lifted                   // the card was
	placed                   // a card was
)

// change is one move in the slot of a reader, and the slot after it.
type change struct {
	move   move
	reader string
	slot   pcsc.Slot
}

// diff says what happened between two looks, reader by reader in order of
// their names. What happened to a card is told apart from its reader: a card in
// a reader that vanished is lifted first, one in a reader that appeared placed
// last.
func diff(was, is pcsc.Slots) []change {
	var changes []change
	names := slices.AppendSeq(slices.Collect(maps.Keys(was)), maps.Keys(is))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		before, known := was[name]
		after, here := is[name]
		if !known {
			changes = append(changes, change{appeared, name, after})
		}
		if before.Present && (!after.Present || another(before, after)) {
			changes = append(changes, change{lifted, name, after})
		}
		if after.Present && (!before.Present || another(before, after)) {
			changes = append(changes, change{placed, name, after})
		}
		if !here {
			changes = append(changes, change{vanished, name, after})
		}
	}
	return changes
}

// another reports whether the card is not the one it was: it moved in between,
// or it has found its voice, or it answers otherwise.
func another(before, after pcsc.Slot) bool {
	return before.Count != after.Count ||
		before.Mute && !after.Mute ||
		len(before.ATR) > 0 && len(after.ATR) > 0 && !bytes.Equal(before.ATR, after.ATR)
}

// stateOf says what a reader shows: what its slot says, and what was learned of
// the card in it.
func stateOf(slot pcsc.Slot, card *Card) State {
	switch {
	case !slot.Present:
		return Empty
	case card == nil && slot.Mute, card != nil && card.Problem == CardMute:
		return Mute
	case card != nil && card.Problem == ReaderBusy:
		return Busy
	default:
		return Present
	}
}

// longer returns the pause after pause.
func longer(pause time.Duration) time.Duration { return min(2*pause, longPause) }
