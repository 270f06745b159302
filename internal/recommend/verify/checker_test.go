package verify_test

import (
	"regexp"
	"slices"
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

func checker(language string) *verify.Checker {
	return verify.New(verify.Config{
		Language: language, Secrets: verify.NewSecrets(testCanary, testPrompt),
		Known: []string{"AAPL", "VTI", "T", "BRK.B", "Quillbrook Harbour Ltd", "Cash"},
	})
}

var offered = verify.Citable{"F1": "", "F2": "", "F3": "", "F12": "", "H1": "", "H2": ""}

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
