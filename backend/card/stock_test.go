package card_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// The people of the stock: the region sends, two counters receive; the shop may
// not grant social tariffs.
var (
	regional = who.Actor{Kind: who.Person, ID: "r", Subject: "region@openbalie.example", Counter: "region"}
	library  = who.Actor{Kind: who.Person, ID: "l", Subject: "library@openbalie.example", Counter: "library"}
	pool     = who.Actor{Kind: who.Person, ID: "p", Subject: "pool@openbalie.example", Counter: "pool"}
)

// depot is a card system with three counters; the shop and the museum have no
// right to register. There is another card system, of the museum alone.
func depot(t testing.TB) *card.Service {
	t.Helper()
	d := dbtest.New(t)
	s := &card.Service{DB: d, Now: func() time.Time { return now }}
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		var errs []error
		for id, name := range map[int]string{1: "Gent", 2: "Brussel"} {
			errs = append(errs, cardsystem.Add(t.Context(), tx, cardsystem.System{ID: id, Name: name, PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels"}))
		}
		for id, system := range map[string]int{"region": 1, "library": 1, "pool": 1, "shop": 1, "museum": 2} {
			errs = append(errs, organizer.Add(t.Context(), tx, organizer.Organizer{ID: id, Name: id, AccountID: db.NewID(), CardSystemIDs: []int{system}}))
		}
		for by, role := range map[who.Actor]rights.Role{regional: rights.Coordinator, library: rights.Registrar, pool: rights.Registrar} {
			errs = append(errs, rights.Grant(t.Context(), tx, who.Program("test"), who.Person, by.Subject, by.Counter, role))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fillDepot puts cards in the region's stock: packs of ten, each fifth card for a
// social tariff.
func fillDepot(t testing.TB, s *card.Service, packs int) []card.Number {
	t.Helper()
	var numbers []card.Number
	var file strings.Builder
	for i := range packs * 10 {
		n, err := card.NewNumber(fmt.Sprintf("09001%06d", i), i%5 == 4)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, n)
		fmt.Fprintf(&file, "\"04%012X\";\"%s\";\"P%d\"\n", i, n, i/10)
	}
	got, err := s.Import(t.Context(), regional, 1, strings.NewReader(file.String()), false)
	if err != nil || got.Added != packs*10 {
		t.Fatalf("imported %+v, %v", got, err)
	}
	return numbers
}

func TestAParcelTravelsFromTheRegionToACounter(t *testing.T) {
	t.Parallel()
	s := depot(t)
	numbers := fillDepot(t, s, 3)
	ctx := t.Context()

	sent, err := s.Send(ctx, regional, card.Parcel{CardSystemID: 1, CounterID: "library", Packs: []string{"P0"}, Numbers: numbers[10:12], Note: " voor maandag "})
	if err != nil || sent.Cards != 12 || sent.Missing != 12 || sent.Note != "voor maandag" {
		t.Fatalf("sent %+v, %v", sent, err)
	}
	if _, err := s.Receive(ctx, pool, sent.ID); !errors.Is(err, card.ErrShipmentUnknown) {
		t.Errorf("received by another counter: %v", err)
	}
	if _, err := s.Receive(ctx, library, sent.ID, numbers[20]); !errors.Is(err, card.ErrNotInStock) {
		t.Errorf("a card that was not in it: %v", err)
	}
	got, err := s.Receive(ctx, library, sent.ID, numbers[:10]...)
	if err != nil || got.Missing != 2 || got.ReceivedAt.IsZero() {
		t.Errorf("received %+v, %v", got, err)
	}
	if _, err := s.Receive(ctx, library, sent.ID); !errors.Is(err, card.ErrShipmentReceived) {
		t.Errorf("all of it, again: %v", err)
	}
	if _, err := s.Recall(ctx, regional, sent.ID); !errors.Is(err, card.ErrShipmentReceived) {
		t.Errorf("called back after it came: %v", err)
	}
	if got, err = s.Receive(ctx, library, sent.ID, numbers[11]); err != nil || got.Missing != 1 {
		t.Errorf("one that came later: %+v, %v", got, err)
	}
	expectShelves(t, s, regional, []card.Shelf{
		{CardSystemID: 1, InStock: 14, Wanted: 10},
		{CardSystemID: 1, SocialTariff: true, InStock: 4, Wanted: 10},
		{CardSystemID: 1, CounterID: "library", Sent: 1, Local: 9, Wanted: 10, Low: true},
		{CardSystemID: 1, CounterID: "library", SocialTariff: true, Local: 2, Wanted: 10, Low: true},
	})
	expectShelves(t, s, library, []card.Shelf{
		{CardSystemID: 1, CounterID: "library", Sent: 1, Local: 9, Wanted: 10, Low: true}, {CardSystemID: 1, CounterID: "library", SocialTariff: true, Local: 2, Wanted: 10, Low: true},
	})
	expectShelves(t, s, pool, []card.Shelf{})
	low, err := s.LowStock(ctx, regional)
	if err != nil || len(low) != 2 {
		t.Errorf("low: %v, %v", low, err)
	}
	list, total, err := s.Shipments(ctx, library, 0, 10)
	if err != nil || total != 1 || list[0].Missing != 1 || list[0].ReceivedBy != library.Key() {
		t.Errorf("listed %+v, %v", list, err)
	}
	if _, total, err := s.Shipments(ctx, pool, 0, 10); err != nil || total != 0 {
		t.Errorf("the other counter sees %d, %v", total, err)
	}
	for _, by := range []who.Actor{regional, library} {
		one, cards, err := s.Shipment(ctx, by, sent.ID)
		if err != nil || one.Missing != 1 || len(cards) != 12 || cards[9] != (card.ShippedCard{Number: numbers[9], Pack: "P0"}) || !cards[10].Missing {
			t.Errorf("%s sees %+v with %+v, %v", by.Counter, one, cards, err)
		}
	}
	if _, _, err := s.Shipment(ctx, pool, sent.ID); !errors.Is(err, card.ErrShipmentUnknown) {
		t.Errorf("the other counter sees the parcel: %v", err)
	}
}

func TestWhereCardsCanGoAndInWhatPacks(t *testing.T) {
	t.Parallel()
	s := depot(t)
	fillDepot(t, s, 2)
	to, err := s.Destinations(t.Context(), library)
	want := []card.Destination{
		{ID: "library", Name: "library", CardSystemIDs: []int{1}, SocialTariff: true},
		{ID: "pool", Name: "pool", CardSystemIDs: []int{1}, SocialTariff: true},
		{ID: "region", Name: "region", CardSystemIDs: []int{1}, SocialTariff: true},
		{ID: "shop", Name: "shop", CardSystemIDs: []int{1}},
	}
	if diff := cmp.Diff(want, to); diff != "" || err != nil {
		t.Errorf("counters: %v\n%s", err, diff)
	}
	packs, err := s.Packs(t.Context(), regional)
	wantPacks := []card.Pack{{CardSystemID: 1, Name: "P0", Cards: 10, SocialTariff: 2}, {CardSystemID: 1, Name: "P1", Cards: 10, SocialTariff: 2}}
	if diff := cmp.Diff(wantPacks, packs); diff != "" || err != nil {
		t.Errorf("packs: %v\n%s", err, diff)
	}
	if _, err := s.Packs(t.Context(), library); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("the region's packs, at a counter: %v", err)
	}
}

func expectShelves(t *testing.T, s *card.Service, by who.Actor, want []card.Shelf) {
	t.Helper()
	got, err := s.Stock(t.Context(), by)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%s sees %v\n%s", by.Counter, err, diff)
	}
}

func TestAParcelIsCalledBackOrPassedOn(t *testing.T) {
	t.Parallel()
	s := depot(t)
	numbers := fillDepot(t, s, 1)
	ctx := t.Context()

	sent, err := s.Send(ctx, regional, card.Parcel{CardSystemID: 1, CounterID: "library", Packs: []string{"P0"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Recall(ctx, library, sent.ID); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("called back by who gets it: %v", err)
	}
	if _, err := s.Recall(ctx, regional, sent.ID); err != nil {
		t.Errorf("called back: %v", err)
	}
	if _, err := s.Recall(ctx, regional, sent.ID); !errors.Is(err, card.ErrShipmentRecalled) {
		t.Errorf("called back twice: %v", err)
	}
	if _, err := s.Receive(ctx, library, sent.ID); !errors.Is(err, card.ErrShipmentRecalled) {
		t.Errorf("received after all: %v", err)
	}
	expectShelves(t, s, regional, []card.Shelf{{CardSystemID: 1, InStock: 8, Wanted: 10}, {CardSystemID: 1, SocialTariff: true, InStock: 2, Wanted: 10}})

	sent, err = s.Send(ctx, regional, card.Parcel{CardSystemID: 1, CounterID: "library", Count: 3})
	if err == nil {
		_, err = s.Receive(ctx, library, sent.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	on, err := s.Send(ctx, library, card.Parcel{CardSystemID: 1, CounterID: "pool", FromID: "library", Numbers: numbers[:2]})
	if err != nil || on.FromID != "library" || on.Cards != 2 {
		t.Errorf("passed on %+v, %v", on, err)
	}
	if _, err := s.Send(ctx, library, card.Parcel{CardSystemID: 1, CounterID: "pool", FromID: "region", Count: 1}); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("from another counter: %v", err)
	}
	if _, err := s.Send(ctx, library, card.Parcel{CardSystemID: 1, CounterID: "pool", Count: 1}); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("from the region: %v", err)
	}
	if _, err := s.Recall(ctx, library, on.ID); err != nil {
		t.Errorf("called back to the counter it came from: %v", err)
	}
	expectShelves(t, s, library, []card.Shelf{{CardSystemID: 1, CounterID: "library", Local: 3, Wanted: 10, Low: true}})
}

func TestWhatMayNotBeSent(t *testing.T) {
	t.Parallel()
	s := depot(t)
	numbers := fillDepot(t, s, 1)
	for name, tt := range map[string]struct {
		parcel card.Parcel
		err    error
	}{
		"nothing":                               {card.Parcel{CounterID: "library"}, card.ErrNothingToSend},
		"more than there are":                   {card.Parcel{CounterID: "library", Count: 9}, card.ErrNotInStock},
		"a pack that is not there":              {card.Parcel{CounterID: "library", Packs: []string{"P0", "P9"}}, card.ErrNotInStock},
		"a number that is not there":            {card.Parcel{CounterID: "library", Numbers: []card.Number{numbers[0], "0900000095902"}}, card.ErrNotInStock},
		"to nobody":                             {card.Parcel{CounterID: "nowhere", Count: 1}, organizer.ErrUnknown},
		"to another card system's counter":      {card.Parcel{CounterID: "museum", Count: 1}, card.ErrCounterElsewhere},
		"social-tariff cards to who cannot use": {card.Parcel{CounterID: "shop", Packs: []string{"P0"}}, card.ErrNoSocialTariff},
	} {
		tt.parcel.CardSystemID = 1
		if _, err := s.Send(t.Context(), regional, tt.parcel); !errors.Is(err, tt.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Send(t.Context(), regional, card.Parcel{CardSystemID: 2, CounterID: "museum", Count: 1}); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("another card system's cards: %v", err)
	}
	if _, err := s.Send(t.Context(), regional, card.Parcel{CardSystemID: 1, CounterID: "shop", Count: 8}); err != nil {
		t.Errorf("other cards to the same counter: %v", err)
	}
}

func TestAParcelIsSentOncePerKey(t *testing.T) {
	t.Parallel()
	s := depot(t)
	fillDepot(t, s, 1)
	p := card.Parcel{CardSystemID: 1, CounterID: "library", Count: 3, IdempotencyKey: "k"}
	first, err := s.Send(t.Context(), regional, p)
	if err != nil || first.Replayed {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := s.Send(t.Context(), regional, p)
	if err != nil || again.ID != first.ID || !again.Replayed {
		t.Errorf("again: %+v, %v", again, err)
	}
	p.Count = 4
	if _, err := s.Send(t.Context(), regional, p); !errors.Is(err, idempotency.ErrReused) {
		t.Errorf("the key for another parcel: %v", err)
	}
}

func TestTheDrawerIsCountedBesideTheBooks(t *testing.T) {
	t.Parallel()
	s := depot(t)
	numbers := fillDepot(t, s, 1)
	ctx := t.Context()
	sent, err := s.Send(ctx, regional, card.Parcel{CardSystemID: 1, CounterID: "library", Packs: []string{"P0"}})
	if err == nil {
		_, err = s.Receive(ctx, library, sent.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Count(ctx, library, card.Count{CardSystemID: 1, Counted: 7, Note: " één kwijt "})
	if err != nil || c.Expected != 8 || c.Counted != 7 || c.Note != "één kwijt" || c.CounterID != "library" {
		t.Errorf("counted %+v, %v", c, err)
	}
	if _, err := s.Count(ctx, library, card.Count{CardSystemID: 1, Counted: -1}); !errors.Is(err, card.ErrCountInvalid) {
		t.Errorf("fewer than none: %v", err)
	}
	if err := s.Discard(ctx, library, numbers[0], card.Lost); err != nil {
		t.Errorf("the lost one: %v", err)
	}
	if err := s.Discard(ctx, library, numbers[0], card.Lost); !errors.Is(err, card.ErrTransition) {
		t.Errorf("lost twice: %v", err)
	}
	if err := s.Discard(ctx, library, numbers[1], card.Moved); !errors.Is(err, card.ErrDiscardReason) {
		t.Errorf("a reason of people: %v", err)
	}
	if err := s.Discard(ctx, pool, numbers[1], card.Lost); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("another counter's card: %v", err)
	}
	again := card.Count{CardSystemID: 1, Counted: 7, IdempotencyKey: "k"}
	if c, err = s.Count(ctx, library, again); err != nil || c.Expected != 7 || c.Replayed {
		t.Errorf("counted again %+v, %v", c, err)
	}
	if twice, err := s.Count(ctx, library, again); err != nil || twice.ID != c.ID || !twice.At.Equal(c.At) || !twice.Replayed {
		t.Errorf("sent twice: %+v, %v; want %+v", twice, err, c)
	}
	again.Counted = 6
	if _, err := s.Count(ctx, library, again); !errors.Is(err, idempotency.ErrReused) {
		t.Errorf("the key for another count: %v", err)
	}
	if err := s.Regain(ctx, library, numbers[0]); err != nil {
		t.Errorf("found again: %v", err)
	}
	list, err := s.Counts(ctx, library)
	if err != nil || len(list) != 2 || list[0].ID != c.ID {
		t.Errorf("listed %+v, %v", list, err)
	}
	_, events, err := s.History(ctx, library, numbers[0])
	var path []card.Status
	for _, e := range events {
		path = append(path, e.To)
	}
	if want := []card.Status{card.Sent, card.LocalStock, card.Deleted, card.LocalStock}; err != nil || !slices.Equal(path, want) {
		t.Errorf("history %v, %v", path, err)
	}
	if _, _, err := s.History(ctx, who.Actor{Kind: who.Person, ID: "x", Subject: "x", Counter: "library"}, numbers[0]); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("history for nobody: %v", err)
	}
}

// eight runs work eight times at once and returns the errors.
func eight(work func(i int) error) []error {
	errs := make([]error, 8)
	done := make(chan struct{})
	for i := range errs {
		go func() {
			errs[i] = work(i)
			done <- struct{}{}
		}()
	}
	for range errs {
		<-done
	}
	return errs
}

// count tells how many of the errors are nil, and how many something else than
// the refusal that the others are to get.
func count(errs []error, refusal error) (done, other int) {
	for _, err := range errs {
		switch {
		case err == nil:
			done++
		case !errors.Is(err, refusal):
			other++
		}
	}
	return done, other
}

func TestOfEightCountersOneGetsTheCard(t *testing.T) {
	t.Parallel()
	s := region(t)
	people := make([]uuid.UUID, 8)
	for i := range people {
		people[i] = addPerson(t, s, i)
	}
	c, err := card.ByNumber(t.Context(), s.DB, "0900000074519")
	if err != nil {
		t.Fatal(err)
	}
	errs := eight(func(i int) error {
		return do(t, s, func(ctx context.Context, tx *db.Tx) error {
			return card.Transition(ctx, tx, clerk, c.ID, card.Active, card.NoReason, card.Change{PassholderID: people[i], At: now})
		})
	})
	if done, other := count(errs, card.ErrTransition); done != 1 || other != 0 {
		t.Errorf("%d got it: %v", done, errs)
	}
	events, err := card.Events(t.Context(), s.DB, c.ID)
	if err != nil || len(events) != 1 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

func TestOfEightCountersThreeGetTheLastThreeNumbers(t *testing.T) {
	t.Parallel()
	s := depot(t)
	err := do(t, s, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			cardsystem.AddRange(ctx, tx, cardsystem.NumberRange{ID: db.NewID(), CardSystemID: 1, Prefix: "09000", First: 10, Last: 11}),
			cardsystem.AddRange(ctx, tx, cardsystem.NumberRange{ID: db.NewID(), CardSystemID: 1, Prefix: "09000", First: 20, Last: 20}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	got := make([]card.Number, 8)
	errs := eight(func(i int) error {
		return do(t, s, func(ctx context.Context, tx *db.Tx) error {
			c, err := card.Issue(ctx, tx, 1, i%2 == 0, now)
			got[i] = c.Number
			return err
		})
	})
	if done, other := count(errs, cardsystem.ErrNoNumbers); done != 3 || other != 0 {
		t.Errorf("%d got one: %v", done, errs)
	}
	var serials []string
	for i, n := range got {
		if errs[i] == nil {
			serials = append(serials, string(n[:11]))
		}
	}
	slices.Sort(serials)
	if want := []string{"09000000010", "09000000011", "09000000020"}; !slices.Equal(serials, want) {
		t.Errorf("serials %v", serials)
	}
}

func TestOfEightReceptionsOneTakesTheParcel(t *testing.T) {
	t.Parallel()
	s := depot(t)
	fillDepot(t, s, 1)
	sent, err := s.Send(t.Context(), regional, card.Parcel{CardSystemID: 1, CounterID: "library", Packs: []string{"P0"}})
	if err != nil {
		t.Fatal(err)
	}
	errs := eight(func(int) error {
		_, err := s.Receive(t.Context(), library, sent.ID)
		return err
	})
	if done, other := count(errs, card.ErrShipmentReceived); done != 1 || other != 0 {
		t.Errorf("%d took it: %v", done, errs)
	}
	var events int
	if err := s.DB.QueryRow(t.Context(), `SELECT count(*) FROM card_event WHERE to_status = 'LOCAL_STOCK'`).Scan(&events); err != nil || events != 10 {
		t.Errorf("%d cards came, %v", events, err)
	}
}

func TestOfEightParcelsOnlyThoseAreSentForWhichThereAreCards(t *testing.T) {
	t.Parallel()
	s := depot(t)
	fillDepot(t, s, 4) // 32 for everybody
	errs := eight(func(i int) error {
		_, err := s.Send(t.Context(), regional, card.Parcel{CardSystemID: 1, CounterID: []string{"library", "pool"}[i%2], Count: 7})
		return err
	})
	done, other := count(errs, card.ErrNotInStock)
	var sent, parcels int
	err := s.DB.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM card WHERE status = 'SENT'), (SELECT count(*) FROM shipment)`).Scan(&sent, &parcels)
	if err != nil || other != 0 || done == 0 || done > 4 || sent != done*7 || parcels != done {
		t.Errorf("%d were sent with %d cards in %d parcels: %v, %v", done, sent, parcels, errs, err)
	}
}

// addPerson writes somebody to hold a card.
func addPerson(t *testing.T, s *card.Service, i int) uuid.UUID {
	t.Helper()
	id := db.NewID()
	_, err := s.DB.Exec(t.Context(), `
		INSERT INTO passholder (id, name, first_name, date_of_birth, postal_code, city, created_at)
		VALUES ($1, 'Peeters', $2, '1990-01-01', '9000', 'Gent', now())`, id, fmt.Sprint("Kind ", i))
	if err != nil {
		t.Fatal(err)
	}
	return id
}
