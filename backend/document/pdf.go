package document

import (
	"bytes"
	"fmt"
	"image/color"
	"strconv"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"
	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"github.com/openbalie/openbalie/backend/period"
)

// Sizes in millimetres and points.
const (
	margin  = 20.0
	body    = 11.0
	small   = 9.0
	heading = 20.0
	line    = 7.0
)

const fontName = "go"

// page starts a PDF of one A4 page with a band in the region's colour.
func page(title, colour string) (*fpdf.Fpdf, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetTitle(title, true)
	pdf.SetCreator("OpenBalie", true)
	pdf.AddUTF8FontFromBytes(fontName, "", goregular.TTF)
	pdf.AddUTF8FontFromBytes(fontName, "B", gobold.TTF)
	pdf.SetMargins(margin, margin+8, margin)
	pdf.SetAutoPageBreak(false, margin)
	pdf.AddPage()
	if r, g, b, ok := rgb(colour); ok {
		pdf.SetFillColor(r, g, b)
		width, _ := pdf.GetPageSize()
		pdf.Rect(0, 0, width, 8, "F")
	}
	return pdf, pdf.Error()
}

// PDF returns the receipt as one A4 page.
func (r Receipt) PDF() ([]byte, error) {
	say := r.Language.say
	pdf, err := page(say("receipt")+" "+r.Number, r.Color)
	if err != nil {
		return nil, fmt.Errorf("make a receipt: %w", err)
	}
	pdf.SetFont(fontName, "B", heading)
	pdf.CellFormat(0, 12, say("receipt"), "", 1, "L", false, 0, "")
	if r.Voided {
		pdf.SetTextColor(160, 20, 20)
		pdf.CellFormat(0, 12, say("voided"), "", 1, "L", false, 0, "")
		pdf.SetTextColor(0, 0, 0)
	}
	pdf.SetFont(fontName, "", body)
	at := r.At.In(period.Brussels())
	for _, fact := range [][2]string{
		{"number", r.Number}, {"date", at.Format("02/01/2006 15:04")}, {"counter", joined(r.Counter, r.Region)}, {"holder", r.Holder}, {"pass", spaced(r.Pass)},
	} {
		if fact[1] == "" {
			continue
		}
		pdf.SetTextColor(90, 90, 90)
		pdf.CellFormat(40, line, say(fact[0]), "", 0, "L", false, 0, "")
		pdf.SetTextColor(0, 0, 0)
		pdf.CellFormat(0, line, fact[1], "", 1, "L", false, 0, "")
	}
	pdf.Ln(line)
	for _, l := range r.Lines {
		row(pdf, l.Text, r.Language.amount(l.Cents), "")
	}
	row(pdf, say("total"), r.Language.amount(r.Total()), "B")
	pdf.Ln(line)
	pdf.CellFormat(0, line, say("payment")+": "+say(string(r.Payment)), "", 1, "L", false, 0, "")
	return output(pdf)
}

// row writes one line of a bill under a hairline, the amount at the right.
func row(pdf *fpdf.Fpdf, text, amount, style string) {
	pdf.SetFont(fontName, style, body)
	pdf.SetDrawColor(200, 200, 200)
	pdf.CellFormat(130, line+1, text, "T", 0, "L", false, 0, "")
	pdf.CellFormat(0, line+1, amount, "T", 1, "R", false, 0, "")
	pdf.SetFont(fontName, "", body)
}

// PDF returns the sheet as one A4 page.
func (s PassSheet) PDF() ([]byte, error) {
	say := s.Language.say
	pdf, err := page(say("digital-pass"), s.Color)
	if err != nil {
		return nil, fmt.Errorf("make a pass sheet: %w", err)
	}
	bars, err := code128.Encode(s.Pass)
	if err != nil {
		return nil, fmt.Errorf("make a barcode: %w", err)
	}
	code, err := qr.Encode(s.Pass, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("make a code: %w", err)
	}
	pdf.SetFont(fontName, "B", heading)
	pdf.CellFormat(0, 12, say("digital-pass"), "", 1, "L", false, 0, "")
	pdf.SetFont(fontName, "", body)
	pdf.CellFormat(0, line, s.Region, "", 1, "L", false, 0, "")
	pdf.Ln(line)
	pdf.SetFont(fontName, "B", 16)
	pdf.CellFormat(0, line+2, s.Holder, "", 1, "L", false, 0, "")
	pdf.CellFormat(0, line+2, spaced(s.Pass), "", 1, "L", false, 0, "")
	pdf.Ln(line)
	top := pdf.GetY()
	draw(pdf, code, margin, top, 45, 45)
	draw(pdf, bars, margin+60, top+8, 90, 28)
	pdf.SetY(top + 55)
	pdf.SetFont(fontName, "", body)
	pdf.MultiCell(0, line, say("digital-pass-use"), "", "L", false)
	pdf.MultiCell(0, line, say("digital-pass-keep"), "", "L", false)
	pdf.SetFont(fontName, "", small)
	pdf.CellFormat(0, line, s.Website, "", 1, "L", false, 0, "")
	return output(pdf)
}

// draw draws a code as rectangles, which stay sharp on every printer.
func draw(pdf *fpdf.Fpdf, code barcode.Barcode, x, y, width, height float64) {
	bounds := code.Bounds()
	cell := width / float64(bounds.Dx())
	rows := bounds.Dy()
	tall := height / float64(rows)
	pdf.SetFillColor(0, 0, 0)
	for j := range rows {
		for i := 0; i < bounds.Dx(); i++ {
			begin := i
			for i < bounds.Dx() && dark(code.At(i, j)) {
				i++
			}
			if i > begin {
				pdf.Rect(x+float64(begin)*cell, y+float64(j)*tall, float64(i-begin)*cell, tall, "F")
			}
		}
	}
}

func dark(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return r+g+b < 3*0x8000
}

func output(pdf *fpdf.Fpdf) ([]byte, error) {
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("write a PDF: %w", err)
	}
	return out.Bytes(), nil
}

// rgb reads #rrggbb.
func rgb(s string) (r, g, b int, ok bool) {
	if len(s) != 7 || s[0] != '#' {
		return 0, 0, 0, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	return int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff), err == nil
}

// spaced groups a pass number as it is printed on the card.
func spaced(number string) string {
	if len(number) != 13 {
		return number
	}
	return number[:5] + " " + number[5:10] + " " + number[10:]
}

func joined(a, b string) string {
	if a == "" || b == "" || a == b {
		return a + b
	}
	return a + " · " + b
}
