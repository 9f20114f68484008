package doctor

import "fmt"

// take keeps the policies that concern us.
func (b *Browser) take(place string, values map[string]any, names ...string) {
	for _, name := range names {
		switch v := values[name].(type) {
		case nil:
		case []any:
			var list []string
			for _, item := range v {
				list = append(list, fmt.Sprint(item))
			}
			b.Policies = append(b.Policies, Policy{Place: place, Name: name, Values: list})
		default:
			b.Policies = append(b.Policies, Policy{Place: place, Name: name, Values: []string{fmt.Sprint(v)}})
		}
	}
}
