package pcsc

import (
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"github.com/ebfe/scard"
	"golang.org/x/sys/windows"
)

var getStatusChange = windows.NewLazySystemDLL("winscard.dll").NewProc("SCardGetStatusChangeW")

// readerState is SCARD_READERSTATEW.
type readerState struct {
	name         *uint16
	userData     uintptr
	currentState uint32
	eventState   uint32
	atrLength    uint32
	atr          [36]byte
}

// statusChange waits until a reader's state differs from what it was told. The
// library keeps the names as bare numbers during the wait, where the garbage
// collector does not see them; here they stay pointers, and pinned.
func statusChange(c *scard.Context, states []scard.ReaderState, atMost time.Duration) error {
	var pin runtime.Pinner
	defer pin.Unpin()
	raw := make([]readerState, len(states))
	for i, s := range states {
		name, err := windows.UTF16PtrFromString(s.Reader)
		if err != nil {
			return fmt.Errorf("reader name: %w", err)
		}
		pin.Pin(name)
		raw[i] = readerState{name: name, currentState: uint32(s.CurrentState)}
	}
	pin.Pin(&raw[0])
	handle := *(*uintptr)(unsafe.Pointer(c)) // the only field of a Context
	code, _, _ := getStatusChange.Call(handle, uintptr(atMost.Milliseconds()), uintptr(unsafe.Pointer(&raw[0])), uintptr(len(raw)))
	if code != 0 {
		return scard.Error(code)
	}
	for i, r := range raw {
		states[i].EventState = scard.StateFlag(r.eventState)
		states[i].Atr = append([]byte(nil), r.atr[:min(int(r.atrLength), len(r.atr))]...)
	}
	return nil
}
