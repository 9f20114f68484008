// Command openbalie is the back end: the web app with its API, the public
// UiTPAS API, and the database under them.
//
//	openbalie serve --sandbox     everything with sample data, to look around
//	openbalie help                all commands
//
// Main is wiring: it reads settings, starts what they say, and stops it in
// order. It is the one place with a clock and a terminal.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"text/tabwriter"
)

// version is set by the build.
var version = ""

// A command is one word after openbalie. Words of subcommands are in args.
type command struct {
	name  string
	about string
	run   func(ctx context.Context, p program) error
}

// program is what a command gets: what was typed, and where to answer.
type program struct {
	args     []string
	env      func(string) string
	out, err io.Writer
}

var commands = []command{
	{"serve", "answer browsers and programs", serve},
	{"migrate", "bring the database to this version", migrate},
	{"db", "url | psql | backup FILE | restore FILE | upgrade", database},
	{"seed", "fill an empty database with sample data", seed},
	{"setup", "FILE: make card systems, counters and activities", setUp},
	{"user", "grant | revoke EMAIL ROLE ORGANIZER: give or take a person's role | sign-out EMAIL", user},
	{"client", "grant | revoke ID ROLE ORGANIZER: give or take a program's role", client},
	{"keys", "rotate | reseal | retire: new keys for national numbers", keys},
	{"audit", "verify [HASH]: prove the audit log | verify-ledger: prove all balances", auditCommand},
	{"version", "say which version this is", printVersion},
}

// errUsage says that the command line was wrong; the message was printed.
var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], program{env: os.Getenv, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// run runs one command and returns the exit code.
func run(ctx context.Context, args []string, p program) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		usage(p.out)
		return 0
	}
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		p.args = args[1:]
		err := c.run(ctx, p)
		switch {
		case err == nil || errors.Is(err, flag.ErrHelp):
			return 0
		case errors.Is(err, errUsage):
			return 2
		}
		_, _ = fmt.Fprintf(p.err, "openbalie %s: %v\n", c.name, err)
		return 1
	}
	_, _ = fmt.Fprintf(p.err, "openbalie: there is no command %q\n\n", args[0])
	usage(p.err)
	return 2
}

func usage(w io.Writer) {
	_, _ = fmt.Fprint(w, "openbalie is the back end of the counter.\n\nCommands:\n")
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, c := range commands {
		_, _ = fmt.Fprintf(t, "  %s\t%s\n", c.name, c.about)
	}
	_ = t.Flush()
	_, _ = fmt.Fprint(w, "\nEach command lists its settings with --help. To look around: openbalie serve --sandbox\n")
}

func printVersion(_ context.Context, p program) error {
	_, err := fmt.Fprintln(p.out, "openbalie", versionText())
	return err
}

// versionText is the build's version, or the commit it was built from.
func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return s.Value[:12]
			}
		}
	}
	return "dev"
}
