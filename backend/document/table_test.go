package document_test

import (
	"bytes"
	"errors"
	"fmt"
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
