package doctor

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"time"

	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/policy"
)

// Place is where Examine looks, and what only its caller knows.
type Place struct {
	Root       string // of the file system: "/" but in tests
	Cards      pcsc.Service
	Settings   policy.Settings
	SettingErr error // why there are no settings; those above are the defaults then
	Service    Service
	Version    string
	At         time.Time
}

// Examine looks at this computer. It takes some seconds at worst, more only
// where many readers hang.
func Examine(ctx context.Context, p Place) Facts {
	f := Facts{
		At: p.At, Version: p.Version,
		System:   p.system(ctx),
		Service:  p.Service,
		Settings: Settings{Origins: p.Settings.AllowedOrigins, MaxScope: string(p.Settings.MaxScope)},
	}
	f.System.OS, f.System.Arch = runtime.GOOS, runtime.GOARCH
	if p.SettingErr != nil {
		f.Settings.Err = p.SettingErr.Error()
		f.Settings.Hidden = errors.Is(p.SettingErr, fs.ErrPermission)
	}
	f.Port = p.port(ctx)
	f.Drivers, f.Devices = p.drivers(ctx)
	f.Cards, f.Readers = p.cards(ctx)
	for i, r := range f.Readers {
		d := driverOf(r.Name, f.Drivers)
		f.Readers[i].Driver, f.Readers[i].Version = d.Name, d.Version
	}
	f.Browsers = p.browsers(ctx)
	return f
}

const (
	// opening is how long the card service may take to let us in; systemd
	// starts it meanwhile.
	opening = 5 * time.Second

	// trying is how long a card may take to be powered.
	trying = 3 * time.Second
)

// cards asks the card service for its readers, and each reader for its card.
func (p Place) cards(ctx context.Context) (CardService, []Reader) {
	slots, err := p.slots(ctx)
	c := p.cardService(ctx, answerOf(err))
	if err != nil {
		c.Err = err.Error()
		return c, nil
	}
	var all []Reader
	for _, name := range slots.Names() {
		r := Reader{Name: name, State: Empty}
		if slot := slots[name]; slot.Present || slot.Exclusive {
			r.State, err = p.try(ctx, name)
			if slot.Exclusive {
				r.State = Exclusive
			}
			if err != nil {
				r.Err = err.Error()
			}
		}
		all = append(all, r)
	}
	return c, all
}

func (p Place) slots(ctx context.Context) (pcsc.Slots, error) {
	ctx, cancel := context.WithTimeout(ctx, opening)
	defer cancel()
	s, err := p.Cards.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	slots, _, err := s.Wait(ctx, nil)
	return slots, err
}

// try powers the card in a reader, in a session of its own: one that hangs is
// of no use to the next.
func (p Place) try(ctx context.Context, reader string) (ReaderState, error) {
	ctx, cancel := context.WithTimeout(ctx, trying)
	defer cancel()
	s, err := p.Cards.Open(ctx)
	if err != nil {
		return Broken, err
	}
	defer s.Close()
	card, err := s.Connect(ctx, reader)
	if err == nil {
		err = card.Close()
	}
	switch {
	case err == nil:
		return Answers, nil
	case errors.Is(err, pcsc.ErrMute):
		return Mute, err
	case errors.Is(err, pcsc.ErrBusy):
		return Exclusive, err
	case errors.Is(err, context.DeadlineExceeded):
		return Kept, err
	case errors.Is(err, pcsc.ErrRemoved):
		return Empty, nil // lifted while we looked
	case errors.Is(err, pcsc.ErrUnknownReader):
		return Gone, err
	default:
		return Broken, err
	}
}
