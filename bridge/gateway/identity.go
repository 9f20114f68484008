package gateway

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/protocol"
)

// This file puts what stands on an identity card into the words of the protocol.

var fileNames = map[eid.File]string{
	eid.IdentityFile:      protocol.FileIdentity,
	eid.IdentitySignature: protocol.FileIdentitySignature,
	eid.AddressFile:       protocol.FileAddress,
	eid.AddressSignature:  protocol.FileAddressSignature,
	eid.PictureFile:       protocol.FilePicture,
	eid.Certificate:       protocol.FileCertificate,
}

func identity(id eid.Identity) protocol.Identity {
	p := protocol.Identity{
		CardNumber:     id.CardNumber,
		ChipSerial:     strings.ToUpper(hex.EncodeToString(id.ChipNumber)),
		ValidFrom:      day(id.ValidFrom),
		ValidUntil:     day(id.ValidUntil),
		IssuedBy:       id.IssuedBy,
		NationalNumber: id.NationalNumber.Reveal(),
		LastName:       id.Name,
		FirstNames:     id.GivenNames,
		ThirdInitial:   id.ThirdInitial,
		Nationality:    id.Nationality,
		PlaceOfBirth:   id.BirthPlace,
		DateOfBirth:    protocol.PartialDate{Year: id.Born.Year, Month: id.Born.Month, Day: id.Born.Day, Text: id.BornText},
		Sex:            string(id.Sex),
		NobleCondition: id.Noble,
		DocumentType:   protocol.DocumentType{Code: int(id.Document), Name: id.Document.String(), Permit: id.Document.Permit()},
		Duplicate:      id.Duplicate,

		SpecialOrganisation: id.Organisation,
		FamilyMember:        id.FamilyMember,
		Protection:          id.Protection,
		WorkMention:         id.Labour,
		VATNumbers:          id.VATNumbers,
		RegionalFile:        id.RegionalFile,
		MentionB:            id.MentionB,
		MentionC:            id.MentionC,
		Mentions:            id.Mentions,
		MentionK:            id.MentionK,
		UnionSince:          day(id.UnionSince),
	}
	if id.Status != 0 {
		p.SpecialStatus = &protocol.SpecialStatus{
			Code: int(id.Status), WhiteCane: id.Status.WhiteCane(),
			YellowCane: id.Status.YellowCane(), ExtendedMinority: id.Status.ExtendedMinority(),
		}
	}
	return p
}

// day spells a date, if all of it is known.
func day(d eid.Date) string {
	if !d.Whole() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

func address(a eid.Address) protocol.Address {
	return protocol.Address{Street: a.Street, PostalCode: a.PostalCode, Municipality: a.Municipality}
}

func verdict(v eid.Verdict) protocol.Verdict {
	p := protocol.Verdict{Verified: v.Verified(), Authentic: v.Authentic(), Why: string(v.Why())}
	for _, f := range v.Findings {
		p.Findings = append(p.Findings, protocol.Finding{Check: string(f.Check), Result: string(f.Result), Reason: string(f.Reason)})
	}
	return p
}
