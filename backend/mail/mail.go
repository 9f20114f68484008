// Package mail sends mail through the mail server of whoever runs this. It
// keeps no queue: what must be sent stands in the outbox, and the job that
// sends it tries again when the server does not take it.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"

	"github.com/openbalie/openbalie/backend/fault"
)

// The refusals.
var (
	ErrOff     = fault.New(fault.Conflict, "mail-off")
	ErrAddress = fault.New(fault.Invalid, "email-invalid")
)

// Security says how the way to the mail server is protected.
type Security string

// The ways.
const (
	STARTTLS Security = "starttls" // refused where the server does not offer it
	TLS      Security = "tls"
	Plain    Security = "none" // for a server on this machine
)

// Settings name the mail server. Without a host no mail is sent.
type Settings struct {
	Host     string
	Port     int
	Security Security
	User     string
	Password string
	From     string // address
	FromName string
}

// On reports whether mail can be sent.
func (s Settings) On() bool { return s.Host != "" }

// Check returns an error for settings that cannot work.
func (s Settings) Check() error {
	if !s.On() {
		return nil
	}
	switch {
	case s.Port < 1 || s.Port > 65535:
		return errors.New("mail: the port is no port")
	case s.Security != STARTTLS && s.Security != TLS && s.Security != Plain:
		return fmt.Errorf("mail: security %q is not starttls, tls or none", s.Security)
	case Address(s.From) != nil:
		return errors.New("mail: the address of the sender is none")
	case s.User != "" && s.Security == Plain:
		return errors.New("mail: a password goes over a protected way only")
	default:
		return nil
	}
}

// A Message is one mail to one person. Two with the same ID are the same mail,
// which mail programs then show once.
type Message struct {
	ID       uuid.UUID
	To       string
	Subject  string
	Text     string
	Attached []Attachment
}

// An Attachment is a file that goes with a mail.
type Attachment struct {
	Name    string
	Type    string // "application/pdf"
	Content []byte
}

// A Sender sends mail.
type Sender struct {
	Settings
	Roots *tls.Config // nil: those of the system
}

// timeout is how long a mail server may take for one mail.
const timeout = 30 * time.Second

// Send hands a mail to the server, which then answers for it. An error is worth
// another try, unless it is ErrAddress or ErrOff. It never holds the address.
func (s *Sender) Send(ctx context.Context, m Message) error {
	if !s.On() {
		return ErrOff
	}
	if err := Address(m.To); err != nil {
		return err
	}
	msg, err := s.compose(m)
	if err != nil {
		return err
	}
	client, err := s.client()
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("send mail: %s", without(err.Error(), m.To))
	}
	return nil
}

func (s *Sender) compose(m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg()
	if err := msg.FromFormat(s.FromName, s.From); err != nil {
		return nil, errors.New("send mail: the address of the sender is none")
	}
	if err := msg.To(m.To); err != nil {
		return nil, ErrAddress
	}
	_, domain, _ := strings.Cut(s.From, "@")
	msg.SetMessageIDWithValue(m.ID.String() + "@" + domain)
	msg.SetDate()
	msg.Subject(m.Subject)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	for _, a := range m.Attached {
		if err := msg.AttachReader(a.Name, strings.NewReader(string(a.Content)), gomail.WithFileContentType(gomail.ContentType(a.Type))); err != nil {
			return nil, fmt.Errorf("send mail: attach a file: %w", err)
		}
	}
	return msg, nil
}

func (s *Sender) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(timeout)}
	switch s.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case STARTTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.Roots != nil {
		options = append(options, gomail.WithTLSConfig(s.Roots))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(s.Host, options...)
}

// maxAddress is the longest address that mail servers take (RFC 5321).
const maxAddress = 254

// Address returns ErrAddress unless s is one bare mail address, as people have:
// name@host.domain.
func Address(s string) error {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > maxAddress {
		return ErrAddress
	}
	_, host, _ := strings.Cut(s, "@")
	if !strings.Contains(host, ".") || strings.HasPrefix(host, ".") || strings.HasSuffix(host, ".") || strings.HasPrefix(host, "[") {
		return ErrAddress
	}
	return nil
}

// without takes an address out of what a mail server said.
func without(text, address string) string {
	return strings.ReplaceAll(text, address, "<address>")
}
