package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	contract "ballast.internal/ballast/api"
	"ballast.internal/ballast/internal/httpapi/contracttest"
)

// driver sends requests that are made from the contract to the wired program,
// and holds the answers to it.
type driver struct {
	*attacked
	*contracttest.Generator
	examples []string          // of RecommendationRequest
	known    map[string]string // an id that there is, by its prefix
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
