package eidtest

import (
	"crypto/x509/pkix"
	"math/rand/v2"
	"strings"
	"time"
)

// Trainee is somebody on a training card. Three of them are people of the
// public test data set with passes in every sandbox; the others have the
// numbers of a 998th child of a day, and so are nobody.
type Trainee struct {
	ID       string // of the card
	Made     Generation
	Says     Person
	Forged   string // a street written over the signed one
	Inactive bool
}

// TrainingTerms are those of the authorities that sign training cards.
func TrainingTerms() Terms {
	t := Usual()
	t.Root = "OpenBalie Training Root"
	t.Subject = pkix.Name{Country: []string{"BE"}, Organization: []string{"OpenBalie Training"}, CommonName: "RRN"}
	return t
}

// MintTrainees makes the training cards, in the order of Trainees, and the
// authorities that signed them. Keys, and so signatures, are others each time;
// what the cards say is not. Nothing keeps the keys.
func MintTrainees() (cards []*Card, signers []*Authority) {
	for _, g := range Generations() {
		signers = append(signers, NewAuthority(g, TrainingTerms()))
	}
	for i, t := range Trainees() {
		c := signers[t.Made].Mint(t.Made, t.Says, rand.New(rand.NewPCG(2026, uint64(i)))) //nolint:gosec // serial numbers, no secrets
		if t.Forged != "" {
			forged := t.Says
			forged.Street = t.Forged
			c.Files.Address = address(forged, len(c.Files.Address))
		}
		c.Inactive = t.Inactive
		cards = append(cards, c)
	}
	return cards, signers
}

// Trainees are the people of the training cards, in the order in which somebody
// would want to meet them.
func Trainees() []Trainee {
	return []Trainee{
		{
			ID: "eid-1.8", Made: V18,
			Says: trainee("De Wachter", "Bram Jozef", "M", "83030201540", "02 MAAR 1983", Portrait{Skin: 176, Hair: 38, Clothes: 90, Style: Short, Beard: true}).
				at("Kerkstraat 1", "9000", "Gent"),
		}, {
			ID: "eid-1.7", Made: V17,
			Says: trainee("Maertens", "Godelieve", "V", "36051380284", "13 MEI  1936", Portrait{Skin: 202, Hair: 215, Clothes: 70, Style: Curly, Glasses: true}).
				at("Stationsstraat 1", "9090", "Melle"),
		}, {
			ID: "eid-1.7-hybrid", Made: Hybrid,
			Says: trainee("Verhelst", "Sofie Anna", "V", "80010170282", "01 JAN  1980", Portrait{Skin: 205, Hair: 70, Clothes: 60, Style: Long}).
				at("Nieuwstraat 7 bus 3", "9050", "Gentbrugge"),
		}, {
			ID: "eid-1.8-new", Made: V18,
			Says: nobody("Dubois", "Élise Marie", "F", day(1994, 5, 17), 0, Portrait{Skin: 210, Hair: 150, Clothes: 110, Style: Bun}).
				at("Coupure 44", "9000", "Gent").from("Belge"),
		}, {
			ID: "eid-kids", Made: V18,
			Says: nobody("Dubois", "Noé", "M", day(2018, 6, 11), 0, Portrait{Skin: 214, Hair: 120, Clothes: 140, Style: Short, Child: true}).
				at("Coupure 44", "9000", "Gent").from("Belge").as("6"),
		}, {
			ID: "eid-foreigner", Made: V18,
			Says: nobody("Kowalska", "Zofia", "F", day(1988, 9, 3), 1, Portrait{Skin: 198, Hair: 60, Clothes: 50, Style: Curly}).
				at("Rooigemlaan 200/0301", "9000", "Gent").from("Polen").as("31", Field{0x1F, "15.01.2022"}),
		}, {
			ID: "eid-birth-year", Made: V17,
			Says: yearOnly(nobody("Rahimi", "Maryam", "V", day(1987, 1, 1), 1, Portrait{Skin: 178, Hair: 105, Clothes: 80, Style: Scarf})).
				at("Brugstraat 60", "9209", "Scheldewerf").from("Afghanistan").as("34", Field{0x16, "7"}),
		}, {
			ID: "eid-german", Made: V17,
			Says: nobody("Königs", "Käthe", "W", day(1973, 3, 7), 2, Portrait{Skin: 208, Hair: 185, Clothes: 120, Style: Long, Glasses: true}).
				at("Am Mühlenbach 44a", "4799", "Hohenbrück").from("Belgier"),
		}, {
			ID: "eid-forged", Made: V17, Forged: "Kouter 8",
			Says: nobody("Claes", "Rita", "V", day(1971, 2, 28), 1, Portrait{Skin: 204, Hair: 95, Clothes: 45, Style: Bun}).
				at("Kouter 3", "9000", "Gent"),
		}, {
			ID: "eid-1.1", Made: V11,
			Says: nobody("Peeters", "Maria", "V", day(1941, 12, 1), 1, Portrait{Skin: 206, Hair: 225, Clothes: 100, Style: Bun, Glasses: true}).
				at("Sint-Pietersplein 9", "9000", "Gent").between("10.10.2005", "10.10.2010"),
		}, {
			ID: "eid-inactive", Made: V18, Inactive: true,
			Says: nobody("Janssens", "Tom", "M", day(2000, 1, 20), 1, Portrait{Skin: 200, Hair: 80, Clothes: 85, Style: Short}).
				at("Vlaanderenstraat 8", "9000", "Gent"),
		},
	}
}

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// trainee is a Belgian whose card is valid for as long as anybody will practise.
func trainee(name, given, sex, number, birth string, face Portrait) Person {
	return Person{
		NationalNumber: number, Name: name, GivenNames: given, Nationality: "Belg", Birth: birth, Sex: sex,
		Document: "1", Status: "0", CardNumber: "599" + number[:6] + "000", From: "15.03.2025", Until: "15.03.2035", Portrait: &face,
	}
}

// nobody was born on a day that is spelled in a language as in [Birth].
func nobody(name, given, sex string, born time.Time, language int, face Portrait) Person {
	return trainee(name, given, sex, Number(born, 998), Birth(born, language), face)
}

func (p Person) at(street, postalCode, municipality string) Person {
	p.Street, p.PostalCode, p.Municipality = street, postalCode, municipality
	p.IssuedBy, p.BirthPlace = municipality, municipality
	return p
}

func (p Person) from(nationality string) Person {
	p.Nationality = nationality
	return p
}

func (p Person) between(from, until string) Person {
	p.From, p.Until = from, until
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
