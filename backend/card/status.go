package card

import (
	"slices"

	"github.com/openbalie/openbalie/backend/cardsystem"
)

// A step is a legal change of status.
type step struct {
	From, To Status
	Types    []Type
	Reasons  []Reason
}

var (
	plastic = []Type{NFCCard}
	digital = []Type{Digital}
	both    = []Type{NFCCard, Digital}

	unexplained = []Reason{NoReason}
	gone        = []Reason{Lost, Stolen, Defect, Mistake} // what becomes of a card that nobody has
	taken       = []Reason{Lost, Stolen, Defect, Replaced, Moved, Deceased, Misuse, Voided}
	back        = []Reason{Regained, Mistake, Voided}
)

// steps are all there are. A digital card is never in stock: it is a number that
// is made when somebody needs it.
var steps = []step{
	{Provisioned, Stock, plastic, unexplained}, // the supplier made it
	{Provisioned, Active, digital, unexplained},
	{Provisioned, Deleted, both, []Reason{Mistake, Voided}},
	{Stock, Sent, plastic, unexplained},
	{Stock, LocalStock, plastic, unexplained}, // handed over without a parcel
	{Stock, Deleted, plastic, gone},
	{Sent, LocalStock, plastic, []Reason{NoReason, Regained}},
	{Sent, Stock, plastic, []Reason{NoReason, Mistake}}, // called back
	{Sent, Deleted, plastic, gone},
	{LocalStock, Active, plastic, unexplained},
	{LocalStock, Sent, plastic, unexplained}, // passed on to another counter
	{LocalStock, Stock, plastic, unexplained},
	{LocalStock, Deleted, plastic, gone},
	{Active, Blocked, both, taken},
	{Active, LocalStock, plastic, []Reason{Voided}}, // never given out, after all
	{Active, Deleted, digital, []Reason{Voided}},
	{Blocked, Active, both, back},
	{Blocked, Deleted, both, []Reason{Mistake}},
	{Deleted, LocalStock, plastic, []Reason{Regained}}, // one that nobody had
}

// Legal reports whether a card of a type may go from one status to another for
// a reason.
func Legal(t Type, from, to Status, reason Reason) bool {
	return slices.ContainsFunc(steps, func(s step) bool {
		return s.From == from && s.To == to && slices.Contains(s.Types, t) && slices.Contains(s.Reasons, reason)
	})
}

// sources lists, as «type status», what leads to a status for a reason.
func sources(to Status, reason Reason) []string {
	var out []string
	for _, s := range steps {
		if s.To != to || !slices.Contains(s.Reasons, reason) {
			continue
		}
		for _, t := range s.Types {
			out = append(out, string(t)+" "+string(s.From))
		}
	}
	return out
}

// free reports whether a card in the status has no holder.
func (s Status) free() bool { return s == Provisioned || s == Stock || s == Sent || s == LocalStock }

// Low reports whether a counter has fewer cards of a kind than the card system
// wants it to have.
func Low(s Shelf, r cardsystem.Rules) bool { return s.CounterID != "" && s.Local < r.LowStock }
