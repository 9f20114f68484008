package web

import (
	"context"
	"net"
	"net/http"
	"net/http/pprof"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/openbalie/openbalie/backend/db"
)

const (
	pingTimeout = time.Second
	// Of the successes of one second the first are all logged, then one of
	// many.
	sampleFirst = 10
	sampleEvery = 100
)

// metrics is what Prometheus gets: rate, errors and duration of each route,
// and how busy the database's connections are.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	second   atomic.Int64
	inSecond atomic.Int64
}

func newMetrics(d *db.DB, more ...prometheus.Collector) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "openbalie_http_request_duration_seconds",
			Help:    "Time to answer, by method, route and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route", "status"}),
	}
	m.registry.MustRegister(more...)
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	pool := func(name, help string, value func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "openbalie_db_pool_" + name, Help: help}, value))
	}
	pool("connections", "Connections to the database.", func() float64 { return float64(d.Pool().Stat().TotalConns()) })
	pool("connections_max", "Most connections to the database.", func() float64 { return float64(d.Pool().Stat().MaxConns()) })
	pool("acquired", "Connections in use.", func() float64 { return float64(d.Pool().Stat().AcquiredConns()) })
	pool("waited_total", "Times that a request waited for a connection.", func() float64 { return float64(d.Pool().Stat().EmptyAcquireCount()) })
	pool("wait_seconds_total", "Time that requests waited for connections.", func() float64 { return d.Pool().Stat().EmptyAcquireWaitTime().Seconds() })
	return m
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(known(method), route, strconv.Itoa(status)).Observe(took.Seconds())
}

// known keeps invented methods out of the metrics.
func known(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	default:
		return "OTHER"
	}
}

// sampled tells whether a success of this moment goes into the log.
func (m *metrics) sampled(at time.Time) bool {
	if now := at.Unix(); m.second.Swap(now) != now {
		m.inSecond.Store(0)
	}
	n := m.inSecond.Add(1)
	return n <= sampleFirst || n%sampleEvery == 0
}

// Operations is what stands on the listener for operators: /metrics, /healthz
// (the process runs), /readyz (it can answer), and profiles.
func (s *Server) Operations() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), pingTimeout)
		defer cancel()
		switch {
		case s.draining.Load():
			say(w, http.StatusServiceUnavailable, "draining")
		case s.o.DB.Ping(ctx) != nil:
			say(w, http.StatusServiceUnavailable, "no database")
		default:
			say(w, http.StatusOK, "ready")
		}
	})
	mux.HandleFunc("GET /debug/pprof/profile", fromHere(pprof.Profile))
	mux.Handle("GET /debug/pprof/heap", fromHere(pprof.Handler("heap").ServeHTTP))
	mux.Handle("GET /debug/pprof/goroutine", fromHere(pprof.Handler("goroutine").ServeHTTP))
	return mux
}

// fromHere answers callers on this machine only, wherever the listener is
// bound: a profile may say more than operators elsewhere need.
func fromHere(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
			say(w, http.StatusForbidden, "only from this machine")
			return
		}
		h(w, r)
	}
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}
