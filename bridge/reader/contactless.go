package reader

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/pcsc"
)

// contactless says what a card on the antenna is.
func contactless(ctx context.Context, c pcsc.Card, atr []byte) (Card, error) {
	if chip.Transport(atr) {
		return Card{Kind: Other, Problem: MOBIB}, nil
	}
	uid, err := number(ctx, c)
	switch family := chip.FamilyOf(atr); {
	case errors.Is(err, chip.ErrNoNumber):
		return Card{Kind: Other, Problem: CardUnknown}, nil
	case err != nil:
		return Card{}, err
	case family == chip.ISO14443 && uid.Short() && answers(ctx, c, chip.SelectTravel()):
		return Card{Kind: Other, Problem: EIDContactless}, nil
	case family == chip.ISO14443 && uid.Short() && answers(ctx, c, chip.SelectTransport()):
		return Card{Kind: Other, Problem: MOBIB}, nil
	case uid.Random(family):
		return Card{Kind: Other, Problem: RandomUID}, nil
	default:
		return Card{Kind: Pass, UID: uid}, nil
	}
}

// number asks the card for its number.
func number(ctx context.Context, c pcsc.Card) (chip.UID, error) {
	command := chip.GetUID()
	for range 2 {
		answer, err := c.Transmit(ctx, command)
		if err != nil {
			return "", err
		}
		uid, again, err := chip.ReadUID(answer)
		if again == nil {
			return uid, err
		}
		command = again
	}
	return "", chip.ErrNoNumber
}

// answers reports whether a command succeeds.
func answers(ctx context.Context, c pcsc.Card, command []byte) bool {
	answer, err := c.Transmit(ctx, command)
	return err == nil && chip.Succeeded(answer)
}

// soundFor is how long a reader may take to sound.
const soundFor = time.Second

// beep has the reader sound, if it is one that we know how to. Few systems let
// us; nobody waits for it.
func (c *connection) beep(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, soundFor)
	defer cancel()
	var err error
	switch {
	case c.card == nil:
	case strings.Contains(c.reader, "ACR122"):
		_, err = c.card.Transmit(ctx, []byte{0xFF, 0x00, 0x40, 0x00, 0x04, 0x01, 0x00, 0x01, 0x01})
	case strings.Contains(c.reader, "ACS "):
		_, err = c.card.Escape(ctx, []byte{0xE0, 0x00, 0x00, 0x28, 0x01, 0x0A})
	}
	if err != nil {
		c.spoilt(err)
	}
}
