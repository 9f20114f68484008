package family_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

const gent = 1

var (
	clerk     = who.Actor{Kind: who.Person, ID: "u1", Subject: "clerk@openbalie.example", Counter: "desk"}
	registrar = who.Actor{Kind: who.Person, ID: "u2", Subject: "registrar@openbalie.example", Counter: "desk"}
)

// A world has people with cards, in a card system where a family is at most
// four, of whom two adults.
type world struct {
	*family.Service
	now    time.Time
	serial int
	number map[uuid.UUID]string // of their cards
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC), number: map[uuid.UUID]string{}}
	w.Service = &family.Service{DB: dbtest.New(t), Now: func() time.Time { return w.now }}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		rules := cardsystem.DefaultRules()
		rules.FamilyMaxMembers = 4
		us := who.Program("test")
		return errors.Join(
			cardsystem.Add(ctx, tx, cardsystem.System{ID: gent, Name: "Gent", PrimaryColor: "#0b5d5e", TimeZone: "Europe/Brussels", Rules: rules}),
			organizer.Add(ctx, tx, organizer.Organizer{ID: "desk", Name: "Balie", City: "Gent", AccountID: db.NewID(), CardSystemIDs: []int{gent}}),
			rights.Grant(ctx, tx, us, who.Person, clerk.Subject, "desk", rights.Clerk),
			rights.Grant(ctx, tx, us, who.Person, registrar.Subject, "desk", rights.Registrar))
	})
	return w
}

func (w *world) do(t testing.TB, f func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := db.InTx(t.Context(), w.DB, func(tx *db.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// person makes somebody born in a year, with a card in use.
func (w *world) person(t testing.TB, born int) uuid.UUID {
	t.Helper()
	id := db.NewID()
	w.serial++
	n, err := card.NewNumber(fmt.Sprintf("09300%06d", w.serial), false)
	if err != nil {
		t.Fatal(err)
	}
	w.number[id] = string(n)
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			passholder.Add(ctx, tx, nil, passholder.Passholder{ID: id, CreatedAt: w.now, Details: passholder.Details{
				Name: "Peeters", FirstName: fmt.Sprintf("Kind%d", w.serial), DateOfBirth: period.NewDay(born, 3, 2), PostalCode: "9000", City: "Gent", Country: "be",
				Email: fmt.Sprintf("p%d@example.org", w.serial),
			}}),
			membership.Join(ctx, tx, registrar, id, gent, w.now),
			card.Add(ctx, tx, card.Card{ID: db.NewID(), CardSystemID: gent, Number: n, Type: card.NFCCard, Status: card.Active, PassholderID: id, StatusAt: w.now}))
	})
	return id
}

func (w *world) add(t testing.TB, main, member uuid.UUID) error {
	t.Helper()
	_, err := w.Add(t.Context(), registrar, main, w.number[member], "")
	return err
}

func (w *world) members(t testing.TB, main uuid.UUID) []uuid.UUID {
	t.Helper()
	all, _, err := w.Of(t.Context(), registrar, main)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]uuid.UUID, len(all))
	for i, m := range all {
		out[i] = m.PassholderID
	}
	return out
}

