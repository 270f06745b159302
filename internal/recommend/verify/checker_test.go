package verify_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/recommend/verify"
)

const (
	testCanary = "quernwhistle"
	testPrompt = "You write the explanations in an investment report. The figures are computed and the actions are decided; you put the actions in order and say in plain words why each fits this investor."
)

// sentence is a line of testdata/*.jsonl, all written for these tests.
type sentence struct {
	Lang   string        `json:"l"`
	Kind   string        `json:"k"` // of the action explained; "" for none
	Text   string        `json:"t"`
	Reason verify.Reason `json:"r"` // in benign.jsonl "", or what a harmless sentence is refused for
}

func sentences(t testing.TB, name string) []sentence {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []sentence
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var s sentence
		if err := json.Unmarshal(sc.Bytes(), &s); err != nil {
			t.Fatalf("%s: %q: %v", name, sc.Text(), err)
		}
		all = append(all, s)
	}
	return all
}

func checker(language string) *verify.Checker {
	return verify.New(verify.Config{
		Language: language, Secrets: verify.NewSecrets(testCanary, testPrompt),
		Known: []string{"AAPL", "VTI", "T", "BRK.B", "Quillbrook Harbour Ltd", "Cash"},
	})
}

func offered(p string) bool { return slices.Contains([]string{"F1", "F2", "F3", "F12", "H1", "H2"}, p) }

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
	if most := len(all) / 7; refused > most {
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
			EvidenceHolding         []string `json:"evidence_holding"`
			Why                     map[string][]string
		}
		if err := json.Unmarshal(data, &book); err != nil {
			t.Fatal(err)
		}
		book.Why[""] = slices.Concat(book.Open, book.Notable, book.Evidence, book.EvidenceHolding)
		c := checker(strings.TrimSuffix(filepath.Base(name), ".json"))
		for theme, why := range book.Why {
			for _, s := range why {
				s = strings.NewReplacer("{F}", "{F1}", "{H}", "{H1}").Replace(s)
				if got := c.Directed(s, sidesOf(kindOf[theme]), offered); got != nil {
					t.Errorf("%s: %q: %v", name, s, got)
				}
			}
		}
	}
}

// kindOf is the kind of action that the emulator has a theme for.
var kindOf = map[string]string{
	"concentration": "reduce_concentration", "reserve": "raise_cash", "debt": "pay_down_debt", "tax": "harvest_losses",
	"cost": "replace_costly_fund", "cash": "deploy_cash", "rebalance": "rebalance", "other": "lower_risk",
}

