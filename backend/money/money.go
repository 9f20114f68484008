// Package money counts in euro cents. It knows no currency but the euro and no
// fractions of a cent.
package money

import "fmt"

// Cents is an amount in euro cents.
type Cents int64

// String writes the amount as the API does: "12.50".
func (c Cents) String() string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d", sign, c/100, c%100)
}

// Percent is a share of a hundred.
type Percent int

// Of takes the share of an amount and rounds down: a half cent never goes to
// the one whose share it is.
func (p Percent) Of(c Cents) Cents {
	product := int64(c) * int64(p)
	share := product / 100
	if product%100 < 0 {
		share--
	}
	return Cents(share)
}
