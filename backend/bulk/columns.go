package bulk

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
)

// The columns of files. Their names are those of our own API; case does not
// matter.
const (
	colPassholder = "passholderId"
	colNumber     = "uitpasNumber"
	colStreet     = "street"
	colPostalCode = "postalCode"
	colCity       = "city"
	colCountry    = "country"
	colUntil      = "socialTariffUntil"
)

// columnsOf lists the columns that a kind of work reads.
func columnsOf(k Kind) []string {
	switch k {
	case Address:
		return []string{colPassholder, colNumber, colStreet, colPostalCode, colCity, colCountry}
	case Renew:
		return []string{colPassholder, colNumber, colUntil}
	case Import:
		return importColumns
	default:
		return []string{colPassholder, colNumber}
	}
}

var importColumns = []string{
	"person", "firstName", "name", "dateOfBirth", "placeOfBirth", "gender", "nationality", "inszNumber",
	colStreet, colPostalCode, colCity, colCountry, "email", "phoneNumber", "language", "remarks", "registeredAt",
	"legalTermsPaper", "legalTermsDigital", "parentalConsent", "serviceMails", "milestoneMails", "infoMails", "sms", "post",
	colNumber, "chipNumber", "cardType", "cardStatus", "cardReason",
	"points", "socialTariffFrom", colUntil, "socialTariffGround",
}

// header says which column of a file is which; -1 is left out.
func header(k Kind, cells []string) ([]string, error) {
	out, seen := make([]string, len(cells)), map[string]bool{}
	known := columnsOf(k)
	for i, cell := range cells {
		if cell == "" {
			continue
		}
		named := func(c string) bool { return strings.EqualFold(c, cell) }
		at := slices.IndexFunc(known, named)
		if at < 0 && k != Import && slices.ContainsFunc(listColumns, named) {
			continue // a list that was taken along comes back as it is
		}
		if at < 0 || seen[known[at]] {
			return nil, ErrColumn.With("column", cell)
		}
		out[i], seen[known[at]] = known[at], true
	}
	needs := []string{colNumber}
	switch {
	case k == Address:
		needs = []string{colStreet, colPostalCode, colCity}
	case k == Import && seen["name"]:
		needs = []string{"firstName", "dateOfBirth", colPostalCode, colCity}
	}
	for _, c := range needs {
		if !seen[c] && (c != colNumber || !seen[colPassholder]) {
			return nil, ErrNoColumn.With("column", c)
		}
	}
	return out, nil
}

// values are the cells of a row by their columns, without the empty ones.
type values map[string]string

func valuesOf(columns, cells []string) values {
	v := make(values, len(cells))
	for i, c := range cells[:min(len(cells), len(columns))] {
		if c != "" && columns[i] != "" {
			v[columns[i]] = c
		}
	}
	return v
}

// seal closes a row: it may hold a national number.
func (v values) seal(ring *secret.Ring, id uuid.UUID) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return ring.SealBytes(text, id[:]), nil
}

func open(ring *secret.Ring, id uuid.UUID, sealed []byte) (values, error) {
	if len(sealed) == 0 {
		return values{}, nil
	}
	text, err := ring.OpenBytes(sealed, id[:])
	if err != nil {
		return nil, err
	}
	var v values
	return v, json.Unmarshal(text, &v)
}

// A taken is a row of another system as it was understood.
type taken struct {
	details      passholder.Details
	consents     passholder.Consents
	registeredAt time.Time
	card         *card.Card
	points       int
	tariff       *membership.SocialTariff
}

// isPerson reports whether the row tells who somebody is.
func (v values) isPerson() bool { return v["name"] != "" || v["firstName"] != "" }

// hasRest reports whether the row gives somebody something beside a card.
func (v values) hasRest() bool { return v["points"] != "" || v[colUntil] != "" }

// reader reads values and keeps the first that it could not.
type reader struct {
	v   values
	err *fault.Error
}

func (r *reader) fail(column string, f *fault.Error) {
	if r.err == nil {
		r.err = f.With("column", column)
	}
}

// take understands a row for the import. A row of somebody's second card has no
// person in it.
func take(v values) (taken, *fault.Error) {
	r := &reader{v: v}
	out := taken{
		details: passholder.Details{
			FirstName: v["firstName"], Name: v["name"], DateOfBirth: r.day("dateOfBirth"), PlaceOfBirth: v["placeOfBirth"],
			Gender: choose(r, "gender", genders), Nationality: v["nationality"], INSZ: r.insz(),
			Street: v[colStreet], PostalCode: v[colPostalCode], City: v[colCity], Country: v[colCountry],
			Email: v["email"], NoEmail: v["email"] == "", PhoneNumber: v["phoneNumber"],
			Language: choose(r, "language", languages), Remarks: v["remarks"],
		},
		consents: passholder.Consents{},
	}
	for _, kind := range passholder.ConsentKinds() {
		if v[kind.Name()] != "" {
			out.consents[kind] = choose(r, kind.Name(), answers)
		}
	}
	if day := r.day("registeredAt"); !day.IsZero() {
		out.registeredAt = day.Begin(period.Brussels())
	}
	out.card, out.points, out.tariff = r.card(), r.count("points"), r.tariff()
	return out, r.err
}

