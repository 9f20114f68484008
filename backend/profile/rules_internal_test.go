package profile

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/db/dbtest"
)

func TestWhatSomebodyTypedIsReadInEveryWay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]asked{
		"":                 nil,
		"  ...":            nil,
		"Peeters":          {{"", "peeters"}, {"peeters", ""}},
		"Van den Berg":     {{"", "vandenberg"}, {"vandenberg", ""}},
		"jan PEETERS":      {{"", "janpeeters"}, {"janpeeters", ""}, {"jan", "peeters"}, {"peeters", "jan"}},
		"Jan van den Berg": {{"", "janvandenberg"}, {"janvandenberg", ""}, {"jan", "vandenberg"}, {"vandenberg", "jan"}},
		"Gérard Élodie":    {{"", "gerardelodie"}, {"gerardelodie", ""}, {"gerard", "elodie"}, {"elodie", "gerard"}},
		"Jean-Luc D'Hondt": {{"", "jeanlucdhondt"}, {"jeanlucdhondt", ""}, {"jean", "lucdhondt"}, {"lucdhondt", "jean"}, {"jeanluc", "dhondt"}, {"dhondt", "jeanluc"}},
		"peeters van":      {{"", "peetersvan"}, {"peetersvan", ""}, {"peeters", "van"}, {"van", "peeters"}},
		"a b c d e f":      {{"", "abcdef"}, {"abcdef", ""}, {"a", "bcdef"}, {"bcdef", "a"}, {"ab", "cdef"}, {"cdef", "ab"}, {"abc", "def"}, {"def", "abc"}},
	} {
		if diff := cmp.Diff(want, readings(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// The database folds names for its indexes, this package folds what is typed.
func TestTheDatabaseFoldsAsWeDo(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for _, name := range []string{
		"Van den Berg", "Vandenberghe", "De Smet", "Denis", "Van", "Ben Ali", "D'Hondt", "Lefèvre", "Öztürk", "Yılmaz", "Wiśniewski", "Şahin",
		"Øster", "Łukasz", "Straße", "Ægir", "Van der Elst", "Vander", "Lea", "Dela Cruz", "van 't Hof", "Bensaïd", "Đorđević", "Œuvrard",
	} {
		var key, st, plain string
		if err := d.QueryRow(t.Context(), "SELECT name_key($1), name_stem($1), plain_text($1)", name).Scan(&key, &st, &plain); err != nil {
			t.Fatal(err)
		}
		if got := foldPattern(name); got != key || stem(got) != st || fold(name) != plain {
			t.Errorf("%s: %q %q %q here, %q %q %q there", name, got, stem(got), fold(name), key, st, plain)
		}
	}
}
