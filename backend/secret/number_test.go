package secret_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/secret"
)

func TestParseNationalNumber(t *testing.T) {
	t.Parallel()
	for name, numbers := range map[string][]string{
		"the official test set, born before 2000": {
			"83030201540", "36051380284", "66010101785", "71030360442", "80010101392", "80010170282", "91063061055",
		},
		"the official test set, born from 2000 on": {"08091860684", "17010180147", "10010105762", "20010170215", "15021760024"},
		"unknown birth dates":                      {"00000009007", "830000-313-72", "830200-313-86", "830003-313-79", "832000-313-18", "834000-313-61"},
		"bis numbers":                              {"832203-313-39", "834203-313-82"},
		"written with dots, dashes and spaces":     {"93.05.18-223.61", "930518-223-61", "930517-224-90", "930517 223 91", " 90080757002 ", "720923-383-17", "830203-313-93"},
		"the last day of a year":                   {"93123122311", "93523122397"},
		"only right with a 2 in front":             {"02020231402"},
		"only right without":                       {"80020200181", "30071511319", "30071511220"},
	} {
		for _, s := range numbers {
			n, err := secret.ParseNationalNumber(s)
			if err != nil {
				t.Errorf("%s: %s: %v", name, s, err)
				continue
			}
			if got := n.Reveal(); len(got) != 11 || strings.Trim(got, "0123456789") != "" {
				t.Errorf("%s: %s became %s", name, s, got)
			}
		}
	}
}

func TestParseNationalNumberRefuses(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]string{
		"a wrong check digit":      "930517-224-61",
		"a placeholder":            "00000009008",
		"another placeholder":      "00000009009",
		"a date":                   "19800101003",
		"ten digits":               "9305182236",
		"twelve digits":            "930518223610",
		"nothing":                  "",
		"a letter":                 "9305182236a",
		"leading junk":             "x93051822361",
		"a thirteenth month":       "93131822320", // its check digits are right, as in the next
		"a bis month beyond":       "93331822363",
		"another bis month beyond": "93531822309",
		"no month of any kind":     "93611822365",
		"a day too many":           "93053222329",
		"digits of another script": "٩٣٠٥١٨٢٢٣٦١",
	} {
		if n, err := secret.ParseNationalNumber(s); !errors.Is(err, secret.ErrInvalidNumber) || !n.IsZero() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// holder has a number where a careless struct would have one.
type holder struct {
	Name   string
	Number secret.NationalNumber
	More   map[string]any
	secret.NationalNumber
}

func TestANumberNeverShowsItself(t *testing.T) {
	t.Parallel()
	const digits = "93051822361"
	n, err := secret.ParseNationalNumber(digits)
	if err != nil {
		t.Fatal(err)
	}
	h := holder{"Ann", n, map[string]any{"n": n, "list": []secret.NationalNumber{n}, "ptr": &n}, n}
	var shown []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%T", "%10.3s", "%08d"} {
		for _, v := range []any{n, &n, h, &h, []any{n}, map[string]secret.NationalNumber{"n": n}, [1]secret.NationalNumber{n}} {
			shown = append(shown, fmt.Sprintf(verb, v))
		}
	}
	shown = append(shown, fmt.Sprint(n, h), fmt.Errorf("find %v: %w", n, errors.New("gone")).Error(), n.String(), n.GoString())
	for _, handler := range []func(*bytes.Buffer) slog.Handler{
		func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
	} {
		var b bytes.Buffer
		log := slog.New(handler(&b)).With("with", n)
		log.Info("Found", "number", n, "holder", h, "pointer", &h, "list", []any{n}, slog.Group("group", "number", n, "any", h))
		shown = append(shown, b.String())
	}
	for _, v := range []any{n, &n, h, []any{n}, map[string]any{"n": n}} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Errorf("json: %v", err)
		}
		shown = append(shown, string(text))
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(struct{ N secret.NationalNumber }{n}); err == nil {
		t.Error("gob took a national number")
	}
	shown = append(shown, b.String())
	if s := fmt.Sprintf("%d %s", n, n.String()); s != "redacted redacted" {
		t.Errorf("it says %q", s)
	}
	for _, s := range shown {
		if strings.Contains(s, digits) || strings.Contains(s, "305182236") {
			t.Errorf("shown: %s", s)
		}
	}
}

func FuzzParseNationalNumber(f *testing.F) {
	f.Add("930518-223-61")
	f.Add("02020231402")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := secret.ParseNationalNumber(s)
		if err != nil {
			return
		}
		again, err := secret.ParseNationalNumber(n.Reveal())
		if err != nil || again != n {
			t.Errorf("%q: %v", s, err)
		}
	})
}
