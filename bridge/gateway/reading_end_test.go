package gateway_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
)

// until holds a read up before a file, for as long as its context lives.
func until(file eid.File) (held <-chan struct{}, hold func(context.Context, eid.File) error) {
	there := make(chan struct{}, 8)
	return there, func(ctx context.Context, f eid.File) error {
		if f != file {
			return nil
		}
		there <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
}

func (s *slot) cancelled(tb testing.TB) {
	tb.Helper()
	select {
	case err := <-s.ended:
		if !errors.Is(err, context.Canceled) {
			tb.Errorf("the read ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		tb.Error("the read goes on")
	}
}

func TestACardThatIsPulledIsNotToldAnyMore(t *testing.T) {
	t.Parallel()
	cards := newSlot(eidtest.V17)
	var held <-chan struct{}
	held, cards.hold = until(eid.PictureFile)
	b := open(t, withCards(cards, policy.CardPhoto))
	page := b.page()
	b.tell(identityCard(inSlot))
	askRead(t, page, 1, inSlot, "card.photo")
	<-held
	b.tell(pulled(inSlot))
	cards.cancelled(t)
	send(t, page, `{"jsonrpc":"2.0","id":2,"method":"ping"}`)
	var after []string
	for n := hear(t, page); n.ID != 2; n = hear(t, page) {
		if n.Method == protocol.NoteCardRemoved {
			after = []string{}
		}
		if after != nil {
			after = append(after, n.Method)
		}
	}
	if diff := cmp.Diff([]string{"card.removed"}, after); diff != "" {
		t.Error(diff)
	}
}

func TestAPageThatLeavesEndsItsRead(t *testing.T) {
	t.Parallel()
	cards := newSlot(eidtest.V18)
	var held <-chan struct{}
	held, cards.hold = until(eid.AddressFile)
	b := open(t, withCards(cards, policy.CardIdentity))
	page := b.page()
	b.tell(identityCard(inSlot))
	askRead(t, page, 1, inSlot, "card.identity")
	<-held
	_ = page.NetConn().Close()
	cards.cancelled(t)
}

func TestTheGatewayEndsInTheMiddleOfARead(t *testing.T) {
	t.Parallel()
	cards := newSlot(eidtest.V18)
	var held <-chan struct{}
	held, cards.hold = until(eid.AddressFile)
	b := open(t, withCards(cards, policy.CardIdentity))
	page := b.page()
	b.tell(identityCard(inSlot))
	askRead(t, page, 1, inSlot, "card.identity")
	<-held
	b.stop()
	cards.cancelled(t)
	if code, _ := closed(t, page); code != protocol.CloseDraining.Code {
		t.Errorf("closed with %d", code)
	}
}

func TestAReadIsStoppedOrBegunAnew(t *testing.T) {
	t.Parallel()
	cards := newSlot(eidtest.V18)
	var held <-chan struct{}
	held, cards.hold = until(eid.AddressFile)
	b := open(t, withCards(cards, policy.CardIdentity))
	page := b.page()
	b.tell(identityCard(inSlot))
	next(t, page)
	for id := range 3 {
		askRead(t, page, id+1, inSlot, "card.identity")
		<-held
		if id > 0 {
			cards.cancelled(t)
		}
	}
	send(t, page, `{"jsonrpc":"2.0","id":9,"method":"card.stop","params":{"presentationId":"`+inSlot+`"}}`)
	cards.cancelled(t)
	for n := hear(t, page); n.ID != 9; n = hear(t, page) {
		if n.Error != nil || n.Method == protocol.NoteCardFailed {
			t.Fatalf("%+v", n)
		}
	}
	send(t, page, `{"jsonrpc":"2.0","id":10,"method":"ping"}`)
	if n := hear(t, page); n.ID != 10 {
		t.Errorf("after the stop it was told %s", n.Method)
	}
}

func TestWhatCannotBeReadIsToldAndTheRestIsRead(t *testing.T) {
	t.Parallel()
	cards := newSlot(eidtest.V17)
	cards.card.Missing = []eid.File{eid.AddressFile, eid.Certificate}
	b := open(t, withCards(cards, policy.CardPhoto))
	page := b.page()
	b.tell(identityCard(inSlot))
	next(t, page)
	askRead(t, page, 1, inSlot, "card.photo")
	var heard []string
	for {
		n := hear(t, page)
		if n.Method == protocol.NoteCardFailed && !same(n.Params.Error, protocol.ErrFileAbsent) {
			t.Errorf("%s failed with %v", n.Params.File, n.Params.Error)
		}
		heard = append(heard, strings.TrimSpace(n.Method+" "+n.Params.File))
		if v := n.Params.Verdict; v != nil {
			if v.Verified || v.Why != string(eid.CertificateMissing) {
				t.Errorf("verdict %+v", v)
			}
			break
		}
	}
	want := []string{"", "card.identity", "card.failed address", "card.picture", "card.failed certificate", "card.verdict"}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestAReadThatFailsIsToldOnce(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]*protocol.Error{
		reader.ErrNoPresentation: protocol.ErrNoPresentation, reader.ErrNotEID: protocol.ErrNotAnEID, reader.ErrBusy: protocol.ErrReaderBusy,
		eid.ErrMOBIB: protocol.ErrMOBIB, eid.ErrBankCard: protocol.ErrCardForeign, eid.ErrNotEID: protocol.ErrNotAnEID,
		eid.ErrNotActivated: protocol.ErrNotActivated, eid.ErrRemoved: protocol.ErrCardRemoved, eid.ErrGarbled: protocol.ErrReadFailed,
	} {
		cards := newSlot(eidtest.V18)
		cards.hold = func(context.Context, eid.File) error { return fmt.Errorf("read identity: %w", err) }
		b := open(t, withCards(cards, policy.CardIdentity))
		page := b.page()
		b.tell(identityCard(inSlot))
		next(t, page)
		askRead(t, page, 1, inSlot, "card.identity")
		next(t, page)
		if n := hear(t, page); n.Method != protocol.NoteCardFailed || n.Params.File != "" || !same(n.Params.Error, want) {
			t.Errorf("%v is told as %s %v", err, n.Method, n.Params.Error)
		}
	}
}

func TestReadsAreLimited(t *testing.T) {
	t.Parallel()
	cards := newSlot(eidtest.V18)
	_, cards.hold = until(eid.AddressFile)
	b := open(t, withCards(cards, policy.CardIdentity))
	page := b.page()
	for i := range protocol.MaxReads + 1 {
		e := identityCard(fmt.Sprintf("card %d", i))
		e.Reader.ID = fmt.Sprintf("r%d", i)
		b.tell(e)
		next(t, page)
		askRead(t, page, i+1, fmt.Sprintf("card %d", i), "card.identity")
		n := hear(t, page)
		for n.ID == 0 {
			n = hear(t, page)
		}
		if refused := same(n.Error, protocol.ErrRateLimited); refused != (i == protocol.MaxReads) {
			t.Errorf("read %d at a time is answered %v", i+1, n.Error)
		}
	}
	refused := 0
	for i := range protocol.ReadBurst {
		askRead(t, page, 100+i, "nowhere", "card.identity")
		n := hear(t, page)
		for n.ID < 100 {
			n = hear(t, page)
		}
		if same(n.Error, protocol.ErrRateLimited) {
			refused++
		}
	}
	if refused < protocol.MaxReads {
		t.Errorf("of %d reads in a row %d were refused", protocol.ReadBurst+protocol.MaxReads+1, refused)
	}
}

func TestTwoPagesReadTheSameCard(t *testing.T) {
	t.Parallel()
	cards := newSlot(eidtest.Hybrid)
	b := open(t, withCards(cards, policy.CardPhoto))
	pages := []*websocket.Conn{b.page(), b.page()}
	b.tell(identityCard(inSlot))
	for _, page := range pages {
		next(t, page)
		askRead(t, page, 1, inSlot, "card.photo")
	}
	for _, page := range pages {
		files, _, _ := wholeRead(t, page)
		if !bytes.Equal(files.Picture, cards.card.Files.Picture) {
			t.Error("another picture")
		}
	}
}
