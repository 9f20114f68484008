//go:build linux && cgo

package doctor_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"github.com/openbalie/openbalie/bridge/doctor"
	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
)

func TestMain(m *testing.M) { pcsctest.Main(m) }

// here is a place whose files a test lays itself.
func here(t *testing.T, cards pcsc.Service) doctor.Place {
	t.Helper()
	return doctor.Place{
		Root: t.TempDir(), Cards: cards, Service: doctor.Service{State: doctor.Running},
		Settings: policy.Settings{AllowedOrigins: []string{balie}, Port: freePort(t)},
	}
}

func lay(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func finds(t *testing.T, f doctor.Facts, code doctor.Code) doctor.Finding {
	t.Helper()
	found := doctor.Diagnose(f)
	i := slices.IndexFunc(found, func(is doctor.Finding) bool { return is.Code == code })
	if i < 0 {
		t.Fatalf("no %s in %+v", code, found)
	}
	return found[i]
}

// state waits until the reader in slot 0 is seen as wanted: a card that was put
// there is noticed within half a second.
func state(t *testing.T, p doctor.Place, reader string, want doctor.ReaderState) doctor.Facts {
	t.Helper()
	var f doctor.Facts
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		f = doctor.Examine(t.Context(), p)
		for _, r := range f.Readers {
			if r.Name == reader && r.State == want {
				return f
			}
		}
	}
	t.Fatalf("%s never became «%s»: %+v", reader, want, f.Readers)
	return f
}

func TestARealCardServiceIsSeenWithItsReadersAndTheirDriver(t *testing.T) {
	rig := pcsctest.Start(t)
	p := here(t, rig.Service())
	lay(t, p.Root, "etc/reader.conf.d/vpcd", "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so\n")
	rig.Insert(t, 1, pcsctest.Pass("04A1B2C3D4E580"))
	f := state(t, p, rig.Reader(1), doctor.Answers)
	if f.Cards.Answer != doctor.Works || len(f.Readers) != 2 {
		t.Fatalf("%+v", f)
	}
	if r := f.Readers[0]; r.Name != rig.Reader(0) || r.State != doctor.Empty || r.Driver != "libifdvpcd" || r.Err != "" {
		t.Errorf("%+v", r)
	}
}

func TestARealCardServiceThatIsKilledIsDown(t *testing.T) {
	rig := pcsctest.Start(t)
	p := here(t, rig.Service())
	lay(t, p.Root, "usr/sbin/pcscd", "#!/bin/sh\nexec /usr/sbin/pcscd \"$@\"\n")
	rig.Kill(t)
	f := doctor.Examine(t.Context(), p)
	if f.Cards.Answer != doctor.Down || !f.Cards.Installed || f.Cards.Socket != doctor.SocketClosed || !strings.HasPrefix(f.Cards.Version, "pcscd ") {
		t.Errorf("%+v", f.Cards)
	}
	finds(t, f, doctor.CardServiceStopped)

	p.Root = t.TempDir() // and where it was never installed
	finds(t, doctor.Examine(t.Context(), p), doctor.CardServiceMissing)
}

func TestARealCardServiceWithoutReadersSaysSo(t *testing.T) {
	rig := pcsctest.Start(t)
	rig.Restart(t, false)
	f := doctor.Examine(t.Context(), here(t, rig.Service()))
	if f.Cards.Answer != doctor.Works || len(f.Readers) != 0 {
		t.Errorf("%+v", f)
	}
	finds(t, f, doctor.ReaderNone)
}

func TestACardThatIsMuteInARealReader(t *testing.T) {
	rig := pcsctest.Start(t)
	mute := pcsctest.Pass("04A1B2C3D4E580")
	mute.Mute = true
	rig.Insert(t, 0, mute)
	f := state(t, here(t, rig.Service()), rig.Reader(0), doctor.Mute)
	if is := finds(t, f, doctor.ReaderMute); f.Readers[0].Err == "" || is.Severity != doctor.Warning {
		t.Errorf("%+v %+v", f.Readers[0], is)
	}
}

// other is another program that uses the reader.
func other(t *testing.T, reader string, mode scard.ShareMode) *scard.Card {
	t.Helper()
	c, err := scard.EstablishContext()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Release() })
	card, err := c.Connect(reader, mode, scard.ProtocolAny)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = card.Disconnect(scard.LeaveCard) })
	return card
}

func TestAnotherProgramHasARealReaderForItself(t *testing.T) {
	rig := pcsctest.Start(t)
	p := here(t, rig.Service())
	rig.Insert(t, 0, pcsctest.Pass("04A1B2C3D4E580"))
	state(t, p, rig.Reader(0), doctor.Answers)
	other(t, rig.Reader(0), scard.ShareExclusive)
	f := state(t, p, rig.Reader(0), doctor.Exclusive)
	if !strings.Contains(f.Readers[0].Err, "8010000B") {
		t.Errorf("%+v", f.Readers[0])
	}
	finds(t, f, doctor.ReaderExclusive)
}

