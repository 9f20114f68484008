package doctor

import (
	"context"
	"errors"
	"time"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// Facts are what was seen on this computer. They hold no judgement.
type Facts struct {
	At       time.Time   `json:"at"`
	Version  string      `json:"version"` // of this program
	System   System      `json:"system"`
	Settings Settings    `json:"settings"`
	Service  Service     `json:"service"`
	Port     Port        `json:"port"`
	Cards    CardService `json:"cardService"`
	Drivers  []Driver    `json:"drivers"`
	Devices  []Device    `json:"devices"`
	Readers  []Reader    `json:"readers"`
	Browsers []Browser   `json:"browsers"`
}

// System is the computer.
type System struct {
	OS     string `json:"os"` // linux, windows or darwin
	Arch   string `json:"arch"`
	Name   string `json:"name"` // as its maker calls it
	Kernel string `json:"kernel,omitempty"`
	Admin  bool   `json:"admin"`  // the report was made as root or administrator
	Remote bool   `json:"remote"` // and from another computer
}

// Settings are those that the bridge of this computer starts with.
type Settings struct {
	Err      string   `json:"error,omitempty"`
	Hidden   bool     `json:"hidden"` // this account may not read them
	Origins  []string `json:"allowedOrigins"`
	MaxScope string   `json:"maxScope"`
}

// Service is the bridge as a service of this computer.
type Service struct {
	State ServiceState `json:"state"`
	Err   string       `json:"error,omitempty"` // why the system does not say
}

// ServiceState is what the system says of the service.
type ServiceState string

// The states of a service.
const (
	Running      ServiceState = "running"
	Stopped      ServiceState = "stopped"
	NotInstalled ServiceState = "not installed"
	NotTold      ServiceState = "not told"
)

// Port is where pages look for the bridge.
type Port struct {
	Number    int       `json:"number"`
	Addresses []Address `json:"addresses"`
}

// Address is the port on one of the computer's own addresses.
type Address struct {
	Address string   `json:"address"`           // 127.0.0.1 or ::1
	Held    bool     `json:"held"`              // a program listens there
	Program string   `json:"program,omitempty"` // which one, where the system tells this account
	PID     int      `json:"pid,omitempty"`
	Err     string   `json:"error,omitempty"`     // nobody listens, and still we could not
	Bridge  bool     `json:"bridge"`              // it answers as a bridge
	Ready   bool     `json:"ready"`               // it knows its readers, or why it cannot
	Speaks  []string `json:"protocols,omitempty"` // the versions of the protocol
	Refuses []string `json:"refuses,omitempty"`   // addresses in the settings that it refuses
}

// CardService is pcscd, or what takes its place on this system.
type CardService struct {
	Answer    Answer `json:"answer"`
	Err       string `json:"error,omitempty"`
	Installed bool   `json:"installed"`
	Disabled  bool   `json:"disabled"` // somebody switched it off
	Version   string `json:"version,omitempty"`
	Polkit    bool   `json:"polkit"` // it asks polkit who may use it
	Socket    Socket `json:"socket,omitempty"`
	Process   bool   `json:"process"` // it runs
}

// Answer is what the card service says to a program that wants to use it.
type Answer string

// The answers.
const (
	Works       Answer = "works"
	Down        Answer = "down"
	Denied      Answer = "denied"
	Silent      Answer = "silent" // it takes the question and says nothing
	Unsupported Answer = "unsupported"
	Failed      Answer = "failed"
)

func answerOf(err error) Answer {
	switch {
	case err == nil:
		return Works
	case errors.Is(err, pcsc.ErrDown):
		return Down
	case errors.Is(err, pcsc.ErrDenied):
		return Denied
	case errors.Is(err, pcsc.ErrUnsupported):
		return Unsupported
	case errors.Is(err, context.DeadlineExceeded):
		return Silent
	default:
		return Failed
	}
}

// Socket is the way to pcscd, where there is one.
type Socket string

// What a socket is like.
const (
	SocketAbsent Socket = "absent"
	SocketClosed Socket = "closed" // nobody listens at its other end
	SocketDenied Socket = "denied" // this account may not use it
	SocketOpen   Socket = "open"
)

// Driver is an installed driver of readers.
type Driver struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`

	class   bool     // for all readers that keep to the standard; any other driver goes before
	names   []string // how the card service calls its readers, before what sets twins apart
	devices []string // the USB devices it knows
}

// Device is a reader as it hangs on the USB.
type Device struct {
	Name   string `json:"name"`
	USB    string `json:"usb"`              // maker:product
	Driver string `json:"driver,omitempty"` // of the card service; none knows it if empty
	Calls  string `json:"calls,omitempty"`  // how the card service would call it
	Kernel string `json:"kernel,omitempty"` // the driver of the system that has it
}

// Reader is a reader as the card service tells it.
type Reader struct {
	Name    string      `json:"name"`
	State   ReaderState `json:"state"`
	Driver  string      `json:"driver,omitempty"`
	Version string      `json:"driverVersion,omitempty"`
	Err     string      `json:"lastError,omitempty"`
}

// ReaderState is what a reader does with the card in it.
type ReaderState string

// The states of a reader.
const (
	Empty     ReaderState = "empty"
	Answers   ReaderState = "card answers"
	Mute      ReaderState = "card does not answer"
	Exclusive ReaderState = "another program has it for itself"
	Kept      ReaderState = "another program keeps the card"
	Gone      ReaderState = "unplugged while we looked"
	Broken    ReaderState = "fails"
)

// Browser is a browser and what its managers told it.
type Browser struct {
	Name      string   `json:"name"`
	Installed bool     `json:"installed"`
	Policies  []Policy `json:"policies"`
	Broken    []string `json:"unreadable,omitempty"` // places that hold no policy one can read
}

// Policy is one value of a browser's policy, with the place it stands in.
type Policy struct {
	Place  string   `json:"place"`
	Name   string   `json:"name"`
	Values []string `json:"values"`
}
