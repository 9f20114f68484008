package db_test

import (
	"errors"
	"testing"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
)

func TestABatchTakesItsRowsInOrderAndEndsAtTheFirstError(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	type pair struct {
		CardSystemID int
		UitpasNumber string
	}
	if got := db.Columns[pair](); got != "card_system_id, uitpas_number" {
		t.Errorf("columns %q", got)
	}
	refused := errors.New("refused")
	for _, want := range []error{nil, refused} {
		var b db.Batch
		var took []int
		take := func(rows []pair) error {
			took = append(took, rows[0].CardSystemID)
			if rows[0].CardSystemID == 2 {
				return want
			}
			return nil
		}
		for n := range 3 {
			db.Queue(&b, take, `SELECT $1::int AS card_system_id, 'x' AS uitpas_number`, n+1)
		}
		if err := db.Send(t.Context(), d, &b); !errors.Is(err, want) || want == nil && len(took) != 3 || want != nil && len(took) != 2 {
			t.Errorf("took %v, %v, want %v", took, err, want)
		}
	}
}
