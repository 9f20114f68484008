//go:build bench && linux && cgo

package main_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
)

// observed is an emulated card that writes down what it is asked.
type observed struct {
	mu       sync.Mutex
	e        eidtest.Emulator
	commands [][]byte
	powered  time.Time // first
}

func (o *observed) card() pcsctest.Card {
	return pcsctest.Card{ATR: o.e.ATR(), Answer: func(command []byte) []byte {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.commands = append(o.commands, slices.Clone(command))
		return o.e.Answer(command)
	}, Powered: func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.powered.IsZero() {
			o.powered = time.Now()
		}
		o.e.PowerCycle()
	}}
}

// asked returns the commands of a read by file: each begins with SELECT, that of
// the identity when the card was recognised. What the chip says about itself,
// last, is no part of it.
func (o *observed) asked() [][][]byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	var files [][][]byte
	for _, command := range o.commands {
		switch command[1] {
		case 0xA4:
			files = append(files, [][]byte{command})
		case 0xB0:
			files[len(files)-1] = append(files[len(files)-1], command)
		}
	}
	return files
}

// BenchmarkEIDRead measures a read in this process, from the call to the parsed
// value, beside a bare loop that connects to the same card, opens a transaction
// for each file, sends the same commands and parses the same. The bridge has the
// card connected when a page asks for it soon after it came, with the identity
// selected. They take turns; what counts is the median. OPENBALIE_BENCH_CARDS
// says how often.
func BenchmarkEIDRead(b *testing.B) {
	rig := pcsctest.Start(b)
	watcher := reader.New(pcsc.System(time.Now), time.Now)
	ctx, stop := context.WithCancel(context.Background())
	events := make(chan reader.Event, 16)
	var watch sync.WaitGroup
	watch.Go(func() { watcher.Watch(ctx, events) })
	defer watch.Wait()
	defer stop()
	rows := [][]string{{"", "bare loop", "the bridge", "ratio", "target", "", "fastest tenth"}}
	for _, g := range eidtest.Generations() {
		var identity, all beside
		var same [][][]byte
		for i := range 2 * cards(b) {
			o := &observed{e: eidtest.Emulator{Card: canary(g)}}
			rig.Insert(b, 0, o.card())
			id := presented(b, events)
			if i%2 == 0 {
				first, last := readInProcess(b, watcher, id)
				identity.ours, all.ours = append(identity.ours, first), append(all.ours, last)
				same = o.asked()[:len(eid.All())]
			} else { // on a card that has just come as well
				first, last := readBare(b, rig.Reader(0), same)
				identity.bare, all.bare = append(identity.bare, first), append(all.bare, last)
			}
			rig.Remove(b, 0)
			for e := range events {
				if e.Kind == reader.CardRemoved {
					break
				}
			}
		}
		rows = append(rows, identity.row(g.String()+": identity", 1.1), all.row(g.String()+": everything", 1.1))
	}
	b.ReportMetric(0, "ns/op")
	table(b, fmt.Sprintf("%d reads of each generation, median", cards(b)), rows)
}

// beside are measurements that took turns.
type beside struct{ bare, ours []time.Duration }

func (s beside) row(name string, target float64) []string {
	bare, ours := quantile(s.bare, 0.5), quantile(s.ours, 0.5)
	ratio := float64(ours) / float64(bare)
	// On a busy computer the median tells more of the others than of us.
	undisturbed := float64(quantile(s.ours, 0.1)) / float64(quantile(s.bare, 0.1))
	return []string{
		name, text(bare), text(ours), fmt.Sprintf("%.2f ×", ratio), fmt.Sprintf("≤ %.1f ×", target),
		reached(ratio <= target), fmt.Sprintf("%.2f ×", undisturbed),
	}
}

func reached(yes bool) string {
	if yes {
		return "REACHED"
	}
	return "MISSED"
}

func presented(b *testing.B, events <-chan reader.Event) string {
	b.Helper()
	for e := range events {
		if e.Kind == reader.CardPresented {
			return e.Card.PresentationID
		}
	}
	b.Fatal("the events ended")
	return ""
}