func TestAFamilyIsAListThatItsMainMemberKeeps(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	ann, bas, kim := w.person(t, 1983), w.person(t, 1984), w.person(t, 2015)
	m, err := w.Add(ctx, registrar, ann, "  "+w.number[kim][:4]+" "+w.number[kim][4:], " cat ")
	if err != nil || m.PassholderID != kim || m.Icon != "cat" || !m.Since.Equal(w.now) {
		t.Fatalf("%+v, %v", m, err)
	}
	w.now = w.now.Add(time.Hour)
	if err := w.add(t, ann, bas); err != nil {
		t.Fatal(err)
	}
	all, limits, err := w.Of(ctx, registrar, ann)
	if err != nil || len(all) != 3 || !all[0].Main || all[0].PassholderID != ann || all[1].Icon != "cat" || all[2].PassholderID != bas {
		t.Fatalf("%+v, %v", all, err)
	}
	if limits != (family.Limits{Members: 4, Adults: 2, AdultAge: 18}) {
		t.Errorf("limits %+v", limits)
	}
	if got := w.members(t, kim); !slices.Equal(got, []uuid.UUID{kim}) {
		t.Errorf("the child has a list of its own: %v", got)
	}
	families, err := w.Families(ctx, registrar, kim)
	if err != nil || len(families) != 1 || families[0].MainID != ann || families[0].Email != "p1@example.org" {
		t.Errorf("%+v, %v", families, err)
	}
	if families, err := w.Families(ctx, registrar, ann); err != nil || len(families) != 0 {
		t.Errorf("the own family is no other: %+v, %v", families, err)
	}
	if err := w.SetIcon(ctx, registrar, ann, kim, "dog"); err != nil {
		t.Error(err)
	}
	if all, _, _ := w.Of(ctx, registrar, ann); all[1].Icon != "dog" {
		t.Errorf("icon %q", all[1].Icon)
	}
	if err := w.Remove(ctx, registrar, ann, kim); err != nil {
		t.Error(err)
	}
	if got := w.members(t, ann); !slices.Equal(got, []uuid.UUID{ann, bas}) {
		t.Errorf("%v", got)
	}
}

