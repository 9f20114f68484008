package simulate

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/protocol"
)

// maxReaders keeps a page from plugging in readers for ever.
const maxReaders = 8

// Answer answers the simulate.* requests.
func (r *Readers) Answer(_ context.Context, method string, params json.RawMessage) (any, *protocol.Error) {
	switch method {
	case protocol.MethodSimulateList:
		return r.list(), nil
	case protocol.MethodSimulateTap:
		return answer(params, r.tap)
	case protocol.MethodSimulateLift:
		return answer(params, r.liftCard)
	case protocol.MethodSimulateReader:
		return answer(params, r.act)
	default:
		return nil, protocol.ErrMethodNotFound
	}
}

func answer[P any](raw json.RawMessage, do func(P) (protocol.SimulateDone, *protocol.Error)) (any, *protocol.Error) {
	var params P
	if wrong := protocol.Params(raw, &params); wrong != nil {
		return nil, wrong
	}
	done, failed := do(params)
	if failed != nil {
		return nil, failed
	}
	return done, nil
}

func (r *Readers) list() protocol.SimulateList {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list protocol.SimulateList
	for _, s := range samples() {
		list.Cards = append(list.Cards, s.message())
	}
	for _, s := range r.slots {
		list.Readers = append(list.Readers, protocol.SimulatedReader{
			ID: r.readerID(s.name), Name: s.name, Plugged: s.plugged, Mute: s.mute, State: s.state(),
		})
	}
	return list
}

// state says it as reader.changed does.
func (s *slot) state() string {
	switch {
	case s.card == nil:
		return "empty"
	case s.silent():
		return "mute"
	default:
		return "present"
	}
}

func (r *Readers) tap(p protocol.SimulateTap) (protocol.SimulateDone, *protocol.Error) {
	var none protocol.SimulateDone
	chosen, wrong := choose(p)
	if wrong != nil {
		return none, wrong
	}
	hold := protocol.DefaultHoldMs
	if p.HoldMs != nil {
		hold = *p.HoldMs
	}
	if hold < 0 || hold > protocol.MaxHoldMs {
		return none, protocol.ErrInvalidParams.WithHint("holdMs is 0 to 60000.")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s, wrong := r.slotFor(p.ReaderID, chosen.contact())
	if wrong != nil {
		return none, wrong
	}
	r.put(s, chosen.place(), cmp.Or(chosen.hold, time.Duration(hold)*time.Millisecond))
	return r.done(s), nil
}

// choose finds the sample card, or makes one of a chip number.
func choose(p protocol.SimulateTap) (sample, *protocol.Error) {
	if (p.CardID == "") == (p.ChipNumber == "") {
		return sample{}, protocol.ErrInvalidParams.WithHint("Give either cardId or chipNumber.")
	}
	if p.CardID == "" {
		uid, err := chip.ParseUID(p.ChipNumber)
		if err != nil {
			return sample{}, protocol.ErrInvalidParams.WithHint("A chip number has 8, 14 or 20 hexadecimal digits.")
		}
		return sample{uid: uid}, nil
	}
	i := slices.IndexFunc(samples(), func(s sample) bool { return s.id == p.CardID })
	if i < 0 {
		return sample{}, protocol.ErrInvalidParams.WithHint("simulate.list has the cards.")
	}
	return samples()[i], nil
}

func (r *Readers) liftCard(p protocol.SimulateLift) (protocol.SimulateDone, *protocol.Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, wrong := r.slot(p.ReaderID)
	if wrong != nil {
		return protocol.SimulateDone{}, wrong
	}
	if i := slices.IndexFunc(r.slots, func(s *slot) bool { return s.card != nil }); p.ReaderID == "" && i >= 0 {
		s = r.slots[i] // where there is something to lift
	}
	s.lift()
	r.tell()
	return r.done(s), nil
}

func (r *Readers) act(p protocol.SimulateReader) (protocol.SimulateDone, *protocol.Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	find := r.slot
	if p.Action == protocol.ActionPlug {
		find = r.absent
	}
	s, wrong := find(p.ReaderID)
	if wrong != nil {
		return protocol.SimulateDone{}, wrong
	}
	switch p.Action {
	case protocol.ActionPlug:
		s.plugged = true
	case protocol.ActionUnplug:
		s.lift()
		s.plugged, s.mute = false, false
	case protocol.ActionMute:
		s.mute = true
	case protocol.ActionUnmute:
		s.mute = false
	default:
		return protocol.SimulateDone{}, protocol.ErrInvalidParams.WithHint("action is plug, unplug, mute or unmute.")
	}
	r.tell()
	return r.done(s), nil
}

func (r *Readers) done(s *slot) protocol.SimulateDone {
	return protocol.SimulateDone{ReaderID: r.readerID(s.name)}
}

// slot finds a reader that is plugged in; without an id, the first.
func (r *Readers) slot(id string) (*slot, *protocol.Error) {
	i := slices.IndexFunc(r.slots, func(s *slot) bool { return s.plugged && (id == "" || r.readerID(s.name) == id) })
	if i < 0 {
		return nil, protocol.ErrNoReader
	}
	return r.slots[i], nil
}

// slotFor finds the reader that a card belongs in, or the one of an id whatever
// the card: people put cards in the wrong place.
func (r *Readers) slotFor(id string, contact bool) (*slot, *protocol.Error) {
	if id != "" {
		return r.slot(id)
	}
	i := slices.IndexFunc(r.slots, func(s *slot) bool { return s.plugged && s.contact == contact })
	if i < 0 {
		return nil, protocol.ErrNoReader
	}
	return r.slots[i], nil
}

// absent finds a reader that is not plugged in; without an id, the first, or a
// further one.
func (r *Readers) absent(id string) (*slot, *protocol.Error) {
	i := slices.IndexFunc(r.slots, func(s *slot) bool { return !s.plugged && (id == "" || r.readerID(s.name) == id) })
	switch {
	case i >= 0:
		return r.slots[i], nil
	case id != "":
		return nil, protocol.ErrNoReader.WithHint("It is plugged in already, or never was.")
	case len(r.slots) >= maxReaders:
		return nil, protocol.ErrInvalidParams.WithHint("There are enough readers.")
	default:
		s := &slot{name: readerName(len(r.slots))} // one of them has contacts
		r.slots = append(r.slots, s)
		return s, nil
	}
}
