package policy

import (
	"errors"
	"slices"
)

// Scope is how much a page may be told of a card.
type Scope string

// The scopes, from the least to the most. Each includes those before it.
const (
	ReaderStatus Scope = "reader.status" // which readers there are
	CardPresent  Scope = "card.present"  // and that a card lies on one
	CardUID      Scope = "card.uid"      // and the number of its chip
	CardIdentity Scope = "card.identity" // and who and where the holder of an identity card is
	CardPhoto    Scope = "card.photo"    // and how they look
)

var scopes = []Scope{ReaderStatus, CardPresent, CardUID, CardIdentity, CardPhoto}

// ParseScope returns the scope of that name.
func ParseScope(name string) (Scope, error) {
	if s := Scope(name); slices.Contains(scopes, s) {
		return s, nil
	}
	return "", errors.New("write reader.status, card.present, card.uid, card.identity or card.photo")
}

// Allows reports whether s includes other. Nothing includes a scope that there
// is not.
func (s Scope) Allows(other Scope) bool {
	asked := slices.Index(scopes, other)
	return asked >= 0 && slices.Index(scopes, s) >= asked
}
