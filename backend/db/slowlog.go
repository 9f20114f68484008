package db

import (
	"context"
	"log/slog"
	"time"

	"gorm.io/gorm/logger"
)

// slowLog is GORM's logger. It tells of slow statements and nothing else:
// an error goes to the caller, who knows whether it is one, and values never
// get here, since a name or a number may be among them.
type slowLog struct {
	log       *slog.Logger
	threshold time.Duration
}

func (l slowLog) LogMode(logger.LogLevel) logger.Interface { return l }
func (l slowLog) Info(context.Context, string, ...any)     {}
func (l slowLog) Warn(context.Context, string, ...any)     {}
func (l slowLog) Error(context.Context, string, ...any)    {}

// Trace is called after every statement of GORM's.
func (l slowLog) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), _ error) {
	elapsed := time.Since(begin)
	if l.log == nil || elapsed < l.threshold {
		return
	}
	sql, rows := statement()
	l.log.WarnContext(ctx, "Slow statement",
		slog.String("sql", sql), slog.Int64("rows", rows), slog.Duration("elapsed", elapsed))
}

// ParamsFilter keeps values out of the statement that Trace sees.
func (l slowLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}
