package policy

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// ErrInvalid is matched by every error about a setting.
var ErrInvalid = errors.New("invalid setting")

// Settings are what is in force on this computer.
type Settings struct {
	AllowedOrigins []string   // the web addresses that may connect, compared byte for byte
	Port           int        // on 127.0.0.1 and [::1]
	MaxScope       Scope      // the most that any page may be told of a card
	LogLevel       slog.Level // the least severe that is logged
	LogFormat      string     // Text or JSON
	StateDir       string     // where the bridge keeps its identity
	EIDRoots       string     // a file or folder with the root certificates of real identity cards; empty is none
	EIDTestRoots   string     // the same of test cards and specimens; empty is none
	Beep           bool       // contactless readers sound when a pass was read, where they can

	// From names the place of each setting that is not the default.
	From map[string]string
}

// The log formats.
const (
	Text = "text"
	JSON = "json"
)

// The names of the settings, as in the file. The environment and the flags
// spell them their own way.
const (
	AllowedOrigins = "allowedOrigins"
	Port           = "port"
	MaxScope       = "maxScope"
	LogLevel       = "logLevel"
	LogFormat      = "logFormat"
	StateDir       = "stateDir"
	EIDRoots       = "eidRoots"
	EIDTestRoots   = "eidTestRoots"
	Beep           = "beep"
)

// Names returns the settings in the order of the documentation.
func Names() []string {
	return []string{AllowedOrigins, Port, MaxScope, LogLevel, LogFormat, StateDir, EIDRoots, EIDTestRoots, Beep}
}

// Places is where Load looks. Empty paths are left out.
type Places struct {
	File         string // the settings file
	FileRequired bool   // somebody named it, so it must be there
	Machine      string // the machine policy
	Getenv       func(string) string
	Flags        map[string]string // by name of the setting
}

// Load returns the settings in force over the given defaults.
func Load(defaults Settings, p Places) (Settings, error) {
	s := defaults
	s.From = map[string]string{}
	if err := s.file(p.File, p.FileRequired); err != nil {
		return Settings{}, err
	}
	env := map[string]string{}
	for _, name := range Names() {
		if v := p.Getenv(EnvName(name)); v != "" {
			env[name] = v
		}
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if err := s.set(name, env[name], "environment variable "+EnvName(name)); err != nil {
			return Settings{}, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Flags)) {
		if err := s.set(name, p.Flags[name], "flag --"+FlagName(name)); err != nil {
			return Settings{}, err
		}
	}
	if err := s.file(p.Machine, false); err != nil {
		return Settings{}, err
	}
	return s, nil
}

// EnvName spells a setting as an environment variable: OPENBALIE_BRIDGE_LOG_LEVEL.
func EnvName(name string) string {
	return "OPENBALIE_BRIDGE_" + strings.ToUpper(strings.ReplaceAll(FlagName(name), "-", "_"))
}

// FlagName spells a setting as a flag: log-level.
func FlagName(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('-')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// document is the shape of both files.
type document struct {
	AllowedOrigins *[]string `toml:"allowedOrigins"`
	Port           *int      `toml:"port"`
	MaxScope       *string   `toml:"maxScope"`
	LogLevel       *string   `toml:"logLevel"`
	LogFormat      *string   `toml:"logFormat"`
	StateDir       *string   `toml:"stateDir"`
	EIDRoots       *string   `toml:"eidRoots"`
	EIDTestRoots   *string   `toml:"eidTestRoots"`
	Beep           *bool     `toml:"beep"`
}

func (s *Settings) file(path string, required bool) error {
	if path == "" {
		return nil
	}
	var d document
	meta, err := toml.DecodeFile(path, &d)
	if notExist(err) && !required {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: read %s: %w", ErrInvalid, path, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return fmt.Errorf("%w: %s: there is no setting %q; there are %s", ErrInvalid, path, unknown[0], strings.Join(Names(), ", "))
	}
	if d.AllowedOrigins != nil {
		if err := s.origins(*d.AllowedOrigins, path); err != nil {
			return err
		}
	}
	texts := map[string]*string{
		MaxScope: d.MaxScope, LogLevel: d.LogLevel, LogFormat: d.LogFormat, StateDir: d.StateDir, EIDRoots: d.EIDRoots,
		EIDTestRoots: d.EIDTestRoots,
	}
	if d.Port != nil {
		texts[Port] = new(strconv.Itoa(*d.Port))
	}
	if d.Beep != nil {
		texts[Beep] = new(strconv.FormatBool(*d.Beep))
	}
	for _, name := range Names() {
		if v := texts[name]; v != nil {
			if err := s.set(name, *v, path); err != nil {
				return err
			}
		}
	}
	return nil
}

// set takes one setting as text.
func (s *Settings) set(name, value, from string) error {
	var err error
	switch name {
	case AllowedOrigins:
		return s.origins(split(value), from)
	case Port:
		s.Port, err = strconv.Atoi(value)
		if err != nil || s.Port < 1 || s.Port > 65535 {
			err = errors.New("write a number from 1 to 65535")
		}
	case MaxScope:
		s.MaxScope, err = ParseScope(value)
	case LogLevel:
		if s.LogLevel.UnmarshalText([]byte(value)) != nil {
			err = errors.New("write debug, info, warn or error")
		}
	case LogFormat:
		s.LogFormat = value
		if value != Text && value != JSON {
			err = errors.New("write text or json")
		}
	case StateDir:
		s.StateDir = value
		if value == "" {
			err = errors.New("write a folder")
		}
	case EIDTestRoots:
		s.EIDTestRoots = value
		if value == "" {
			err = errors.New("write a file or a folder")
		}
	case EIDRoots:
		s.EIDRoots = value
		if value == "" {
			err = errors.New("write a file or a folder")
		}
	case Beep:
		if s.Beep, err = strconv.ParseBool(value); err != nil {
			err = errors.New("write true or false")
		}
	default:
		err = errors.New("there is no such setting")
	}
	if err != nil {
		return fmt.Errorf("%w: %s = %q (from %s): %w", ErrInvalid, name, value, from, err)
	}
	s.From[name] = from
	return nil
}

func (s *Settings) origins(origins []string, from string) error {
	for _, o := range origins {
		if err := checkOrigin(o); err != nil {
			return fmt.Errorf("%w: %s = %q (from %s): %w", ErrInvalid, AllowedOrigins, o, from, err)
		}
	}
	s.AllowedOrigins = slices.Clone(origins)
	s.From[AllowedOrigins] = from
	return nil
}

func split(list string) []string {
	var parts []string
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
