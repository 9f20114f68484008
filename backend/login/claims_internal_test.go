package login

import (
	"encoding/json"
	"testing"
)

func TestWhatCountsOfAnIDToken(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ token, email, name, kept string }{
		"a verified address":             {`{"email":" Ann@Example.ORG","email_verified":true,"name":"Ann P."}`, "ann@example.org", "Ann P.", "raw"},
		"an address nobody verified":     {`{"email":"boss@example.org","email_verified":false}`, "", "", "raw"},
		"an address of unknown standing": {`{"email":"boss@example.org","given_name":"Ann","family_name":"Peeters"}`, "", "Ann Peeters", "raw"},
		"a login with eID":               {`{"https://publiq.be/rrn":"83030201540"}`, "", "", ""},
		"a national number as a number":  {`{"https://publiq.be/rrn":83030201540}`, "", "", ""},
	} {
		var c claims
		if err := json.Unmarshal([]byte(tt.token), &c); err != nil {
			t.Fatal(err)
		}
		if c.email() != tt.email || c.name() != tt.name || c.kept("raw") != tt.kept {
			t.Errorf("%s: %q, %q, kept %q", name, c.email(), c.name(), c.kept("raw"))
		}
	}
}