// readInProcess returns how long the identity and everything took.
func readInProcess(b *testing.B, watcher *reader.Watcher, id string) (first, last time.Duration) {
	b.Helper()
	begin := time.Now()
	_, err := watcher.Read(b.Context(), id, eid.All(), func(e eid.Event) error {
		if last = time.Since(begin); first == 0 {
			first = last
		}
		return e.Err
	})
	if err != nil {
		b.Fatal(err)
	}
	return first, last
}

// readBare does the same without a bridge.
func readBare(b *testing.B, name string, files [][][]byte) (first, last time.Duration) {
	b.Helper()
	service, err := scard.EstablishContext() // which the bridge has ready, too
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = service.Release() }()
	begin := time.Now()
	card, err := service.Connect(name, scard.ShareShared, scard.ProtocolAny)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = card.Disconnect(scard.LeaveCard) }()
	for i, commands := range files {
		if err := card.BeginTransaction(); err != nil {
			b.Fatal(err)
		}
		var raw []byte
		for _, command := range commands {
			answer, err := card.Transmit(command)
			if err != nil {
				b.Fatal(err)
			}
			if at := int(command[2])<<8 | int(command[3]); command[1] == 0xB0 && len(answer) > 2 {
				raw = append(raw[:at], answer[:len(answer)-2]...)
			}
		}
		if err := card.EndTransaction(scard.LeaveCard); err != nil {
			b.Fatal(err)
		}
		switch eid.All()[i] {
		case eid.IdentityFile:
			if _, err := eid.ParseIdentity(raw); err != nil {
				b.Fatal(err)
			}
			first = time.Since(begin)
		case eid.AddressFile:
			if _, err := eid.ParseAddress(raw); err != nil {
				b.Fatal(err)
			}
		case eid.PictureFile:
			if _, end := eid.ParsePicture(raw); end == 0 {
				b.Fatal("no picture")
			}
		default:
		}
	}
	return first, time.Since(begin)
}

// BenchmarkEIDVerdict measures a verdict beside the signature checks that it
// cannot do without: reading the certificate, its own signature unless it is
// known, the two on the card and the digest of the picture.
func BenchmarkEIDVerdict(b *testing.B) {
	now := time.Now()
	rows := [][]string{{"", "bare checks", "the verdict", "ratio", "target", "", "fastest tenth"}}
	for _, g := range eidtest.Generations() {
		card := canary(g)
		files, profile := card.Want(), eidtest.Profile(card.Authority)
		known := profile
		known.Proofs = &eid.Proofs{}
		if v := known.Verify(files, now); !v.Verified() {
			b.Fatal(v.Findings)
		}
		var first, later beside
		for range 400 {
			first.bare = append(first.bare, took(func() { bareChecks(b, card, files, true) }))
			first.ours = append(first.ours, took(func() { profile.Verify(files, now) }))
			later.bare = append(later.bare, took(func() { bareChecks(b, card, files, false) }))
			later.ours = append(later.ours, took(func() { known.Verify(files, now) }))
		}
		rows = append(rows, first.row(g.String()+": first of its signer", 1.2), later.row(g.String()+": signer known", 1.2))
	}
	b.ReportMetric(0, "ns/op")
	table(b, "400 verdicts of each generation, median", rows)
}

func took(f func()) time.Duration {
	begin := time.Now()
	f()
	return time.Since(begin)
}

func bareChecks(b *testing.B, card *eidtest.Card, f eid.Files, issuer bool) {
	b.Helper()
	signer, err := x509.ParseCertificate(f.Certificate)
	if err != nil {
		b.Fatal(err)
	}
	id, err := eid.ParseIdentity(f.Identity)
	if err != nil {
		b.Fatal(err)
	}
	sum(map[int]crypto.Hash{20: crypto.SHA1, 32: crypto.SHA256, 48: crypto.SHA384}[len(id.PictureHash)], f.Picture)
	address := f.Address
	for len(address) > 0 && address[len(address)-1] == 0 {
		address = address[:len(address)-1]
	}
	good := holds(signer, card.SignWith, f.Identity, f.IdentitySignature) &&
		holds(signer, card.SignWith, slices.Concat(address, f.IdentitySignature), f.AddressSignature)
	if issuer {
		good = good && holds(card.Authority.Root, map[bool]crypto.Hash{true: crypto.SHA1, false: hashOf(signer)}[signer.SignatureAlgorithm == x509.SHA1WithRSA],
			signer.RawTBSCertificate, signer.Signature)
	}
	if !good {
		b.Fatal("a bare check fails")
	}
}