func TestWhatAFamilyRefuses(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	ann, bas, cis := w.person(t, 1983), w.person(t, 1984), w.person(t, 1985)
	kim, lou, mia := w.person(t, 2015), w.person(t, 2016), w.person(t, 2017)
	stock, err := card.NewNumber("09300999999", false)
	if err != nil {
		t.Fatal(err)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error {
		return card.Add(ctx, tx, card.Card{ID: db.NewID(), CardSystemID: gent, Number: stock, Type: card.NFCCard, Status: card.LocalStock, CounterID: "desk", StatusAt: w.now})
	})
	if err := errors.Join(w.add(t, ann, bas), w.add(t, ann, kim)); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		number string
		want   error
	}{
		"somebody who is there":   {w.number[kim], family.ErrAlready},
		"the main member":         {w.number[ann], family.ErrAlready},
		"a third adult":           {w.number[cis], family.ErrAdults},
		"a card that is nobody's": {string(stock), card.ErrUnknown},
		"a number of no card":     {"0900000095902", card.ErrUnknown},
		"no number":               {"0900000095903", card.ErrInvalidNumber},
	} {
		if _, err := w.Add(ctx, registrar, ann, tt.number, ""); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.add(t, ann, lou); err != nil {
		t.Fatal(err)
	}
	if err := w.add(t, ann, mia); !errors.Is(err, family.ErrFull) {
		t.Errorf("a fifth: %v", err)
	}
	if _, err := w.Add(ctx, registrar, mia, w.number[kim], string(make([]byte, 65))); !errors.Is(err, family.ErrIcon) {
		t.Errorf("an icon like that: %v", err)
	}
	for name, err := range map[string]error{
		"the main member is taken out":    w.Remove(ctx, registrar, ann, ann),
		"somebody who is not in it":       w.Remove(ctx, registrar, ann, mia),
		"the icon of who is not in it":    w.SetIcon(ctx, registrar, ann, mia, "cat"),
		"nobody's family":                 w.add(t, db.NewID(), kim),
		"a clerk adds":                    second(w.Add(ctx, clerk, ann, w.number[mia], "")),
		"a clerk removes":                 w.Remove(ctx, clerk, ann, kim),
		"a clerk looks at families":       second(w.Families(ctx, clerk, kim)),
		"the families of nobody":          second(w.Families(ctx, registrar, db.NewID())),
		"somebody looks at nobody's list": third(w.Of(ctx, registrar, db.NewID())),
		"a clerk looks at a list":         third(w.Of(ctx, clerk, ann)),
	} {
		want := map[string]error{
			"the main member is taken out": family.ErrMain, "somebody who is not in it": family.ErrNoMember, "the icon of who is not in it": family.ErrNoMember,
			"nobody's family": passholder.ErrUnknown, "a clerk adds": rights.ErrDenied, "a clerk removes": rights.ErrDenied, "a clerk looks at families": rights.ErrDenied,
			"the families of nobody": passholder.ErrUnknown, "somebody looks at nobody's list": passholder.ErrUnknown, "a clerk looks at a list": rights.ErrDenied,
		}[name]
		if !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAChildWhoGrewUpCountsAsAnAdultFromTheBirthday(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bas, kim := w.person(t, 1983), w.person(t, 1984), w.person(t, 2009) // 2 March 2009
	if err := w.add(t, ann, bas); err != nil {
		t.Fatal(err)
	}
	w.now = time.Date(2027, 3, 2, 0, 30, 0, 0, period.Brussels())
	if err := w.add(t, ann, kim); !errors.Is(err, family.ErrAdults) {
		t.Errorf("on the birthday: %v", err)
	}
	w.now = time.Date(2027, 3, 1, 23, 30, 0, 0, period.Brussels())
	if err := w.add(t, ann, kim); err != nil {
		t.Errorf("the evening before: %v", err)
	}
}

func TestTheMostGenerousCardSystemCounts(t *testing.T) {
	t.Parallel()
	small := cardsystem.System{Rules: cardsystem.Rules{FamilyMaxMembers: 4, FamilyMaxAdults: 3, AdultAge: 18}}
	large := cardsystem.System{Rules: cardsystem.Rules{FamilyMaxMembers: 12, FamilyMaxAdults: 2, AdultAge: 21}}
	if got := family.LimitsOf([]cardsystem.System{small, large}); got != (family.Limits{Members: 12, Adults: 3, AdultAge: 21}) {
		t.Errorf("%+v", got)
	}
	if got := family.LimitsOf(nil); got != (family.Limits{Members: 10, Adults: 2, AdultAge: 18}) {
		t.Errorf("of none: %+v", got)
	}
}

func TestManyWhoAreAddedAtOnceStayWithinTheLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person(t, 1983)
	children := make([]uuid.UUID, 8)
	for i := range children {
		children[i] = w.person(t, 2015)
	}
	var all sync.WaitGroup
	done := make([]error, len(children))
	for i, id := range children {
		all.Go(func() { done[i] = w.add(t, ann, id) })
	}
	all.Wait()
	full := 0
	for _, err := range done {
		if errors.Is(err, family.ErrFull) {
			full++
		} else if err != nil {
			t.Error(err)
		}
	}
	if got := w.members(t, ann); len(got) != 4 || full != 5 {
		t.Errorf("%d are in it, %d were refused", len(got), full)
	}
}

func TestWhoWasAddedLeavesWithTheTokenOfTheMailOnce(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	ann, kim, lou := w.person(t, 1983), w.person(t, 2015), w.person(t, 2016)
	if err := errors.Join(w.add(t, ann, kim), w.add(t, ann, lou)); err != nil {
		t.Fatal(err)
	}
	var told int
	if err := w.DB.QueryRow(ctx, `SELECT count(*) FROM outbox WHERE type = $1 AND payload = jsonb_build_object('mainId', $2::text, 'memberId', $3::text)`,
		family.TypeAdded, ann.String(), kim.String()).Scan(&told); err != nil || told != 1 {
		t.Errorf("told %d times, %v", told, err)
	}
	mint := func(member uuid.UUID) (token string) {
		w.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
			token, err = family.MintUndo(ctx, tx, family.Added{MainID: ann, MemberID: member})
			return err
		})
		return token
	}
	old, token, other := mint(kim), mint(kim), mint(lou)
	for name, wrong := range map[string]string{"an older one": old, "somebody else's": other, "none": "", "a guess": "AAAA"} {
		if err := w.Leave(ctx, ann, kim, wrong); !errors.Is(err, family.ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.Leave(ctx, ann, kim, token); err != nil {
		t.Fatal(err)
	}
	if err := w.Leave(ctx, ann, kim, token); !errors.Is(err, family.ErrToken) {
		t.Errorf("twice: %v", err)
	}
	if got := w.members(t, ann); !slices.Equal(got, []uuid.UUID{ann, lou}) {
		t.Errorf("%v", got)
	}
	err := db.InTx(ctx, w.DB, func(tx *db.Tx) error {
		_, err := family.MintUndo(ctx, tx, family.Added{MainID: ann, MemberID: kim})
		return err
	})
	if !errors.Is(err, family.ErrNoMember) {
		t.Errorf("a token for who has left: %v", err)
	}
}

func TestTwoRecordsThatAreOneShareTheirFamiliesAndCanComeApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, twin := w.person(t, 1983), w.person(t, 1983) // two records of one person
	kim, lou, oma := w.person(t, 2015), w.person(t, 2016), w.person(t, 1950)
	if err := errors.Join(w.add(t, ann, kim), w.add(t, twin, kim), w.add(t, twin, lou), w.add(t, oma, twin), w.add(t, ann, twin)); err != nil {
		t.Fatal(err)
	}
	before := w.all(t)
	var handed family.Handed
	w.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
		handed, err = family.Hand(ctx, tx, twin, ann)
		return err
	})
	want := []string{pair(ann, kim), pair(ann, lou), pair(oma, ann)}
	slices.Sort(want)
	if diff := cmp.Diff(want, w.all(t)); diff != "" {
		t.Errorf("made one (-want +got)\n%s", diff)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error { return family.HandBack(ctx, tx, twin, ann, handed) })
	if diff := cmp.Diff(before, w.all(t)); diff != "" {
		t.Errorf("apart again (-want +got)\n%s", diff)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) (err error) {
		handed, err = family.Hand(ctx, tx, twin, ann)
		return err
	})
	if err := w.Remove(t.Context(), registrar, ann, lou); err != nil {
		t.Fatal(err)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error { return family.HandBack(ctx, tx, twin, ann, handed) })
	if got := w.all(t); slices.Contains(got, pair(twin, lou)) || slices.Contains(got, pair(ann, lou)) || len(got) != len(before)-1 {
		t.Errorf("who had left is back: %v", got)
	}
}

