package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	kardianos "github.com/kardianos/service"
)

// Name is what the service is called in systemctl, sc and launchctl.
const Name = "openbalie-bridge"

// stopTime is how long Stop waits. Windows gives a service twenty seconds.
const stopTime = 5 * time.Second

// The states of the service.
const (
	Running      State = "running"
	Stopped      State = "stopped"
	NotInstalled State = "not installed"
)

// State is what the system says about the service.
type State string

// Managed reports whether the system's service manager started this program.
func Managed() bool { return !kardianos.Interactive() }

// Run runs the bridge for the service manager, and returns when it was told
// to stop. If the bridge ends by itself the program ends here.
func Run(bridge func(context.Context) error, log *slog.Logger) error {
	p := &program{bridge: bridge, exit: os.Exit, log: log}
	s, err := kardianos.New(p, config(nil))
	if err != nil {
		return fmt.Errorf("reach the service manager: %w", err)
	}
	return s.Run()
}

// Install registers the service with the arguments that `run` gets.
func Install(arguments []string) error {
	return with("install", arguments, kardianos.Service.Install)
}

// Uninstall takes the service away. What it wrote stays.
func Uninstall() error { return with("uninstall", nil, kardianos.Service.Uninstall) }

// Start asks the system to start the service.
func Start() error { return with("start", nil, kardianos.Service.Start) }

// Stop asks the system to stop the service.
func Stop() error { return with("stop", nil, kardianos.Service.Stop) }

// Status asks the system how the service is.
func Status() (State, error) {
	state := Stopped
	err := with("ask for the state of", nil, func(s kardianos.Service) error {
		status, err := s.Status()
		if status == kardianos.StatusRunning {
			state = Running
		}
		return err
	})
	if errors.Is(err, kardianos.ErrNotInstalled) {
		return NotInstalled, nil
	}
	return state, err
}

func with(what string, arguments []string, do func(kardianos.Service) error) error {
	s, err := kardianos.New(&program{}, config(arguments))
	if err == nil {
		err = do(s)
	}
	if err != nil {
		return fmt.Errorf("%s the service: %w", what, err)
	}
	return nil
}

// program is the bridge as kardianos sees it.
type program struct {
	bridge func(context.Context) error
	exit   func(code int)
	log    *slog.Logger

	cancel context.CancelFunc
	done   chan struct{}
}

// Start returns at once; the service manager waits for it.
func (p *program) Start(kardianos.Service) error {
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel, p.done = cancel, make(chan struct{})
	go func() {
		defer close(p.done)
		err := p.bridge(ctx)
		if ctx.Err() == nil {
			p.log.Error("Bridge ended by itself", "err", err)
			p.exit(1)
		}
	}()
	return nil
}

// Stop ends the bridge.
func (p *program) Stop(kardianos.Service) error {
	p.cancel()
	select {
	case <-p.done:
		return nil
	case <-time.After(stopTime):
		return errors.New("the bridge did not end in time")
	}
}
