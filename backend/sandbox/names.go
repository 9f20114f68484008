package sandbox

// community is a way of naming: which first names and surnames go together,
// and how many families of the fictional region are named that way.
type community struct {
	share    int // of the families of a region, in parts
	city     int // of the families of the bilingual city region, in parts
	female   []string
	male     []string
	surnames []string
	mail     []string // providers of the e-mail addresses, all reserved names
}

// communities mixes the names one hears at a Belgian counter. Nobody here
// exists: the towns do not, and neither do the mail domains.
var communities = []community{
	{
		share: 58, city: 24,
		female: []string{
			"Emma", "Louise", "Lotte", "Marie", "Julie", "Nora", "Elise", "Fien", "Ella", "Hanne", "Ilse", "Griet", "Katrien", "An", "Els", "Hilde", "Godelieve", "Rita", "Lieve", "Noor",
			"Marleen", "Christel", "Sofie", "Leen", "Annelies", "Jana", "Amber", "Femke", "Mirte", "Roos",
		},
		male: []string{
			"Lucas", "Arthur", "Jules", "Lars", "Wout", "Bram", "Stijn", "Jan", "Pieter", "Koen", "Dirk", "Luc", "Marc", "Johan", "Willem", "Seppe", "Mathis", "Finn", "Vic", "Warre",
			"Geert", "Bart", "Tom", "Jef", "Staf", "Roger", "Etienne", "Kobe", "Tuur", "Senne",
		},
		surnames: []string{
			"Peeters", "Janssens", "Maes", "Jacobs", "Mertens", "Willems", "Claes", "Goossens", "Wouters", "De Smet", "Van Damme", "De Clercq", "Van den Bossche", "Hermans", "Aerts", "Michiels",
			"Van de Velde", "Verhoeven", "Lemmens", "De Backer", "Vermeulen", "Declercq", "Van Hoof", "Desmet", "Smets", "Bogaert", "Coppens", "De Ridder", "Van Acker", "Segers",
			"Verstraete", "Baeten", "Roels", "Van Laethem", "De Wilde", "Temmerman",
		},
		mail: []string{"post.example", "thuis.example", "mail.example"},
	},
	{
		share: 8, city: 26,
		female:   []string{"Camille", "Chloé", "Manon", "Inès", "Amélie", "Sylvie", "Isabelle", "Monique", "Nathalie", "Céline", "Margaux", "Élodie", "Zoé", "Clémence"},
		male:     []string{"Hugo", "Louis", "Gabriel", "Thomas", "Benoît", "Olivier", "Jean-Luc", "Philippe", "Antoine", "Maxime", "Théo", "Noé", "Rémi", "François"},
		surnames: []string{"Dubois", "Lambert", "Dupont", "Simon", "Laurent", "Leclercq", "Renard", "Lefèvre", "Gérard", "Collin", "Denis", "Noël", "Mathieu", "Thiry"},
		mail:     []string{"courrier.example", "mail.example"},
	},
	{
		share: 9, city: 18,
		female:   []string{"Yasmina", "Fatima", "Salma", "Aya", "Imane", "Nadia", "Khadija", "Hafsa", "Samira", "Lina", "Rania", "Loubna"},
		male:     []string{"Mohamed", "Youssef", "Ayoub", "Bilal", "Hamza", "Rachid", "Karim", "Ilyas", "Mehdi", "Omar", "Zakaria", "Anas"},
		surnames: []string{"El Amrani", "Benali", "Bouzid", "El Idrissi", "Chakir", "Amari", "Bensaïd", "Ouali", "El Khattabi", "Tahiri", "Azzouzi", "Haddad"},
		mail:     []string{"mail.example", "post.example"},
	},
	{
		share: 8, city: 9,
		female:   []string{"Elif", "Zeynep", "Ayşe", "Fatma", "Merve", "Esra", "Defne", "Emine", "Sevgi", "Büşra"},
		male:     []string{"Emir", "Mehmet", "Mustafa", "Yusuf", "Ali", "Burak", "Hasan", "Kerem", "Ömer", "Deniz"},
		surnames: []string{"Yılmaz", "Kaya", "Demir", "Çelik", "Şahin", "Öztürk", "Aydın", "Arslan", "Doğan", "Koç"},
		mail:     []string{"mail.example", "post.example"},
	},
	{
		share: 5, city: 6,
		female:   []string{"Zofia", "Agnieszka", "Katarzyna", "Maja", "Ewa", "Magdalena", "Hanna", "Małgorzata"},
		male:     []string{"Piotr", "Jakub", "Krzysztof", "Tomasz", "Marek", "Szymon", "Paweł", "Antoni"},
		surnames: []string{"Nowak", "Wiśniewski", "Wójcik", "Zieliński", "Szymański", "Woźniak", "Mazur", "Król"},
		mail:     []string{"mail.example"},
	},
	{
		share: 4, city: 6,
		female:   []string{"Elena", "Ioana", "Andreea", "Gabriela", "Nikolina", "Raya", "Mariya"},
		male:     []string{"Andrei", "Ștefan", "Mihai", "Georgi", "Ivan", "Dimitar", "Nikolay"},
		surnames: []string{"Popescu", "Ionescu", "Munteanu", "Stoica", "Petrov", "Dimitrov", "Angelov"},
		mail:     []string{"mail.example"},
	},
	{
		share: 4, city: 6,
		female:   []string{"Grâce", "Aminata", "Espérance", "Mariam", "Naomi", "Fatou", "Divine"},
		male:     []string{"Christian", "Ibrahima", "Patrick", "Emmanuel", "Moussa", "Samuel", "Jonathan"},
		surnames: []string{"Ilunga", "Kabongo", "Diallo", "Mbuyi", "Barry", "Tshibangu", "Kalala"},
		mail:     []string{"courrier.example", "mail.example"},
	},
	{
		share: 4, city: 5,
		female:   []string{"Rima", "Zahra", "Shirin", "Maryam", "Hiba", "Parwana", "Sara"},
		male:     []string{"Ahmad", "Reza", "Khaled", "Farid", "Nour", "Hadi", "Jawad"},
		surnames: []string{"Al Hassan", "Ahmadi", "Karimi", "Khalil", "Rahimi", "Saleh", "Nazari"},
		mail:     []string{"mail.example"},
	},
}

var streets = []string{
	"Kerkstraat", "Stationsstraat", "Molenstraat", "Nieuwstraat", "Schoolstraat", "Dorpsstraat", "Kasteellaan", "Lindelaan", "Beukenlaan", "Veldstraat", "Meersstraat", "Kapelstraat",
	"Hoogstraat", "Langestraat", "Bloemenstraat", "Vijverstraat", "Spoorwegstraat", "Kouterbaan", "Populierendreef", "Akkerstraat", "Bosstraat", "Zonnebloemlaan", "Brugstraat", "Weversplein",
}
