package card

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// A fileLine is a card as the supplier lists it.
type fileLine struct {
	line   int
	id     uuid.UUID
	number Number
	chip   []byte
	pack   string
}

// Import takes the cards of a supplier's file into the region's stock: lines of
// `"chip";"number"` or `"chip";"number";"pack"`. What a line has wrong is said
// line by line; the other lines count. A file that is imported again changes
// nothing. A dry run says what would happen.
func (s *Service) Import(ctx context.Context, by who.Actor, systemID int, file io.Reader, dryRun bool) (FileReport, error) {
	lines, read, err := parseFile(file)
	if err != nil {
		return FileReport{}, err
	}
	errDryRun := errors.New("dry run")
	var out FileReport
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		out = FileReport{Lines: read.Lines, Packs: read.Packs, Failed: slices.Clone(read.Failed)}
		if err := s.mayManage(ctx, tx, by, rights.CardsWrite, systemID); err != nil {
			return err
		}
		if err := addAll(ctx, tx, systemID, lines, s.Now(), &out); err != nil {
			return err
		}
		slices.SortFunc(out.Failed, func(a, b LineError) int { return a.Line - b.Line })
		if dryRun {
			return errDryRun
		}
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: ActionImported, SubjectKind: "cardSystem", SubjectID: strconv.Itoa(systemID),
			Detail: map[string]any{"added": out.Added, "known": out.Known, "failed": len(out.Failed)},
		})
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return out, err
}

// parseFile reads the lines that are cards; the others are failed. A first line
// without a number in it is a heading.
func parseFile(file io.Reader) ([]fileLine, FileReport, error) {
	var out FileReport
	var lines []fileLine
	numbers, chips, packs := map[Number]bool{}, map[string]bool{}, map[string]bool{}
	in := bufio.NewScanner(file)
	for line := 1; in.Scan(); line++ {
		text := strings.TrimSpace(in.Text())
		if line == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
			if !strings.ContainsAny(text, "0123456789") {
				continue
			}
		}
		if text == "" {
			continue
		}
		if out.Lines++; out.Lines > MaxFile {
			return nil, FileReport{}, ErrFileTooLong.With("max", MaxFile)
		}
		l, number, code := parseLine(text)
		switch {
		case code != "":
		case numbers[l.number]:
			code = LineNumberTwice
		case chips[string(l.chip)]:
			code = LineChipTwice
		}
		if code != "" {
			out.Failed = append(out.Failed, LineError{line, number, code})
			continue
		}
		numbers[l.number], chips[string(l.chip)] = true, true
		if l.pack != "" {
			packs[l.pack] = true
		}
		l.line, l.id = line, db.NewID()
		lines = append(lines, l)
	}
	if in.Err() != nil || out.Lines == 0 {
		return nil, FileReport{}, ErrFile
	}
	out.Packs = len(packs)
	return lines, out, nil
}

// maxPack is the longest name of a package.
const maxPack = 40

func parseLine(text string) (l fileLine, number, code string) {
	separator := ";"
	if !strings.Contains(text, separator) {
		separator = ","
	}
	values := strings.Split(text, separator)
	for i, v := range values {
		values[i] = strings.TrimSpace(strings.Trim(strings.TrimSpace(v), `"`))
	}
	if len(values) < 2 || len(values) > 3 {
		return l, "", LineUnreadable
	}
	number = values[1]
	if len(number) > 30 {
		number = number[:30]
	}
	n, err := ParseNumber(number)
	if err != nil {
		return l, strings.ToValidUTF8(number, "?"), LineNumber
	}
	c, err := ParseChip(values[0])
	if err != nil {
		return l, number, LineChip
	}
	l.number, l.chip = n, c.Bytes()
	if len(values) == 3 {
		if l.pack = values[2]; len(l.pack) > maxPack {
			return l, number, LineUnreadable
		}
	}
	return l, number, ""
}

// addAll writes the lines that are new cards, and sorts the others into known
// and failed.
func addAll(ctx context.Context, tx *db.Tx, systemID int, lines []fileLine, now time.Time, out *FileReport) error {
	if err := stage(ctx, tx, lines); err != nil {
		return err
	}
	left, err := addStaged(ctx, tx, systemID, now)
	if err != nil {
		return err
	}
	out.Added = len(lines) - len(left)
	for _, l := range left {
		switch {
		case l.Same:
			out.Known++
		case l.NumberTaken:
			out.Failed = append(out.Failed, LineError{l.Line, l.Number, LineNumberTaken})
		default:
			out.Failed = append(out.Failed, LineError{l.Line, l.Number, LineChipTaken})
		}
	}
	return nil
}
