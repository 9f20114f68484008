package reader

import (
	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/pcsc"
)

// Line is the way to the card in a reader, for tests that read it more often
// than once a presentation. It is to be closed.
func Line(service pcsc.Service, name string) (way eid.Line, closeIt func()) {
	ready := &sessions{service: service}
	l := &line{connection: &connection{sessions: ready, reader: name}}
	return l, func() { l.close(); ready.close() }
}
