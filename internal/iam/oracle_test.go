package iam_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
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
	if _, err := os.Stat("../../node_modules/@cloud-copilot/iam-simulate"); err != nil {
		t.Skip("the npm packages are not installed: the vectors were compared, but not made again")
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/oracle/generate.mjs")
	cmd.Stderr = t.Output()
	want, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("testdata/oracle.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("testdata/oracle.json is not what testdata/oracle/generate.mjs writes")
	}
}
