package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/roots"
	"github.com/openbalie/openbalie/bridge/eid/training"
	"github.com/openbalie/openbalie/bridge/gateway"
	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/reader"
	"github.com/openbalie/openbalie/bridge/simulate"
)

// bridge returns the bridge as a function that runs until its context ends:
// the readers of this computer or those for practice, one goroutine that
// watches them, and the gateway that tells the pages.
func bridge(name string, s policy.Settings, log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		// The bridge keeps next to nothing on the heap; a small one stays so.
		debug.SetGCPercent(50)
		id, err := policy.Identity(s.StateDir)
		if err != nil {
			return err
		}
		trusted, err := profile(s)
		if err != nil {
			return err
		}
		listeners, err := gateway.Listen(ctx, s.Port)
		if err != nil {
			return err
		}
		g := &gateway.Gateway{
			Origins: s.AllowedOrigins, MaxScope: s.MaxScope, Profile: trusted,
			BridgeID: id, Version: version, Now: time.Now, Log: log,
		}
		var readers pcsc.Service
		if name == "simulate" {
			practice := simulate.NewReaders(time.Now, reader.ID)
			defer practice.Close()
			readers, g.Simulator = practice, practice
			g.Profile = training.Profile() // nobody trusts practice cards but here
		} else {
			readers = pcsc.System(time.Now)
		}
		log.Info("Bridge started", "version", version, "bridgeId", id, "readers", name, "port", s.Port,
			"addresses", len(listeners), "allowedOrigins", s.AllowedOrigins, "setIn", s.From)
		if s.EIDTestRoots != "" {
			log.Warn("Test identity cards are believed: this is no place for real people", "setting", policy.EIDTestRoots)
		}
		if len(s.AllowedOrigins) == 0 {
			log.Warn("No web address may connect: set allowedOrigins")
		}
		defer log.Info("Bridge stopped")
		watcher := reader.New(readers, time.Now)
		watcher.Beep = s.Beep
		g.Cards = watcher
		return join(ctx, watcher, func(ctx context.Context, events <-chan reader.Event) error {
			return g.Run(ctx, listeners, events)
		})
	}
}

// join watches the readers for as long as the gateway runs.
func join(ctx context.Context, watcher *reader.Watcher, run func(context.Context, <-chan reader.Event) error) error {
	watching, stop := context.WithCancel(ctx)
	events := make(chan reader.Event, 16)
	var watch sync.WaitGroup
	watch.Go(func() { watcher.Watch(watching, events) })
	err := run(ctx, events)
	stop()
	watch.Wait()
	return err
}

// profile returns whose signature on an identity card counts.
func profile(s policy.Settings) (eid.Profile, error) {
	wrong := func(name, value string, err error) (eid.Profile, error) {
		return eid.Profile{}, fmt.Errorf("%w: %s = %q (from %s): %w", policy.ErrInvalid, name, value, s.From[name], err)
	}
	p := eid.Register()
	var err error
	if s.EIDRoots != "" {
		if p, err = roots.Read(s.EIDRoots, append(eid.Pins(), eid.PinCA2)...); err != nil {
			return wrong(policy.EIDRoots, s.EIDRoots, err)
		}
	}
	if s.EIDTestRoots != "" {
		tests, lists, err := roots.ReadTests(s.EIDTestRoots)
		if err != nil {
			return wrong(policy.EIDTestRoots, s.EIDTestRoots, err)
		}
		p.Tests, p.Lists = tests, append(p.Lists, lists...)
	}
	return p, nil
}

func logger(w io.Writer, s policy.Settings) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == policy.JSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
