package eid

import (
	"fmt"
	"io"
	"log/slog"
)

// Everything that is about a person says «redacted» where it is printed or
// logged, so that only code that means to can give it away.

const redacted = "redacted"

func redact(s fmt.State) { _, _ = io.WriteString(s, redacted) }

// Format says «redacted» whatever the verb.
func (Identity) Format(s fmt.State, _ rune) { redact(s) }

// LogValue says «redacted».
func (Identity) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format says «redacted» whatever the verb.
func (Address) Format(s fmt.State, _ rune) { redact(s) }

// LogValue says «redacted».
func (Address) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format says «redacted» whatever the verb.
func (Files) Format(s fmt.State, _ rune) { redact(s) }

// LogValue says «redacted».
func (Files) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format names the file, whatever the verb.
func (e Event) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, e.File.String()) }

// LogValue names the file.
func (e Event) LogValue() slog.Value { return slog.StringValue(e.File.String()) }

// String says «redacted».
func (NationalNumber) String() string { return redacted }

// GoString says «redacted».
func (NationalNumber) GoString() string { return redacted }

// Format says «redacted» whatever the verb.
func (NationalNumber) Format(s fmt.State, _ rune) { redact(s) }

// LogValue says «redacted».
func (NationalNumber) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON says «redacted».
func (NationalNumber) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText says «redacted».
func (NationalNumber) MarshalText() ([]byte, error) { return []byte(redacted), nil }
