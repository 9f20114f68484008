package doctor

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// drivers returns the drivers of the card service, and the readers on the USB.
func (p Place) drivers(context.Context) ([]Driver, []Device) {
	all := p.bundles("usr/lib*/pcsc/drivers", "usr/lib/*/pcsc/drivers", "usr/local/lib*/pcsc/drivers")
	files, _ := filepath.Glob(p.at("etc/reader.conf.d/*")) // the pattern is ours
	for _, file := range files {
		if raw, err := os.ReadFile(file); err == nil {
			all = append(all, serial(bytes.NewReader(raw))...)
		}
	}
	return all, p.devices(all)
}

// smartCard is the class of USB interfaces for card readers.
const smartCard = "0b"

// devices returns what says of itself that it is a reader, or is one that a
// driver knows. Serial numbers stand in a file that is not opened.
func (p Place) devices(drivers []Driver) []Device {
	var all []Device
	folders, _ := filepath.Glob(p.at("sys/bus/usb/devices/*")) // the pattern is ours
	for _, folder := range folders {
		maker, product := value(folder, "idVendor"), value(folder, "idProduct")
		if maker == "" {
			continue // an interface of a device
		}
		d := Device{USB: maker + ":" + product, Name: strings.TrimSpace(value(folder, "manufacturer") + " " + value(folder, "product"))}
		driver, calls := knows(d.USB, drivers)
		d.Driver, d.Calls = driver.Name, calls
		reads := d.Driver != ""
		interfaces, _ := filepath.Glob(filepath.Join(folder, "*:*"))
		for _, each := range interfaces {
			class := value(each, "bInterfaceClass")
			reads = reads || class == smartCard
			if kernel, err := os.Readlink(filepath.Join(each, "driver")); err == nil && (class == smartCard || class == "ff") {
				d.Kernel = filepath.Base(kernel)
			}
		}
		if d.Name == "" {
			d.Name = or(calls, "a card reader without a name")
		}
		if reads {
			all = append(all, d)
		}
	}
	return all
}

func value(folder, name string) string {
	raw, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(raw))
}

// serial reads the drivers in a file of reader.conf.d, which name their readers
// one by one.
func serial(conf io.Reader) []Driver {
	var all []Driver
	name := ""
	for lines := bufio.NewScanner(conf); lines.Scan(); {
		key, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch key {
		case "FRIENDLYNAME":
			name = value
		case "LIBPATH":
			if name != "" {
				all = append(all, Driver{Name: library(value), names: []string{name}})
			}
			name = ""
		}
	}
	return all
}

// knows returns the driver that the card service takes for a USB device, and
// what it calls the reader. One made for it goes before the one for all.
func knows(device string, drivers []Driver) (d Driver, calls string) {
	for _, driver := range drivers {
		if i := slices.Index(driver.devices, device); i >= 0 && (d.Name == "" || d.class) {
			d, calls = driver, driver.names[i]
		}
	}
	return d, calls
}
