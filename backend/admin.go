package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/setup"
	"github.com/openbalie/openbalie/backend/who"
)

// with runs fn on the database that the settings name.
func with(ctx context.Context, name string, p program, fn func(config, []string, opened) error) (err error) {
	c, words, err := readConfig(name, p)
	if err != nil {
		return err
	}
	d, err := openDatabase(ctx, c, slog.New(slog.DiscardHandler), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.leave(ctx)) }()
	return fn(c, words, d)
}

// wrong explains how a command is used.
func wrong(p program, how string) error {
	_, _ = fmt.Fprintln(p.err, "usage: openbalie", how)
	return errUsage
}

// migrate brings the database to this version.
func migrate(ctx context.Context, p program) error {
	return with(ctx, "migrate", p, func(_ config, _ []string, d opened) error {
		if err := update(ctx, d.DB); err != nil {
			return err
		}
		if err := db.EnsurePartitions(ctx, d.DB, time.Now()); err != nil {
			return err
		}
		has, _, err := db.SchemaVersion(ctx, d.DB)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.out, "schema version", has)
		return err
	})
}

// seed fills a database with sample data.
func seed(ctx context.Context, p program) error {
	return with(ctx, "seed", p, func(c config, _ []string, d opened) error {
		now := time.Now()
		if err := prepare(ctx, d, now); err != nil {
			return err
		}
		ring, err := openRing(c, p)
		if err != nil {
			return err
		}
		return fill(ctx, d.DB, ring, now)
	})
}

// database is openbalie db.
func database(ctx context.Context, p program) error {
	const how = "db url | psql [-- arguments] | backup FILE | restore FILE | upgrade [settings]"
	if len(p.args) == 0 {
		return wrong(p, how)
	}
	verb, file := p.args[0], ""
	p.args = p.args[1:]
	if (verb == "backup" || verb == "restore") && len(p.args) > 0 {
		file, p.args = p.args[0], p.args[1:]
	}
	switch {
	case verb == "url":
		return databaseURL(p)
	case verb == "upgrade":
		return upgrade(ctx, p)
	case verb == "psql":
		return with(ctx, "db psql", p, func(_ config, words []string, d opened) error {
			return db.Psql(ctx, d.DSN(), words, db.Terminal{In: os.Stdin, Out: p.out, Err: p.err})
		})
	case verb == "backup" && file != "":
		return with(ctx, "db backup", p, func(_ config, _ []string, d opened) error {
			a, err := db.Backup(ctx, d.DB, file, time.Now())
			return report(p, err, "%d tables written to %s; keep the key ring apart", len(a.Tables), file)
		})
	case verb == "restore" && file != "":
		return with(ctx, "db restore", p, func(_ config, _ []string, d opened) error {
			a, err := db.Restore(ctx, d.DB, file)
			return report(p, err, "%d tables read from %s", len(a.Tables), file)
		})
	default:
		return wrong(p, how)
	}
}

func databaseURL(p program) error {
	c, _, err := readConfig("db url", p)
	if err != nil {
		return err
	}
	dsn := c.values["db"]
	if dsn == "" {
		dsn, err = db.URL(c.privateOptions(nil))
	}
	return report(p, err, "%s", dsn)
}

func upgrade(ctx context.Context, p program) error {
	c, _, err := readConfig("db upgrade", p)
	if err != nil {
		return err
	}
	from, to, err := db.Upgrade(ctx, c.privateOptions(nil), time.Now())
	return report(p, err, "PostgreSQL %d became %d; the old folder is kept beside it", from, to)
}

func report(p program, err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, format+"\n", args...)
	return err
}

// setUp makes what a file asks for.
func setUp(ctx context.Context, p program) error {
	if len(p.args) == 0 || strings.HasPrefix(p.args[0], "-") {
		return wrong(p, "setup FILE [settings]")
	}
	name := p.args[0]
	p.args = p.args[1:]
	return with(ctx, "setup", p, func(_ config, _ []string, d opened) error {
		text, err := os.ReadFile(name) //nolint:gosec // the operator named it
		if err != nil {
			return err
		}
		plan, err := setup.Read(string(text))
		if err != nil {
			return err
		}
		if err := prepare(ctx, d, time.Now()); err != nil {
			return err
		}
		done, err := setup.Apply(ctx, d.DB, who.Program("command-line"), plan)
		return report(p, err, "made: %d card systems, %d organizers, %d activities; there already: %d", done.CardSystems, done.Organizers, done.Activities, done.Kept)
	})
}

// user is openbalie user.
func user(ctx context.Context, p program) error {
	const how = "user grant | revoke EMAIL ROLE ORGANIZER | user sign-out EMAIL"
	if len(p.args) > 1 && p.args[0] == "sign-out" {
		return signOut(ctx, p)
	}
	return roles(ctx, p, "user", who.Person, how)
}

