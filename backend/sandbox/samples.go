package sandbox

// Text is a text in the four languages of the house.
type Text struct {
	NL string `json:"nl"`
	FR string `json:"fr"`
	DE string `json:"de"`
	EN string `json:"en"`
}

// A Sample is a pass to try the counter with.
type Sample struct {
	Label        Text
	Note         Text // what happens with it
	UitpasNumber string
	ChipNumber   string // empty: a digital pass
}

// Samples are the passes of the practice tray, one for each thing that can
// come over the counter. All but the last are in the official test data set.
func Samples() []Sample {
	return []Sample{
		{
			UitpasNumber: "0900000095902", ChipNumber: "04784CDAEE3880",
			Label: Text{"Gewone pas", "Pass ordinaire", "Gewöhnlicher Pass", "Regular pass"},
			Note: Text{
				"Bram, zonder kansentarief. Eén activiteit heeft hij vandaag al gedaan.",
				"Bram, sans tarif réduit. Il a déjà fait une activité aujourd’hui.",
				"Bram, ohne Sozialtarif. Eine Aktivität hat er heute schon besucht.",
				"Bram, without a social tariff. He has done one activity today already.",
			},
		},
		{
			UitpasNumber: "1000000520006", ChipNumber: "045A4832633680",
			Label: Text{"Veel punten", "Beaucoup de points", "Viele Punkte", "Many points"},
			Note: Text{
				"Koen komt elke week; zijn pas is van een andere regio, en dat maakt niet uit.",
				"Koen vient chaque semaine ; son pass vient d’une autre région, et cela ne change rien.",
				"Koen kommt jede Woche; sein Pass ist aus einer anderen Region, das macht nichts.",
				"Koen comes every week; his pass is from another region, which does not matter.",
			},
		},
		{
			UitpasNumber: "0900000067513", ChipNumber: "04363CDAEE3880",
			Label: Text{"Kansentarief", "Tarif réduit", "Sozialtarif", "Social tariff"},
			Note: Text{
				"Godelieve heeft een geldig kansentarief in Gent.",
				"Godelieve a un tarif réduit valable à Gand.",
				"Godelieve hat einen gültigen Sozialtarif in Gent.",
				"Godelieve holds a valid social tariff in Ghent.",
			},
		},
		{
			UitpasNumber: "0900000031618", ChipNumber: "04CEE7528E6180",
			Label: Text{"Kansentarief verlopen", "Tarif réduit expiré", "Sozialtarif abgelaufen", "Social tariff expired"},
			Note: Text{
				"Punten sparen kan Luc nog altijd.",
				"Luc peut toujours enregistrer des points.",
				"Punkte sammeln kann Luc weiterhin.",
				"Luc can still save points.",
			},
		},
		{
			UitpasNumber: "0900000002312", ChipNumber: "04B00412F15284",
			Label: Text{"Geblokkeerde pas", "Pass bloqué", "Gesperrter Pass", "Blocked pass"},
			Note: Text{
				"Als verloren opgegeven: sparen kan niet, het profiel openen wel.",
				"Déclaré perdu : pas de points, mais le profil s’ouvre.",
				"Als verloren gemeldet: kein Sammeln, das Profil lässt sich öffnen.",
				"Reported lost: no saving, but the profile opens.",
			},
		},
		{
			UitpasNumber: "0900000020405", ChipNumber: "047E2EEA053B80",
			Label: Text{"Niet geregistreerd", "Non enregistré", "Nicht registriert", "Not registered"},
			Note: Text{
				"Een nieuwe pas uit de voorraad van de balie.",
				"Un nouveau pass du stock du guichet.",
				"Ein neuer Pass aus dem Vorrat des Schalters.",
				"A new pass from the counter’s stock.",
			},
		},
		{
			UitpasNumber: "0900000045410", ChipNumber: "04D0AB6AF85C80",
			Label: Text{"Groepspas", "Pass de groupe", "Gruppenpass", "Group pass"},
			Note: Text{
				"Van een groep: geen punten, wel beurten.",
				"D’un groupe : pas de points, mais des entrées.",
				"Für eine Gruppe: keine Punkte, aber Teilnahmen.",
				"A group’s: no points, but turns.",
			},
		},
		{
			UitpasNumber: "0900004518305",
			Label:        Text{"Digitale pas", "Pass numérique", "Digitaler Pass", "Digital pass"},
			Note: Text{
				"Sofie toont de streepjescode op haar telefoon: typ het nummer.",
				"Sofie montre le code-barres sur son téléphone : tapez le numéro.",
				"Sofie zeigt den Strichcode auf dem Telefon: Nummer eintippen.",
				"Sofie shows the barcode on her phone: type the number.",
			},
		},
		{
			UitpasNumber: unknownNumber, ChipNumber: unknownChip,
			Label: Text{"Onbekende kaart", "Carte inconnue", "Unbekannte Karte", "Unknown card"},
			Note: Text{
				"Een kaart die geen enkele regio kent.",
				"Une carte qu’aucune région ne connaît.",
				"Eine Karte, die keine Region kennt.",
				"A card that no region knows.",
			},
		},
	}
}

// The unknown card: a number that could exist, and a chip of another system.
const (
	unknownNumber = "0900009999906"
	unknownChip   = "04C0FFEE15BAD0"
)
