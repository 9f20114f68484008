// Package eid reads the Belgian identity card, understands what stands on it
// and says how far it can be trusted.
//
// It is pure: no card service, no network, no disk. [Read] takes a [Line] to a
// card, [ParseIdentity] and [ParseAddress] take bytes, [Profile.Verify] takes
// the bytes and the root certificates, so that the back end can use it too.
//
// # Reading
//
// A card is known by what it answers to SELECT, never by its answer to reset:
// a new chip with a new answer stopped half the country's software in 2021.
// Each file is read in one short transaction and told as soon as it is there.
//
// No reader is believed when it says that a file ends. Common ones answer 6B00,
// 6986 or an empty 9000 in the middle of a file now and then
// (roelderickx/connective-plugin-linux, pull request 50). A file is whole only
// when its last byte was seen to be the last, by reading it once more, and when
// its structure is whole; or when its structure alone proves it: the length in
// front of a certificate, the digest of the picture.
//
// # Never a PIN
//
// No command of this package has to do with the PIN: on applet 1.1 even an empty
// VERIFY costs an attempt (applet 1.7 reference manual, VERIFY). INTERNAL
// AUTHENTICATE, by which applet 1.8 proves that the card is there, is limited
// to 5000 uses a card and blocks older cards for good; it stays out until the
// back end can sign a request for it.
//
// # Goroutines
//
// None. Read blocks until it is done or its context ends.
//
// # Sources
//
// Comments name them short: M17 and M18 are the «Public Belpic Applet Reference
// Manual» of applets 1.7 and 1.8, C54 is «Belgian Electronic Identity Card
// content» 5.4, IDA5 is «ID_ADRESSE_File applet 1.8» version 5, all in the
// folder doc/sdk of Fedict/eid-mw.
package eid
