package iam_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"ballast.internal/ballast/internal/iam"
)

// oracleCase is one request with the decision of an independent simulator; see
// testdata/oracle.
type oracleCase struct {
	Policies []json.RawMessage   `json:"policies"`
	Action   string              `json:"action"`
	Resource string              `json:"resource"`
	Context  map[string][]string `json:"context"`
	Want     string              `json:"want"`
}

func TestEvaluateAgreesWithAnIndependentSimulator(t *testing.T) {
	var file struct {
		Cases []oracleCase `json:"cases"`
	}
	data, err := os.ReadFile("testdata/oracle.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for i, c := range file.Cases {
		seen[c.Want]++
		d := iam.Evaluate(parseAll(t, c.Policies), iam.Request{Action: c.Action, Resource: c.Resource, Context: c.Context})
		if got := verdict(d); got != c.Want {
			j, _ := json.Marshal(c)
			t.Errorf("case %d: got %s, want %s\n%s", i, got, c.Want, j)
		}
	}
	if len(file.Cases) < 500 || seen["Allowed"] < 100 || seen["ExplicitlyDenied"] < 40 || seen["ImplicitlyDenied"] < 100 {
		t.Errorf("too few vectors of a kind: %v", seen)
	}
}

func parseAll(t *testing.T, raw []json.RawMessage) []*iam.Policy {
	t.Helper()
	var out []*iam.Policy
	for _, r := range raw {
		p, err := iam.ParsePolicy(r)
		if err != nil {
			t.Fatalf("%v in %s", err, r)
		}
		out = append(out, p)
	}
	return out
}

func verdict(d iam.Decision) string {
	switch {
	case d.Allowed:
		return "Allowed"
	case d.Explicit:
		return "ExplicitlyDenied"
	default:
		return "ImplicitlyDenied"
	}
}

// TestTheVectorsAreTheSimulators asks the simulator again, so that the vectors
// are its own and not what somebody wished them to be.
func TestTheVectorsAreTheSimulators(t *testing.T) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("npm is not installed: the vectors were compared, but not made again")
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "oracle"), os.DirFS("testdata/oracle")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"install", "--no-audit", "--no-fund", "--silent"}, {"run", "generate", "--silent"}} {
		cmd := exec.CommandContext(t.Context(), npm, args...)
		cmd.Dir = filepath.Join(dir, "oracle")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("npm %v: %v\n%s", args, err, out)
		}
	}
	want, err := os.ReadFile(filepath.Join(dir, "oracle.json"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("testdata/oracle.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("testdata/oracle.json is not what oracle/generate.mjs writes")
	}
}
