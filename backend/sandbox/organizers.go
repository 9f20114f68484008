package sandbox

// The organizers of the official test data set. The second owns the event
// that the test organizer's clients may not touch.
const (
	TestOrganizer  = "0ce87cbc-9299-4528-8d35-92225dc9489f"
	otherOrganizer = "de-andere-organisator"
	secondCounter  = "bibliotheek-de-lettertuin"
)

// organizers lists every counter of the sandbox: the official ones first.
var organizers = []organizer{
	{slug: "test-organisatie", id: TestOrganizer, name: "[TEST] UiTPAS Organisatie (Regio Gent + Paspartoe)", kind: culture, systems: []int{gent, brussels}},
	{slug: otherOrganizer, name: "[TEST] Andere organisator", kind: museum, systems: []int{oostende}},

	{slug: secondCounter, name: "Bibliotheek De Lettertuin", kind: library, town: 0, systems: []int{101}},
	{slug: "cultuurcentrum-de-steiger", name: "Cultuurcentrum De Steiger", kind: culture, town: 0, systems: []int{101}},
	{slug: "zwembad-het-waterhof", name: "Zwembad Het Waterhof", kind: pool, town: 0, systems: []int{101}},
	{slug: "academie-beeld-en-klank", name: "Academie Beeld en Klank", kind: academy, town: 0, systems: []int{101}},
	{slug: "jeugdhuis-de-klinker", name: "Jeugdhuis De Klinker", kind: youth, town: 1, systems: []int{101}},
	{slug: "museum-van-het-touw", name: "Museum van het Touw", kind: museum, town: 1, systems: []int{101}},
	{slug: "sporthal-de-meersen", name: "Sporthal De Meersen", kind: sports, town: 2, systems: []int{101}},
	{slug: "bibliotheek-het-leeslint", name: "Bibliotheek Het Leeslint", kind: library, town: 2, systems: []int{101}},
	{slug: "natuurhuis-de-rietzanger", name: "Natuurhuis De Rietzanger", kind: nature, town: 2, systems: []int{101}},
	{slug: "gemeenschapscentrum-de-oude-pastorie", name: "Gemeenschapscentrum De Oude Pastorie", kind: neighbourhood, town: 3, systems: []int{101}},
	{slug: "basisschool-de-kersentuin", name: "Basisschool De Kersentuin", kind: school, town: 3, systems: []int{101}},

	{slug: "bibliotheek-de-bladzijde", name: "Bibliotheek De Bladzijde", kind: library, town: 0, systems: []int{102}},
	{slug: "cultuurhuis-de-kouterhoeve", name: "Cultuurhuis De Kouterhoeve", kind: culture, town: 0, systems: []int{102}},
	{slug: "sportcentrum-de-helling", name: "Sportcentrum De Helling", kind: sports, town: 0, systems: []int{102}},
	{slug: "academie-de-toonladder", name: "Academie De Toonladder", kind: academy, town: 0, systems: []int{102}},
	{slug: "wielermuseum-de-kassei", name: "Wielermuseum De Kassei", kind: museum, town: 1, systems: []int{102}},
	{slug: "jeugdhuis-tuimel", name: "Jeugdhuis Tuimel", kind: youth, town: 1, systems: []int{102}},
	{slug: "buurthuis-de-warme-stoel", name: "Buurthuis De Warme Stoel", kind: neighbourhood, town: 1, systems: []int{102}},
	{slug: "atletiekclub-de-vlugge-schoen", name: "Atletiekclub De Vlugge Schoen", kind: sports, town: 2, systems: []int{102}},
	{slug: "bezoekersboerderij-de-linde", name: "Bezoekersboerderij De Linde", kind: nature, town: 2, systems: []int{102}},

	{slug: "bibliotheek-het-baken", name: "Bibliotheek Het Baken", kind: library, town: 0, systems: []int{103}},
	{slug: "cultuurcentrum-de-branding", name: "Cultuurcentrum De Branding", kind: culture, town: 0, systems: []int{103}},
	{slug: "zeilschool-de-wimpel", name: "Zeilschool De Wimpel", kind: sports, town: 0, systems: []int{103}},
	{slug: "visserijmuseum-de-korre", name: "Visserijmuseum De Korre", kind: museum, town: 0, systems: []int{103}},
	{slug: "zwembad-de-golfslag", name: "Zwembad De Golfslag", kind: pool, town: 1, systems: []int{103}},
	{slug: "jeugdhuis-de-strandjutter", name: "Jeugdhuis De Strandjutter", kind: youth, town: 1, systems: []int{103}},
	{slug: "sporthal-de-duinpan", name: "Sporthal De Duinpan", kind: sports, town: 1, systems: []int{103}},
	{slug: "bezoekerscentrum-de-kwelder", name: "Bezoekerscentrum De Kwelder", kind: nature, town: 2, systems: []int{103}},
	{slug: "dorpshuis-de-vlasschuur", name: "Dorpshuis De Vlasschuur", kind: neighbourhood, town: 2, systems: []int{103}},

	{slug: "bibliotheek-letterzee", name: "Bibliotheek Letterzee – Bibliothèque", kind: library, town: 0, systems: []int{104}},
	{slug: "gemeenschapscentrum-het-kanaalhuis", name: "Gemeenschapscentrum Het Kanaalhuis", kind: neighbourhood, town: 0, systems: []int{104, brussels}},
	{slug: "centre-culturel-la-passerelle", name: "Centre culturel La Passerelle", kind: culture, town: 0, systems: []int{104, brussels}},
	{slug: "museum-van-de-tram", name: "Museum van de Oude Tram – Musée du Vieux Tram", kind: museum, town: 1, systems: []int{104}},
	{slug: "jeugdhuis-de-schakel", name: "Jeugdhuis De Schakel", kind: youth, town: 1, systems: []int{104}},
	{slug: "sportcomplex-molenbroek", name: "Sportcomplex Molenbroek – Complexe sportif", kind: sports, town: 1, systems: []int{104}},
	{slug: "stadsboerderij-de-kleine-wei", name: "Stadsboerderij De Kleine Wei", kind: nature, town: 1, systems: []int{104}},
	{slug: "circusschool-de-evenwichtsbalk", name: "Circusschool De Evenwichtsbalk", kind: academy, town: 2, systems: []int{104}},
	{slug: "maison-de-quartier-le-tilleul", name: "Maison de quartier Le Tilleul", kind: neighbourhood, town: 2, systems: []int{104}},
	{slug: "zwembad-klein-zavel", name: "Zwembad Klein-Zavel – Piscine", kind: pool, town: 2, systems: []int{104}},
}
