package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/sandbox"
)

const (
	// upkeepEvery is often enough that a sandbox left running wakes up on the
	// right day.
	upkeepEvery = time.Hour
	// keepKeys is how long an Idempotency-Key stands for its request: longer
	// than any client retries.
	keepKeys = 48 * time.Hour
)

// keepUp does the upkeep at every tick until ctx ends. What fails is tried
// again at the next.
func keepUp(ctx context.Context, in parts, ticks <-chan time.Time, log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticks:
			if err := upkeep(ctx, in, now); err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "Upkeep failed", "error", err)
			}
		}
	}
}

// upkeep makes the coming months' partitions, forgets what has had its time,
// takes up new revocation lists, and moves a sandbox along with the days. Any number of replicas may do it at
// once.
func upkeep(ctx context.Context, in parts, now time.Time) error {
	d := in.database.DB
	errs := []error{
		db.EnsurePartitions(ctx, d, now),
		idempotency.Forget(ctx, d, now.Add(-keepKeys)),
		login.Forget(ctx, d, now),
		eidcheck.Forget(ctx, d, now),
	}
	if in.trust != nil {
		errs = append(errs, in.trust.Reload())
	}
	if in.provider != nil {
		errs = append(errs, sandbox.Seed(ctx, d, in.ring, now))
	}
	return errors.Join(errs...)
}
