package web

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/web/bind"
)

// slow is when a success is always worth a line in the log.
const slow = time.Second

// observe gives a request its id, measures it, and writes it down. The route's
// template is all that the log and the metrics see of the address.
func (s *Server) observe(c *gin.Context) {
	begin := s.o.Wall()
	id := rand.Text()[:16]
	c.Set(bind.RequestID, id)
	c.Header("X-Request-Id", id)
	c.Next()

	took := s.o.Wall().Sub(begin)
	route := c.FullPath()
	if route == "" {
		route = "other"
	}
	status := c.Writer.Status()
	s.metrics.observe(c.Request.Method, route, status, took)
	fine := status < http.StatusBadRequest && took < slow
	if s.o.Log == nil || fine && !s.metrics.sampled(begin) {
		return
	}
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	s.o.Log.LogAttrs(c.Request.Context(), level, "Request answered",
		slog.String("requestId", id), slog.String("method", c.Request.Method), slog.String("route", route),
		slog.Int("status", status), slog.Duration("took", took), slog.Int("bytes", c.Writer.Size()))
}

// recover turns a panic into «internal». The stack is logged; the value of the
// panic is not, because it may quote a request.
func (s *Server) recover(c *gin.Context) {
	defer func() {
		if v := recover(); v != nil {
			slog.ErrorContext(c.Request.Context(), "Request panicked", "requestId", c.GetString(bind.RequestID),
				"route", c.FullPath(), "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			if !c.Writer.Written() {
				refuse(c, bind.ErrInternal)
			}
			c.Abort()
		}
	}()
	c.Next()
}

// secureHeaders are what every answer to a browser carries. The counter's page
// talks to the bridge on this machine, and takes photos of people who want one;
// browsers ask permission for both.
func (s *Server) secureHeaders(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "loopback-network=(self), local-network-access=(self), local-network=(), camera=(self), microphone=(), geolocation=(), payment=(), usb=()")
	if strings.HasPrefix(s.o.BaseURL, "https://") {
		h.Set("Strict-Transport-Security", "max-age="+strconv.Itoa(int((365*24*time.Hour).Seconds())))
	}
}

// sameOrigin refuses what another site makes a browser send with our cookie.
func sameOrigin() gin.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c *gin.Context) {
		if err := protection.Check(c.Request); err != nil {
			bind.WriteProblem(c, bind.ErrCrossOrigin)
		}
	}
}

// anyOrigin lets pages of any site use the public API: it reads no cookie.
func anyOrigin(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "Idempotent-Replayed, Retry-After, X-Request-Id")
}

// preflight answers a browser that asks before it calls the public API.
func preflight(c *gin.Context) {
	if c.Request.Method != http.MethodOptions || !strings.HasPrefix(c.Request.URL.Path, publicPrefix+"/") {
		return
	}
	anyOrigin(c)
	h := c.Writer.Header()
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, Prefer, X-Client-Id, X-Custom-Token, X-Registration-Token")
	h.Set("Access-Control-Max-Age", "86400")
	c.AbortWithStatus(http.StatusNoContent)
}
