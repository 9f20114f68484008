package bind_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/web/bind"
)

// Nothing was sent to a database that does not answer: programs may come again.
func TestADatabaseThatDoesNotAnswerIsNoFaultOfOurs(t *testing.T) {
	t.Parallel()
	router := gin.New()
	router.GET("/", bind.Own(func(c *gin.Context) error {
		_, err := pgx.Connect(c, "host="+t.TempDir()+" user=nobody")
		return fmt.Errorf("read rights: %w", err)
	}))
	answer := httptest.NewRecorder()
	router.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
	if answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), `"database-unavailable"`) || !strings.Contains(answer.Body.String(), "enkele seconden") {
		t.Errorf("answer %d: %s", answer.Code, answer.Body)
	}
}
