package document_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/document"
)

func read(t *testing.T, file string) (map[int][]string, error) {
	t.Helper()
	out := map[int][]string{}
	err := document.ReadTable(strings.NewReader(file), func(n int, cells []string) error {
		out[n] = append([]string{}, cells...)
		return nil
	})
	return out, err
}

func TestTablesAsOfficesWriteThem(t *testing.T) {
	t.Parallel()
	want := map[int][]string{1: {"naam", "gemeente"}, 2: {"Zoë", "Gent"}, 4: {"D'Hoey; A", "Sint-Niklaas"}}
	for name, file := range map[string]string{
		"semicolons":      "naam;gemeente\nZoë;Gent\n\n\"D'Hoey; A\";Sint-Niklaas\n",
		"commas":          "naam,gemeente\r\nZoë,Gent\r\n\r\n\"D'Hoey; A\",Sint-Niklaas\r\n",
		"tabs":            "naam\tgemeente\nZoë\t Gent \n\t\n\"D'Hoey; A\"\tSint-Niklaas",
		"a mark in front": "\ufeffnaam;gemeente\nZoë;Gent\n;\n\"D'Hoey; A\";Sint-Niklaas",
		"an old Windows":  "naam;gemeente\nZo\xeb;Gent\n\n\"D'Hoey; A\";Sint-Niklaas\n",
	} {
		got, err := read(t, file)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestAWorkbookComesBackAsWritten(t *testing.T) {
	t.Parallel()
	rows := [][]string{{"pas", "bedrag"}, {"0900000095902", "=1+1"}, {"", "é€"}}
	for name, open := range map[string]func(*bytes.Buffer) (document.Writer, error){
		"xlsx": func(b *bytes.Buffer) (document.Writer, error) { return document.NewXLSX(b) },
		"csv":  func(b *bytes.Buffer) (document.Writer, error) { return document.NewCSV(b) },
	} {
		var file bytes.Buffer
		w, err := open(&file)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if err := w.Row(r...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := read(t, file.String())
		if err != nil || got[2][0] != "0900000095902" || got[3][1] != "é€" || strings.HasPrefix(got[2][1], "=") && name == "csv" {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestNoCellOfAListIsAFormula(t *testing.T) {
	t.Parallel()
	for cell, quoted := range map[string]bool{
		"=cmd|' /C calc'!A0": true, "+32470123456": true, "-1": true, "@SUM(A1)": true, "\t=1": true, "\r=1": true, "\n=1": true,
		" =1+1": true, "\u00a0=1+1": true, "＝1+1": true, "＋1": true, "－1": true, "＠A1": true,
		"": false, "An Peeters": false, "1983-03-02": false, "a=b": false, "' OR 1": false,
	} {
		var file bytes.Buffer
		w, err := document.NewCSV(&file)
		if err == nil {
			err = errors.Join(w.Row("x", cell), w.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.ReplaceAll(strings.TrimPrefix(file.String(), "\ufeff"), ";", ","))).Read()
		if err != nil || strings.HasPrefix(rows[1], "'") != (quoted || strings.HasPrefix(cell, "'")) {
			t.Errorf("%q is written as %q, %v", cell, rows, err)
		}
	}
}

// A small file that unpacks to more than a gigabyte, beside a sheet that is sound.
func TestABombIsNotUnpacked(t *testing.T) {
	t.Parallel()
	const times = 1100
	block := make([]byte, 1<<20)
	var packed, book, file bytes.Buffer
	press, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err == nil {
		_, err = press.Write(block)
	}
	if err == nil {
		err = press.Flush() // what follows could be the same again
	}
	if err != nil {
		t.Fatal(err)
	}
	once := bytes.Clone(packed.Bytes())
	packed.Reset()
	sum := uint32(0)
	for range times {
		packed.Write(once)
		sum = crc32.Update(sum, crc32.IEEETable, block)
	}
	packed.Write([]byte{0x01, 0x00, 0x00, 0xff, 0xff}) // the last block, with nothing in it

	sheet, err := document.NewXLSX(&book)
	if err == nil {
		err = errors.Join(sheet.Row("a", "b"), sheet.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	sound, err := zip.NewReader(bytes.NewReader(book.Bytes()), int64(book.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for name, bomb := range map[string]bool{"sound": false, "bomb": true} {
		file.Reset()
		w := zip.NewWriter(&file)
		for _, f := range sound.File {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
		if bomb {
			part, err := w.CreateRaw(&zip.FileHeader{
				Name: "xl/media/image1.png", Method: zip.Deflate, CRC32: sum,
				CompressedSize64: uint64(packed.Len()), UncompressedSize64: times << 20,
			})
			if err == nil {
				_, err = part.Write(packed.Bytes())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := read(t, file.String()); errors.Is(err, document.ErrFormat) != bomb {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFilesThatAreNoTables(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file string
		want error
	}{
		"nothing":           {"", document.ErrEmpty},
		"empty rows":        {"\n;\n;\n", document.ErrEmpty},
		"a picture":         {"\x89PNG\r\n\x1a\n\x00\x00\x00", document.ErrFormat},
		"half a workbook":   {"PK\x03\x04and then nothing", document.ErrFormat},
		"more than is read": {strings.Repeat(strings.Repeat("a", 1<<20)+"\n", document.MaxTable>>20+1), document.ErrTooLarge},
	} {
		if _, err := read(t, tt.file); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func TestReadingStopsWithTheReader(t *testing.T) {
	t.Parallel()
	stop := errors.New("enough")
	err := document.ReadTable(strings.NewReader("a\nb\nc\n"), func(n int, _ []string) error {
		if n == 2 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) {
		t.Error(err)
	}
}

func FuzzReadTable(f *testing.F) {
	for _, seed := range []string{"a;b\n1;2", "\ufeffa,b", "PK\x03\x04", "\"", "a\x00b", "é\xe9"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		last := 0
		_ = document.ReadTable(strings.NewReader(file), func(n int, cells []string) error {
			if n <= last || len(cells) == 0 {
				t.Fatal(fmt.Sprint("row ", n, " after ", last))
			}
			last = n
			return nil
		})
	})
}
