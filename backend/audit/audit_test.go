package audit_test

import (
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/who"
)

func TestAnEntrySaysWhoDidWhatFromWhere(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	by := who.Actor{Kind: who.Person, ID: "u1", Subject: "ann@openbalie.example", Counter: "desk"}
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		return audit.Record(t.Context(), tx, by, audit.Entry{
			Action: "card.blocked", SubjectKind: "card", SubjectID: "c1", Detail: map[string]any{"reason": "LOST"},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	var kind, id, counter, action, subject, detail string
	var at time.Time
	err = d.QueryRow(t.Context(), `SELECT actor_kind, actor_id, organizer_id, action, subject_kind || ' ' || subject_id, detail::text, at
		FROM audit`).Scan(&kind, &id, &counter, &action, &subject, &detail, &at)
	if err != nil || kind != "PERSON" || id != "u1" || counter != "desk" || action != "card.blocked" || subject != "card c1" ||
		detail != `{"reason": "LOST"}` || time.Since(at).Abs() > time.Minute {
		t.Errorf("%s %s %s %s %s %s %s, %v", kind, id, counter, action, subject, detail, at, err)
	}
}

func TestEntriesNeverChange(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		return audit.Record(t.Context(), tx, who.Program("test"), audit.Entry{Action: "a.b"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{`UPDATE audit SET action = 'x'`, `DELETE FROM audit`} {
		if _, err := d.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s went through", sql)
		}
	}
}

func TestOnlyPeopleReadPeople(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for _, kind := range []who.Kind{who.Person, who.Client, who.System} {
		err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
			return audit.RecordRead(t.Context(), tx, who.Actor{Kind: kind, ID: "x"}, audit.Entry{Action: "passholder.read"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := d.QueryRow(t.Context(), `SELECT count(*) FROM audit WHERE actor_kind = 'PERSON'`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d entries, %v", n, err)
	}
}
