// Package bind is the border between HTTP and the nouns: it reads requests,
// says exactly what is wrong with them, and turns errors into problems in the
// two dialects this program speaks, its own and that of the public UiTPAS
// API. The texts that people get to see are here too, in four languages.
//
// What is read here has the right shape; whether it makes sense is for the
// rules of the noun. Nothing of a request is ever put in a log.
package bind

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/fault"
)

// MaxBody is the largest body that is read.
const MaxBody = 1 << 20

// Errors of requests that cannot be read.
var (
	ErrBodyMissing      = fault.New(fault.Invalid, "body-missing")
	ErrBodySyntax       = fault.New(fault.Invalid, "body-invalid-syntax")
	ErrBodyData         = fault.New(fault.Invalid, "body-invalid-data")
	ErrUnknownField     = fault.New(fault.Invalid, "unknown-field")
	ErrBodyTooLarge     = fault.New(fault.Invalid, "body-too-large")
	ErrMediaType        = fault.New(fault.Invalid, "unsupported-media-type")
	ErrQuery            = fault.New(fault.Invalid, "query-invalid")
	ErrLimitExceeded    = fault.New(fault.Invalid, "query-limit-exceeded")
	ErrHeader           = fault.New(fault.Invalid, "header-invalid")
	ErrURLUnknown       = fault.New(fault.Missing, "url-unknown")
	ErrMethod           = fault.New(fault.Invalid, "method-not-allowed")
	ErrCrossOrigin      = fault.New(fault.Denied, "cross-origin")
	ErrInternal         = fault.New(fault.Busy, "internal")
	ErrDatabase         = fault.New(fault.Busy, "database-unavailable")
	ErrTooManyQuestions = fault.New(fault.Busy, "rate-limited")
)

// A FieldError says what is wrong with one value of a body.
type FieldError struct {
	Pointer        string         `json:"pointer"` // RFC 6901
	Code           string         `json:"code"`
	Args           map[string]any `json:"args,omitempty"`
	EndUserMessage *Message       `json:"endUserMessage,omitempty"` // of rules; of shapes there is none
}

// FieldFault is what a rule says about one value.
func FieldFault(pointer string, f *fault.Error) FieldError {
	out := FieldError{Pointer: pointer, Code: f.Code, Args: f.Args}
	if m, ok := MessageOf(f.Code, f.Args); ok {
		out.EndUserMessage = &m
	}
	return out
}

// The codes of field errors.
const (
	fieldMissing = "missing"
	fieldType    = "wrong-type"
	fieldUnknown = "unknown-field"
	fieldShort   = "too-short"
	fieldLong    = "too-long"
	fieldValue   = "not-allowed"
)

// Fields collects what is wrong with a body.
type Fields struct{ errors []FieldError }

// Text checks a required text of min to max characters.
func (f *Fields) Text(pointer, value string, minLen, maxLen int) {
	n := utf8.RuneCountInString(value)
	switch {
	case n == 0:
		f.add(pointer, fieldMissing)
	case n < minLen:
		f.add(pointer, fieldShort)
	case n > maxLen:
		f.add(pointer, fieldLong)
	}
}

// OneOf checks a required text that is one of a few.
func (f *Fields) OneOf(pointer, value string, allowed ...string) {
	if value == "" {
		f.add(pointer, fieldMissing)
		return
	}
	if !slices.Contains(allowed, value) {
		f.add(pointer, fieldValue)
	}
}

// UUID checks an id of ours; an absent one is fine unless it is required.
func (f *Fields) UUID(pointer, value string, required bool) {
	if value == "" {
		if required {
			f.add(pointer, fieldMissing)
		}
		return
	}
	if _, err := uuid.Parse(value); err != nil {
		f.add(pointer, fieldValue)
	}
}

// Most checks that a list is not longer than maxLen.
func (f *Fields) Most(pointer string, n, maxLen int) {
	if n > maxLen {
		f.add(pointer, fieldLong)
	}
}

// Base64 checks an optional text of at most maxLen characters that holds bytes,
// and returns them.
func (f *Fields) Base64(pointer, value string, maxLen int) []byte {
	if len(value) > maxLen {
		f.add(pointer, fieldLong)
		return nil
	}
	content, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		f.add(pointer, fieldValue)
	}
	return content
}

func (f *Fields) add(pointer, code string) {
	f.errors = append(f.errors, FieldError{Pointer: pointer, Code: code})
}

// Refuse adds what a rule says about a value.
func (f *Fields) Refuse(pointer string, why *fault.Error) {
	f.errors = append(f.errors, FieldFault(pointer, why))
}

// Checked is a body that knows its own shape.
type Checked interface{ Check(f *Fields) }

// JSON reads a body of our own API into out: it must be JSON and say so, hold
// every field that is required and none that is not known.
func JSON(c *gin.Context, out Checked) error { return JSONWithin(c, MaxBody, out) }

// JSONWithin is JSON for a body that is never larger than maxBody.
func JSONWithin(c *gin.Context, maxBody int64, out Checked) error {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "application/json" {
		return ErrMediaType
	}
	return read(c, maxBody, out, true)
}

// LooseJSON reads a body of the public API into out: unknown fields are
// ignored, as its clients expect, and a missing content type is forgiven.
func LooseJSON(c *gin.Context, out Checked) error { return LooseJSONWithin(c, MaxBody, out) }

