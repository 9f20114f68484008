package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/openbalie/openbalie/backend/fault"
)

var errSpilled = fault.New(fault.Conflict, "milk-spilled")

func TestAWrappedFaultIsStillTheSameFault(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("pour: %w", errSpilled.With("litres", 2))
	if !errors.Is(err, errSpilled) {
		t.Errorf("errors.Is(%v, errSpilled) = false", err)
	}
	if errors.Is(err, fault.New(fault.Conflict, "milk-sour")) {
		t.Errorf("%v is another failure too", err)
	}
}

func TestWithLeavesTheDeclaredFaultAlone(t *testing.T) {
	t.Parallel()
	one := errSpilled.With("litres", 2)
	two := one.With("glasses", 3)
	if errSpilled.Args != nil || len(one.Args) != 1 || len(two.Args) != 2 {
		t.Errorf("args: %v, %v, %v", errSpilled.Args, one.Args, two.Args)
	}
}

func TestTheTextHoldsTheCodeAndNoArguments(t *testing.T) {
	t.Parallel()
	if got := errSpilled.With("who", "Ann").Error(); got != "conflict: milk-spilled" {
		t.Errorf("Error() = %q", got)
	}
}