func TestWhoWasErasedIsInNoFamily(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, kim := w.person(t, 1983), w.person(t, 2015)
	if err := w.add(t, ann, kim); err != nil {
		t.Fatal(err)
	}
	w.do(t, func(ctx context.Context, tx *db.Tx) error { return passholder.Erase(ctx, tx, kim, w.now) })
	if got := w.members(t, ann); !slices.Equal(got, []uuid.UUID{ann}) {
		t.Errorf("%v", got)
	}
	if err := w.add(t, kim, ann); !errors.Is(err, passholder.ErrUnknown) {
		t.Errorf("their own: %v", err)
	}
}

func pair(main, member uuid.UUID) string { return main.String() + " " + member.String() }

func (w *world) all(t *testing.T) []string {
	t.Helper()
	var out []string
	if err := w.DB.QueryRow(t.Context(), `SELECT array_agg(main_id || ' ' || member_id ORDER BY 1) FROM family_member`).Scan(&out); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func second[T any](_ T, err error) error { return err }

func third[T, U any](_ T, _ U, err error) error { return err }

// Whose record went into another is nobody here.
func TestARecordThatIsGoneHasNoFamily(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	ann, bas, kim := w.person(t, 1983), w.person(t, 1984), w.person(t, 2015)
	if err := w.add(t, ann, kim); err != nil {
		t.Fatal(err)
	}
	for name, query := range map[string]string{
		"merged": `UPDATE passholder SET erased_at = NULL, merged_into = $2 WHERE id = $1`,
		"erased": `UPDATE passholder SET erased_at = now(), merged_into = NULL WHERE id = $1 AND id <> $2`,
	} {
		if _, err := w.DB.Exec(ctx, query, ann, bas); err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{
			"list": third(w.Of(ctx, registrar, ann)), "families": second(w.Families(ctx, registrar, ann)), "adding": w.add(t, ann, bas),
		} {
			if !errors.Is(err, passholder.ErrUnknown) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

func TestWhatAnIconMayBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, kim := w.person(t, 1983), w.person(t, 2015)
	if err := w.add(t, ann, kim); err != nil {
		t.Fatal(err)
	}
	for icon, want := range map[string]error{
		"cat": nil, "": nil, "🐈": nil, strings.Repeat("x", 64): nil, "two words": nil,
		strings.Repeat("x", 65): family.ErrIcon, "cat\a": family.ErrIcon, "cat\nand dog": family.ErrIcon, "\xc3(": family.ErrIcon,
	} {
		if err := w.SetIcon(t.Context(), registrar, ann, kim, icon); !errors.Is(err, want) {
			t.Errorf("%q: %v", icon, err)
		}
	}
}
