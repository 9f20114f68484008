package document

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
)

// MaxTable is the largest file that is read.
const MaxTable = 64 << 20

// zip is how every XLSX file begins.
var zip = []byte("PK\x03\x04")

// ReadTable calls row for each row of a CSV or XLSX file, with its number as a
// spreadsheet counts: the first is 1. Of a workbook it is the first sheet. CSV
// may be in UTF-8 or Windows-1252, with semicolons, commas or tabs, as the
// spreadsheets of offices write it. Cells lose the space around them; empty
// rows are left out. It stops with the error of row.
func ReadTable(file io.Reader, row func(number int, cells []string) error) error {
	limited := &io.LimitedReader{R: file, N: MaxTable + 1}
	r := bufio.NewReaderSize(limited, 64<<10)
	begin, err := r.Peek(len(zip))
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read a table: %w", err)
	}
	rows := 0
	take := func(number int, cells []string) error {
		if limited.N <= 0 {
			return ErrTooLarge.With("megabytes", MaxTable>>20)
		}
		empty := true
		for i, c := range cells {
			cells[i] = strings.TrimSpace(c)
			empty = empty && cells[i] == ""
		}
		if empty {
			return nil
		}
		rows++
		return row(number, cells)
	}
	if bytes.Equal(begin, zip) {
		err = readXLSX(r, take)
	} else {
		err = readCSV(r, take)
	}
	if err == nil && rows == 0 {
		return ErrEmpty
	}
	return err
}

func readXLSX(file io.Reader, row func(int, []string) error) error {
	book, err := excelize.OpenReader(file, excelize.Options{UnzipSizeLimit: 512 << 20, UnzipXMLSizeLimit: 64 << 20, RawCellValue: true})
	if err != nil {
		return ErrFormat
	}
	defer func() { _ = book.Close() }()
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return ErrFormat
	}
	defer func() { _ = rows.Close() }()
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			return ErrFormat
		}
		if err := row(n, cells); err != nil {
			return err
		}
	}
	return nil
}

// sample is how much of a CSV file decides how it is read.
const sample = 16 << 10

func readCSV(file *bufio.Reader, row func(int, []string) error) error {
	begin, _ := file.Peek(sample) // a shorter file is all there is
	begin = bytes.TrimPrefix(begin, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(begin, 0) >= 0 {
		return ErrFormat
	}
	var text io.Reader = file
	if !utf8.Valid(cutRune(begin)) {
		text = charmap.Windows1252.NewDecoder().Reader(file)
	}
	r := csv.NewReader(text)
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = delimiter(begin), -1, true, true
	for first := true; ; first = false {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return ErrFormat
		}
		if first {
			cells[0] = strings.TrimPrefix(cells[0], "\ufeff")
		}
		number, _ := r.FieldPos(0)
		if err := row(number, cells); err != nil {
			return err
		}
	}
}

// cutRune takes away the beginning of a character at the end of a sample.
func cutRune(b []byte) []byte {
	for i := 1; i <= min(utf8.UTFMax, len(b)); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// delimiter is the most frequent candidate of the first line.
func delimiter(begin []byte) rune {
	first, _, _ := bytes.Cut(begin, []byte("\n"))
	best, most := ';', 0
	for _, c := range []rune{';', ',', '\t'} {
		if n := bytes.Count(first, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// A Writer writes a table row by row.
type Writer interface {
	Row(cells ...string) error
	Close() error
}

// NewCSV writes a table that Dutch and French spreadsheets open with a double
// click: semicolons, UTF-8 with a mark at the front.
func NewCSV(to io.Writer) (Writer, error) {
	if _, err := io.WriteString(to, "\ufeff"); err != nil {
		return nil, fmt.Errorf("write a table: %w", err)
	}
	w := csv.NewWriter(to)
	w.Comma, w.UseCRLF = ';', true
	return &csvWriter{w}, nil
}

type csvWriter struct{ w *csv.Writer }

func (c *csvWriter) Row(cells ...string) error {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = harmless(cell)
	}
	if err := c.w.Write(safe); err != nil {
		return fmt.Errorf("write a table: %w", err)
	}
	return nil
}

func (c *csvWriter) Close() error {
	c.w.Flush()
	return c.w.Error()
}

// harmless keeps a spreadsheet from taking what somebody typed for a formula,
// whatever space is before it and however wide its sign is written.
func harmless(cell string) string {
	if strings.IndexAny(strings.TrimLeft(cell, " \u00a0"), "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + cell
	}
	return cell
}

// NewXLSX writes a table as a workbook with one sheet, its first row in bold. All
// cells are text: a pass number is no amount.
func NewXLSX(to io.Writer) (Writer, error) {
	book := excelize.NewFile()
	stream, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	return &xlsxWriter{to: to, book: book, stream: stream, bold: bold}, nil
}

type xlsxWriter struct {
	to     io.Writer
	book   *excelize.File
	stream *excelize.StreamWriter
	bold   int
	rows   int
}

func (x *xlsxWriter) Row(cells ...string) error {
	x.rows++
	values := make([]any, len(cells))
	for i, c := range cells {
		values[i] = c
		if x.rows == 1 {
			values[i] = excelize.Cell{StyleID: x.bold, Value: c}
		}
	}
	at, err := excelize.CoordinatesToCellName(1, x.rows)
	if err == nil {
		err = x.stream.SetRow(at, values)
	}
	if err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	return nil
}

func (x *xlsxWriter) Close() error {
	err := x.stream.Flush()
	if err == nil {
		_, err = x.book.WriteTo(x.to)
	}
	if err := errors.Join(err, x.book.Close()); err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	return nil
}
