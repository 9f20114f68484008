package document_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/document"
)

// text reads a PDF as people do, with poppler's pdftotext.
func text(t *testing.T, pdf []byte) string {
	t.Helper()
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("needs pdftotext (package poppler-utils)")
		}
		t.Skip("needs pdftotext (package poppler-utils)")
	}
	file := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), program, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func contains(t *testing.T, paper string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(paper, w) {
			t.Errorf("no %q in\n%s", w, paper)
		}
	}
}

func receipt() document.Receipt {
	return document.Receipt{
		Language: "nl", Number: "2026-000123", At: time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC), Counter: "Bib Centrum",
		Region: "UiTPAS Gent", Color: "#00507d", Holder: "Zoë D'Hoey", Pass: "0900000095902", Payment: document.Cash,
		Lines: []document.Line{{Text: "Eerste pas, volwassene", Cents: 500}, {Text: "Voucher «Nieuwe inwoners»", Cents: -500}},
	}
}

func TestAReceipt(t *testing.T) {
	t.Parallel()
	pdf, err := receipt().PDF()
	if err != nil {
		t.Fatal(err)
	}
	contains(t, text(t, pdf), "Ontvangstbewijs", "2026-000123", "23/11/2026 00:30", "Bib Centrum · UiTPAS Gent", "Zoë D'Hoey",
		"09000 00095 902", "€ 5,00", "€ -5,00", "€ 0,00", "Betaald: contant")
	voided := receipt()
	voided.Voided, voided.Language = true, "en"
	if pdf, err = voided.PDF(); err != nil {
		t.Fatal(err)
	}
	contains(t, text(t, pdf), "Receipt", "Cancelled", "€ 5.00")
}

func TestEveryLanguageHasItsPapers(t *testing.T) {
	t.Parallel()
	for language, word := range map[document.Language]string{"nl": "Digitale pas", "fr": "Pass numérique", "de": "Digitaler Pass", "en": "Digital pass", "xx": "Digitale pas"} {
		pdf, err := document.PassSheet{Language: language, Region: "UiTPAS Gent", Holder: "Ann", Pass: "0900000095902"}.PDF()
		if err != nil {
			t.Fatal(err)
		}
		contains(t, text(t, pdf), word, "09000 00095 902")
		r := receipt()
		r.Language = language
		for _, r.Payment = range []document.Payment{document.Cash, document.Card, document.Transfer, document.None} {
			if _, err := r.PDF(); err != nil {
				t.Errorf("%s, %s: %v", language, r.Payment, err)
			}
		}
	}
}

// The codes on the sheet are read back by another program: zbar, on the page
// as a printer would draw it.
func TestAScannerReadsThePassSheet(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"pdftoppm", "zbarimg"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("needs %s (packages poppler-utils, zbar-tools)", program)
			}
			t.Skipf("needs %s (packages poppler-utils, zbar-tools)", program)
		}
	}
	pdf, err := document.PassSheet{Language: "nl", Region: "UiTPAS Gent", Color: "#00507d", Holder: "Ann", Pass: "0900000095902"}.PDF()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "sheet.pdf"), pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "pdftoppm", "-r", "150", "-png", "-singlefile", filepath.Join(dir, "sheet.pdf"), filepath.Join(dir, "sheet")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), "zbarimg", "--quiet", filepath.Join(dir, "sheet.png")).Output()
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(out), "QR-Code:0900000095902", "CODE-128:0900000095902")
}
