package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const brokerFiles = "../internal/portfolio/imports/testdata/"

// command runs a subcommand to its end.
func command(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), fast, args...)
	cmd.Env = append(os.Environ(), "BALLAST_DATA_DIR="+t.TempDir())
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), log.String(), cmd.ProcessState.ExitCode()
}

// A broker's file gives the same analysis by the command line and over HTTP.
func TestAnImportGivesTheSameBothWays(t *testing.T) {
	t.Parallel()
	file := brokerFiles + "schwab.csv"
	profile := filepath.Join(t.TempDir(), "profile.json")
	about := `{"investor_profile":{"age":42,"risk_tolerance":"moderate","risk_capacity":"moderate","time_horizon_years":15,
		"objectives":["growth"],"liquidity_needs":"low","experience":"intermediate"}}`
	if err := os.WriteFile(profile, []byte(about), 0o600); err != nil {
		t.Fatal(err)
	}
	out, log, code := command(t, "analyze", "-from", "schwab", "-f", file, "-profile", profile, "-json")
	if code != 0 || !strings.Contains(log, "counts as not classified") {
		t.Fatalf("%d\n%s", code, log)
	}
	p := local(t, nil)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var imported struct{ Portfolio json.RawMessage }
	p.post(t, "/v1/imports/schwab", "text/csv", data, &imported)
	var request map[string]json.RawMessage
	if err := json.Unmarshal([]byte(about), &request); err != nil {
		t.Fatal(err)
	}
	request["portfolio"] = imported.Portfolio
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	var byCommand, byHTTP json.RawMessage
	p.post(t, "/v1/analyses", "application/json", body, &byHTTP)
	if err := json.Unmarshal([]byte(out), &byCommand); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(byCommand, byHTTP) || !bytes.Contains(byHTTP, []byte(`"total_value":"218284.00"`)) {
		t.Errorf("the command:\n%s\nHTTP:\n%s", byCommand, byHTTP)
	}
}

// What server import writes, answered, is a request.
func TestImportWritesARequestToAnswer(t *testing.T) {
	t.Parallel()
	out, log, code := command(t, "import", "-f", brokerFiles+"vanguard.csv", "-as-of", "2026-11-20")
	if code != 0 || !strings.Contains(log, "vanguard.csv as vanguard: positions 4") || !strings.Contains(log, "required: /portfolio/positions/2/instrument/id (row=4)") {
		t.Fatalf("%d\n%s", code, log)
	}
	answered := filepath.Join(t.TempDir(), "request.json")
	if err := os.WriteFile(answered, []byte(strings.Replace(out, `"id": {}`, `"id": {"ticker": "T34"}`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, log, code := command(t, "analyze", "-f", answered); code != 0 {
		t.Errorf("%d\n%s", code, log)
	}
	for _, c := range []struct {
		says string
		args []string
	}{
		{"/portfolio/as_of", []string{"analyze", "-from", "vanguard", "-f", brokerFiles + "vanguard.csv"}},
		{"No line has the headings", []string{"recommend", "-from", "fidelity", "-f", brokerFiles + "schwab.csv"}},
		{"-from: want one of plaid", []string{"estimate", "-from", "lotus", "-f", brokerFiles + "schwab.csv"}},
		{"only with -from", []string{"analyze", "-profile", answered, "-f", answered}},
		{"a file of the format schwab: read it with -from schwab", []string{"recommend", "-f", brokerFiles + "schwab.csv"}},
		{"no known format", []string{"import", "-f", "../go.mod"}},
		{"-as-of: not a calendar date", []string{"import", "-from", "schwab", "-f", brokerFiles + "schwab.csv", "-as-of", "x"}},
	} {
		if out, log, code := command(t, c.args...); code != 2 || out != "" || !strings.Contains(log, c.says) {
			t.Errorf("%v: exit %d, printed %q, said %q", c.args, code, out, log)
		}
	}
}

// post sends a body with the demo key and decodes the answer.
func (p *process) post(t *testing.T, path, contentType string, body []byte, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.lines["api"]+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.lines["key"])
	req.Header.Set("Content-Type", contentType)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", path, res.StatusCode, err)
	}
}
