package docs

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	contract "ballast.internal/ballast/api"
)

func render(t *testing.T) Page {
	t.Helper()
	p, err := Render(contract.YAML, []Problem{{422, "invalid_request", "Not valid."}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPageShowsTheContract(t *testing.T) {
	html := string(render(t).HTML)
	for _, want := range []string{
		`<article id="CreateRecommendation">`, `<code>/v1/recommendations/{id}</code>`, `<article id="schema-Portfolio">`,
		`<a href="#schema-RecommendationRequest">RecommendationRequest</a>`, `<tr id="invalid_request">`,
		`one of short_term, conservative, moderately_conservative`, `<code>Idempotency-Key</code>`, `Five when left out.`,
		`The <strong>total</strong> cost of the position`, `[<a href="#schema-Date">Date</a>, <a href="#schema-Decimal">Decimal</a>]`,
		`<a href="#schema-RiskLevel">RiskLevel</a> or null`, `<a href="#schema-Position">Position</a>[] or null`,
		`&#34;ticker&#34;: &#34;VTI&#34;`, `For the roles client, admin<`, `For everybody, without a key<`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("nothing of %s", want)
		}
	}
}

// Every link inside the page leads somewhere.
func TestLinksLeadSomewhere(t *testing.T) {
	html := string(render(t).HTML)
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`id="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		if ids[m[1]] {
			t.Errorf("id %s is given twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(html, -1) {
		if !ids[m[1]] {
			t.Errorf("#%s leads nowhere", m[1])
		}
	}
}

// The page runs nothing and loads nothing, so that its policy may forbid both.
func TestPageIsSelfContained(t *testing.T) {
	p := render(t)
	html := string(p.HTML)
	if m := regexp.MustCompile(`(?i)<script|<link|<img|\ssrc=|\son\w+=|\sstyle=|@import|url\(`).FindString(html); m != "" {
		t.Errorf("found %q", m)
	}
	if n := strings.Count(html, "<style>"); n != 1 || !strings.Contains(html, "<style>"+style+"</style>") {
		t.Errorf("%d style sheets; the policy's hash must be of the one that is sent", n)
	}
	if !strings.HasPrefix(p.Policy, "default-src 'none'; style-src 'sha256-") {
		t.Error(p.Policy)
	}
}

func TestPageIsWellFormed(t *testing.T) {
	html := strings.Replace(string(render(t).HTML), "<!doctype html>", "", 1)
	html = regexp.MustCompile(`<(meta|br)([^>]*)>`).ReplaceAllString(html, "<$1$2/>")
	d := xml.NewDecoder(strings.NewReader(html))
	d.Entity = xml.HTMLEntity
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestProse(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"a `b` **c**":            "<p>a <code>b</code> <strong>c</strong></p>",
		"one\n\ntwo":             "<p>one</p><p>two</p>",
		"a ` alone":              "<p>a ` alone</p>",
		"<script>`<b>`</script>": "<p>&lt;script&gt;<code>&lt;b&gt;</code>&lt;/script&gt;</p>",
	} {
		if got := string(prose(text)); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestRenderRefusesWhatItCannotRead(t *testing.T) {
	for _, spec := range []string{"[", "paths: 5", "components: {schemas: [1]}"} {
		if _, err := Render([]byte(spec), nil); err == nil {
			t.Errorf("%q was rendered", spec)
		}
	}
}