// client is openbalie client.
func client(ctx context.Context, p program) error {
	return roles(ctx, p, "client", who.Client, "client grant | revoke ID ROLE ORGANIZER")
}

// roles gives or takes a role.
func roles(ctx context.Context, p program, name string, kind who.Kind, how string) error {
	if len(p.args) < 4 || p.args[0] != "grant" && p.args[0] != "revoke" {
		return wrong(p, how)
	}
	revoke, subject, role, at := p.args[0] == "revoke", p.args[1], rights.Role(p.args[2]), p.args[3]
	p.args = p.args[4:]
	return with(ctx, name, p, func(_ config, _ []string, d opened) error {
		us := who.Program("command-line")
		if revoke {
			err := db.InTx(ctx, d.DB, func(tx *db.Tx) error { return takeRole(ctx, tx, us, kind, subject, at, role) })
			return report(p, err, "revoked")
		}
		err := db.InTx(ctx, d.DB, func(tx *db.Tx) error {
			if _, err := organizer.ByID(ctx, tx, at); err != nil {
				return err
			}
			return rights.Grant(ctx, tx, us, kind, subject, at, role)
		})
		return report(p, err, "granted")
	})
}

// takeRole fails when there is nothing to take: who misspells an address must not
// believe that its owner is out.
func takeRole(ctx context.Context, tx *db.Tx, by who.Actor, kind who.Kind, subject, at string, role rights.Role) error {
	held, err := rights.Of(ctx, tx, who.Actor{Kind: kind, Subject: rights.Subject(kind, subject)})
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(held, func(h rights.Held) bool { return h.OrganizerID == at && slices.Contains(h.Roles, role) }) {
		return fmt.Errorf("nobody of that name is %s there", role)
	}
	return rights.Revoke(ctx, tx, by, kind, subject, at, role)
}

// signOut is openbalie user sign-out: it ends all sessions of a person.
func signOut(ctx context.Context, p program) error {
	email := rights.Subject(who.Person, p.args[1])
	p.args = p.args[2:]
	return with(ctx, "user", p, func(_ config, _ []string, d opened) error {
		var n int
		err := db.InTx(ctx, d.DB, func(tx *db.Tx) (err error) {
			n, err = login.EndAll(ctx, tx, who.Program("command-line"), email)
			return err
		})
		return report(p, err, "%d sessions ended", n)
	})
}

// auditCommand is openbalie audit.
func auditCommand(ctx context.Context, p program) error {
	const how = "audit verify [HASH] | verify-ledger [settings]"
	if len(p.args) == 0 {
		return wrong(p, how)
	}
	verb := p.args[0]
	p.args = p.args[1:]
	switch verb {
	case "verify":
		kept := ""
		if len(p.args) > 0 && !strings.HasPrefix(p.args[0], "-") {
			kept, p.args = p.args[0], p.args[1:]
		}
		return with(ctx, "audit verify", p, func(_ config, _ []string, d opened) error { return verifyAudit(ctx, p, d.DB, kept) })
	case "verify-ledger":
		return with(ctx, "audit verify-ledger", p, func(_ config, _ []string, d opened) error { return verifyLedger(ctx, p, d.DB) })
	default:
		return wrong(p, how)
	}
}

// verifyAudit reads the audit log against its seals, and looks for one whose
// hash was kept elsewhere.
func verifyAudit(ctx context.Context, p program, d *db.DB, kept string) error {
	r, err := audit.Verify(ctx, d)
	if err != nil {
		return err
	}
	for _, f := range r.Faults {
		_, _ = fmt.Fprintln(p.out, f)
	}
	for _, month := range r.Gone {
		_, _ = fmt.Fprintf(p.out, "the rows of %s are gone, their seals are there\n", month)
	}
	if kept != "" {
		has, err := audit.Has(ctx, d, kept)
		switch {
		case err != nil:
			return err
		case !has:
			return fmt.Errorf("no seal has the hash %s: seals were made anew or taken out", kept)
		}
	}
	if len(r.Faults) > 0 {
		return fmt.Errorf("%d faults in the audit log", len(r.Faults))
	}
	age, err := audit.Unsealed(ctx, d)
	if err != nil {
		return err
	}
	return report(p, nil, "the audit log is in order: %d rows in %d batches, the oldest row without a seal is %s old\nkeep this hash elsewhere: %s",
		r.Rows, r.Seals, age.Round(time.Second), r.Last.Hash)
}

// verifyLedger proves all balances.
func verifyLedger(ctx context.Context, p program, d *db.DB) error {
	faults, err := points.Verify(ctx, d)
	if err != nil {
		return err
	}
	for _, f := range faults {
		_, _ = fmt.Fprintln(p.out, f.What, f.Ref)
	}
	if len(faults) > 0 {
		return fmt.Errorf("%d faults in the ledger", len(faults))
	}
	return report(p, nil, "the ledger is in order")
}
