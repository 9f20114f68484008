package protocol

import "encoding/json"

// Hello is the first frame of every connection.
type Hello struct {
	BridgeID     string   `json:"bridgeId"`
	Nonce        string   `json:"nonce"` // 32 random bytes, base64url without padding
	Time         string   `json:"time"`  // RFC 3339
	Version      string   `json:"version"`
	Capabilities []string `json:"capabilities"`
	Service      Service  `json:"service"`
}

// Service is the state of this computer's smart card service.
type Service struct {
	State string `json:"state"`          // ServiceOK or ServiceDown
	Code  string `json:"code,omitempty"` // the name of ErrPCSCDown or ErrPCSCDenied
}

// The states of the service.
const (
	ServiceOK   = "ok"
	ServiceDown = "down"
)

// Reader is one card reader.
type Reader struct {
	ID    string `json:"id"` // the same for the same name, also tomorrow
	Name  string `json:"name"`
	State string `json:"state"` // empty, present, mute or busy
	Card  *Card  `json:"card,omitempty"`
}

// Card is what lies on a reader now.
type Card struct {
	PresentationID string   `json:"presentationId"`
	Kind           string   `json:"kind"`                 // KindPass, KindEID or KindOther
	ChipNumber     string   `json:"chipNumber,omitempty"` // upper-case hexadecimal
	Problem        *Problem `json:"problem,omitempty"`
}

// The kinds of cards.
const (
	KindPass  = "pass"
	KindEID   = "eid" // it can be read with card.read; nothing of it was yet
	KindOther = "other"
)

// Problem says why a card gives no number. Code is the name of an error.
type Problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ServiceChanged says that the smart card service came or went.
type ServiceChanged struct {
	Seq     uint64  `json:"seq"`
	Service Service `json:"service"`
}

// ReaderNote says that a reader came or shows something else.
type ReaderNote struct {
	Seq    uint64 `json:"seq"`
	Reader Reader `json:"reader"`
}

// ReaderRemoved says that a reader is gone.
type ReaderRemoved struct {
	Seq      uint64 `json:"seq"`
	ReaderID string `json:"readerId"`
}

// CardPresented says that a card came onto a reader.
type CardPresented struct {
	Seq            uint64   `json:"seq"`
	PresentationID string   `json:"presentationId"`
	ReaderID       string   `json:"readerId"`
	T              int64    `json:"t"`    // milliseconds on the bridge's own clock, which never jumps
	Wall           string   `json:"wall"` // the computer's clock, RFC 3339
	Kind           string   `json:"kind"`
	ChipNumber     string   `json:"chipNumber,omitempty"`
	Problem        *Problem `json:"problem,omitempty"`
}

// CardRemoved says that the card of a presentation was lifted.
type CardRemoved struct {
	Seq            uint64 `json:"seq"`
	PresentationID string `json:"presentationId"`
	ReaderID       string `json:"readerId"`
}

// Nothing is the parameters or the result of what needs none.
type Nothing struct{}

// ReadersList is the answer to readers.list: the picture after event Seq.
type ReadersList struct {
	Seq     uint64   `json:"seq"`
	Service Service  `json:"service"`
	Readers []Reader `json:"readers"`
}

// Health is the answer at HealthPath.
type Health struct {
	Name      string   `json:"name"`
	Protocols []string `json:"protocols"`
	Ready     bool     `json:"ready"` // the bridge knows its readers, or why it cannot
}

// A Request is a question of a page. One without an ID is a notification and
// gets no answer.
type Request struct {
	ID     json.RawMessage
	Method string
	Params json.RawMessage
}

// ParseRequest reads one frame. Beside an error the request has the ID, if
// there was one to read.
func ParseRequest(frame []byte) (Request, *Error) {
	var m struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Method  *string         `json:"method"`
		Params  json.RawMessage `json:"params"`
	}
	if err := json.Unmarshal(frame, &m); err != nil {
		if !json.Valid(frame) {
			return Request{}, ErrParse
		}
		return Request{}, ErrInvalidRequest
	}
	if !validID(m.ID) {
		return Request{}, ErrInvalidRequest.WithHint("An id is a number or a string of at most 64 characters.")
	}
	r := Request{ID: m.ID, Params: m.Params}
	if m.Version != "2.0" || m.Method == nil {
		return r, ErrInvalidRequest
	}
	r.Method = *m.Method
	return r, nil
}

// An id comes back in the answer, so a page could make the bridge repeat
// whatever it likes; 64 characters are plenty.
func validID(id json.RawMessage) bool {
	return len(id) == 0 || len(id) <= 64 && (id[0] == '"' || id[0] == '-' || id[0] >= '0' && id[0] <= '9')
}

// Params reads the parameters of a request into p. Absent parameters are those
// of the zero value; unknown ones are left alone, as everywhere in a version.
func Params(raw json.RawMessage, p any) *Error {
	if len(raw) == 0 {
		return nil
	}
	if raw[0] != '{' || json.Unmarshal(raw, p) != nil {
		return ErrInvalidParams
	}
	return nil
}

// Note encodes a notification.
func Note(method string, params any) []byte {
	return encode(struct {
		Version string `json:"jsonrpc"`
		Method  string `json:"method"`
		Params  any    `json:"params"`
	}{"2.0", method, params})
}

// Result encodes the answer to a request.
func Result(id json.RawMessage, result any) []byte {
	return encode(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Result  any             `json:"result"`
	}{"2.0", id, result})
}

// Failure encodes the answer to a request that failed; without an id it says null.
func Failure(id json.RawMessage, e *Error) []byte {
	return encode(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Error   *Error          `json:"error"`
	}{"2.0", id, e})
}

// encode panics where a type of this package cannot be encoded: that would be
// a mistake in the program, whatever anybody sent.
func encode(message any) []byte {
	data, err := json.Marshal(message)
	if err != nil {
		panic(err)
	}
	return data
}
