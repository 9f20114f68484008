package protocol_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/protocol"
)

var update = flag.Bool("update", false, "write testdata/catalogue.json anew")

// table returns the cells of the table under a heading of the reference page,
// without the backquotes.
func table(t *testing.T, heading string) [][]string {
	t.Helper()
	page, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(page), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("the page has no %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var rows [][]string
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.ReplaceAll(strings.TrimSpace(cells[i]), "`", "")
		}
		rows = append(rows, cells)
	}
	return rows[1:]
}

func column(rows [][]string, n int) []string {
	var cells []string
	for _, row := range rows {
		cells = append(cells, row[n])
	}
	return cells
}

func TestThePageTellsEveryMethodAndNotification(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(protocol.Methods(), column(table(t, "What a page may ask"), 0)); diff != "" {
		t.Errorf("methods (-program +page):\n%s", diff)
	}
	if diff := cmp.Diff(protocol.Notes(), column(table(t, "What the bridge tells"), 0)); diff != "" {
		t.Errorf("notifications (-program +page):\n%s", diff)
	}
}

func TestThePageTellsEveryErrorAndCloseCode(t *testing.T) {
	t.Parallel()
	var rows [][]string
	for _, e := range protocol.Catalogue() {
		retryable := map[bool]string{true: "yes", false: "no"}[e.Data.Retryable]
		rows = append(rows, []string{strconv.Itoa(e.Code), e.Data.Name, retryable, e.Message})
	}
	if diff := cmp.Diff(rows, table(t, "Errors")); diff != "" {
		t.Errorf("errors (-program +page):\n%s", diff)
	}
	var closes [][]string
	for _, c := range protocol.CloseCodes() {
		closes = append(closes, []string{strconv.Itoa(c.Code), c.Name, c.Reason})
	}
	if diff := cmp.Diff(closes, table(t, "Why the bridge closes")); diff != "" {
		t.Errorf("close codes (-program +page):\n%s", diff)
	}
}

func TestThePageTellsTheLimits(t *testing.T) {
	t.Parallel()
	want := []string{
		fmt.Sprintf("%d bytes", protocol.MaxMessage),
		fmt.Sprintf("%d a second, %d at once", protocol.MessageRate, protocol.MessageBurst),
		strconv.Itoa(protocol.MaxReads),
		fmt.Sprintf("%d a minute, %d at once", protocol.ReadsPerMinute, protocol.ReadBurst),
		strconv.Itoa(protocol.MaxSockets),
		strconv.Itoa(protocol.MaxOriginSockets),
		fmt.Sprintf("%d, or %d bytes", protocol.QueueMessages, protocol.QueueBytes),
		fmt.Sprintf("%.0f s", protocol.WriteTimeout.Seconds()),
		fmt.Sprintf("every %.0f s", protocol.PingEvery.Seconds()),
	}
	if diff := cmp.Diff(want, column(table(t, "Limits"), 1)); diff != "" {
		t.Errorf("limits (-program +page):\n%s", diff)
	}
}

func TestThePageTellsWhatStandsOnACard(t *testing.T) {
	t.Parallel()
	var members []string
	for field := range reflect.TypeFor[protocol.Identity]().Fields() {
		name, omitted, _ := strings.Cut(field.Tag.Get("json"), ",")
		if omitted != "" {
			name += "?"
		}
		members = append(members, name)
	}
	if diff := cmp.Diff(members, column(table(t, "What stands on an identity card"), 0)); diff != "" {
		t.Errorf("members of identity (-program +page):\n%s", diff)
	}
}

func TestThePageTellsEveryCheckAndReason(t *testing.T) {
	t.Parallel()
	rows := table(t, "The verdict")
	var checks []string
	for _, c := range eid.Checks() {
		checks = append(checks, string(c))
	}
	if diff := cmp.Diff(checks, column(rows, 0)); diff != "" {
		t.Errorf("checks (-program +page):\n%s", diff)
	}
	source, err := os.ReadFile("../eid/verdict.go")
	if err != nil {
		t.Fatal(err)
	}
	var program, page []string
	for _, m := range regexp.MustCompile(`Reason = "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1) {
		program = append(program, m[1])
	}
	for _, reasons := range column(rows, 2) {
		page = append(page, strings.Split(reasons, ", ")...)
	}
	slices.Sort(program)
	slices.Sort(page)
	if diff := cmp.Diff(program, slices.Compact(page)); diff != "" {
		t.Errorf("reasons (-program +page):\n%s", diff)
	}
}

// The catalogue is also a file, so that the client's tests can compare theirs.
func TestTheCatalogueFileIsUpToDate(t *testing.T) {
	t.Parallel()
	const path = "testdata/catalogue.json"
	got, err := json.MarshalIndent(map[string]any{
		"subprotocol":   protocol.Subprotocol,
		"port":          protocol.Port,
		"methods":       protocol.Methods(),
		"notifications": protocol.Notes(),
		"errors":        protocol.Catalogue(),
		"closeCodes":    protocol.CloseCodes(),
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-file +program); -update writes it anew:\n%s", path, diff)
	}
}

func TestAFileIsToldWithEveryByteAndNoOther(t *testing.T) {
	t.Parallel()
	for _, raw := range [][]byte{{}, {0}, {0xFF, 0xD8}, bytes.Repeat([]byte{0xFB}, 3064)} {
		data := protocol.FileNote(protocol.NoteCardAddress, protocol.CardAddress{
			Seq: 7, PresentationID: "p", Address: protocol.Address{Street: `Rue de l'Église 7 "bis" }}`},
		}, raw)
		var back struct {
			Method string
			Params protocol.CardAddress
		}
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if back.Params.Raw == nil || !bytes.Equal(back.Params.Raw, raw) || back.Params.Seq != 7 || back.Method != "card.address" {
			t.Errorf("%.300s", data)
		}
		if cap(data) != len(data) {
			t.Errorf("it was copied on the way: %d of %d bytes", len(data), cap(data))
		}
	}
}

