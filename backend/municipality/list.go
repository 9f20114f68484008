package municipality

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed list.txt
var list string

// A place is one name of a municipality or village under one postal code.
type place struct {
	Municipality
	folded string
}

// begins reports whether the name or the postal code begins so.
func (p place) begins(folded string) bool {
	return strings.HasPrefix(p.folded, folded) || strings.HasPrefix(p.PostalCode, folded)
}

var byCode, namesOf, ordered = read(list)

// read builds the look-ups from the list. A mistake in it stops the program at
// its start, and the tests before that.
func read(list string) (map[string][]place, map[string][]string, []place) {
	codes, names := map[string][]place{}, map[string][]string{}
	var all []place
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		own, rest, ok := strings.Cut(line, ": ")
		if !ok {
			panic(fmt.Sprintf("municipality: line %q", line))
		}
		languages := strings.Split(own, " = ")
		main := languages[0]
		names[main] = languages
		for group := range strings.SplitSeq(rest, "; ") {
			code, villages, ok := strings.Cut(group, " ")
			if !ok || len(code) != 4 {
				panic(fmt.Sprintf("municipality: %q of %s", group, main))
			}
			for village := range strings.SplitSeq(villages, ", ") {
				spelled := strings.Split(village, " = ")
				if village == "*" {
					spelled = languages
				}
				for _, name := range spelled {
					p := place{Municipality{code, name, main}, fold(name)}
					if !slices.Contains(codes[code], p) {
						codes[code] = append(codes[code], p)
						all = append(all, p)
					}
				}
			}
		}
	}
	for _, places := range codes {
		slices.SortStableFunc(places, order)
	}
	slices.SortStableFunc(all, order)
	return codes, names, all
}

// order puts municipalities before villages.
func order(a, b place) int {
	village := func(p place) int {
		if p.Name == p.Main {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(village(a), village(b)), strings.Compare(a.folded, b.folded), strings.Compare(a.PostalCode, b.PostalCode))
}

var accents = strings.NewReplacer(
	"à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i",
	"ô", "o", "ö", "o", "û", "u", "ü", "u", "ù", "u", "œ", "oe", "'", " ", "’", " ", "-", " ", ".", " ", "/", " ", "(", " ", ")", " ")

// fold spells a name so that two spellings of it are equal.
func fold(name string) string {
	words := strings.Fields(accents.Replace(strings.ToLower(name)))
	for i, w := range words {
		switch w {
		case "sint", "saint":
			words[i] = "st"
		case "sainte":
			words[i] = "ste"
		}
	}
	return strings.Join(words, " ")
}
