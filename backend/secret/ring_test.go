package secret_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/openbalie/openbalie/backend/secret"
)

func ring(t *testing.T) (*secret.Ring, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "beside", "keys")
	r, err := secret.OpenRing(path)
	if err != nil {
		t.Fatal(err)
	}
	return r, path
}

func number(t *testing.T) secret.NationalNumber {
	t.Helper()
	n, err := secret.ParseNationalNumber("93051822361")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestASealedNumberOpensForItsHolderOnly(t *testing.T) {
	t.Parallel()
	r, _ := ring(t)
	n := number(t)
	sealed, err := r.Seal(n, []byte("ann"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Open(sealed, []byte("ann")); err != nil || got != n {
		t.Errorf("Open: %v", err)
	}
	if _, err := r.Open(sealed, []byte("bob")); !errors.Is(err, secret.ErrTampered) {
		t.Errorf("opened for somebody else: %v", err)
	}
	if bytes.Contains(sealed, []byte(n.Reveal())) {
		t.Error("the digits are in the clear")
	}
	for i := range sealed {
		bent := bytes.Clone(sealed)
		bent[i] ^= 1
		if _, err := r.Open(bent, []byte("ann")); err == nil {
			t.Errorf("opened with byte %d changed", i)
		}
		if _, err := r.Open(sealed[:i], []byte("ann")); err == nil {
			t.Errorf("opened %d bytes of it", i)
		}
	}
	if _, err := r.Open(sealed[:1], []byte("ann")); !errors.Is(err, secret.ErrTampered) {
		t.Errorf("one byte of it: %v", err)
	}
	if sealed, err := r.Seal(secret.NationalNumber{}, []byte("ann")); err == nil || sealed != nil {
		t.Errorf("sealed nothing: %x, %v", sealed, err)
	}
}

func TestTwoSealsOfOneNumberDifferAndItsHashesDoNot(t *testing.T) {
	t.Parallel()
	r, _ := ring(t)
	n := number(t)
	a, _ := r.Seal(n, nil)
	b, _ := r.Seal(n, nil)
	if bytes.Equal(a, b) {
		t.Error("one nonce twice")
	}
	if !bytes.Equal(r.Hashes(n)[0], r.Hashes(n)[0]) || len(r.Hashes(n)[0]) != 32 {
		t.Error("the hash of a number changes")
	}
	another, err := secret.ParseNationalNumber("93051722490")
	if err != nil || bytes.Equal(r.Hashes(n)[0], r.Hashes(another)[0]) {
		t.Errorf("two numbers hash alike, %v", err)
	}
	other, _ := ring(t)
	if bytes.Equal(r.Hashes(n)[0], other.Hashes(n)[0]) {
		t.Error("two rings hash alike")
	}
}

func TestTheKeyFileIsMadeOnceAndForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	r, path := ring(t)
	again, err := secret.OpenRing(path)
	if err != nil || again.HashKey() != r.HashKey() || again.SealKey() != r.SealKey() {
		t.Fatalf("second start: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		if info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v", info.Mode())
		}
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := secret.OpenRing(path); err == nil {
			t.Error("opened a key file that others may read")
		}
	}
}

func TestAfterARotationOldNumbersStillOpenAndAreFound(t *testing.T) {
	t.Parallel()
	r, path := ring(t)
	n := number(t)
	sealed, _ := r.Seal(n, nil)
	old := r.Hashes(n)[0]
	r.Rotate()
	if err := r.Save(path); err != nil {
		t.Fatal(err)
	}
	rotated, err := secret.OpenRing(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := rotated.Open(sealed, nil); err != nil || got != n {
		t.Errorf("Open: %v", err)
	}
	hashes := rotated.Hashes(n)
	if len(hashes) != 2 || bytes.Equal(hashes[0], old) || !bytes.Equal(hashes[1], old) {
		t.Errorf("hashes: %x, old %x", hashes, old)
	}
	if secret.SealedWith(sealed) == rotated.SealKey() {
		t.Error("the sealing key did not change")
	}
	first, _ := ring(t)
	if !rotated.HasHashKey(rotated.HashKey()) || rotated.HasHashKey(first.HashKey()) {
		t.Error("the ring does not know its own hash keys")
	}
	rotated.Retire()
	if _, err := rotated.Open(sealed, nil); !errors.Is(err, secret.ErrNoKey) {
		t.Errorf("opened with a retired key: %v", err)
	}
}

func TestTheRingComesFromTheEnvironmentToo(t *testing.T) {
	t.Parallel()
	r, path := ring(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{secret.EnvKey: strings.ReplaceAll(string(text), "\n", ";")}
	got, err := secret.RingFromEnv(func(k string) string { return env[k] })
	if err != nil || got.HashKey() != r.HashKey() {
		t.Errorf("RingFromEnv: %v", err)
	}
	if got, err := secret.RingFromEnv(func(string) string { return "" }); got != nil || err != nil {
		t.Errorf("without a variable: %v, %v", got, err)
	}
}

func TestABrokenKeyFileIsRefusedWithoutShowingIt(t *testing.T) {
	t.Parallel()
	const key = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI="
	for name, text := range map[string]string{
		"nothing":        "",
		"no hash key":    "seal a " + key,
		"no seal key":    "hash b " + key,
		"a short key":    "seal a c2VjcmV0\nhash b " + key,
		"half a key":     "seal a c2VjcmV0c2VjcmV0c2VjcA==\nhash b " + key, // enough for AES-128
		"a word missing": "seal a " + key + "\nhash b " + key + "\nseal c",
		"a word more":    "seal a " + key + "\nhash b " + key + " c",
		"a long name":    "seal a " + key + "\nhash " + strings.Repeat("b", 256) + " " + key,
		"not base64":     "seal a !" + key + "\nhash b " + key,
		"one name twice": "seal a " + key + "\nseal a " + key + "\nhash b " + key,
		"another word":   "seal a " + key + "\nhash b " + key + "\nopen c " + key,
	} {
		_, err := secret.ParseRing(text)
		if err == nil || strings.Contains(err.Error(), "c2Vj") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAKeyFileMayHaveEmptyLinesAndRemarks(t *testing.T) {
	t.Parallel()
	const key = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI="
	r, err := secret.ParseRing("# two keys\n\n  seal a " + key + "\n\t\nhash a " + key + "\n")
	if err != nil || r.SealKey() != "a" || r.HashKey() != "a" {
		t.Errorf("ParseRing: %v", err)
	}
}

func TestSeveralStartsAtOnceMakeOneKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "beside", "keys")
	var names [8]string
	var together sync.WaitGroup
	for i := range names {
		together.Go(func() {
			r, err := secret.OpenRing(path)
			if err != nil {
				t.Error(err)
				return
			}
			names[i] = r.SealKey()
		})
	}
	together.Wait()
	for _, name := range names {
		if name == "" || name != names[0] {
			t.Fatalf("they seal with %q", names)
		}
	}
}

func TestARingThatCannotBeWrittenIsAnErrorAndLeavesNothing(t *testing.T) {
	t.Parallel()
	r, path := ring(t)
	dir := filepath.Dir(path)
	if err := r.Save(filepath.Join(dir, "nowhere", "keys")); err == nil {
		t.Error("saved in a folder that is not there")
	}
	if err := os.MkdirAll(filepath.Join(dir, "folder", "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := r.Save(filepath.Join(dir, "folder")); err == nil {
		t.Error("saved over a folder")
	}
	if _, err := secret.OpenRing(filepath.Join(path, "keys")); err == nil {
		t.Error("made a ring below a file")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestARingNeverShowsItsKeys(t *testing.T) {
	t.Parallel()
	r, path := ring(t)
	text, _ := os.ReadFile(path)
	_, keys, _ := strings.Cut(string(text), "\nseal ")
	key := strings.Fields(keys)[1]
	if s := fmt.Sprintf("%v %+v %#v %s", r, r, r, r); strings.Contains(s, key) || strings.Contains(s, "aead") {
		t.Errorf("shown: %s", s)
	}
}
