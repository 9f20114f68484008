package setup_test

import (
	"testing"

	"github.com/openbalie/openbalie/backend/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }
