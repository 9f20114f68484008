// Package audit writes down who did what to whom, in the transaction that did
// it: what is not written did not happen. Rows hold ids, never names, numbers
// or addresses, and are never changed; a trigger sees to that.
//
// Every read of a person by a person is an entry too.
package audit

import "maps"

// An Entry is one act. Action is noun.verb ("checkin.registered"); each noun
// declares its own.
type Entry struct {
	Action      string
	SubjectKind string // "passholder", "checkin" …
	SubjectID   string
	Detail      map[string]any // ids and settings; no personal data
}

// For is the entry with what it was for, where that is known.
func (e Entry) For(purpose string) Entry {
	if purpose == "" {
		return e
	}
	detail := map[string]any{"purpose": purpose}
	maps.Copy(detail, e.Detail)
	e.Detail = detail
	return e
}
