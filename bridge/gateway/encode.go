package gateway

import (
	"time"

	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
)

// encoder turns what the readers say into messages, with no more of a card
// than the policy of this computer allows.
type encoder struct {
	scope   policy.Scope
	started time.Time // zero of the bridge's own clock
}

// note returns the notification for an event; an empty method means that
// pages are not told.
func (c encoder) note(e reader.Event, seq uint64) (method string, params any) {
	switch e.Kind {
	case reader.ServiceChanged:
		return protocol.NoteServiceChanged, protocol.ServiceChanged{Seq: seq, Service: c.service(e.Service)}
	case reader.ReaderAdded:
		return protocol.NoteReaderAdded, protocol.ReaderNote{Seq: seq, Reader: c.reader(e.Reader)}
	case reader.ReaderChanged:
		if !c.scope.Allows(policy.CardPresent) {
			return "", nil // it would tell when a card comes
		}
		return protocol.NoteReaderChanged, protocol.ReaderNote{Seq: seq, Reader: c.reader(e.Reader)}
	case reader.ReaderRemoved:
		return protocol.NoteReaderRemoved, protocol.ReaderRemoved{Seq: seq, ReaderID: e.Reader.ID}
	case reader.CardPresented:
		if !c.scope.Allows(policy.CardPresent) {
			return "", nil
		}
		card := c.card(e.Card)
		return protocol.NoteCardPresented, protocol.CardPresented{
			Seq:            seq,
			PresentationID: card.PresentationID,
			ReaderID:       e.Reader.ID,
			T:              e.Woke.Sub(c.started).Milliseconds(),
			Wall:           e.Woke.UTC().Format(time.RFC3339Nano),
			Kind:           card.Kind,
			ChipNumber:     card.ChipNumber,
			Problem:        card.Problem,
		}
	case reader.CardRemoved:
		if !c.scope.Allows(policy.CardPresent) {
			return "", nil
		}
		return protocol.NoteCardRemoved, protocol.CardRemoved{Seq: seq, PresentationID: e.Card.PresentationID, ReaderID: e.Reader.ID}
	default:
		return "", nil
	}
}

func (c encoder) service(s reader.Service) protocol.Service {
	switch s {
	case reader.OK:
		return protocol.Service{State: protocol.ServiceOK}
	case reader.Denied:
		return protocol.Service{State: protocol.ServiceDown, Code: protocol.ErrPCSCDenied.Data.Name}
	default:
		return protocol.Service{State: protocol.ServiceDown, Code: protocol.ErrPCSCDown.Data.Name}
	}
}

func (c encoder) readers(all []reader.Reader) []protocol.Reader {
	list := make([]protocol.Reader, len(all))
	for i, r := range all {
		list[i] = c.reader(r)
	}
	return list
}

func (c encoder) reader(r reader.Reader) protocol.Reader {
	p := protocol.Reader{ID: r.ID, Name: r.Name, State: string(r.State)}
	if !c.scope.Allows(policy.CardPresent) {
		p.State = string(reader.Empty)
		return p
	}
	if r.Card != nil {
		card := c.card(*r.Card)
		p.Card = &card
	}
	return p
}

func (c encoder) card(k reader.Card) protocol.Card {
	p := protocol.Card{PresentationID: k.PresentationID, Kind: string(k.Kind)}
	if c.scope.Allows(policy.CardUID) {
		p.ChipNumber = string(k.UID)
	}
	if k.Problem != "" {
		p.Problem = &protocol.Problem{Code: string(k.Problem), Message: protocol.ErrorNamed(string(k.Problem)).Message}
	}
	return p
}

func (c encoder) capabilities(cards, simulated bool) []string {
	list := []string{protocol.CapabilityReaders}
	if c.scope.Allows(policy.CardUID) {
		list = append(list, protocol.CapabilityCardUID)
	}
	if cards && c.scope.Allows(policy.CardIdentity) {
		list = append(list, protocol.CapabilityIdentity)
	}
	if cards && c.scope.Allows(policy.CardPhoto) {
		list = append(list, protocol.CapabilityPhoto)
	}
	if simulated {
		list = append(list, protocol.CapabilitySimulate)
	}
	return list
}
