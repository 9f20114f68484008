package protocol

// The messages in this file are answered by `openbalie-bridge simulate` only.

// Text is a text in the four languages.
type Text struct {
	NL string `json:"nl"`
	FR string `json:"fr"`
	DE string `json:"de"`
	EN string `json:"en"`
}

// SampleCard is a card for practice.
type SampleCard struct {
	ID           string `json:"id"`
	Kind         string `json:"kind"`  // as card.presented will say
	Label        string `json:"label"` // in Dutch
	Labels       Text   `json:"labels"`
	Notes        *Text  `json:"notes,omitempty"`        // what happens with it
	UitpasNumber string `json:"uitpasNumber,omitempty"` // as printed on it
	ChipNumber   string `json:"chipNumber,omitempty"`   // absent when it changes or does not answer
}

// SimulateList is the answer to simulate.list.
type SimulateList struct {
	Cards   []SampleCard      `json:"cards"`
	Readers []SimulatedReader `json:"readers"`
}

// SimulatedReader is a reader for practice, plugged in or not.
type SimulatedReader struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Plugged bool   `json:"plugged"`
	Mute    bool   `json:"mute"` // no card answers on it
	State   string `json:"state"`
}

// SimulateTap is the parameters of simulate.tap: a sample card, or any chip
// number, on a reader, or on the first one. The card is lifted after HoldMs;
// 0 leaves it there, absent means DefaultHoldMs.
type SimulateTap struct {
	CardID     string `json:"cardId"`
	ChipNumber string `json:"chipNumber"`
	ReaderID   string `json:"readerId"`
	HoldMs     *int   `json:"holdMs"`
}

// How long a simulated card lies on the reader.
const (
	DefaultHoldMs = 1500
	MaxHoldMs     = 60_000
)

// SimulateLift is the parameters of simulate.lift.
type SimulateLift struct {
	ReaderID string `json:"readerId"`
}

// SimulateReader is the parameters of simulate.reader. To plug in without a
// ReaderID brings back what was unplugged, or else a further reader.
type SimulateReader struct {
	Action   string `json:"action"`
	ReaderID string `json:"readerId"`
}

// What can be done to a simulated reader.
const (
	ActionPlug   = "plug"
	ActionUnplug = "unplug"
	ActionMute   = "mute"   // no card answers on it
	ActionUnmute = "unmute" // cards answer again
)

// SimulateDone is the answer to the simulate.* requests that act: the reader
// on which they did. What a page sees of it comes as the usual notifications.
type SimulateDone struct {
	ReaderID string `json:"readerId"`
}
