package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/mail"
)

// A server is an SMTP server on a socket, written by others. It keeps what it
// takes.
type server struct {
	mu    sync.Mutex
	mails []string
	users []string
	full  bool // takes nothing
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{s}, nil }

type session struct{ *server }

func (*session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "secret" {
			return smtp.ErrAuthFailed
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.users = append(s.users, user)
		return nil
	}), nil
}

func (*session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.full {
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "the box of " + to + " is full"}
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, string(text))
	return nil
}

func (*session) Reset()        {}
func (*session) Logout() error { return nil }

// start runs a server on the loopback and returns how to reach it.
func start(t *testing.T, s *server, security mail.Security) *mail.Sender {
	t.Helper()
	certificate, roots := selfSigned(t)
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth = "localhost", false
	if security != mail.Plain {
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if security == mail.TLS {
		l = tls.NewListener(l, srv.TLSConfig)
	}
	var done sync.WaitGroup
	done.Go(func() { _ = srv.Serve(l) })
	t.Cleanup(func() {
		_ = srv.Close()
		_ = l.Close() // a server that nobody called may not have begun, and does not know it
		done.Wait()
	})
	return &mail.Sender{
		Settings: mail.Settings{Host: "127.0.0.1", Port: port, Security: security, From: "pas@openbalie.example", FromName: "UiTPAS Gent"},
		Roots:    &tls.Config{RootCAs: roots, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12},
	}
}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

var receipt = mail.Message{
	ID: uuid.MustParse("00000000-0000-7000-8000-000000000001"), To: "zoe@example.org", Subject: "Je pas · ontvangstbewijs €",
	Text: "Dag Zoë\n", Attached: []mail.Attachment{{Name: "ontvangstbewijs.pdf", Type: "application/pdf", Content: []byte("%PDF-1.3")}},
}

func TestAMailArrivesOverEveryWay(t *testing.T) {
	t.Parallel()
	for _, security := range []mail.Security{mail.Plain, mail.STARTTLS, mail.TLS} {
		t.Run(string(security), func(t *testing.T) {
			t.Parallel()
			s := &server{}
			sender := start(t, s, security)
			if security != mail.Plain {
				sender.User, sender.Password = "openbalie", "secret"
			}
			if err := errors.Join(sender.Check(), sender.Send(t.Context(), receipt)); err != nil {
				t.Fatal(err)
			}
			if len(s.mails) != 1 || security != mail.Plain && (len(s.users) != 1 || s.users[0] != "openbalie") {
				t.Fatalf("%d mails from %v", len(s.mails), s.users)
			}
			for _, want := range []string{
				"Message-ID: <00000000-0000-7000-8000-000000000001@openbalie.example>", `From: "UiTPAS Gent" <pas@openbalie.example>`,
				"To: <zoe@example.org>", "Subject: =?UTF-8?q?Je_pas_=C2=B7_ontvangstbewijs_=E2=82=AC?=", "Date: ", "Dag Zo=C3=AB", `filename="ontvangstbewijs.pdf"`, "application/pdf",
			} {
				if !strings.Contains(s.mails[0], want) {
					t.Errorf("no %q in\n%s", want, s.mails[0])
				}
			}
		})
	}
}

func TestWhatTheServerRefusesIsAnErrorWithoutTheAddress(t *testing.T) {
	t.Parallel()
	full := start(t, &server{full: true}, mail.Plain)
	err := full.Send(t.Context(), receipt)
	if err == nil || strings.Contains(err.Error(), receipt.To) || !strings.Contains(err.Error(), "full") {
		t.Errorf("a full box: %v", err)
	}
	wrong := start(t, &server{}, mail.TLS)
	wrong.User, wrong.Password = "openbalie", "guess"
	if err := wrong.Send(t.Context(), receipt); err == nil {
		t.Error("a wrong password is taken")
	}
	bare := start(t, &server{}, mail.Plain)
	bare.Security = mail.STARTTLS
	if err := bare.Send(t.Context(), receipt); err == nil {
		t.Error("a server without STARTTLS gets the mail all the same")
	}
	strange := start(t, &server{}, mail.TLS)
	strange.Roots = nil
	if err := strange.Send(t.Context(), receipt); err == nil {
		t.Error("a certificate nobody knows is trusted")
	}
	away := &mail.Sender{Settings: mail.Settings{Host: "127.0.0.1", Port: 1, Security: mail.Plain, From: "a@b.example"}}
	if err := away.Send(t.Context(), receipt); err == nil {
		t.Error("nobody listens, and it was sent")
	}
	open := &server{}
	for _, to := range []string{"zoe@localhost", "Zoë <zoe@example.org>", ""} {
		astray := receipt
		astray.To = to
		if err := start(t, open, mail.Plain).Send(t.Context(), astray); !errors.Is(err, mail.ErrAddress) || len(open.mails) > 0 {
			t.Errorf("to %q: %v", to, err)
		}
	}
	nobody := start(t, open, mail.Plain)
	nobody.From = "UiTPAS"
	if err := nobody.Send(t.Context(), receipt); err == nil || len(open.mails) > 0 {
		t.Errorf("from nobody: %v", err)
	}
	if err := (&mail.Sender{}).Send(t.Context(), receipt); !errors.Is(err, mail.ErrOff) {
		t.Errorf("without a server: %v", err)
	}
}

func TestSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	good := mail.Settings{Host: "mail.example", Port: 587, Security: mail.STARTTLS, From: "pas@example.org", User: "u"}
	for name, change := range map[string]func(*mail.Settings){
		"no port":                   func(s *mail.Settings) { s.Port = 0 },
		"a port too high":           func(s *mail.Settings) { s.Port = 65536 },
		"an unknown protection":     func(s *mail.Settings) { s.Security = "ssl3" },
		"no sender":                 func(s *mail.Settings) { s.From = "UiTPAS" },
		"a password in plain sight": func(s *mail.Settings) { s.Security = mail.Plain },
	} {
		s := good
		change(&s)
		if s.Check() == nil {
			t.Errorf("%s is fine", name)
		}
	}
	lowest, highest := good, good
	lowest.Port, highest.Port = 1, 65535
	if err := errors.Join(good.Check(), lowest.Check(), highest.Check(), mail.Settings{}.Check()); err != nil {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"an@example.org": true, "an.peeters+pas@sub.example.org": true, "zoë@example.org": true, "o'neill@example.org": true,
		"": false, "an": false, "an@localhost": false, "an@example.org.": false, "An <an@example.org>": false, "an@example.org, bob@example.org": false,
		" an@example.org": false, "an @example.org": false, "an@[127.0.0.1]": false, "an@.example": false,
		strings.Repeat("a", 242) + "@example.org": true, strings.Repeat("a", 243) + "@example.org": false, "an@example.org\r\nBcc: bob@example.org": false,
	} {
		if got := mail.Address(address) == nil; got != ok {
			t.Errorf("%q: %v", address, got)
		}
	}
}
