// Package passholder holds people. A person belongs to the whole platform, not
// to a card system. The national number is sealed, found by keyed hash, and
// handed out only to those who may register people; every read of a person by
// a person is in the audit log.
//
// [Check] says what is wrong with what somebody told about a person, before
// anything is saved; [Add], [Update] and the others write, in the transaction
// of the caller. Whoever calls them has checked the rights and the details.
package passholder

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
)

// The refusals.
var (
	ErrUnknown  = fault.New(fault.Missing, "passholder-unknown")
	ErrINSZUsed = fault.New(fault.Conflict, "insz-already-used")
	ErrChanged  = fault.New(fault.Conflict, "passholder-changed") // somebody else saved meanwhile
	ErrGone     = fault.New(fault.Conflict, "passholder-gone")    // erased, or made one with another record
	ErrINSZKept = fault.New(fault.Conflict, "insz-proved")        // an identity card proved another number
	ErrINSZSet  = fault.New(fault.Conflict, "insz-known")         // a program does not replace a number that is known
	ErrDetails  = fault.New(fault.Invalid, "passholder-details")  // With "field" and "code": see [Problem]
	ErrSchool   = fault.New(fault.Invalid, "school-unknown")      // no organizer, or none that is a school
	ErrNoSchool = fault.New(fault.Missing, "school-none")         // the person has none
	ErrPicture  = fault.New(fault.Missing, "picture-none")        // the person has none
	ErrNoFile   = fault.New(fault.Invalid, "picture-missing")     // nothing was sent
	ErrFileType = fault.New(fault.Invalid, "picture-type")        // neither JPEG nor PNG, or broken
	ErrFileSize = fault.New(fault.Invalid, "picture-size")        // With "maxMegabytes"
)

// What is wrong with one field of a person.
var (
	ErrRequired     = fault.New(fault.Invalid, "value-required")
	ErrTooLong      = fault.New(fault.Invalid, "value-too-long") // With "max"
	ErrCharacters   = fault.New(fault.Invalid, "value-characters")
	ErrBirthDate    = fault.New(fault.Invalid, "date-of-birth-invalid")
	ErrINSZRequired = fault.New(fault.Invalid, "insz-required")
	ErrINSZBirth    = fault.New(fault.Invalid, "insz-not-date-of-birth")
	ErrINSZGender   = fault.New(fault.Invalid, "insz-not-gender")
	ErrCountry      = fault.New(fault.Invalid, "country-unknown")
	ErrNoEmail      = fault.New(fault.Invalid, "email-none") // neither an address nor said to have none
	ErrPhone        = fault.New(fault.Invalid, "phone-number-invalid")
	ErrTerms        = fault.New(fault.Invalid, "consent-terms")    // neither on paper nor digitally
	ErrParental     = fault.New(fault.Invalid, "consent-parental") // With "age": younger people need it
	ErrTooYoung     = fault.New(fault.Invalid, "consent-too-young")
	ErrNoAddress    = fault.New(fault.Invalid, "consent-no-email")
	ErrNoMobile     = fault.New(fault.Invalid, "consent-no-phone")
)

// What is left in the audit log.
const (
	ActionRead          = "passholder.read"
	ActionChanged       = "passholder.changed"
	ActionINSZCorrected = "passholder.inszCorrected"
	ActionConsents      = "passholder.consentsChanged"
	ActionPictureRead   = "passholder.pictureRead"
	ActionPictureSet    = "passholder.pictureSet"
	ActionPictureGone   = "passholder.pictureRemoved"
	ActionNoteRead      = "passholder.noteRead"
	ActionNoteSet       = "passholder.noteSet"
	ActionSchoolSet     = "passholder.schoolSet"
	ActionVerified      = "passholder.verified"
	ActionErased        = "passholder.erased"
)

// Gender as the public API spells it; empty when unknown.
type Gender string

// The genders.
const (
	Male   Gender = "MALE"
	Female Gender = "FEMALE"
	X      Gender = "X"
)

