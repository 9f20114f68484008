package doctor

import (
	"fmt"
	"strconv"
)

// take keeps the policies that concern us.
func (b *Browser) take(place string, values map[string]any, names ...string) {
	for _, name := range names {
		switch v := values[name].(type) { // what has another form the browser leaves out too
		case []any:
			var list []string
			for _, item := range v {
				list = append(list, fmt.Sprint(item))
			}
			b.Policies = append(b.Policies, Policy{Place: place, Name: name, Values: list})
		case bool:
			b.Policies = append(b.Policies, Policy{Place: place, Name: name, Values: []string{strconv.FormatBool(v)}})
		}
	}
}
