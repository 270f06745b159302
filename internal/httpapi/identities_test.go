package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/httpapi/apikey"
	"ballast.internal/ballast/internal/httpapi/oidc"
	"ballast.internal/ballast/internal/httpapi/oidc/oidctest"
)

// tokensHarness takes the tokens of an issuer beside keys.
func tokensHarness(t *testing.T) (*harness, *oidctest.Issuer) {
	t.Helper()
	i := oidctest.New(t)
	verifier, err := oidc.New(oidc.Config{Issuer: i.URL, Audience: "ballast", Claim: "groups"})
	if err != nil {
		t.Fatal(err)
	}
	return newHarness(t, func(c *Config) {
		keys := c.Authenticator.(Current)()
		keys.Tokens, keys.Holders = verifier, map[string]Principal{
			"advisers": {"web", apikey.RoleClient}, "desk": {"web", apikey.RoleClient}, "compliance": {"audit", apikey.RoleAuditor},
		}
		c.Authenticator = Current(func() Identities { return keys })
	}), i
}

func TestTokensStandForClients(t *testing.T) {
	h, i := tokensHarness(t)
	for _, tc := range []struct {
		name   string
		groups any
		status int
		client string
	}{
		{"one", "advisers", 200, "web"},
		{"among others", []string{"staff", "advisers"}, 200, "web"},
		{"two that stand for the same client", []string{"desk", "advisers"}, 200, "web"},
		{"an auditor", "compliance", 403, ""},
		{"two clients", []string{"advisers", "compliance"}, 401, ""},
		{"nobody", "staff", 401, ""},
		{"a client's name, which is no value of the claim", "web", 401, ""},
		{"none", []string{}, 401, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			token := i.Token(testNow, map[string]any{"groups": tc.groups})
			before := len(h.service.requests())
			r := h.send("POST", "/v1/recommendations", valid, "Authorization", "Bearer "+token)
			if r.status != tc.status {
				t.Fatalf("%d %s", r.status, r.body)
			}
			reached := h.service.requests()[before:]
			if (len(reached) == 1) != (tc.status == http.StatusOK) || len(reached) == 1 && reached[0].Client != tc.client {
				t.Errorf("%+v", reached)
			}
		})
	}
}

// A bad token is a 401 whose reason is logged, from a closed set, without a word
// of the token.
func TestBadTokens(t *testing.T) {
	h, i := tokensHarness(t)
	expired := i.Token(testNow, map[string]any{"groups": "advisers", "exp": testNow.Unix() - 1, "sub": marker})
	r := h.send("GET", "/v1/usage", "", "Authorization", "Bearer "+expired)
	if p := r.problem(t); r.status != 401 || p["code"] != "unauthenticated" || p["detail"] != nil {
		t.Errorf("%d %s", r.status, r.body)
	}
	line, _ := json.Marshal(h.logged()[0])
	if text := string(line); !strings.Contains(text, "expired") || strings.Contains(text, marker) || strings.Contains(text, expired[20:40]) {
		t.Errorf("logged: %s", text)
	}
	if r := h.send("GET", "/v1/usage", "", "Authorization", "Bearer "+marker+"."+marker+"."+marker); r.status != 401 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if strings.Contains(h.log.String(), marker) {
		t.Errorf("logged: %s", h.log.String())
	}
}

// An identity provider that is down takes nobody's key away.
func TestProviderDown(t *testing.T) {
	h, i := tokensHarness(t)
	i.Break(oidctest.Faults{Down: true})
	if r := h.send("GET", "/v1/usage", "", "Authorization", "Bearer "+i.Token(testNow, map[string]any{"groups": "desk"})); r.status != 503 ||
		r.header.Get("Retry-After") == "" || strings.Contains(string(r.body), i.URL) {
		t.Errorf("token: %d %s", r.status, r.body)
	}
	if r := h.send("GET", "/v1/usage", ""); r.status != 200 {
		t.Errorf("key: %d %s", r.status, r.body)
	}
	if r := h.send("GET", "/v1/usage", "", "Authorization", "Bearer blk_"+strings.Repeat("a", 61)); r.status != 401 {
		t.Errorf("bad key: %d %s", r.status, r.body)
	}
}
