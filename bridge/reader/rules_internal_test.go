package reader

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/pcsc"
)

func TestWhatHappenedBetweenTwoLooks(t *testing.T) {
	t.Parallel()
	card := func(atr string, count uint16) pcsc.Slot {
		return pcsc.Slot{Present: true, ATR: []byte(atr), Count: count}
	}
	empty, mute := pcsc.Slot{}, pcsc.Slot{Present: true, Mute: true}
	for name, tt := range map[string]struct {
		was, is *pcsc.Slot
		want    []move
	}{
		"a reader came":                     {nil, &empty, []move{appeared}},
		"a reader came with a card":         {nil, new(card("a", 1)), []move{appeared, placed}},
		"a reader went":                     {&empty, nil, []move{vanished}},
		"a reader went with its card":       {new(card("a", 1)), nil, []move{lifted, vanished}},
		"nothing":                           {new(card("a", 1)), new(card("a", 1)), nil},
		"nothing, in an empty reader":       {&empty, &empty, nil},
		"a card came":                       {&empty, new(card("a", 1)), []move{placed}},
		"a card came where all are counted": {&empty, new(card("a", 0)), []move{placed}},
		"a card was lifted":                 {new(card("a", 0)), &empty, []move{lifted}},
		"a card moved":                      {new(card("a", 1)), new(card("a", 3)), []move{lifted, placed}},
		"another card":                      {new(card("a", 0)), new(card("b", 0)), []move{lifted, placed}},
		"a card that is being powered":      {new(card("", 1)), new(card("b", 1)), nil},
		"a card that lost its power":        {new(card("a", 1)), new(card("", 1)), nil},
		"a card found its voice":            {&mute, new(card("a", 0)), []move{lifted, placed}},
		"a card fell silent":                {new(card("a", 0)), &mute, nil},
		"a card still mute":                 {&mute, &mute, nil},
	} {
		slots := func(s *pcsc.Slot) pcsc.Slots {
			if s == nil {
				return pcsc.Slots{}
			}
			return pcsc.Slots{"r": *s}
		}
		var got []move
		for _, c := range diff(slots(tt.was), slots(tt.is)) {
			got = append(got, c.move)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestACardIsBackWithinASecondIfItIsTheSame(t *testing.T) {
	t.Parallel()
	lifted := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	pass, unread := Card{PresentationID: "p", UID: "04A1B2C3"}, Card{PresentationID: "p"}
	foreign := Card{PresentationID: "p", Problem: CardUnknown}
	for name, tt := range map[string]struct {
		last, card Card
		after      time.Duration
		want       bool
	}{
		"the same":                             {pass, Card{UID: "04A1B2C3"}, trembling - 1, true},
		"the same, a second later":             {pass, Card{UID: "04A1B2C3"}, trembling, false},
		"another":                              {pass, Card{UID: "04A1B2C4"}, 0, false},
		"the same, now with a problem":         {pass, Card{UID: "04A1B2C3", Problem: CardUnknown}, 0, false},
		"the same problem":                     {foreign, Card{Problem: CardUnknown}, 0, true},
		"another problem":                      {foreign, Card{Problem: MOBIB}, 0, false},
		"about both of which nothing is known": {unread, Card{}, 0, false},
		"none before":                          {Card{UID: "04A1B2C3"}, Card{UID: "04A1B2C3"}, 0, false},
	} {
		s := seat{last: tt.last, liftedAt: lifted}
		if got := s.back(tt.card, lifted.Add(tt.after)); got != tt.want {
			t.Errorf("%s: back %t, want %t", name, got, tt.want)
		}
	}
}

func TestACardOnlyFoundItsVoice(t *testing.T) {
	t.Parallel()
	voice := pcsc.Slot{Present: true, Count: 1}
	known, given := &Card{Kind: Pass}, &Card{Problem: CardMute}
	for name, tt := range map[string]struct {
		change func(s *seat, after *pcsc.Slot)
		want   bool
	}{
		"while it was waited for":     {func(*seat, *pcsc.Slot) {}, true},
		"when it was known":           {func(s *seat, _ *pcsc.Slot) { s.card = known }, true},
		"after it was given up":       {func(s *seat, _ *pcsc.Slot) { s.card = given }, false},
		"and nobody waited":           {func(s *seat, _ *pcsc.Slot) { s.task = nil }, false},
		"but it had one":              {func(s *seat, _ *pcsc.Slot) { s.slot.Mute = false }, false},
		"no: it is gone":              {func(_ *seat, after *pcsc.Slot) { after.Present = false }, false},
		"no: it is mute still":        {func(_ *seat, after *pcsc.Slot) { after.Mute = true }, false},
		"no: it moved and is another": {func(_ *seat, after *pcsc.Slot) { after.Count++ }, false},
	} {
		s, after := &seat{task: &task{}, slot: pcsc.Slot{Present: true, Mute: true, Count: 1}}, voice
		tt.change(s, &after)
		if got := s.awoke(after); got != tt.want {
			t.Errorf("%s: %t, want %t", name, got, tt.want)
		}
	}
}

func TestWhatAReaderShows(t *testing.T) {
	t.Parallel()
	here, mute := pcsc.Slot{Present: true}, pcsc.Slot{Present: true, Mute: true}
	for want, cases := range map[State][]State{
		Empty:   {stateOf(pcsc.Slot{}, nil), stateOf(pcsc.Slot{Mute: true}, nil)},
		Present: {stateOf(here, nil), stateOf(here, &Card{}), stateOf(mute, &Card{Kind: Pass})},
		Mute:    {stateOf(mute, nil), stateOf(here, &Card{Problem: CardMute})},
		Busy:    {stateOf(here, &Card{Problem: ReaderBusy})},
	} {
		for i, got := range cases {
			if got != want {
				t.Errorf("%d: %s, want %s", i, got, want)
			}
		}
	}
}

// What was read of a person is there for as long as somebody reads and the card
// lies there, and then no more.
func TestAStayIsWipedWhenTheCardAndTheLastReaderAreGone(t *testing.T) {
	t.Parallel()
	for readers := range 3 {
		raw := []byte("An Peeters")
		s := newStay(&task{}, Card{Kind: EID})
		s.files[eid.IdentityFile], s.report = eid.Event{Raw: raw}, eid.Report{Commands: 3}
		for range readers {
			if !s.enter() {
				t.Fatal("a card that lies there is not read")
			}
		}
		if readers == 2 {
			s.leave()
			s.enter()
		}
		whole := func() bool { return string(raw) == "An Peeters" && len(s.files) == 1 && s.report.Commands == 3 }
		if !whole() {
			t.Errorf("%d readers: wiped while the card lies there", readers)
		}
		s.end()
		if s.enter() {
			t.Error("a card that is gone is read")
		}
		for left := readers; left > 0; left-- {
			if !whole() {
				t.Errorf("wiped under %d readers", left)
			}
			s.leave()
		}
		if string(raw) != string(make([]byte, len(raw))) || len(s.files) != 0 || s.report.Commands != 0 {
			t.Errorf("%d readers: something is left: %q, %d files, %d commands", readers, raw, len(s.files), s.report.Commands)
		}
	}
}
