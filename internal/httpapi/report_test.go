package httpapi

import (
	"encoding/json"
	"strings"
	"testing"

	"ballast.internal/ballast/client"
)

// A caller's own answer comes as a page under a policy that forbids all but its
// style sheet; somebody else's does not come at all.
func TestReports(t *testing.T) {
	h := newHarness(t)
	r := h.send("POST", "/v1/recommendations", valid)
	var answer struct{ ID string }
	if err := json.Unmarshal(r.body, &answer); err != nil || answer.ID == "" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	path := "/v1/recommendations/" + answer.ID + "/report"
	r = h.send("GET", path+"?language=de", "")
	policy := r.header.Get("Content-Security-Policy")
	if r.status != 200 || r.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(string(r.body), `<html lang="de">`) ||
		!strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v %.200s", r.status, r.header, r.body)
	}
	if r := h.send("GET", path, "", "Authorization", "Bearer "+h.other); r.status != 404 {
		t.Errorf("another client's report: %d", r.status)
	}
	if r := h.send("GET", "/v1/recommendations/rec_unknown/report", ""); r.status != 404 {
		t.Errorf("no such report: %d", r.status)
	}
	c, err := client.New(h.url, h.key, client.WithHTTP(h.client), client.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	html, err := c.Report(t.Context(), answer.ID, client.LanguageEn)
	if err != nil || !strings.Contains(string(html), answer.ID) {
		t.Errorf("%v %.100s", err, html)
	}
	if _, err := c.Report(t.Context(), "rec_unknown", client.LanguageEn); err == nil {
		t.Error("no such report, and no error")
	}
}

// A report is in the language of its answer unless another is asked for.
func TestReportInTheAnswersLanguage(t *testing.T) {
	h := newHarness(t, func(c *Config) {
		german := &kept(c).records[0]
		german.ID, german.Request = exampleID, []byte(`{"options":{"language":"de"}}`)
	})
	h.service.stored["web "+exampleID], _ = json.Marshal(testAnswer(1))
	c, err := client.New(h.url, h.key, client.WithHTTP(h.client), client.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[client.Language]string{"": "de", client.LanguageFr: "fr"} {
		if html, err := c.Report(t.Context(), exampleID, asked); err != nil || !strings.Contains(string(html), `<html lang="`+want+`">`) {
			t.Errorf("asked for in %q: %v %.100s", asked, err, html)
		}
	}
}
