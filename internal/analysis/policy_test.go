package analysis

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/portfolio"
)

func TestDefaultPolicyModels(t *testing.T) {
	// Schwab Center for Financial Research, in equity/fixed income/cash.
	for _, tt := range []struct {
		level              portfolio.RiskLevel
		equity, bond, cash string
	}{
		{portfolio.ShortTerm, "0", "0.40", "0.60"},
		{portfolio.Conservative, "0.20", "0.50", "0.30"},
		{portfolio.ModeratelyConservative, "0.40", "0.50", "0.10"},
		{portfolio.Moderate, "0.60", "0.35", "0.05"},
		{portfolio.ModeratelyAggressive, "0.80", "0.15", "0.05"},
		{portfolio.Aggressive, "0.95", "0", "0.05"},
	} {
		want := portfolio.Allocation{
			portfolio.ClassEquity: dec(tt.equity), portfolio.ClassFixedIncome: dec(tt.bond), portfolio.ClassCash: dec(tt.cash),
		}
		if diff := cmp.Diff(want, DefaultPolicy().Model(tt.level)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.level, diff)
		}
	}
}

func TestHorizonCap(t *testing.T) {
	for years, want := range map[int]portfolio.RiskLevel{
		0: portfolio.ShortTerm, 2: portfolio.ShortTerm,
		3: portfolio.Conservative, 4: portfolio.Conservative,
		5: portfolio.ModeratelyConservative, 6: portfolio.ModeratelyConservative,
		7: portfolio.Moderate, 9: portfolio.Moderate,
		10: portfolio.ModeratelyAggressive, 14: portfolio.ModeratelyAggressive,
		15: portfolio.Aggressive, 60: portfolio.Aggressive,
	} {
		if got := DefaultPolicy().HorizonCap(years); got != want {
			t.Errorf("HorizonCap(%d) = %s, want %s", years, got, want)
		}
	}
}

