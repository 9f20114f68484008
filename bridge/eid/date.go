package eid

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Date is a day on the calendar of which parts may be unknown, which are zero.
type Date struct{ Year, Month, Day int }

// IsZero reports whether nothing is known.
func (d Date) IsZero() bool { return d == Date{} }

// Whole reports whether every part is known.
func (d Date) Whole() bool { return d.Year != 0 && d.Month != 0 && d.Day != 0 }

// Before reports whether d is earlier than o; both must be whole.
func (d Date) Before(o Date) bool {
	if d.Year != o.Year {
		return d.Year < o.Year
	}
	if d.Month != o.Month {
		return d.Month < o.Month
	}
	return d.Day < o.Day
}

// DateOf returns the day of a moment, in the zone that the moment is given in.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, int(m), d}
}

// months are the months as cards spell them in French, Dutch and German, by
// their first three letters without accents (IDA5 section 3; eid-mw,
// eid-viewer/conversions/dob.cpp, which adds the English ones).
var months = map[string]int{
	"JAN": 1,
	"FEV": 2, "FEB": 2,
	"MAR": 3, "MAA": 3, "MRT": 3,
	"AVR": 4, "APR": 4,
	"MAI": 5, "MEI": 5, "MAY": 5,
	"JUN": 6, "JUL": 7,
	"AOU": 8, "AUG": 8,
	"SEP": 9,
	"OCT": 10, "OKT": 10,
	"NOV": 11,
	"DEC": 12, "DEZ": 12,
}

var plainLetters = strings.NewReplacer("É", "E", "È", "E", "Û", "U", "Ù", "U", "Ü", "U", "Ä", "A", "Â", "A",
	"E\u0301", "E", "U\u0302", "U", "A\u0308", "A")

// month reads the name of a month; 0 is none.
func month(name string) int {
	letters := []rune(plainLetters.Replace(strings.ToUpper(name)))
	if len(letters) < 3 {
		return 0
	}
	if first := string(letters[:3]); first != "JUI" {
		return months[first]
	}
	if len(letters) > 3 { // JUIN and JUIL differ in the fourth
		return map[rune]int{'N': 6, 'L': 7}[letters[3]]
	}
	return 0
}

// parseBirth reads a date of birth: «24 MAAR 1969», «22.DEZ. 1997», «1971», with
// blanks for what is not known. What cannot be read is not known.
func parseBirth(s string) Date {
	var numbers, letters []string
	for _, part := range runs(s) {
		if part[0] >= '0' && part[0] <= '9' {
			numbers = append(numbers, part)
		} else {
			letters = append(letters, part)
		}
	}
	name := strings.Join(letters, "")
	if len(numbers) == 0 || len(numbers[len(numbers)-1]) != 4 {
		return Date{}
	}
	d := Date{Year: number(numbers[len(numbers)-1])}
	before := numbers[:len(numbers)-1]
	if d.Month = month(name); name == "" && len(before) == 2 {
		d.Month, before = number(before[1]), before[:1]
	}
	if len(before) == 1 {
		d.Day = number(before[0])
	}
	return d.sane()
}

// parseDay reads DD.MM.YYYY.
func parseDay(s string) Date {
	parts := strings.Split(s, ".")
	if len(parts) != 3 || len(parts[2]) != 4 {
		return Date{}
	}
	return Date{Year: number(parts[2]), Month: number(parts[1]), Day: number(parts[0])}.sane()
}

// sane forgets the parts that no calendar has.
func (d Date) sane() Date {
	if d.Month < 1 || d.Month > 12 || d.Year < 1 {
		return Date{Year: max(d.Year, 0)}
	}
	if d.Day < 1 || d.Day > time.Date(d.Year, time.Month(d.Month)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
		d.Day = 0
	}
	return d
}

// runs splits into runs of digits and runs of letters and drops the rest.
func runs(s string) []string {
	class := func(r rune) int {
		switch {
		case r >= '0' && r <= '9':
			return 1
		case unicode.IsLetter(r), unicode.IsMark(r):
			return 2
		default:
			return 0
		}
	}
	var all []string
	last := 0
	for _, r := range s {
		now := class(r)
		switch now {
		case 0:
		case last:
			all[len(all)-1] += string(r)
		default:
			all = append(all, string(r))
		}
		last = now
	}
	return all
}

// number reads up to four digits; anything else is 0.
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 || n > 9999 {
		return 0
	}
	return n
}
