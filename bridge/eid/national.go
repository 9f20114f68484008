package eid

import "strconv"

// NationalNumber is the number of a person in the National Register. It cannot
// be printed, logged or marshalled by accident; only Reveal gives it away.
type NationalNumber struct{ digits string }

// Reveal returns the digits as they stand on the card.
func (n NationalNumber) Reveal() string { return n.digits }

// IsZero reports whether there is no number.
func (n NationalNumber) IsZero() bool { return n.digits == "" }

// Valid reports whether the last two digits check the others: they are 97 less
// the first nine modulo 97, with a 2 in front of the nine for those born from
// 2000 on.
func (n NationalNumber) Valid() bool { return n.checks("") || n.checks("2") }

func (n NationalNumber) checks(century string) bool {
	if len(n.digits) != 11 {
		return false
	}
	for _, d := range n.digits {
		if d < '0' || d > '9' {
			return false
		}
	}
	first, err := strconv.Atoi(century + n.digits[:9])
	check, err2 := strconv.Atoi(n.digits[9:])
	return err == nil && err2 == nil && check == 97-first%97
}

// Fits reports whether a valid number can be that of somebody born on a date.
// What either of them does not say is not compared: unknown days are 00 in the
// number, and bis numbers have 20 or 40 added to the month.
func (n NationalNumber) Fits(born Date) bool {
	if !n.Valid() || born.Year == 0 {
		return true
	}
	century, prefix := 1900, ""
	if born.Year >= 2000 {
		century, prefix = 2000, "2"
	}
	if !n.checks(prefix) {
		return false
	}
	pair := func(at int) int { v, _ := strconv.Atoi(n.digits[at : at+2]); return v }
	year, month, day := pair(0), pair(2), pair(4)
	if month < 60 {
		month %= 20
	}
	if month == 0 || month > 12 { // no date in it, but a serial number, or a test card
		return true
	}
	return born.Year == century+year &&
		(born.Month == 0 || born.Month == month) &&
		(born.Day == 0 || day == 0 || day > 31 || born.Day == day)
}
