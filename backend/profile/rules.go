package profile

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// particles are the words in front of a surname that people join to it or not:
// «van den Berg», «Vandenberg».
var particles = []string{
	"van", "von", "den", "der", "des", "de", "du", "het", "ter", "ten", "les", "le", "la", "el", "ben", "t", "d", "al", "da", "dos", "di",
}

// fold spells a text as names are kept for searching: lower case, no accents,
// words of letters and digits.
func fold(s string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil {
		plain = s
	}
	plain = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ı", "i").Replace(strings.ToLower(plain))
	return strings.Join(strings.FieldsFunc(plain, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), " ")
}

// asked is a way to read what somebody typed: these words as a first name,
// those as a surname. One of the two may be empty.
type asked struct{ First, Last string }

// maxWords is how many words of what somebody typed are told apart.
const maxWords = 4

// readings are the ways to read a name: «Jan Peeters», «Peeters Jan», «Jean Luc
// Dupont», a first name alone, a surname alone. Particles stay with the word
// after them.
func readings(text string) []asked {
	words := join(strings.Fields(fold(text)))
	if len(words) > maxWords {
		words = append(words[:maxWords-1], strings.Join(words[maxWords-1:], ""))
	}
	if len(words) == 0 {
		return nil
	}
	whole := strings.Join(words, "")
	out := []asked{{"", whole}, {whole, ""}}
	for i := 1; i < len(words); i++ {
		a, b := strings.Join(words[:i], ""), strings.Join(words[i:], "")
		out = append(out, asked{a, b}, asked{b, a})
	}
	return out
}

func join(words []string) []string {
	var out []string
	open := ""
	for _, w := range words {
		if open += w; !slices.Contains(particles, w) {
			out, open = append(out, open), ""
		}
	}
	if open != "" {
		out = append(out, open)
	}
	return out
}

var stems = regexp.MustCompile(`^(?:van|von|den|der|de|du|het|ter|ten|le|la|el|ben)+`)

// stem leaves the particles in front out, as name_stem does in the database,
// unless too little would be left.
func stem(key string) string {
	for at := len(stems.FindString(key)); at > 0; at-- {
		if len(key)-at >= 3 && stems.FindString(key[:at]) == key[:at] {
			return key[at:]
		}
	}
	return key
}

// like turns wildcards (*) into a pattern of LIKE. A text without any must be
// the whole, or with part be in it.
func like(text string, part bool) string {
	escaped := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text)
	if strings.Contains(escaped, "*") {
		return strings.ReplaceAll(escaped, "*", "%")
	}
	if part {
		return "%" + escaped + "%"
	}
	return escaped
}

// foldPattern folds a name with wildcards in it; what is left is one word.
func foldPattern(text string) string {
	parts := strings.Split(text, "*")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(fold(p), " ", "")
	}
	return strings.Join(parts, "*")
}

// meaningful tells whether a filter says anything: a letter or a digit, not
// wildcards alone.
func meaningful(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}
