package web_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/web"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/web/webtest"
	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/eid/training"
)

// minted lets a stand believe minted cards.
func minted(o *web.Options) {
	var all []*eidtest.Authority
	for _, g := range eidtest.Generations() {
		all = append(all, eidtest.AuthorityOf(g))
	}
	o.EID = eidcheck.Trusting(eidtest.Profile(all...))
}

// bram is the holder of the pass with the number regular, as his identity card
// has it; the family name on it is nobody's in the sample data.
func bram() eidtest.Person {
	return eidtest.Person{
		NationalNumber: regularINSZ, Name: "Vandekanarie", GivenNames: "Bram Theo", ThirdInitial: "K", Nationality: "Belg",
		BirthPlace: "Kanariedorp", Birth: "02 MAAR 1983", Sex: "M", Document: "1", Status: "0", CardNumber: "590123456789",
		IssuedBy: "Gent", From: "01.02.2024", Until: "01.02.2034", Street: "Kanariestraat 5", PostalCode: "9000", Municipality: "Gent",
	}
}

func cardOf(g eidtest.Generation, p eidtest.Person) eid.Files {
	return eidtest.Mint(g, p, rand.New(rand.NewPCG(1, uint64(g)))).Want() //nolint:gosec // the same cards each time
}

// eidBody is the request with the files that there are.
func eidBody(f eid.Files) string {
	files := map[string]string{}
	for name, content := range map[string][]byte{
		"identity": f.Identity, "identitySignature": f.IdentitySignature, "address": f.Address,
		"addressSignature": f.AddressSignature, "picture": f.Picture, "certificate": f.Certificate,
	} {
		if content != nil {
			files[name] = base64.StdEncoding.EncodeToString(content)
		}
	}
	text, _ := json.Marshal(map[string]any{"files": files})
	return string(text)
}

func TestAnEIDIsProvedAndFindsItsHolder(t *testing.T) {
	t.Parallel()
	s := webtest.New(t, minted)
	clerk := s.Person(t, webtest.Clerk, "")
	holder := identify(clerk, regular, "TYPED").Field(t, "passholderId")
	for _, g := range eidtest.Generations() {
		res := clerk.Post("/api/v1/eid-reads", eidBody(cardOf(g, bram())))
		expectStatus(t, res, http.StatusOK)
		for path, want := range map[string]string{
			"verdict.verified": "true", "verdict.authentic": "true", "verdict.code": "verified",
			"verdict.findings.0.check": "identity", "verdict.findings.0.code": "passed",
			"verdict.findings.0.message.en": "The signature of the identity is right.",
			"identity.lastName":             "Vandekanarie", "identity.firstNames": "Bram Theo", "identity.thirdInitial": "K",
			"identity.dateOfBirth": `{"day":2,"month":3,"year":1983}`, "identity.gender": "MALE",
			"identity.nationalNumber": "83.03.02-•••.••", "identity.cardNumber": "••••••••••89",
			"identity.documentType.code": "1", "identity.documentType.name.nl": "Identiteitskaart",
			"identity.validUntil": "2034-02-01", "address.city": "Gent", "picture.proved": "true",
			"nationalNumberValid": "true", "passholder.id": holder,
			"passholder.differences.0": "name",
		} {
			expectField(t, res, path, want)
		}
		if strings.Contains(string(res.Body), regularINSZ) || strings.Contains(string(res.Body), "590123456789") {
			t.Errorf("%s: the answer holds a number in full", g)
		}
	}
	if n := s.Count(t, `SELECT count(*) FROM audit WHERE action = 'eid.read' AND subject_id = $1`, holder); n != 4 {
		t.Errorf("four reads left %d entries in the audit log", n)
	}
}

