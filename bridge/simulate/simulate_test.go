package simulate_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/eid/training"
	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/simulate"
)

const (
	firstReader   = "OpenBalie practice reader 1"
	contactReader = "OpenBalie practice eID reader"
)

func readers() *simulate.Readers {
	return simulate.NewReaders(time.Now, func(name string) string { return "id of " + name })
}

func ask[T any](t *testing.T, r *simulate.Readers, method, params string) T {
	t.Helper()
	result, failed := r.Answer(t.Context(), method, json.RawMessage(params))
	if failed != nil {
		t.Fatalf("%s %s: %v", method, params, failed)
	}
	return result.(T)
}

func session(t *testing.T, r *simulate.Readers) pcsc.Session {
	t.Helper()
	s, err := r.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wait(t *testing.T, s pcsc.Session, known pcsc.Slots) pcsc.Slots {
	t.Helper()
	slots, _, err := s.Wait(t.Context(), known)
	if err != nil {
		t.Fatal(err)
	}
	return slots
}

// read asks the card in the first reader for its number.
func read(t *testing.T, s pcsc.Session) (string, error) {
	t.Helper()
	return send(t, s, firstReader, chip.GetUID())
}

// send sends the card in a reader a command.
func send(t *testing.T, s pcsc.Session, reader string, command []byte) (string, error) {
	t.Helper()
	card, err := s.Connect(t.Context(), reader)
	if err != nil {
		return "", err
	}
	defer card.Close()
	answer, err := card.Transmit(t.Context(), command)
	return strings.ToUpper(hex.EncodeToString(answer)), err
}

func TestACardIsHeldAndThenLifted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := readers()
		s := session(t, r)
		slots := wait(t, s, nil)
		if len(slots) != 2 || slots[firstReader].Present || slots[contactReader].Present {
			t.Fatalf("slots %v", slots)
		}
		ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"full-price","holdMs":700}`)
		began := time.Now()
		slots = wait(t, s, slots)
		if !slots[firstReader].Present || time.Since(began) != 0 {
			t.Errorf("after %v: %v", time.Since(began), slots)
		}
		if got, err := read(t, s); got != "04784CDAEE38809000" || err != nil {
			t.Errorf("read %s, %v", got, err)
		}
		slots = wait(t, s, slots)
		if slots[firstReader].Present || time.Since(began) != 700*time.Millisecond {
			t.Errorf("lifted after %v: %v", time.Since(began), slots)
		}
	})
}

func TestAHeldCardThatIsReplacedDoesNotTakeTheNextAlong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := readers()
		s := session(t, r)
		ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"full-price"}`)
		before := wait(t, s, nil)
		time.Sleep(time.Second)
		ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"social-tariff","holdMs":0}`)
		after := wait(t, s, before)
		if before[firstReader].Count == after[firstReader].Count {
			t.Error("a swap of twins cannot be seen")
		}
		time.Sleep(time.Hour)
		if got, err := read(t, s); got != "04363CDAEE38809000" || err != nil {
			t.Errorf("read %s, %v", got, err)
		}
		ask[protocol.SimulateDone](t, r, "simulate.lift", `{}`)
		if _, err := read(t, s); !errors.Is(err, pcsc.ErrRemoved) {
			t.Errorf("after lifting: %v", err)
		}
	})
}

func TestACardThatIsLiftedWhileConnectedIsGone(t *testing.T) {
	t.Parallel()
	r := readers()
	s := session(t, r)
	ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"full-price","holdMs":0}`)
	card, err := s.Connect(t.Context(), firstReader)
	if err != nil {
		t.Fatal(err)
	}
	ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"full-price","holdMs":0}`)
	if _, err := card.Transmit(t.Context(), chip.GetUID()); !errors.Is(err, pcsc.ErrRemoved) {
		t.Errorf("err = %v", err)
	}
}

func TestReadersArePluggedAndUnplugged(t *testing.T) {
	t.Parallel()
	r := readers()
	s := session(t, r)
	known := wait(t, s, nil)
	done := ask[protocol.SimulateDone](t, r, "simulate.reader", `{"action":"plug"}`)
	known = wait(t, s, known)
	if len(known) != 3 {
		t.Errorf("slots %v", known)
	}
	ask[protocol.SimulateDone](t, r, "simulate.reader", `{"action":"unplug"}`)
	ask[protocol.SimulateDone](t, r, "simulate.reader", `{"action":"unplug"}`)
	ask[protocol.SimulateDone](t, r, "simulate.reader", `{"action":"unplug","readerId":"`+done.ReaderID+`"}`)
	known = wait(t, s, known)
	if len(known) != 0 {
		t.Errorf("slots %v", known)
	}
	if _, err := s.Connect(t.Context(), firstReader); !errors.Is(err, pcsc.ErrUnknownReader) {
		t.Errorf("err = %v", err)
	}
	if _, failed := r.Answer(t.Context(), "simulate.tap", json.RawMessage(`{"cardId":"full-price"}`)); !errors.Is(failed, protocol.ErrNoReader) {
		t.Errorf("a tap on no reader: %v", failed)
	}
	back := ask[protocol.SimulateDone](t, r, "simulate.reader", `{"action":"plug"}`)
	if back.ReaderID != "id of "+firstReader {
		t.Errorf("%s came back", back.ReaderID)
	}
	if list := ask[protocol.SimulateList](t, r, "simulate.list", ``); len(list.Readers) != 3 || !list.Readers[0].Plugged || list.Readers[1].Plugged || list.Readers[2].Plugged {
		t.Errorf("readers %v", list.Readers)
	}
}

func TestAMuteReaderHearsNoCard(t *testing.T) {
	t.Parallel()
	r := readers()
	s := session(t, r)
	ask[protocol.SimulateDone](t, r, "simulate.reader", `{"action":"mute"}`)
	ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"full-price","holdMs":0}`)
	if slot := wait(t, s, nil)[firstReader]; !slot.Mute || len(slot.ATR) != 0 {
		t.Errorf("slot %v", slot)
	}
	if _, err := read(t, s); !errors.Is(err, pcsc.ErrMute) {
		t.Errorf("err = %v", err)
	}
	ask[protocol.SimulateDone](t, r, "simulate.reader", `{"action":"unmute"}`)
	if got, err := read(t, s); got != "04784CDAEE38809000" || err != nil {
		t.Errorf("read %s, %v", got, err)
	}
}