func hashOf(signer *x509.Certificate) crypto.Hash {
	if signer.SignatureAlgorithm == x509.ECDSAWithSHA384 {
		return crypto.SHA384
	}
	return crypto.SHA256
}

func holds(by *x509.Certificate, h crypto.Hash, content, signature []byte) bool {
	switch key := by.PublicKey.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, sum(h, content), signature[:2+int(signature[1])])
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, h, sum(h, content), signature) == nil
	default:
		return false
	}
}

func sum(h crypto.Hash, content []byte) []byte {
	s := h.New()
	s.Write(content)
	return s.Sum(nil)
}

// BenchmarkEIDWire measures the real program on cards with the speed of real
// ones: from the moment that the card is powered to the bytes on a page's
// socket. A character takes 12 units; a unit is 93 clocks on applet 1.7 and 16
// on 1.8, at 4 MHz. Readers add between 4 and 12 ms to each command.
func BenchmarkEIDWire(b *testing.B) {
	rig := pcsctest.Start(b)
	p := launch(b, "run", everything...)
	c, _ := p.connect()
	rows := [][]string{{"", "identity", "", "", "verdict", "", ""}}
	for _, s := range []struct {
		generation        eidtest.Generation
		unit, overhead    time.Duration
		identity, verdict time.Duration
	}{
		{eidtest.V17, 23250 * time.Nanosecond, 4 * time.Millisecond, 130 * time.Millisecond, 2 * time.Second},
		{eidtest.V17, 23250 * time.Nanosecond, 12 * time.Millisecond, 130 * time.Millisecond, 2 * time.Second},
		{eidtest.V18, 4 * time.Microsecond, 4 * time.Millisecond, 80 * time.Millisecond, 700 * time.Millisecond},
		{eidtest.V18, 4 * time.Microsecond, 12 * time.Millisecond, 80 * time.Millisecond, 700 * time.Millisecond},
	} {
		var identities, verdicts []time.Duration
		for i := range max(5, cards(b)/4) {
			o := &observed{e: eidtest.Emulator{Card: canary(s.generation), PerByte: 12 * s.unit, PerCommand: s.overhead}}
			rig.Insert(b, 0, o.card())
			presentation := c.card()
			c.reads(i, presentation, "card.photo")
			identity := c.hears(method(protocol.NoteCardIdentity)).at
			_, _, _ = c.verdict(presentation)
			verdict := time.Now()
			o.mu.Lock()
			identities, verdicts = append(identities, identity.Sub(o.powered)), append(verdicts, verdict.Sub(o.powered))
			o.mu.Unlock()
			rig.Remove(b, 0)
			c.hears(method(protocol.NoteCardRemoved))
		}
		i, v := quantile(identities, 0.5), quantile(verdicts, 0.5)
		rows = append(rows, []string{
			fmt.Sprintf("%s, %d ms a command", s.generation, s.overhead.Milliseconds()),
			text(i), fmt.Sprintf("≤ %d ms", s.identity.Milliseconds()), reached(i <= s.identity),
			text(v), fmt.Sprintf("≤ %d ms", s.verdict.Milliseconds()), reached(v <= s.verdict),
		})
	}
	b.ReportMetric(0, "ns/op")
	table(b, "from power-up to the page's socket, median", rows)
}

func cards(b *testing.B) int {
	b.Helper()
	n, err := strconv.Atoi(os.Getenv("OPENBALIE_BENCH_CARDS"))
	if err != nil {
		return 60
	}
	return n
}
