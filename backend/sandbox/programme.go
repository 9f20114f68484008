package sandbox

// show is one activity of a programme before it gets its dates.
type show struct {
	title  string
	french string // the title in the bilingual region, "" where it stays Dutch
	plan   plan
	points int
	max    int    // check-ins per period
	per    string // "" stands for the default of the kind of calendar
	margin int    // minutes before and after in which points are saved
}

// programmes says what each kind of organizer does. An organizer takes some
// of the shows of its kind, so that no two calendars are alike.
var programmes = map[kind][]show{
	library: {
		{title: "Boeken, strips en spelletjes ontlenen", french: "Emprunter des livres, BD et jeux", plan: always()},
		{title: "Voorleesuurtje voor kleuters", french: "L'heure du conte", plan: weekly(0, "10:00", "11:00"), margin: 60},
		{title: "Bibliotheekbezoek", french: "Visite de la bibliothèque", plan: open("10:00", "18:30", 2, 3, 4, 5, 6), margin: 30},
		{title: "Leesclub Het Tweede Hoofdstuk", plan: once("20:00", "22:00", 0, 3, 8), margin: 60, points: 2},
		{title: "Digitaal spreekuur", french: "Permanence numérique", plan: open("13:00", "16:00", 1, 3, 5), margin: 60},
		{title: "Taaltafel: oefen je Nederlands", french: "Table de conversation", plan: weekly(1, "18:30", "20:00"), margin: 120},
		{title: "Auteurslezing: Woorden aan de waterkant", plan: once("19:30", "21:30", 1, -2, 0), margin: 60, points: 2},
		{title: "Huiswerkhoek", french: "École des devoirs", plan: open("15:30", "17:30", 1, 2, 4, 5), margin: 60},
	},
	culture: {
		{title: "Wandeling langs de muurschilderingen", french: "Parcours des fresques", plan: always()},
		{title: "Tentoonstelling: Het licht van hier", french: "Exposition : La lumière d'ici", plan: open("10:00", "18:00", 2, 3, 4, 5, 6, 7), margin: 60},
		{title: "Theater: De laatste tram naar huis", french: "Théâtre : Le dernier tram", plan: once("20:00", "22:15", 0, 6, -1), margin: 60, points: 2},
		{title: "Familievoorstelling: Olifant zoekt slurf", plan: once("15:00", "16:10", 0, 1, 7), margin: 60, points: 2},
		{title: "Ontbijtconcert", french: "Concert petit-déjeuner", plan: once("10:30", "12:00", 0, -1, 7), margin: 90},
		{title: "Film om drie uur", french: "Le film de trois heures", plan: weekly(0, "15:00", "17:00"), margin: 60},
		{title: "Open repetitie van de fanfare", plan: weekly(2, "19:30", "21:30"), margin: 60},
		{title: "Nachtfilm: Zilveren maan", plan: once("22:30", "23:55", 0, 5, -3), margin: 30, points: 3},
	},
	sports: {
		{title: "Finse piste", french: "Piste finlandaise", plan: always()},
		{title: "Badminton, vrij spelen", french: "Badminton libre", plan: open("17:00", "22:00", 1, 2, 4, 5), margin: 30},
		{title: "Omnisport 55+", plan: open("09:30", "11:30", 2, 4), margin: 60},
		{title: "Kleuterturnen", french: "Gymnastique pour les petits", plan: weekly(0, "09:00", "10:00"), margin: 60},
		{title: "Start to run", plan: weekly(1, "19:00", "20:00"), margin: 45},
		{title: "Zaalvoetbaltornooi", french: "Tournoi de futsal", plan: once("13:00", "18:00", 0, 6, -1), margin: 60, points: 2},
		{title: "Yoga voor beginners", french: "Yoga pour débutants", plan: weekly(0, "18:00", "19:15"), margin: 60},
		{title: "Rolstoelbasket, kom proberen", plan: once("14:00", "16:00", 2, 0, 9), margin: 60},
	},
	pool: {
		{title: "Baantjes zwemmen", french: "Nager des longueurs", plan: open("07:00", "21:00", 1, 2, 3, 4, 5, 6, 7), margin: 15, per: "DAY"},
		{title: "Zwemles, reeks van tien", french: "Cours de natation", plan: weekly(0, "17:00", "17:45"), margin: 45},
		{title: "Aquagym", plan: open("19:30", "20:30", 2, 4), margin: 60},
		{title: "Babyzwemmen", french: "Bébés nageurs", plan: weekly(0, "09:30", "10:15"), margin: 60},
		{title: "Familiezwemmen", plan: once("14:00", "17:00", 0, 7, -1), margin: 60, points: 2},
		{title: "Stempelkaart: elke beurt telt", plan: always()},
	},
	youth: {
		{title: "Instuif", french: "Accueil libre", plan: open("14:00", "22:00", 3, 5, 6, 7), margin: 30},
		{title: "Kookploeg: soep voor iedereen", plan: weekly(0, "17:30", "20:00"), margin: 60},
		{title: "Optreden: De Roestige Fietsbel", french: "Concert : La Sonnette rouillée", plan: once("21:00", "23:30", 0, 5, -2), margin: 60, points: 2},
		{title: "Speelpleinmiddag", french: "Plaine de jeux", plan: once("13:30", "17:00", 0, 3, -4), margin: 60},
		{title: "Graffitimuur, vrij spuiten", plan: always()},
		{title: "Meidenavond", plan: weekly(3, "19:00", "21:30"), margin: 60},
		{title: "Huiswerk en thee", french: "Devoirs et thé", plan: open("15:30", "18:00", 1, 2, 4), margin: 60},
	},
	museum: {
		{title: "Museumbezoek", french: "Visite du musée", plan: open("10:00", "17:00", 2, 3, 4, 5, 6, 7), margin: 30},
		{title: "Rondleiding met een oud-werknemer", plan: once("14:30", "16:00", 0, 7, -7), margin: 60, points: 2},
		{title: "Zoektocht voor gezinnen", french: "Chasse au trésor en famille", plan: always()},
		{title: "Atelier: maak je eigen affiche", french: "Atelier affiche", plan: once("13:30", "16:30", 1, 0, 10), margin: 60, points: 2},
		{title: "Museumnacht", french: "Nocturne", plan: once("19:00", "23:30", 4, 0, 12), margin: 60, points: 3},
		{title: "Klein onderhoud: vrijwilligersdag", plan: once("09:00", "12:30", -1, 2, 0), margin: 60},
	},
	academy: {
		{title: "Toonmoment van de leerlingen", french: "Présentation des élèves", plan: once("18:30", "20:00", 0, 4, -2), margin: 60},
		{title: "Open atelier tekenen", french: "Atelier libre de dessin", plan: open("14:00", "17:00", 3, 6), margin: 60},
		{title: "Samenzang in de hal", plan: weekly(0, "12:00", "13:00"), margin: 60},
		{title: "Proefles slagwerk of jongleren", french: "Cours d'essai", plan: once("10:00", "11:30", 0, 1, 8), margin: 60},
		{title: "Luisterhoek", french: "Coin écoute", plan: always()},
		{title: "Lunchconcert", french: "Concert de midi", plan: weekly(0, "12:15", "13:00"), margin: 60},
	},
	neighbourhood: {
		{title: "Sociaal restaurant", french: "Restaurant social", plan: open("11:30", "14:00", 1, 2, 4, 5), margin: 60},
		{title: "Koffie in de straat", french: "Café dans la rue", plan: weekly(0, "09:30", "11:30"), margin: 60},
		{title: "Repair café", french: "Repair café", plan: once("13:00", "17:00", 0, 6, -6), margin: 60, points: 2},
		{title: "Geefplein", french: "Donnerie", plan: always()},
		{title: "Naaiclub De Losse Draad", french: "Club de couture", plan: weekly(0, "19:00", "21:30"), margin: 60},
		{title: "Petanque op het plein", french: "Pétanque sur la place", plan: open("14:00", "18:00", 2, 4, 7), margin: 60},
		{title: "Buurtfeest", french: "Fête de quartier", plan: once("11:00", "23:00", 5, 0, -5), margin: 60, points: 2},
		{title: "Praattafel Nederlands – Frans", french: "Table de conversation", plan: weekly(2, "14:00", "16:00"), margin: 60},
	},
	nature: {
		{title: "Wandelpad, blauwe paaltjes", french: "Sentier balisé bleu", plan: always()},
		{title: "Dieren verzorgen", french: "Soigner les animaux", plan: open("10:00", "16:30", 3, 6, 7), margin: 60},
		{title: "Vogels kijken bij zonsopgang", plan: once("07:00", "09:30", 0, 6, -1), margin: 90, points: 2},
		{title: "Avondwandeling met lantaarns", french: "Balade aux lanternes", plan: once("19:30", "21:30", 0, 3, -2), margin: 30, points: 2},
		{title: "Samen snoeien", plan: weekly(0, "13:30", "16:30"), margin: 60},
		{title: "Moestuinles", french: "Cours de potager", plan: weekly(1, "10:00", "12:00"), margin: 60},
	},
	school: {
		{title: "Grootouderfeest", plan: once("14:00", "16:30", 0), margin: 60},
		{title: "Sportdag", plan: once("09:00", "15:30", 2), margin: 60},
		{title: "Naschoolse knutselclub", plan: open("15:45", "17:15", 1, 2, 4), margin: 60},
	},
}