func TestAnotherProgramKeepsTheCardInARealReader(t *testing.T) {
	rig := pcsctest.Start(t)
	p := here(t, rig.Service())
	rig.Insert(t, 0, pcsctest.Pass("04A1B2C3D4E580"))
	state(t, p, rig.Reader(0), doctor.Answers)
	card := other(t, rig.Reader(0), scard.ShareShared)
	if err := card.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	f := doctor.Examine(t.Context(), p)
	if err := card.EndTransaction(scard.LeaveCard); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); f.Readers[0].State != doctor.Kept || took > 8*time.Second {
		t.Errorf("%+v after %s", f.Readers[0], took)
	}
	finds(t, f, doctor.ReaderKept)
	if f.Readers[1].State != doctor.Empty {
		t.Errorf("the other reader: %+v", f.Readers[1])
	}
}

// The pcscd of Debian 12 knows no polkit, so its refusal is scripted here.
func TestPolkitRefuses(t *testing.T) {
	t.Parallel()
	fake := pcsctest.NewFake()
	fake.Refuse(pcsctest.Forbidden)
	p := here(t, fake)
	lay(t, p.Root, "usr/sbin/pcscd", "#!/bin/sh\necho 'pcsc-lite version 2.0.3.'\necho 'Enabled features: Linux x86_64-pc-linux-gnu libsystemd serial usb libudev polkit usbdropdir=/usr/lib/pcsc/drivers'\n")
	f := doctor.Examine(t.Context(), p)
	if f.Cards.Answer != doctor.Denied || !f.Cards.Polkit || f.Cards.Version != "pcscd 2.0.3" {
		t.Errorf("%+v", f.Cards)
	}
	finds(t, f, doctor.CardServiceDenied)
}

func TestACardServiceThatHangsIsNotWaitedForForever(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	finds(t, doctor.Examine(ctx, here(t, hanging{})), doctor.CardServiceSilent)
}

type hanging struct{}

func (hanging) Open(ctx context.Context) (pcsc.Session, error) {
	<-ctx.Done()
	return nil, fmt.Errorf("open a session: %w", ctx.Err())
}

func TestAMaskedCardServiceIsSeen(t *testing.T) {
	t.Parallel()
	fake := pcsctest.NewFake()
	fake.Refuse(pcsctest.NoService)
	p := here(t, fake)
	lay(t, p.Root, "usr/sbin/pcscd", "#!/bin/sh\nexit 1\n")
	lay(t, p.Root, "etc/systemd/system/a", "")
	if err := os.Symlink("/dev/null", filepath.Join(p.Root, "etc/systemd/system/pcscd.socket")); err != nil {
		t.Fatal(err)
	}
	finds(t, doctor.Examine(t.Context(), p), doctor.CardServiceDisabled)
}

func TestAPortThatAnotherProgramHolds(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1", "::1", "0.0.0.0"} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Skipf("no %s here: %v", host, err)
		}
		defer l.Close()
		p := here(t, pcsctest.NewFake())
		p.Root, p.Settings.Port = "/", l.Addr().(*net.TCPAddr).Port
		is := finds(t, doctor.Examine(t.Context(), p), doctor.PortTaken)
		if want := fmt.Sprintf("doctor.test (process %d)", os.Getpid()); !strings.Contains(is.Says, want) {
			t.Errorf("%s: %q lacks %q", host, is.Says, want)
		}
	}
}

func TestAPortThatNobodyHoldsIsFreeAfterwards(t *testing.T) {
	t.Parallel()
	p := here(t, pcsctest.NewFake())
	f := doctor.Examine(t.Context(), p)
	if a := f.Port.Addresses[0]; a.Held || a.Err != "" {
		t.Errorf("%+v", a)
	}
	finds(t, f, doctor.BridgeSilent)
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(p.Settings.Port)))
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
}

func TestSomethingElseThatSpeaksHTTPIsNoBridge(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"a page":       func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"another name": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"name":"other","ready":true}`) },
		"without end":  func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(answer)
			t.Cleanup(server.Close)
			p := here(t, pcsctest.NewFake())
			p.Settings.Port = server.Listener.Addr().(*net.TCPAddr).Port
			finds(t, doctor.Examine(t.Context(), p), doctor.PortTaken)
		})
	}
}

func TestABridgeThatRefusesAnAllowedAddressRunsWithOlderSettings(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") == "https://new.example" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		fmt.Fprintf(w, `{"name":"openbalie-bridge","protocols":[%q],"ready":true}`, protocol.Subprotocol)
	}))
	t.Cleanup(server.Close)
	p := here(t, pcsctest.NewFake())
	p.Settings.Port = server.Listener.Addr().(*net.TCPAddr).Port
	p.Settings.AllowedOrigins = []string{balie, "https://new.example"}
	is := finds(t, doctor.Examine(t.Context(), p), doctor.BridgeOldSettings)
	if !strings.Contains(is.Says, "https://new.example") || strings.Contains(is.Says, balie) {
		t.Error(is.Says)
	}
}

func TestAWrongSettingIsToldWithoutAPort(t *testing.T) {
	t.Parallel()
	p := here(t, pcsctest.NewFake())
	p.SettingErr = fmt.Errorf("%w: port = %q", policy.ErrInvalid, "many")
	finds(t, doctor.Examine(t.Context(), p), doctor.SettingsWrong)
	p.SettingErr = &os.PathError{Op: "open", Path: "/etc/openbalie-bridge/bridge.toml", Err: os.ErrPermission}
	finds(t, doctor.Examine(t.Context(), p), doctor.SettingsHidden)
}
