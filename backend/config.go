package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/BurntSushi/toml"

	"github.com/openbalie/openbalie/backend/idp"
	"github.com/openbalie/openbalie/backend/job"
	mailer "github.com/openbalie/openbalie/backend/mail"
	"github.com/openbalie/openbalie/backend/web/api"
)

// A setting has one name for its flag and its line in the file; its
// environment variable is that name after OPENBALIE_.
type setting struct {
	name, unset, about string
	secret             bool
	flag               bool // true or false
}

var settings = []setting{
	{name: "addr", unset: ":8080", about: "where to listen"},
	{name: "url", about: "address that browsers use; else http://localhost with the port of addr"},
	{name: "api-host", about: "host name with the public API at its root"},
	{name: "proxies", about: "addresses of proxies before this program, whose X-Forwarded-For says who asks: 10.0.0.5, 10.1.0.0/16"},
	{name: "metrics-addr", unset: "127.0.0.1:9090", about: "where to listen for /metrics, /healthz and /readyz"},
	{name: "data", unset: "./var", about: "folder of the private database, the key ring and the sandbox's keys"},
	{name: "db", secret: true, about: "postgres://… of a database; else a private PostgreSQL is started"},
	{name: "keyring", about: "file with the keys of national numbers (unless OPENBALIE_KEYS holds them); else keyring in the data folder"},
	{name: "sandbox", unset: "false", flag: true, about: "sample data and sample users; never for real people"},
	{name: "oidc-issuer", about: "address of the OpenID Connect provider"},
	{name: "oidc-client-id", unset: "openbalie", about: "what the provider calls this program"},
	{name: "oidc-client-secret", secret: true, about: "its password there"},
	{name: "oidc-audience", unset: idp.Audience, about: "whom access tokens of the public API are for"},
	{name: "oidc-name", unset: "UiTID", about: "what people call the provider"},
	{name: "bridge-port", unset: "24787", about: "where the bridge listens on counter PCs"},
	{name: "eid-roots", about: "file or folder with the root certificates of identity cards and their revocation lists"},
	{name: "eid-ca2", unset: "false", flag: true, about: "also believe the root CA2, which expired in 2021"},
	{name: "eid-test-roots", about: "the same of test cards and specimens, in a sandbox only"},
	{name: "mail-host", about: "mail server; without one no mail is sent"},
	{name: "mail-port", unset: "587", about: "its port"},
	{name: "mail-security", unset: "starttls", about: "starttls, tls, or none for a server on this machine"},
	{name: "mail-user", about: "who sends, where the server asks for it"},
	{name: "mail-password", secret: true, about: "and the password"},
	{name: "mail-from", about: "address that mails come from"},
	{name: "mail-from-name", unset: "UiTPAS", about: "name that they come from"},
	{name: "keep-pictures", unset: "1", about: "months that a picture is kept after somebody left; 0: for ever"},
	{name: "keep-notes", unset: "12", about: "months for remarks and notes"},
	{name: "keep-contact", unset: "12", about: "months for e-mail addresses and phone numbers"},
	{name: "keep-people", unset: "60", about: "months for everything else that says who it was"},
	{name: "help-contacts", about: `whom to ask for rights: Name <address>, …`},
	{name: "log-level", unset: "info", about: "debug, info, warn or error"},
}

// config is what is in force, and where each value came from.
type config struct {
	values map[string]string
	origin map[string]string
}

// readConfig puts flags over environment variables over the file over what is
// unset. It returns the words that are no flags. With --print-config it prints
// what is in force and returns flag.ErrHelp.
func readConfig(name string, p program) (config, []string, error) {
	c := config{values: map[string]string{}, origin: map[string]string{}}
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	given := map[string]*string{}
	for _, s := range settings {
		given[s.name] = new(string)
		if s.flag {
			flags.BoolFunc(s.name, s.about, func(v string) error { *given[s.name] = v; return nil })
		} else {
			flags.StringVar(given[s.name], s.name, "", s.about)
		}
	}
	path := flags.String("config", "", "")
	show := flags.Bool("print-config", false, "")
	if err := flags.Parse(p.args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			printSettings(p.out, name)
			return config{}, nil, err
		}
		_, _ = fmt.Fprintf(p.err, "openbalie %s: %v\nSee openbalie %s --help.\n", name, err, name)
		return config{}, nil, errUsage
	}
	for _, s := range settings {
		c.set(s.name, s.unset, "default")
	}
	if *path == "" {
		*path = p.env("OPENBALIE_CONFIG")
	}
	if err := c.readFile(*path); err != nil {
		return config{}, nil, err
	}
	for _, s := range settings {
		if v := p.env(s.env()); v != "" {
			c.set(s.name, v, s.env())
		}
	}
	flags.Visit(func(f *flag.Flag) {
		if v, ok := given[f.Name]; ok {
			c.set(f.Name, *v, "--"+f.Name)
		}
	})
	if err := c.check(); err != nil {
		return config{}, nil, err
	}
	if *show {
		c.print(p.out)
		return config{}, nil, flag.ErrHelp
	}
	return c, flags.Args(), nil
}

