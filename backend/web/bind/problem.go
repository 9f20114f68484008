package bind

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/openbalie/openbalie/backend/fault"
)

// RequestID is the key under which the id of a request lies in its context.
const RequestID = "requestID"

// statusClosed is what the access log says of a browser that did not wait.
const statusClosed = 499

// A Handler answers a request, or says why not.
type Handler func(c *gin.Context) error

// Problem is an error as our own API tells it (RFC 9457).
type Problem struct {
	Type           string         `json:"type"`
	Title          string         `json:"title"`
	Status         int            `json:"status"`
	Code           string         `json:"code"`
	RequestID      string         `json:"requestId,omitempty"`
	Args           map[string]any `json:"args,omitempty"`
	EndUserMessage *Message       `json:"endUserMessage,omitempty"`
	Errors         []FieldError   `json:"errors,omitempty"`
}

// fieldsError is a fault with what is wrong at which place.
type fieldsError struct {
	fault  *fault.Error
	fields []FieldError
}

func (e *fieldsError) Error() string { return e.fault.Error() }
func (e *fieldsError) Unwrap() error { return e.fault }

// WithFields is a fault that says what is wrong at which place of a body.
func WithFields(f *fault.Error, fields ...FieldError) error { return withFields(f, fields...) }

func withFields(f *fault.Error, fields ...FieldError) error { return &fieldsError{f, fields} }

// Own lets h answer in the dialect of our own API.
func Own(h Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			WriteProblem(c, err)
		}
	}
}

// WriteProblem answers with err as a problem of our own API.
func WriteProblem(c *gin.Context, err error) {
	f, status := expected(c, err)
	if f == nil {
		return
	}
	p := Problem{
		Type: "/problems/" + f.Code, Title: title(f.Code), Status: status, Code: f.Code,
		RequestID: c.GetString(RequestID), Args: f.Args, Errors: fieldsOf(err),
	}
	if m, ok := MessageOf(f.Code, f.Args); ok {
		p.EndUserMessage = &m
	}
	write(c, status, p)
}

// expected returns the fault in err's chain with its status. What nobody
// expected is logged here, once, and told as «internal», or as a database that
// does not answer; when the browser has gone there is nothing to tell.
func expected(c *gin.Context, err error) (*fault.Error, int) {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f, status(f)
	}
	if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
		c.AbortWithStatus(statusClosed)
		return nil, 0 //nolint:nilerr // nobody is left to tell
	}
	slog.ErrorContext(c.Request.Context(), "Request failed",
		"requestId", c.GetString(RequestID), "route", c.FullPath(), "error", err)
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return ErrDatabase, http.StatusServiceUnavailable
	}
	return ErrInternal, http.StatusInternalServerError
}

// status is what a fault is in HTTP. A few codes have one of their own.
func status(f *fault.Error) int {
	switch f.Code {
	case ErrBodyTooLarge.Code:
		return http.StatusRequestEntityTooLarge
	case ErrMediaType.Code:
		return http.StatusUnsupportedMediaType
	case ErrMethod.Code:
		return http.StatusMethodNotAllowed
	case ErrInternal.Code:
		return http.StatusInternalServerError
	case "idempotency-key-reused":
		return http.StatusUnprocessableEntity
	case "login-unavailable":
		return http.StatusServiceUnavailable
	}
	switch f.Kind {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Denied:
		return http.StatusForbidden
	case fault.Missing:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Busy:
		return http.StatusTooManyRequests
	default:
		return http.StatusInternalServerError
	}
}

func fieldsOf(err error) []FieldError {
	if f, ok := errors.AsType[*fieldsError](err); ok {
		return f.fields
	}
	return nil
}

// title is the code as words: it names the kind of problem, not this one.
func title(code string) string {
	words := strings.ReplaceAll(code, "-", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

func write(c *gin.Context, status int, problem any) {
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-store")
	if status == http.StatusTooManyRequests && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "60")
	}
	text, err := json.Marshal(problem)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.Abort()
	c.Data(status, "application/problem+json", text)
}
