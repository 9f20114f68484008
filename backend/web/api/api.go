// Package api is our own API, that of the counter app: who is signed in, whose
// card this is, what that person can do here, and doing it. It speaks to the
// same services as the public API and decides nothing.
//
// Every operation is a line of Routes with what the caller needs: `public`,
// `session`, or a permission at the counter that the request names in its
// X-Counter header. The permission is checked before the handler runs, and by
// the service again in its transaction.
package api

import (
	"cmp"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// A Contact is whom to ask for rights.
type Contact struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// About is what this installation is.
type About struct {
	Version    string
	LoginName  string // what people call the login provider
	BridgePort int
	Contacts   []Contact
	Mail       bool             // a mail server is set up
	Samples    []sandbox.Sample // only in a sandbox; else nil
}

// A Server answers the operations. All fields but About's are required.
type Server struct {
	DB            *db.DB
	Now           func() time.Time
	Login         *login.Service
	Organizers    *organizer.Service
	Cards         *card.Service
	Systems       *cardsystem.Service
	EIDs          *eidcheck.Service
	Profiles      *profile.Service
	Activities    *activity.Service
	Checkins      *checkin.Service
	Prices        *price.Service
	Vouchers      *voucher.Service
	Registrations *registration.Service
	Memberships   *membership.Service
	Associations  *association.Service
	Families      *family.Service
	Bulk          *bulk.Service
	Searches      *bind.Limiter // national numbers looked up, by person
	About         About
}

// What a route needs when it is not a permission.
const (
	public  = "public"
	session = "session"
)

// A Route is one operation.
type Route struct {
	Method, Path string
	Right        string // public, session, or a permission at the counter
	answer       func(*gin.Context, login.Session, who.Actor) error
}

// Routes lists the operations.
func (s *Server) Routes() []Route {
	return slices.Concat([]Route{
		{http.MethodGet, "/login", public, s.startLogin},
		{http.MethodGet, "/login/callback", public, s.finishLogin},
		{http.MethodPost, "/logout", public, s.logout},
		{http.MethodGet, "/api/v1/about", public, s.getAbout},
		{http.MethodGet, "/api/v1/me", session, s.getMe},
		{http.MethodPost, "/api/v1/identifications", string(rights.PassesRead), s.postIdentification},
		{http.MethodPost, "/api/v1/eid-reads", string(rights.PassesRead), s.postEIDRead},
		{http.MethodGet, "/api/v1/passholders/:passholderId/activities", string(rights.CheckinsWrite), s.getPassholderActivities},
		{http.MethodGet, "/api/v1/passholders/:passholderId/points", string(rights.PassholdersTransactionHistory), s.getPoints},
		{http.MethodGet, "/api/v1/activities", string(rights.EventsRead), s.getActivities},
		{http.MethodPost, "/api/v1/checkins", string(rights.CheckinsWrite), s.postCheckin},
		{http.MethodDelete, "/api/v1/checkins/:checkinId", string(rights.CheckinsWrite), s.deleteCheckin},
		{http.MethodPost, "/api/v1/card-imports", string(rights.CardsWrite), s.postCardImport},
		{http.MethodGet, "/api/v1/stock", string(rights.CardsStock), s.getStock},
		{http.MethodGet, "/api/v1/stock-counters", string(rights.CardsStock), s.getStockCounters},
		{http.MethodGet, "/api/v1/stock-packs", string(rights.CardsWrite), s.getPacks},
		{http.MethodGet, "/api/v1/shipments", string(rights.CardsStock), s.getShipments},
		{http.MethodGet, "/api/v1/shipments/:shipmentId", string(rights.CardsStock), s.getShipment},
		{http.MethodPost, "/api/v1/shipments", string(rights.CardsStock), s.postShipment},
		{http.MethodPost, "/api/v1/shipments/:shipmentId/receipt", string(rights.CardsStock), s.postReceipt},
		{http.MethodPost, "/api/v1/shipments/:shipmentId/recall", string(rights.CardsStock), s.postRecall},
		{http.MethodGet, "/api/v1/stock-counts", string(rights.CardsStock), s.getStockCounts},
		{http.MethodPost, "/api/v1/stock-counts", string(rights.CardsStock), s.postStockCount},
		{http.MethodPost, "/api/v1/card-discards", string(rights.CardsStock), s.postCardDiscard},
		{http.MethodPost, "/api/v1/card-regains", string(rights.CardsStock), s.postCardRegain},
		{http.MethodGet, "/api/v1/cards/:uitpasNumber/events", string(rights.CardsRead), s.getCardHistory},
		{http.MethodGet, "/api/v1/group-passes", string(rights.GroupPassesSearch), s.getGroupPasses},
		{http.MethodPost, "/api/v1/group-passes", string(rights.PassholdersWrite), s.postGroupPass},
		{http.MethodPut, "/api/v1/group-passes/:groupPassId", string(rights.PassholdersWrite), s.putGroupPass},
		{http.MethodPost, "/api/v1/group-passes/:groupPassId/cards", string(rights.PassholdersWrite), s.postGroupCard},
		{http.MethodGet, "/api/v1/card-systems/:cardSystemId", string(rights.CardSystemsWrite), s.getCardSystem},
		{http.MethodPut, "/api/v1/card-systems/:cardSystemId", string(rights.CardSystemsWrite), s.putCardSystem},
		{http.MethodPost, "/api/v1/card-systems/:cardSystemId/number-ranges", string(rights.CardSystemsWrite), s.postNumberRange},
		{http.MethodGet, "/api/v1/municipalities", session, s.getMunicipalities},
		{http.MethodPost, "/api/v1/quotes", string(rights.MembershipPricesRead), s.postQuote},
		{http.MethodGet, "/api/v1/price-lists", string(rights.CardSystemsWrite), s.getPriceLists},
		{http.MethodPost, "/api/v1/price-lists", string(rights.CardSystemsWrite), s.postPriceList},
		{http.MethodGet, "/api/v1/price-lists/:priceListId", string(rights.CardSystemsWrite), s.getPriceList},
		{http.MethodDelete, "/api/v1/price-lists/:priceListId", string(rights.CardSystemsWrite), s.deletePriceList},
		{http.MethodPost, "/api/v1/price-list-previews", string(rights.CardSystemsWrite), s.postPricePreview},
		{http.MethodPost, "/api/v1/voucher-holds", string(rights.PassholdersWrite), s.postVoucherHold},
		{http.MethodDelete, "/api/v1/voucher-holds/:holdId", string(rights.PassholdersWrite), s.deleteVoucherHold},
		{http.MethodGet, "/api/v1/voucher-types", string(rights.CardSystemsWrite), s.getVoucherTypes},
		{http.MethodPost, "/api/v1/voucher-types", string(rights.CardSystemsWrite), s.postVoucherType},
		{http.MethodGet, "/api/v1/voucher-types/:voucherTypeId/vouchers", string(rights.CardSystemsWrite), s.getVouchers},
		{http.MethodPost, "/api/v1/voucher-types/:voucherTypeId/vouchers", string(rights.CardSystemsWrite), s.postVouchers},
		{http.MethodPost, "/api/v1/voucher-types/:voucherTypeId/imports", string(rights.CardSystemsWrite), s.postVoucherImport},
		{http.MethodPost, "/api/v1/voucher-withdrawals", string(rights.CardSystemsWrite), s.postVoucherWithdrawal},
		{http.MethodPost, "/api/v1/registration-previews", string(rights.PassholdersWrite), s.postRegistrationPreview},
		{http.MethodPost, "/api/v1/registrations", string(rights.PassholdersWrite), s.postRegistrations},
		{http.MethodGet, "/api/v1/registrations", string(rights.PassholdersWrite), s.getRegistrations},
		{http.MethodPost, "/api/v1/registrations/:registrationId/void", string(rights.PassholdersWrite), s.postVoid},
		{http.MethodPost, "/api/v1/registrations/:registrationId/mails", string(rights.PassholdersWrite), s.postRegistrationMail},
		{http.MethodGet, "/api/v1/registrations/:registrationId/receipt", string(rights.PassholdersWrite), s.getReceipt},
		{http.MethodGet, "/api/v1/passholders/:passholderId/registrations", string(rights.PassholdersWrite), s.getPassholderRegistrations},
		{http.MethodGet, "/api/v1/passholders/:passholderId/pass-sheet", string(rights.PassholdersWrite), s.getPassSheet},
		{http.MethodPost, "/api/v1/replacements", string(rights.PassholdersWrite), s.postReplacement},
		{http.MethodPost, "/api/v1/replacement-previews", string(rights.PassholdersWrite), s.postReplacementPreview},
		{http.MethodPost, "/api/v1/joinings", string(rights.PassholdersWrite), s.postJoining},
		{http.MethodPost, "/api/v1/joining-previews", string(rights.PassholdersWrite), s.postJoiningPreview},
		{http.MethodPost, "/api/v1/card-blocks", string(rights.CardsBlock), s.postCardBlock},
		{http.MethodPost, "/api/v1/card-unblocks", string(rights.CardsBlock), s.postCardUnblock},
		{http.MethodPost, "/api/v1/bulk", string(rights.PassholdersBulk), s.postBulk},
		{http.MethodGet, "/api/v1/bulk", string(rights.PassholdersBulk), s.getBulks},
		{http.MethodGet, "/api/v1/bulk/:bulkId", string(rights.PassholdersBulk), s.getBulk},
		{http.MethodGet, "/api/v1/bulk/:bulkId/rows", string(rights.PassholdersBulk), s.getBulkRows},
		{http.MethodGet, "/api/v1/bulk/:bulkId/report", string(rights.PassholdersBulk), s.getBulkReport},
		{http.MethodPost, "/api/v1/bulk/:bulkId/cancel", string(rights.PassholdersBulk), s.postBulkCancel},
		{http.MethodGet, "/api/v1/sandbox/samples", session, s.getSamples},
	}, s.departureRoutes(), s.passholderRoutes(), s.membershipRoutes(), s.associationRoutes(), s.familyRoutes())
}

// Mount puts the operations on a router.
func (s *Server) Mount(r gin.IRouter) {
	for _, route := range s.Routes() {
		r.Handle(route.Method, route.Path, bind.Own(func(c *gin.Context) error {
			in, by, err := s.admit(c, route.Right)
			if err != nil {
				return err
			}
			c.Header("Cache-Control", "no-store")
			return route.answer(c, in, by)
		}))
	}
}

// admit says who asks, and refuses those who may not.
func (s *Server) admit(c *gin.Context, right string) (login.Session, who.Actor, error) {
	if right == public {
		return login.Session{}, who.Actor{}, nil
	}
	ctx := c.Request.Context()
	in, err := s.Login.Session(ctx, s.Login.Token(c.Request))
	if err != nil {
		return login.Session{}, who.Actor{}, err
	}
	by := in.Actor()
	if right == session {
		return in, by, nil
	}
	by.Counter = c.GetHeader("X-Counter")
	if by.Counter == "" || len(by.Counter) > 64 || !utf8.ValidString(by.Counter) {
		return login.Session{}, who.Actor{}, bind.ErrHeader.With("header", "X-Counter")
	}
	if by.Purpose = cmp.Or(c.GetHeader("X-Purpose"), who.Purposes[0]); !slices.Contains(who.Purposes, by.Purpose) {
		return login.Session{}, who.Actor{}, bind.ErrHeader.With("header", "X-Purpose")
	}
	return in, by, rights.Check(ctx, s.DB, by, rights.Permission(right), by.Counter)
}