func TestEverySampleCardIsWhatItSays(t *testing.T) {
	t.Parallel()
	r := readers()
	s := session(t, r)
	seen := map[string]bool{}
	for _, c := range ask[protocol.SimulateList](t, r, "simulate.list", `{}`).Cards {
		if seen[c.ID] || c.Label != c.Labels.NL || c.Labels.NL == "" || c.Labels.FR == "" || c.Labels.DE == "" || c.Labels.EN == "" {
			t.Errorf("%s: labels %v", c.ID, c.Labels)
		}
		seen[c.ID] = true
		if c.UitpasNumber != "" && !passNumber(c.UitpasNumber) {
			t.Errorf("%s: %s is no pass number", c.ID, c.UitpasNumber)
		}
		done := ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"`+c.ID+`","holdMs":0}`)
		if done.ReaderID == "id of "+contactReader {
			continue // see below
		}
		answer, err := read(t, s)
		atr := wait(t, s, nil)[firstReader].ATR
		switch c.ID {
		case "mute":
			if !errors.Is(err, pcsc.ErrMute) {
				t.Errorf("mute: %v", err)
			}
		case "phone":
			uid, err := chip.ParseUID(strings.TrimSuffix(answer, "9000"))
			if err != nil || !uid.Random(chip.FamilyOf(atr)) {
				t.Errorf("phone: %s, %v", answer, err)
			}
		default:
			if answer != c.ChipNumber+"9000" || err != nil || chip.FamilyOf(atr) != chip.Storage {
				t.Errorf("%s: read %s, %v", c.ID, answer, err)
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("%d cards", len(seen))
	}
}

// Cards with contacts go into the reader for them. What their bytes are is
// tested where whole cards are read, in the program.
func TestCardsWithContactsAnswerAsTheirKind(t *testing.T) {
	t.Parallel()
	r := readers()
	s := session(t, r)
	tried := 0
	for _, c := range ask[protocol.SimulateList](t, r, "simulate.list", `{}`).Cards {
		if c.ID == "eid-pulled" {
			continue // gone by itself
		}
		done := ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"`+c.ID+`","holdMs":0}`)
		if done.ReaderID != "id of "+contactReader {
			continue
		}
		tried++
		answer, err := send(t, s, contactReader, selectIdentity)
		if want := c.Kind == protocol.KindEID && c.ID != training.NotInForce; err != nil || (answer == "9000") != want {
			t.Errorf("%s answers %s, %v", c.ID, answer, err)
		}
		if atr := wait(t, s, nil)[contactReader].ATR; chip.FamilyOf(atr) != chip.Contact {
			t.Errorf("%s: answer to reset %X", c.ID, atr)
		}
	}
	if tried < 10 {
		t.Errorf("%d cards", tried)
	}
}

func TestACardIsPulledOutTooSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := readers()
		s := session(t, r)
		ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"eid-pulled","holdMs":60000}`)
		known := wait(t, s, nil)
		began := time.Now()
		if slots := wait(t, s, known); slots[contactReader].Present || time.Since(began) != 700*time.Millisecond {
			t.Errorf("after %v: %v", time.Since(began), slots)
		}
	})
}

// passNumber checks the 13 digits: the check digit, and 0 or 1 before it.
func passNumber(s string) bool {
	sum := 0
	for i, r := range s {
		d := int(r - '0')
		if (len(s)-1-i)%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return len(s) == 13 && sum%10 == 0 && (s[11] == '0' || s[11] == '1')
}

func TestAPhoneHasAnotherNumberEachTime(t *testing.T) {
	t.Parallel()
	r := readers()
	s := session(t, r)
	seen := map[string]bool{}
	for range 5 {
		ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"phone","holdMs":0}`)
		uid, err := read(t, s)
		if err != nil {
			t.Fatal(err)
		}
		seen[uid] = true
	}
	if len(seen) != 5 {
		t.Errorf("numbers %v", seen)
	}
}

func TestWrongRequestsAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		method, params string
		want           *protocol.Error
	}{
		"no card":               {"simulate.tap", `{}`, protocol.ErrInvalidParams},
		"two cards":             {"simulate.tap", `{"cardId":"mute","chipNumber":"04784CDAEE3880"}`, protocol.ErrInvalidParams},
		"an unknown card":       {"simulate.tap", `{"cardId":"gold"}`, protocol.ErrInvalidParams},
		"half a chip number":    {"simulate.tap", `{"chipNumber":"04784C"}`, protocol.ErrInvalidParams},
		"held for ever":         {"simulate.tap", `{"cardId":"mute","holdMs":60001}`, protocol.ErrInvalidParams},
		"held backwards":        {"simulate.tap", `{"cardId":"mute","holdMs":-1}`, protocol.ErrInvalidParams},
		"another type":          {"simulate.tap", `{"cardId":7}`, protocol.ErrInvalidParams},
		"a list":                {"simulate.tap", `["mute"]`, protocol.ErrInvalidParams},
		"null":                  {"simulate.tap", `null`, protocol.ErrInvalidParams},
		"an unknown reader":     {"simulate.tap", `{"cardId":"mute","readerId":"x"}`, protocol.ErrNoReader},
		"lift from nowhere":     {"simulate.lift", `{"readerId":"x"}`, protocol.ErrNoReader},
		"an unknown act":        {"simulate.reader", `{"action":"burn"}`, protocol.ErrInvalidParams},
		"plug what is there":    {"simulate.reader", `{"action":"plug","readerId":"id of ` + firstReader + `"}`, protocol.ErrNoReader},
		"another simulate call": {"simulate.everything", `{}`, protocol.ErrMethodNotFound},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, failed := readers().Answer(t.Context(), tt.method, json.RawMessage(tt.params)); !errors.Is(failed, tt.want) {
				t.Errorf("%s %s: %v, want %v", tt.method, tt.params, failed, tt.want)
			}
		})
	}
}

