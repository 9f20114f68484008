package rights

import (
	"slices"
	"strings"

	"github.com/openbalie/openbalie/backend/who"
)

// Role is a bundle of permissions that fits a kind of work.
type Role string

// The roles, for persons from small to large, and for programs.
const (
	Clerk       Role = "CLERK"       // identifies, saves points, sells at a reduced price
	Registrar   Role = "REGISTRAR"   // a clerk who also registers people and grants social tariffs
	Coordinator Role = "COORDINATOR" // a registrar who also runs the counter and its staff
	Integrator  Role = "INTEGRATOR"  // a program: ticketing, website
	Admin       Role = "ADMIN"       // everything
)

// What grants leave in the audit log.
const (
	ActionGranted = "rights.granted"
	ActionRevoked = "rights.revoked"
)

var clerk = []Permission{
	TariffsRead, TicketSalesSearch, TicketSalesRegister, EventsRead, EventSettingsRead, EventsQRCheckinCode,
	CheckinsRead, CheckinsWrite, PassholdersPictureRead, PassholdersSearch, PassholdersSearchByID, GroupPassesSearch,
	PassholderCouponsRead, GroupPassCouponsRead, MembershipPricesRead, PassesRead, PassesINSZNumbersRead,
	PassesChipNumbersRead, RewardsRead, RewardsRedeem, RewardsPassholdersRead, PassholdersTransactionHistory,
	PermissionsRead, CardsRead, KiosksRead, CardsBlock,
}

var registrar = append(slices.Clone(clerk),
	PassholdersPictureWrite, PassholdersPrivateRead, PassholdersPrivateWrite, PassholdersWrite,
	PassholdersWriteSocialTariff, PassholdersUpdate, PassholdersFamilyMembers, Associations, OrdersRead,
	CardsStock)

var coordinator = append(slices.Clone(registrar),
	EventsUpdate, EventSettingsUpdate, OrganizersSearch, OrganizersReports, OrganizersAdminsRead, OrganizersAdminsWrite,
	RewardsWrite, KiosksWrite, PassholdersWriteForeignCountry, PassholdersWriteSocialTariffFullCardSystem,
	CardSystemsWrite, CardsWrite, CardsUnblock, PassholdersMerge, PassholdersBulk, PassholdersExport, PassholdersPrivacy)

// The permissions that no program needs: people decide about people.
var integrator = slices.DeleteFunc(Permissions(), func(p Permission) bool {
	return !p.Published() || slices.Contains([]Permission{PassholdersDelete, PermissionsWrite, OrganizersAdminsWrite, SocialTariffExport}, p)
})

// holds answers «does this role hold that?» without a search.
var holds = func() map[Role]map[Permission]bool {
	out := map[Role]map[Permission]bool{}
	for _, r := range Roles() {
		out[r] = map[Permission]bool{}
		for _, p := range r.Permissions() {
			out[r][p] = true
		}
	}
	return out
}()

// Roles lists all roles.
func Roles() []Role { return []Role{Clerk, Registrar, Coordinator, Integrator, Admin} }

// Permissions returns what the role may do; nothing when the role is unknown.
func (r Role) Permissions() []Permission {
	switch r {
	case Clerk:
		return slices.Clone(clerk)
	case Registrar:
		return slices.Clone(registrar)
	case Coordinator:
		return slices.Clone(coordinator)
	case Integrator:
		return slices.Clone(integrator)
	case Admin:
		return Permissions()
	default:
		return nil
	}
}

// Allows reports whether one of the roles holds the permission.
func Allows(roles []Role, p Permission) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return holds[r][p] })
}

// Require returns nil when by, who holds these roles, may do at least one of ps.
// The System may do everything.
func Require(by who.Actor, roles []Role, ps ...Permission) error {
	if by.Kind == who.System || slices.ContainsFunc(ps, func(p Permission) bool { return Allows(roles, p) }) {
		return nil
	}
	return denied(ps)
}

// Union returns what the roles allow together, in the contract's order.
func Union(roles []Role) []Permission {
	return slices.DeleteFunc(Permissions(), func(p Permission) bool { return !Allows(roles, p) })
}

// RolesWith names the roles that hold a permission, for a query that checks a
// right by itself.
func RolesWith(p Permission) []string {
	var out []string
	for _, r := range Roles() {
		if Allows([]Role{r}, p) {
			out = append(out, string(r))
		}
	}
	return out
}

// MayGrant says whether somebody who holds these permissions at an organizer
// may give or take a role there: never beyond what they hold, and only with the
// permission to manage persons, or programs.
func MayGrant(held []Permission, to who.Kind, role Role) error {
	if err := known(role); err != nil {
		return err
	}
	need := OrganizersAdminsWrite
	if to != who.Person {
		need = PermissionsWrite
	}
	if !slices.Contains(held, need) {
		return denied([]Permission{need})
	}
	for _, p := range role.Permissions() {
		if !slices.Contains(held, p) {
			return ErrBeyond.With("permission", string(p))
		}
	}
	return nil
}

// Subject spells a subject as grants keep it: e-mail addresses in lower case.
func Subject(kind who.Kind, s string) string {
	if kind == who.Person {
		return strings.ToLower(strings.TrimSpace(s))
	}
	return s
}

func known(r Role) error {
	if !slices.Contains(Roles(), r) {
		return ErrUnknownRole.With("role", string(r))
	}
	return nil
}

func denied(ps []Permission) error {
	if len(ps) == 0 {
		return ErrDenied
	}
	return ErrDenied.With("permission", string(ps[0]))
}
