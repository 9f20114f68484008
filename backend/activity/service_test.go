package activity_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

func TestACounterListsItsOwnActivitiesByTime(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	clerk := who.Actor{Kind: who.Person, ID: "u", Subject: "clerk@openbalie.example", Counter: "desk"}
	named := func(a activity.Activity, id, organizerID string) activity.Activity {
		a.ID, a.OrganizerID, a.Points = id, organizerID, 1
		return a
	}
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		ctx := t.Context()
		for _, id := range []string{"desk", "other"} {
			if err := organizer.Add(ctx, tx, organizer.Organizer{ID: id, Name: id, AccountID: db.NewID()}); err != nil {
				return err
			}
		}
		for _, a := range []activity.Activity{
			named(always, "always", "desk"), named(lessons, "lessons", "desk"), named(concert, "concert", "desk"),
			named(pool, "pool", "desk"), named(show, "theirs", "other"),
			named(made(activity.Single, activity.Calendar{Times: []activity.Time{moment("2026-01-01 20:00", "2026-01-01 21:00")}}), "over", "desk"),
		} {
			if err := activity.Add(ctx, tx, a); err != nil {
				return err
			}
		}
		return rights.Grant(ctx, tx, who.Program("test"), who.Person, clerk.Subject, "desk", rights.Clerk)
	})
	if err != nil {
		t.Fatal(err)
	}
	s := activity.Service{DB: d, Now: func() time.Time { return at("2026-11-20 12:00") }}
	for name, tt := range map[string]struct {
		filter activity.Filter
		page   activity.Page
		want   []string
		total  int
	}{
		"today":             {activity.Filter{OrganizerID: "desk", When: activity.Today}, activity.Page{}, []string{"always"}, 1},
		"this week":         {activity.Filter{OrganizerID: "desk", When: activity.ThisWeek}, activity.Page{}, []string{"pool", "concert", "lessons", "always"}, 4},
		"the second page":   {activity.Filter{OrganizerID: "desk", When: activity.All}, activity.Page{Start: 1, Limit: 2}, []string{"concert", "lessons"}, 4},
		"beyond the end":    {activity.Filter{OrganizerID: "desk", When: activity.All}, activity.Page{Start: 9, Limit: 2}, nil, 4},
		"nothing by a word": {activity.Filter{OrganizerID: "desk", When: activity.All, Text: "zwemmen"}, activity.Page{}, nil, 0},
	} {
		got, total, err := s.List(t.Context(), clerk, tt.filter, tt.page)
		var ids []string
		for _, a := range got {
			ids = append(ids, a.ID)
		}
		if diff := cmp.Diff(tt.want, ids); err != nil || total != tt.total || diff != "" {
			t.Errorf("%s: total %d, %v (-want +got):\n%s", name, total, err, diff)
		}
	}
	if _, _, err := s.List(t.Context(), clerk, activity.Filter{OrganizerID: "other"}, activity.Page{}); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("somebody else's: %v", err)
	}
	stored(t, d)
}

// stored checks that an activity comes back as it was added, with the default
// limit of its calendar type.
func stored(t *testing.T, d *db.DB) {
	t.Helper()
	got, err := activity.ByID(t.Context(), d, "lessons")
	want := lessons
	want.ID, want.OrganizerID, want.Points, want.Limit = "lessons", "desk", 1, activity.Limit{Volume: 1, Period: period.Daily}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if pool, err := activity.ByID(context.Background(), d, "pool"); err != nil || pool.Limit.Period != period.Weekly {
		t.Errorf("the pool's limit: %+v, %v", pool.Limit, err)
	}
	if _, err := activity.ByID(t.Context(), d, "nowhere"); !errors.Is(err, activity.ErrUnknown) {
		t.Errorf("an unknown one: %v", err)
	}
}