func TestReadersCannotBePluggedInWithoutEnd(t *testing.T) {
	t.Parallel()
	r := readers()
	for range 100 {
		_, _ = r.Answer(t.Context(), "simulate.reader", json.RawMessage(`{"action":"plug"}`))
	}
	if n := len(ask[protocol.SimulateList](t, r, "simulate.list", ``).Readers); n != 8 {
		t.Errorf("%d readers", n)
	}
}

func TestAnyChipNumberCanBeTapped(t *testing.T) {
	t.Parallel()
	r := readers()
	s := session(t, r)
	ask[protocol.SimulateDone](t, r, "simulate.tap", `{"chipNumber":"04:a1:b2:c3:d4:e5:80","holdMs":0}`)
	if got, err := read(t, s); got != "04A1B2C3D4E5809000" || err != nil {
		t.Errorf("read %s, %v", got, err)
	}
	card, err := s.Connect(t.Context(), firstReader)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := card.Transmit(t.Context(), []byte{0x00, 0xA4, 0x04, 0x00})
	if diff := cmp.Diff([]byte{0x6A, 0x81}, answer); diff != "" || err != nil {
		t.Errorf("another command: %v\n%s", err, diff)
	}
}

func TestWaitEndsWithItsContextAndItsSession(t *testing.T) {
	t.Parallel()
	r := readers()
	s := session(t, r)
	known := wait(t, s, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	waiting.Go(func() {
		if _, _, err := s.Wait(ctx, known); !errors.Is(err, context.Canceled) {
			t.Errorf("err = %v", err)
		}
	})
	cancel()
	waiting.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Wait(t.Context(), nil); !errors.Is(err, pcsc.ErrDead) {
		t.Errorf("a closed session waits: %v", err)
	}
	if _, err := s.Connect(t.Context(), firstReader); !errors.Is(err, pcsc.ErrDead) {
		t.Errorf("a closed session connects: %v", err)
	}
}

// Whatever a page does, the monitor hears of it at once.
func TestEachMoveIsSeenAtOnceAndToldAsItIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := readers()
		defer r.Close()
		s := session(t, r)
		known := wait(t, s, nil)
		for _, move := range []struct{ method, params, state string }{
			{"simulate.tap", `{"cardId":"full-price","holdMs":0}`, "present"},
			{"simulate.reader", `{"action":"mute"}`, "mute, and heard no more"},
			{"simulate.reader", `{"action":"unmute"}`, "present"},
			{"simulate.lift", `{}`, "empty"},
			{"simulate.tap", `{"cardId":"full-price","holdMs":0}`, "present"},
			{"simulate.reader", `{"action":"mute"}`, "mute, and heard no more"},
			{"simulate.reader", `{"action":"unplug"}`, "empty, and gone"},
			{"simulate.reader", `{"action":"plug"}`, "empty"},
			{"simulate.tap", `{"cardId":"mute","holdMs":0}`, "mute"},
			{"simulate.reader", `{"action":"unplug"}`, "empty, and gone"},
			{"simulate.reader", `{"action":"plug"}`, "empty"},
			{"simulate.tap", `{"cardId":"full-price"}`, "present"},
		} {
			seen := make(chan pcsc.Slots, 1)
			go func() {
				slots, _, err := s.Wait(t.Context(), known)
				if err != nil {
					t.Error(err)
				}
				seen <- slots
			}()
			synctest.Wait()
			began := time.Now()
			ask[protocol.SimulateDone](t, r, move.method, move.params)
			known = <-seen
			if took := time.Since(began); took != 0 {
				t.Errorf("%s %s was seen after %s", move.method, move.params, took)
			}
			told := ask[protocol.SimulateList](t, r, "simulate.list", ``).Readers[0]
			state := told.State
			if told.Mute {
				state += ", and heard no more"
			}
			if !told.Plugged {
				state += ", and gone"
			}
			if state != move.state {
				t.Errorf("after %s %s it is %s, not %s", move.method, move.params, state, move.state)
			}
			if slot := known[firstReader]; slot.Present != (told.State != "empty") || slot.Mute != (told.State == "mute") {
				t.Errorf("after %s %s: %+v, told %+v", move.method, move.params, slot, told)
			}
		}
		began := time.Now()
		if slots := wait(t, s, known); slots[firstReader].Present || time.Since(began) != protocol.DefaultHoldMs*time.Millisecond {
			t.Errorf("lifted after %s: %v", time.Since(began), slots)
		}
	})
}

