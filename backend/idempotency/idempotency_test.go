package idempotency_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/who"
)

type outcome struct {
	Number int64 `json:"number"`
}

var client = who.Actor{Kind: who.Client, ID: "shop"}

const key = "k"

// sell does something once for the key.
func sell(t *testing.T, d *db.DB, by who.Actor, fp []byte, work func() (outcome, error)) (out outcome, replayed bool, err error) {
	t.Helper()
	err = db.InTx(t.Context(), d, func(tx *db.Tx) error {
		var err error
		if replayed, err = idempotency.Take(t.Context(), tx, by, key, fp, &out); err != nil || replayed {
			return err
		}
		if out, err = work(); err != nil {
			return err
		}
		return idempotency.Keep(t.Context(), tx, by, key, fp, out)
	})
	return out, replayed, err
}

func TestAKeyDoesItsWorkOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	fp := idempotency.Fingerprint("sell", "a")
	seven := func() (outcome, error) { return outcome{7}, nil }
	eight := func() (outcome, error) { return outcome{8}, nil }
	if out, replayed, err := sell(t, d, client, fp, seven); err != nil || replayed || out.Number != 7 {
		t.Errorf("first: %v %v %v", out, replayed, err)
	}
	if out, replayed, err := sell(t, d, client, fp, eight); err != nil || !replayed || out.Number != 7 {
		t.Errorf("again: %v %v %v", out, replayed, err)
	}
	if _, _, err := sell(t, d, client, idempotency.Fingerprint("sell", "b"), eight); !errors.Is(err, idempotency.ErrReused) {
		t.Errorf("another request: %v", err)
	}
	if out, replayed, err := sell(t, d, who.Actor{Kind: who.Person, ID: "shop"}, fp, eight); err != nil || replayed || out.Number != 8 {
		t.Errorf("somebody else's key of the same name: %v %v %v", out, replayed, err)
	}
	for by, want := range map[who.Actor]int64{client: 7, {Kind: who.Person, ID: "shop"}: 8} {
		if out, replayed, err := sell(t, d, by, fp, seven); err != nil || !replayed || out.Number != want {
			t.Errorf("each their own outcome: %v %v %v, want %d", out, replayed, err, want)
		}
	}
}

func TestARefusalLeavesTheKeyFree(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	fp := idempotency.Fingerprint("sell")
	errSoldOut := errors.New("sold out")
	if _, _, err := sell(t, d, client, fp, func() (outcome, error) { return outcome{}, errSoldOut }); !errors.Is(err, errSoldOut) {
		t.Fatal(err)
	}
	if out, replayed, err := sell(t, d, client, fp, func() (outcome, error) { return outcome{1}, nil }); err != nil || replayed || out.Number != 1 {
		t.Errorf("after the refusal: %v %v %v", out, replayed, err)
	}
}

func TestEightAtOnceHaveOneOutcome(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	fp := idempotency.Fingerprint("sell")
	var worked atomic.Int64
	var wg sync.WaitGroup
	outs, errs := make([]outcome, 8), make([]error, 8)
	for i := range outs {
		wg.Go(func() {
			outs[i], _, errs[i] = sell(t, d, client, fp, func() (outcome, error) { return outcome{worked.Add(1)}, nil })
		})
	}
	wg.Wait()
	for i := range outs {
		if errs[i] != nil || outs[i].Number != 1 {
			t.Errorf("%d: %v, %v", i, outs[i], errs[i])
		}
	}
}

func TestFingerprintsTellPartsApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.String(), 1, 4).Draw(t, "a")
		b := rapid.SliceOfN(rapid.String(), 1, 4).Draw(t, "b")
		same := strings.Join(a, "\x00") == strings.Join(b, "\x00") && len(a) == len(b)
		if bytes.Equal(idempotency.Fingerprint("op", a...), idempotency.Fingerprint("op", b...)) != same {
			t.Fatalf("%q and %q", a, b)
		}
	})
}

func TestCheckKey(t *testing.T) {
	t.Parallel()
	for key, ok := range map[string]bool{
		"8f14e45f-ceea-467f-a0a6-cd2a3c1b2d5e": true, "x": true, strings.Repeat("x", 255): true,
		"": false, strings.Repeat("x", 256): false, "a\x00b": false, "é": false, "tab\t": false,
	} {
		if err := idempotency.CheckKey(key); (err == nil) != ok {
			t.Errorf("%q: %v", key, err)
		}
	}
}
