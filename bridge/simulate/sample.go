package simulate

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/eid/training"
	"github.com/openbalie/openbalie/bridge/protocol"
)

// sample is a card for practice.
type sample struct {
	id     string
	labels protocol.Text
	notes  *protocol.Text // what happens with it
	number string         // the 13 digits printed on it
	uid    chip.UID       // empty for one that makes up a number each time, or none
	phone  bool           // another number each time
	mute   bool           // no answer
	eid    *training.Card // an identity card
	atr    []byte         // of a card with contacts that is none
	applet []byte         // the name of what such a card has
	hold   time.Duration  // lifted so soon, whatever the page wants
}

// samples are in the order in which people try them. Only who practises has
// them in memory.
var samples = sync.OnceValue(func() []sample { return slices.Concat(passes, identityCards(), strangers) })

// contact reports whether the card belongs in a reader with contacts.
func (s sample) contact() bool { return s.eid != nil || s.atr != nil }

// identityCards are the training cards, and one that is pulled out half way.
func identityCards() []sample {
	var out []sample
	var slow training.Card
	for _, c := range training.Cards() {
		notes := protocol.Text(c.Notes)
		out = append(out, sample{id: c.ID, labels: protocol.Text(c.Labels), notes: &notes, eid: &c})
		if c.ID == training.Older {
			slow = c
		}
	}
	return append(out, sample{
		id: "eid-pulled", eid: &slow, hold: 700 * time.Millisecond,
		labels: protocol.Text{NL: "Te vroeg uitgetrokken", FR: "Retirée trop tôt", DE: "Zu früh gezogen", EN: "Pulled out too soon"},
		notes: &protocol.Text{
			NL: "De kaart gaat eruit terwijl ze gelezen wordt.", FR: "La carte est retirée pendant la lecture.",
			DE: "Die Karte wird beim Lesen gezogen.", EN: "The card comes out while it is being read.",
		},
	})
}

// strangers are what people put in by mistake.
var strangers = []sample{
	{
		id: "mobib", atr: mobibATR,
		labels: protocol.Text{NL: "MOBIB-kaart", FR: "Carte MOBIB", DE: "MOBIB-Karte", EN: "MOBIB card"},
	}, {
		id: "bank-card", atr: bankATR, applet: []byte("1PAY.SYS.DDF01"),
		labels: protocol.Text{NL: "Bankkaart", FR: "Carte bancaire", DE: "Bankkarte", EN: "Bank card"},
	},
}

