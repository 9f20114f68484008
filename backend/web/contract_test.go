package web_test

import (
	"encoding/base64"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/web/api"
	"github.com/openbalie/openbalie/backend/web/uitpas"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

var parameter = regexp.MustCompile(`:(\w+)`)

// written lists the operations of a contract with the right each names.
func written(t *testing.T, doc *openapi3.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			right, ok := op.Extensions["x-right"].(string)
			if !ok || right == "" {
				t.Errorf("%s %s names no right", method, path)
			}
			out[method+" "+path] = right
		}
	}
	return out
}

func TestEveryRouteNeedsTheRightThatItsContractNames(t *testing.T) {
	t.Parallel()
	own, public := webtest.Documents(t)
	served := map[string]string{}
	for _, r := range (&api.Server{}).Routes() {
		if r.Right != "public" && r.Right != "session" && !rights.Permission(r.Right).Known() {
			t.Errorf("%s %s needs %q, which is no permission", r.Method, r.Path, r.Right)
		}
		served[r.Method+" "+parameter.ReplaceAllString(r.Path, "{$1}")] = r.Right
	}
	if diff := cmp.Diff(written(t, own), served); diff != "" {
		t.Errorf("openapi.yaml and the routes differ (-contract +routes)\n%s", diff)
	}
	served = map[string]string{}
	for _, r := range (&uitpas.Server{}).Routes() {
		served[r.Method+" "+parameter.ReplaceAllString(r.Path, "{$1}")] = r.Right
	}
	if diff := cmp.Diff(written(t, public), served); diff != "" {
		t.Errorf("uitpas.yaml and the routes differ (-contract +routes)\n%s", diff)
	}
}

func TestTheContractsDescribeWhatIsThere(t *testing.T) {
	t.Parallel()
	own, public := webtest.Documents(t)
	for _, doc := range []*openapi3.T{own, public} {
		ids := map[string]bool{}
		for path, item := range doc.Paths.Map() {
			for method, op := range item.Operations() {
				if op.Summary == "" || len(op.Tags) != 1 || op.OperationID == "" || ids[op.OperationID] {
					t.Errorf("%s %s lacks a summary, one tag or an id of its own", method, path)
				}
				ids[op.OperationID] = true
			}
		}
	}
}

// TestConformance replays the operations against the contract as publiq
// published it. OPENBALIE_CONTRACT names the file; it is not part of this
// repository.
func TestConformance(t *testing.T) {
	t.Parallel()
	file := os.Getenv("OPENBALIE_CONTRACT")
	if file == "" {
		t.Skip("OPENBALIE_CONTRACT names no published contract: make conformance CONTRACT=file.json")
	}
	s := webtest.New(t)
	program := s.Program(t).Against(file)
	asked := map[string]*webtest.Response{
		"GET /permissions":    program.Get("/permissions"),
		"GET /checkin-status": program.Get("/checkin-status?uitpasNumber=" + regular + "&eventId=" + permanent),
	}
	for _, n := range []string{regular, socialTariff, expiredTariff, groupPass, blocked, unregistered, unknownNumber, wrongDigit, regularChip, regularINSZ} {
		asked["GET /passes "+n] = program.Get("/passes?identifier=" + n)
		asked["GET /passholders "+n] = program.Get("/passholders?uitpasNumber=" + n)
	}
	for name, b := range map[string]string{
		"saved": body(permanent, regular), "again": body(permanent, regular), "nobody": body(permanent, unknownNumber), "nothing": body("nothing", regular),
		"blocked": body(permanent, blocked), "group": body(permanent, groupPass), "elsewhere": body(elsewhere, regular), "empty": "", "malformed": "{", "types": `{"eventId":1}`,
	} {
		asked["POST /checkins "+name] = program.Post("/checkins", b)
	}
	conformPeople(t, s, program, asked)
	conformMembers(t, s, program, asked)
	made := program.Post("/checkins", body(permanent, socialTariff))
	asked["DELETE /checkins"] = program.Delete("/checkins/" + made.Field(t, "id"))
	asked["DELETE /checkins again"] = program.Delete("/checkins/" + made.Field(t, "id"))
	asked["no token"] = program.With("Authorization", "").Get("/permissions")
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		res := asked[name]
		t.Logf("%3d %s", res.Status, name)
		if strings.Contains(string(res.Body), "null") {
			t.Errorf("%s answers with null: %s", name, res.Body)
		}
	}
}

// conformPeople asks for people in every way that the contract has.
func conformPeople(t *testing.T, s *webtest.Stand, program *webtest.Caller, asked map[string]*webtest.Response) {
	t.Helper()
	for _, query := range []string{
		"", "?name=Pee*&limit=5", "?firstName=a&sort[name]=desc", "?email=*example", "?address.street=*1&address.city=Gent", "?schoolId=*", "?schoolId=nowhere",
		"?organizerId=nowhere", "?dateOfBirthFrom=1980-01-01&dateOfBirthTo=1981-01-01", "?associationId=nothing", "?uitidId=x", "?inszNumber=1", "?limit=501",
	} {
		asked["GET /passholders"+query] = program.Get("/passholders" + query)
	}
	at := "/passholders/" + publicID(t, program, regular)
	for name, res := range map[string]*webtest.Response{
		"GET": program.Get(at), "GET nobody": program.Get("/passholders/nobody"), "PUT": program.Do(http.MethodPut, at, strings.Replace(update, `"id":"ignored",`, "", 1)),
		"PUT nothing": program.Do(http.MethodPut, at, ""), "DELETE": program.Delete(at),
		"GET picture": program.Get(at + "/picture"), "DELETE picture": program.Delete(at + "/picture"),
		"PUT private": program.Do(http.MethodPut, at+"/private", `{"note":"x"}`), "GET private": program.Get(at + "/private"),
		"GET school": program.Get(at + "/school"), "PUT school": program.Do(http.MethodPut, at+"/school", `{"id":"nowhere"}`), "DELETE school": program.Delete(at + "/school"),
		"GET status":       program.Get("/passholders/status/insz-numbers/" + regularINSZ),
		"GET status wrong": program.Get("/passholders/status/insz-numbers/1"),
	} {
		asked["passholder "+name] = res
	}
	addSchool(t, s, "school")
	pixel, err := base64.StdEncoding.DecodeString(onePixel)
	if err != nil {
		t.Fatal(err)
	}
	asked["passholder PUT a school"] = program.Do(http.MethodPut, at+"/school", `{"id":"school"}`)
	asked["passholder GET a school"] = program.Get(at + "/school")
	asked["passholder PUT picture"] = sendFile(t, program, at+"/picture", "file", pixel)
	asked["passholder GET a picture"] = program.Get(at + "/picture")
	asked["passholder DELETE a picture"] = program.Delete(at + "/picture")
	mayErase(t, s)
	erased := "/passholders/" + publicID(t, program, expiredTariff)
	asked["passholder DELETE for good"] = program.Delete(erased)
	asked["passholder DELETE again"] = program.Delete(erased)
}
