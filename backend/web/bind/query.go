package bind

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/fault"
)

// maxKey is the longest Idempotency-Key.
const maxKey = 255

// A Page is a part of a list.
type Page struct{ Start, Limit int }

// OwnPage reads start and limit of our own API: 1 to 100, 20 by default.
func OwnPage(c *gin.Context) (Page, error) {
	start, err := number(c, "start", 0, 0)
	if err != nil {
		return Page{}, err
	}
	limit, err := number(c, "limit", 20, 1)
	if err != nil {
		return Page{}, err
	}
	if limit > 100 || start > 1_000_000 {
		return Page{}, ErrLimitExceeded.With("max", 100)
	}
	return Page{start, limit}, nil
}

// PublicPage reads start and limit of the public API: 0 to 500, 20 by default.
func PublicPage(c *gin.Context) (Page, error) {
	start, err := number(c, "start", 0, 0)
	if err != nil {
		return Page{}, err
	}
	limit, err := number(c, "limit", 20, 0)
	if err != nil {
		return Page{}, err
	}
	if limit > 500 {
		return Page{}, ErrLimitExceeded.With("max", 500)
	}
	return Page{start, limit}, nil
}

// Number reads a whole number as the database keeps them. A larger one names
// nothing that is there.
func Number(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	return int(n), err
}

func number(c *gin.Context, name string, unset, least int) (int, error) {
	text, given := c.GetQuery(name)
	if !given || text == "" {
		return unset, nil
	}
	n, err := Number(text)
	if err != nil || n < least {
		return 0, ErrQuery.With("parameter", name)
	}
	return n, nil
}

// Choice reads a query parameter that is one of a few; the first is the
// default.
func Choice(c *gin.Context, name string, allowed ...string) (string, error) {
	text := c.Query(name)
	if text == "" {
		return allowed[0], nil
	}
	if !slices.Contains(allowed, text) {
		return "", ErrQuery.With("parameter", name)
	}
	return text, nil
}

// Text reads a query parameter of at most maxLen bytes.
func Text(c *gin.Context, name string, maxLen int) (string, error) {
	text := strings.TrimSpace(c.Query(name))
	if len(text) > maxLen {
		return "", ErrQuery.With("parameter", name)
	}
	return text, nil
}

// ID reads an id of the path. What is no id names nothing.
func ID(c *gin.Context, name string, unknown *fault.Error) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param(name))
	if err != nil {
		return uuid.Nil, unknown
	}
	return id, nil
}

// IdempotencyKey reads the header; required says whether it may be absent.
func IdempotencyKey(c *gin.Context, required bool) (string, error) {
	key := c.GetHeader("Idempotency-Key")
	if key == "" && !required {
		return "", nil
	}
	if key == "" || len(key) > maxKey || strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "", ErrHeader.With("header", "Idempotency-Key")
	}
	return key, nil
}