func TestAnEIDThatCannotBeProvedIsShownWithTheReason(t *testing.T) {
	t.Parallel()
	s := webtest.New(t, minted)
	clerk := s.Person(t, webtest.Clerk, "")
	other := bram()
	other.NationalNumber, other.Name = "85073003328", "Vandemerel"
	for name, tt := range map[string]struct {
		change func(f *eid.Files)
		code   string
		part   string // of the message in English
	}{
		"a changed name":     {func(f *eid.Files) { f.Identity = bytes.Replace(f.Identity, []byte("Theo"), []byte("Thea"), 1) }, "signature-wrong", "identity"},
		"a changed street":   {func(f *eid.Files) { f.Address = bytes.Replace(f.Address, []byte("Kana"), []byte("Mere"), 1) }, "signature-wrong", "address"},
		"another picture":    {func(f *eid.Files) { f.Picture[len(f.Picture)/2] ^= 1 }, "picture-differs", "photo"},
		"files of two cards": {func(f *eid.Files) { f.Identity = cardOf(eidtest.V18, other).Identity }, "signature-wrong", "identity"},
		"no signature":       {func(f *eid.Files) { f.IdentitySignature = nil }, "signature-missing", "identity"},
		"no certificate":     {func(f *eid.Files) { f.Certificate = nil }, "certificate-missing", "certificate"},
		"rubbish for one":    {func(f *eid.Files) { f.Certificate = []byte("rubbish") }, "certificate-broken", "certificate"},
		"rubbish everywhere": {func(f *eid.Files) {
			*f = eid.Files{Identity: f.Identity, Address: []byte{1, 200}, Picture: []byte("<svg>")}
		}, "unreadable", "address"},
	} {
		f := cardOf(eidtest.V18, bram())
		tt.change(&f)
		res := clerk.Post("/api/v1/eid-reads", eidBody(f))
		expectStatus(t, res, http.StatusOK)
		expectField(t, res, "verdict.verified", "false")
		expectField(t, res, "verdict.code", tt.code)
		if got := res.Field(t, "verdict.message.en"); !strings.Contains(got, tt.part) {
			t.Errorf("%s: %q", name, got)
		}
		if res.Field(t, "identity.lastName") == "" {
			t.Errorf("%s: the name is hidden", name)
		}
		if url := res.Field(t, "picture.url"); (url == "") != (name == "rubbish everywhere") {
			t.Errorf("%s: picture %.40q", name, url)
		}
	}
}

// Specimens and forgeries are signed too, by whoever made them.
func TestACardOfAnotherSignerIsNotSaidToBeSignedByTheRegister(t *testing.T) {
	t.Parallel()
	s := webtest.New(t, func(o *web.Options) {
		o.EID = eidcheck.Trusting(eidtest.Profile(eidtest.AuthorityOf(eidtest.V18)))
	})
	clerk := s.Person(t, webtest.Clerk, "")
	res := clerk.Post("/api/v1/eid-reads", eidBody(cardOf(eidtest.V17, bram())))
	expectStatus(t, res, http.StatusOK)
	expectField(t, res, "verdict.authentic", "false")
	expectField(t, res, "verdict.code", "issuer-unknown")
	expectField(t, res, "verdict.findings.0.result", "passed")
	for i := range eid.Checks() {
		for _, language := range []string{"nl", "fr", "de", "en"} {
			said := res.Field(t, fmt.Sprintf("verdict.findings.%d.message.%s", i, language))
			if i < 2 && slices.ContainsFunc([]string{"Regist", "regist"}, func(word string) bool { return strings.Contains(said, word) }) {
				t.Errorf("%s", said)
			}
		}
	}
}

// The cards of openbalie-bridge simulate, as the sandbox judges them.
func TestEveryTrainingCardIsJudgedInTheSandbox(t *testing.T) {
	t.Parallel()
	s := webtest.New(t, func(o *web.Options) { o.EID = eidcheck.Trusting(training.Profile()) })
	clerk := s.Person(t, webtest.Clerk, "")
	shown := map[string]eid.Reason{training.Forged: eid.SignatureWrong, training.Ancient: eid.CardExpired}
	for _, c := range training.Cards() {
		if c.Inactive {
			continue
		}
		res := clerk.Post("/api/v1/eid-reads", eidBody(c.Files))
		expectStatus(t, res, http.StatusOK)
		want := "verified"
		if why := shown[c.ID]; why != "" {
			want = string(why)
		}
		if got := res.Field(t, "verdict.code"); got != want {
			t.Errorf("%s: %s, want %s", c.ID, got, want)
		}
		holder := slices.Contains([]string{training.Regular, training.Older, training.Moved}, c.ID)
		if found := res.Field(t, "passholder.id") != ""; found != holder {
			t.Errorf("%s: found a passholder: %t", c.ID, found)
		}
	}
}

