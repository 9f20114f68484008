package reader_test

import (
	"bytes"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/reader"
)

// travel is the contactless chip of an identity card: each time another number.
func travel(uid string) pcsctest.Card {
	c := pcsctest.Pass(uid)
	c.ATR = pcsctest.DESFire
	c.Answer = func(command []byte) []byte {
		if bytes.Contains(command, []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}) {
			return []byte{0x90, 0x00}
		}
		return []byte{0x6A, 0x82}
	}
	return c
}

func phone() pcsctest.Card {
	c := pcsctest.Pass("08112233")
	c.ATR = pcsctest.DESFire
	return c
}

func identityCard(seed uint64) pcsctest.Card { return (&played{Card: mint(eidtest.V18, seed)}).card() }

func TestBothFacesOfOneCardAreOneCard(t *testing.T) {
	t.Parallel()
	for name, order := range map[string][2]int{"the slot first": {0, 1}, "the antenna first": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
				faces := []pcsctest.Card{identityCard(1), travel("08A1B2C3")}
				var seen []string
				for _, slot := range order {
					fake.Insert(d.t, slot, faces[slot])
					time.Sleep(900 * time.Millisecond)
				}
				for len(seen) < 3 {
					seen = append(seen, line(d.next()))
				}
				want := []string{"changed 0 present", "presented 0 eid ", "changed 1 present"}
				if order[0] == 1 {
					want = []string{"changed 1 present", "changed 0 present", "presented 0 eid "}
				}
				if diff := cmp.Diff(want, seen); diff != "" {
					d.t.Fatal(diff)
				}
				d.quiet(time.Minute)
				fake.Remove(d.t, 1)
				d.expect("changed 1 empty")
				fake.Insert(d.t, 1, phone()) // somebody else's, a minute later
				d.expect("changed 1 present", "presented 1 other RANDOM_UID")
			})
		})
	}
}

func TestAPassBesideAnIdentityCardIsPresentedAtOnce(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Insert(d.t, 0, identityCard(1))
		d.expect("changed 0 present", "presented 0 eid ")
		fake.Insert(d.t, 1, pcsctest.Pass(anna))
		if e := d.expect("changed 1 present", "presented 1 pass "+anna)[1]; time.Since(e.Woke) != 0 {
			d.t.Fatalf("it took %s", time.Since(e.Woke))
		}
	})
}

func TestTheSlotsOfOneReaderAreKnownByItsName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		slot, antenna string
		one           bool
	}{
		"ACS on Linux":   {"ACS ACR1281 1S Dual Reader 00 00", "ACS ACR1281 1S Dual Reader 00 01", true},
		"ACS on Windows": {"ACS ACR1281 1S Dual Reader ICC 0", "ACS ACR1281 1S Dual Reader PICC 0", true},
		"HID":            {"HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422 Smartcard Reader] (KM000) 01 00", "HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422CL Smartcard Reader] (KM000) 00 00", true},
		"HID on Windows": {"HID OMNIKEY 5422 Smartcard Reader 0", "HID OMNIKEY 5422CL Smartcard Reader 0", true},
		"Identiv":        {"Identiv uTrust 4701 F Contact Reader 0", "Identiv uTrust 4701 F CL Reader 1", true},
		"two readers":    {"Alcor Micro AU9540 00 00", "ACS ACR122U PICC Interface 01 00", false},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
				fake.Plug(c.slot)
				d.next()
				fake.Plug(c.antenna)
				d.next()
				fake.Lay(c.slot, identityCard(1))
				d.presented("presented " + c.slot[len(c.slot)-1:] + " eid ")
				fake.Lay(c.antenna, travel("08A1B2C3"))
				d.next()
				if c.one {
					d.quiet(time.Minute)
				} else {
					d.presented("presented 0 other EID_CONTACTLESS")
				}
			})
		})
	}
}

func TestAModuleThatAnswersIsShownButNotPresented(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := pcsctest.NewFake()
		fake.Insert(t, 0, pcsctest.Card{ATR: []byte{0x3B, 0x02, 0x36, 0x02}})
		d := sit(t, fake)
		d.expect("service ok", "added 0 present", "added 1 empty")
		d.quiet(time.Minute)
		fake.Remove(t, 0)
		d.expect("changed 0 empty")
		fake.Insert(t, 0, pcsctest.Card{ATR: []byte{0x3B, 0x02, 0x36, 0x02}})
		d.expect("changed 0 present", "presented 0 other CARD_FOREIGN")
		d.stop()
	})
}

