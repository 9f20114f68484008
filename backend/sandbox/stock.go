package sandbox

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/who"
)

// Where the numbers of what is added after the history begin.
const (
	digitalSerials = 500_000 // of digital cards, behind a region's prefix
	stockSerials   = 700_000 // of cards in stock
	packSize       = 50
)

// testPrefixes are for the regions of the official data set, whose own numbers
// begin with 09000.
var testPrefixes = map[int]string{gent: "09972", brussels: "09973", oostende: "09974"}

// aParcel is one in the stock of the sandbox.
type aParcel struct {
	region, cards int
	counter       string
	note          string
	sent          int // days ago
	received      int // days ago; 0: not yet
}

var parcels = []aParcel{
	{gent, 20, TestOrganizer, "Bijbestelling najaar", 3, 0},
	{gent, 10, TestOrganizer, "Eerste levering", 62, 58},
	{firstFictional, 30, organizer{slug: secondCounter}.key(), "Bijbestelling najaar", 2, 0},
	{firstFictional, 8, organizer{slug: secondCounter}.key(), "Eerste levering", 90, 87},
}

// addStock gives each card system numbers for digital cards and packs of cards
// at the region, and some counters parcels: on their way, and received.
func (w *world) addStock(ctx context.Context, tx *db.Tx) error {
	next := map[int]int{}
	var cards [][]any
	add := func(r region, status card.Status, mark bool, counter, shipment any, pack string, at time.Time) {
		serial := stockSerials + next[r.id]
		next[r.id]++
		cards = append(cards, []any{
			w.id(at), r.id, uitpasNumber(r.prefix, serial, mark), chip(r.id, serial), string(card.NFCCard), string(status),
			counter, shipment, pack, at, at,
		})
	}
	for _, r := range regions {
		r.prefix = prefixOf(r)
		digital := cardsystem.NumberRange{ID: named("number range", r.name), CardSystemID: r.id, Prefix: r.prefix, First: digitalSerials, Last: digitalSerials + 99_999}
		if err := cardsystem.AddRange(ctx, tx, digital); err != nil {
			return err
		}
		for pack := range 3 {
			for range packSize {
				add(r, card.Stock, pack == 2, nil, nil, fmt.Sprintf("P%d-%03d", r.id, pack+1), w.ago(120))
			}
		}
	}
	for i, p := range parcels {
		id, r := named("shipment", strconv.Itoa(i)), regionOf(p.region)
		r.prefix = prefixOf(r)
		if err := w.addParcel(ctx, tx, id, p); err != nil {
			return err
		}
		for n := range p.cards {
			status := card.Sent
			if p.received > 0 {
				status = card.LocalStock
			}
			add(r, status, n%5 == 4, p.counter, id, fmt.Sprintf("P%d-%03d", r.id, 900+i), w.daysAgo(p.sent))
		}
	}
	_, err := tx.CopyFrom(ctx, "card", []string{
		"id", "card_system_id", "uitpas_number", "chip", "card_type", "status", "counter_id", "shipment_id", "pack", "status_at", "created_at",
	}, pgx.CopyFromRows(cards))
	if err != nil {
		return fmt.Errorf("write stock: %w", err)
	}
	return nil
}

func (w *world) addParcel(ctx context.Context, tx *db.Tx, id uuid.UUID, p aParcel) error {
	by := who.Program("sandbox").Key()
	var receivedAt *time.Time
	receivedBy := ""
	if p.received > 0 {
		at := w.daysAgo(p.received)
		receivedAt, receivedBy = &at, by
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO shipment (id, card_system_id, counter_id, cards, note, sent_at, sent_by, received_at, received_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, p.region, p.counter, p.cards, p.note, w.daysAgo(p.sent), by, receivedAt, receivedBy)
	if err != nil {
		return fmt.Errorf("write shipment: %w", err)
	}
	return nil
}

func (w *world) daysAgo(n int) time.Time { return w.now.AddDate(0, 0, -n).Truncate(time.Second) }

// prefixOf is what the numbers of a region's new cards begin with.
func prefixOf(r region) string {
	if r.prefix == "" {
		return testPrefixes[r.id]
	}
	return r.prefix
}
