package bulk_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/document"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
)

func TestWhatAnOrderLacks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gentOnly := bulk.Parameters{CardSystemID: gent}
	with := func(change func(*bulk.Parameters)) bulk.Parameters {
		p := bulk.Parameters{CardSystemID: gent, Until: period.NewDay(2027, 4, 30)}
		change(&p)
		return p
	}
	for name, tt := range map[string]struct {
		order bulk.Order
		want  error
	}{
		"a kind that there is not":       {bulk.Order{Kind: "DELETE", Passholders: w.gent[:1]}, bulk.ErrKind},
		"an import without a file":       {bulk.Order{Kind: bulk.Import, Passholders: w.gent[:1], Parameters: gentOnly}, bulk.ErrNobody},
		"nobody":                         {bulk.Order{Kind: bulk.Renew, Parameters: gentOnly}, bulk.ErrNobody},
		"too many":                       {bulk.Order{Kind: bulk.Renew, Passholders: make([]uuid.UUID, bulk.MaxSelection+1), Parameters: gentOnly}, bulk.ErrTooMany},
		"a purpose as long as a book":    {bulk.Order{Kind: bulk.Export, Passholders: w.gent[:1], Purpose: strings.Repeat("a", 501)}, bulk.ErrParameter},
		"a reason that is no mishap":     {bulk.Order{Kind: bulk.Block, Passholders: w.gent[:1], Parameters: bulk.Parameters{Reason: card.Replaced}}, bulk.ErrParameter},
		"no reason":                      {bulk.Order{Kind: bulk.Block, Passholders: w.gent[:1]}, bulk.ErrParameter},
		"a long ground":                  {bulk.Order{Kind: bulk.Renew, Passholders: w.gent[:1], Parameters: with(func(p *bulk.Parameters) { p.Ground = strings.Repeat("a", 121) })}, bulk.ErrParameter},
		"the longest ground":             {bulk.Order{Kind: bulk.Renew, Passholders: w.gent[:1], Parameters: with(func(p *bulk.Parameters) { p.Ground = strings.Repeat("a", 120) })}, nil},
		"the longest purpose":            {bulk.Order{Kind: bulk.Export, Passholders: w.gent[:1], Purpose: strings.Repeat("a", 500)}, nil},
		"an address without a city":      {bulk.Order{Kind: bulk.Address, Passholders: w.gent[:1], Parameters: bulk.Parameters{Street: "Markt 1", PostalCode: "9000"}}, bulk.ErrParameter},
		"an address without a street":    {bulk.Order{Kind: bulk.Address, Passholders: w.gent[:1], Parameters: bulk.Parameters{City: "Gent", PostalCode: "9000"}}, bulk.ErrParameter},
		"addresses that are in the file": {bulk.Order{Kind: bulk.Address, File: strings.NewReader("uitpasNumber,street,postalCode,city\n1,a,9000,Gent")}, nil},
	} {
		if _, err := w.Start(t.Context(), admin, uuid.NewString(), tt.order); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A counter blocks the cards of its own card systems, and no others.
func TestACardOfAnotherCardSystemStaysInUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(t, func(tx *db.Tx) error {
		return card.Add(t.Context(), tx, card.Card{
			ID: db.NewID(), CardSystemID: 2, Number: number(800), Type: card.NFCCard, Status: card.Active, PassholderID: w.gent[0], StatusAt: now,
		})
	})
	_, rows := w.run(t, admin, bulk.Order{Kind: bulk.Block, Passholders: w.gent[:1], Parameters: bulk.Parameters{Reason: card.Misuse}})
	if got := said(rows); got != "1:DONE" {
		t.Error(got)
	}
	for n, want := range map[int]card.Status{900: card.Blocked, 800: card.Active, 901: card.Active} {
		if c, err := card.ByNumber(t.Context(), w.DB, number(n)); err != nil || c.Status != want {
			t.Errorf("%d is %s, %v", n, c.Status, err)
		}
	}
}

// A file names people by their number or by their pass, has columns that mean
// nothing when they have no name, and a last day for each.
func TestARowHasItsOwnLastDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := fmt.Sprintf("passholderId;;socialTariffUntil\n%s;x;30/04/2027\n%s;;46507\n%s;;later\n%s;;;too much\n", w.gent[0], w.gent[1], w.gent[2], w.gent[3])
	_, rows := w.run(t, admin, bulk.Order{
		Kind: bulk.Renew, File: strings.NewReader(file), Parameters: bulk.Parameters{CardSystemID: gent, Until: period.NewDay(2027, 6, 30)},
	})
	if got := said(rows); got != "2:DONE 3:DONE 4:FAILED:bulk-value 5:DONE" {
		t.Fatal(got)
	}
	for i, want := range []period.Day{period.NewDay(2027, 4, 30), period.NewDay(2027, 4, 30), {}, period.NewDay(2027, 6, 30)} {
		all, err := membership.OfPassholder(t.Context(), w.DB, w.gent[i], now)
		if err != nil || (all[0].SocialTariff == nil) != want.IsZero() || all[0].SocialTariff != nil && all[0].SocialTariff.Until != want {
			t.Errorf("the %dth has %+v, %v", i, all[0].SocialTariff, err)
		}
	}
}

