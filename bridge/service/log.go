package service

import (
	"fmt"
	"io"
	"runtime"
	"strings"

	kardianos "github.com/kardianos/service"
)

// Log returns where a managed bridge writes its log: the event log on Windows,
// whose services have no standard error, and standard error elsewhere, which
// journald and launchd collect.
func Log(stderr io.Writer) (io.Writer, error) {
	if runtime.GOOS != "windows" || !Managed() {
		return stderr, nil
	}
	s, err := kardianos.New(&program{}, config(nil))
	if err != nil {
		return nil, fmt.Errorf("reach the service manager: %w", err)
	}
	l, err := s.SystemLogger(nil)
	if err != nil {
		return nil, fmt.Errorf("open the event log: %w", err)
	}
	return events{l}, nil
}

// events writes each line as an event. Its severity stands in the line, where
// both log formats put it.
type events struct{ log kardianos.Logger }

func (e events) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	write := e.log.Info
	switch {
	case severity(text, "ERROR"):
		write = e.log.Error
	case severity(text, "WARN"):
		write = e.log.Warning
	}
	return len(line), write(text)
}

func severity(line, level string) bool {
	return strings.Contains(line, "level="+level+" ") || strings.Contains(line, `"level":"`+level+`"`)
}
