package registration

import (
	"testing"

	"github.com/openbalie/openbalie/backend/db/dbtest"
)

func TestRowsAreLikeTheirTables(t *testing.T) {
	t.Parallel()
	dbtest.Drift(t, row{}, departureRow{})
}
