//go:build !linux && !darwin && !windows

package doctor

import (
	"context"
	"os"
)

// Root is where the files of this system begin.
const Root = "/"

func (p Place) system(context.Context) System { return System{Admin: os.Geteuid() == 0} }

func (p Place) cardService(_ context.Context, answer Answer) CardService {
	return CardService{Answer: answer, Installed: true}
}

func (p Place) drivers(context.Context) ([]Driver, []Device) {
	return p.bundles("usr/local/lib/pcsc/drivers"), nil
}

func (p Place) browsers(context.Context) []Browser { return nil }

func (p Place) holder(context.Context, string, int) (name string, pid int) { return "", 0 }

// Arguments returns nothing: on this system nobody knows.
func Arguments() []string { return nil }
