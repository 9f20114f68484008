//go:build !windows

package doctor

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// bundles returns the drivers in folders that patterns name. One whose
// description cannot be read, the card service cannot read either.
func (p Place) bundles(patterns ...string) []Driver {
	var all []Driver
	for _, pattern := range patterns {
		files, _ := filepath.Glob(p.at(pattern, "*.bundle", "Contents", "Info.plist")) // the pattern is ours
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				continue
			}
			if d, err := bundle(bytes.NewReader(raw)); err == nil && !slices.ContainsFunc(all, d.same) {
				all = append(all, d)
			}
		}
	}
	return all
}

// bundle reads what the maker of a driver wrote into its Info.plist.
func bundle(info io.Reader) (Driver, error) {
	dict, err := propertyList(info)
	if err != nil {
		return Driver{}, err
	}
	first := func(key string) string {
		if v := dict[key]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
	d := Driver{
		Name:    library(first("CFBundleExecutable")),
		Version: first("CFBundleShortVersionString"),
		class:   first("CFBundleName") == "CCIDCLASSDRIVER",
		names:   dict["ifdFriendlyName"],
	}
	products := dict["ifdProductID"]
	for i, maker := range dict["ifdVendorID"] {
		if i < len(products) {
			d.devices = append(d.devices, usb(maker)+":"+usb(products[i]))
		}
	}
	if d.Name == "" || len(d.devices) != len(d.names) {
		return Driver{}, errors.New("it names no driver, or not a reader for each device")
	}
	return d, nil
}

// library takes the folder and the endings off the name of a library.
func library(file string) string {
	name, _, _ := strings.Cut(path.Base(file), ".so")
	return strings.TrimSuffix(name, ".dylib")
}

func usb(id string) string { return strings.TrimPrefix(strings.ToLower(strings.TrimSpace(id)), "0x") }

// propertyList reads the texts, true and false, and lists of texts in the outer
// dictionary of an XML property list; what else there is it leaves out.
func propertyList(r io.Reader) (map[string][]string, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	type value struct {
		XMLName xml.Name
		Text    string   `xml:",chardata"`
		List    []string `xml:"string"`
	}
	var list struct {
		Dict struct {
			Values []value `xml:",any"`
		} `xml:"dict"`
	}
	if err := xml.NewDecoder(bytes.NewReader(raw)).Decode(&list); err != nil {
		return nil, fmt.Errorf("read the property list: %w", err)
	}
	dict := map[string][]string{}
	key := ""
	for _, v := range list.Dict.Values {
		switch v.XMLName.Local {
		case "key":
			key = strings.TrimSpace(v.Text)
			continue
		case "string":
			dict[key] = []string{strings.TrimSpace(v.Text)}
		case "array":
			dict[key] = v.List
		case "true", "false":
			dict[key] = []string{v.XMLName.Local}
		}
	}
	return dict, nil
}
