package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/secret"
)

var errKeysElsewhere = errors.New("the keys come from " + secret.EnvKey + ": change them where that is set")

// keys is openbalie keys: new keys for national numbers, in three steps between
// which every replica restarts.
func keys(ctx context.Context, p program) error {
	const how = "keys rotate | reseal | retire [settings]"
	if len(p.args) == 0 {
		return wrong(p, how)
	}
	verb := p.args[0]
	p.args = p.args[1:]
	switch verb {
	case "rotate":
		return rotate(p)
	case "reseal", "retire":
		return with(ctx, "keys "+verb, p, func(c config, _ []string, d opened) error {
			ring, err := openRing(c, p)
			if err != nil {
				return err
			}
			if err := passholder.CheckRing(ctx, d.DB, ring); err != nil {
				return err
			}
			n, err := passholder.Reseal(ctx, d.DB, ring)
			if err != nil || verb == "reseal" {
				return report(p, err, "%d national numbers brought under the current keys", n)
			}
			ring.Retire()
			return keep(c, p, ring, "the older keys are gone")
		})
	default:
		return wrong(p, how)
	}
}

func rotate(p program) error {
	c, _, err := readConfig("keys rotate", p)
	if err != nil {
		return err
	}
	ring, err := openRing(c, p)
	if err != nil {
		return err
	}
	ring.Rotate()
	return keep(c, p, ring, "new keys are in front; restart every openbalie, then: openbalie keys reseal")
}

// keep writes a changed ring to its file.
func keep(c config, p program, ring *secret.Ring, done string) error {
	if p.env(secret.EnvKey) != "" {
		return errKeysElsewhere
	}
	if err := ring.Save(c.keyring()); err != nil {
		return fmt.Errorf("change keys: %w", err)
	}
	return report(p, nil, "%s: %s", c.keyring(), done)
}
