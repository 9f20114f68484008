package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/eid/training"
)

func TestOnlyASandboxBelievesTrainingCards(t *testing.T) {
	t.Parallel()
	card := training.Cards()[0]
	today := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	for sandbox, want := range map[string]eid.Reason{"true": "", "false": eid.NoRoots} {
		trust, err := openTrust(config{values: map[string]string{"sandbox": sandbox}})
		if err != nil {
			t.Fatal(err)
		}
		if v := trust.Verify(card.Files, today); v.Of(eid.CheckIssuer).Reason != want || v.Authentic() != (want == "") {
			t.Errorf("sandbox %s: %v", sandbox, v.Findings)
		}
	}
}

func TestASandboxBelievesTestRootsThatItIsGiven(t *testing.T) {
	t.Parallel()
	a := eidtest.AuthorityOf(eidtest.V18)
	file := filepath.Join(t.TempDir(), "specimens.crt")
	if err := os.WriteFile(file, a.Root.Raw, 0o600); err != nil {
		t.Fatal(err)
	}
	trust, err := openTrust(config{values: map[string]string{"sandbox": "true", "eid-test-roots": file}})
	if err != nil {
		t.Fatal(err)
	}
	today := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same card each time
	card := eidtest.Mint(eidtest.V18, eidtest.Random(r, today), r).Want()
	if v := trust.Verify(card, today); !v.Verified() || v.Of(eid.CheckIssuer).Reason != eid.IssuerForTests {
		t.Errorf("%v", v.Findings)
	}
	if v := trust.Verify(training.Cards()[0].Files, today); !v.Authentic() {
		t.Errorf("a training card: %v", v.Findings)
	}
	if _, err := openTrust(config{values: map[string]string{"sandbox": "true", "eid-test-roots": "/nowhere"}}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	var said bytes.Buffer
	env := map[string]string{"OPENBALIE_EID_TEST_ROOTS": file, "OPENBALIE_DATA": t.TempDir()}
	code := run(t.Context(), []string{"serve"}, program{env: func(k string) string { return env[k] }, out: &said, err: &said})
	if code == 0 || !strings.Contains(said.String(), "eid-test-roots from") || !strings.Contains(said.String(), "sandbox") {
		t.Errorf("outside of a sandbox: %d %s", code, said.String())
	}
}

func TestTheRootThatHasASwitchIsRefusedWithItsName(t *testing.T) {
	t.Parallel()
	for pin, want := range map[string]bool{eid.PinCA2: true, eid.Pins()[0]: false} {
		err := aboutCA2(fmt.Errorf("%w: %s", eid.ErrNotPinned, pin))
		if !errors.Is(err, eid.ErrNotPinned) || strings.Contains(err.Error(), "--eid-ca2") != want {
			t.Errorf("%s: %v", pin, err)
		}
	}
	if err := aboutCA2(nil); err != nil {
		t.Error(err)
	}
}

func TestServeRefusesRootsThatNobodyKnows(t *testing.T) {
	t.Parallel()
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, training.Roots(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, values := range []map[string]string{{"sandbox": "true"}, {"sandbox": "false"}, {"eid-ca2": "true"}} {
		values["eid-roots"] = roots
		if _, err := openTrust(config{values: values}); !errors.Is(err, eid.ErrNotPinned) {
			t.Errorf("%v: %v", values, err)
		}
	}
	var said bytes.Buffer
	env := map[string]string{"OPENBALIE_EID_ROOTS": roots, "OPENBALIE_ADDR": "127.0.0.1:0", "OPENBALIE_METRICS_ADDR": "127.0.0.1:0", "OPENBALIE_SANDBOX": "true", "OPENBALIE_DATA": t.TempDir()}
	code := run(t.Context(), []string{"serve"}, program{env: func(k string) string { return env[k] }, out: &said, err: &said})
	if code != 1 || !strings.Contains(said.String(), roots) {
		t.Errorf("%d %s", code, said.String())
	}
}
