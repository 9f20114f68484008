package who_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/backend/who"
)

func TestAnActorNeverShowsItsAddress(t *testing.T) {
	t.Parallel()
	a := who.Actor{Kind: who.Person, ID: "u1", Subject: "ann@openbalie.example", Counter: "desk"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("Asked", "by", a)
	for _, text := range []string{fmt.Sprint(a), fmt.Sprintf("%+v %#v %s", a, a, a), log.String()} {
		if strings.Contains(text, "ann@") || !strings.Contains(text, "person:u1") {
			t.Errorf("shown as %s", text)
		}
	}
}

func TestAPersonAndAClientWithOneIDHaveDifferentKeys(t *testing.T) {
	t.Parallel()
	if (who.Actor{Kind: who.Person, ID: "x"}).Key() == (who.Actor{Kind: who.Client, ID: "x"}).Key() {
		t.Error("keys are equal")
	}
}
