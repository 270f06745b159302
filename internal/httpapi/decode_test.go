package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/golden"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/httpapi/strictjson"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

func TestDecodeNamesEveryFault(t *testing.T) {
	for _, tc := range faultCases {
		t.Run(tc.name, func(t *testing.T) {
			_, err := DecodeRequest([]byte(tc.body))
			if tc.want == nil {
				if _, ok := errors.AsType[*strictjson.SyntaxError](err); !ok {
					t.Fatalf("got %v", err)
				}
				return
			}
			faults, _ := errors.AsType[portfolio.Faults](err)
			if diff := cmp.Diff(tc.want, pointersAndCodes(faults)); diff != "" {
				t.Errorf("faults (-want +got):\n%s\n%v", diff, err)
			}
			if strings.Contains(err.Error(), marker) {
				t.Errorf("the submitted value is repeated: %v", err)
			}
		})
	}
}

func pointersAndCodes(faults portfolio.Faults) []string {
	var out []string
	for _, f := range faults {
		out = append(out, f.Pointer+" "+f.Code)
		if f.Detail == "" {
			out = append(out, "no detail")
		}
	}
	return out
}

func TestFaultsAreBounded(t *testing.T) {
	body := strings.ReplaceAll(positions(3000), `"quantity":"20.5"`, `"quantity":[]`)
	faults, _ := errors.AsType[portfolio.Faults](decodeErr(body))
	if len(faults) != maxFaults || faults[99].Pointer != "/portfolio/positions/99/quantity" {
		t.Errorf("%d faults, the last %v", len(faults), faults[len(faults)-1])
	}
}

func decodeErr(body string) error {
	_, err := DecodeRequest([]byte(body))
	return err
}

func TestDefaults(t *testing.T) {
	for _, body := range []string{
		fmt.Sprintf(minimal, "", ""),
		inRequest(`"investor_profile":null,"target_allocation":null,"constraints":null,"options":null`),
		inRequest(`"investor_profile":{},"constraints":{},"options":{}`),
		inRequest(`"options":{"audience":null,"language":null,"max_recommendations":null,"mode":null,"output":null}`),
		inRequest(`"constraints":{"whole_shares_only":null,"min_trade_amount":null,"max_turnover":null,"no_sell":null,"buy_list":[]}`),
		inPosition(`"account_id":null,"cost_basis":null,"tax_lots":null,"price_as_of":null`),
	} {
		got, err := DecodeRequest([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		want := recommend.Options{Audience: recommend.AudienceClient, Language: "en", MaxRecommendations: 5, Mode: recommend.ModeAuto}
		if got.Options != want || !got.Constraints.WholeSharesOnly || !got.Constraints.FractionsAsHeld || got.Target != nil || got.Constraints.MaxTurnover != nil {
			t.Errorf("%s:\n%+v", body, got)
		}
		if first, _ := DecodeRequest(fmt.Appendf(nil, minimal, "", "")); string(got.Canonical) != string(first.Canonical) {
			t.Errorf("canonical forms of the same request differ:\n%s\n%s", first.Canonical, got.Canonical)
		}
	}
}

// Equal requests have equal bytes whatever the order of members, the way that
// decimals are written, and white space; unequal ones do not.
func TestCanonical(t *testing.T) {
	one, _ := DecodeRequest([]byte(inPosition(`"cost_basis":"400","account_id":null`)))
	for _, same := range []string{`"cost_basis":"400.00"`, `"cost_basis":400`, `"cost_basis":4.0e2`, `"account_id":"","cost_basis":"0400"`} {
		if got, err := DecodeRequest([]byte(inPosition(same))); err != nil || string(got.Canonical) != string(one.Canonical) {
			t.Errorf("%s: %v\n%s\n%s", same, err, one.Canonical, got.Canonical)
		}
	}
	if other, err := DecodeRequest([]byte(inPosition(`"cost_basis":"400.01"`))); err != nil || string(other.Canonical) == string(one.Canonical) {
		t.Errorf("%v: another cost has the same canonical form", err)
	}
}

func TestCanonicalGolden(t *testing.T) {
	req, err := DecodeRequest([]byte(full))
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, req.Canonical, "testdata", "canonical.json")
	var tree any
	if err := json.Unmarshal(req.Canonical, &tree); err != nil {
		t.Fatal(err)
	}
	if sorted, _ := json.Marshal(tree); string(sorted) != string(req.Canonical) {
		t.Errorf("members are not in order:\n%s\n%s", sorted, req.Canonical)
	}
}

func TestExamplesAreValid(t *testing.T) {
	files, err := filepath.Glob("../../examples/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeRequest(body); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func FuzzDecodeRequest(f *testing.F) {
	f.Add([]byte(full))
	for _, tc := range faultCases {
		if len(tc.body) < 4096 {
			f.Add([]byte(tc.body))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		req, err := DecodeRequest(body)
		if err != nil {
			checkErrorKind(t, err)
			return
		}
		again, err := DecodeRequest(req.Canonical)
		if err != nil {
			t.Fatalf("canonical form refused: %v\n%s", err, req.Canonical)
		}
		if diff := cmp.Diff(req, again, equal); diff != "" {
			t.Errorf("canonical form says otherwise (-first +again):\n%s", diff)
		}
	})
}

func checkErrorKind(t *testing.T, err error) {
	t.Helper()
	_, syntax := errors.AsType[*strictjson.SyntaxError](err)
	faults, invalid := errors.AsType[portfolio.Faults](err)
	if !syntax && (!invalid || len(faults) == 0) {
		t.Errorf("an error that would be answered with 500: %T %v", err, err)
	}
}

func BenchmarkDecode5000Positions(b *testing.B) {
	body := []byte(positions(portfolio.MaxPositions))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := DecodeRequest(body); err != nil {
			b.Fatal(err)
		}
	}
}
