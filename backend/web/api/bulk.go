package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/document"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type bulkRequest struct {
	Kind         string     `json:"kind"`
	Passholders  []string   `json:"passholderIds"`
	Purpose      string     `json:"purpose"`
	DryRun       bool       `json:"dryRun"`
	CardSystemID int        `json:"cardSystemId"`
	Street       string     `json:"street"`
	PostalCode   string     `json:"postalCode"`
	City         string     `json:"city"`
	Country      string     `json:"country"`
	Reason       string     `json:"reason"`
	Until        period.Day `json:"until"`
	Ground       string     `json:"ground"`
	AddDoubles   bool       `json:"addDoubles"`
	Association  string     `json:"associationId"`
	Rehearsal    string     `json:"dryRunId"`
}

// Check reads the shape.
func (in *bulkRequest) Check(f *bind.Fields) {
	f.OneOf("/kind", in.Kind, string(bulk.Address), string(bulk.Block), string(bulk.Renew), string(bulk.Enlist), string(bulk.Export), string(bulk.Import))
	f.Most("/passholderIds", len(in.Passholders), bulk.MaxSelection)
	for i, id := range in.Passholders {
		f.UUID(fmt.Sprintf("/passholderIds/%d", i), id, true)
	}
	f.UUID("/associationId", in.Association, false)
	f.UUID("/dryRunId", in.Rehearsal, false)
}

func (in *bulkRequest) order(file io.Reader) bulk.Order {
	o := bulk.Order{
		Kind: bulk.Kind(in.Kind), File: file, Purpose: strings.TrimSpace(in.Purpose), DryRun: in.DryRun,
		Parameters: bulk.Parameters{
			CardSystemID: in.CardSystemID, Street: in.Street, PostalCode: in.PostalCode, City: in.City, Country: in.Country,
			Reason: card.Reason(in.Reason), Until: in.Until, Ground: in.Ground, AddDoubles: in.AddDoubles,
		},
	}
	o.Parameters.Association, _ = uuid.Parse(in.Association) // checked; none is none
	o.Rehearsal, _ = uuid.Parse(in.Rehearsal)
	for _, id := range in.Passholders {
		o.Passholders = append(o.Passholders, uuid.MustParse(id)) // checked
	}
	return o
}

type bulkJSON struct {
	ID         string          `json:"id"`
	Kind       string          `json:"kind"`
	State      string          `json:"state"`
	DryRun     bool            `json:"dryRun"`
	Total      int             `json:"total"`
	Done       int             `json:"done"`
	Failed     int             `json:"failed"`
	Purpose    string          `json:"purpose,omitempty"`
	Parameters bulk.Parameters `json:"parameters"`
	CreatedAt  time.Time       `json:"createdAt"`
	FinishedAt *time.Time      `json:"finishedAt,omitempty"`
}

func bulkOf(b bulk.Bulk) bulkJSON {
	return bulkJSON{
		ID: b.ID.String(), Kind: string(b.Kind), State: string(b.State), DryRun: b.DryRun, Total: b.Total, Done: b.Done, Failed: b.Failed,
		Purpose: b.Purpose, Parameters: b.Parameters, CreatedAt: b.CreatedAt.UTC(), FinishedAt: instantOrNone(b.FinishedAt),
	}
}

// The largest bodies of an order: a selection of ids, and a file with what is
// asked.
const (
	maxSelectionBody = 4 << 20
	maxUpload        = document.MaxTable + 1<<20
)

// postBulk takes an order: POST /api/v1/bulk, as JSON, or as a form with the
// same JSON in the part «order» and a CSV or XLSX in the part «file».
func (s *Server) postBulk(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in bulkRequest
	var file io.Reader
	kind, _, _ := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if kind == "multipart/form-data" {
		file, err = readForm(c, &in)
	} else {
		err = bind.JSONWithin(c, maxSelectionBody, &in)
	}
	if err != nil {
		return err
	}
	b, err := s.Bulk.Start(c.Request.Context(), by, key, in.order(file))
	if err != nil {
		return err
	}
	c.JSON(http.StatusAccepted, bulkOf(b))
	return nil
}

// readForm reads the parts of an upload. The file stays in memory: it holds
// people, and a disk would keep it.
func readForm(c *gin.Context, in *bulkRequest) (io.Reader, error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxUpload)
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, bind.ErrMediaType
	}
	var file []byte
	asked := false
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		var content []byte
		if err == nil {
			content, err = io.ReadAll(part)
		}
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return nil, document.ErrTooLarge.With("megabytes", document.MaxTable>>20)
		}
		if err != nil {
			return nil, bind.ErrBodySyntax
		}
		switch part.FormName() {
		case "order":
			asked = true
			if err := bind.Part(content, in); err != nil {
				return nil, err
			}
		case "file":
			file = content
		default:
			return nil, bind.ErrUnknownField
		}
	}
	if !asked || file == nil {
		return nil, bind.ErrBodyMissing
	}
	return bytes.NewReader(file), nil
}

