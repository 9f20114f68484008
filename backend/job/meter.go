package job

import (
	"context"
	"log/slog"
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
)

// meter counts jobs for Prometheus.
type meter struct {
	done   *prometheus.CounterVec
	took   *prometheus.HistogramVec
	waited prometheus.Histogram
	behind *prometheus.Desc
	db     *db.DB
}

// askPatience bounds what a scrape waits for the database.
const askPatience = time.Second

func newMeter(d *db.DB) *meter {
	return &meter{
		done: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "openbalie_jobs_total", Help: "Jobs that ended, by kind and outcome. A failed one is tried again.",
		}, []string{"kind", "outcome"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "openbalie_job_duration_seconds", Help: "Time that jobs took, by kind.", Buckets: []float64{.01, .05, .1, .5, 1, 5, 30, 120, 600},
		}, []string{"kind"}),
		waited: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "openbalie_job_wait_seconds", Help: "Time that jobs waited for their turn.", Buckets: []float64{.1, .5, 1, 5, 30, 120, 600, 3600},
		}),
		behind: prometheus.NewDesc("openbalie_audit_unsealed_seconds",
			"Age of the oldest row of the audit log without a seal. More than some minutes: sealing stands still.", nil, nil),
		db: d,
	}
}

func (m *meter) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.done, m.took, m.waited}
}

// Describe says what is counted.
func (m *meter) Describe(to chan<- *prometheus.Desc) {
	for _, c := range m.collectors() {
		c.Describe(to)
	}
	to <- m.behind
}

// Collect says how often.
func (m *meter) Collect(to chan<- prometheus.Metric) {
	for _, c := range m.collectors() {
		c.Collect(to)
	}
	ctx, cancel := context.WithTimeout(context.Background(), askPatience)
	defer cancel()
	value := math.NaN() // not an error, which would take all other metrics along
	if age, err := audit.Unsealed(ctx, m.db); err == nil {
		value = age.Seconds()
	}
	to <- prometheus.MustNewConstMetric(m.behind, prometheus.GaugeValue, value)
}

var outcomes = map[river.EventKind]string{
	river.EventKindJobCompleted: "done", river.EventKindJobFailed: "failed", river.EventKindJobSnoozed: "later", river.EventKindJobCancelled: "cancelled",
}

func (m *meter) observe(e *river.Event) {
	if e == nil || e.Job == nil {
		return
	}
	m.done.WithLabelValues(e.Job.Kind, outcomes[e.Kind]).Inc()
	if e.JobStats != nil {
		m.took.WithLabelValues(e.Job.Kind).Observe(e.JobStats.RunDuration.Seconds())
		m.waited.Observe(e.JobStats.QueueWaitDuration.Seconds())
	}
}

// quiet lets of what River says warnings and errors through.
func quiet(log *slog.Logger) *slog.Logger { return slog.New(warnings{log.Handler()}) }

type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