// Language is the one in which somebody is written to.
type Language string

// The languages.
const (
	Dutch   Language = "nl"
	French  Language = "fr"
	German  Language = "de"
	English Language = "en"
)

// Details are what people tell about themselves, or an identity card does.
type Details struct {
	Name         string
	FirstName    string
	DateOfBirth  period.Day
	PlaceOfBirth string
	Gender       Gender
	Nationality  string
	INSZ         secret.NationalNumber // zero: none, or not for everybody's eyes
	Street       string                // with number and box
	PostalCode   string
	City         string
	Country      string // lower-case ISO 3166-1 alpha-2
	Email        string
	NoEmail      bool     // said to have none
	PhoneNumber  string   // E.164 where it could be read
	Language     Language // "": Dutch
	Remarks      string
}

// A Passholder is a person.
type Passholder struct {
	ID uuid.UUID
	Details
	INSZKnown               bool
	RegistrationOrganizerID string
	SchoolID                string // "": none
	CreatedAt               time.Time
	UpdatedAt               time.Time
	Version                 int             // of the details
	OptIn                   map[string]bool // by the public API's names; see [Consents]
	VerifiedAt              time.Time       // zero: not by an identity card
	VerifiedBy              string          // what proved it
	DeceasedOn              period.Day      // zero: alive
	MergedInto              uuid.UUID       // uuid.Nil: a record of its own
	ErasedAt                time.Time       // zero: not erased
}

// Age returns the person's full years on the day of an instant, Brussels time.
func (p Passholder) Age(now time.Time) int {
	return period.Age(p.DateOfBirth, period.DayOf(now, period.Brussels()))
}

// A Problem is what is wrong with one field.
type Problem struct {
	Field   string // as our own API spells it
	Fault   *fault.Error
	Warning bool // may be saved all the same, when somebody has looked
}

// Consent is a kind of yes or no.
type Consent string

// The consents: to the terms, a parent's, and to being written to.
const (
	TermsOnPaper   Consent = "LEGAL_TERMS_PAPER"
	TermsDigitally Consent = "LEGAL_TERMS_DIGITAL"
	Parental       Consent = "PARENTAL"
	ServiceMails   Consent = "SERVICE_MAILS"
	MilestoneMails Consent = "MILESTONE_MAILS"
	InfoMails      Consent = "INFO_MAILS"
	SMS            Consent = "SMS"
	Post           Consent = "POST"
)

// Consents are what somebody said to each kind. One that is absent was not
// asked.
type Consents map[Consent]bool

// Channel is how something reached us.
type Channel string

// The channels.
const (
	AtCounter Channel = "COUNTER"
	ByAPI     Channel = "API"
	ByImport  Channel = "IMPORT"
	BySelf    Channel = "SELF"
)

// An Answer is one consent, given or taken back.
type Answer struct {
	Kind        Consent
	Given       bool
	At          time.Time
	Actor       string // who.Actor's Key
	OrganizerID string
	Channel     Channel
}

// PictureSource is where a picture comes from.
type PictureSource string

// The sources.
const (
	FromEID    PictureSource = "EID"
	FromFile   PictureSource = "FILE"
	FromWebcam PictureSource = "WEBCAM"
	FromAPI    PictureSource = "API"
)

// A Picture shows a person.
type Picture struct {
	MediaType string // image/jpeg or image/png
	Content   []byte
	Source    PictureSource
	TakenAt   time.Time
}

// MaxPicture is the size of the largest picture that is kept.
const MaxPicture = 2 << 20

// A Note is for those with the right to read it only.
type Note struct {
	Text      string
	UpdatedAt time.Time
	UpdatedBy string // who.Actor's Key
}

// A Double is somebody who may be the same person.
type Double struct {
	ID           uuid.UUID
	FirstName    string
	Name         string
	DateOfBirth  period.Day
	City         string
	SameBirthday bool    // to the day; else close to it
	Likeness     float64 // of the names, 0 to 1
}
