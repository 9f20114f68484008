package association_test

import (
	"errors"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
)

func TestDecideWhereSomebodyStands(t *testing.T) {
	t.Parallel()
	today := dayOf("2026-11-22")
	member := association.Person{DateOfBirth: dayOf("2010-08-31"), InSystem: true}
	custom := association.Association{EndDateType: association.Custom, SuggestedEnd: dayOf("2026-08-31"), RenewableMonths: 2}
	young := association.Association{EndDateType: association.ByBirth, Months: 18 * 12, RenewableMonths: 1}
	yearly := association.Association{EndDateType: association.ByRegistration, Months: 12, RenewableMonths: 1}
	until := func(day string) *association.Membership {
		return &association.Membership{Since: dayOf("2024-01-01"), EndsOn: dayOf(day)}
	}
	stopped := until("2027-01-01")
	stopped.StoppedAt = time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC)

	for name, tt := range map[string]struct {
		a      association.Association
		m      *association.Membership
		p      association.Person
		reads  bool
		status association.Status
		end    string // that would be the new one
		want   *fault.Error
	}{
		"joins until the next suggested day":            {a: custom, p: member, status: association.None, end: "2027-08-31"},
		"joins where nothing is suggested":              {a: association.Association{EndDateType: association.Custom}, p: member, status: association.None},
		"joins until a birthday":                        {a: young, p: member, status: association.None, end: "2028-08-31"},
		"joins for a year":                              {a: yearly, p: member, status: association.None, end: "2027-11-22"},
		"may only be seen":                              {a: yearly, p: member, reads: true, status: association.None, want: association.ErrReadOnly},
		"has no pass of the region":                     {a: yearly, p: association.Person{DateOfBirth: dayOf("2010-08-31")}, status: association.None, want: association.ErrOtherSystem},
		"is too old by a day":                           {a: young, p: association.Person{DateOfBirth: dayOf("2008-11-21"), InSystem: true}, status: association.None, want: association.ErrTooOld},
		"is just young enough":                          {a: young, p: association.Person{DateOfBirth: dayOf("2008-11-22"), InSystem: true}, status: association.None, end: "2026-11-22"},
		"goes on, too early to renew":                   {a: yearly, m: until("2026-12-23"), p: member, status: association.Active, want: association.ErrTooEarly},
		"goes on, on the first day of the window":       {a: yearly, m: until("2026-12-22"), p: member, status: association.Active, end: "2027-11-22"},
		"ends today":                                    {a: yearly, m: until("2026-11-22"), p: member, status: association.Active, end: "2027-11-22"},
		"ended yesterday":                               {a: yearly, m: until("2026-11-21"), p: member, status: association.Expired, end: "2027-11-22"},
		"ended years ago":                               {a: custom, m: until("2021-11-21"), p: member, status: association.Expired, end: "2027-08-31"},
		"renews a named day to the next":                {a: association.Association{EndDateType: association.Custom, SuggestedEnd: dayOf("2026-12-31"), RenewableMonths: 2}, m: until("2026-12-31"), p: member, status: association.Active, end: "2027-12-31"},
		"is in it until a birthday, which never renews": {a: young, m: until("2028-08-31"), p: member, status: association.Active, want: association.ErrNotRenewable},
		"was in it until a birthday that is past":       {a: young, m: until("2024-08-31"), p: association.Person{DateOfBirth: dayOf("2006-08-31"), InSystem: true}, status: association.Expired, want: association.ErrTooOld},
		"was stopped and may come back":                 {a: yearly, m: stopped, p: member, status: association.None, end: "2027-11-22"},
		"lost the pass of the region":                   {a: yearly, m: until("2026-12-01"), p: association.Person{}, status: association.Active, want: association.ErrOtherSystem},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			access := association.Write
			if tt.reads {
				access = association.Read
			}
			got := association.Decide(association.Shared{Association: tt.a, Access: access}, tt.m, tt.p, today)
			if got.Status != tt.status || got.NewEnd != dayOf(tt.end) || (got.Refusal == nil) != (tt.want == nil) || tt.want != nil && !errors.Is(got.Refusal, tt.want) {
				t.Errorf("%s until %v, %v", got.Status, got.NewEnd, got.Refusal)
			}
			if renewable := tt.status != association.None && tt.want == nil; got.Renewable() != renewable {
				t.Errorf("renewable: %v", got.Renewable())
			}
		})
	}
}

func TestMonthsEndWithTheMonth(t *testing.T) {
	t.Parallel()
	a := association.Shared{Association: association.Association{EndDateType: association.ByRegistration, Months: 1}, Access: association.Write}
	for on, want := range map[string]string{"2027-01-31": "2027-02-28", "2028-01-30": "2028-02-29", "2026-12-31": "2027-01-31", "2026-11-30": "2026-12-30"} {
		if got := association.Decide(a, nil, association.Person{InSystem: true}, dayOf(on)).NewEnd; got != dayOf(want) {
			t.Errorf("a month after %s is %v", on, got)
		}
	}
}

func dayOf(s string) period.Day {
	if s == "" {
		return period.Day{}
	}
	d, err := period.ParseDay(s)
	if err != nil {
		panic(err) // a mistake in the test
	}
	return d
}

func fieldOf(err error) any {
	f, _ := errors.AsType[*fault.Error](err)
	if f == nil {
		return nil
	}
	return f.Args["field"]
}
