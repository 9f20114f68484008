// Package municipality knows the municipalities of Belgium, their postal codes
// and the villages that became part of them. An address may name the village or
// the municipality, in any official language; what counts for residence is the
// municipality.
//
// The list is in list.txt, which says how it is written and where it comes from.
package municipality

import "github.com/openbalie/openbalie/backend/fault"

// The refusals.
var (
	ErrPostalCode = fault.New(fault.Invalid, "invalid-postal-code") // not one of Belgium
	ErrCity       = fault.New(fault.Invalid, "invalid-city")        // no place with that postal code; With "postalCode"
)

// Abroad is the postal code that the public API takes for «not in Belgium».
const Abroad = "0000"

// A Municipality is a place with a postal code: a municipality, or a village
// that is part of one.
type Municipality struct {
	PostalCode string
	Name       string // of the place, as asked for: Mariakerke, Bruxelles
	Main       string // the municipality it is part of: Gent, Brussel
}

// Resolve returns the place of that name with a postal code. Case, accents,
// hyphens and «St.» for «Sint» or «Saint» make no difference. It returns
// ErrPostalCode or ErrCity.
func Resolve(postalCode, city string) (Municipality, error) {
	places, ok := byCode[postalCode]
	if !ok {
		return Municipality{}, ErrPostalCode
	}
	asked := fold(city)
	for _, p := range places {
		if p.folded == asked {
			return p.Municipality, nil
		}
	}
	for _, p := range places { // the municipality's own name, under the code of a village
		for _, name := range namesOf[p.Main] {
			if fold(name) == asked {
				return Municipality{postalCode, name, p.Main}, nil
			}
		}
	}
	return Municipality{}, ErrCity.With("postalCode", postalCode)
}

// Of returns the places with a postal code: the municipality first when it has
// the code itself, then by name. It returns ErrPostalCode when there are none.
func Of(postalCode string) ([]Municipality, error) {
	places, ok := byCode[postalCode]
	if !ok {
		return nil, ErrPostalCode
	}
	out := make([]Municipality, len(places))
	for i, p := range places {
		out[i] = p.Municipality
	}
	return out, nil
}

// MaxFound is more than a list under a field can show.
const MaxFound = 20

// Search returns places whose postal code or name begins with the prefix, at
// most twenty: municipalities before villages, then by name and code.
func Search(prefix string) []Municipality {
	asked := fold(prefix)
	if asked == "" {
		return nil
	}
	var out []Municipality
	for _, p := range ordered {
		if p.begins(asked) {
			out = append(out, p.Municipality)
		}
		if len(out) == MaxFound {
			break
		}
	}
	return out
}
