package card

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// Send puts a parcel on its way to a counter of the card system: all the cards
// that it asks for, or none. Social-tariff cards only go where social tariffs
// may be granted.
func (s *Service) Send(ctx context.Context, by who.Actor, p Parcel) (Shipment, error) {
	p.Note = strings.TrimSpace(p.Note)
	p.Numbers = slices.Compact(slices.Sorted(slices.Values(p.Numbers)))
	p.Packs = slices.Compact(slices.Sorted(slices.Values(p.Packs)))
	if p.Count <= 0 && len(p.Numbers) == 0 && len(p.Packs) == 0 {
		return Shipment{}, ErrNothingToSend
	}
	out, replayed, err := idempotency.Once(ctx, s.DB, by, p.IdempotencyKey, p.fingerprint(by), func(tx *db.Tx) (Shipment, error) {
		if err := s.maySend(ctx, tx, by, p); err != nil {
			return Shipment{}, err
		}
		cards, err := pick(ctx, tx, p)
		if err != nil {
			return Shipment{}, err
		}
		if err := s.fits(ctx, tx, p, cards); err != nil {
			return Shipment{}, err
		}
		return s.send(ctx, tx, by, p, cards)
	})
	out.Replayed = replayed
	return out, err
}

func (p Parcel) fingerprint(by who.Actor) []byte {
	parts := []string{
		by.Counter, strconv.Itoa(p.CardSystemID), p.CounterID, p.FromID, p.Note, strconv.Itoa(p.Count), strconv.FormatBool(p.SocialTariff),
		strconv.Itoa(len(p.Packs)),
	}
	parts = append(parts, p.Packs...)
	for _, n := range p.Numbers {
		parts = append(parts, string(n))
	}
	return idempotency.Fingerprint("shipment", parts...)
}

// fits refuses a parcel of which something was not found, or that may not go
// where it is going.
func (s *Service) fits(ctx context.Context, tx *db.Tx, p Parcel, cards []shippable) error {
	if err := complete(p, cards); err != nil {
		return err
	}
	if !slices.ContainsFunc(cards, func(c shippable) bool { return Number(c.Number).SocialTariffCard() }) {
		return nil
	}
	may, err := mayGrant(ctx, tx, p.CounterID)
	if err == nil && !may {
		err = ErrNoSocialTariff
	}
	return err
}

// send puts cards that are locked on their way.
func (s *Service) send(ctx context.Context, tx *db.Tx, by who.Actor, p Parcel, cards []shippable) (Shipment, error) {
	now := s.Now()
	out := Shipment{
		ID: db.NewID(), CardSystemID: p.CardSystemID, CounterID: p.CounterID, FromID: p.FromID, Note: p.Note,
		Cards: len(cards), Missing: len(cards), SentAt: now, SentBy: by.Key(),
	}
	if err := addShipment(ctx, tx, out); err != nil {
		return Shipment{}, err
	}
	ids := make([]uuid.UUID, len(cards))
	for i, c := range cards {
		ids[i] = c.ID
	}
	if _, err := move(ctx, tx, by, ids, Sent, NoReason, Change{CounterID: p.CounterID, ShipmentID: out.ID, At: now}); err != nil {
		return Shipment{}, err
	}
	return out, audit.Record(ctx, tx, by, shipmentEntry(ActionSent, out))
}

// maySend checks the right to send from where the parcel begins, and that it
// ends at a counter of the card system.
func (s *Service) maySend(ctx context.Context, tx *db.Tx, by who.Actor, p Parcel) error {
	need := rights.CardsWrite
	if p.FromID != "" && p.FromID == by.Counter {
		need = rights.CardsStock
	}
	if err := s.mayManage(ctx, tx, by, need, p.CardSystemID); err != nil {
		return err
	}
	to, err := organizer.ByID(ctx, tx, p.CounterID)
	if err != nil {
		return err
	}
	if !slices.Contains(to.CardSystemIDs, p.CardSystemID) || p.CounterID == p.FromID {
		return ErrCounterElsewhere
	}
	return nil
}

// complete refuses a parcel of which something was not found.
func complete(p Parcel, cards []shippable) error {
	var missing []string
	if p.Count > 0 {
		if n := p.Count - len(cards); n > 0 {
			return ErrNotInStock.With("count", n)
		}
		return nil
	}
	for _, n := range p.Numbers {
		if !slices.ContainsFunc(cards, func(c shippable) bool { return c.Number == string(n) }) {
			missing = append(missing, string(n))
		}
	}
	for _, pack := range p.Packs {
		if !slices.ContainsFunc(cards, func(c shippable) bool { return c.Pack == pack }) {
			missing = append(missing, pack)
		}
	}
	if len(missing) > 0 {
		return ErrNotInStock.With("count", len(missing)).With("first", missing[0])
	}
	return nil
}

