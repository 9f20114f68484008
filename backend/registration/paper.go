package registration

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/document"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// ErrNoDigital says that somebody has no digital pass to print.
var ErrNoDigital = fault.New(fault.Missing, "registration-no-digital-pass")

// Receipt is the receipt of a sale at the counter.
func (s *Service) Receipt(ctx context.Context, by who.Actor, id uuid.UUID, language document.Language) (document.Receipt, error) {
	var out document.Receipt
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.Check(ctx, tx, by, rights.PassholdersWrite, by.Counter); err != nil {
			return err
		}
		r, err := ByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.OrganizerID != by.Counter {
			return ErrUnknown
		}
		out, err = ReceiptOf(ctx, tx, r, language)
		return err
	})
	return out, err
}

// ReceiptOf writes the receipt of a sale, for whoever mails it.
func ReceiptOf(ctx context.Context, q db.Q, r Registration, language document.Language) (document.Receipt, error) {
	counter, err := organizer.ByID(ctx, q, r.OrganizerID)
	if err != nil {
		return document.Receipt{}, err
	}
	system, err := cardsystem.ByID(ctx, q, r.CardSystemID)
	if err != nil {
		return document.Receipt{}, err
	}
	p, err := person(ctx, q, r.PassholderID)
	if err != nil {
		return document.Receipt{}, err
	}
	return document.Receipt{
		Language: language, Number: r.ReceiptNumber(), At: r.At, Counter: counter.Name, Region: system.Name, Color: system.PrimaryColor,
		Holder: p.FirstName + " " + p.Name, Pass: string(r.Number), Lines: r.lines(language), Payment: document.Payment(r.Payment),
		Voided: !r.VoidedAt.IsZero(),
	}, nil
}

// lines are what the receipt says was paid for: the price, and what a voucher
// took off it.
func (r Registration) lines(language document.Language) []document.Line {
	text := r.Explanation.Label[string(language)]
	if text == "" {
		text = r.Explanation.Label["nl"]
	}
	without := r.Explanation.Without
	if without == nil {
		return []document.Line{{Text: text, Cents: r.Cents}}
	}
	return []document.Line{
		{Text: text, Cents: *without},
		{Text: r.Explanation.VoucherName + " " + r.Voucher, Cents: r.Cents - *without},
	}
}

// PassSheet is somebody's digital pass on paper, of a card system of the counter.
func (s *Service) PassSheet(ctx context.Context, by who.Actor, passholderID uuid.UUID, cardSystemID int, language document.Language) (document.PassSheet, error) {
	var out document.PassSheet
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.Check(ctx, tx, by, rights.PassholdersWrite, by.Counter); err != nil {
			return err
		}
		systems, err := systemsOf(ctx, tx, by)
		if err != nil {
			return err
		}
		if !slices.Contains(systems, cardSystemID) {
			return rights.ErrDenied.With("permission", string(rights.PassholdersWrite))
		}
		if out, err = PassSheetOf(ctx, tx, passholderID, cardSystemID, language); err != nil {
			return err
		}
		return audit.RecordRead(ctx, tx, by, audit.Entry{Action: passholder.ActionRead, SubjectKind: "passholder", SubjectID: passholderID.String()})
	})
	return out, err
}

// PassSheetOf writes the sheet of somebody's digital pass, for whoever mails it;
// ErrNoDigital when there is none in use.
func PassSheetOf(ctx context.Context, q db.Q, passholderID uuid.UUID, cardSystemID int, language document.Language) (document.PassSheet, error) {
	system, err := cardsystem.ByID(ctx, q, cardSystemID)
	if err != nil {
		return document.PassSheet{}, err
	}
	p, err := person(ctx, q, passholderID)
	if err != nil {
		return document.PassSheet{}, err
	}
	var b db.Batch
	var cards []card.Card
	card.QueueOf(&b, passholderID, &cards)
	if err := db.Send(ctx, q, &b); err != nil {
		return document.PassSheet{}, err
	}
	for _, c := range cards {
		if c.CardSystemID == cardSystemID && c.Type == card.Digital && c.Status == card.Active {
			return document.PassSheet{
				Language: language, Region: system.Name, Color: system.PrimaryColor, Website: system.Website,
				Holder: p.FirstName + " " + p.Name, Pass: string(c.Number),
			}, nil
		}
	}
	return document.PassSheet{}, ErrNoDigital
}

// systemsOf are the card systems of the counter.
func systemsOf(ctx context.Context, q db.Q, by who.Actor) ([]int, error) {
	o, err := organizer.ByID(ctx, q, by.Counter)
	return o.CardSystemIDs, err
}

func person(ctx context.Context, q db.Q, id uuid.UUID) (passholder.Passholder, error) {
	var b db.Batch
	var p passholder.Passholder
	passholder.QueueByID(&b, id, &p)
	return p, db.Send(ctx, q, &b)
}
