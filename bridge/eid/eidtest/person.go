package eidtest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// Person is what a card says of its holder. The zero value of each field is a
// card without it.
type Person struct {
	NationalNumber string
	Name           string
	GivenNames     string
	ThirdInitial   string
	Nationality    string
	BirthPlace     string
	Birth          string // as the card spells it
	Sex            string // M, F, V or W
	Noble          string
	Document       string // as the card spells it: 1 and 01 are both seen
	Status         string
	CardNumber     string
	IssuedBy       string
	From, Until    string // DD.MM.YYYY
	Street         string
	PostalCode     string
	Municipality   string
	More           []Field // further entries of the identity, tags ascending
	Portrait       *Portrait
}

// Field is an entry of the identity file.
type Field struct {
	Tag   byte
	Value string
}

var (
	names   = []string{"Peeters", "Vandenbossche-Ouédraogo", "D'Hondt", "Müller", "Dąbrowski", "Nguyễn Thị", "Çelik", "Øster", "Šimić", "O'Brien", "Ó Súilleabháin", "Van den Eynde de Ñúñez", "ß"}
	givens  = []string{"Anaïs Zoë", "Łukasz", "Jean-François", "Søren Åge", "", "Ömer", "Maria Christina", "Đorđe"}
	towns   = []string{"Gent", "Liège", "Sankt Vith", "Braine-l'Alleud", "’s-Gravenvoeren", "Fourons", "Geraardsbergen"}
	streets = []string{"Kouter 12", "Rue de l'Église 7 bte 3", "Hauptstraße 44a", "Lange Violettestraat 12/0301", "Place Émile Dru 1 ", "Koningin-Maria-Hendrikaplein 70 bus 101"}
	states  = []string{"Belg", "Belge", "Belgier", "Türkei", "Frankrijk", "Roumanie", "onbepaald"}
	births  = [][12]string{
		{"JAN", "FEV", "MARS", "AVR", "MAI", "JUIN", "JUIL", "AOUT", "SEPT", "OCT", "NOV", "DEC"},
		{"JAN", "FEB", "MAAR", "APR", "MEI", "JUN", "JUL", "AUG", "SEP", "OKT", "NOV", "DEC"},
		{"JAN", "FEB", "MÄR", "APR", "MAI", "JUN", "JUL", "AUG", "SEP", "OKT", "NOV", "DEZ"},
	}
	documents = []string{
		"1", "01", "6", "7", "8", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "27", "28",
		"31", "32", "33", "34", "35", "36", "61", "62", "63", "64", "65", "66", "67", "68", "69", "99",
	}
)

// Random makes up a person whose card is in its time at now.
func Random(r *rand.Rand, now time.Time) Person {
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	born := now.AddDate(-r.IntN(95), 0, -r.IntN(366))
	from := now.AddDate(-r.IntN(9), 0, -1-r.IntN(300))
	p := Person{
		NationalNumber: Number(born, r.IntN(998)+1),
		Name:           pick(names),
		GivenNames:     pick(givens),
		ThirdInitial:   pick([]string{"", "", "É", "J"}),
		Nationality:    pick(states),
		BirthPlace:     pick(towns),
		Birth:          Birth(born, r.IntN(3)),
		Sex:            pick([]string{"M", "F", "V", "W"}),
		Noble:          pick([]string{"", "", "", "Baron", "Écuyer"}),
		Document:       pick(documents),
		Status:         pick([]string{"0", "0", "1", "2", "3", "4", "5"}),
		CardNumber:     fmt.Sprintf("59%010d", r.Int64N(1e10)),
		IssuedBy:       pick(towns),
		From:           from.Format("02.01.2006"),
		Until:          from.AddDate(10, 0, 0).Format("02.01.2006"),
		Street:         pick(streets),
		PostalCode:     strconv.Itoa(1000 + r.IntN(9000)),
		Municipality:   pick(towns),
	}
	if len(p.Document) == 2 && p.Document != "01" {
		p.CardNumber = fmt.Sprintf("B%09d", r.Int64N(1e9))
		p.More = foreigner(r, pick)
	}
	return p
}

// foreigner makes up entries of foreigners' cards (IDA5 section 1).
func foreigner(r *rand.Rand, pick func([]string) string) []Field {
	var more []Field
	for _, f := range []Field{
		{0x13, "5"},
		{0x14, ""},
		{0x15, "03.04.2019-FR"},
		{0x16, pick([]string{"7", "8", "9", "A"})},
		{0x17, "0123.456.789"},
		{0x18, "0987.654.321"},
		{0x19, "B1234567"},
		{0x1B, "1"},
		{0x1C, "1"},
		{0x1D, pick([]string{"D", "E", "F"})},
		{0x1E, "K"},
		{0x1F, "01.02.2020"},
		{0x2A, strings.Repeat("?", r.IntN(300))}, // of the future
	} {
		if r.IntN(3) == 0 {
			more = append(more, f)
		}
	}
	return more
}

// Number returns the national number of the n-th child of a day.
func Number(born time.Time, n int) string {
	return checked(fmt.Sprintf("%s%03d", born.Format("060102"), n), born.Year() >= 2000)
}

// checked puts the check digits behind the first nine of a national number.
func checked(nine string, young bool) string {
	var v int64
	for _, d := range nine {
		v = v*10 + int64(d-'0')
	}
	if young {
		v += 2_000_000_000
	}
	return fmt.Sprintf("%s%02d", nine, 97-v%97)
}

// Birth spells a date of birth as a card in French (0), Dutch (1) or German (2).
func Birth(born time.Time, language int) string {
	month := births[language][born.Month()-1]
	if language == 2 {
		return fmt.Sprintf("%02d.%s.%d", born.Day(), month, born.Year())
	}
	return fmt.Sprintf("%02d %s %d", born.Day(), month, born.Year())
}
