package bulk

import (
	"context"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/document"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// Report writes what became of every row; of an export, the list. Say spells a
// code in the reader's language. That somebody took it is in the audit log, of
// an export with everybody who is on it.
func (s *Service) Report(ctx context.Context, by who.Actor, id uuid.UUID, say func(code string, args map[string]any) string, to document.Writer) error {
	b, err := s.ofCounter(ctx, s.DB, by, id)
	if err != nil {
		return err
	}
	if b.Kind == Export {
		return s.writeList(ctx, by, b, to)
	}
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, by, b.entry(actionReported))
	})
	if err != nil {
		return err
	}
	if err := to.Row("row", "result", "code", "message", colPassholder); err != nil {
		return err
	}
	return s.eachRows(ctx, id, func(rows []Row) error {
		for _, r := range rows {
			message, person := "", ""
			if r.Code != "" {
				message = say(r.Code, r.Args)
			}
			if rehearsed := b.DryRun && b.Kind == Import; r.SubjectID != uuid.Nil && !rehearsed {
				person = r.SubjectID.String()
			}
			if err := to.Row(strconv.Itoa(r.Number), string(r.State), r.Code, message, person); err != nil {
				return err
			}
		}
		return nil
	})
}

// pageSize is how many rows a report reads at once.
const pageSize = 500

func (s *Service) eachRows(ctx context.Context, id uuid.UUID, take func([]Row) error) error {
	for last := 0; ; {
		rows, err := after(ctx, s.DB, id, last, pageSize)
		if err != nil || len(rows) == 0 {
			return err
		}
		last = rows[len(rows)-1].Number
		if err := take(rows); err != nil {
			return err
		}
	}
}

// listColumns are those of an export. Their names are those of an import, so
// that one system's list is another's.
var listColumns = []string{
	colPassholder, "firstName", "name", "dateOfBirth", "gender", colStreet, colPostalCode, colCity, colCountry, "email", "phoneNumber", "language",
	"registeredAt", colNumber, "cardSystem", "membershipStatus", "points", "socialTariffStatus", colUntil,
}

// writeList writes the people of an export, as they are now.
func (s *Service) writeList(ctx context.Context, by who.Actor, b Bulk, to document.Writer) error {
	if err := rights.Check(ctx, s.DB, by, rights.PassholdersExport, by.Counter); err != nil {
		return err
	}
	if b.State != Done {
		return ErrUnfinished
	}
	if b.DryRun {
		return ErrUnfinished
	}
	if err := to.Row(listColumns...); err != nil {
		return err
	}
	people := profile.Service{DB: s.DB, Now: s.Now, Ring: s.Ring}
	return s.eachRows(ctx, b.ID, func(rows []Row) error {
		var ids []uuid.UUID
		var entries []audit.Entry
		for _, r := range rows {
			if r.State == RowDone {
				ids = append(ids, r.SubjectID)
				entries = append(entries, audit.Entry{Action: actionExported, SubjectKind: "passholder", SubjectID: r.SubjectID.String(), Detail: map[string]any{"bulk": b.ID}})
			}
		}
		err := db.InTx(ctx, s.DB, func(tx *db.Tx) error { return audit.RecordAll(ctx, tx, by, entries) })
		if err != nil {
			return err
		}
		found, err := people.People(ctx, by, ids)
		if err != nil {
			return err
		}
		for _, p := range found {
			if err := to.Row(listRow(p)...); err != nil {
				return err
			}
		}
		return nil
	})
}

// listRow is a person on a list. The national number is never on it.
func listRow(p profile.Profile) []string {
	var numbers, systems, statuses, tariffs, untils []string
	for _, m := range p.Memberships {
		systems, statuses = append(systems, m.System.Name), append(statuses, string(m.Status))
		if m.SocialTariff != nil {
			tariffs, untils = append(tariffs, string(m.SocialTariff.Status)), append(untils, m.SocialTariff.Until.String())
		}
	}
	for _, c := range p.Cards {
		if c.Status == card.Active {
			numbers = append(numbers, string(c.Number))
		}
	}
	and := func(list []string) string { return strings.Join(list, ", ") }
	return []string{
		p.ID.String(), p.FirstName, p.Name, p.DateOfBirth.String(), string(p.Gender), p.Street, p.PostalCode, p.City, p.Country, p.Email, p.PhoneNumber,
		string(p.Language), period.DayOf(p.CreatedAt, period.Brussels()).String(), and(numbers), and(systems), and(statuses), strconv.Itoa(p.Balance.Points),
		and(tariffs), and(untils),
	}
}
