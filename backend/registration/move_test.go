package registration_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/registration"
)

// Somebody moves house with a further card; taking the card back takes the move
// back too, unless the address was mended since. Where they lived is kept no
// longer than the undo can need it.
func TestVoidingAnEnrolmentTakesTheMoveBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.register(t, w.adult(t, 1)).PassholderID
	move := func(street string) registration.Registration {
		t.Helper()
		sold, err := w.Enrol(t.Context(), registrar, uuid.NewString(), registration.Enrolment{
			Pass: registration.Pass{CardSystemID: zuid, Type: card.NFCCard, Number: w.stock(t, zuid, "desk", false)},
			Sale: registration.Sale{Payment: registration.Cash}, PassholderID: ann, Channel: registration.ByAPI,
			Address: &registration.Address{Street: street, PostalCode: "9090", City: "Melle"},
		})
		if err != nil {
			t.Fatal(err)
		}
		return sold
	}
	void := func(sold registration.Registration) {
		t.Helper()
		if _, err := w.Void(t.Context(), registrar, uuid.NewString(), sold.ID); err != nil {
			t.Fatal(err)
		}
	}
	lives := func(want string) {
		t.Helper()
		if n := w.count(t, `SELECT count(*) FROM passholder WHERE id = $1 AND street || ', ' || postal_code || ' ' || city = $2`, ann, want); n != 1 {
			t.Errorf("not at %s", want)
		}
	}
	kept := func() int { return w.count(t, `SELECT count(*) FROM registration WHERE before ? 'moved'`) }

	sold := move("Dorp 2")
	lives("Dorp 2, 9090 Melle")
	if kept() != 1 {
		t.Error("the move is not kept for the undo")
	}
	void(sold)
	lives("Markt 1, 9000 Gent")
	if kept() != 0 {
		t.Error("the old address is kept after the undo")
	}
	sold = move("Dorp 3")
	if _, err := w.DB.Exec(t.Context(), `UPDATE passholder SET street = 'Dorp 4' WHERE id = $1`, ann); err != nil {
		t.Fatal(err)
	}
	void(sold)
	lives("Dorp 4, 9090 Melle")

	move("Dorp 5")
	for _, tt := range []struct{ later, want int }{{0, 1}, {1, 0}} {
		if err := registration.ForgetMoves(t.Context(), w.DB, w.now.AddDate(0, 0, tt.later)); err != nil {
			t.Fatal(err)
		}
		if kept() != tt.want {
			t.Errorf("%d days later %d old addresses, want %d", tt.later, kept(), tt.want)
		}
	}
}