func TestPolicyID(t *testing.T) {
	id := DefaultPolicy().ID()
	if want := DefaultPolicy().version + " sha256:"; !strings.HasPrefix(id, want) || len(id) != len(want)+12 {
		t.Errorf("ID() = %q, want %q and 12 hex digits", id, want)
	}
	changed, err := ParsePolicy([]byte(strings.Replace(string(defaultPolicy), `"0.005"`, `"0.006"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if changed.ID() == id {
		t.Error("a policy with another threshold has the same id")
	}
}

func TestPolicyReadsYAML(t *testing.T) {
	var tree any
	if err := json.Unmarshal(defaultPolicy, &tree); err != nil {
		t.Fatalf("the embedded policy is no JSON: %v", err)
	}
	p, err := ParsePolicy([]byte("# the same, as YAML\n" + string(defaultPolicy)))
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Line(lineWatch).Value; !got.Equal(dec("0.05")) {
		t.Errorf("%s = %s", lineWatch, got)
	}
}

// edit returns the default policy with changes made to its tree.
func edit(t *testing.T, change func(root map[string]any)) []byte {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(defaultPolicy, &root); err != nil {
		t.Fatal(err)
	}
	change(root)
	data, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// in walks to an object of the tree.
func in(root map[string]any, path ...string) map[string]any {
	for _, name := range path {
		root = root[name].(map[string]any)
	}
	return root
}

func TestParsePolicyNamesEveryFault(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(root map[string]any)
		want   string
	}{
		{"version", func(r map[string]any) { r["version"] = "" }, "version: "},
		{"unknown entry", func(r map[string]any) { r["extra"] = 1 }, "field extra not found"},
		{"unknown factor", func(r map[string]any) { r["mandatory_profile"] = []string{"shoe_size"} }, "shoe_size"},
		{"level missing", func(r map[string]any) { delete(in(r, "models"), "moderate") }, "models.moderate: missing"},
		{"level unknown", func(r map[string]any) { in(r, "models")["wild"] = map[string]any{} }, "models.wild: no such"},
		{"shares", func(r map[string]any) { in(r, "models", "moderate", "allocation")["cash"] = "0.06" }, "models.moderate: the shares sum to 1.01"},
		{"class", func(r map[string]any) { in(r, "models", "moderate", "allocation")["gold"] = "0" }, `no asset class "gold"`},
		{"negative share", func(r map[string]any) {
			in(r, "models", "moderate", "allocation")["cash"] = "-0.05"
		}, "the share of cash is negative"},
		{"less equity", func(r map[string]any) {
			in(r, "models", "aggressive")["allocation"] = map[string]any{"equity": "0.10", "cash": "0.90"}
		}, "models.aggressive: less equity"},
		{"horizon falls", func(r map[string]any) { in(r, "models", "moderate")["horizon_below_years"] = 5 }, "models.moderate: horizon"},
		{"horizon closed", func(r map[string]any) { in(r, "models", "aggressive")["horizon_below_years"] = 40 }, "models.aggressive: horizon"},
		{"objective", func(r map[string]any) { in(r, "objectives", "income")["highest"] = "wild" }, `objectives.income: no risk level "wild"`},
		{"market missing", func(r map[string]any) { delete(in(r, "markets"), "emerging") }, "markets.emerging: wants countries"},
		{"market unknown", func(r map[string]any) { in(r, "markets")["frontier"] = map[string]any{} }, "markets.frontier: unknown"},
		{"no country", func(r map[string]any) { in(r, "markets", "emerging")["countries"] = []string{"ZZ"} }, `"ZZ" is no country`},
		{"both markets", func(r map[string]any) { in(r, "markets", "emerging")["countries"] = []string{"US"} }, "both developed and emerging"},
		{"line missing", func(r map[string]any) { delete(in(r, "lines"), lineWatch) }, "lines.concentration.watch: missing"},
		{"line unknown", func(r map[string]any) { in(r, "lines")["a.b"] = map[string]any{} }, "lines.a.b: unknown"},
		{"out of range", func(r map[string]any) { in(r, "lines", lineHigh)["value"] = "1.5" }, "lines.concentration.high: 1.5 is not within"},
		{"level out of range", func(r map[string]any) {
			in(r, "lines", lineForeign, "by_level")["moderate"] = "2"
		}, "lines.currency.foreign.moderate: 2 is not"},
		{"level of a line", func(r map[string]any) { in(r, "lines", lineForeign, "by_level")["wild"] = "0.1" }, `lines.currency.foreign: no risk level "wild"`},
		{"not whole", func(r map[string]any) { in(r, "lines", lineStaleDays)["value"] = "5.5" }, "5.5 is not a whole number"},
		{"not a number", func(r map[string]any) { in(r, "lines", lineHigh)["value"] = "many" }, "decimal"},
		{"currency of a share", func(r map[string]any) { in(r, "lines", lineHigh)["by_currency"] = map[string]any{"JPY": "1"} }, "lines.concentration.high: no line in money"},
		{"currency unknown", func(r map[string]any) { in(r, "lines", lineHarvestLoss, "by_currency")["XYZ"] = "1" }, `lines.tax.harvest_loss: no currency "XYZ"`},
		{"currency out of range", func(r map[string]any) { in(r, "lines", lineHarvestLoss, "by_currency")["JPY"] = "-1" }, "lines.tax.harvest_loss.JPY: -1 is not"},
		{"no severity", func(r map[string]any) { delete(in(r, "lines", lineHigh), "severity") }, "lines.concentration.high: a limit or flag wants"},
		{"bad severity", func(r map[string]any) { in(r, "lines", lineHigh)["severity"] = "fatal" }, "lines.concentration.high: a limit or flag wants"},
		{"parameter with severity", func(r map[string]any) { in(r, "lines", lineFreeRate)["severity"] = "low" }, "lines.risk.free_rate: a limit or flag"},
		{"no equality", func(r map[string]any) { delete(in(r, "lines", lineHigh), "equality_passes") }, "wants equality_passes"},
		{"no value", func(r map[string]any) { delete(in(r, "lines", lineHigh), "value") }, "lines.concentration.high: a limit or parameter wants a value"},
		{"flag with value", func(r map[string]any) { in(r, "lines", lineMargin)["value"] = "1" }, "lines.cash.margin: a limit"},
		{"not ascending", func(r map[string]any) { in(r, "lines", lineConcentrated)["value"] = "0.04" }, "lines.concentration.concentrated: must be above"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParsePolicy(edit(t, tt.change))
			var pe *PolicyError
			if !errors.As(err, &pe) {
				t.Fatalf("error = %v, want *PolicyError", err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestParsePolicyReportsAllFaultsAtOnce(t *testing.T) {
	_, err := ParsePolicy(edit(t, func(r map[string]any) {
		r["version"] = "two words"
		delete(in(r, "lines"), lineHigh)
		delete(in(r, "models"), "moderate")
	}))
	for _, want := range []string{"version", lineHigh, "models.moderate"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want %q in it", err, want)
		}
	}
}

func TestParsePolicyRefusesForms(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":       "",
		"two documents": string(defaultPolicy) + "\n---\n{}",
		"a list":        "[]",
		"broken":        "{",
		"twice the key": strings.Replace(string(defaultPolicy), `"version"`, `"version": "x", "version"`, 1),
	} {
		var pe *PolicyError
		if _, err := ParsePolicy([]byte(data)); !errors.As(err, &pe) {
			t.Errorf("%s: error = %v, want *PolicyError", name, err)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add(defaultPolicy)
	f.Add([]byte("{}"))
	f.Add([]byte("lines: {concentration.watch: {value: 1e-20000000}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParsePolicy(data)
		if (p == nil) == (err == nil) {
			t.Fatalf("policy %v with error %v", p, err)
		}
		if p == nil {
			return
		}
		for name := range lineSpecs {
			p.Line(name) // panics if it does not exist
		}
	})
}