func TestARequestThatIsNoEIDReadIsRefused(t *testing.T) {
	t.Parallel()
	s := webtest.New(t, minted)
	clerk := s.Person(t, webtest.Clerk, "")
	good := eidBody(cardOf(eidtest.V18, bram()))
	for name, tt := range map[string]struct {
		body   string
		status int
		code   string
		at     string
	}{
		"nothing":             {" ", 400, "body-missing", ""},
		"no files":            {"{}", 400, "body-invalid-data", "/files/identity"},
		"no identity":         {`{"files":{"address":"AA=="}}`, 400, "body-invalid-data", "/files/identity"},
		"an unknown field":    {strings.Replace(good, "{", `{"verified":true,`, 1), 400, "unknown-field", "/verified"},
		"an unknown file":     {`{"files":{"identity":"AA==","name":"x"}}`, 400, "unknown-field", "/files/name"},
		"no base64":           {`{"files":{"identity":"?"}}`, 400, "body-invalid-data", "/files/identity"},
		"a number for a file": {`{"files":{"identity":4031}}`, 400, "body-invalid-data", "/files/identity"},
		"too long an address": {`{"files":{"identity":"AQEx","address":"` + strings.Repeat("A", 2052) + `"}}`, 400, "body-invalid-data", "/files/address"},
		"too much":            {`{"files":{"identity":"` + strings.Repeat("A", 64<<10) + `"}}`, 413, "body-too-large", ""},
		"an empty card":       {`{"files":{"identity":"AAAAAAAA"}}`, 400, "eid-unreadable", ""},
		"no card":             {`{"files":{"identity":"` + base64.StdEncoding.EncodeToString([]byte("\x07\x40cut off")) + `"}}`, 400, "eid-unreadable", ""},
	} {
		res := clerk.Post("/api/v1/eid-reads", tt.body)
		expectCode(t, res, tt.status, tt.code)
		if at := res.Field(t, "errors.0.pointer"); at != tt.at {
			t.Errorf("%s: at %q, want %q", name, at, tt.at)
		}
		if res.Field(t, "endUserMessage.de") == "" {
			t.Errorf("%s: no message", name)
		}
	}
	expectCode(t, clerk.With("Content-Type", "text/plain").Post("/api/v1/eid-reads", good), http.StatusUnsupportedMediaType, "unsupported-media-type")
	if n := s.Count(t, `SELECT count(*) FROM eid_read`); n != 0 {
		t.Errorf("%d refused reads are kept", n)
	}
	coordinator := s.Person(t, webtest.Coordinator, "")
	s.StopClock()
	for range 20 {
		expectStatus(t, coordinator.Post("/api/v1/eid-reads", good), http.StatusOK)
	}
	expectCode(t, coordinator.Post("/api/v1/eid-reads", good), http.StatusTooManyRequests, "rate-limited")
	expectCode(t, identify(coordinator, regularINSZ, "TYPED"), http.StatusTooManyRequests, "rate-limited")
}

func TestEveryFindingHasItsWordsAndIsInTheContract(t *testing.T) {
	t.Parallel()
	own, _ := webtest.Documents(t)
	codes := []string{"verified", "passed"}
	for _, r := range eid.Reasons() {
		codes = append(codes, string(r))
		if _, ok := bind.MessageOf("eid-"+string(r), nil); !ok {
			t.Errorf("%s has no text", r)
		}
	}
	finding := enumsOf(own, "check")
	for _, c := range eid.Checks() {
		if _, ok := bind.MessageOf("eid-passed-"+string(c), nil); !ok {
			t.Errorf("a check of %s that passed has no text", c)
		}
		if !slices.Contains(finding, string(c)) {
			t.Errorf("the check of %s is not in the contract", c)
		}
	}
	if known := enumsOf(own, "code"); !slices.Equal(known, codes) {
		t.Errorf("the contract has the codes %v, want %v", known, codes)
	}
}