func TestTheReaderThatWindowsMakesUpIsLeftOut(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.PlugMute("Windows Hello for Business 1")
		fake.Plug("ACS ACR122U 7")
		d.expect("added 7 empty")
	})
}

func TestCardsOnTheAntennaAreNamed(t *testing.T) {
	t.Parallel()
	transport := pcsctest.Pass("A1B2C3D4")
	transport.ATR = pcsctest.DESFire
	transport.Answer = func(command []byte) []byte {
		if bytes.Contains(command, []byte("1TIC.ICA")) {
			return []byte{0x6F, 0x02, 0x84, 0x00, 0x90, 0x00}
		}
		return []byte{0x6A, 0x82}
	}
	calypso := pcsctest.Pass(anna)
	calypso.ATR = []byte{0x3B, 0x8A, 0x80, 0x01, 0x80, 0x5A, 0x0A, 0x07, 0x06, 0x20, 0x04, 0x2D, 0x25, 0x16, 0x00}
	desfire := pcsctest.Pass(anna)
	desfire.ATR = pcsctest.DESFire
	ev1, classic := phone(), pcsctest.Pass("80112233")
	ev1.UID[0] = 0x80
	memory := travel("A1B2C3D4")
	memory.ATR = pcsctest.Ultralight
	exact, never := pcsctest.Pass(anna), pcsctest.Pass(anna)
	exact.Status, exact.Succeed = 0x6C07, 2
	never.Status = 0x6C07
	for name, c := range map[string]struct {
		card pcsctest.Card
		want string
	}{
		"a pass that also has a passport":   {travel(anna), "pass " + anna},
		"a memory chip that agrees to all":  {memory, "pass A1B2C3D4"},
		"a reader that wants the length":    {exact, "pass " + anna},
		"a reader that wants another still": {never, "other CARD_UNKNOWN"},
		"a pass":                            {pcsctest.Pass(anna), "pass " + anna},
		"a DESFire pass":                    {desfire, "pass " + anna},
		"a MIFARE Classic":                  {classic, "pass 80112233"},
		"a phone":                           {phone(), "other RANDOM_UID"},
		"a DESFire with random numbers":     {ev1, "other RANDOM_UID"},
		"an identity card":                  {travel("08A1B2C3"), "other EID_CONTACTLESS"},
		"an identity card of another type":  {travel("51A1B2C3"), "other EID_CONTACTLESS"},
		"a MOBIB by its answer to reset":    {calypso, "other MOBIB"},
		"a MOBIB by its application":        {transport, "other MOBIB"},
		"a number of a length we know not":  {pcsctest.Card{ATR: pcsctest.Ultralight, UID: make([]byte, 8)}, "other CARD_UNKNOWN"},
		"a card that has no number to give": {pcsctest.Card{ATR: pcsctest.DESFire, Status: 0x6A81}, "other CARD_UNKNOWN"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
				fake.Insert(d.t, 0, c.card)
				d.expect("changed 0 present", "presented 0 "+c.want)
			})
		})
	}
}

func TestAReaderSoundsOnlyWhenItIsToldTo(t *testing.T) {
	t.Parallel()
	for _, wanted := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			const name = "ACS ACR1252 1S CL Reader PICC 0"
			var heard []byte
			card := pcsctest.Pass(anna)
			card.Escape = func(command []byte) { heard = command }
			fake := pcsctest.NewFake()
			d := sitWith(t, fake, func(w *reader.Watcher) { w.Beep = wanted })
			d.opened()
			fake.Plug(name)
			fake.Lay(name, card)
			d.presented("presented 0 pass " + anna)
			synctest.Wait()
			if got := heard != nil; got != wanted {
				t.Errorf("beep %t: heard %X", wanted, heard)
			}
			d.stop()
		})
	}
}

func TestAReadGivesUpOnAProgramThatKeepsTheCard(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		p := &played{Card: mint(eidtest.V18, 1)}
		id := d.insert(p)
		fake.Hold(d.t, 0, true)
		begin := time.Now()
		_, err := d.read(id, eid.All()...)
		if took := time.Since(begin); !errors.Is(err, reader.ErrBusy) || took > 15*time.Second {
			d.t.Fatalf("%v after %s", err, took)
		}
		fake.Hold(d.t, 0, false)
		d.reads(id, p.Card)
	})
}