// Receive takes a shipment into the stock of the counter: all of it, or the
// cards with these numbers. What did not come may be received later, by number.
func (s *Service) Receive(ctx context.Context, by who.Actor, id uuid.UUID, numbers ...Number) (Shipment, error) {
	var out Shipment
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.Check(ctx, tx, by, rights.CardsStock, by.Counter); err != nil {
			return err
		}
		parcel, err := lockShipment(ctx, tx, id)
		if err != nil {
			return err
		}
		first := parcel.ReceivedAt.IsZero()
		switch {
		case parcel.CounterID != by.Counter:
			return ErrShipmentUnknown
		case !parcel.RecalledAt.IsZero():
			return ErrShipmentRecalled
		case !first && len(numbers) == 0:
			return ErrShipmentReceived
		}
		ids, err := onTheWay(ctx, tx, id, numbers)
		if err != nil {
			return err
		}
		if len(numbers) > 0 && len(ids) < len(slices.Compact(slices.Sorted(slices.Values(numbers)))) {
			return ErrNotInStock.With("count", len(numbers)-len(ids))
		}
		now := s.Now()
		if _, err := move(ctx, tx, by, ids, LocalStock, NoReason, Change{CounterID: by.Counter, At: now}); err != nil {
			return err
		}
		if first {
			parcel.ReceivedAt, parcel.ReceivedBy = now, by.Key()
			if err := closeShipment(ctx, tx, parcel); err != nil {
				return err
			}
		}
		left, err := onTheWay(ctx, tx, id, nil)
		if err != nil {
			return err
		}
		out = parcel
		out.Missing = len(left)
		return audit.Record(ctx, tx, by, shipmentEntry(ActionReceived, out))
	})
	return out, err
}

// Recall calls a shipment back that was not received: its cards are where they
// came from.
func (s *Service) Recall(ctx context.Context, by who.Actor, id uuid.UUID) (Shipment, error) {
	var out Shipment
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		parcel, err := lockShipment(ctx, tx, id)
		if err != nil {
			return err
		}
		need := rights.CardsWrite
		if parcel.FromID != "" && parcel.FromID == by.Counter {
			need = rights.CardsStock
		}
		if err := s.mayManage(ctx, tx, by, need, parcel.CardSystemID); err != nil {
			return err
		}
		switch {
		case !parcel.ReceivedAt.IsZero():
			return ErrShipmentReceived
		case !parcel.RecalledAt.IsZero():
			return ErrShipmentRecalled
		}
		ids, err := onTheWay(ctx, tx, id, nil)
		if err != nil {
			return err
		}
		to, reason := Stock, Mistake
		if parcel.FromID != "" {
			to, reason = LocalStock, NoReason
		}
		now := s.Now()
		if _, err := move(ctx, tx, by, ids, to, reason, Change{CounterID: parcel.FromID, At: now}); err != nil {
			return err
		}
		parcel.RecalledAt = now
		if err := closeShipment(ctx, tx, parcel); err != nil {
			return err
		}
		out = parcel
		return audit.Record(ctx, tx, by, shipmentEntry(ActionRecalled, out))
	})
	return out, err
}

func shipmentEntry(action string, s Shipment) audit.Entry {
	return audit.Entry{
		Action: action, SubjectKind: "shipment", SubjectID: s.ID.String(),
		Detail: map[string]any{"cardSystemId": s.CardSystemID, "counterId": s.CounterID, "cards": s.Cards, "missing": s.Missing},
	}
}

// Shipments lists the parcels that the counter may see, newest first, and how
// many there are: those of its card systems for who sends, its own for others.
func (s *Service) Shipments(ctx context.Context, by who.Actor, start, limit int) ([]Shipment, int, error) {
	systemIDs, counterID, err := s.reach(ctx, s.DB, by)
	if err != nil {
		return nil, 0, err
	}
	return shipments(ctx, s.DB, systemIDs, counterID, start, limit)
}

// Stock says how many cards of each kind are where, as far as the counter may
// see, and which counters have few.
func (s *Service) Stock(ctx context.Context, by who.Actor) ([]Shelf, error) {
	systemIDs, counterID, err := s.reach(ctx, s.DB, by)
	if err != nil {
		return nil, err
	}
	lines, err := stockOf(ctx, s.DB, systemIDs, counterID)
	if err != nil {
		return nil, err
	}
	systems, err := cardsystem.ByIDs(ctx, s.DB, systemIDs...)
	if err != nil {
		return nil, err
	}
	for i, l := range lines {
		rules := systems[l.CardSystemID].Rules
		lines[i].Wanted, lines[i].Low = rules.LowStock, Low(l, rules)
	}
	return lines, nil
}

