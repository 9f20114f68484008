package main_test

import (
	"encoding/pem"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/protocol"
)

const anna = "04784CDAEE3880"

func TestATapOnARealCardServiceReachesThePage(t *testing.T) {
	rig := pcsctest.Start(t)
	p := launch(t, "run")
	c, hello := p.connect()
	if hello.Method != protocol.NoteHello || hello.Params.Service.State != protocol.ServiceOK {
		t.Fatalf("hello %+v", hello)
	}
	c.asks(`{"jsonrpc":"2.0","id":1,"method":"readers.list"}`)
	if list := c.hears(func(n note) bool { return n.ID == 1 }).Result; len(list.Readers) != 2 {
		t.Fatalf("readers %v", list.Readers)
	}
	rig.Insert(t, 0, pcsctest.Pass(anna))
	tap := c.hears(method(protocol.NoteCardPresented))
	if tap.Params.ChipNumber != anna {
		t.Errorf("tap %+v", tap)
	}
	rig.Remove(t, 0)
	if lift := c.hears(method(protocol.NoteCardRemoved)); lift.Params.PresentationID != tap.Params.PresentationID {
		t.Errorf("lift %+v", lift)
	}
	if strings.Contains(p.output(), anna) {
		t.Errorf("the log names a card: %s", p.output())
	}
}

func TestTheBridgeOutlivesTheCardService(t *testing.T) {
	rig := pcsctest.Start(t)
	p := launch(t, "run")
	c, _ := p.connect()
	rig.Insert(t, 0, pcsctest.Pass(anna))
	c.hears(method(protocol.NoteCardPresented))

	rig.Kill(t)
	c.hears(method(protocol.NoteCardRemoved))
	down := c.hears(method(protocol.NoteServiceChanged)).Params.Service
	if down.State != protocol.ServiceDown || down.Code != protocol.ErrPCSCDown.Data.Name {
		t.Errorf("service %+v", down)
	}
	rig.Restart(t, true)
	if up := c.hears(method(protocol.NoteServiceChanged)).Params.Service; up.State != protocol.ServiceOK {
		t.Errorf("service %+v", up)
	}
	rig.Insert(t, 1, pcsctest.Pass(anna))
	if tap := c.hears(method(protocol.NoteCardPresented)); tap.Params.ChipNumber != anna {
		t.Errorf("tap %+v", tap)
	}
}

func TestWithoutACardServiceTheBridgeStartsAndSaysSo(t *testing.T) {
	t.Parallel()
	p := launch(t, "run", "PCSCLITE_CSOCK_NAME=/nowhere/pcscd.comm")
	_, hello := p.connect()
	if s := hello.Params.Service; s.State != protocol.ServiceDown || s.Code != protocol.ErrPCSCDown.Data.Name {
		t.Errorf("service %+v", s)
	}
}

func TestSimulateIsRunWithPracticeReaders(t *testing.T) {
	t.Parallel()
	p := launch(t, "simulate")
	c, _ := p.connect()
	c.asks(`{"jsonrpc":"2.0","id":1,"method":"simulate.tap","params":{"cardId":"social-tariff","holdMs":100}}`)
	tap := c.hears(method(protocol.NoteCardPresented))
	lift := c.hears(method(protocol.NoteCardRemoved))
	if tap.Params.ChipNumber != "04363CDAEE3880" || lift.Params.PresentationID != tap.Params.PresentationID {
		t.Errorf("tap %+v, lift %+v", tap, lift)
	}
	c.asks(`{"jsonrpc":"2.0","id":2,"method":"simulate.tap","params":{"cardId":"phone"}}`)
	if tap := c.hears(method(protocol.NoteCardPresented)); tap.Params.Problem == nil || tap.Params.Problem.Code != "RANDOM_UID" {
		t.Errorf("a phone is told as %+v", tap)
	}
	c.asks(`{"jsonrpc":"2.0","id":3,"method":"simulate.reader","params":{"action":"unplug"}}`)
	c.hears(method(protocol.NoteCardRemoved))
	c.hears(method(protocol.NoteReaderRemoved))
}

