package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/httpapi/contracttest"
)

// drivenConfig lets the test of the contract ask as often as it likes.
const drivenConfig = `
time_zone: UTC
budgets: {global: {day_usd: 100, month_usd: 1000}}
batches: {max_open_jobs: 1000}
clients:
  - {name: web, role: admin, keys: [KEY0], budget: {day_usd: 100, month_usd: 1000}}
  - {name: other, keys: [KEY1]}
  - {name: desk, role: auditor, keys: [KEY2]}
`

// bodySchemas are the schemas of the bodies that are JSON, by the operation.
var bodySchemas = map[string]string{
	"CreateRecommendation": "RecommendationRequest", "CreateAnalysis": "RecommendationRequest", "CreateEstimate": "RecommendationRequest",
	"CreateFeedback": "Feedback", "CreateQuestion": "Question", "CreateBatch": "BatchLine",
}

// FuzzContract sends, for a seed, requests to every operation: made from the
// schemas, near to the examples, and broken in one place. None of them is the
// server's failure, every answer fits the contract, and what is broken is
// refused at its place.
func FuzzContract(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed)
	}
	d := &driver{attacked: attackWith(f, drivenConfig)}
	files, err := filepath.Glob("../../examples/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		d.examples = append(d.examples, string(text))
	}
	ops := operationsOf(f)
	d.known = map[string]string{"bat_": d.job(f), "rec_": d.advise(0, d.examples[0]).ID}
	f.Fuzz(func(t *testing.T, seed uint64) {
		if d.Generator, err = contracttest.NewGenerator(seed); err != nil {
			t.Fatal(err)
		}
		for _, op := range ops {
			d.drive(t, op)
		}
	})
}

// checkFaults wants the faults of a body to point into it, and a broken place
// to be among them.
func checkFaults(t *testing.T, op drivenOp, w *httptest.ResponseRecorder, body []byte, broken string) {
	var p contracttest.Problem
	if w.Code != http.StatusUnprocessableEntity {
		if broken != "" {
			t.Errorf("%s %s: %d although %s is broken: %s", op.method, op.path, w.Code, broken, body)
		}
		return
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	found := broken == ""
	for _, e := range p.Errors {
		found = found || e.Pointer == broken
		if e.Parameter == nil && op.id != "ImportPortfolio" && !stands(body, e.Pointer, e.Code) {
			t.Errorf("%s %s: nothing at %s (%s) in %s", op.method, op.path, e.Pointer, e.Code, body)
		}
	}
	if !found {
		t.Errorf("%s %s: not at %s but %s: %s", op.method, op.path, broken, w.Body, body)
	}
}

// stands says whether a pointer leads to a value, or for a member that is not
// there to where it should be.
func stands(body []byte, pointer, code string) bool {
	var node any
	if json.Unmarshal(bytes.TrimPrefix(body, []byte("\ufeff")), &node) != nil {
		return pointer == ""
	}
	tokens := strings.Split(pointer, "/")[1:]
	for i, token := range tokens {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch n := node.(type) {
		case map[string]any:
			next, ok := n[token]
			if !ok {
				return i == len(tokens)-1
			}
			node = next
		case []any:
			var at int
			if _, err := fmt.Sscan(token, &at); err != nil || at < 0 || at >= len(n) {
				return false
			}
			node = n[at]
		default:
			return false
		}
	}
	return true
}
