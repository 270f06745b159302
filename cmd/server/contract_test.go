package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	contract "ballast.internal/ballast/api"
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

// driver sends requests that are made from the contract to the wired program,
// and holds the answers to it.
type driver struct {
	*attacked
	*contracttest.Generator
	examples []string          // of RecommendationRequest
	known    map[string]string // an id that there is, by its prefix
}

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

// drivenOp is an operation of the contract.
type drivenOp struct {
	method, path, id string
	parameters       []parameter
}

type parameter struct {
	Name   string
	In     string
	Schema map[string]any
	Ref    string `json:"$ref"`
}

func operationsOf(t testing.TB) []drivenOp {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []parameter
		}
		Components struct{ Parameters map[string]parameter }
	}
	if err := json.Unmarshal(contract.JSON, &doc); err != nil {
		t.Fatal(err)
	}
	var out []drivenOp
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(doc.Paths[path])) {
			op := drivenOp{method: strings.ToUpper(method), path: path, id: doc.Paths[path][method].OperationID}
			for _, p := range doc.Paths[path][method].Parameters {
				if p.Ref != "" {
					p = doc.Components.Parameters[p.Ref[strings.LastIndexByte(p.Ref, '/')+1:]]
				}
				op.parameters = append(op.parameters, p)
			}
			out = append(out, op)
		}
	}
	return out
}

// drive sends three requests to an operation, of which the last is broken.
func (d *driver) drive(t *testing.T, op drivenOp) {
	name := bodySchemas[op.id]
	if name == "" {
		d.ask(t, op, d.importable(op), "")
		d.ask(t, op, d.importable(op), "")
		return
	}
	made := d.Schema(name)
	near := d.Vary(name, d.example(t, name))
	broken, pointer := d.Break(name, d.example(t, name))
	d.ask(t, op, encodeBody(t, made), "")
	d.ask(t, op, encodeBody(t, near), "")
	d.ask(t, op, encodeBody(t, broken), pointer)
}

// example is a document that fits a schema, decoded.
func (d *driver) example(t *testing.T, name string) any {
	text, ok := map[string]string{
		"Feedback": `{"outcome":"accepted","action":"A1","reason":"fine"}`,
		"Question": `{"question":"How large is the largest holding?","action":"A1"}`,
	}[name]
	if !ok {
		text = contracttest.OneOf(d.Generator, d.examples)
	}
	var doc any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func encodeBody(t *testing.T, doc any) []byte {
	body, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// importable is a body for an operation without a schema of one.
func (d *driver) importable(op drivenOp) []byte {
	if op.method != http.MethodPost {
		return nil
	}
	return []byte(contracttest.OneOf(d.Generator, []string{"", "{}", "[]", "Symbol,Quantity\nVTI,1\n", "<OFX></OFX>", "\ufeff{}", "null"}))
}

// ask sends one request. Of one with a broken body the place of the fault is
// known, and nothing else is at fault.
func (d *driver) ask(t *testing.T, op drivenOp, body []byte, broken string) {
	req := d.request(t, op, body, broken == "")
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, req)
	res, answer := w.Result(), w.Body.Bytes()
	if res.StatusCode >= 500 || bytes.Contains(answer, []byte("event: problem")) && bytes.Contains(answer, []byte(`"status":5`)) {
		t.Errorf("%s %s: %d\n%s\nto %s", op.method, req.URL, res.StatusCode, answer, body)
	}
	if err := contracttest.CheckResponse(req, res, answer); err != nil {
		t.Errorf("%s %s: %v\nto %s", op.method, req.URL, err, body)
	}
	checkFaults(t, op, w, body, broken)
}

// request fills in an operation's parameters, some of the optional ones if
// wild.
func (d *driver) request(t *testing.T, op drivenOp, body []byte, wild bool) *http.Request {
	path, query, header := op.path, url.Values{}, http.Header{"Content-Type": {"application/json"}}
	for _, p := range op.parameters {
		switch {
		case p.In == "path" && wild:
			path = strings.Replace(path, "{"+p.Name+"}", url.PathEscape(d.parameterText(op, p)), 1)
		case p.In == "path":
			path = strings.Replace(path, "{"+p.Name+"}", d.idFor(op), 1)
		case !wild || d.Maybe(60):
		case p.In == "query":
			query.Set(p.Name, d.parameterText(op, p))
		default:
			header.Set(p.Name, strings.Map(printable, d.parameterText(op, p)))
		}
	}
	if op.id == "CreateBatch" {
		header.Set("Content-Type", "application/jsonl")
	}
	if wild && d.Maybe(20) {
		header.Set("Accept", "text/event-stream")
	}
	header.Set("Authorization", "Bearer "+d.keys[d.caller(op)])
	req := httptest.NewRequestWithContext(t.Context(), op.method, path+"?"+query.Encode(), bytes.NewReader(body))
	req.Header = header
	return req
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

// caller is who may call an operation.
func (d *driver) caller(op drivenOp) int {
	if strings.HasPrefix(op.path, "/v1/journal") {
		return auditor
	}
	return 0
}

func (d *driver) parameterText(op drivenOp, p parameter) string {
	if p.Name == "id" && d.Maybe(70) {
		return d.idFor(op)
	}
	return fmt.Sprint(d.Value(p.Schema))
}

func (d *driver) idFor(op drivenOp) string {
	if strings.HasPrefix(op.path, "/v1/batches") {
		return d.known["bat_"]
	}
	return d.known["rec_"]
}

// job makes a job of one line and returns its id.
func (d *driver) job(t testing.TB) string {
	t.Helper()
	var line bytes.Buffer
	if err := json.Compact(&line, []byte(d.examples[0])); err != nil {
		t.Fatal(err)
	}
	w := d.as(0, http.MethodPost, "/v1/batches", line.String(), "Content-Type", "application/jsonl")
	var made struct{ ID string }
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || made.ID == "" {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return made.ID
}

// printable drops what a header cannot have.
func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}
