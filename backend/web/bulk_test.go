package web_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/document"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

// upload sends an order with a file.
func upload(t *testing.T, c *webtest.Caller, key, order, file string) *webtest.Response {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="order"`}, "Content-Type": {"application/json"}})
	if err == nil {
		_, err = part.Write([]byte(order))
	}
	if err == nil {
		part, err = form.CreateFormFile("file", "people.csv")
	}
	if err == nil {
		_, err = part.Write([]byte(file))
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return c.With("Content-Type", form.FormDataContentType()).With("Idempotency-Key", key).Post("/api/v1/bulk", body.String())
}

// work does an order, as a job would.
func work(t *testing.T, s *webtest.Stand, id string) {
	t.Helper()
	orders := bulk.Service{DB: s.DB, Now: s.Now, Ring: s.Ring}
	if err := orders.Work(context.Background(), uuid.MustParse(id)); err != nil {
		t.Fatal(err)
	}
}

func TestPeopleOfAnotherSystemAreUploaded(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin, system := manager(t, s)
	file := "person;firstName;name;dateOfBirth;postalCode;city;uitpasNumber;points\n" +
		"1;Jan;Uitdeverte;1980-02-01;9000;Gent;0987654321001;5\n2;Jan;Uitdeverte;30/02/1980;9000;Gent;0987654321001;5\n"
	order := `{"kind":"IMPORT","cardSystemId":` + system + `}`
	taken := upload(t, admin, "one", order, file)
	expectStatus(t, taken, http.StatusAccepted)
	id := taken.Field(t, "id")
	if again := upload(t, admin, "one", order, file); again.Field(t, "id") != id {
		t.Errorf("the same upload is another order: %s", again.Body)
	}
	at := "/api/v1/bulk/" + id
	expectField(t, admin.Get(at), "state", "READY")
	work(t, s, id)
	expectField(t, admin.Get(at), "state", "DONE")
	expectField(t, admin.Get("/api/v1/bulk"), "member.0.id", id)
	rows := admin.Get(at + "/rows?state=FAILED")
	expectStatus(t, rows, http.StatusOK)
	if rows.Field(t, "member.0.message.fr") == "" {
		t.Errorf("a failure without words: %s", rows.Body)
	}
	report := admin.Get(at + "/report?language=en")
	expectStatus(t, report, http.StatusOK)
	if text := string(report.Body); !strings.HasPrefix(text, "\ufeffrow;result;code;message;") || strings.Count(text, "\n") != 3 {
		t.Error(text)
	}
	book := admin.Get(at + "/report?format=xlsx")
	if err := document.ReadTable(bytes.NewReader(book.Body), func(int, []string) error { return nil }); err != nil {
		t.Error(err)
	}
	expectCode(t, admin.Post(at+"/cancel", ""), http.StatusConflict, "bulk-finished")
	if strings.Contains(s.Log.String(), "Uitdeverte") {
		t.Error("a name is in the log")
	}
}

func TestUploadsThatCannotBeReadSaySo(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin, system := manager(t, s)
	order := `{"kind":"IMPORT","cardSystemId":` + system + `}`
	for _, tt := range []struct {
		name, order, file, code string
		status                  int
	}{
		{"a column that nobody knows", order, "uitpasNumber;shoes\n1;2\n", "bulk-column", http.StatusBadRequest},
		{"no rows", order, "uitpasNumber\n", "bulk-nobody", http.StatusBadRequest},
		{"nothing", order, "", "file-empty", http.StatusBadRequest},
		{"no table", order, "\x00\x01\x02", "file-format-unknown", http.StatusBadRequest},
		{"a field that nobody knows", `{"kind":"IMPORT","colour":1}`, "x", "unknown-field", http.StatusBadRequest},
		{"another card system", `{"kind":"IMPORT","cardSystemId":987654}`, "uitpasNumber\n1\n", "card-system-unknown", http.StatusNotFound},
		{"too large", order, strings.Repeat("x", document.MaxTable+2<<20), "file-too-large", http.StatusRequestEntityTooLarge},
	} {
		res := upload(t, admin, "k", tt.order, tt.file)
		if res.Status != tt.status && tt.code != "file-too-large" || res.Field(t, "code") != tt.code {
			t.Errorf("%s: %d %.300s", tt.name, res.Status, res.Body)
		}
	}
	expectCode(t, s.Person(t, webtest.Clerk, "").With("Idempotency-Key", "k").Post("/api/v1/bulk", order), http.StatusForbidden, "forbidden")
	expectCode(t, admin.Post("/api/v1/bulk", order), http.StatusBadRequest, "header-invalid")
	expectCode(t, admin.Get("/api/v1/bulk/"+uuid.NewString()), http.StatusNotFound, "bulk-unknown")
}

func TestAListNeedsAPurpose(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.Person(t, webtest.Coordinator, "")
	var id string
	if err := s.DB.QueryRow(t.Context(), `SELECT passholder_id FROM card WHERE uitpas_number = $1`, regular).Scan(&id); err != nil {
		t.Fatal(err)
	}
	ask := func(more string) *webtest.Response {
		return admin.With("Idempotency-Key", uuid.NewString()).Post("/api/v1/bulk", `{"kind":"EXPORT","passholderIds":["`+id+`"]`+more+`}`)
	}
	expectCode(t, ask(""), http.StatusBadRequest, "bulk-no-purpose")
	taken := ask(`,"purpose":"Jaarverslag"`)
	expectStatus(t, taken, http.StatusAccepted)
	at := "/api/v1/bulk/" + taken.Field(t, "id")
	expectCode(t, admin.Get(at+"/report"), http.StatusConflict, "bulk-unfinished")
	work(t, s, taken.Field(t, "id"))
	list := admin.Get(at + "/report")
	expectStatus(t, list, http.StatusOK)
	if !strings.Contains(string(list.Body), regular) || strings.Contains(string(list.Body), regularINSZ) {
		t.Errorf("%s", list.Body)
	}
}
