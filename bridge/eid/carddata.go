package eid

import "fmt"

// CardData is the answer to GET CARD DATA (M17 and M18, same name).
type CardData struct {
	ChipNumber []byte
	Applet     byte // 11, 17 or 18 in hexadecimal
	LifeCycle  byte
}

// selectable is the life cycle of a card that was handed out but not activated.
const selectable = 0x07

// ParseCardData reads the 28 bytes.
func ParseCardData(raw []byte) (CardData, error) {
	if len(raw) < 28 {
		return CardData{}, fmt.Errorf("read card data: %w: %d bytes", ErrMalformed, len(raw))
	}
	return CardData{ChipNumber: raw[:16:16], Applet: raw[21], LifeCycle: raw[27]}, nil
}

// Activated reports whether the holder can use the card. Embassies hand out
// cards that the municipality still has to activate.
func (c CardData) Activated() bool { return c.LifeCycle != selectable }

// String names the applet for logs: «applet 1.7».
func (c CardData) String() string { return fmt.Sprintf("applet %d.%d", c.Applet>>4, c.Applet&0x0F) }