var passes = []sample{
	{
		id: "full-price", number: "0900000095902", uid: "04784CDAEE3880",
		labels: protocol.Text{NL: "Gewone pas", FR: "Pass ordinaire", DE: "Gewöhnlicher Pass", EN: "Ordinary pass"},
	}, {
		id: "social-tariff", number: "0900000067513", uid: "04363CDAEE3880",
		labels: protocol.Text{NL: "Pas met kansentarief", FR: "Pass à tarif réduit", DE: "Pass mit Sozialtarif", EN: "Pass with social tariff"},
	}, {
		id: "social-tariff-expired", number: "0900000031618", uid: "04CEE7528E6180",
		labels: protocol.Text{NL: "Kansentarief verlopen", FR: "Tarif réduit expiré", DE: "Sozialtarif abgelaufen", EN: "Social tariff expired"},
	}, {
		id: "social-tariff-second", number: "0900010959113", uid: "04ED6ACACF6180",
		labels: protocol.Text{NL: "Nog een pas met kansentarief", FR: "Autre pass à tarif réduit", DE: "Zweiter Pass mit Sozialtarif", EN: "Second pass with social tariff"},
	}, {
		id: "social-tariff-expired-elsewhere", number: "0900000058918", uid: "045157B2B63780",
		labels: protocol.Text{NL: "Kansentarief verlopen, andere regio", FR: "Tarif réduit expiré, autre région", DE: "Sozialtarif abgelaufen, andere Region", EN: "Social tariff expired, other region"},
	}, {
		id: "other-region", number: "1000000520006", uid: "045A4832633680",
		labels: protocol.Text{NL: "Pas van een andere regio", FR: "Pass d’une autre région", DE: "Pass einer anderen Region", EN: "Pass of another region"},
	}, {
		id: "social-tariff-other-region", number: "0900000093204", uid: "045D69DAEE3880",
		labels: protocol.Text{NL: "Kansentarief in een andere regio", FR: "Tarif réduit d’une autre région", DE: "Sozialtarif einer anderen Region", EN: "Social tariff of another region"},
	}, {
		id: "group", number: "0900000191800", uid: "048B25DAEE3880",
		labels: protocol.Text{NL: "Groepspas", FR: "Pass de groupe", DE: "Gruppenpass", EN: "Group pass"},
	}, {
		id: "group-social-tariff", number: "0900000045410", uid: "04D0AB6AF85C80",
		labels: protocol.Text{NL: "Groepspas met kansentarief", FR: "Pass de groupe à tarif réduit", DE: "Gruppenpass mit Sozialtarif", EN: "Group pass with social tariff"},
	}, {
		id: "unregistered", number: "0900000020405", uid: "047E2EEA053B80",
		labels: protocol.Text{NL: "Nieuwe pas, nog van niemand", FR: "Nouveau pass, pas encore attribué", DE: "Neuer Pass, noch niemandem zugeordnet", EN: "New pass, nobody’s yet"},
	}, {
		id: "unregistered-social-tariff", number: "0900000074519", uid: "044AC54A8E6180",
		labels: protocol.Text{NL: "Nieuwe pas met kansentarief, nog van niemand", FR: "Nouveau pass à tarif réduit, pas encore attribué", DE: "Neuer Pass mit Sozialtarif, noch niemandem zugeordnet", EN: "New social-tariff pass, nobody’s yet"},
	}, {
		id: "blocked", number: "0900000002312", uid: "04B00412F15284",
		labels: protocol.Text{NL: "Geblokkeerde pas", FR: "Pass bloqué", DE: "Gesperrter Pass", EN: "Blocked pass"},
	}, {
		id: "unknown", uid: "04C0FFEE15BAD0",
		labels: protocol.Text{NL: "Onbekende kaart", FR: "Carte inconnue", DE: "Unbekannte Karte", EN: "Unknown card"},
	}, {
		id: "phone", phone: true,
		labels: protocol.Text{NL: "Telefoon (wisselend nummer)", FR: "Téléphone (numéro changeant)", DE: "Telefon (wechselnde Nummer)", EN: "Phone (changing number)"},
	}, {
		id: "mute", mute: true,
		labels: protocol.Text{NL: "Kaart die niet antwoordt", FR: "Carte qui ne répond pas", DE: "Karte, die nicht antwortet", EN: "Card that does not answer"},
	},
}

// The answers to reset, as contactless readers make them up.
var (
	passATR  = []byte{0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, 0x03, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00, 0x68}
	phoneATR = []byte{0x3B, 0x80, 0x80, 0x01, 0x01}
	mobibATR = []byte{0x3B, 0x6F, 0x00, 0x00, 0x80, 0x5A, 0x28, 0x11, 0x42, 0x10, 0x12, 0x2B, 0x27, 0x5E, 0xAC, 0x2E, 0x82, 0x90, 0x00}
	bankATR  = []byte{0x3B, 0x67, 0x00, 0x00, 0x45, 0x51, 0x68, 0x01, 0x71, 0x90, 0x00}
)

// placed is a card as it lies on a reader.
type placed struct {
	uid    chip.UID
	atr    []byte
	mute   bool
	applet []byte         // its name, of a card with contacts that is no eID
	chip   *training.Chip // of an identity card
	wire   time.Duration  // that a byte takes to or from that chip
}

// What a byte takes on the wire of a card of 43 000 and of 250 000 bits a
// second: twelve bits each.
const (
	slowWire = 279 * time.Microsecond
	fastWire = 48 * time.Microsecond
)

// place takes a sample in the hand, once: a phone has another number next time.
func (s sample) place() placed {
	switch {
	case s.mute:
		return placed{mute: true}
	case s.eid != nil:
		p := placed{atr: s.eid.ATR, chip: s.eid.Chip(), wire: slowWire}
		if s.eid.Generation == "1.8" {
			p.wire = fastWire
		}
		return p
	case s.atr != nil:
		return placed{atr: s.atr, applet: s.applet}
	case s.phone:
		raw := []byte{0x08, 0, 0, 0}
		_, _ = rand.Read(raw[1:]) // never fails
		uid, _ := chip.NewUID(raw)
		return placed{uid: uid, atr: phoneATR}
	default:
		return placed{uid: s.uid, atr: passATR}
	}
}

// kind says what card.presented will say.
func (s sample) kind() string {
	switch {
	case s.eid != nil:
		return protocol.KindEID
	case s.uid != "":
		return protocol.KindPass
	default:
		return protocol.KindOther
	}
}

func (s sample) message() protocol.SampleCard {
	return protocol.SampleCard{
		ID: s.id, Kind: s.kind(), Label: s.labels.NL, Labels: s.labels, Notes: s.notes,
		UitpasNumber: s.number, ChipNumber: string(s.uid),
	}
}
