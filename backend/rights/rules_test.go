package rights_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

func TestEveryPermissionIsThereOnceAndHasLabels(t *testing.T) {
	t.Parallel()
	seen, published := map[rights.Permission]bool{}, 0
	for _, p := range rights.Permissions() {
		l := p.Label()
		if seen[p] || l.NL == "" || l.FR == "" || l.DE == "" || l.EN == "" {
			t.Errorf("%s: %+v", p, l)
		}
		seen[p] = true
		if p.Published() {
			published++
		}
	}
	if published != 57 {
		t.Errorf("%d published permissions, the contract has 57", published)
	}
	if rights.Permission("TICKETSALE_REGISTER").Known() {
		t.Error("an old name is known")
	}
}

func TestRolesGrow(t *testing.T) {
	t.Parallel()
	order := []rights.Role{rights.Clerk, rights.Registrar, rights.Coordinator, rights.Admin}
	for i := 1; i < len(order); i++ {
		for _, p := range order[i-1].Permissions() {
			if !rights.Allows(order[i:i+1], p) {
				t.Errorf("%s has no %s, %s does", order[i], p, order[i-1])
			}
		}
	}
	for _, r := range rights.Roles() {
		for _, p := range r.Permissions() {
			if !p.Known() {
				t.Errorf("%s holds %s, which is none", r, p)
			}
		}
	}
}

func TestWhoMayGrant(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		holds []rights.Role
		to    who.Kind
		role  rights.Role
		want  error
	}{
		"a coordinator appoints a clerk":              {[]rights.Role{rights.Coordinator}, who.Person, rights.Clerk, nil},
		"a coordinator appoints a coordinator":        {[]rights.Role{rights.Coordinator}, who.Person, rights.Coordinator, nil},
		"a coordinator appoints no admin":             {[]rights.Role{rights.Coordinator}, who.Person, rights.Admin, rights.ErrBeyond},
		"a clerk appoints nobody":                     {[]rights.Role{rights.Clerk}, who.Person, rights.Clerk, rights.ErrDenied},
		"a coordinator gives programs nothing":        {[]rights.Role{rights.Coordinator}, who.Client, rights.Clerk, rights.ErrDenied},
		"an admin appoints a program":                 {[]rights.Role{rights.Admin}, who.Client, rights.Integrator, nil},
		"a program appoints nobody":                   {[]rights.Role{rights.Integrator}, who.Person, rights.Clerk, rights.ErrDenied},
		"nobody appoints nobody":                      {nil, who.Person, rights.Clerk, rights.ErrDenied},
		"a role that does not exist is nobody's gift": {[]rights.Role{rights.Admin}, who.Person, "BOSS", rights.ErrUnknownRole},
	} {
		if err := rights.MayGrant(rights.Union(tt.holds), tt.to, tt.role); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func TestAGrantNeverWidensTheGiversReach(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		held := rapid.SliceOfDistinct(rapid.SampledFrom(rights.Permissions()), rapid.ID[rights.Permission]).Draw(t, "held")
		role := rapid.SampledFrom(rights.Roles()).Draw(t, "role")
		to := rapid.SampledFrom([]who.Kind{who.Person, who.Client}).Draw(t, "to")
		if rights.MayGrant(held, to, role) != nil {
			return
		}
		for _, p := range role.Permissions() {
			if !slices.Contains(held, p) {
				t.Fatalf("gave %s without holding it", p)
			}
		}
	})
}

func TestSubjectsAreAddressesInLowerCase(t *testing.T) {
	t.Parallel()
	if got := rights.Subject(who.Person, " Ann@OpenBalie.example "); got != "ann@openbalie.example" {
		t.Error(got)
	}
	if got := rights.Subject(who.Client, "Shop-1"); got != "Shop-1" {
		t.Error(got)
	}
}
