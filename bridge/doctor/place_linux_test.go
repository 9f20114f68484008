//go:build cgo

package doctor_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/doctor"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
)

// info is what the maker of a driver writes, with two readers.
func info(name, class, version string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
	<key>CFBundleExecutable</key><string>` + name + `.so</string>
	<key>CFBundleName</key><string>` + class + `</string>
	<key>CFBundleShortVersionString</key><string>` + version + `</string>
	<!-- a word of its author -->
	<key>ifdVendorID</key><array><string>0x072F</string><string>0x058F</string></array>
	<key>ifdProductID</key><array><string>0x2200</string><string>0x9540</string></array>
	<key>ifdFriendlyName</key><array><string>ACS ACR122U PICC Interface</string><string>Alcor Micro AU9540 &amp; more</string></array>
</dict></plist>`
}

// plug lays what Linux shows of a device on the USB.
func plug(t *testing.T, root, at, maker, product, name, class, kernel string) {
	t.Helper()
	folder := "sys/bus/usb/devices/" + at
	lay(t, root, folder+"/idVendor", maker+"\n")
	lay(t, root, folder+"/idProduct", product+"\n")
	lay(t, root, folder+"/product", name+"\n")
	lay(t, root, folder+"/serial", "SECRET-SERIAL\n")
	lay(t, root, folder+"/"+at+":1.0/bInterfaceClass", class+"\n")
	if kernel != "" {
		if err := os.Symlink("../../../bus/usb/drivers/"+kernel, filepath.Join(root, folder, at+":1.0", "driver")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDriversAndDevicesAreMatchedAsTheCardServiceDoes(t *testing.T) {
	t.Parallel()
	fake := pcsctest.NewFake()
	fake.Unplug(fake.Reader(0))
	fake.Unplug(fake.Reader(1))
	fake.Plug("Alcor Micro AU9540 & more (SECRET-SERIAL-1) 00 00")
	p := here(t, fake)
	lay(t, p.Root, "usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist", info("libccid", "CCIDCLASSDRIVER", "1.4.31"))
	lay(t, p.Root, "usr/lib/pcsc/drivers/ifd-acsccid.bundle/Contents/Info.plist", info("libacsccid", "ACSCCID", "1.1.8"))
	lay(t, p.Root, "usr/lib/pcsc/drivers/ifd-broken.bundle/Contents/Info.plist", "<plist><dict>")
	plug(t, p.Root, "1-1", "072f", "2200", "ACR122U", "0b", "pn533_usb")
	plug(t, p.Root, "1-2", "058f", "9540", "EMV Smartcard Reader", "0b", "usbfs")
	plug(t, p.Root, "1-3", "1234", "5678", "Unheard 3000", "0b", "")
	plug(t, p.Root, "1-4", "046d", "c31c", "Keyboard", "03", "usbhid")

	f := doctor.Examine(t.Context(), p)
	want := []doctor.Device{
		{Name: "ACR122U", USB: "072f:2200", Driver: "libacsccid", Calls: "ACS ACR122U PICC Interface", Kernel: "pn533_usb"},
		{Name: "EMV Smartcard Reader", USB: "058f:9540", Driver: "libacsccid", Calls: "Alcor Micro AU9540 & more", Kernel: "usbfs"},
		{Name: "Unheard 3000", USB: "1234:5678"},
	}
	if diff := cmp.Diff(want, f.Devices); diff != "" {
		t.Errorf("devices (-want +got):\n%s", diff)
	}
	if r := f.Readers[0]; r.Driver != "libacsccid" || r.Version != "1.1.8" {
		t.Errorf("%+v", r)
	}
	finds(t, f, doctor.ReaderKernelDriver)
	finds(t, f, doctor.ReaderNoDriver)

	// Without the maker's own driver the one for all takes them.
	if err := os.RemoveAll(filepath.Join(p.Root, "usr/lib/pcsc/drivers/ifd-acsccid.bundle")); err != nil {
		t.Fatal(err)
	}
	f = doctor.Examine(t.Context(), p)
	if r := f.Readers[0]; r.Driver != "libccid" || r.Version != "1.4.31" {
		t.Errorf("%+v", r)
	}
	finds(t, f, doctor.ReaderOldDriver)
	var text strings.Builder
	if err := doctor.NewReport(f.Clean()).Text(&text); err != nil || strings.Contains(text.String(), "SECRET") {
		t.Errorf("%v\n%s", err, text.String())
	}
}

func TestTheDriverInstalledHereIsRead(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/usr/lib/pcsc/drivers/ifd-ccid.bundle"); err != nil {
		t.Skip("install the package libccid")
	}
	p := here(t, pcsctest.NewFake())
	p.Root = doctor.Root
	f := doctor.Examine(t.Context(), p)
	if !slices.ContainsFunc(f.Drivers, func(d doctor.Driver) bool { return d.Name == "libccid" && strings.Count(d.Version, ".") == 2 }) {
		t.Errorf("%+v", f.Drivers)
	}
	if f.System.Name == "" || f.System.Kernel == "" {
		t.Errorf("%+v", f.System)
	}
}

func TestPoliciesAreReadWhereBrowsersReadThem(t *testing.T) {
	t.Parallel()
	const allow = `{"LoopbackNetworkAllowedForUrls": ["https://balie.example"], "HomepageLocation": "https://x.example"}`
	for browser, files := range map[string][2]string{ // its program, the file of its policies
		"Chrome":   {"usr/bin/google-chrome-stable", "etc/opt/chrome/policies/managed/openbalie.json"},
		"Chromium": {"usr/bin/chromium", "etc/chromium/policies/managed/openbalie.json"},
		"Edge":     {"usr/bin/microsoft-edge", "etc/opt/edge/policies/managed/openbalie.json"},
		"Brave":    {"usr/bin/brave-browser", "etc/brave/policies/managed/openbalie.json"},
		"Firefox":  {"usr/bin/firefox-esr", "etc/firefox/policies/policies.json"},
	} {
		t.Run(browser, func(t *testing.T) {
			t.Parallel()
			p := here(t, pcsctest.NewFake())
			lay(t, p.Root, files[0], "")
			codes := func() []doctor.Code {
				var all []doctor.Code
				for _, is := range doctor.Diagnose(doctor.Examine(t.Context(), p)) {
					if strings.HasPrefix(string(is.Code), "BROWSER") {
						all = append(all, is.Code)
						if !strings.Contains(is.Says, browser) {
							t.Errorf("%q does not name %s", is.Says, browser)
						}
					}
				}
				return all
			}
			if diff := cmp.Diff([]doctor.Code{doctor.BrowserNotAllowed}, codes()); diff != "" {
				t.Error("without a policy", diff)
			}
			policy := allow
			if browser == "Firefox" {
				policy = `{"policies": {"LocalNetworkAccess": {"SkipDomains": ["balie.example"]}}}`
			}
			lay(t, p.Root, files[1], policy)
			if diff := cmp.Diff([]doctor.Code(nil), codes()); diff != "" {
				t.Error("with it", diff)
			}
			lay(t, p.Root, files[1], "\ufeff"+strings.Replace(policy, `"]`, `",]`, 1))
			if diff := cmp.Diff([]doctor.Code(nil), codes()); diff != "" {
				t.Error("with a comma too many, which browsers forgive", diff)
			}
			lay(t, p.Root, files[1], policy[:len(policy)-3])
			if diff := cmp.Diff([]doctor.Code{doctor.BrowserPolicyBroken, doctor.BrowserNotAllowed}, codes()); diff != "" {
				t.Error("with half of it", diff)
			}
		})
	}
}

func TestFirefoxTakesTheFileOfTheSystemBeforeItsOwn(t *testing.T) {
	t.Parallel()
	p := here(t, pcsctest.NewFake())
	lay(t, p.Root, "usr/bin/firefox", "")
	lay(t, p.Root, "usr/lib/firefox/distribution/policies.json", `{"policies": {"LocalNetworkAccess": {"SkipDomains": ["balie.example"], "Enabled": true}}}`)
	if found := doctor.Diagnose(doctor.Examine(t.Context(), p)); slices.ContainsFunc(found, func(is doctor.Finding) bool { return is.Code == doctor.BrowserNotAllowed }) {
		t.Errorf("%+v", found)
	}
	lay(t, p.Root, "etc/firefox/policies/policies.json", `{"policies": {}}`)
	finds(t, doctor.Examine(t.Context(), p), doctor.BrowserNotAllowed)
}

func TestPoliciesAreReadAsBrowsersReadThem(t *testing.T) {
	t.Parallel()
	const chromium, managed = "usr/bin/chromium", "etc/chromium/policies/managed/"
	allow := func(origins string) string { return `{"LoopbackNetworkAllowedForUrls": ` + origins + `}` }
	for name, c := range map[string]struct {
		files map[string]string
		finds []doctor.Code
	}{
		"a list with ours first":    {map[string]string{chromium: "", managed + "a.json": allow(`["https://balie.example", "https://other.example"]`)}, nil},
		"no list":                   {map[string]string{chromium: "", managed + "a.json": allow(`"https://balie.example"`)}, []doctor.Code{doctor.BrowserNotAllowed}},
		"a list that blocks":        {map[string]string{chromium: "", managed + "a.json": `{"LocalNetworkAccessBlockedForUrls": ["*"]}`}, []doctor.Code{doctor.BrowserBlocked}},
		"a broken file before ours": {map[string]string{chromium: "", managed + "a.json": "{", managed + "b.json": allow(`["https://balie.example"]`)}, []doctor.Code{doctor.BrowserPolicyBroken}},
		"another build":             {map[string]string{"usr/bin/chromium-browser": "", "etc/chromium-browser/policies/managed/a.json": allow(`["https://balie.example"]`)}, nil},
		"another build without":     {map[string]string{"usr/bin/chromium-browser": ""}, []doctor.Code{doctor.BrowserNotAllowed}},
		"a browser from a snap":     {map[string]string{"snap/bin/chromium": ""}, []doctor.Code{doctor.BrowserNotAllowed}},
		"a browser of the house":    {map[string]string{"usr/local/bin/firefox": ""}, []doctor.Code{doctor.BrowserNotAllowed}},
		"Firefox of its maker":      {map[string]string{"usr/local/bin/firefox": "", "opt/firefox/distribution/policies.json": `{"policies": {"LocalNetworkAccess": {"SkipDomains": ["*.example"]}}}`}, nil},
		"Firefox without a guard":   {map[string]string{"usr/bin/firefox": "", "etc/firefox/policies/policies.json": `{"policies": {"LocalNetworkAccess": {"Enabled": false}}}`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := here(t, pcsctest.NewFake())
			for file, text := range c.files {
				lay(t, p.Root, file, text)
			}
			var found []doctor.Code
			for _, is := range doctor.Diagnose(doctor.Examine(t.Context(), p)) {
				if strings.HasPrefix(string(is.Code), "BROWSER") {
					found = append(found, is.Code)
				}
			}
			if diff := cmp.Diff(c.finds, found); diff != "" {
				t.Error(diff)
			}
		})
	}
}
