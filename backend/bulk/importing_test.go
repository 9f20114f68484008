package bulk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
)

const people = "person;firstName;name;dateOfBirth;inszNumber;postalCode;city;uitpasNumber;chipNumber;cardStatus;points;socialTariffUntil\n"

func importOf(rows ...string) bulk.Order {
	return bulk.Order{Kind: bulk.Import, File: strings.NewReader(people + strings.Join(rows, "\n")), Parameters: bulk.Parameters{CardSystemID: gent}}
}

func TestPeopleCardsPointsAndSocialTariffsComeIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, rows := w.run(t, admin, importOf(
		fmt.Sprintf("a;Jan;Jansen;1/2/1980;;9000;Gent;%s;04010203040506;;12;30/04/2027", number(1)),
		fmt.Sprintf("b;Mia;Maes;1990-05-06;90050600195;9000;Gent;%s;04010203040507;ACTIVE;;", number(2)),
		fmt.Sprintf("a;;;;;;;%s;04010203040508;BLOCKED;3;", number(3)),
		fmt.Sprintf(";;;;;;;%s;04010203040509;;;", number(4)),
	))
	if b.State != bulk.Done || b.Done != 4 || b.Failed != 0 {
		t.Fatalf("%+v\n%s", b, said(rows))
	}
	if rows[0].SubjectID != rows[2].SubjectID || rows[0].SubjectID == rows[1].SubjectID {
		t.Errorf("whose rows: %+v", rows)
	}
	jan := rows[0].SubjectID
	balance, err := points.Of(t.Context(), w.DB, jan)
	if err != nil || balance.Points != 15 {
		t.Errorf("%+v, %v", balance, err)
	}
	all, err := membership.OfPassholder(t.Context(), w.DB, jan, now)
	if err != nil || len(all) != 1 || all[0].SocialTariff == nil || all[0].SocialTariff.Until != period.NewDay(2027, 4, 30) {
		t.Errorf("%+v, %v", all, err)
	}
	for n, want := range map[int]card.Status{1: card.Active, 2: card.Active, 3: card.Blocked, 4: card.Stock} {
		c, err := card.ByNumber(t.Context(), w.DB, number(n))
		if err != nil || c.Status != want || c.Chip == "" || (n != 4) != (c.PassholderID == rows[0].SubjectID || c.PassholderID == rows[1].SubjectID) {
			t.Errorf("%+v, %v", c, err)
		}
	}
	mia, err := passholder.ByIDs(t.Context(), w.DB, w.Ring, rowsIDs(rows[1:2]), true)
	if err != nil || mia[rows[1].SubjectID].INSZ.Reveal() != "90050600195" || mia[rows[1].SubjectID].Name != "Maes" {
		t.Errorf("%+v, %v", mia, err)
	}
	if n := w.count(t, `SELECT count(*) FROM bulk_row WHERE input IS NOT NULL`); n != 0 {
		t.Errorf("%d rows are kept", n)
	}
	if n := w.count(t, `SELECT count(*) FROM audit WHERE action IN ('bulk.started', 'bulk.finished', 'passholder.imported')`); n != 4 {
		t.Errorf("%d entries in the audit log", n)
	}
}

func TestTheSameFileAgainChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := []string{
		fmt.Sprintf("a;Jan;Jansen;1980-02-01;;9000;Gent;%s;;;12;", number(1)),
		fmt.Sprintf("b;Mia;Maes;1990-05-06;90050600195;9000;Gent;%s;;;4;", number(2)),
		"c;Piet;Pot;1991-05-06;91050600218;9000;Gent;;;;7;",
	}
	if b, rows := w.run(t, admin, importOf(file...)); b.Failed != 0 {
		t.Fatal(said(rows))
	}
	_, rows := w.run(t, admin, importOf(file...))
	if got := said(rows); got != "2:SKIPPED:import-card-known 3:SKIPPED:import-card-known 4:SKIPPED:import-person-known" {
		t.Error(got)
	}
	if n := w.count(t, `SELECT sum(posted_in) FROM account`); n != 23 {
		t.Errorf("%d points", n)
	}
}

func TestEachRowSaysWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct{ row, want string }{
		{fmt.Sprintf("g;Jan;Jansen;1980-02-01;;9000;Gent;%s;04010203040506;;;", number(1)), "DONE"},
		{"1;Jan;Jansens;1980-02-01;;9000;Gent;123;;;;", "FAILED:invalid-uitpasnumber"},
		{fmt.Sprintf("2;Jan;Jansens;1980-02-01;;9000;Gent;%s;;;;", number(1)), "FAILED:import-number-twice"},
		{fmt.Sprintf("3;Jan;Jansens;1980-02-01;;9000;Gent;%s;04010203040506;;;", number(3)), "FAILED:import-chip-twice"},
		{"4;Jan;Jansens;1980-02-30;;9000;Gent;;;;;", "FAILED:bulk-value"},
		{"5;Jan;Jansens;1980-02-01;;9000;Brussel;;;;;", "FAILED:invalid-city"},
		{"6;Jan;Jansens;1980-02-01;90050600152;9000;Gent;;;;;", "FAILED:invalid-insz-number"},
		{"7;Jan;;1980-02-01;;9000;Gent;;;;;", "FAILED:value-required"},
		{fmt.Sprintf("7;;;;;;;%s;;;;", number(7)), "FAILED:import-person-failed"},
		{fmt.Sprintf("8;;;;;;;%s;;;;", number(8)), "FAILED:import-no-person"},
		{";;;;;;;;;;5;", "FAILED:import-no-person"},
		{fmt.Sprintf("9;Jan;Jansens;1980-02-01;;9000;Gent;%s;;STOCK;;", number(9)), "FAILED:card-holder-invalid"},
		{fmt.Sprintf(";;;;;;;%s;;ACTIVE;;", number(10)), "FAILED:card-holder-invalid"},
		{fmt.Sprintf("g;;;;;;;%s;;;;", number(11)), "FAILED:card-other-active"},
		{fmt.Sprintf("12;Ann;Peeters A;1983-03-02;;9000;Gent;%s;;;;", number(12)), "FAILED:import-person-double"},
		{fmt.Sprintf("13;Jan;Jansens;1980-02-01;;9000;Gent;%s;;;;", number(900)), "FAILED:import-number-taken"},
		{"14;An;Een;1990-05-06;90050600195;9000;Gent;;;;1;", "DONE"},
		{"15;An;Twee;1990-05-06;90050600195;9000;Gent;;;;;", "FAILED:import-insz-twice"},
		{"16;Els;Vos;1991-01-01;;9000;Gent;;;;;2026-12-31", "DONE"},
		{"16;;;;;;;;;;;2026-11-30", "FAILED:import-socialtariff-overlap"},
	}
	var lines, want []string
	for i, tt := range tests {
		lines, want = append(lines, tt.row), append(want, fmt.Sprintf("%d:%s", i+2, tt.want))
	}
	// The rows about one person stand or fall together, where the database has to say no.
	want[18] = "20:FAILED:import-socialtariff-overlap"
	b, rows := w.run(t, admin, importOf(lines...))
	got := strings.Fields(said(rows))
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s: %s, want %s", tests[i].row, got[i], want[i])
		}
	}
	if b.State != bulk.Done || b.Failed != 18 {
		t.Errorf("%+v", b)
	}
}

func TestADryRunSaysTheSameAndDoesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := []string{
		fmt.Sprintf("a;Jan;Jansen;1980-02-01;;9000;Gent;%s;;;12;", number(1)),
		fmt.Sprintf("a;;;;;;;%s;;BLOCKED;;", number(2)),
		fmt.Sprintf("b;Jan;Jansen;1980-02-30;;9000;Gent;%s;;;12;", number(3)),
		"c;Els;Vos;1991-01-01;;9000;Gent;;;;;2026-12-31", "c;;;;;;;;;;;2026-11-30",
	}
	before := w.count(t, `SELECT (SELECT count(*) FROM passholder) + (SELECT count(*) FROM card) + (SELECT count(*) FROM transfer) + (SELECT count(*) FROM consent)`)
	dry := importOf(file...)
	dry.DryRun = true
	_, would := w.run(t, admin, dry)
	after := w.count(t, `SELECT (SELECT count(*) FROM passholder) + (SELECT count(*) FROM card) + (SELECT count(*) FROM transfer) + (SELECT count(*) FROM consent)`)
	if before != after {
		t.Errorf("%d rows were written", after-before)
	}
	_, did := w.run(t, admin, importOf(file...))
	if said(would) != said(did) {
		t.Errorf("said %s\ndid  %s", said(would), said(did))
	}
}

func TestAFileMustHaveColumnsThatAreKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for file, want := range map[string]string{
		"uitpasNumber;shoeSize\n1;2":                "invalid: bulk-column",
		"uitpasNumber;UITPASNUMBER\n1;2":            "invalid: bulk-column",
		"chipNumber\n1":                             "invalid: bulk-no-column",
		"firstName;name;uitpasNumber\nJan;Jansen;1": "invalid: bulk-no-column",
		"":             "invalid: file-empty",
		"uitpasNumber": "invalid: bulk-nobody",
	} {
		_, err := w.Start(t.Context(), admin, "k", bulk.Order{Kind: bulk.Import, File: strings.NewReader(file), Parameters: bulk.Parameters{CardSystemID: gent}})
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", file, err, want)
		}
	}
}

func TestANamesakeIsADoubleOnTheSameBirthdayOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := "firstName,name,dateOfBirth,postalCode,city\nAnn,Peeters A,1983-03-02,9000,Gent\nAnn,Peeters A,1990-05-05,9000,Gent\n"
	_, rows := w.run(t, admin, bulk.Order{Kind: bulk.Import, File: strings.NewReader(file), Parameters: bulk.Parameters{CardSystemID: gent}})
	if got := said(rows); got != "2:FAILED:import-person-double 3:DONE" {
		t.Error(got)
	}
}
