package sandbox

// region is a card system of the sandbox. The fictional ones lie in towns
// that do not exist, under postal codes that nobody has.
type region struct {
	id        int
	name      string
	color     string
	website   string
	email     string
	prefix    string // of the pass numbers it issues
	bilingual bool
	people    int
	towns     []town
}

type town struct{ postalCode, name string }

// The card systems of the official test data set.
const (
	gent     = 2
	brussels = 3
	oostende = 12
)

const firstFictional = 101

var regions = []region{
	{id: gent, name: "UiTPAS Gent", color: "#00507d", website: "https://gent.example", email: "gent@uitpas.example", towns: []town{{"9000", "Gent"}, {"9050", "Gentbrugge"}, {"9090", "Melle"}}},
	{id: brussels, name: "Paspartoe", color: "#8a1c57", website: "https://paspartoe.example", email: "paspartoe@uitpas.example", towns: []town{{"1000", "Brussel"}}},
	{id: oostende, name: "UiTPAS Oostende", color: "#1f5f8b", website: "https://oostende.example", email: "oostende@uitpas.example", towns: []town{{"8400", "Oostende"}}},
	{
		id: firstFictional, name: "UiTPAS Dender-Schelde (fictief)", color: "#0b6e4f", website: "https://dender-schelde.example", email: "regio@dender-schelde.example", prefix: "09981", people: 720,
		towns: []town{{"9395", "Denderrode"}, {"9209", "Scheldewerf"}, {"9397", "Meersbeke"}, {"9398", "Oosthoek"}},
	},
	{
		id: 102, name: "UiTPAS Zuiderheuvels (fictief)", color: "#9c4a06", website: "https://zuiderheuvels.example", email: "regio@zuiderheuvels.example", prefix: "09982", people: 430,
		towns: []town{{"9695", "Heuvelgem"}, {"9696", "Bronzele"}, {"9697", "Kouterdal"}},
	},
	{
		id: 103, name: "UiTPAS Duinstreek (fictief)", color: "#1c5d99", website: "https://duinstreek.example", email: "regio@duinstreek.example", prefix: "09983", people: 400,
		towns: []town{{"8485", "Duinhaven"}, {"8486", "Zandkerke"}, {"8487", "Polderdam"}},
	},
	{
		id: 104, name: "UiTPAS Zennevallei (fictief)", color: "#6f3a96", website: "https://zennevallei.example", email: "regio@zennevallei.example", prefix: "09984", people: 450, bilingual: true,
		towns: []town{{"1095", "Zennebeek"}, {"1096", "Molenbroek"}, {"1097", "Klein-Zavel"}},
	},
}

// kind says what an organizer does, and so what stands on its calendar.
type kind int

const (
	library kind = iota
	culture
	sports
	pool
	youth
	museum
	academy
	neighbourhood
	nature
	school
)

// organizer is a counter of the sandbox; town is an index into its region.
type organizer struct {
	slug    string
	id      string // set for the official ones, derived from slug otherwise
	name    string
	kind    kind
	town    int
	systems []int
}
