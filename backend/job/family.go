package job

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/document"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/mail"
	"github.com/openbalie/openbalie/backend/passholder"
)

// familyArgs ask for the mail that tells somebody of the family they were put in.
type familyArgs family.Added

// Kind names the job for River.
func (familyArgs) Kind() string { return "family-mail" }

// InsertOpts lets a mail be tried for two days.
func (familyArgs) InsertOpts() river.InsertOpts { return mailArgs{}.InsertOpts() }

type familyMailer struct {
	river.WorkerDefaults[familyArgs]
	r *Runner
}

// Work sends the mail, if there is an address. Each try makes a token anew: what
// is kept of one does not tell it again.
func (w *familyMailer) Work(ctx context.Context, job *river.Job[familyArgs]) error {
	m, err := w.compose(ctx, family.Added(job.Args))
	if err != nil || m == nil {
		return err
	}
	err = w.r.o.Mail.Send(ctx, *m)
	if errors.Is(err, mail.ErrAddress) || errors.Is(err, mail.ErrOff) {
		return river.JobCancel(err) // another try would not help
	}
	return err
}

// compose writes the mail; nil when there is none to send.
func (w *familyMailer) compose(ctx context.Context, a family.Added) (*mail.Message, error) {
	var b db.Batch
	var main, member passholder.Passholder
	passholder.QueueByID(&b, a.MainID, &main)
	passholder.QueueByID(&b, a.MemberID, &member)
	err := db.Send(ctx, w.r.o.DB, &b)
	if errors.Is(err, passholder.ErrUnknown) || err == nil && member.Email == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var token string
	err = db.InTx(ctx, w.r.o.DB, func(tx *db.Tx) (err error) {
		token, err = family.MintUndo(ctx, tx, a)
		return err
	})
	if errors.Is(err, family.ErrNoMember) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	link := url.Values{"main": {a.MainID.String()}, "member": {a.MemberID.String()}, "token": {token}}
	t := texts{document.Language(member.Language), map[string]any{
		"FirstName": member.FirstName, "Main": main.FirstName + " " + main.Name,
		"Link": strings.TrimSuffix(w.r.o.BaseURL, "/") + "/leave-family?" + link.Encode(),
	}}
	return &mail.Message{
		ID: uuid.NewSHA1(a.MainID, append([]byte(family.TypeAdded), a.MemberID[:]...)), To: member.Email,
		Subject: t.say("family-subject"), Text: strings.TrimSpace(t.say("family-text")) + "\n",
	}, nil
}
