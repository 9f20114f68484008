package registration_test

import (
	"flag"
	"testing"

	"github.com/openbalie/openbalie/backend/db/dbtest"
)

// A random story takes a fifth of a second; -rapid.checks tells more of them.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "20"); err != nil {
		panic(err)
	}
	dbtest.Main(m)
}