func TestNoNumberOrNameMeansTwoThings(t *testing.T) {
	t.Parallel()
	var codes []int
	var names []string
	for _, e := range protocol.Catalogue() {
		if e.Message == "" || e.Data.Hint == "" {
			t.Errorf("%s says too little", e.Data.Name)
		}
		codes, names = append(codes, e.Code), append(names, e.Data.Name)
	}
	slices.Sort(codes)
	slices.Sort(names)
	if len(slices.Compact(codes)) != len(protocol.Catalogue()) || len(slices.Compact(names)) != len(protocol.Catalogue()) {
		t.Error("a code or a name is used twice")
	}
}

func TestAnIDIsAShortNumberOrString(t *testing.T) {
	t.Parallel()
	long := `"` + strings.Repeat("a", 62) + `"`
	for id, want := range map[string]bool{
		"1": true, "0": true, "9": true, "-1": true, "1.5": true, `""`: true, `"a"`: true, long: true,
		`"a` + long[1:]: false, "true": false, "null": false, "{}": false, "[1]": false,
	} {
		r, wrong := protocol.ParseRequest([]byte(`{"jsonrpc":"2.0","id":` + id + `,"method":"ping"}`))
		if ok := wrong == nil; ok != want || string(r.ID) != id == want {
			t.Errorf("id %s is %q: %v", id, r.ID, wrong)
		}
	}
}

func TestParametersAreAnObjectOrLeftOut(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]*protocol.Error{
		"": nil, "{}": nil, `{"scope":"card.uid"}`: nil, `{"scope":"card.uid","more":[1]}`: nil,
		"null": protocol.ErrInvalidParams, "[]": protocol.ErrInvalidParams, `"card.uid"`: protocol.ErrInvalidParams,
		`{"scope":7}`: protocol.ErrInvalidParams,
	} {
		var p struct{ Scope string }
		if got := protocol.Params(json.RawMessage(raw), &p); got != want || got == nil && strings.Contains(raw, "card.uid") != (p.Scope == "card.uid") {
			t.Errorf("%s: scope %q, %v; want %v", raw, p.Scope, got, want)
		}
	}
}

func TestAnErrorIsKnownByItsCode(t *testing.T) {
	t.Parallel()
	hinted := fmt.Errorf("read: %w", protocol.ErrInvalidRequest.WithHint("Other words."))
	if !errors.Is(hinted, protocol.ErrInvalidRequest) || errors.Is(hinted, protocol.ErrParse) || errors.Is(hinted, io.EOF) {
		t.Errorf("%v is taken for another error", hinted)
	}
	if protocol.ErrInvalidRequest.Data.Hint == "Other words." || !strings.Contains(string(protocol.Failure(nil, protocol.ErrParse.WithHint("Other words."))), "Other words.") {
		t.Error("a hint does not stay with its case")
	}
}

// FuzzParseRequest checks that a page can only get back an id that is a short
// number or string, and that whatever the bridge answers is JSON.
func FuzzParseRequest(f *testing.F) {
	for _, s := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"ping"}`, `{"jsonrpc":"2.0","id":"a\u0000","method":"ping","params":{}}`,
		`[]`, `{}`, `{"id":1e999}`, `{"id":{}}`, `null`, ``, `{"jsonrpc":"2.0","id":-0,"method":"x"}`, "\xff", `{"id":1,"id":[2]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		r, wrong := protocol.ParseRequest(frame)
		if len(r.ID) > 64 {
			t.Errorf("id %s", r.ID)
		}
		answer := protocol.Result(r.ID, protocol.Nothing{})
		if wrong != nil {
			answer = protocol.Failure(r.ID, wrong)
		}
		var back struct{ ID any }
		d := json.NewDecoder(bytes.NewReader(answer))
		d.UseNumber()
		if err := d.Decode(&back); err != nil {
			t.Fatalf("%q is answered %s: %v", frame, answer, err)
		}
		switch back.ID.(type) {
		case nil, json.Number, string:
		default:
			t.Errorf("%q is answered %s", frame, answer)
		}
	})
}