// LooseJSONWithin is LooseJSON for a body that is never larger than maxBody.
func LooseJSONWithin(c *gin.Context, maxBody int64, out Checked) error {
	if header := c.GetHeader("Content-Type"); header != "" {
		kind, _, err := mime.ParseMediaType(header)
		if err != nil || kind != "application/json" {
			return ErrMediaType
		}
	}
	return read(c, maxBody, out, false)
}

func read(c *gin.Context, maxBody int64, out Checked, strict bool) error {
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return ErrBodyTooLarge.With("maxBytes", maxBody)
		}
		return ErrBodySyntax
	}
	return parse(body, out, strict)
}

// Part is JSON for a part of a form.
func Part(body []byte, out Checked) error { return parse(body, out, true) }

func parse(body []byte, out Checked, strict bool) error {
	if len(strings.TrimSpace(string(body))) == 0 {
		return ErrBodyMissing
	}
	if !utf8.Valid(body) {
		return ErrBodySyntax
	}
	d := json.NewDecoder(strings.NewReader(string(body)))
	if strict {
		d.DisallowUnknownFields()
	}
	err := d.Decode(out)
	if _, more := d.Token(); err == nil && !errors.Is(more, io.EOF) {
		return ErrBodySyntax
	}
	if err != nil {
		return explain(body, err, reflect.TypeOf(out).Elem(), strict)
	}
	if body = []byte(strings.TrimSpace(string(body))); body[0] != '{' { // null decodes into anything
		return withFields(ErrBodyData, FieldError{Code: fieldType})
	}
	var f Fields
	f.bound("", reflect.ValueOf(out).Elem())
	if len(f.errors) == 0 {
		out.Check(&f)
	}
	if len(f.errors) > 0 {
		return withFields(ErrBodyData, f.errors...)
	}
	return nil
}

// bound refuses whole numbers that are larger than the database keeps them. A
// field that keeps larger ones is an int64.
func (f *Fields) bound(pointer string, v reflect.Value) {
	kind := v.Kind()
	if kind == reflect.Int && (v.Int() > math.MaxInt32 || v.Int() < math.MinInt32) {
		f.add(pointer, fieldValue)
	}
	if kind == reflect.Pointer && !v.IsNil() {
		f.bound(pointer, v.Elem())
	}
	if kind == reflect.Slice && !slices.Contains([]reflect.Kind{reflect.String, reflect.Uint8}, v.Type().Elem().Kind()) {
		for i := range v.Len() {
			f.bound(pointer+"/"+strconv.Itoa(i), v.Index(i))
		}
	}
	if kind != reflect.Struct {
		return
	}
	for field, inner := range v.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous {
			f.bound(pointer, inner)
		} else if field.IsExported() {
			f.bound(pointer+"/"+name, inner)
		}
	}
}

// explain finds out what a body that did not decode is: no JSON at all, or
// JSON with values that do not fit. It only runs when a request fails.
func explain(body []byte, cause error, t reflect.Type, strict bool) error {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return ErrBodySyntax
	}
	var f Fields
	f.compare("", value, t, strict)
	if len(f.errors) == 0 {
		if _, ok := errors.AsType[*json.UnmarshalTypeError](cause); ok {
			f.add("", fieldType)
		} else {
			return ErrBodySyntax
		}
	}
	for _, e := range f.errors {
		if e.Code != fieldUnknown {
			return withFields(ErrBodyData, f.errors...)
		}
	}
	return withFields(ErrUnknownField, f.errors...)
}

// compare walks a JSON value beside the type it should fit in.
func (f *Fields) compare(pointer string, value any, t reflect.Type, strict bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := value.(type) {
	case nil:
		return
	case map[string]any:
		f.compareObject(pointer, v, t, strict)
	case []any:
		if t.Kind() != reflect.Slice {
			f.add(pointer, fieldType)
		}
	case string:
		if into, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler); ok {
			if into.UnmarshalText([]byte(v)) != nil {
				f.add(pointer, fieldValue)
			}
		} else if t.Kind() != reflect.String {
			f.add(pointer, fieldType)
		}
	case bool:
		if t.Kind() != reflect.Bool {
			f.add(pointer, fieldType)
		}
	case float64:
		if !t.ConvertibleTo(reflect.TypeFor[float64]()) {
			f.add(pointer, fieldType)
		}
	}
}

func (f *Fields) compareObject(pointer string, v map[string]any, t reflect.Type, strict bool) {
	fields := fieldsIn(t)
	if fields == nil && t.Kind() != reflect.Map {
		f.add(pointer, fieldType)
		return
	}
	for name, inner := range v {
		at := pointer + "/" + escape(name)
		if t.Kind() == reflect.Map {
			f.compare(at, inner, t.Elem(), strict)
		} else if ft, ok := fields[name]; ok {
			f.compare(at, inner, ft, strict)
		} else if strict {
			f.add(at, fieldUnknown)
		}
	}
}

// fieldsIn are the fields of a struct by their JSON names, those of embedded
// structs among them; nil for what is no struct.
func fieldsIn(t reflect.Type) map[string]reflect.Type {
	if t.Kind() != reflect.Struct {
		return nil
	}
	out := map[string]reflect.Type{}
	for field := range t.Fields() {
		if field.Anonymous {
			maps.Copy(out, fieldsIn(field.Type))
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		out[name] = field.Type
	}
	return out
}

func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