// TestDirection wants direction to matter only where there is one.
func TestDirection(t *testing.T) {
	const text = "Buy more of {H1} while the position is below its limit."
	if got := checker("en").Text(text, offered); got != nil {
		t.Errorf("without a kind: %v", got)
	}
	want := []verify.Reason{verify.ReasonClaim, verify.ReasonInverted}
	if d := cmp.Diff(want, checker("en").Directed(text, sidesOf("reduce_concentration"), offered)); d != "" {
		t.Error(d)
	}
	if got := checker("en").Directed("The profile does not support buying more of {H1}.", sidesOf("reduce_concentration"), offered); slices.Contains(got, verify.ReasonInverted) {
		t.Errorf("denied: %v", got)
	}
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

func TestReasonsAreInOrder(t *testing.T) {
	got := checker("en").Text("Act now, {F9} is guaranteed at 5%.", offered)
	want := []verify.Reason{verify.ReasonUnknownPlaceholder, verify.ReasonDigit, verify.ReasonPercent,
		verify.ReasonPromise, verify.ReasonUrgency, verify.ReasonUnfamiliar}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestNobodyAllowsPlaceholders(t *testing.T) {
	want := []verify.Reason{verify.ReasonUnknownPlaceholder}
	if d := cmp.Diff(want, checker("en").Text("The finding is {F1}.", nil)); d != "" {
		t.Error(d)
	}
}

func TestUnknownLanguage(t *testing.T) {
	c := checker("sv-SE")
	if got := c.Text("Portföljen följer målet i stort och risken är rimlig för den som sparar länge.", offered); got != nil {
		t.Errorf("Swedish: %v", got)
	}
	if got := c.Text("Avkastningen är guaranteed.", offered); got == nil {
		t.Error("an English promise passed")
	}
}

func TestDigitsAnywhere(t *testing.T) {
	all := sentences(t, "benign.jsonl")
	placeholder := regexp.MustCompile(`\{[FH][0-9]+\}`)
	var digits []rune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.IsNumber(r) {
			digits = append(digits, r)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(all).Draw(t, "sentence")
		digit := rapid.SampledFrom(digits).Draw(t, "digit")
		var places []int
		for i := range s.Text {
			inside := slices.ContainsFunc(placeholder.FindAllStringIndex(s.Text, -1),
				func(m []int) bool { return i > m[0] && i < m[1] })
			if !inside {
				places = append(places, i)
			}
		}
		at := rapid.SampledFrom(places).Draw(t, "place")
		text := s.Text[:at] + string(digit) + s.Text[at:]
		if got := checker(s.Lang).Text(text, offered); !slices.Contains(got, verify.ReasonDigit) {
			t.Fatalf("%q: %v", text, got)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, s := range sentences(f, "hostile.jsonl") {
		f.Add(s.Lang, s.Text, "Quillbrook", testCanary)
	}
	f.Fuzz(func(t *testing.T, language, text, known, canary string) {
		c := verify.New(verify.Config{Language: language, Known: []string{known}, Secrets: verify.NewSecrets(canary, testPrompt)})
		got := c.Text(text, offered)
		if !slices.Equal(got, c.Text(text, offered)) {
			t.Error("not deterministic")
		}
		for _, r := range got {
			if !slices.Contains(verify.Reasons(), r) {
				t.Errorf("reason %q is not in Reasons", r)
			}
		}
	})
}

func BenchmarkText(b *testing.B) {
	c := checker("de")
	const text = "Ein großer Teil des Ergebnisses hängt an {H1}, daher verteilt weniger Gewicht das Risiko. Die Zahl dahinter: {F1}."
	b.ReportAllocs()
	for b.Loop() {
		c.Text(text, offered)
	}
}

// sidesOf is the side of a kind of action, or none.
func sidesOf(kind string) []string {
	if kind == "" {
		return nil
	}
	sides := []string{kind, verify.SideRationale}
	if kind == "rebalance" || kind == "lower_risk" {
		sides = append(sides, verify.SideOver+"equity", verify.SideUnder+"fixed_income")
	}
	return sides
}

// TestNamesOfTheInput wants what the caller calls a holding to be found without
// its capitals, unless the word means something else.
func TestNamesOfTheInput(t *testing.T) {
	c := verify.New(verify.Config{Language: "en", Known: []string{
		"AAPL", "BRK.B", "NOW", "GE", "Quillbrook Harbour Ltd", "Marrowfen Inc.", "Target Corp",
	}})
	for text, want := range map[string][]verify.Reason{
		"More aapl would suit the plan.":                {verify.ReasonTicker},
		"More Aapl would suit the plan.":                {verify.ReasonTicker},
		"More brk.b would suit the plan.":               {verify.ReasonTicker, verify.ReasonObfuscation, verify.ReasonLink},
		"The plan has room for quillbrook harbour.":     {verify.ReasonName},
		"The plan has room for marrowfen.":              {verify.ReasonName},
		"Right now the mix is away from its target.":    nil,
		"The germ of the plan is to spread the risk.":   nil,
		"A harbour in a storm is what a reserve gives.": nil,
	} {
		got := c.Text(text, offered)
		named := slices.Contains(got, verify.ReasonTicker) || slices.Contains(got, verify.ReasonName)
		if want == nil && named || want != nil && !slices.Contains(got, want[0]) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// TestSetApart looks at words that a blank breaks, and at denials that deny
// nothing.
func TestSetApart(t *testing.T) {
	for _, tc := range []struct {
		language, text string
		want           []verify.Reason
	}{
		{"en", "The outcome is guar anteed.", []verify.Reason{verify.ReasonPromise}},
		{"de", "Das Ergebnis ist gar antiert.", []verify.Reason{verify.ReasonPromise}},
		{"en", "The outcome is not guaranteed in any way.", nil},
		{"it", "I risultati passati non garantiscono quelli futuri.", nil},
		{"en", "The outcome is nothing less than guaranteed.", []verify.Reason{verify.ReasonPromise}},
		{"de", "Das ist nichts anderes als garantiert.", []verify.Reason{verify.ReasonPromise}},
		{"fr", "Ce n'est rien de moins que garanti.", []verify.Reason{verify.ReasonPromise}},
		{"ja", "保証されているだけでなく安定しています。", []verify.Reason{verify.ReasonPromise}},
		{"ja", "収益は保証されていません。", nil},
	} {
		got := checker(tc.language).Text(tc.text, offered)
		got = slices.DeleteFunc(got, func(r verify.Reason) bool { return r == verify.ReasonUnfamiliar })
		if !slices.Equal(got, tc.want) {
			t.Errorf("%q: %v, want %v", tc.text, got, tc.want)
		}
	}
}
