// Command openbalie-bridge tells the OpenBalie web app, in a browser on the
// same computer, which pass lies on the card reader, and reads the identity
// card in it when it is asked to.
//
// This package only wires: it reads the command line, and joins the readers
// (package reader over package pcsc, or package simulate in its place) with
// the gateway. It holds the clock; nothing below it asks for the time itself.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/service"
)

// version is set by the build.
var version = "dev"

// The exit codes. Those of status are the ones of the Linux Standard Base.
const (
	exitDone         = 0
	exitFailed       = 1
	exitWrong        = 2 // the command, a flag or a setting
	exitStopped      = 3
	exitNotInstalled = 4
)

const usage = `openbalie-bridge tells the OpenBalie web app which pass lies on this computer's
card reader, and reads identity cards where its settings allow that. It listens
on 127.0.0.1 and [::1] only.

Usage: openbalie-bridge COMMAND [flags]

To run it here
  run         read the card readers of this computer, until Ctrl+C
  simulate    the same with practice readers, moved from the web app's tray

As a service of this computer (as administrator or root)
  install     register it; the flags are those of run and are kept
  uninstall   take it away; settings and identity stay
  start       start it
  stop        stop it
  status      say whether it runs: exit code 0 running, 3 stopped, 4 not installed

When passes are not read
  doctor      say why, and what to do: exit code 0 all is well, 1 a problem (--json for programs)

About it
  version     print the version
  help        print this

Flags of run, simulate, install and doctor
`

func main() {
	os.Exit(command(os.Args[1:], os.Stdout, os.Stderr))
}

// command does what the command line says and returns the exit code.
func command(args []string, stdout, stderr io.Writer) int {
	name := "help"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	var err error
	switch name {
	case "run", "simulate":
		return serve(name, args, stderr)
	case "install":
		if _, err := settings("run", args, stderr); err != nil {
			return report(err, stderr)
		}
		err = service.Install(args)
	case "uninstall":
		err = service.Uninstall()
	case "start":
		err = service.Start()
	case "stop":
		err = service.Stop()
	case "status":
		return status(stdout, stderr)
	case "doctor":
		return examine(args, stdout, stderr)
	case "version", "--version", "-version":
		_, _ = fmt.Fprintln(stdout, version)
	case "help", "--help", "-help", "-h":
		help(stdout)
	default:
		_, _ = fmt.Fprintf(stderr, "openbalie-bridge: there is no command %q; try `openbalie-bridge help`\n", name)
		return exitWrong
	}
	return report(err, stderr)
}

func report(err error, stderr io.Writer) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.Is(err, policy.ErrInvalid), errors.Is(err, errUsage):
		_, _ = fmt.Fprintln(stderr, "openbalie-bridge:", err)
		return exitWrong
	default:
		_, _ = fmt.Fprintln(stderr, "openbalie-bridge:", err)
		return exitFailed
	}
}

func status(stdout, stderr io.Writer) int {
	state, err := service.Status()
	if err != nil {
		return report(err, stderr)
	}
	_, _ = fmt.Fprintln(stdout, state)
	switch state {
	case service.Running:
		return exitDone
	case service.Stopped:
		return exitStopped
	default:
		return exitNotInstalled
	}
}

var errUsage = errors.New("wrong usage")

// descriptions say in the help what each setting is for.
var descriptions = map[string]string{
	policy.AllowedOrigins: "web addresses that may connect, separated by commas, such as https://balie.example",
	policy.Port:           fmt.Sprintf("port on 127.0.0.1 and [::1] (default %d)", protocol.Port),
	policy.MaxScope:       "the most that a page is told of a card: reader.status, card.present, card.uid, card.identity or card.photo (default card.uid; of simulate card.photo)",
	policy.LogLevel:       "debug, info, warn or error (default info)",
	policy.LogFormat:      "text or json (default text)",
	policy.StateDir:       "folder that keeps the bridge's identity",
	policy.EIDRoots:       "file or folder with the root certificates of Belgium, for the verdict on identity cards",
	policy.EIDTestRoots:   "the same of test cards and specimens; never at a counter",
	policy.Beep:           "true has contactless readers sound when a pass was read, where they can (default false)",
}

// flags returns the flags of run, and where their values go.
func flags() (set *flag.FlagSet, values map[string]string, file *string) {
	set = flag.NewFlagSet("run", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	values = map[string]string{}
	for _, name := range policy.Names() {
		set.Func(policy.FlagName(name), descriptions[name], func(v string) error {
			values[name] = v
			return nil
		})
	}
	file = set.String("config", "", "settings file (default "+policy.DefaultFile()+")")
	return set, values, file
}

func help(w io.Writer) {
	_, _ = io.WriteString(w, usage)
	set, _, _ := flags()
	names := []string{"config"}
	for _, name := range policy.Names() {
		names = append(names, policy.FlagName(name))
	}
	for _, name := range names {
		_, _ = fmt.Fprintf(w, "  --%-17s %s\n", name, set.Lookup(name).Usage)
	}
	_, _ = fmt.Fprintf(w, `
Each setting may also stand in the settings file (allowedOrigins = ["https://balie.example"])
or in the environment (%s). Flags win over the environment,
the environment over the file; a machine policy wins over all.
`, policy.EnvName(policy.AllowedOrigins))
}

// settings reads the settings in force for a command and the flags in args.
func settings(name string, args []string, stderr io.Writer) (policy.Settings, error) {
	set, values, file := flags()
	if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
		help(stderr)
		return policy.Settings{}, err
	} else if err != nil {
		return policy.Settings{}, fmt.Errorf("%w: %w", errUsage, err)
	}
	if set.NArg() > 0 {
		return policy.Settings{}, fmt.Errorf("%w: what is %q?", errUsage, strings.Join(set.Args(), " "))
	}
	places := policy.Places{
		File: policy.DefaultFile(), Machine: policy.MachinePolicy(), Getenv: os.Getenv, Flags: values,
	}
	if *file != "" {
		places.File, places.FileRequired = *file, true
	}
	defaults := policy.Defaults(protocol.Port)
	if name == "simulate" {
		defaults.MaxScope = policy.CardPhoto // the people on practice cards do not exist
	}
	return policy.Load(defaults, places)
}

// serve runs the bridge until the system or Ctrl+C ends it.
func serve(name string, args []string, stderr io.Writer) int {
	out, err := service.Log(stderr)
	if err != nil {
		return report(err, stderr)
	}
	s, err := settings(name, args, stderr)
	if err != nil {
		return report(err, out)
	}
	log := logger(out, s)
	slog.SetDefault(log)
	start := bridge(name, s, log)
	if service.Managed() && name == "run" {
		return report(service.Run(start, log), out)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl+C ends it at once
	return report(start(ctx), out)
}
