package card_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/rights"
)

func TestWhatIsWrongWithALineIsSaidOfTheLine(t *testing.T) {
	t.Parallel()
	s := depot(t)
	first := "\ufeff\"chip\";\"number\"\r\n" +
		"\"04784CDAEE3880\";\"0900000095902\"\r\n" + // 2: new
		"\r\n" +
		" 04363cdaee3880 ; 0900000067513 ; A1 \n" + // 4: new, in a pack
		"\"04CEE7528E6180\";\"0900000031617\"\n" + // 5: check digit
		"\"04CEE7528E618\";\"0900000031618\"\n" + // 6: chip too short
		"\"04CEE7528E6180\"\n" + // 7: one value
		"a;b;c;d\n" + // 8: four values
		"\"04CEE7528E6180\";\"0900000095902\"\n" + // 9: number of line 2
		"\"04784CDAEE3880\";\"0900000031618\"\n" + // 10: chip of line 2
		"04ED6ACACF6180,0900010959113\n" + // 11: new, with a comma
		"04CEE7528E6180;0900000031618;" + strings.Repeat("P", 41) + "\n" + // 12: a pack of a long name
		"04CEE7528E6180;" + strings.Repeat("9", 31) + "\n" // 13: a long number, which is shown in part
	want := card.FileReport{Lines: 11, Added: 3, Packs: 1, Failed: []card.LineError{
		{Line: 5, Number: "0900000031617", Code: card.LineNumber},
		{Line: 6, Number: "0900000031618", Code: card.LineChip},
		{Line: 7, Code: card.LineUnreadable},
		{Line: 8, Code: card.LineUnreadable},
		{Line: 9, Number: "0900000095902", Code: card.LineNumberTwice},
		{Line: 10, Number: "0900000031618", Code: card.LineChipTwice},
		{Line: 12, Number: "0900000031618", Code: card.LineUnreadable},
		{Line: 13, Number: strings.Repeat("9", 30), Code: card.LineNumber},
	}}
	got, err := s.Import(t.Context(), regional, 1, strings.NewReader(first), true)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("for show: %v\n%s", err, diff)
	}
	if n := cards(t, s); n != 0 {
		t.Errorf("a dry run left %d cards", n)
	}
	if got, err := s.Import(t.Context(), regional, 1, strings.NewReader(first), false); cmp.Diff(want, got) != "" || err != nil {
		t.Errorf("for real: %+v, %v", got, err)
	}
	second := "04784CDAEE3880;0900000095902\n" + // there already
		"04CEE7528E6180;0900000067513\n" + // number of another
		"04363CDAEE3880;0900000031618\n" + // chip of another
		"04CEE7528E6181;0900000074519\n" // new
	got, err = s.Import(t.Context(), regional, 1, strings.NewReader(second), false)
	want = card.FileReport{Lines: 4, Added: 1, Known: 1, Failed: []card.LineError{
		{Line: 2, Number: "0900000067513", Code: card.LineNumberTaken}, {Line: 3, Number: "0900000031618", Code: card.LineChipTaken},
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("the next file: %v\n%s", err, diff)
	}
	c, err := card.ByNumber(t.Context(), s.DB, "0900000067513")
	if err != nil || c.Pack != "A1" || c.Status != card.Stock || c.Chip != "04363CDAEE3880" || c.StatusReason != card.Imported || c.CardSystemID != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

func cards(t testing.TB, s *card.Service) int {
	t.Helper()
	var n int
	if err := s.DB.QueryRow(t.Context(), `SELECT count(*) FROM card`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatIsNoFileOfCards(t *testing.T) {
	t.Parallel()
	s := depot(t)
	for _, file := range []string{"", "\n \n", "chip;number\n", strings.Repeat("x", 200_000)} {
		if _, err := s.Import(t.Context(), regional, 1, strings.NewReader(file), false); !errors.Is(err, card.ErrFile) {
			t.Errorf("%.10q: %v", file, err)
		}
	}
	line := "04784CDAEE3880;0900000095902\n"
	if _, err := s.Import(t.Context(), library, 1, strings.NewReader(line), true); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("by a counter: %v", err)
	}
	if _, err := s.Import(t.Context(), regional, 2, strings.NewReader(line), true); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("for another card system: %v", err)
	}
}

func TestOfEightImportsOfOneFileEachCardIsAddedOnce(t *testing.T) {
	t.Parallel()
	s := depot(t)
	file := supplierFile(t, 500)
	added := make([]int, 8)
	errs := eight(func(i int) error {
		got, err := s.Import(t.Context(), regional, 1, strings.NewReader(file), false)
		added[i] = got.Added
		if err == nil && (got.Added+got.Known != 500 || len(got.Failed) != 0) {
			err = fmt.Errorf("%d new, %d known, %d failed", got.Added, got.Known, len(got.Failed))
		}
		return err
	})
	sum := 0
	for _, n := range added {
		sum += n
	}
	if err := errors.Join(errs...); err != nil || sum != 500 || cards(t, s) != 500 {
		t.Errorf("%d were added: %v", sum, err)
	}
}

// supplierFile lists n cards, in packs of fifty.
func supplierFile(tb testing.TB, n int) string {
	tb.Helper()
	var file strings.Builder
	for i := range n {
		number, err := card.NewNumber(fmt.Sprintf("09002%06d", i), i%5 == 4)
		if err != nil {
			tb.Fatal(err)
		}
		fmt.Fprintf(&file, "\"04%012X\";\"%s\";\"P%d\"\n", i, number, i/50)
	}
	return file.String()
}

// BenchmarkImport puts an import of 100,000 cards beside a bare COPY of the same
// rows: the import is to do at least a tenth of its rows a second.
func BenchmarkImport(b *testing.B) {
	const n = 100_000
	s := depot(b)
	file := supplierFile(b, n)
	clear := func() {
		if _, err := s.DB.Exec(b.Context(), `TRUNCATE card CASCADE`); err != nil {
			b.Fatal(err)
		}
	}
	var importing, copying time.Duration
	for b.Loop() {
		clear()
		began := time.Now()
		got, err := s.Import(b.Context(), regional, 1, strings.NewReader(file), false)
		importing += time.Since(began)
		if err != nil || got.Added != n {
			b.Fatal(got.Added, err)
		}
		clear()
		rows := make([][]any, n)
		for i := range rows {
			number, _ := card.NewNumber(fmt.Sprintf("09002%06d", i), i%5 == 4)
			rows[i] = []any{db.NewID(), 1, string(number), card.Chip(fmt.Sprintf("04%012X", i)).Bytes(), "NFC_CARD", "STOCK", now, fmt.Sprint("P", i/50)}
		}
		began = time.Now()
		_, err = s.DB.CopyFrom(b.Context(), "card",
			[]string{"id", "card_system_id", "uitpas_number", "chip", "card_type", "status", "status_at", "pack"}, pgx.CopyFromRows(rows))
		copying += time.Since(began)
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*n)/importing.Seconds(), "cards/s")
	b.ReportMetric(copying.Seconds()/importing.Seconds(), "ofCopy")
}