// enumsOf are the values of a property of a finding.
func enumsOf(doc *openapi3.T, property string) []string {
	answer := doc.Paths.Find("/api/v1/eid-reads").Post.Responses.Value("200").Value.Content["application/json"].Schema.Value
	finding := answer.Properties["verdict"].Value.Properties["findings"].Value.Items.Value
	var out []string
	for _, v := range finding.Properties[property].Value.Enum {
		out = append(out, v.(string)) //nolint:forcetypeassert // they are texts
	}
	return out
}

// The canary, for identity cards: what stands on one is in no line of the log,
// in no refusal, and in no column.
func TestNothingOfAnEIDLeavesTheHouse(t *testing.T) { //nolint:paralleltest // it replaces the default logger
	s := webtest.New(t, minted)
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(s.Log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })

	person := bram()
	f := cardOf(eidtest.V18, person)
	secrets := []string{
		regularINSZ, "83.03.02-015.40", person.Name, "VANDEKANARIE", person.BirthPlace, person.Street, person.CardNumber,
	}
	for _, content := range [][]byte{f.Identity, f.Address, f.Picture, f.IdentitySignature, f.Certificate} {
		text := base64.StdEncoding.EncodeToString(content)
		secrets = append(secrets, text[60:100])
	}
	clerk := s.Person(t, webtest.Clerk, "")
	good := eidBody(f)
	wrong := f
	wrong.IdentitySignature = nil
	id := clerk.Post("/api/v1/eid-reads", good).Field(t, "id")
	refusals := []*webtest.Response{
		clerk.Post("/api/v1/eid-reads", good[:len(good)-3]),
		clerk.Post("/api/v1/eid-reads", strings.Replace(good, `"files"`, `"name":"`+person.Name+`","files"`, 1)),
		clerk.Post("/api/v1/eid-reads", strings.Replace(good, `"address":"`, `"address":"?`, 1)),
		clerk.Post("/api/v1/eid-reads", `{"files":"`+regularINSZ+`"}`),
		clerk.With("X-Counter", "nowhere").Post("/api/v1/eid-reads", good),
		s.Browser(t).Post("/api/v1/eid-reads", good),
	}
	expectStatus(t, clerk.Post("/api/v1/eid-reads", eidBody(wrong)), http.StatusOK)
	if id == "" || s.Count(t, `SELECT count(*) FROM eid_read WHERE insz_cipher IS NOT NULL`) != 2 {
		t.Fatal("the canary did not sing")
	}
	for _, table := range []string{"eid_read", "audit", "idempotency"} {
		for _, secret := range secrets {
			if n := s.Count(t, `SELECT count(*) FROM "`+table+`" AS r WHERE strpos(to_jsonb(r)::text, $1) > 0`, secret); n > 0 {
				t.Errorf("%d rows of %s hold %q", n, table, secret)
			}
		}
	}
	s.DB.Close() // from here on everything fails, and says so in the log
	refusals = append(refusals, clerk.Post("/api/v1/eid-reads", good))
	log := s.Log.String()
	for _, must := range []string{`"Request answered"`, `"Request failed"`, `eid_read`} {
		if !strings.Contains(log, must) {
			t.Errorf("the log does not hold %s: was it on?", must)
		}
	}
	for _, secret := range secrets {
		if i := strings.Index(log, secret); i >= 0 {
			t.Errorf("the log holds %q: …%s…", secret, log[max(0, i-200):min(len(log), i+100)])
		}
		for _, res := range refusals {
			if res.Status < http.StatusBadRequest {
				t.Errorf("not refused: %s", res.Body)
			}
			if strings.Contains(string(res.Body), secret) {
				t.Errorf("a refusal holds %q: %s", secret, res.Body)
			}
		}
	}
}