func (s setting) env() string {
	return "OPENBALIE_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

func (c config) set(name, value, origin string) {
	c.values[name], c.origin[name] = value, origin
}

func (c config) readFile(path string) error {
	if path == "" {
		return nil
	}
	var lines map[string]any
	if _, err := toml.DecodeFile(path, &lines); err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	for name, value := range lines {
		if !slices.ContainsFunc(settings, func(s setting) bool { return s.name == name }) {
			return fmt.Errorf("read settings: %s has no setting %q", path, name)
		}
		c.set(name, fmt.Sprint(value), path)
	}
	return nil
}

// check refuses values that mean nothing, naming where they came from.
func (c config) check() error {
	wrong := func(name, want string) error {
		return fmt.Errorf("%s from %s is not %s", name, c.origin[name], want)
	}
	for _, name := range []string{"sandbox", "eid-ca2"} {
		if _, err := strconv.ParseBool(c.values[name]); err != nil {
			return wrong(name, "true or false")
		}
	}
	if c.values["eid-test-roots"] != "" && !c.sandbox() {
		return wrong("eid-test-roots", "for anything but a sandbox")
	}
	if _, _, err := net.SplitHostPort(c.values["addr"]); err != nil {
		return wrong("addr", "host:port")
	}
	for _, proxy := range c.proxies() {
		if _, _, err := net.ParseCIDR(proxy); err != nil && net.ParseIP(proxy) == nil {
			return wrong("proxies", "a list of IP addresses")
		}
	}
	if n, err := strconv.Atoi(c.values["bridge-port"]); err != nil || n < 1 || n > 65535 {
		return wrong("bridge-port", "a port")
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.values["log-level"]) {
		return wrong("log-level", "debug, info, warn or error")
	}
	for _, name := range []string{"url", "oidc-issuer"} {
		if u, err := url.Parse(c.values[name]); c.values[name] != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			return wrong(name, "an http or https address")
		}
	}
	if n, err := strconv.Atoi(c.values["mail-port"]); err != nil || n < 1 || n > 65535 {
		return wrong("mail-port", "a port")
	}
	for _, name := range []string{"keep-pictures", "keep-notes", "keep-contact", "keep-people"} {
		if n, err := strconv.Atoi(c.values[name]); err != nil || n < 0 {
			return wrong(name, "a number of months")
		}
	}
	if err := c.mail().Check(); err != nil {
		return err
	}
	if _, err := c.contacts(); err != nil {
		return wrong("help-contacts", "a list of addresses: Name <name@example.org>, …")
	}
	return nil
}

// proxies are the addresses that say for whom they ask.
func (c config) proxies() []string {
	return strings.FieldsFunc(c.values["proxies"], func(r rune) bool { return r == ',' || r == ' ' })
}

func (c config) sandbox() bool { return c.is("sandbox") }

// is reports whether a setting is true.
func (c config) is(name string) bool { return c.values[name] == "true" || c.values[name] == "1" }

// baseURL is where browsers reach this program.
func (c config) baseURL() string {
	if c.values["url"] != "" {
		return strings.TrimRight(c.values["url"], "/")
	}
	host, port, _ := net.SplitHostPort(c.values["addr"])
	if ip := net.ParseIP(host); host == "" || ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// keyring is the key file: beside the database's folder, not inside it.
func (c config) keyring() string {
	if c.values["keyring"] != "" {
		return c.values["keyring"]
	}
	return filepath.Join(c.values["data"], "keyring")
}

func (c config) contacts() ([]api.Contact, error) {
	text := c.values["help-contacts"]
	if text == "" {
		return nil, nil
	}
	list, err := mail.ParseAddressList(text)
	if err != nil {
		return nil, err
	}
	out := make([]api.Contact, len(list))
	for i, a := range list {
		out[i] = api.Contact{Name: a.Name, Email: a.Address}
	}
	return out, nil
}

// mail names the mail server.
func (c config) mail() mailer.Settings {
	return mailer.Settings{
		Host: c.values["mail-host"], Port: c.number("mail-port"), Security: mailer.Security(c.values["mail-security"]),
		User: c.values["mail-user"], Password: c.values["mail-password"], From: c.values["mail-from"], FromName: c.values["mail-from-name"],
	}
}

// retention says how long what is known about people is kept.
func (c config) retention() job.Retention {
	return job.Retention{
		Picture: c.number("keep-pictures"), Notes: c.number("keep-notes"), Contact: c.number("keep-contact"), Person: c.number("keep-people"),
	}
}

// number is a setting that was checked to be one.
func (c config) number(name string) int {
	n, _ := strconv.Atoi(c.values[name])
	return n
}

// print shows what is in force, secrets masked.
func (c config) print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, s := range settings {
		value := c.values[s.name]
		if s.secret && value != "" {
			value = masked(value)
		}
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\n", s.name, value, c.origin[s.name])
	}
	_ = t.Flush()
}

// masked leaves of a DSN what is no secret, and nothing of anything else.
func masked(value string) string {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" {
		return "(set)"
	}
	return u.Redacted()
}

func printSettings(w io.Writer, name string) {
	_, _ = fmt.Fprintf(w, "openbalie %s\n\nSettings, as flag, environment variable (OPENBALIE_ADDR) or line of the\nfile that --config names:\n\n", name)
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, s := range settings {
		about := s.about
		if s.unset != "" {
			about += " (" + s.unset + ")"
		}
		_, _ = fmt.Fprintf(t, "  --%s\t%s\n", s.name, about)
	}
	_, _ = fmt.Fprint(t, "  --config\tfile with settings (TOML)\n  --print-config\tshow what is in force, and where it came from\n")
	_ = t.Flush()
}
