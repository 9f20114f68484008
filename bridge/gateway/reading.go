package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
)

// Cards reads identity cards. [reader.Watcher] does.
type Cards interface {
	// Read tells the files of the card of a presentation, each as soon as it
	// is there. Tell must not keep their bytes.
	Read(ctx context.Context, presentationID string, files []eid.File, tell func(eid.Event) error) (eid.Report, error)
}

// reading is one read of a card for one page. Which are under way is for the
// hub to know; the goroutine that reads belongs to the socket.
type reading struct {
	member       *member
	presentation string
	scope        policy.Scope
	ctx          context.Context // ends with the socket, or when nobody wants it any more
	cancel       context.CancelFunc
}

// errUnwanted says that the page may hear no more of a read: the card was
// lifted, the page stopped it, read the card anew, or left.
var errUnwanted = errors.New("nobody wants the read any more")

// readCard answers card.read, and starts what it asks for.
func (s *socket) readCard(ctx context.Context, request protocol.Request) {
	var ask protocol.CardRead
	if wrong := protocol.Params(request.Params, &ask); wrong != nil {
		s.fail(request.ID, wrong)
		return
	}
	scope, err := policy.ParseScope(ask.Scope)
	switch {
	case err != nil || !scope.Allows(policy.CardIdentity):
		s.fail(request.ID, protocol.ErrInvalidParams.WithHint("A scope is card.identity or card.photo."))
		return
	case !s.hub.encoder.scope.Allows(scope):
		s.fail(request.ID, protocol.ErrScopeDenied.WithHint("maxScope is "+string(s.hub.encoder.scope)+" on this computer; IT can raise it."))
		return
	case !s.reads.AllowN(s.now(), 1):
		s.fail(request.ID, protocol.ErrRateLimited)
		return
	}
	r := &reading{member: s.member, presentation: ask.PresentationID, scope: scope}
	r.ctx, r.cancel = context.WithCancel(ctx)
	b := begin{r, request.ID, make(chan bool, 1)}
	select {
	case s.hub.begins <- b:
	case <-s.hub.done:
		r.cancel()
		return
	}
	if !<-b.begun {
		r.cancel()
		return
	}
	s.readings.Go(func() { s.tellCard(r) })
}

// stopCard answers card.stop.
func (s *socket) stopCard(request protocol.Request) {
	var ask protocol.CardStop
	if wrong := protocol.Params(request.Params, &ask); wrong != nil {
		s.fail(request.ID, wrong)
		return
	}
	select {
	case s.hub.stops <- stop{s.member, ask.PresentationID, request.ID}:
	case <-s.hub.done:
	}
}

// tellCard reads a card and tells its page each file as soon as it is there.
// What it copied of the card is zeroed in the end.
func (s *socket) tellCard(r *reading) {
	defer r.cancel()
	began := s.now()
	var files eid.Files
	defer wipe(&files)
	report, err := s.cards.Read(r.ctx, r.presentation, filesOf(r.scope), func(e eid.Event) error {
		return s.tellFile(r, &files, e)
	})
	log := s.log.With("origin", s.member.origin, "scope", r.scope, "took", s.now().Sub(began),
		"commands", report.Commands, "repeats", report.Repeats)
	switch {
	case errors.Is(err, errUnwanted), r.ctx.Err() != nil:
		log.Info("Identity card read, not to its end")
	case err != nil:
		failed := readError(err)
		log.Warn("Identity card not read", "reason", failed.Data.Name, "err", err)
		_ = s.tellPart(r, true, func(seq uint64) []byte {
			return protocol.Note(protocol.NoteCardFailed, protocol.CardFailed{Seq: seq, PresentationID: r.presentation, Error: failed})
		})
	default:
		log.Info("Identity card read")
		found := verdict(s.profile.Verify(files, s.now()))
		_ = s.tellPart(r, true, func(seq uint64) []byte {
			return protocol.Note(protocol.NoteCardVerdict, protocol.CardVerdict{
				Seq: seq, PresentationID: r.presentation, Verdict: found,
				Files: protocol.Proofs{
					IdentitySignature: files.IdentitySignature, AddressSignature: files.AddressSignature, Certificate: files.Certificate,
				},
			})
		})
	}
}

// tellFile tells one file, and keeps what the verdict needs.
func (s *socket) tellFile(r *reading, files *eid.Files, e eid.Event) error {
	if e.Err != nil {
		failed := readError(e.Err)
		return s.tellPart(r, false, func(seq uint64) []byte {
			return protocol.Note(protocol.NoteCardFailed, protocol.CardFailed{
				Seq: seq, PresentationID: r.presentation, File: fileNames[e.File], Error: failed,
			})
		})
	}
	files.Put(e.File, bytes.Clone(e.Raw))
	switch e.File {
	case eid.IdentityFile:
		return s.tellPart(r, false, func(seq uint64) []byte {
			return protocol.FileNote(protocol.NoteCardIdentity, protocol.CardIdentity{
				Seq: seq, PresentationID: r.presentation, Identity: identity(e.Identity),
			}, e.Raw)
		})
	case eid.AddressFile:
		return s.tellPart(r, false, func(seq uint64) []byte {
			return protocol.FileNote(protocol.NoteCardAddress, protocol.CardAddress{
				Seq: seq, PresentationID: r.presentation, Address: address(e.Address),
			}, e.Raw)
		})
	case eid.PictureFile:
		return s.tellPart(r, false, func(seq uint64) []byte {
			return protocol.FileNote(protocol.NoteCardPicture, protocol.CardPicture{
				Seq: seq, PresentationID: r.presentation, MediaType: "image/jpeg", Width: e.Picture.Width, Height: e.Picture.Height,
			}, e.Raw)
		})
	default:
		return r.ctx.Err() // proofs are told with the verdict
	}
}