// Each row changes one cell of a row that is fine.
func TestWhatACellMaySay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	columns := []string{
		"firstName", "name", "dateOfBirth", "postalCode", "city", "uitpasNumber", "chipNumber", "cardType", "cardStatus", "cardReason",
		"points", "socialTariffFrom", "socialTariffUntil", "gender", "language", "infoMails", "email", "registeredAt",
	}
	tests := []struct{ column, cell, want string }{
		{"name", "Jansen", "DONE"},
		{"chipNumber", "04010203040599", "FAILED:bulk-value"}, // without a number
		{"points", "1000000", "DONE"},
		{"points", "1000001", "FAILED:bulk-value"},
		{"points", "-1", "FAILED:bulk-value"},
		{"points", "x", "FAILED:bulk-value"},
		{"socialTariffUntil", "2027-04-30", "DONE"},
		{"socialTariffUntil", "100000", "FAILED:bulk-value"},
		{"dateOfBirth", "29283", "DONE"},
		{"dateOfBirth", "0", "FAILED:bulk-value"},
		{"dateOfBirth", "1980-02-01T00:00:00", "DONE"},
		{"dateOfBirth", "1.2.1980", "DONE"},
		{"dateOfBirth", "1-2-1980", "DONE"},
		{"dateOfBirth", "1980", "FAILED:bulk-value"},
		{"gender", "V", "DONE"},
		{"gender", "?", "FAILED:bulk-value"},
		{"language", "FR", "DONE"},
		{"language", "es", "FAILED:bulk-value"},
		{"infoMails", "ja", "DONE"},
		{"infoMails", "perhaps", "FAILED:bulk-value"},
		{"cardStatus", "LOST", "FAILED:bulk-value"},
		{"registeredAt", "gisteren", "FAILED:bulk-value"},
	}
	var file strings.Builder
	file.WriteString(strings.Join(columns, ";") + "\n")
	for i, tt := range tests {
		cells := map[string]string{
			"firstName": "Jan", "name": "Jansen" + string(rune('a'+i)), "dateOfBirth": "1980-02-01", "postalCode": "9000", "city": "Gent", "email": "jan@example.org",
		}
		cells[tt.column] = tt.cell
		if tt.column == "cardStatus" {
			cells["uitpasNumber"] = string(number(100 + i))
		}
		for _, c := range columns {
			file.WriteString(cells[c] + ";")
		}
		file.WriteString("\n")
	}
	_, rows := w.run(t, admin, bulk.Order{Kind: bulk.Import, File: strings.NewReader(file.String()), Parameters: bulk.Parameters{CardSystemID: gent}})
	got := strings.Fields(said(rows))
	for i, tt := range tests {
		if want := fmt.Sprintf("%d:%s", i+2, tt.want); got[i] != want {
			t.Errorf("%s %q: %s, want %s", tt.column, tt.cell, got[i], want)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM passholder WHERE name LIKE 'Jansen%' AND date_of_birth <> '1980-03-03' AND date_of_birth <> '1980-02-01'`); n != 0 {
		t.Errorf("%d birth dates were misread", n)
	}
	if n := w.count(t, `SELECT count(*) FROM consent WHERE kind = 'INFO_MAILS' AND given`); n != 1 {
		t.Errorf("%d people said yes to mails", n)
	}
}

// What came from elsewhere is put where it belongs.
func TestWhereWhatComesInBelongs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(t, func(tx *db.Tx) error {
		return card.Add(t.Context(), tx, card.Card{
			ID: db.NewID(), CardSystemID: 2, Number: number(50), Chip: "04010203040550", Type: card.NFCCard, Status: card.Stock, StatusReason: card.Imported, StatusAt: now,
		})
	})
	const header = "person;firstName;name;dateOfBirth;registeredAt;inszNumber;postalCode;city;uitpasNumber;chipNumber;cardStatus;points\n"
	first := header +
		fmt.Sprintf("a;Jan;Jansen;1980-02-01;2019-05-06;90050600195;9000;Gent;%s;04010203040501;;5\n", number(1)) +
		"b;Piet;Pot;1981-02-01;2031-01-01;;9000;Gent;;;;\n" +
		fmt.Sprintf(";;;;;;;;%s;04010203040502;LOCAL_STOCK;\n", number(2))
	if _, rows := w.run(t, admin, bulk.Order{Kind: bulk.Import, File: strings.NewReader(first), Parameters: bulk.Parameters{CardSystemID: gent}}); said(rows) != "2:DONE 3:DONE 4:DONE" {
		t.Fatal(said(rows))
	}
	if n := w.count(t, `SELECT count(*) FROM passholder WHERE name = 'Jansen' AND created_at = '2019-05-05 22:00:00+00' OR name = 'Pot' AND created_at = $1`, now); n != 2 {
		t.Errorf("%d of two were registered when they were", n)
	}
	if c, err := card.ByNumber(t.Context(), w.DB, number(2)); err != nil || c.Status != card.LocalStock || c.CounterID != "desk" {
		t.Errorf("%+v, %v", c, err)
	}
	tests := []struct{ row, want string }{
		{fmt.Sprintf(";;;;;;;;%s;04010203040509;;", number(1)), "FAILED:import-number-taken"}, // another chip
		{fmt.Sprintf(";;;;;;;;%s;04010203040501;;", number(3)), "FAILED:import-chip-taken"},
		{fmt.Sprintf(";;;;;;;;%s;04010203040550;;", number(50)), "FAILED:import-number-taken"}, // in another card system
		{fmt.Sprintf(";;;;;;;;%s;04010203040502;;", number(2)), "SKIPPED:import-card-known"},
		{fmt.Sprintf("d;Jan;Jansens;1980-02-01;;90050600195;9000;Gent;%s;;BLOCKED;", number(4)), "DONE:import-person-known"},
		{fmt.Sprintf("e;Els;Vos;1981-02-01;;;9000;Gent;%s;;LOCAL_STOCK;", number(5)), "FAILED:card-holder-invalid"},
		{fmt.Sprintf(";;;;;;;;%s;;BLOCKED;", number(6)), "FAILED:card-holder-invalid"},
		{"f;Piet;Pot;1981-02-01;;;9000;Gent;;;;", "FAILED:import-person-double"},
	}
	lines := make([]string, len(tests))
	for i, tt := range tests {
		lines[i] = tt.row
	}
	second := header + strings.Join(lines, "\n")
	_, rows := w.run(t, admin, bulk.Order{Kind: bulk.Import, File: strings.NewReader(second), Parameters: bulk.Parameters{CardSystemID: gent}})
	got := strings.Fields(said(rows))
	for i, tt := range tests {
		if want := fmt.Sprintf("%d:%s", i+2, tt.want); got[i] != want {
			t.Errorf("%s: %s, want %s", tt.row, got[i], want)
		}
	}
	third := header + "f;Piet;Pot;1981-02-01;;;9000;Gent;;;;\n"
	_, rows = w.run(t, admin, bulk.Order{Kind: bulk.Import, File: strings.NewReader(third), Parameters: bulk.Parameters{CardSystemID: gent, AddDoubles: true}})
	if said(rows) != "2:DONE" {
		t.Errorf("a double that was looked at: %s", said(rows))
	}
	jan, err := passholder.IDByINSZ(t.Context(), w.DB, w.Ring, parsed(t, "90050600195"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := points.Of(t.Context(), w.DB, jan); err != nil || b.Points != 5 {
		t.Errorf("%+v, %v", b, err)
	}
}

// A dry run of an import names nobody: who it would have made is not there.
func TestAReportNamesWhoIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	report := func(o bulk.Order) string {
		t.Helper()
		b, _ := w.run(t, admin, o)
		var out bytes.Buffer
		table, err := document.NewCSV(&out)
		if err == nil {
			err = w.Report(t.Context(), admin, b.ID, func(code string, _ map[string]any) string { return "says " + code }, table)
		}
		if err := errors.Join(err, table.Close()); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	block := bulk.Order{Kind: bulk.Block, Passholders: w.gent[:1], Parameters: bulk.Parameters{Reason: card.Misuse}}
	for name, dry := range map[string]bool{"would be blocked": true, "is blocked": false} {
		block.DryRun = dry
		if got := report(block); !strings.Contains(got, w.gent[0].String()) {
			t.Errorf("%s: %s", name, got)
		}
	}
	in := importOf(fmt.Sprintf("a;Jan;Jansen;1980-02-01;;9000;Gent;%s;;;;", number(1)))
	in.DryRun = true
	if got := report(in); !strings.HasSuffix(strings.TrimSpace(got), "2;DONE;;;") {
		t.Errorf("would come in: %s", got)
	}
	in = importOf(fmt.Sprintf("a;Jan;Jansen;1980-02-01;;9000;Gent;%s;;;;", number(1)))
	if got := report(in); strings.HasSuffix(strings.TrimSpace(got), "2;DONE;;;") {
		t.Errorf("came in: %s", got)
	}
	if got := report(block); !strings.Contains(got, "bulk-no-card-in-use;says bulk-no-card-in-use;") {
		t.Errorf("blocked twice: %s", got)
	}
}
