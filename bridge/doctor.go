package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"
	"time"

	"github.com/openbalie/openbalie/bridge/doctor"
	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/service"
)

const doctorUsage = `openbalie-bridge doctor looks why passes are not read, and says what to do. It
changes nothing. Exit code 0: no problem, 1: at least one, 2: wrong flag.

Usage: openbalie-bridge doctor [--json] [flags of run]

It takes the settings that the installed service starts with; flags win over
them. Copy what it says into your question for help: it names nobody.
`

// examine looks at this computer for the settings in args, and reports.
func examine(args []string, stdout, stderr io.Writer) int {
	place := doctor.Place{
		Root: doctor.Root, Cards: pcsc.System(time.Now), Service: installed(),
		Version: version, At: time.Now(),
	}
	var asJSON bool
	var err error
	place.Settings, asJSON, err = doctorSettings(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = io.WriteString(stderr, doctorUsage)
		return exitDone
	case errors.Is(err, errUsage):
		return report(err, stderr)
	case err != nil:
		place.SettingErr, place.Settings = err, policy.Defaults(protocol.Port)
	}
	facts := doctor.Examine(context.Background(), place)
	home, _ := os.UserHomeDir() // the service has none
	result := doctor.NewReport(facts.Clean(home))
	write := result.Text
	if asJSON {
		write = result.JSON
	}
	if err := write(stdout); err != nil {
		return report(fmt.Errorf("write the report: %w", err), stderr)
	}
	if !result.Healthy {
		return exitFailed
	}
	return exitDone
}

// doctorSettings reads the settings of the installed service, under those of
// the command line.
func doctorSettings(args []string) (s policy.Settings, asJSON bool, err error) {
	set, values, file := flags()
	set.BoolVar(&asJSON, "json", false, "")
	if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
		return s, asJSON, err
	} else if err != nil {
		return s, asJSON, fmt.Errorf("%w: %w", errUsage, err)
	}
	if set.NArg() > 0 {
		return s, asJSON, fmt.Errorf("%w: what is %q?", errUsage, strings.Join(set.Args(), " "))
	}
	if arguments := doctor.Arguments(); len(arguments) > 0 {
		known, given, kept := flags()
		if err := known.Parse(arguments[1:]); err != nil { // behind the word run
			return s, asJSON, fmt.Errorf("%w: what the service is started with: %w", policy.ErrInvalid, err)
		}
		maps.Copy(given, values)
		values = given
		if *file == "" {
			file = kept
		}
	}
	places := policy.Places{File: policy.DefaultFile(), Machine: policy.MachinePolicy(), Getenv: os.Getenv, Flags: values}
	if *file != "" {
		places.File, places.FileRequired = *file, true
	}
	s, err = policy.Load(policy.Defaults(protocol.Port), places)
	return s, asJSON, err
}

// installed asks the system how the service is.
func installed() doctor.Service {
	state, err := service.Status()
	switch {
	case err != nil:
		return doctor.Service{State: doctor.NotTold, Err: err.Error()}
	case state == service.Running:
		return doctor.Service{State: doctor.Running}
	case state == service.Stopped:
		return doctor.Service{State: doctor.Stopped}
	default:
		return doctor.Service{State: doctor.NotInstalled}
	}
}
