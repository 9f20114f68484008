package eidtest

import (
	"crypto/x509/pkix"
	"math/rand/v2"
	"strings"
	"time"
)

// Trainee is somebody on a training card. Nobody has these names in these
// towns, which do not exist, and none of them is the 998th child of a day.
type Trainee struct {
	ID       string // of the card, kebab-case
	Made     Generation
	Says     Person
	Moved    string // a street written over the signed one: a forgery
	Inactive bool
}

// TrainingTerms are those of the authorities that sign training cards.
func TrainingTerms() Terms {
	t := Usual()
	t.Root = "OpenBalie Training Root, not for identification"
	t.Subject = pkix.Name{Country: []string{"BE"}, Organization: []string{"OpenBalie Training"}, CommonName: "RRN"}
	return t
}

// MintTrainees makes the training cards and their authorities, one for each
// generation. Keys, and so signatures, are others each time; what the cards say
// is not. The private keys are gone with the values.
func MintTrainees() (cards map[string]*Card, signers map[Generation]*Authority) {
	cards, signers = map[string]*Card{}, map[Generation]*Authority{}
	for _, g := range Generations() {
		signers[g] = NewAuthority(g, TrainingTerms())
	}
	for i, t := range Trainees() {
		c := signers[t.Made].Mint(t.Made, t.Says, rand.New(rand.NewPCG(2026, uint64(i)))) //nolint:gosec // a serial, not a secret
		if t.Moved != "" {
			moved := t.Says
			moved.Street = t.Moved
			c.Files.Address = address(moved, len(c.Files.Address))
		}
		c.Inactive = t.Inactive
		cards[t.ID] = c
	}
	return cards, signers
}

// Trainees are the people of the training cards, in the order in which somebody
// would want to meet them.
func Trainees() []Trainee {
	return []Trainee{
		{
			ID: "newest", Made: V18,
			Says: person("Temmerman", "Roos Maria", "Belg", "F", born(1991, 5, 14, 1), lives("Zonnebloemlaan 12", "9395", "Denderrode"),
				Portrait{Skin: 205, Hair: 70, Clothes: 60, Style: Long}),
		}, {
			ID: "moved", Made: V17,
			Says: person("Bouzid", "Karim", "Belg", "M", born(1984, 2, 3, 1), lives("Kouterbaan 88", "9397", "Meersbeke"),
				Portrait{Skin: 176, Hair: 38, Clothes: 90, Style: Short, Beard: true}),
		}, {
			ID: "french", Made: Hybrid,
			Says: person("Thiry", "Élodie Françoise", "Belge", "F", born(1999, 8, 21, 0), lives("Rue de l’Ancien Tram 7 bte 3", "1096", "Molenbroek"),
				Portrait{Skin: 212, Hair: 120, Clothes: 75, Style: Bun, Glasses: true}),
		}, {
			ID: "oldest", Made: V11,
			Says: person("De Ridder", "Etienne Jozef", "Belg", "M", born(1944, 3, 9, 1), lives("Molenstraat 3", "9209", "Scheldewerf"),
				Portrait{Skin: 204, Hair: 205, Clothes: 70, Style: Bald, Glasses: true}).until("02.02.2042"),
		}, {
			ID: "german", Made: V17,
			Says: person("Königs", "Käthe", "Belgier", "W", born(1973, 3, 7, 2), lives("Am Mühlenbach 44a", "4799", "Hohenbrück"),
				Portrait{Skin: 208, Hair: 175, Clothes: 120, Style: Curly}),
		}, {
			ID: "kids", Made: V18,
			Says: person("Baeten", "Vic", "Belg", "M", born(2018, 10, 30, 1), lives("Schoolstraat 21", "9398", "Oosthoek"),
				Portrait{Skin: 214, Hair: 120, Clothes: 140, Style: Short, Child: true}).as("6"),
		}, {
			ID: "foreigner", Made: V18,
			Says: person("Munteanu", "Ioana Mădălina", "Roemenië", "F", born(1996, 12, 1, 1), lives("Weversplein 5/0201", "9395", "Denderrode"),
				Portrait{Skin: 200, Hair: 50, Clothes: 55, Style: Long}).as("32", Field{0x1F, "15.01.2022"}),
		}, {
			ID: "birth-year", Made: V17,
			Says: yearOnly(person("Rahimi", "Maryam", "Afghanistan", "F", born(1987, 1, 1, 1), lives("Brugstraat 60", "9209", "Scheldewerf"),
				Portrait{Skin: 178, Hair: 105, Clothes: 80, Style: Scarf})).as("34", Field{0x16, "7"}),
		}, {
			ID: "forged", Made: V17, Moved: "Kasteellaan 1",
			Says: person("Coppens", "Dirk", "Belg", "M", born(1968, 6, 17, 1), lives("Meersstraat 140", "9395", "Denderrode"),
				Portrait{Skin: 198, Hair: 150, Clothes: 45, Style: Short}),
		}, {
			ID: "expired", Made: V17,
			Says: person("Segers", "Hilde", "Belg", "F", born(1958, 11, 25, 1), lives("Lindelaan 9", "9397", "Meersbeke"),
				Portrait{Skin: 210, Hair: 200, Clothes: 100, Style: Curly, Glasses: true}).until("14.03.2025"),
		}, {
			ID: "inactive", Made: V18, Inactive: true,
			Says: person("Renard", "Camille", "Belge", "F", born(2002, 4, 11, 0), lives("Chaussée du Moulin 118", "1096", "Molenbroek"),
				Portrait{Skin: 206, Hair: 90, Clothes: 85, Style: Bun}),
		},
	}
}

type birth struct{ number, spelled string }

// born is a day of birth, spelled in a language as in [Birth], with the national
// number of nobody: the days have no 998th child.
func born(year int, month time.Month, day, language int) birth {
	date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return birth{Number(date, 998), Birth(date, language)}
}

type home struct{ street, postalCode, municipality string }

func lives(street, postalCode, municipality string) home { return home{street, postalCode, municipality} }

func person(name, given, nationality, sex string, b birth, h home, face Portrait) Person {
	return Person{
		NationalNumber: b.number, Name: name, GivenNames: given, Nationality: nationality, BirthPlace: h.municipality, Birth: b.spelled, Sex: sex,
		Document: "1", Status: "0", CardNumber: "599" + b.number[:6] + "000", IssuedBy: h.municipality, From: "15.03.2025", Until: "15.03.2035",
		Street: h.street, PostalCode: h.postalCode, Municipality: h.municipality, Portrait: &face,
	}
}

// until gives the card another last day; it is ten years old then, or more.
func (p Person) until(day string) Person {
	p.From, p.Until = "03.02.2013", day
	return p
}

// as makes it a card of another kind, with further entries.
func (p Person) as(document string, more ...Field) Person {
	p.Document, p.More = document, more
	if len(document) == 2 {
		p.CardNumber = "B" + p.CardNumber[3:9] + "00"
	}
	return p
}

// yearOnly forgets the day of birth, as with people whose papers do not tell it.
func yearOnly(p Person) Person {
	p.Birth = p.Birth[strings.LastIndexByte(p.Birth, ' ')+1:]
	p.NationalNumber = checked(p.NationalNumber[:2]+"0000998", false)
	return p
}