func TestACardIsLiftedWhereItLies(t *testing.T) {
	t.Parallel()
	r := readers()
	s := session(t, r)
	ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"`+training.Older+`","holdMs":0}`)
	ask[protocol.SimulateDone](t, r, "simulate.lift", `{"readerId":"id of `+firstReader+`"}`)
	if !wait(t, s, nil)[contactReader].Present {
		t.Error("lifted from another reader")
	}
	if done := ask[protocol.SimulateDone](t, r, "simulate.lift", `{}`); done.ReaderID != "id of "+contactReader || wait(t, s, nil)[contactReader].Present {
		t.Errorf("not lifted: %s", done.ReaderID)
	}
}

func TestCloseLeavesTheCardsWhereTheyLie(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := readers()
		s := session(t, r)
		ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"full-price"}`)
		r.Close()
		time.Sleep(time.Hour)
		if !wait(t, s, nil)[firstReader].Present {
			t.Error("lifted by a timer that was to be stopped")
		}
	})
}

func TestWithoutReadersTheFirstWaitReturnsAtOnce(t *testing.T) {
	t.Parallel()
	r := readers()
	for _, reader := range []string{firstReader, contactReader} {
		ask[protocol.SimulateDone](t, r, "simulate.reader", `{"action":"unplug","readerId":"id of `+reader+`"}`)
	}
	if slots := wait(t, session(t, r), nil); slots == nil || len(slots) != 0 {
		t.Errorf("slots %v", slots)
	}
}

func TestTheKindOfEachCardIsTold(t *testing.T) {
	t.Parallel()
	kinds := map[string]string{
		"phone": protocol.KindOther, "mute": protocol.KindOther, "mobib": protocol.KindOther, "bank-card": protocol.KindOther,
		"full-price": protocol.KindPass, "unknown": protocol.KindPass, training.Older: protocol.KindEID, "eid-pulled": protocol.KindEID,
	}
	cards := map[string]protocol.SampleCard{}
	for _, c := range ask[protocol.SimulateList](t, readers(), "simulate.list", `{}`).Cards {
		cards[c.ID] = c
		if c.Kind == protocol.KindEID && (c.Notes == nil || c.Notes.NL == "") {
			t.Errorf("%s: nobody says what happens with it", c.ID)
		}
	}
	for id, want := range kinds {
		if got := cards[id].Kind; got != want {
			t.Errorf("%s is %q, not %q", id, got, want)
		}
	}
}

