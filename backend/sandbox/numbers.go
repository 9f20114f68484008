package sandbox

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/period"
)

// dice are the only chance in here. They fall alike in every sandbox, so that
// two of them can be compared.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(2026, seed))} }

// id mints the UUIDv7 that would have been minted at an instant.
func (d dice) id(at time.Time) uuid.UUID {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(at.UnixMilli())<<16|d.Uint64()&0xffff)
	binary.BigEndian.PutUint64(u[8:], d.Uint64())
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return u
}

// chance is true in so many of a hundred cases.
func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d dice, from []T) T { return from[d.IntN(len(from))] }

// named is the id of something that keeps its id in every sandbox.
func named(what, slug string) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://sandbox.openbalie.example/"+what+"/"+slug))
}

// uitpasNumber makes the pass number of a prefix and a serial.
func uitpasNumber(prefix string, serial int, socialTariff bool) string {
	n, err := card.NewNumber(fmt.Sprintf("%s%0*d", prefix, 11-len(prefix), serial), socialTariff)
	if err != nil {
		panic(err) // the prefixes of this package are digits
	}
	return string(n)
}

// nationalNumber makes a valid number of somebody born on a day. Serials from
// 900 on are not given out, so it is nobody's.
func (d dice) nationalNumber(born period.Day, gender string) string {
	year, month, day := born.Date()
	serial := 900 + 2*d.IntN(49)
	if gender == male {
		serial++
	}
	first := fmt.Sprintf("%02d%02d%02d%03d", year%100, month, day, serial)
	number := 0
	for _, r := range first {
		number = number*10 + int(r-'0')
	}
	if year >= 2000 {
		number += 2_000_000_000
	}
	return fmt.Sprintf("%s%02d", first, 97-number%97)
}

// mailName writes a name as the first part of an e-mail address.
func mailName(first, last string) string {
	return plainLetters.Replace(strings.ToLower(first + "." + last))
}

var plainLetters = strings.NewReplacer(" ", "", "-", "", "'", "", "é", "e", "è", "e", "ë", "e", "ê", "e", "ç", "c", "ï", "i", "î", "i", "â", "a", "ş", "s", "ș", "s", "ı", "i",
	"i̇", "i", "ğ", "g", "ö", "o", "ô", "o", "ó", "o", "ü", "u", "ł", "l", "ś", "s", "ń", "n", "ź", "z", "ć", "c", "ę", "e", "ą", "a")

// chip makes the UID of a fictional card from its region and serial.
func chip(region, serial int) []byte {
	return []byte{0x04, 0xf1, byte(region), byte(serial >> 16), byte(serial >> 8), byte(serial), 0x80}
}

func mustHex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err) // a constant of the test data set
	}
	return b
}
