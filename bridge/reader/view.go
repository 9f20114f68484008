package reader

import (
	"maps"
	"slices"
	"strings"
)

// View is the picture that the events so far add up to. The zero value is the
// picture before the first event. It is not safe for concurrent use.
type View struct {
	service Service
	readers map[string]Reader
}

// Apply adds an event to the picture.
func (v *View) Apply(e Event) {
	if v.readers == nil {
		v.readers = map[string]Reader{}
	}
	switch e.Kind {
	case ServiceChanged:
		v.service = e.Service
	case ReaderRemoved:
		delete(v.readers, e.Reader.ID)
	default:
		v.readers[e.Reader.ID] = e.Reader
	}
}

// Service returns the state of the card service; Down before the first event.
func (v *View) Service() Service {
	if v.service == "" {
		return Down
	}
	return v.service
}

// Readers returns the readers by name.
func (v *View) Readers() []Reader {
	return slices.SortedFunc(maps.Values(v.readers), func(a, b Reader) int { return strings.Compare(a.Name, b.Name) })
}
