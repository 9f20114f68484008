package api

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type identificationRequest struct {
	Identifier string `json:"identifier"`
	Source     string `json:"source"`
}

// Where an identifier came from.
const (
	typed   = "TYPED"
	chip    = "CHIP"
	scanner = "SCANNER"
)

func (in *identificationRequest) Check(f *bind.Fields) {
	f.Text("/identifier", in.Identifier, 1, 64)
	f.OneOf("/source", in.Source, typed, chip, scanner)
}

type identificationJSON struct {
	Kind         card.Kind           `json:"kind"`
	PassholderID string              `json:"passholderId,omitempty"`
	Card         *identifiedCardJSON `json:"card,omitempty"`
	GroupPass    *groupPassJSON      `json:"groupPass,omitempty"`
	Reason       *reasonJSON         `json:"reason,omitempty"`
	WayOut       []string            `json:"wayOut,omitempty"`
}

type identifiedCardJSON struct {
	UitpasNumber     string         `json:"uitpasNumber"`
	ChipKnown        bool           `json:"chipKnown"`
	CardSystem       cardSystemJSON `json:"cardSystem"`
	CardType         string         `json:"cardType"`
	Status           string         `json:"status"`
	SocialTariffCard bool           `json:"socialTariffCard"`
}

type groupPassJSON struct {
	ID                string `json:"id"`
	Name              string `json:"name"`
	AvailableTickets  *int   `json:"availableTickets,omitempty"`
	SocialTariffUntil string `json:"socialTariffUntil,omitempty"`
}

type reasonJSON struct {
	Code    string         `json:"code"`
	Args    map[string]any `json:"args"`
	Message bind.Message   `json:"message"`
}

// The ways out of a card or number that leads nowhere.
const (
	register    = "REGISTER"
	openProfile = "OPEN_PROFILE"
	typeNumber  = "TYPE_NUMBER"
	checkNumber = "CHECK_NUMBER"
	askNewCard  = "ASK_NEW_CARD"
	callRegion  = "CALL_REGION"
)

// postIdentification says whose card or number this is: POST
// /api/v1/identifications.
func (s *Server) postIdentification(c *gin.Context, _ login.Session, by who.Actor) error {
	var in identificationRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	if read, err := card.ParseIdentifier(in.Identifier); err == nil && read.Kind == card.AsINSZ {
		if err := s.Searches.Allow(by.Key()); err != nil {
			return err
		}
	}
	found, err := s.Cards.Identify(c.Request.Context(), by, in.Identifier)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, identificationOf(found, in.Source, by.Counter))
	return nil
}

func identificationOf(f card.Found, source, counter string) identificationJSON {
	out := identificationJSON{Kind: f.Kind}
	if f.PassholderID != uuid.Nil {
		out.PassholderID = f.PassholderID.String()
	}
	if c := f.Card; c != nil {
		out.Card = &identifiedCardJSON{
			UitpasNumber: string(c.Number), ChipKnown: c.Chip != "", CardSystem: cardSystemOf(*f.System),
			CardType: string(c.Type), Status: string(c.Status), SocialTariffCard: c.Number.SocialTariffCard(),
		}
	}
	if g := f.GroupPass; g != nil {
		out.GroupPass = &groupPassJSON{ID: g.ID.String(), Name: g.Name}
		if g.TicketsPerYear > 0 {
			out.GroupPass.AvailableTickets = &g.AvailableTickets
		}
		if !g.SocialTariffUntil.IsZero() {
			out.GroupPass.SocialTariffUntil = g.SocialTariffUntil.String()
		}
	}
	code, ways := explain(f, source, counter)
	if code != "" {
		m, _ := bind.MessageOf(code, nil)
		out.Reason, out.WayOut = &reasonJSON{code, map[string]any{}, m}, ways
	}
	return out
}

// explain says why a card or number leads nowhere, and what helps.
func explain(f card.Found, source, counter string) (code string, ways []string) {
	switch f.Kind {
	case card.KindGroupPass:
		return "group-pass", nil
	case card.KindUnregistered:
		if f.Card.Status != card.LocalStock || f.Card.CounterID != counter {
			return registration.ErrCardNotHere.Code, []string{askNewCard, callRegion}
		}
		return "card-unregistered", []string{register}
	case card.KindBlocked:
		return "card-blocked", withProfile(f, askNewCard, callRegion)
	case card.KindDeleted:
		return "card-deleted", withProfile(f, askNewCard)
	case card.KindInTransit:
		return "card-in-transit", []string{callRegion}
	case card.KindUnknown:
		switch f.Read {
		case card.AsINSZ:
			return "insz-unknown", []string{checkNumber, register}
		case card.AsChip:
			return "chip-unknown", []string{typeNumber, callRegion}
		default:
			return "card-unknown", []string{checkNumber, callRegion}
		}
	case card.KindInvalid:
		code = card.ErrInvalidIdentifier.Code
		if known, ok := errors.AsType[*fault.Error](f.Err); ok {
			code = known.Code
		}
		if source == chip {
			return code, []string{typeNumber}
		}
		return code, []string{checkNumber}
	default:
		return "", nil
	}
}

// withProfile offers the person's profile first, when there is one.
func withProfile(f card.Found, ways ...string) []string {
	if f.PassholderID == uuid.Nil {
		return ways
	}
	return append([]string{openProfile}, ways...)
}
