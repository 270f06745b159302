package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// An estimate tells what a request for advice would be told: that a call above
// the whole limit of tokens is never made.
func TestEstimatesTellWhatNoWaitingHelps(t *testing.T) {
	a := attackWith(t, strings.Replace(attackedConfig, "limits: {in_flight: 64}", "limits: {tokens_per_minute: 500}", 1))
	for name, tc := range map[string]struct {
		who    int
		mode   string
		within bool
		status int
	}{
		"above the limit": {attacker, "auto", false, http.StatusTooManyRequests},
		"by rules":        {attacker, "rules", true, http.StatusOK},
		"without a limit": {victim, "auto", true, http.StatusOK},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			body := a.p0(5000, func(doc map[string]any) { doc["options"] = map[string]any{"mode": tc.mode} })
			w := a.as(tc.who, http.MethodPost, "/v1/estimates", body)
			var estimate struct {
				Within *bool `json:"within_limits"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &estimate); err != nil || estimate.Within == nil || *estimate.Within != tc.within {
				t.Errorf("%v: %s", err, w.Body)
			}
			w = a.as(tc.who, http.MethodPost, "/v1/recommendations", body)
			if w.Code != tc.status || tc.status != http.StatusOK && w.Header().Get("Retry-After") != "" {
				t.Errorf("%d, Retry-After %q: %s", w.Code, w.Header().Get("Retry-After"), w.Body)
			}
		})
	}
}
