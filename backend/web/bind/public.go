package bind

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/fault"
)

// probs is where the public API keeps its problem types.
const probs = "https://api.publiq.be/probs/"

// PublicError is an error as the public API tells it. The last four fields
// belong to invalid-card-status.
type PublicError struct {
	Type           string        `json:"type"`
	Title          string        `json:"title"`
	Status         int           `json:"status"`
	Detail         string        `json:"detail,omitempty"`
	EndUserMessage *Message      `json:"endUserMessage,omitempty"`
	SchemaErrors   []SchemaError `json:"schemaErrors,omitempty"`
	CardStatus     string        `json:"cardStatus,omitempty"`
	PassholderID   string        `json:"passholderId,omitempty"`
	PassType       string        `json:"passType,omitempty"`
	GroupPass      *bool         `json:"groupPass,omitempty"`
}

// SchemaError says what is wrong with one value of a body.
type SchemaError struct {
	JSONPointer string `json:"jsonPointer"`
	Error       string `json:"error"`
}

func (p *PublicError) Error() string { return p.Type }

// NewPublicError is a problem whose type is below the public API's prefix.
func NewPublicError(status int, kind, title, detail string) *PublicError {
	return &PublicError{Type: probs + kind, Title: title, Status: status, Detail: detail}
}

// WithMessage adds what the fault's code and numbers mean to people.
func (p *PublicError) WithMessage(code string, args map[string]any) *PublicError {
	if m, ok := MessageOf(code, args); ok {
		p.EndUserMessage = &m
	}
	return p
}

// Public lets h answer in the dialect of the public API. A fault that the
// operation did not translate itself is translated here, where it means the
// same in every operation.
func Public(h Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			WritePublicProblem(c, err)
		}
	}
}

// WritePublicProblem answers with err as a problem of the public API.
func WritePublicProblem(c *gin.Context, err error) {
	if p, ok := errors.AsType[*PublicError](err); ok {
		write(c, p.Status, p)
		return
	}
	f, status := expected(c, err)
	if f == nil {
		return
	}
	p := general(f, status)
	for _, e := range fieldsOf(err) {
		p.SchemaErrors = append(p.SchemaErrors, SchemaError{e.Pointer, schemaError(e.Code)})
	}
	write(c, p.Status, p)
}

// general are the problems that any operation may answer with.
func general(f *fault.Error, status int) *PublicError {
	switch f.Code {
	case ErrBodyMissing.Code:
		return NewPublicError(status, "body/missing", "Body missing", "")
	case ErrBodySyntax.Code:
		return NewPublicError(status, "body/invalid-syntax", "Invalid body syntax", "")
	case ErrBodyData.Code, ErrUnknownField.Code:
		return NewPublicError(status, "body/invalid-data", "Invalid body data", "")
	case ErrBodyTooLarge.Code:
		return NewPublicError(status, "body/too-large", "Body too large", fmt.Sprintf("The body is larger than %v bytes.", f.Args["maxBytes"]))
	case ErrMediaType.Code:
		return NewPublicError(status, "header/unsupported-media-type", "Unsupported media type", "The body must be application/json.")
	case ErrHeader.Code:
		return NewPublicError(status, "header/invalid", "Header invalid", fmt.Sprintf("The header %v is not valid.", f.Args["header"]))
	case ErrLimitExceeded.Code:
		return NewPublicError(status, "url/query-limit-exceeded", "Query limit exceeded", fmt.Sprintf("The maximum of limit is %v.", f.Args["max"]))
	case ErrQuery.Code:
		return NewPublicError(http.StatusNotFound, "url/not-found", "Not Found",
			fmt.Sprintf("The query parameter %v is missing or has an invalid value.", f.Args["parameter"]))
	case ErrMethod.Code:
		return NewPublicError(status, "method/not-allowed", "Method not allowed", "")
	case ErrTooManyQuestions.Code:
		return NewPublicError(status, "uitpas/rate-limited", "Rate limited", "")
	case "idempotency-key-invalid":
		return NewPublicError(status, "header/invalid", "Header invalid", "The header Idempotency-Key is not valid.")
	case "try-again":
		return NewPublicError(status, "uitpas/rate-limited", "Rate limited", "Others were faster. Try again.")
	case "idempotency-key-reused":
		return NewPublicError(status, "header/invalid", "Header invalid", "The Idempotency-Key was used for another request.")
	}
	switch status {
	case http.StatusUnauthorized:
		return NewPublicError(status, "auth/unauthorized", "Unauthorized", "")
	case http.StatusForbidden:
		p := NewPublicError(status, "auth/forbidden", "Forbidden", "")
		if need, ok := f.Args["permission"]; ok {
			p.Detail = fmt.Sprintf("The caller must have the permission %v for the organizer.", need)
		}
		return p
	case http.StatusNotFound:
		return NewPublicError(status, "url/not-found", "Not Found", "")
	case http.StatusInternalServerError:
		return NewPublicError(status, "internal", "Internal server error", "")
	default:
		return NewPublicError(status, "uitpas/"+f.Code, title(f.Code), "")
	}
}

// TakesJSON reports whether the caller takes JSON for an answer, in its Accept
// header. Whoever says nothing, or nothing that can be read, takes anything.
func TakesJSON(c *gin.Context) bool {
	said := strings.Join(c.Request.Header.Values("Accept"), ",")
	readable := false
	for one := range strings.SplitSeq(said, ",") {
		kind, params, err := mime.ParseMediaType(one)
		if err != nil {
			continue
		}
		readable = true
		fits := kind == "*/*" || kind == "application/*" || kind == "application/json" || kind == "application/problem+json"
		weight, err := strconv.ParseFloat(params["q"], 64)
		if fits && (err != nil || weight > 0) {
			return true
		}
	}
	return !readable
}

func schemaError(code string) string {
	switch code {
	case fieldMissing:
		return "The required property is missing."
	case fieldType:
		return "The value has the wrong type."
	default:
		return "The value is " + strings.ReplaceAll(code, "-", " ") + "."
	}
}
