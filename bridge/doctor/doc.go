// Package doctor finds out why a counter PC does not read passes, and says so
// in words that somebody who manages computers can act upon.
//
// It has two halves. [Examine] looks: at the card service and its readers, at
// the port, at the bridge that answers there, at the policies of the browsers.
// What it saw is a [Facts]. [Diagnose] judges: facts in, findings out, nothing
// else. So a new rule is a row in a table, and a report that a counter sends in
// can be judged again elsewhere.
//
// Where to look is the one thing that differs between systems; it stands in the
// files named after them. The package starts no service, changes no setting and
// sends no command to a card: it only powers a card to learn whether it answers.
//
// # Goroutines
//
// None outlives Examine, except a call into the card service that hangs, which
// package pcsc leaves behind.
//
// # What a report holds
//
// [Facts.Clean] takes out what could point at a person: names of accounts, the
// way to a home folder, serial numbers of readers. Numbers of cards are never
// read.
package doctor
