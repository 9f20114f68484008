package reader

import (
	"context"
	"errors"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/pcsc"
)

// Why a card is not read, beside the errors of package eid.
var (
	ErrNoPresentation = errors.New("reader: the card does not lie there any more")
	ErrNotEID         = errors.New("reader: the card is no eID that can be read")
	ErrBusy           = errors.New("reader: another program keeps the card")
)

// Watcher watches the readers of one computer and reads the identity cards in
// them.
type Watcher struct {
	service pcsc.Service
	now     func() time.Time
}

// New returns a Watcher of the readers of a card service.
func New(service pcsc.Service, now func() time.Time) *Watcher {
	return &Watcher{service: service, now: now}
}

// Read reads files of the identity card of a presentation and tells each as
// soon as it is there, in the order of [eid.Read]. What was read already in
// this presentation comes from memory. There is one read of a presentation at a
// time; others wait. Tell must not keep the bytes: when the card is lifted,
// which ends the read at once, they are wiped.
func (w *Watcher) Read(ctx context.Context, presentationID string, files []eid.File, tell func(eid.Event) error) (eid.Report, error) {
	return eid.Report{}, ErrNoPresentation
}
