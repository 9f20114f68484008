package web_test

import (
	"context"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/web/webtest"
)

func TestMain(m *testing.M) {
	flag.Parse()
	switch only := flag.Lookup("test.run").Value.String() + flag.Lookup("test.skip").Value.String(); {
	case only == "":
		dbtest.Main(m, everyDocumentedErrorWasAnswered)
	case only == "Conformance" && os.Getenv("OPENBALIE_CONTRACT") != "":
		dbtest.Main(m, everyOperationConforms)
	default:
		dbtest.Main(m)
	}
}

// Activities and passes of the public test data set.
const (
	permanent     = "5a0967f9-cc06-4c3c-9206-30481a767434" // a point a week
	elsewhere     = "373d6cee-b4ae-4637-9b7c-eeb79e45f044" // another organizer's
	regular       = "0900000095902"
	regularChip   = "04784CDAEE3880"
	regularINSZ   = "83030201540"
	socialTariff  = "0900000067513"
	expiredTariff = "0900000031618"
	blocked       = "0900000002312"
	unregistered  = "0900000074519"
	groupPass     = "0900000045410"
	wrongDigit    = "0900000095903"
	unknownNumber = "0930000390706"
	publiq        = "https://api.publiq.be/probs/"
)

// addActivity gives the test organizer something to do.
func addActivity(t *testing.T, s *webtest.Stand, a activity.Activity) string {
	t.Helper()
	a.ID, a.OrganizerID, a.TimeZone = db.NewID().String(), sandbox.TestOrganizer, "Europe/Brussels"
	if a.Title == "" {
		a.Title = t.Name()
	}
	if a.Limit == (activity.Limit{}) {
		a.Limit = activity.Limit{Volume: 1, Period: period.Daily}
	}
	err := db.InTx(context.Background(), s.DB, func(tx *db.Tx) error { return activity.Add(context.Background(), tx, a) })
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

// around is an activity that takes place at a time.
func around(begin time.Time) activity.Activity {
	return activity.Activity{
		CalendarType: activity.Single, Points: 1, Margin: time.Hour,
		Calendar: activity.Calendar{Times: []activity.Time{{Begin: begin, End: begin.Add(time.Hour)}}},
	}
}

func expectStatus(t *testing.T, res *webtest.Response, want int) {
	t.Helper()
	if res.Status != want {
		t.Fatalf("status %d, want %d: %s", res.Status, want, res.Body)
	}
}

func expectProblem(t *testing.T, res *webtest.Response, status int, kind string) {
	t.Helper()
	expectStatus(t, res, status)
	if got := res.Field(t, "type"); got != publiq+kind {
		t.Errorf("type %q, want %q", got, publiq+kind)
	}
}

func expectCode(t *testing.T, res *webtest.Response, status int, code string) {
	t.Helper()
	expectStatus(t, res, status)
	if got := res.Field(t, "code"); got != code {
		t.Errorf("code %q, want %q: %s", got, code, res.Body)
	}
}

func expectField(t *testing.T, res *webtest.Response, path, want string) {
	t.Helper()
	if got := res.Field(t, path); got != want {
		t.Errorf("%s is %q, want %q", path, got, want)
	}
}