// tellPart has the hub tell the page, and waits until it has: the bytes of the
// card are the reader's again then.
func (s *socket) tellPart(r *reading, last bool, note func(seq uint64) []byte) error {
	p := part{r, note, last, make(chan bool, 1)}
	select {
	case s.hub.parts <- p:
	case <-s.hub.done:
		return errUnwanted
	}
	if !<-p.told {
		return errUnwanted
	}
	return nil
}

// filesOf returns what is read for a scope.
func filesOf(scope policy.Scope) []eid.File {
	if scope.Allows(policy.CardPhoto) {
		return eid.All()
	}
	var files []eid.File
	for _, f := range eid.All() {
		if f != eid.PictureFile {
			files = append(files, f)
		}
	}
	return files
}

func wipe(files *eid.Files) {
	for _, f := range eid.All() {
		clear(files.Of(f))
	}
}

// readError is what pages are told of an error of the reader.
func readError(err error) *protocol.Error {
	for _, known := range []struct {
		err  error
		told *protocol.Error
	}{
		{reader.ErrNoPresentation, protocol.ErrNoPresentation},
		{reader.ErrBusy, protocol.ErrReaderBusy},
		{eid.ErrMOBIB, protocol.ErrMOBIB}, // before ErrNotEID, which it is too
		{eid.ErrBankCard, protocol.ErrCardForeign},
		{eid.ErrNotEID, protocol.ErrNotAnEID},
		{reader.ErrNotEID, protocol.ErrNotAnEID},
		{eid.ErrNotActivated, protocol.ErrNotActivated},
		{eid.ErrAbsent, protocol.ErrFileAbsent},
		{eid.ErrRemoved, protocol.ErrCardRemoved},
	} {
		if errors.Is(err, known.err) {
			return known.told
		}
	}
	return protocol.ErrReadFailed
}

// begin asks the hub whether a read may begin. The hub answers the page, and
// then whoever asked.
type begin struct {
	reading *reading
	id      json.RawMessage
	begun   chan bool
}

// stop ends a read for a page.
type stop struct {
	member       *member
	presentation string
	id           json.RawMessage
}

// part is something to tell the page of a read. The hub makes the message, so
// that it has its place among all others: none comes behind the removal of the
// card.
type part struct {
	reading *reading
	note    func(seq uint64) []byte
	last    bool
	told    chan bool
}

func (h *hub) begin(b begin) bool {
	r := b.reading
	if _, here := h.members[r.member]; !here {
		return false
	}
	wrong := h.readable(r.presentation)
	earlier := r.member.readings[r.presentation]
	if wrong == nil && earlier == nil && len(r.member.readings) >= protocol.MaxReads {
		wrong = protocol.ErrRateLimited.WithHint("Wait until the other cards are read.")
	}
	if wrong != nil {
		r.member.queue.put(newMessage(protocol.Failure(b.id, wrong)))
		return false
	}
	r.member.forget(r.presentation)
	r.member.readings[r.presentation] = r
	r.member.queue.put(newMessage(protocol.Result(b.id, protocol.CardRead{PresentationID: r.presentation, Scope: string(r.scope)})))
	return true
}

// readable says why the card of a presentation cannot be read, if so.
func (h *hub) readable(presentation string) *protocol.Error {
	for _, r := range h.view.Readers() {
		switch {
		case r.Card == nil || r.Card.PresentationID != presentation:
		case r.Card.Problem != "":
			return protocol.ErrorNamed(string(r.Card.Problem))
		case r.Card.Kind == reader.EID:
			return nil
		default:
			return protocol.ErrNotAnEID
		}
	}
	return protocol.ErrNoPresentation
}

func (h *hub) stop(s stop) {
	s.member.forget(s.presentation)
	s.member.queue.put(newMessage(protocol.Result(s.id, protocol.Nothing{})))
}

func (h *hub) part(p part) bool {
	m := p.reading.member
	if _, here := h.members[m]; !here || m.readings[p.reading.presentation] != p.reading {
		return false
	}
	h.seq++
	m.queue.put(message{data: p.note(h.seq), about: p.reading.presentation})
	if p.last {
		delete(m.readings, p.reading.presentation)
	}
	return true
}

// forget ends a read of a page, and takes back what still waits to be written.
func (m *member) forget(presentation string) {
	if r := m.readings[presentation]; r != nil {
		r.cancel()
		delete(m.readings, presentation)
	}
	m.queue.forget(presentation)
}