type bulkPage struct {
	TotalItems int        `json:"totalItems"`
	Member     []bulkJSON `json:"member"`
}

// getBulks lists the orders of the counter: GET /api/v1/bulk.
func (s *Server) getBulks(c *gin.Context, _ login.Session, by who.Actor) error {
	page, err := bind.OwnPage(c)
	if err != nil {
		return err
	}
	found, total, err := s.Bulk.List(c.Request.Context(), by, page.Start, page.Limit)
	if err != nil {
		return err
	}
	out := bulkPage{TotalItems: total, Member: make([]bulkJSON, len(found))}
	for i, b := range found {
		out.Member[i] = bulkOf(b)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// getBulk says how far an order is: GET /api/v1/bulk/{bulkId}.
func (s *Server) getBulk(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "bulkId", bulk.ErrUnknown)
	if err != nil {
		return err
	}
	b, err := s.Bulk.ByID(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, bulkOf(b))
	return nil
}

// postBulkCancel stops an order: POST /api/v1/bulk/{bulkId}/cancel.
func (s *Server) postBulkCancel(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "bulkId", bulk.ErrUnknown)
	if err != nil {
		return err
	}
	b, err := s.Bulk.Cancel(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, bulkOf(b))
	return nil
}

type bulkRowJSON struct {
	Row          int            `json:"row"`
	PassholderID string         `json:"passholderId,omitempty"`
	FirstName    string         `json:"firstName,omitempty"`
	Name         string         `json:"name,omitempty"`
	State        string         `json:"state"`
	Code         string         `json:"code,omitempty"`
	Args         map[string]any `json:"args,omitempty"`
	Message      *bind.Message  `json:"message,omitempty"`
}

type bulkRowPage struct {
	TotalItems int           `json:"totalItems"`
	Member     []bulkRowJSON `json:"member"`
}

// getBulkRows lists what became of the rows: GET /api/v1/bulk/{bulkId}/rows.
func (s *Server) getBulkRows(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "bulkId", bulk.ErrUnknown)
	if err != nil {
		return err
	}
	page, err := bind.OwnPage(c)
	if err != nil {
		return err
	}
	state, err := bind.Choice(c, "state", "", string(bulk.RowWaiting), string(bulk.RowDone), string(bulk.RowFailed), string(bulk.RowSkipped))
	if err != nil {
		return err
	}
	rows, total, err := s.Bulk.Rows(c.Request.Context(), by, id, bulk.RowState(state), page.Start, page.Limit)
	if err != nil {
		return err
	}
	out := bulkRowPage{TotalItems: total, Member: make([]bulkRowJSON, len(rows))}
	for i, r := range rows {
		row := bulkRowJSON{Row: r.Number, FirstName: r.FirstName, Name: r.Name, State: string(r.State), Code: r.Code, Args: r.Args}
		if r.SubjectID != uuid.Nil {
			row.PassholderID = r.SubjectID.String()
		}
		if m, ok := bind.MessageOf(r.Code, r.Args); ok && r.Code != "" {
			row.Message = &m
		}
		out.Member[i] = row
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// getBulkReport is what became of every row, or the list that was asked for:
// GET /api/v1/bulk/{bulkId}/report.
func (s *Server) getBulkReport(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "bulkId", bulk.ErrUnknown)
	if err != nil {
		return err
	}
	language, err := bind.Choice(c, "language", "nl", "fr", "de", "en")
	if err != nil {
		return err
	}
	format, err := bind.Choice(c, "format", string(bulk.CSV), string(bulk.XLSX))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	open, media := document.NewCSV, "text/csv; charset=utf-8"
	if format == string(bulk.XLSX) {
		open, media = document.NewXLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	table, err := open(&out)
	if err == nil {
		err = s.Bulk.Report(c.Request.Context(), by, id, saying(language), table)
	}
	if err == nil {
		err = table.Close()
	}
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="openbalie-`+id.String()[:8]+`.`+format+`"`)
	c.Data(http.StatusOK, media, out.Bytes())
	return nil
}

// saying spells a code in one language.
func saying(language string) func(string, map[string]any) string {
	return func(code string, args map[string]any) string {
		m, ok := bind.MessageOf(code, args)
		if !ok {
			return ""
		}
		return map[string]string{"nl": m.NL, "fr": m.FR, "de": m.DE, "en": m.EN}[language]
	}
}

// postRegistrationMail asks for the papers of a sale to be mailed: POST
// /api/v1/registrations/{registrationId}/mails.
func (s *Server) postRegistrationMail(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "registrationId", registration.ErrUnknown)
	if err != nil {
		return err
	}
	if !s.About.Mail {
		return registration.ErrNoMailServer
	}
	if err := s.Registrations.Mail(c.Request.Context(), by, id); err != nil {
		return err
	}
	c.Status(http.StatusAccepted)
	return nil
}
