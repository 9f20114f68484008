package eid

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// Options say what to read. The zero value reads everything.
type Options struct {
	// Files to read, in this order; nil is All. The identity belongs in
	// front: it tells an eID from other cards and proves the picture.
	Files []File

	// ATR is the answer to reset. It only helps to name other cards and
	// spares the first chips; no card is refused for it.
	ATR []byte

	// Selected says that Recognise selected the identity over this line a
	// moment ago, so that it may be read without being selected again. Should
	// another program have been faster, it is.
	Selected bool
}

// Event is one file that was read, or could not be.
type Event struct {
	File     File
	Raw      []byte // not to be changed
	Identity Identity
	Address  Address
	Picture  Picture
	Err      error // the card has no such file, or it came cut off each time
}

// Report says how a read went. It holds nothing about the person.
type Report struct {
	Commands int      // sent
	Repeats  int      // commands and files that had to be asked for again
	Card     CardData // what chip it was; zero when it would not say
}

// Read reads the files of the card and tells each as soon as it is there, with
// no transaction open. What it tells are the bytes of the card. The signatures
// and the certificate, which nobody looks at one by one, are told at the end,
// when they have proved what went before if anything went wrong on the way.
//
// A file that cannot be read is told with its error, and the next one follows.
// Read stops at the identity, since without it there is nothing to show, when
// the card is gone, when the way to it fails for good, when ctx ends or when
// tell fails.
func Read(ctx context.Context, line Line, o Options, tell func(Event) error) (Report, error) {
	r := reading{conversation: conversation{line: line, atr: o.ATR, gentle: hasty(o.ATR)}, selected: o.Selected}
	plan := o.Files
	if plan == nil {
		plan = All()
	}
	var proofs []Event
	for i, f := range plan {
		e, err := r.event(ctx, f)
		if err != nil {
			return r.report, fmt.Errorf("read %s: %w", f, err)
		}
		r.got.Put(f, e.Raw)
		if f.proof() || i == len(plan)-1 {
			proofs = append(proofs, e)
		} else if err := tell(e); err != nil {
			return r.report, fmt.Errorf("tell %s: %w", f, err)
		}
	}
	if err := r.recheck(ctx, plan); err != nil {
		return r.report, fmt.Errorf("read the card again: %w", err)
	}
	for _, e := range proofs {
		if err := tell(e); err != nil {
			return r.report, fmt.Errorf("tell %s: %w", e.File, err)
		}
	}
	// Everything is told; what the chip has to say about itself is only for
	// the diagnosis.
	_ = r.attempt(ctx, func() (err error) {
		r.report.Card, err = r.cardData(ctx)
		return err
	})
	return r.report, nil
}

// event reads one file, and fails where the next one cannot go better.
func (r *reading) event(ctx context.Context, f File) (Event, error) {
	e := Event{File: f}
	e.Raw, e.Err = r.file(ctx, f)
	if e.Err == nil {
		e.Err = r.parse(&e)
	}
	if e.Err != nil {
		e.Raw = nil
		if fatal(e.Err) || f == IdentityFile {
			return e, e.Err
		}
	}
	return e, nil
}

// fatal reports whether the next file cannot go better.
func fatal(err error) bool {
	for _, mild := range []error{ErrAbsent, ErrTruncated, ErrUnstable, ErrMalformed, ErrRefused} {
		if errors.Is(err, mild) {
			return false
		}
	}
	return err != nil
}

// limit is more than any file has.
const limit = 16 << 10

// reading is one read of one card.
type reading struct {
	conversation

	got      Files
	hash     []byte // of the picture, as the identity says
	selected bool   // the identity is, for all we know
}

func (r *reading) parse(e *Event) (err error) {
	switch e.File {
	case IdentityFile:
		e.Identity, err = ParseIdentity(e.Raw)
		r.hash = e.Identity.PictureHash
	case AddressFile:
		e.Address, err = ParseAddress(e.Raw)
	case PictureFile:
		e.Picture, _ = ParsePicture(e.Raw)
	default:
	}
	return err
}

// file reads a file until it is whole. One that ends too early each time, but
// at the same byte, is the card's own doing; whether that may be is for its
// shape to say.
func (r *reading) file(ctx context.Context, f File) ([]byte, error) {
	var raw, doubtful []byte
	err := r.attempt(ctx, func() (err error) {
		spared := r.selected && f == IdentityFile
		if r.selected = false; !spared {
			err = r.open(ctx, f)
		}
		if err == nil {
			raw, err = r.content(ctx, shape{f, r.hash})
		}
		if spared && err != nil && (!fatal(err) || errors.Is(err, ErrNotActivated)) {
			raw, err = nil, fmt.Errorf("%w: %s is not selected any more", errDoubtful, f)
		}
		if (err == nil || errors.Is(err, errDoubtful)) && r.told(f, raw) {
			raw, err = nil, fmt.Errorf("%w: %s is another file", errDoubtful, f)
		}
		if !errors.Is(err, errDoubtful) {
			return err
		}
		if len(raw) > 0 && bytes.Equal(raw, doubtful) {
			return shape{f, r.hash}.verdict(raw)
		}
		doubtful = raw
		return err
	})
	if errors.Is(err, errDoubtful) {
		err = fmt.Errorf("%w: %w", ErrUnstable, err)
	}
	if err != nil {
		return nil, err
	}
	return raw, nil
}