func TestRunAnswersNoSimulatedRequests(t *testing.T) {
	t.Parallel()
	p := launch(t, "run", "PCSCLITE_CSOCK_NAME=/nowhere/pcscd.comm")
	c, _ := p.connect()
	c.asks(`{"jsonrpc":"2.0","id":1,"method":"simulate.tap","params":{"cardId":"full-price"}}`)
	if n := c.hears(func(n note) bool { return n.ID == 1 }); !errors.Is(n.Error, protocol.ErrMethodNotFound) {
		t.Errorf("answer %+v", n)
	}
}

func TestASignalEndsTheBridgeWithAGoodbye(t *testing.T) {
	t.Parallel()
	p := launch(t, "simulate")
	c, _ := p.connect()
	ended := make(chan error, 1)
	go func() { ended <- p.stop() }()
	c.hears(method(protocol.NoteDraining))
	if _, _, err := c.conn.ReadMessage(); !websocket.IsCloseError(err, protocol.CloseDraining.Code) {
		t.Errorf("closed with %v", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v: %s", err, p.output())
	}
}

func TestExitCodesAndWords(t *testing.T) {
	t.Parallel()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	port := strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)
	roots := filepath.Join(t.TempDir(), "roots.pem")
	foreign := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: eidtest.AuthorityOf(eidtest.V18).Root.Raw})
	if err := os.WriteFile(roots, foreign, 0o600); err != nil {
		t.Fatal(err)
	}
	der := filepath.Join(t.TempDir(), "root.crt")
	if err := os.WriteFile(der, eidtest.AuthorityOf(eidtest.V18).Root.Raw, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		args []string
		code int
		says string
	}{
		"help":              {[]string{"help"}, 0, "allowed-origins"},
		"nothing":           {nil, 0, "Usage"},
		"version":           {[]string{"version"}, 0, "test"},
		"help of run":       {[]string{"run", "--help"}, 0, "Usage"},
		"no such command":   {[]string{"walk"}, 2, `"walk"`},
		"no such flag":      {[]string{"run", "--fast"}, 2, "fast"},
		"too many words":    {[]string{"run", "now"}, 2, `"now"`},
		"a wrong origin":    {[]string{"run", "--allowed-origins", "http://balie.example"}, 2, "allowedOrigins"},
		"no settings file":  {[]string{"run", "--config", "/nowhere.toml"}, 2, "/nowhere.toml"},
		"no state folder":   {[]string{"run", "--state-dir", "/dev/null/state"}, 2, "stateDir"},
		"no eID roots":      {[]string{"run", "--eid-roots", "/nowhere.pem", "--state-dir", t.TempDir()}, 2, "eidRoots"},
		"roots of others":   {[]string{"run", "--eid-roots", roots, "--state-dir", t.TempDir()}, 2, "not one of the known root certificates"},
		"the same in DER":   {[]string{"run", "--eid-roots", der, "--state-dir", t.TempDir()}, 2, "not one of the known root certificates"},
		"a folder of none":  {[]string{"run", "--eid-roots", t.TempDir(), "--state-dir", t.TempDir()}, 2, "there is no root certificate in it"},
		"no test roots":     {[]string{"run", "--eid-test-roots", "/nowhere.pem", "--state-dir", t.TempDir()}, 2, "eidTestRoots"},
		"a wrong install":   {[]string{"install", "--port", "x"}, 2, "port"},
		"the port is taken": {[]string{"simulate", "--port", port, "--state-dir", t.TempDir()}, 1, "port " + port},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := exec.CommandContext(t.Context(), path, tt.args...).CombinedOutput()
			code := 0
			if exit, ok := errors.AsType[*exec.ExitError](err); ok {
				code = exit.ExitCode()
			} else if err != nil {
				t.Fatal(err)
			}
			if code != tt.code || !strings.Contains(string(out), tt.says) {
				t.Errorf("exit %d, want %d, saying %q:\n%s", code, tt.code, tt.says, out)
			}
		})
	}
}
