package imports

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/golden"
)

// TestSamples reads a file of each format, written after the source that its
// reader names, and compares everything that comes out.
func TestSamples(t *testing.T) {
	for _, path := range samples(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			res, err := Read(formatOf(path), readFile(t, path), Known{})
			if err != nil {
				t.Fatal(err)
			}
			got := dump(t, &res)
			golden.Check(t, got, strings.TrimSuffix(path, filepath.Ext(path))+".golden")
		})
	}
}

func TestEveryFormatHasASample(t *testing.T) {
	seen := map[Format]bool{}
	for _, path := range samples(t) {
		seen[formatOf(path)] = true
	}
	for _, f := range Formats() {
		if !seen[f] {
			t.Errorf("no sample of %s", f)
		}
	}
	if len(seen) != len(readers) {
		t.Errorf("samples of %d formats, readers of %d", len(seen), len(readers))
	}
}

// samples are the files of testdata that are not golden.
func samples(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/*.*")
	if err != nil || len(all) == 0 {
		t.Fatalf("testdata: %v, %d files", err, len(all))
	}
	var out []string
	for _, path := range all {
		if filepath.Ext(path) != ".golden" {
			out = append(out, path)
		}
	}
	return out
}

// formatOf is the first word of a file's name.
func formatOf(path string) Format {
	name, _, _ := strings.Cut(filepath.Base(path), ".")
	name, _, _ = strings.Cut(name, "_")
	return Format(name)
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// dump writes a result for a reader, one holding or entry a line.
func dump(t testing.TB, res *Result) []byte {
	t.Helper()
	var b strings.Builder
	p := &res.Portfolio
	line := func(kind string, v any) {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(kind + " " + string(data) + "\n")
	}
	line("portfolio", []string{p.AsOf.String(), string(p.BaseCurrency)})
	for _, x := range p.FXRates {
		line("rate", []string{string(x.From), string(x.To), x.Rate.String()})
	}
	for _, a := range p.Accounts {
		line("account", a)
	}
	for _, c := range p.Cash {
		line("cash", c)
	}
	for i := range p.Positions {
		x := &p.Positions[i]
		line("position", x.Instrument)
		line("  held", map[string]any{
			"account": x.AccountID, "quantity": x.Quantity, "price": x.Price, "price_as_of": x.PriceAsOf.String(), "currency": x.Currency,
			"value": x.MarketValue, "cost": x.CostBasis, "average": x.AverageCost,
		})
		for _, l := range x.TaxLots {
			line("  lot", []string{l.LotID, l.AcquiredOn.String(), l.Quantity.String(), l.UnitCost.String()})
		}
	}
	for _, u := range res.Unmapped {
		line("unmapped", u)
	}
	for _, q := range res.Missing {
		line("missing", q)
	}
	return []byte(b.String())
}
