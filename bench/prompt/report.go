package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"ballast.internal/ballast/internal/httpapi"
)

//go:embed report.md.tmpl
var documentForm string

// forms is how many ways there are to tell the model of a request: the prompt,
// pretty JSON, compact JSON and CSV.
const forms = 4

// row is one request in its forms, each as it would be sent.
type row struct {
	Name      string
	MaxTokens int
	texts     [forms]string
	Tokens    [forms]int
}

// Share is the prompt's part of pretty JSON, in tokens.
func (r row) Share() string { return fmt.Sprintf("%.2f", ratio(r.Tokens[0], r.Tokens[1])) }

// Bytes are the lengths of the forms.
func (r row) Bytes() (n [forms]int) {
	for i, t := range r.texts {
		n[i] = len(t)
	}
	return n
}

func ratio(a, b int) float64 { return float64(a) / float64(b) }

// report is every row: the examples, then the portfolios that were made up.
type report struct{ rows []row }

func (r report) at(holdings int) row {
	for _, row := range r.rows {
		if row.Name == holdingsName(holdings) {
			return row
		}
	}
	return row{}
}

func (r report) share() float64 {
	at := r.at(goalAt)
	return ratio(at.Tokens[0], at.Tokens[1])
}

func (r report) growth() float64 { return ratio(r.at(1000).Tokens[0], r.at(10).Tokens[0]) }

// document is docs/prompt-economy.md.
func (r report) document() string {
	var w strings.Builder
	t := template.Must(template.New("report").Parse(documentForm))
	if err := t.Execute(&w, map[string]any{
		"Rows": r.rows, "GoalAt": goalAt, "GoalShare": goalShare, "GoalGrowth": goalGrowth,
		"Share": fmt.Sprintf("%.3f", r.share()), "Growth": fmt.Sprintf("%.2f", r.growth()),
	}); err != nil {
		panic(err) // a template of this package
	}
	return w.String()
}

// measure makes every row and counts its tokens.
func measure(ctx context.Context, root string) (r report, err error) {
	names, err := filepath.Glob(filepath.Join(root, "examples", "*.json"))
	if err != nil || len(names) == 0 {
		return r, errors.Join(errors.New("no examples: run this in the root of the repository"), err)
	}
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			return r, err
		}
		if err := r.add(ctx, filepath.Base(name), body); err != nil {
			return r, err
		}
	}
	for _, n := range []int{10, goalAt, 100, 1000} {
		if err := r.add(ctx, holdingsName(n), synthetic(n)); err != nil {
			return r, err
		}
	}
	return r, count(ctx, root, r.rows)
}

func holdingsName(n int) string { return fmt.Sprintf("%d holdings", n) }

func (r *report) add(ctx context.Context, name string, body []byte) error {
	req, err := httpapi.DecodeRequest(body)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	sent, err := prompted(ctx, req)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var pretty, compact bytes.Buffer
	if err := errors.Join(json.Indent(&pretty, body, "", "  "), json.Compact(&compact, body)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	r.rows = append(r.rows, row{Name: name, MaxTokens: sent.MaxTokens,
		texts: [forms]string{sent.System + "\n" + sent.User + sent.Prefill, pretty.String(), compact.String(), table(&req)}})
	return nil
}
