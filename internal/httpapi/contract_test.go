package httpapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	contract "ballast.internal/ballast/api"
)

func loadContract(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(contract.YAML)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestContractIsValid(t *testing.T) {
	if err := loadContract(t).Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

// The JSON says what the YAML says, and in its order.
func TestContractAsJSON(t *testing.T) {
	fromJSON, err := openapi3.NewLoader().LoadFromData(contract.JSON)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(fromJSON)
	b, _ := json.Marshal(loadContract(t))
	if !bytes.Equal(a, b) {
		t.Error("the two forms differ")
	}
	if first := []byte(`{"openapi":"3.1.0","info":{"title":"Ballast"`); !bytes.HasPrefix(contract.JSON, first) {
		t.Errorf("starts with %.60s", contract.JSON)
	}
}

// Every route is in the contract, and nothing that the contract promises is
// missing.
func TestRoutesAreTheContracts(t *testing.T) {
	h, err := New(Config{
		Service: &fakeService{}, Answers: &fakeService{}, Records: &fakeRecords{}, Budgets: &fakeBudgets{}, Overview: fakeOverview{}, Limiter: &fakeLimiter{}, Now: nowForTests,
		Authenticator: Current(nil), Registerer: prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	var routes, promised []string
	if err := chi.Walk(h.Handler.(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		routes = append(routes, method+" "+route)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for path, item := range loadContract(t).Paths.Map() {
		for method := range item.Operations() {
			promised = append(promised, method+" "+path)
		}
	}
	slices.Sort(routes)
	promised = append([]string{"GET /", "GET /console/*"}, promised...) // files for people
	slices.Sort(promised)
	if diff := cmp.Diff(promised, routes); diff != "" {
		t.Errorf("contract and routes differ (-contract +routes):\n%s", diff)
	}
}

// Every problem that the table can give is in the contract's list of codes,
// and every one of the list is in the table.
func TestProblemCodesAreTheContracts(t *testing.T) {
	description := loadContract(t).Components.Schemas["Problem"].Value.Properties["code"].Value.Description
	var told, given []string
	for i, part := range strings.Split(description, "`") {
		if i%2 == 1 {
			told = append(told, part)
		}
	}
	for _, k := range kinds {
		given = append(given, k.code)
	}
	slices.Sort(told)
	slices.Sort(given)
	if diff := cmp.Diff(told, given); diff != "" {
		t.Errorf("codes (-contract +table):\n%s", diff)
	}
}

// What every private operation may answer with, whatever it does.
func TestEveryProblemIsDeclared(t *testing.T) {
	for path, item := range loadContract(t).Paths.Map() {
		for method, op := range item.Operations() {
			want := []string{"429", "500"}
			if isPrivate(path) {
				want = append(want, "400", "401", "403", "422", "503", "504")
			}
			if op.RequestBody != nil {
				want = append(want, "413", "415")
			}
			for _, status := range want {
				if op.Responses.Value(status) == nil {
					t.Errorf("%s %s does not declare %s", method, path, status)
				}
			}
			if op.OperationID == "" || op.Summary == "" || op.Description == "" {
				t.Errorf("%s %s has no id, summary or description", method, path)
			}
		}
	}
}

// Generators of clients differ in what they read. None fails over null beside
// one type, a choice of types, and objects with a name; a default makes several
// of them take a member for one that is always there.
func TestGeneratorsCanReadTheContract(t *testing.T) {
	var visit func(at string, node any)
	visit = func(at string, node any) {
		switch n := node.(type) {
		case map[string]any:
			if types, ok := n["type"].([]any); ok && (len(types) != 2 || types[1] != "null") {
				t.Errorf("%s: type %v: want one type and null, or oneOf", at, types)
			}
			if content, ok := n["content"].(map[string]any); ok && strings.Contains(strings.Join(slices.Collect(maps.Keys(content)), " "), "*") {
				t.Errorf("%s: a range of media types, which some clients send as it is", at)
			}
			if n["properties"] != nil && strings.Count(at, "/") > 3 {
				t.Errorf("%s: an object without a name of its own", at)
			}
			if n["prefixItems"] != nil && n["items"] == nil || n["type"] == "array" && n["items"] == nil {
				t.Errorf("%s: an array without items", at)
			}
			if _, isMember := n["default"].(map[string]any); n["default"] != nil && !isMember {
				t.Errorf("%s: a default: say in the description what is meant by leaving it out", at)
			}
			for name, value := range n {
				if name != "example" && name != "examples" {
					visit(at+"/"+name, value)
				}
			}
		case []any:
			for i, value := range n {
				visit(at+"/"+strconv.Itoa(i), value)
			}
		}
	}
	var doc map[string]any
	if err := json.Unmarshal(contract.JSON, &doc); err != nil {
		t.Fatal(err)
	}
	visit("", doc)
}

// Requests refuse what they do not know, all the way down.
func TestRequestObjectsAreClosed(t *testing.T) {
	schemas := loadContract(t).Components.Schemas
	seen := map[string]bool{}
	var visit func(ref *openapi3.SchemaRef)
	visit = func(ref *openapi3.SchemaRef) {
		if ref == nil || seen[ref.Ref] && ref.Ref != "" {
			return
		}
		seen[ref.Ref] = true
		s := ref.Value
		if s.Type.Includes("object") && (s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has) && s.AdditionalProperties.Schema == nil {
			t.Errorf("%s is open", ref.Ref)
		}
		for _, p := range s.Properties {
			visit(p)
		}
		visit(s.Items)
		for _, branch := range append(s.OneOf, s.AllOf...) {
			visit(branch)
		}
	}
	visit(schemas["RecommendationRequest"])
	visit(&openapi3.SchemaRef{Ref: "RecommendationRequest", Value: schemas["RecommendationRequest"].Value})
	if len(seen) < 25 {
		t.Errorf("only %d schemas were seen", len(seen))
	}
}

// The generated code is what the contract and its settings give.
func TestGeneratedCodeIsFresh(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the generator")
	}
	for _, dir := range []string{"api", "../../client"} {
		config, err := os.ReadFile(filepath.Join(dir, "config.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		temp := t.TempDir()
		var output string
		for line := range strings.Lines(string(config)) {
			if name, ok := strings.CutPrefix(line, "output: "); ok {
				output = strings.TrimSpace(name)
			}
		}
		moved := strings.Replace(string(config), "output: "+output, "output: "+filepath.Join(temp, output), 1)
		if err := os.WriteFile(filepath.Join(temp, "config.yaml"), []byte(moved), 0o600); err != nil {
			t.Fatal(err)
		}
		contractFile, err := filepath.Abs("../../api/openapi.yaml")
		if err != nil {
			t.Fatal(err)
		}
		runGo(t, dir, "tool", "oapi-codegen", "-config", filepath.Join(temp, "config.yaml"), contractFile)
		want, err := os.ReadFile(filepath.Join(temp, output))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, output)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is stale (%v): run go generate ./...", filepath.Join(dir, output), err)
		}
	}
}

// Whoever generates a client from /openapi.json with no settings gets one that
// compiles without this module.
func TestOthersGenerateAClient(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the generator and the compiler")
	}
	made := filepath.Join(t.TempDir(), "client.go")
	runGo(t, "", "tool", "oapi-codegen", "-generate", "types,client", "-package", "others", "-o", made, "../../api/openapi.json")
	code, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(code, []byte(`"ballast.internal/`)) {
		t.Error("the client imports a package of this module")
	}
	runGo(t, "", "build", "-o", os.DevNull, made)
}

func runGo(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
