//go:build ignore

// This program made cards.json and roots.pem. The keys it signs with are gone
// when it ends, so another run makes other cards and other roots.
package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"log"
	"os"

	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/eid/training"
)

func main() {
	minted, signers := eidtest.MintTrainees()
	var roots bytes.Buffer
	for _, s := range signers {
		if err := pem.Encode(&roots, &pem.Block{Type: "CERTIFICATE", Bytes: s.Root.Raw}); err != nil {
			log.Fatal(err)
		}
	}
	var cards []training.Card
	for i, t := range eidtest.Trainees() {
		c := minted[i]
		cards = append(cards, training.Card{
			ID: t.ID, Generation: c.Generation.String(), ATR: c.ATR(), Data: c.Data(), Inactive: c.Inactive, Files: c.Files,
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
