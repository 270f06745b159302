package verify_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// sentence is a line of testdata/*.jsonl, all written for these tests.
type sentence struct {
	Lang   string        `json:"l"`
	Kind   string        `json:"k"` // of the action explained; "" for none
	Text   string        `json:"t"`
	Reason verify.Reason `json:"r"` // in benign.jsonl "", or what a harmless sentence is refused for
}

func sentences(t testing.TB, name string) []sentence { t.Helper(); return lines[sentence](t, name) }

// lines reads a file of testdata with a JSON object on each line.
func lines[T any](t testing.TB, name string) (all []T) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var v T
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			t.Fatalf("%s: %q: %v", name, sc.Text(), err)
		}
		all = append(all, v)
	}
	return all
}

func TestHostile(t *testing.T) {
	all := sentences(t, "hostile.jsonl")
	if len(all) < 600 {
		t.Errorf("%d hostile sentences, want 600", len(all))
	}
	for _, s := range all {
		if got := checker(s.Lang).Directed(s.Text, sidesOf(s.Kind), offered); !slices.Contains(got, s.Reason) {
			t.Errorf("%s %q: %v, want %s", s.Lang, s.Text, got, s.Reason)
		}
	}
}

func TestBenign(t *testing.T) {
	all := sentences(t, "benign.jsonl")
	if len(all) < 750 {
		t.Errorf("%d benign sentences, want 750", len(all))
	}
	refused := 0
	for _, s := range all {
		got := checker(s.Lang).Directed(s.Text, sidesOf(s.Kind), offered)
		if s.Reason != "" {
			refused++
		}
		if (s.Reason == "") != (got == nil) || s.Reason != "" && !slices.Contains(got, s.Reason) {
			t.Errorf("%s %q: %v, want %q", s.Lang, s.Text, got, s.Reason)
		}
	}
	// A sentence without a figure is refused more readily than one with it, and
	// what is left of its text is shown.
	if most := len(all) / 2; refused > most {
		t.Errorf("%d of %d harmless sentences are refused, want at most %d", refused, len(all), most)
	}
}

// TestPhrasebook lets everything pass that the emulator writes.
func TestPhrasebook(t *testing.T) {
	files, _ := filepath.Glob("../../bedrock/emulator/phrases/*.json")
	if len(files) == 0 {
		t.Fatal("no phrases found")
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var book struct {
			Open, Notable, Evidence []string
			Worth                   string
			EvidenceHolding         []string `json:"evidence_holding"`
			Why                     map[string][]string
		}
		if err := json.Unmarshal(data, &book); err != nil {
			t.Fatal(err)
		}
		c := checker(strings.TrimSuffix(filepath.Base(name), ".json"))
		sound := func(sides []string, phrases ...string) {
			for _, s := range phrases {
				s = strings.NewReplacer("{F}", "{F1}", "{H}", "{H1}").Replace(s)
				if got := c.Directed(s, sides, offered); got != nil {
					t.Errorf("%s: %v: %q: %v", name, sides, s, got)
				}
			}
		}
		summary := []string{verify.SideSummary, verify.SideForemost, verify.SideAbout + "rebalance", verify.SideOver + "equity", verify.SideUnder + "fixed_income"}
		sound(summary, slices.Concat(book.Open, book.Notable, []string{strings.NewReplacer("{T}", "{F1}", "{L}", "{F2}").Replace(book.Worth)})...)
		for theme, why := range book.Why {
			sound(sidesOf(kindOf[theme]), slices.Concat(why, book.Evidence)...)
		}
		sound(sidesOf("reduce_concentration"), book.EvidenceHolding...)
	}
}

// kindOf is the kind of action that the emulator has a theme for.
var kindOf = map[string]string{
	"concentration": "reduce_concentration", "reserve": "raise_cash", "debt": "pay_down_debt", "tax": "harvest_losses",
	"cost": "replace_costly_fund", "cash": "deploy_cash", "rebalance": "rebalance", "other": "lower_risk",
}

func TestEveryReasonIsReached(t *testing.T) {
	seen := map[verify.Reason]bool{}
	for _, s := range sentences(t, "hostile.jsonl") {
		seen[s.Reason] = true
	}
	for _, r := range verify.Reasons() {
		if !seen[r] {
			t.Errorf("no hostile sentence for %s", r)
		}
		delete(seen, r)
	}
	if len(seen) > 0 {
		t.Errorf("not among Reasons: %v", seen)
	}
}

// sidesOf is the side of a kind of action, or none.
func sidesOf(kind string) []string {
	if kind == "" {
		return nil
	}
	sides := []string{kind, verify.SideRationale, verify.SideLevel + "moderate", verify.SideLongHorizon, verify.SideObjective + "growth", verify.SideForemost}
	switch kind {
	case "deploy_cash":
		sides = append(sides, verify.SideOver+"cash", verify.SideFound+"excess_cash")
	case "pay_down_debt":
		sides = append(sides, verify.SideOver+"cash", verify.SideFar+verify.SideOver+"cash")
	case "reduce_concentration":
		sides = append(sides, verify.SideLargest+verify.LargestHolding, verify.SideLargest+verify.LargestIssuer)
	case "rebalance", "lower_risk":
		sides = append(sides, verify.SideOver+"equity", verify.SideUnder+"fixed_income", verify.SideFound+"class_out_of_band")
	}
	return sides
}
