package job

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/google/uuid"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/riverqueue/river"
	"golang.org/x/text/language"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/document"
	"github.com/openbalie/openbalie/backend/mail"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/registration"
)

// mailArgs ask for the mail about a sale.
type mailArgs struct {
	RegistrationID uuid.UUID `json:"registrationId"`
	About          string    `json:"about"` // a message type of package registration
}

// Kind names the job for River.
func (mailArgs) Kind() string { return "mail" }

// InsertOpts lets a mail be tried for two days.
func (mailArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 15} }

type mailer struct {
	river.WorkerDefaults[mailArgs]
	r *Runner
}

// Work sends the mail, if there is an address and the person wants mails or the
// counter asked for it.
func (w *mailer) Work(ctx context.Context, job *river.Job[mailArgs]) error {
	m, err := w.compose(ctx, job.Args)
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
func (w *mailer) compose(ctx context.Context, a mailArgs) (*mail.Message, error) {
	d := w.r.o.DB
	sale, err := registration.ByID(ctx, d, a.RegistrationID)
	if err != nil {
		return nil, err
	}
	var b db.Batch
	var p passholder.Passholder
	passholder.QueueByID(&b, sale.PassholderID, &p)
	if err := db.Send(ctx, d, &b); err != nil {
		return nil, err
	}
	asked := a.About == registration.TypeMailAsked || p.OptIn[passholder.ServiceMails.Name()]
	voided := a.About == registration.TypeVoided
	// A sale that was taken back before its mail left needs the one mail only.
	if p.Email == "" || !p.ErasedAt.IsZero() || !asked || !sale.VoidedAt.IsZero() && !voided {
		return nil, nil
	}
	lang := document.Language(p.Language)
	receipt, err := registration.ReceiptOf(ctx, d, sale, lang)
	if err != nil {
		return nil, err
	}
	t := texts{lang, map[string]any{
		"FirstName": p.FirstName, "Region": receipt.Region, "Number": receipt.Number, "Counter": receipt.Counter, "Sheet": false,
	}}
	m := &mail.Message{ID: uuid.NewSHA1(sale.ID, []byte(a.About)), To: p.Email}
	paper, err := receipt.PDF()
	if err != nil {
		return nil, err
	}
	m.Attached = append(m.Attached, mail.Attachment{Name: t.say("receipt-file") + "-" + receipt.Number + ".pdf", Type: pdf, Content: paper})
	if !voided {
		if err := w.addSheet(ctx, m, sale, t); err != nil {
			return nil, err
		}
	}
	about := "receipt"
	if voided {
		about = "voided"
	}
	m.Subject, m.Text = t.say(about+"-subject"), strings.TrimSpace(t.say(about+"-text"))+"\n"
	return m, nil
}

const pdf = "application/pdf"

// addSheet puts the sheet of a digital pass in the mail, if there is one.
func (w *mailer) addSheet(ctx context.Context, m *mail.Message, sale registration.Registration, t texts) error {
	sheet, err := registration.PassSheetOf(ctx, w.r.o.DB, sale.PassholderID, sale.CardSystemID, t.language)
	if errors.Is(err, registration.ErrNoDigital) {
		return nil
	}
	if err != nil {
		return err
	}
	paper, err := sheet.PDF()
	if err != nil {
		return err
	}
	t.values["Sheet"] = true
	m.Attached = append(m.Attached, mail.Attachment{Name: t.say("sheet-file") + ".pdf", Type: pdf, Content: paper})
	return nil
}

//go:embed texts/*.toml
var textFiles embed.FS

// words are what mails say.
var words = func() map[document.Language]*i18n.Localizer {
	bundle := i18n.NewBundle(language.Dutch)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	out := map[document.Language]*i18n.Localizer{}
	for _, l := range []document.Language{"nl", "fr", "de", "en"} {
		if _, err := bundle.LoadMessageFileFS(textFiles, "texts/"+string(l)+".toml"); err != nil {
			panic(err) // compiled in
		}
		out[l] = i18n.NewLocalizer(bundle, string(l))
	}
	return out
}()

// texts are what a mail says in a language about some values.
type texts struct {
	language document.Language
	values   map[string]any
}

func (t texts) say(id string) string {
	localizer, ok := words[t.language]
	if !ok {
		localizer = words["nl"]
	}
	text, err := localizer.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: t.values})
	if err != nil {
		panic(fmt.Sprintf("no text %q", id)) // compiled in, and tested
	}
	return text
}
