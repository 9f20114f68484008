package job

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/outbox"
	"github.com/openbalie/openbalie/backend/registration"
)

// relayBatch is how many messages are taken at once.
const relayBatch = 100

// relay makes jobs of messages, in one transaction: a message is a job or still
// a message, whenever the program dies.
func (r *Runner) relay(ctx context.Context) error {
	for {
		taken := 0
		err := db.InTx(ctx, r.o.DB, func(tx *db.Tx) error {
			messages, err := outbox.Claim(ctx, tx, relayBatch)
			if err != nil {
				return err
			}
			taken = len(messages)
			var jobs []river.InsertManyParams
			for _, m := range messages {
				args, err := r.jobOf(ctx, m)
				if err != nil {
					return err
				}
				if args != nil {
					jobs = append(jobs, river.InsertManyParams{Args: args})
				}
			}
			if len(jobs) == 0 {
				return nil
			}
			_, err = r.client.InsertManyTx(ctx, tx.Pgx(), jobs)
			return err
		})
		if err != nil {
			return fmt.Errorf("relay messages: %w", err)
		}
		if taken < relayBatch {
			return nil
		}
	}
}

// jobOf is the job that a message asks for; nil when it asks for none.
func (r *Runner) jobOf(ctx context.Context, m outbox.Message) (river.JobArgs, error) {
	var ids struct {
		RegistrationID uuid.UUID `json:"registrationId"`
		BulkID         uuid.UUID `json:"bulkId"`
		family.Added
	}
	if err := json.Unmarshal(m.Payload, &ids); err != nil {
		return nil, fmt.Errorf("read message %d: %w", m.ID, err)
	}
	switch m.Type {
	case registration.TypeRegistered, registration.TypeVoided, registration.TypeMailAsked:
		if !r.o.Mail.On() {
			return nil, nil
		}
		return mailArgs{RegistrationID: ids.RegistrationID, About: m.Type}, nil
	case family.TypeAdded:
		if !r.o.Mail.On() {
			return nil, nil
		}
		return familyArgs(ids.Added), nil
	case bulk.TypeStarted:
		return bulkArgs{BulkID: ids.BulkID}, nil
	default:
		r.o.Log.WarnContext(ctx, "Nobody waits for a message", "type", m.Type)
		return nil, nil
	}
}