// told reports whether these bytes were told as another file: then the reader
// kept the last selection to itself.
func (r *reading) told(f File, raw []byte) bool {
	if len(bytes.Trim(raw, "\x00")) == 0 {
		return false
	}
	for _, other := range All() {
		before := r.got.Of(other)
		if other != f && len(before) > 0 && (bytes.HasPrefix(before, raw) || bytes.HasPrefix(raw, before)) {
			return true
		}
	}
	return false
}

const (
	misses  = 5  // how often in a row a reader may say that there is no more
	overlap = 32 // how much is compared after the file was selected anew
)

// content reads the selected file. Nothing that says «no more» is believed. Where
// the file seems to end, its last byte is read once more, with all that follows:
// 6C01, or that one byte, proves the end; more bytes refute it; and 6B00 there
// is a lie, which a new selection of the file cures. When the last byte cannot be
// had for such lies, the end is where two comparisons after them found it.
func (r *reading) content(ctx context.Context, s shape) ([]byte, error) {
	raw := make([]byte, 0, s.room()) // growing would leave copies behind
	missed, agreed, back := 0, 0, 0
	for len(raw) <= limit {
		if s.proven(raw) {
			return s.cut(raw), nil
		}
		if back == 0 && s.likely(raw) {
			back = 1
		}
		back = min(back, len(raw))
		at := len(raw) - back
		piece, err := r.piece(ctx, at, s.wanted(raw, at), back == 1)
		if err != nil {
			return nil, err
		}
		if len(piece.data) == 0 && !piece.last {
			if missed++; missed == misses {
				return nil, piece.lost(s.file, at)
			}
			r.report.Repeats++
			back = overlap + agreed // another place than before
			if err := r.open(ctx, s.file); err != nil {
				return nil, err
			}
			continue
		}
		if len(piece.data) > 0 { // or 6C01
			same := min(len(piece.data), back)
			if !bytes.Equal(raw[at:at+same], piece.data[:same]) || piece.last && same < back {
				return nil, fmt.Errorf("%w: other bytes at %d of %s", errDoubtful, at, s.file)
			}
			if same < back { // not even what was there before
				back = 1
				continue
			}
			raw = append(raw[:at], piece.data...)
		}
		switch end := piece.last || piece.short; {
		case len(piece.data) > back: // there was more
			missed, agreed = 0, 0
		case end && (back == 1 || agreed == 1): // its last byte is its last, or twice the same after «no more»
			return s.ended(raw)
		case end && back > 1:
			agreed++
		}
		if back = 0; piece.short {
			back = 1
		}
	}
	return nil, fmt.Errorf("%w: %s does not end", ErrMalformed, s.file)
}

// piece is the answer to one READ BINARY.
type piece struct {
	data  []byte
	sw    status
	short bool // less than was asked for
	last  bool // the card said with 6C how much is left, and this is it
}

// piece reads at an offset. Peek means that a 6C01 says enough.
func (r *reading) piece(ctx context.Context, at, wanted int, peek bool) (piece, error) {
	asked := 0
	data, sw, err := r.exchange(ctx, func() []byte {
		if asked > 0 && r.chunk < len(chunks)-1 { // it broke off: less may get across
			r.chunk++
		}
		asked = min(wanted, chunks[r.chunk])
		return readBinary(at, asked)
	})
	for err == nil && sw == wrongLength && r.chunk < len(chunks)-1 { // it cannot say so much at once
		r.chunk++
		asked = min(wanted, chunks[r.chunk])
		data, sw, err = r.plain(ctx, readBinary(at, asked))
	}
	left := 0
	if err == nil && sw>>8 == 0x6C {
		left = int(sw & 0xFF)
		if r.gentle {
			err = pause(ctx, rest)
		}
		if err == nil && peek && left == 1 {
			return piece{last: true, sw: sw}, nil
		}
		if err == nil {
			data, sw, err = r.plain(ctx, readBinary(at, left))
			r.gentle = r.gentle || errors.Is(err, ErrGarbled) || err == nil && sw != done // applet 1.1 has the answer to reset of 1.7
		}
	}
	switch {
	case err != nil:
		return piece{}, err
	case sw == done || sw == 0x6282: // 6282: fewer bytes than asked for
		return piece{data, sw, len(data) < asked, left > 0 && len(data) == left}, nil
	case sw == noCommand:
		return piece{}, fmt.Errorf("%w: status %04X", ErrNotActivated, sw)
	default:
		return piece{sw: sw}, nil
	}
}

// lost is the error for a reader that kept saying that there is no more.
func (p piece) lost(f File, at int) error {
	if p.sw == wrongState {
		return fmt.Errorf("%w: status %04X", ErrNotActivated, p.sw)
	}
	return fmt.Errorf("%w: %s at %d, status %04X", ErrTruncated, f, at, p.sw)
}

// recheck proves a read in which something went wrong by the signatures on it.
// When they do not hold, all is read once more, and has to be the same.
func (r *reading) recheck(ctx context.Context, plan []File) error {
	if r.report.Repeats == 0 || r.got.signed() {
		return nil
	}
	for _, f := range plan {
		raw, err := r.file(ctx, f)
		if fatal(err) {
			return err
		}
		if !bytes.Equal(raw, r.got.Of(f)) {
			return fmt.Errorf("%w: %s", ErrUnstable, f)
		}
	}
	return nil
}