// identity lays an identity card down and connects to it.
func identity(t *testing.T, r *simulate.Readers, s pcsc.Session, id string) pcsc.Card {
	t.Helper()
	ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"`+id+`","holdMs":0}`)
	card, err := s.Connect(t.Context(), contactReader)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

var (
	selectIdentity = []byte{0x00, 0xA4, 0x08, 0x0C, 0x04, 0xDF, 0x01, 0x40, 0x31}
	readBinary     = []byte{0x00, 0xB0, 0x00, 0x00, 0x80}
)

func TestIdentityCardsTakeTheTimeOfRealOnes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := readers()
		s := session(t, r)
		// 9 bytes there and 2 back, 5 there and 130 back; a byte takes 279 µs or 48 µs.
		for id, want := range map[string]time.Duration{
			training.Older: 2*3*time.Millisecond + 146*279*time.Microsecond,
			"eid-pulled":   2*3*time.Millisecond + 146*279*time.Microsecond,
			"eid-1.8":      2*3*time.Millisecond + 146*48*time.Microsecond,
		} {
			card := identity(t, r, s, id)
			began := time.Now()
			for _, command := range [][]byte{selectIdentity, readBinary} {
				if answer, err := card.Transmit(t.Context(), command); err != nil || answer[len(answer)-2] != 0x90 {
					t.Errorf("%s: %X, %v", id, answer, err)
				}
			}
			if took := time.Since(began); took != want {
				t.Errorf("%s took %s, not %s", id, took, want)
			}
		}
	})
}

func TestACommandToAnIdentityCardEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := readers()
		s := session(t, r)
		card := identity(t, r, s, training.Older)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		began := time.Now()
		if _, err := card.Transmit(ctx, selectIdentity); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Millisecond {
			t.Errorf("with its context, after %s: %v", time.Since(began), err)
		}
		for tried, try := range map[string]func() error{
			"Transmit":    func() error { _, err := card.Transmit(ctx, selectIdentity); return err },
			"ATR":         func() error { _, err := card.ATR(ctx); return err },
			"Transaction": func() error { return card.Transaction(ctx, func() error { return nil }) },
			"Reconnect":   func() error { return card.Reconnect(ctx, false) },
			"Connect":     func() error { _, err := s.Connect(ctx, contactReader); return err },
		} {
			if err := try(); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s after it: %v", tried, err)
			}
		}
		if atr, err := card.ATR(t.Context()); err != nil || chip.FamilyOf(atr) != chip.Contact || len(atr) == 0 {
			t.Errorf("%X, %v", atr, err)
		}
		if _, err := card.Transmit(t.Context(), selectIdentity); err != nil {
			t.Fatal(err)
		}
		if err := card.Reconnect(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		if answer, err := card.Transmit(t.Context(), readBinary); err != nil || answer[len(answer)-2] == 0x90 {
			t.Errorf("a card that was reset keeps what was selected: %X, %v", answer, err)
		}
		if _, err := card.Escape(t.Context(), []byte{0xE0}); !errors.Is(err, pcsc.ErrFailed) {
			t.Errorf("Escape: %v", err)
		}
		time.AfterFunc(time.Millisecond, func() { ask[protocol.SimulateDone](t, r, "simulate.lift", `{}`) })
		if _, err := card.Transmit(t.Context(), selectIdentity); !errors.Is(err, pcsc.ErrRemoved) {
			t.Errorf("lifted meanwhile: %v", err)
		}
		if err := card.Transaction(t.Context(), func() error { return errors.New("it began") }); !errors.Is(err, pcsc.ErrRemoved) {
			t.Errorf("a transaction: %v", err)
		}
		if err := card.Reconnect(t.Context(), true); !errors.Is(err, pcsc.ErrRemoved) {
			t.Errorf("connected again: %v", err)
		}
	})
}

func TestABankCardHasItsApplicationAndMOBIBHasNot(t *testing.T) {
	t.Parallel()
	r := readers()
	s := session(t, r)
	for id, want := range map[string]string{"bank-card": "9000", "mobib": "6A82"} {
		ask[protocol.SimulateDone](t, r, "simulate.tap", `{"cardId":"`+id+`","holdMs":0}`)
		if got, err := send(t, s, contactReader, append([]byte{0x00, 0xA4, 0x04, 0x00, 14}, "1PAY.SYS.DDF01"...)); got != want || err != nil {
			t.Errorf("%s answers %s, %v", id, got, err)
		}
	}
}
