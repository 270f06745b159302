package httpapi

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"ballast.internal/ballast/internal/batch"
)

// TestContractExamplesRun sends every example of the contract, with the example
// of every parameter, as a caller who may. The answers are checked against the
// contract as all are in these tests.
func TestContractExamplesRun(t *testing.T) {
	h := newHarness(t, func(c *Config) { kept(c).records[0].ID = exampleID })
	for client := range h.roles() {
		h.service.stored[client+" "+exampleID], _ = json.Marshal(testAnswer(1))
	}
	h.batches.jobs[exampleBatchID] = &fakeJob{Job: batch.Job{ID: exampleBatchID, Client: "web", State: batch.Queued, Created: testNow, Expires: testNow}}
	ran := 0
	for path, item := range loadContract(t).Paths.Map() {
		for method, op := range item.Operations() {
			for name, body := range examplesOf(t, path, op) {
				header := []string{"Authorization", "Bearer " + h.keyFor(op), "Content-Type", body.contentType}
				r := h.send(method, targetOf(t, path, op), body.text, header...)
				if r.status != 200 && r.status != 202 {
					t.Errorf("%s %s, %s: status %d: %s", method, path, name, r.status, r.body)
				}
				ran++
			}
		}
	}
	if ran < 18 {
		t.Errorf("only %d examples", ran)
	}
}

const exampleID = "rec_01KAGZV5Q2M8T4X7R9W3E6Y1NB"

// roles are the clients of the harness and their keys.
func (h *harness) roles() map[string]string {
	return map[string]string{"web": h.key, "audit": h.auditor, "boss": h.admin}
}

// keyFor is a key of the first role that an operation is for.
func (h *harness) keyFor(op *openapi3.Operation) string {
	if op.Security == nil || len(*op.Security) == 0 {
		return h.key
	}
	return map[string]string{"client": h.key, "auditor": h.auditor, "admin": h.admin}[(*op.Security)[0]["bearerAuth"][0]]
}

// targetOf fills in the parameters that have an example. One in the path has
// to have one.
func targetOf(t *testing.T, path string, op *openapi3.Operation) string {
	t.Helper()
	query := url.Values{}
	for _, p := range op.Parameters {
		switch v := p.Value; {
		case v.In == "path" && v.Example == nil:
			t.Fatalf("%s: no example of %s", path, v.Name)
		case v.In == "path":
			path = strings.ReplaceAll(path, "{"+v.Name+"}", fmt.Sprint(v.Example))
		case v.In == "query" && v.Example != nil:
			query.Set(v.Name, fmt.Sprint(v.Example))
		}
	}
	return path + "?" + query.Encode()
}

type exampleBody struct{ contentType, text string }

// examplesOf are the bodies that an operation shows. One without a body has an
// empty one, an import a file of the format that its parameter shows, and what
// takes a request but shows none the one of POST /v1/recommendations.
func examplesOf(t *testing.T, path string, op *openapi3.Operation) map[string]exampleBody {
	t.Helper()
	switch {
	case op.RequestBody == nil:
		return map[string]exampleBody{"no body": {}}
	case op.OperationID == "ImportPortfolio":
		return map[string]exampleBody{"a file": {"text/csv", sample(t, "schwab.csv")}}
	case op.OperationID == "CreateBatch":
		text := op.RequestBody.Value.Content["application/jsonl"].Examples["two lines"].Value.Value
		return map[string]exampleBody{"two lines": {"application/jsonl", text.(string)}}
	}
	out := map[string]exampleBody{}
	shown := op.RequestBody.Value.Content["application/json"]
	if shown.Examples == nil && shown.Schema.Ref == "#/components/schemas/RecommendationRequest" {
		shown = loadContract(t).Paths.Value("/v1/recommendations").Post.RequestBody.Value.Content["application/json"]
	}
	for name, e := range shown.Examples {
		text, err := json.Marshal(e.Value.Value)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = exampleBody{"application/json", string(text)}
	}
	if len(out) == 0 {
		t.Errorf("%s shows no example", path)
	}
	return out
}

// TestContractExamplesOfIdentifiers sends an instrument by each identifier as
// the contract shows it: a reader copies them, and their check digits count.
func TestContractExamplesOfIdentifiers(t *testing.T) {
	h := newHarness(t)
	shown := loadContract(t).Components.Schemas["InstrumentID"].Value.Properties
	if len(shown) < 5 {
		t.Fatalf("only %d identifiers", len(shown))
	}
	for name, p := range shown {
		id, err := json.Marshal(map[string]any{name: p.Value.Examples[0]})
		if err != nil {
			t.Fatal(err)
		}
		if r := h.send("POST", "/v1/analyses", strings.Replace(fmt.Sprintf(minimal, "", ""), `{"ticker":"VTI"}`, string(id), 1)); r.status != 200 {
			t.Errorf("%s: %d %s", id, r.status, r.body)
		}
	}
}
