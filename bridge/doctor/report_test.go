package doctor_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/bridge/doctor"
)

// personal is what must not leave a counter, each in a place where it may come
// up.
func personal() doctor.Facts {
	f := well()
	f.Settings.Err = `read /home/jan.peeters/bridge.toml: no such file`
	f.Service.Err = `C:\Users\Jan Peeters\bridge.exe is not found`
	f.Cards.Err = "open /srv/people/mieke/pcscd.comm: permission denied"
	f.Port.Addresses[0].Program, f.Port.Addresses[0].Err = "/Users/fatima/bin/x", "held by 93.05.18-223.61"
	f.Readers = []doctor.Reader{
		{Name: "HID Global OMNIKEY 5022 (KS0123456789) 00 00", State: doctor.Broken, Err: "chip 04A1B2C3D4E580 of card 0900 0000 0060 8"},
		{Name: "Cherry TC 1300 [CCID Interface] (53512345) 00 00", State: doctor.Empty},
	}
	f.Devices = []doctor.Device{{Name: "Reader (SN 4471)", USB: "1234:5678", Calls: "Reader (SN 4471)"}}
	f.Browsers[0].Broken = []string{"/home/jan.peeters/.config/a.json (broken)"}
	f.Browsers[0].Policies[0].Place = "/home/jan.peeters/policy.json"
	return f
}

func TestAReportNamesNobody(t *testing.T) {
	t.Parallel()
	r := doctor.NewReport(personal().Clean("/srv/people/mieke"))
	var text, data bytes.Buffer
	if err := r.Text(&text); err != nil {
		t.Fatal(err)
	}
	if err := r.JSON(&data); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{text.String(), data.String()} {
		for _, secret := range []string{"jan", "Jan", "Peeters", "peeters", "mieke", "fatima", "KS0123456789", "53512345", "4471", "04A1B2C3D4E580", "0900 0000", "93.05.18"} {
			if strings.Contains(out, secret) {
				t.Errorf("it tells %q:\n%s", secret, out)
			}
		}
		for _, kept := range []string{"~/bridge.toml", "OMNIKEY 5022 (…) 00 00", "[CCID Interface]", "1234:5678"} {
			if !strings.Contains(out, kept) {
				t.Errorf("it lost %q:\n%s", kept, out)
			}
		}
	}
}

func TestCleaningLeavesTheFactsThemselvesAlone(t *testing.T) {
	t.Parallel()
	f := personal()
	f.Clean("/srv/people/mieke")
	if f.Readers[0].Name != personal().Readers[0].Name || f.Browsers[0].Policies[0].Place != personal().Browsers[0].Policies[0].Place {
		t.Error("it wrote into them")
	}
}

func TestVersionsAndCodesStayReadable(t *testing.T) {
	t.Parallel()
	f := well()
	f.System.Kernel = "6.12.0-124.8.1.el10_1.x86_64"
	f.Cards.Err = "open a session: the card service is not running (8010001D)"
	f.Port.Addresses[1].Err = "listen tcp [::1]:24787: bind: address already in use"
	c := f.Clean("/root")
	if c.System.Kernel != f.System.Kernel || c.Cards.Err != f.Cards.Err || c.Port.Addresses[1].Err != f.Port.Addresses[1].Err {
		t.Errorf("%+v", c)
	}
}

func TestTheTwoFormsOfAReportSayTheSame(t *testing.T) {
	t.Parallel()
	f := well()
	f.Settings.Origins = nil
	r := doctor.NewReport(f)
	var text, data bytes.Buffer
	if err := r.Text(&text); err != nil {
		t.Fatal(err)
	}
	if err := r.JSON(&data); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Healthy  bool
		Findings []struct{ Code, Severity, Says string }
		Facts    struct{ Readers []struct{ Name string } }
	}
	if err := json.Unmarshal(data.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if back.Healthy || len(back.Findings) != 1 || back.Findings[0].Code != "ORIGINS_MISSING" || back.Facts.Readers[0].Name != f.Readers[0].Name {
		t.Errorf("%s", data.String())
	}
	for _, want := range []string{"PROBLEM ORIGINS_MISSING", back.Findings[0].Says, f.Readers[0].Name, "Problems: 1, warnings: 0"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, text.String())
		}
	}
	text.Reset()
	if err := doctor.NewReport(well()).Text(&text); err != nil || !strings.Contains(text.String(), "All is well.") {
		t.Errorf("%v\n%s", err, text.String())
	}
}
