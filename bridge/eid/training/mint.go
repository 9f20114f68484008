//go:build ignore

// This program made cards.json and roots.pem. The keys it signs with are gone
// when it ends, so another run makes other cards and other roots.
package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"log"
	"math/rand/v2"
	"os"
	"time"

	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/eid/training"
)

// somebody is a person with a face and a card.
type somebody struct {
	id         string
	labels     training.Labels
	generation eidtest.Generation
	person     eidtest.Person
	face       eidtest.Portrait
	inactive   bool
	forge      func(*eidtest.Card)
}

func main() {
	r := rand.New(rand.NewPCG(1, 2))
	var cards []training.Card
	roots := &bytes.Buffer{}
	for _, g := range eidtest.Generations() {
		block := &pem.Block{Type: "CERTIFICATE", Bytes: eidtest.AuthorityOf(g).Root.Raw}
		if err := pem.Encode(roots, block); err != nil {
			log.Fatal(err)
		}
	}
	for _, s := range people() {
		c := eidtest.Mint(s.generation, s.person, r)
		c.Inactive = s.inactive
		c.Picture(s.person, s.face.Draw(140, 200))
		if s.forge != nil {
			s.forge(c)
		}
		cards = append(cards, training.Card{
			ID: s.id, Labels: s.labels, Generation: s.generation.String(), ATR: c.ATR(), Data: c.Data(), Inactive: c.Inactive, Files: c.Files,
		})
	}
	text, err := json.MarshalIndent(cards, "", " ")
	if err != nil {
		log.Fatal(err)
	}
	for name, content := range map[string][]byte{"cards.json": append(text, '\n'), "roots.pem": roots.Bytes()} {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

func born(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// citizen is a Belgian whose card is valid from 2023 to 2033.
func citizen(insz, name, given, birth, place, sex, card, street, postalCode, town string) eidtest.Person {
	return eidtest.Person{
		NationalNumber: insz, Name: name, GivenNames: given, Nationality: "Belg", BirthPlace: place, Birth: birth, Sex: sex,
		Document: "01", Status: "0", CardNumber: card, IssuedBy: town, From: "15.03.2023", Until: "15.03.2033",
		Street: street, PostalCode: postalCode, Municipality: town,
	}
}

func people() []somebody {
	bram := citizen("83030201540", "De Wachter", "Bram Jozef", "02 MAA  1983", "Gent", "M", "592000000101", "Markt 1", "9000", "Gent")
	godelieve := citizen("36051380284", "Maertens", "Godelieve", "13 MEI  1936", "Melle", "V", "592000000202", "Dorpsstraat 12", "9090", "Melle")
	godelieve.From, godelieve.Until = "04.05.2019", "04.05.2029"
	sofie := citizen("80010170282", "Verhelst", "Sofie Anna", "01 JAN  1980", "Aalst", "V", "592000000303", "Nieuwstraat 7 bus 3", "9050", "Gentbrugge")
	newcomer := citizen(eidtest.Number(born(1994, 5, 17), 224), "Dubois", "Élise Marie", "17 MAI  1994", "Namur", "F", "592000000404", "Coupure 44", "9000", "Gent")
	newcomer.Nationality, newcomer.ThirdInitial = "Belge", "J"
	foreigner := citizen(eidtest.Number(born(1988, 9, 3), 417), "Kowalska", "Zofia", "03 SEP  1988", "Gdańsk", "F", "B000000505", "Rooigemlaan 200", "9000", "Gent")
	foreigner.Nationality, foreigner.Document = "Polen", "31"
	child := citizen(eidtest.Number(born(2018, 6, 11), 38), "Dubois", "Noé", "11 JUIN 2018", "Gent", "M", "610000000606", "Coupure 44", "9000", "Gent")
	child.Document, child.From, child.Until = "06", "11.06.2024", "11.06.2027"
	forged := citizen(eidtest.Number(born(1971, 2, 28), 112), "Claes", "Rita", "28 FEB  1971", "Brugge", "V", "592000000707", "Kouter 3", "9000", "Gent")
	ancient := citizen(eidtest.Number(born(1941, 12, 1), 5), "Peeters", "Maria", "01 DEC  1941", "Gent", "V", "590000000808", "Sint-Pietersplein 9", "9000", "Gent")
	ancient.From, ancient.Until = "10.10.2005", "10.10.2010"
	inactive := citizen(eidtest.Number(born(2000, 1, 20), 301), "Janssens", "Tom", "20 JAN  2000", "Gent", "M", "592000000909", "Vlaanderenstraat 8", "9000", "Gent")

	return []somebody{
		{
			id: training.Regular, generation: eidtest.V18, person: bram,
			labels: training.Labels{NL: "eID van een pashouder", FR: "eID d’un titulaire", DE: "eID eines Passinhabers", EN: "eID of a passholder"},
			face:   eidtest.Portrait{Skin: 170, Hair: 35, Clothes: 90, Style: eidtest.Short, Beard: true},
		}, {
			id: training.Older, generation: eidtest.V17, person: godelieve,
			labels: training.Labels{NL: "Oudere eID van een pashouder", FR: "eID plus ancienne d’un titulaire", DE: "Ältere eID eines Passinhabers", EN: "Older eID of a passholder"},
			face:   eidtest.Portrait{Skin: 200, Hair: 215, Clothes: 70, Style: eidtest.Curly, Glasses: true},
		}, {
			id: training.Moved, generation: eidtest.Hybrid, person: sofie,
			labels: training.Labels{NL: "eID van een pashouder die verhuisd is", FR: "eID d’un titulaire qui a déménagé", DE: "eID eines umgezogenen Passinhabers", EN: "eID of a passholder who moved"},
			face:   eidtest.Portrait{Skin: 205, Hair: 70, Clothes: 60, Style: eidtest.Long},
		}, {
			id: training.Newcomer, generation: eidtest.V18, person: newcomer,
			labels: training.Labels{NL: "eID van iemand zonder pas", FR: "eID de quelqu’un sans pass", DE: "eID von jemandem ohne Pass", EN: "eID of somebody without a pass"},
			face:   eidtest.Portrait{Skin: 210, Hair: 150, Clothes: 110, Style: eidtest.Bun},
		}, {
			id: training.Child, generation: eidtest.V18, person: child,
			labels: training.Labels{NL: "Kids-ID", FR: "Kids-ID", DE: "Kids-ID", EN: "Kids-ID"},
			face:   eidtest.Portrait{Skin: 212, Hair: 120, Clothes: 140, Style: eidtest.Short, Child: true},
		}, {
			id: training.Foreigner, generation: eidtest.V18, person: foreigner,
			labels: training.Labels{NL: "Kaart van een EU-burger", FR: "Carte d’un citoyen de l’UE", DE: "Karte eines EU-Bürgers", EN: "Card of an EU citizen"},
			face:   eidtest.Portrait{Skin: 195, Hair: 60, Clothes: 50, Style: eidtest.Curly},
		}, {
			id: training.Forged, generation: eidtest.V17, person: forged,
			labels: training.Labels{NL: "eID met een vervalst adres", FR: "eID avec une adresse falsifiée", DE: "eID mit gefälschter Adresse", EN: "eID with a forged address"},
			face:   eidtest.Portrait{Skin: 165, Hair: 110, Clothes: 80, Style: eidtest.Scarf},
			forge: func(c *eidtest.Card) {
				c.Files.Address = bytes.Replace(c.Files.Address, []byte("Kouter 3"), []byte("Kouter 8"), 1)
			},
		}, {
			id: training.Ancient, generation: eidtest.V11, person: ancient,
			labels: training.Labels{NL: "Heel oude, vervallen eID", FR: "Très ancienne eID, expirée", DE: "Sehr alte, abgelaufene eID", EN: "Very old, expired eID"},
			face:   eidtest.Portrait{Skin: 200, Hair: 215, Clothes: 70, Style: eidtest.Bun, Glasses: true},
		}, {
			id: training.NotInForce, generation: eidtest.V18, person: inactive, inactive: true,
			labels: training.Labels{NL: "eID die nog niet geactiveerd is", FR: "eID pas encore activée", DE: "Noch nicht aktivierte eID", EN: "eID that is not activated"},
			face:   eidtest.Portrait{Skin: 190, Hair: 80, Clothes: 100, Style: eidtest.Short},
		},
	}
}