func (r *reader) insz() (n secret.NationalNumber) {
	if r.v["inszNumber"] == "" {
		return n
	}
	n, err := secret.ParseNationalNumber(r.v["inszNumber"])
	if err != nil {
		r.fail("inszNumber", secret.ErrInvalidNumber)
	}
	return n
}

func (r *reader) card() *card.Card {
	if r.v[colNumber] == "" {
		if r.v["chipNumber"] != "" {
			r.fail(colNumber, ErrValue)
		}
		return nil
	}
	c := card.Card{ID: db.NewID(), StatusReason: card.Imported}
	var err error
	if c.Number, err = card.ParseNumber(r.v[colNumber]); err != nil {
		r.fail(colNumber, card.ErrInvalidNumber)
	}
	if r.v["chipNumber"] != "" {
		if c.Chip, err = card.ParseChip(r.v["chipNumber"]); err != nil {
			r.fail("chipNumber", card.ErrInvalidChip)
		}
	}
	c.Type = choose(r, "cardType", cardTypes)
	c.Status = choose(r, "cardStatus", cardStatuses)
	if reason := choose(r, "cardReason", cardReasons); reason != "" {
		c.StatusReason = reason
	}
	return &c
}

func (r *reader) tariff() *membership.SocialTariff {
	until, from := r.day(colUntil), r.day("socialTariffFrom")
	if until.IsZero() {
		return nil
	}
	if from.IsZero() {
		from = until.Add(-365)
	}
	if until.Before(from) {
		r.fail(colUntil, ErrValue)
	}
	return &membership.SocialTariff{ID: db.NewID(), From: from, Until: until, Ground: r.v["socialTariffGround"]}
}

// maxPoints is more than anybody ever saved.
const maxPoints = 1_000_000

func (r *reader) count(column string) int {
	if r.v[column] == "" {
		return 0
	}
	n, err := strconv.Atoi(r.v[column])
	if err != nil || n < 0 || n > maxPoints {
		r.fail(column, ErrValue)
	}
	return n
}

// day reads 2026-11-22, 22/11/2026, 22-11-2026, 22.11.2026, and the number that
// workbooks keep a day as.
func (r *reader) day(column string) period.Day {
	d, ok := parseDay(r.v[column])
	if !ok {
		r.fail(column, ErrValue)
	}
	return d
}

var firstDay = period.NewDay(1899, time.December, 30) // of workbooks

func parseDay(s string) (period.Day, bool) {
	if s == "" {
		return period.Day{}, true
	}
	if n, err := strconv.Atoi(s); err == nil && n > 0 && n < 100_000 {
		return firstDay.Add(n), n < 1900 || n > 2100 // that is a year, not a day of 1905
	}
	s, _, _ = strings.Cut(s, "T")
	for _, layout := range []string{time.DateOnly, "2/1/2006", "2-1-2006", "2.1.2006"} {
		if at, err := time.Parse(layout, s); err == nil {
			return period.DayOf(at, time.UTC), true
		}
	}
	return period.Day{}, false
}

// choose reads one of a few words, in any case; no word is the zero choice.
func choose[T any](r *reader, column string, words map[string]T) T {
	value, ok := words[strings.ToLower(r.v[column])]
	if !ok && r.v[column] != "" {
		r.fail(column, ErrValue)
	}
	return value
}

var (
	genders = map[string]passholder.Gender{
		"m": passholder.Male, "male": passholder.Male, "man": passholder.Male, "f": passholder.Female, "v": passholder.Female,
		"female": passholder.Female, "vrouw": passholder.Female, "x": passholder.X,
	}
	languages = map[string]passholder.Language{
		"nl": passholder.Dutch, "fr": passholder.French, "de": passholder.German, "en": passholder.English,
	}
	answers = map[string]bool{
		"1": true, "true": true, "yes": true, "y": true, "ja": true, "j": true, "oui": true, "o": true, "x": true,
		"0": false, "false": false, "no": false, "n": false, "nee": false, "non": false, "nein": false,
	}
	cardTypes    = map[string]card.Type{"": card.NFCCard, "nfc_card": card.NFCCard, "digital": card.Digital}
	cardStatuses = map[string]card.Status{"": "", "active": card.Active, "blocked": card.Blocked, "stock": card.Stock, "local_stock": card.LocalStock}
	cardReasons  = map[string]card.Reason{
		"": "", "lost": card.Lost, "stolen": card.Stolen, "defect": card.Defect, "replaced": card.Replaced, "moved": card.Moved,
		"deceased": card.Deceased, "misuse": card.Misuse,
	}
)
