package protocol

// An Error is what a request is answered with when it fails.
type Error struct {
	Code    int       `json:"code"`
	Message string    `json:"message"`
	Data    ErrorData `json:"data"`
}

// ErrorData is what a program needs to act on an error.
type ErrorData struct {
	Name      string `json:"name"`      // stable, for programs and translations
	Retryable bool   `json:"retryable"` // the same request may succeed later
	Hint      string `json:"hint"`      // what a person can do
}

func (e *Error) Error() string { return e.Data.Name + ": " + e.Message }

// Is reports whether target is the same failure, whatever its hint.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// WithHint returns a copy of e with a hint for this case.
func (e *Error) WithHint(hint string) *Error {
	c := *e
	c.Data.Hint = hint
	return &c
}

// The errors of JSON-RPC 2.0.
var (
	ErrParse          = define(-32700, "PARSE_ERROR", false, "The message is not JSON.", "Send one JSON object per text frame.")
	ErrInvalidRequest = define(-32600, "INVALID_REQUEST", false, "The message is not a request.", "Send jsonrpc, id and method; batches are not accepted.")
	ErrMethodNotFound = define(-32601, "METHOD_NOT_FOUND", false, "This bridge has no such method.", "Look at the capabilities in hello.")
	ErrInvalidParams  = define(-32602, "INVALID_PARAMS", false, "The parameters do not fit the method.", "Compare them with the reference page.")
)

// The errors of the bridge. Those that name a card are also the codes of a
// problem in card.presented; a number is never used again for something else.
var (
	ErrNoReader       = define(1001, "NO_READER", true, "There is no such reader.", "Connect a card reader.")
	ErrReaderBusy     = define(1002, "READER_BUSY", true, "Another program is using the card.", "Close the other program and present the card again.")
	ErrCardRemoved    = define(1003, "CARD_REMOVED", true, "The card was lifted too soon.", "Hold the card still for a moment.")
	ErrCardUnknown    = define(1004, "CARD_UNKNOWN", false, "This kind of card has no readable number.", "Type the number that is printed on the pass.")
	ErrCardMute       = define(1005, "CARD_MUTE", true, "The card does not answer.", "Turn the card over, or lay it flat on the reader.")
	ErrRandomUID      = define(1006, "RANDOM_UID", false, "This chip gives another number each time.", "Phones and bank cards do this: use the pass itself.")
	ErrEIDContactless = define(1007, "EID_CONTACTLESS", false, "This is an identity card on a contactless reader.", "Insert identity cards in a contact reader.")
	ErrNoPresentation = define(1008, "NO_PRESENTATION", false, "That card does not lie there any more.", "Insert the card again.")
	ErrNotAnEID       = define(1009, "NOT_AN_EID", false, "This card is no Belgian identity card.", "Insert an identity card in a contact reader.")
	ErrNotActivated   = define(1010, "CARD_NOT_ACTIVATED", false, "This identity card is not activated yet.", "Only the municipality can activate it; type what is printed on it.")
	ErrMOBIB          = define(1011, "MOBIB", false, "This is a MOBIB card.", "Type the number that is printed on the pass.")
	ErrCardForeign    = define(1012, "CARD_FOREIGN", false, "This is a card of another kind, such as a bank card.", "Insert an identity card, or type the number of the pass.")
	ErrReadFailed     = define(1013, "READ_FAILED", true, "The card could not be read.", "Take the card out, wipe the chip and insert it again.")
	ErrFileAbsent     = define(1014, "FILE_ABSENT", false, "The card does not have this file.", "Some cards lack it; the rest can be used.")
	ErrPCSCDown       = define(1101, "PCSC_DOWN", true, "The smart card service is not running.", "The bridge keeps trying; ask IT to start the service.")
	ErrPCSCDenied     = define(1103, "PCSC_DENIED", true, "The bridge may not use the smart card service.", "Ask IT to give the bridge's account access to readers.")
	ErrScopeDenied    = define(2001, "SCOPE_DENIED", false, "This computer's settings do not allow that much of a card.", "Ask IT to raise maxScope.")
	ErrOriginMismatch = define(2004, "ORIGIN_MISMATCH", false, "This web address may not use this bridge.", "Ask IT to add it to allowedOrigins.")
	ErrRateLimited    = define(3001, "RATE_LIMITED", true, "Too many messages.", "Send at most 20 messages a second.")
	ErrTooManyClients = define(3002, "TOO_MANY_CLIENTS", true, "Too many pages are connected.", "Close other tabs.")
	ErrInternal       = define(9001, "INTERNAL", true, "The bridge failed.", "The bridge's log says more.")
)

// Catalogue returns every error, in the order of the reference page.
func Catalogue() []*Error {
	return []*Error{
		ErrParse, ErrInvalidRequest, ErrMethodNotFound, ErrInvalidParams,
		ErrNoReader, ErrReaderBusy, ErrCardRemoved, ErrCardUnknown, ErrCardMute, ErrRandomUID, ErrEIDContactless,
		ErrNoPresentation, ErrNotAnEID, ErrNotActivated, ErrMOBIB, ErrCardForeign, ErrReadFailed, ErrFileAbsent,
		ErrPCSCDown, ErrPCSCDenied, ErrScopeDenied, ErrOriginMismatch, ErrRateLimited, ErrTooManyClients, ErrInternal,
	}
}

// ErrorNamed returns the error of that name, which a problem has too.
func ErrorNamed(name string) *Error {
	for _, e := range Catalogue() {
		if e.Data.Name == name {
			return e
		}
	}
	return ErrInternal
}

func define(code int, name string, retryable bool, message, hint string) *Error {
	return &Error{Code: code, Message: message, Data: ErrorData{Name: name, Retryable: retryable, Hint: hint}}
}
