package bulk_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/bulk"
)

// The example of the documentation is a file that can be taken over.
func TestTheDocumentedFileIsTakenOver(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)```csv\n(.*?)```").FindSubmatch(text)
	if example == nil {
		t.Fatal("the documentation has no example")
	}
	w := newWorld(t)
	b, rows := w.run(t, admin, bulk.Order{Kind: bulk.Import, File: strings.NewReader(string(example[1])), Parameters: bulk.Parameters{CardSystemID: gent}})
	if got := said(rows); got != "2:DONE 3:DONE 4:DONE" || b.State != bulk.Done {
		t.Error(got, b.State)
	}
}
