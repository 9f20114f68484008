package main_test

import (
	"encoding/json"
	"errors"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/bridge/doctor"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
)

// visit runs `doctor --json` and returns its report and exit code.
func visit(t *testing.T, port int, flags ...string) (doctor.Report, int) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"doctor", "--json", "--port", strconv.Itoa(port), "--allowed-origins", origin}, flags...)
	out, err := exec.Command(path, args...).Output()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	var r doctor.Report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	code := 0
	if failed != nil {
		code = failed.ExitCode()
	}
	return r, code
}

func has(r doctor.Report, code doctor.Code) bool {
	for _, is := range r.Findings {
		if is.Code == code {
			return true
		}
	}
	return false
}

func TestTheDoctorFindsNothingWrongWithABridgeThatWorks(t *testing.T) {
	rig := pcsctest.Start(t)
	p := launch(t, "run")
	rig.Insert(t, 0, pcsctest.Pass(anna))
	r, code := visit(t, p.port)
	if code != 0 || !r.Healthy {
		t.Errorf("exit code %d: %+v", code, r.Findings)
	}
	a := r.Facts.Port.Addresses[0]
	if !a.Bridge || !a.Ready || a.PID != p.cmd.Process.Pid || a.Program != "openbalie-bridge" || len(r.Facts.Readers) != 2 {
		t.Errorf("%+v", r.Facts)
	}
}

func TestTheDoctorSaysWhyABridgeDoesNotServeAPage(t *testing.T) {
	rig := pcsctest.Start(t)
	p := launch(t, "run")
	if r, code := visit(t, p.port, "--allowed-origins", "https://new.example"); code != 1 || !has(r, doctor.BridgeOldSettings) {
		t.Errorf("exit code %d: %+v", code, r.Findings)
	}
	rig.Kill(t)
	if r, code := visit(t, p.port); code != 1 || !has(r, doctor.CardServiceStopped) {
		t.Errorf("exit code %d: %+v", code, r.Findings)
	}
	if err := p.stop(); err != nil {
		t.Error(err)
	}
	if r, code := visit(t, p.port, "--allowed-origins", "*"); code != 1 || !has(r, doctor.SettingsWrong) {
		t.Errorf("exit code %d: %+v", code, r.Findings)
	}
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(p.port)))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if r, code := visit(t, p.port); code != 1 || !has(r, doctor.PortTaken) {
		t.Errorf("exit code %d: %+v", code, r.Findings)
	}
}

func TestTheDoctorRefusesAFlagNobodyKnows(t *testing.T) {
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	var failed *exec.ExitError
	out, err := exec.Command(path, "doctor", "--heal").CombinedOutput()
	if !errors.As(err, &failed) || failed.ExitCode() != 2 || !strings.Contains(string(out), "heal") {
		t.Errorf("%v: %s", err, out)
	}
}
