package httpapi

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/client"
	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/portfolio/imports"
)

const importSamples = "../portfolio/imports/testdata/"

func sample(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(importSamples + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Every sample comes back within the contract, and what is left out of a
// portfolio is left out of the JSON.
func TestImports(t *testing.T) {
	h := newHarness(t)
	files, err := filepath.Glob(importSamples + "*.*")
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, path := range files {
		name := filepath.Base(path)
		format := strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '_' })[0]
		if strings.HasSuffix(name, ".golden") {
			continue
		}
		read++
		r := h.send("POST", "/v1/imports/"+format, sample(t, name), "Content-Type", "application/octet-stream")
		var got api.Import
		if err := json.Unmarshal(r.body, &got); err != nil || r.status != 200 || got.Format != format || len(got.Portfolio.Positions) == 0 {
			t.Errorf("%s: %d %v %.300s", name, r.status, err, r.body)
		}
		for _, m := range got.Missing {
			if m.Required && memberAt(t, r.body, m.Pointer) && m.Code == "required" {
				t.Errorf("%s: %s is asked for, and there", name, m.Pointer)
			}
		}
	}
	if read < len(imports.Formats()) {
		t.Errorf("%d samples", read)
	}
}

// memberAt reports whether a JSON pointer leads to a value.
func memberAt(t *testing.T, body []byte, pointer string) bool {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	for _, token := range strings.Split(pointer, "/")[1:] {
		switch node := v.(type) {
		case map[string]any:
			v = node[token]
		case []any:
			var i int
			if err := json.Unmarshal([]byte(token), &i); err != nil || i >= len(node) {
				return false
			}
			v = node[i]
		}
	}
	return v != nil
}

// A file, its answers, an analysis: what a frontend does.
func TestAnImportBecomesARequest(t *testing.T) {
	h := newHarness(t)
	c, err := client.New(h.url, h.key, client.WithHTTP(h.client), client.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	day := "2026-11-20"
	got, err := c.Import(t.Context(), client.ImportPortfolioParamsFormatVanguard, []byte(sample(t, "vanguard.csv")), &client.ImportPortfolioParams{AsOf: &day})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("/portfolio/positions/2/instrument/id", got.Missing[0].Pointer); diff != "" || !got.Missing[0].Required || got.Missing[1].Required {
		t.Errorf("required answers: %+v", got.Missing)
	}
	ticker := "T34"
	got.Portfolio.Positions[2].Instrument.ID.Ticker = &ticker
	body, err := json.Marshal(map[string]any{"portfolio": got.Portfolio})
	if err != nil {
		t.Fatal(err)
	}
	if r := h.send("POST", "/v1/analyses", string(body)); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// A file of a format that nobody names is known by its marks, under any media
// type of the formats.
func TestAnImportOfAnyFormat(t *testing.T) {
	h := newHarness(t)
	for name, contentType := range map[string]string{
		"schwab.csv": "text/csv", "ibkr.csv": "text/plain", "plaid.json": "application/json", "ofx.ofx": "application/x-ofx", "fdc3.json": "application/octet-stream",
	} {
		r := h.send("POST", "/v1/imports/auto", sample(t, name), "Content-Type", contentType)
		var got api.Import
		if err := json.Unmarshal(r.body, &got); err != nil || r.status != 200 || !strings.HasPrefix(name, got.Format+".") {
			t.Errorf("%s: %d %v %.300s", name, r.status, err, r.body)
		}
	}
}

func TestAnImportMayBeginWithAMark(t *testing.T) {
	h := newHarness(t)
	if r := h.send("POST", "/v1/imports/fdc3", "\ufeff"+sample(t, "fdc3.json")); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// Spreadsheets save tables in UTF-16, and browsers then say so.
func TestAnImportInUTF16(t *testing.T) {
	h := newHarness(t)
	file := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(sample(t, "schwab.csv"))) {
		file = append(file, byte(unit), byte(unit>>8))
	}
	if r := h.send("POST", "/v1/imports/schwab", string(file), "Content-Type", "text/csv; charset=UTF-16"); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestImportsThatAreRefused(t *testing.T) {
	h := newHarness(t)
	csv, doc := sample(t, "schwab.csv"), sample(t, "fdc3.json")
	for _, tc := range []struct {
		name, path, body, contentType string
		status                        int
		code                          string
		errors                        []string
	}{
		{"an unknown format", "/v1/imports/lotus", csv, "text/csv", 404, "not_found", nil},
		{"an unknown format of JSON", "/v1/imports/Plaid", doc, "application/json", 404, "not_found", nil},
		{"JSON as CSV", "/v1/imports/fdc3", doc, "text/csv", 415, "unsupported_media_type", nil},
		{"CSV as JSON", "/v1/imports/schwab", csv, "application/json", 415, "unsupported_media_type", nil},
		{"compressed", "/v1/imports/schwab", csv, "application/gzip", 415, "unsupported_media_type", nil},
		{"another charset", "/v1/imports/schwab", csv, "text/csv; charset=shift_jis", 415, "unsupported_media_type", nil},
		{"no type", "/v1/imports/schwab", csv, "", 415, "unsupported_media_type", nil},
		{"too large", "/v1/imports/schwab", csv + strings.Repeat(" ", 1<<20), "text/csv", 413, "body_too_large", nil},
		{"no JSON", "/v1/imports/plaid", "{", "application/json", 400, "malformed_json", nil},
		{"a name twice", "/v1/imports/fdc3", `{"type":"fdc3.portfolio","type":"x","positions":[]}`, "application/json", 422, "invalid_request", []string{"/type duplicate_key"}},
		{"another document", "/v1/imports/plaid", doc, "application/json", 422, "invalid_request", []string{" wrong_format"}},
		{"another bank's table", "/v1/imports/fidelity", csv, "text/csv", 422, "invalid_request", []string{" wrong_format"}},
		{"the marks of none", "/v1/imports/auto", "Symbol,Quantity\nVTI,1\n", "text/csv", 422, "invalid_request", []string{" wrong_format"}},
		{"a name twice, of any format", "/v1/imports/auto", `{"type":"x","type":"fdc3.portfolio","positions":[]}`, "application/json", 422, "invalid_request", []string{"/type duplicate_key"}},
		{"an image, of any format", "/v1/imports/auto", csv, "image/png", 415, "unsupported_media_type", nil},
		{"a bad date", "/v1/imports/schwab?as_of=20-11-2026", csv, "text/csv", 422, "invalid_request", []string{" bad_form"}},
		{"no day of the calendar", "/v1/imports/schwab?as_of=2026-02-30", csv, "text/csv", 422, "invalid_request", []string{" bad_date"}},
		{"a bad currency", "/v1/imports/schwab?base_currency=usd", csv, "text/csv", 422, "invalid_request", []string{" unknown_currency"}},
	} {
		r := h.send("POST", tc.path, tc.body, "Content-Type", tc.contentType)
		p := r.problem(t)
		var faults []string
		list, _ := p["errors"].([]any)
		for _, e := range list {
			f := e.(map[string]any)
			faults = append(faults, f["pointer"].(string)+" "+f["code"].(string))
		}
		if r.status != tc.status || p["code"] != tc.code || !slices.Equal(faults, tc.errors) {
			t.Errorf("%s: %d %s", tc.name, r.status, r.body)
		}
	}
	p := h.send("POST", "/v1/imports/lotus", csv, "Content-Type", "text/csv").problem(t)
	if detail, _ := p["detail"].(string); !strings.Contains(detail, "plaid") {
		t.Errorf("the formats are not named: %v", p)
	}
}
