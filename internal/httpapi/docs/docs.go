// Package docs renders the reference page from the contract, once. The page
// is plain HTML with one style sheet inside: it runs no script and loads
// nothing, so that it works offline and under the strictest policy.
package docs

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
)

//go:embed page.html
var pageTemplate string

//go:embed style.css
var style string

// Problem is one line of the table of problems.
type Problem struct {
	Status int
	Code   string
	Title  string
}

// Page is the page and the Content-Security-Policy under which it works.
type Page struct {
	HTML   []byte
	Policy string
}

// Render makes the page of an OpenAPI 3.1 document in YAML.
func Render(spec []byte, problems []Problem) (Page, error) {
	doc, err := parse(spec)
	if err != nil {
		return Page{}, err
	}
	view, err := doc.view()
	if err != nil {
		return Page{}, err
	}
	view.Style, view.Problems = template.CSS(style), problems //nolint:gosec // our own style sheet
	t, err := template.New("page").Funcs(template.FuncMap{"prose": prose}).Parse(pageTemplate)
	if err != nil {
		return Page{}, fmt.Errorf("docs: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, view); err != nil {
		return Page{}, fmt.Errorf("docs: %w", err)
	}
	return Page{HTML: b.Bytes(), Policy: Policy(style)}, nil
}

// Policy is the Content-Security-Policy of a page that needs one style sheet:
// that is allowed, by its hash, and nothing else.
func Policy(style string) string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// prose renders the little of Markdown that the contract uses: paragraphs,
// `code` and **strong**.
func prose(text string) template.HTML {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if paragraph != "" {
			b.WriteString("<p>" + inline(template.HTMLEscapeString(paragraph)) + "</p>")
		}
	}
	return template.HTML(b.String()) //nolint:gosec // escaped above
}

func inline(s string) string {
	return between(between(s, "`", "code"), "**", "strong")
}

// between puts every second part of s between tags.
func between(s, mark, tag string) string {
	parts := strings.Split(s, mark)
	if len(parts)%2 == 0 {
		return s
	}
	var b strings.Builder
	for i, part := range parts {
		if i%2 == 1 {
			part = "<" + tag + ">" + part + "</" + tag + ">"
		}
		b.WriteString(part)
	}
	return b.String()
}