// The events of the official test data set.
const (
	permanentEvent = "5a0967f9-cc06-4c3c-9206-30481a767434"
	weeklyEvent    = "d83b5b8a-108a-45d6-9ac9-8bdc44a0a24a"
	foreignEvent   = "373d6cee-b4ae-4637-9b7c-eeb79e45f044"
)

// welcomeShow can be done once in a lifetime; the sample with points did.
const welcomeShow = "Startpunt: kennismaking met de balie"

// testProgramme is what the official test organizer does beside its events.
var testProgramme = []show{
	{title: welcomeShow, plan: always(), points: 3, per: "ABSOLUTE"},
	{title: "Open deur in het testhuis", plan: open("00:00", "23:59", 1, 2, 3, 4, 5, 6, 7), margin: 0, per: "DAY"},
	{title: "Testconcert: een avond vol valse noten", plan: once("20:00", "22:30", 0), margin: 60, points: 2},
	{title: "Testontbijt", plan: once("08:00", "10:00", 0), margin: 60},
	{title: "Testlunch met soep", plan: once("12:00", "13:30", 0), margin: 60},
	{title: "Testnamiddag: dans voor iedereen", plan: once("15:00", "17:00", 0), margin: 60, points: 2},
	{title: "Nachtelijke testwandeling", plan: once("23:00", "23:55", 0), margin: 15, points: 3},
	{title: "Testmarkt van gisteren", plan: once("10:00", "17:00", -1), margin: 60},
	{title: "Testles EHBO", plan: weekly(1, "19:00", "21:00"), margin: 60},
	{title: "Tentoonstelling: Tien jaar testpassen", plan: open("10:00", "18:00", 2, 3, 4, 5, 6, 7), margin: 60},
	{title: "Testfestival volgende week", plan: once("14:00", "23:00", 7), margin: 60, points: 3},
	{title: "Leeszaal, drie beurten per maand", plan: always(), per: "MONTH", max: 3},
}

// counterProgramme comes on top of a library's for the clerk's own counter,
// so that its day is full from morning to night.
var counterProgramme = []show{
	{title: "Boekstart: eerste boekje voor baby's", plan: once("09:30", "10:30", 0), margin: 45},
	{title: "Schaken in de leeszaal", plan: once("14:00", "17:00", 0), margin: 30},
	{title: "Poëzie bij kaarslicht", plan: once("20:00", "22:00", 0), margin: 60, points: 2},
	{title: "Boekenmarkt", plan: once("10:00", "16:00", 1), margin: 60},
	{title: "Breien en bijpraten", plan: weekly(0, "13:30", "15:30"), margin: 60},
}

// pastShows were long ago; they only live in the points history.
var pastShows = []string{
	"Zomerconcert op het plein", "Buitenspeeldag", "Erfgoeddag", "Jeugdboekenmaand: slotfeest", "Nieuwjaarswandeling", "Openluchtfilm", "Paaseierenzoektocht", "Week van de Amateurkunsten",
	"Autovrije zondag", "Jaarmarkt", "Circusnamiddag", "Dag van de Buren", "Kermis voor kinderen", "Open Monumenten: kijk binnen", "Scholencross", "Zwemmarathon",
}
