package protocol

import "time"

// Where and how to connect.
const (
	Subprotocol = "openbalie.bridge.v1"
	Path        = "/v1"
	HealthPath  = "/healthz"
	Port        = 24787
)

// The limits, per connection unless they say otherwise.
const (
	MaxMessage       = 64 << 10 // bytes of one message from a page
	MessageRate      = 20       // messages a second from a page
	MessageBurst     = 40       // messages at once
	MaxRefused       = 20       // messages over the rate before the connection ends
	MaxSockets       = 8        // connections of the whole computer
	MaxOriginSockets = 6        // connections of one origin: a clerk has tabs
	QueueMessages    = 64       // messages waiting for a slow page
	QueueBytes       = 1 << 20  // bytes waiting for a slow page
	WriteTimeout     = 5 * time.Second
	PingEvery        = 15 * time.Second
	MaxMissedPings   = 2
	MaxReads         = 2  // cards being read at a time
	ReadsPerMinute   = 60 // card.read
	ReadBurst        = 10 // card.read at once
)

// What a page may ask.
const (
	MethodReadersList    = "readers.list"
	MethodPing           = "ping"
	MethodCardRead       = "card.read"
	MethodCardStop       = "card.stop"
	MethodSimulateList   = "simulate.list"
	MethodSimulateTap    = "simulate.tap"
	MethodSimulateLift   = "simulate.lift"
	MethodSimulateReader = "simulate.reader"
)

// What the bridge tells.
const (
	NoteHello          = "hello"
	NoteServiceChanged = "service.changed"
	NoteReaderAdded    = "reader.added"
	NoteReaderChanged  = "reader.changed"
	NoteReaderRemoved  = "reader.removed"
	NoteCardPresented  = "card.presented"
	NoteCardRemoved    = "card.removed"
	NoteCardIdentity   = "card.identity"
	NoteCardAddress    = "card.address"
	NoteCardPicture    = "card.picture"
	NoteCardVerdict    = "card.verdict"
	NoteCardFailed     = "card.failed"
	NoteDraining       = "bridge.draining"
)

// What a bridge may be capable of.
const (
	CapabilityReaders  = "readers"
	CapabilityCardUID  = "card.uid"
	CapabilityIdentity = ScopeIdentity
	CapabilityPhoto    = ScopePhoto
	CapabilitySimulate = "simulate"
)

// Methods returns every method, in the order of the reference page.
func Methods() []string {
	return []string{
		MethodReadersList, MethodPing, MethodCardRead, MethodCardStop,
		MethodSimulateList, MethodSimulateTap, MethodSimulateLift, MethodSimulateReader,
	}
}

// Notes returns every notification, in the order of the reference page.
func Notes() []string {
	return []string{
		NoteHello, NoteServiceChanged, NoteReaderAdded, NoteReaderChanged, NoteReaderRemoved,
		NoteCardPresented, NoteCardRemoved,
		NoteCardIdentity, NoteCardAddress, NoteCardPicture, NoteCardVerdict, NoteCardFailed, NoteDraining,
	}
}

// A CloseCode says why the bridge ended a connection.
type CloseCode struct {
	Code   int    `json:"code"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// The close codes. The first two are those of the WebSocket standard.
var (
	CloseTooBig    = CloseCode{1009, "TOO_BIG", "a message larger than 64 KiB"}
	CloseRestart   = CloseCode{1012, "RESTART", "the bridge failed and is being started again"}
	CloseBad       = CloseCode{4400, "BAD_MESSAGE", "a binary frame, or text that is not UTF-8"}
	CloseForbidden = CloseCode{4403, "FORBIDDEN", "the page may no longer use this bridge"}
	CloseFlood     = CloseCode{4429, "FLOOD", "too many messages, too many connections, or too slow in reading"}
	CloseDraining  = CloseCode{4503, "DRAINING", "the bridge is being stopped"}
)

// CloseCodes returns every close code, by number.
func CloseCodes() []CloseCode {
	return []CloseCode{CloseTooBig, CloseRestart, CloseBad, CloseForbidden, CloseFlood, CloseDraining}
}