// LowStock lists the counters and kinds of which there are few.
func (s *Service) LowStock(ctx context.Context, by who.Actor) ([]Shelf, error) {
	lines, err := s.Stock(ctx, by)
	return slices.DeleteFunc(lines, func(l Shelf) bool { return !l.Low }), err
}

// reach returns the card systems whose stock by may see, and the counter to
// which that is limited for who only receives cards.
func (s *Service) reach(ctx context.Context, q db.Q, by who.Actor) (systemIDs []int, counterID string, err error) {
	if err := rights.Check(ctx, q, by, rights.CardsStock, by.Counter); err != nil {
		return nil, "", err
	}
	o, err := organizer.ByID(ctx, q, by.Counter)
	if err != nil {
		return nil, "", err
	}
	if rights.Check(ctx, q, by, rights.CardsWrite, by.Counter) != nil {
		counterID = by.Counter
	}
	return o.CardSystemIDs, counterID, nil
}

// mayManage checks a right at the counter, for one of its card systems.
func (s *Service) mayManage(ctx context.Context, q db.Q, by who.Actor, p rights.Permission, systemID int) error {
	if by.Kind == who.System {
		return nil
	}
	if err := rights.Check(ctx, q, by, p, by.Counter); err != nil {
		return err
	}
	o, err := organizer.ByID(ctx, q, by.Counter)
	if err != nil {
		return err
	}
	if !slices.Contains(o.CardSystemIDs, systemID) {
		return rights.ErrDenied.With("permission", string(p))
	}
	return nil
}

// Count writes down how many cards of a kind somebody found at the counter,
// beside how many the books have.
func (s *Service) Count(ctx context.Context, by who.Actor, c Count) (Count, error) {
	c.Note = strings.TrimSpace(c.Note)
	if c.Counted < 0 {
		return Count{}, ErrCountInvalid
	}
	fp := idempotency.Fingerprint("stock-count", by.Counter, strconv.Itoa(c.CardSystemID), strconv.FormatBool(c.SocialTariff), strconv.Itoa(c.Counted), c.Note)
	out, replayed, err := idempotency.Once(ctx, s.DB, by, c.IdempotencyKey, fp, func(tx *db.Tx) (Count, error) {
		if err := s.mayManage(ctx, tx, by, rights.CardsStock, c.CardSystemID); err != nil {
			return Count{}, err
		}
		var err error
		if c.Expected, err = local(ctx, tx, c.CardSystemID, by.Counter, c.SocialTariff); err != nil {
			return Count{}, err
		}
		c.ID, c.CounterID, c.At, c.Actor = db.NewID(), by.Counter, s.Now(), by.Key()
		if err := addCount(ctx, tx, c); err != nil {
			return Count{}, err
		}
		return c, audit.Record(ctx, tx, by, audit.Entry{
			Action: ActionCounted, SubjectKind: "stockCount", SubjectID: c.ID.String(),
			Detail: map[string]any{"expected": c.Expected, "counted": c.Counted},
		})
	})
	out.Replayed = replayed
	return out, err
}

// maxCounts is how many counts a list shows.
const maxCounts = 100

// Counts lists the newest counts at the counter.
func (s *Service) Counts(ctx context.Context, by who.Actor) ([]Count, error) {
	if err := rights.Check(ctx, s.DB, by, rights.CardsStock, by.Counter); err != nil {
		return nil, err
	}
	return counts(ctx, s.DB, by.Counter, maxCounts)
}

// Discard takes a card that nobody has out of the stock: it is lost, stolen or
// broken, or should not have been there.
func (s *Service) Discard(ctx context.Context, by who.Actor, n Number, reason Reason) error {
	if !slices.Contains(gone, reason) {
		return ErrDiscardReason
	}
	return s.inStock(ctx, by, n, Deleted, reason, ActionDiscarded)
}

// Regain takes a discarded card back into the stock of the counter.
func (s *Service) Regain(ctx context.Context, by who.Actor, n Number) error {
	return s.inStock(ctx, by, n, LocalStock, Regained, ActionRegained)
}

func (s *Service) inStock(ctx context.Context, by who.Actor, n Number, to Status, reason Reason, action string) error {
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		c, err := Lock(ctx, tx, n)
		if err != nil {
			return err
		}
		need, change := rights.CardsWrite, Change{At: s.Now()}
		if c.CounterID != "" && c.CounterID == by.Counter {
			need = rights.CardsStock
		}
		if err := s.mayManage(ctx, tx, by, need, c.CardSystemID); err != nil {
			return err
		}
		if to == LocalStock {
			change.CounterID = by.Counter
		}
		if c.Status == Blocked || c.Status == Active {
			return ErrTransition.With("status", string(c.Status))
		}
		if err := Transition(ctx, tx, by, c.ID, to, reason, change); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{Action: action, SubjectKind: "card", SubjectID: c.ID.String(), Detail: map[string]any{"reason": reason}})
	})
}
