// Program virtual-reader is a card reader without hardware for tests that are
// not written in Go: a private card service with two virtual readers.
//
// It first writes one line of JSON with the service's socket (the value of
// PCSCLITE_CSOCK_NAME for the program under test), then obeys the lines it
// reads, each answered by {} or {"error": …}:
//
//	insert SLOT CHIPNUMBER    lay a pass on reader 0 or 1
//	eid SLOT CARD DELAY       put a practice eID in reader 0 or 1; its chip
//	                          takes that many milliseconds for each answer
//	mute SLOT                 lay a card that does not answer
//	clear                     lift all cards, and wait until the service knows
//	kill                      end the card service without a word
//	restart                   bring it back on the same socket
//
// It ends with its standard input.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/eid/training"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "virtual-reader:", err)
		os.Exit(1)
	}
}

func run() error {
	server, err := pcsctest.Launch()
	if err != nil {
		return err
	}
	defer server.Close()
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(map[string]string{"socket": server.Socket()}); err != nil {
		return err
	}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		answer := map[string]string{}
		if err := obey(server, in.Text()); err != nil {
			answer["error"] = err.Error()
		}
		if err := out.Encode(answer); err != nil {
			return err
		}
	}
	return nil
}

func obey(server *pcsctest.Server, line string) error {
	verb, rest, _ := strings.Cut(line, " ")
	var slot int
	var number string
	switch verb {
	case "insert":
		if _, err := fmt.Sscan(rest, &slot, &number); err != nil {
			return err
		}
		uid, err := chip.ParseUID(number)
		if err != nil {
			return err
		}
		return server.Put(slot, pcsctest.Pass(string(uid)))
	case "eid":
		var delay int
		if _, err := fmt.Sscan(rest, &slot, &number, &delay); err != nil {
			return err
		}
		card, err := practice(number)
		if err != nil {
			return err
		}
		card.Delay = time.Duration(delay) * time.Millisecond
		return server.Put(slot, card)
	case "mute":
		if _, err := fmt.Sscan(rest, &slot); err != nil {
			return err
		}
		return server.Put(slot, pcsctest.Card{ATR: pcsctest.Ultralight, Mute: true})
	case "clear":
		server.Lift(0)
		server.Lift(1)
		return server.Settle()
	case "kill":
		server.Crash()
	case "restart":
		return server.Revive(true)
	default:
		return fmt.Errorf("no such word: %q", verb)
	}
	return nil
}

// practice is the practice card of that name.
func practice(id string) (pcsctest.Card, error) {
	cards := training.Cards()
	at := slices.IndexFunc(cards, func(c training.Card) bool { return c.ID == id })
	if at < 0 {
		return pcsctest.Card{}, fmt.Errorf("no such card: %q", id)
	}
	c := cards[at].Chip()
	return pcsctest.Card{ATR: cards[at].ATR, Answer: c.Answer, Powered: c.PowerCycle}, nil
}
