package bedrock

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDefaultCatalogue(t *testing.T) {
	tests := []struct {
		id            string
		input, output int64 // nano-USD per token
		on            string
		state         Lifecycle
	}{
		{"anthropic.claude-3-haiku-20240307-v1:0", 250, 1250, "2026-03-09", Active},
		{"anthropic.claude-3-haiku-20240307-v1:0", 250, 1250, "2026-03-10", Legacy},
		{"anthropic.claude-3-haiku-20240307-v1:0", 250, 1250, "2026-09-09", Legacy},
		{"anthropic.claude-3-haiku-20240307-v1:0", 250, 1250, "2026-11-23", EndOfLife},
		{"us.anthropic.claude-3-haiku-20240307-v1:0", 250, 1250, "2026-11-23", EndOfLife},
		{"anthropic.claude-3-5-haiku-20241022-v1:0", 1000, 5000, "2024-12-02", Active},
		{"anthropic.claude-3-5-haiku-20241022-v1:0", 800, 4000, "2024-12-03", Active},
		{"us.anthropic.claude-haiku-4-5-20251001-v1:0", 1100, 5500, "2026-11-23", Active},
		{"global.anthropic.claude-haiku-4-5-20251001-v1:0", 1000, 5000, "2026-11-23", Active},
		{"arn:aws:bedrock:us-east-2:111122223333:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0", 1100, 5500, "2026-11-23", Active},
	}
	for _, tt := range tests {
		m, ok := DefaultCatalogue().Lookup(tt.id)
		if !ok {
			t.Errorf("%s is not in the catalogue", tt.id)
			continue
		}
		p, err := m.PriceAt(day(tt.on))
		if err != nil {
			t.Errorf("%s on %s: %v", tt.id, tt.on, err)
		}
		if p.Cost(1, 0) != tt.input || p.Cost(0, 1) != tt.output {
			t.Errorf("%s on %s: %d and %d nano-USD per token, want %d and %d", tt.id, tt.on, p.Cost(1, 0), p.Cost(0, 1), tt.input, tt.output)
		}
		if got := m.LifecycleAt(day(tt.on)); got != tt.state {
			t.Errorf("%s on %s is %s, want %s", tt.id, tt.on, got, tt.state)
		}
	}
}

func TestLookupGuessesNothing(t *testing.T) {
	for _, id := range []string{
		"", "claude-3-haiku", "anthropic.claude-3-haiku-20240307-v1", "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
		"anthropic.claude-haiku-4-5-20251001-v1:0", "arn:aws:bedrock:us-east-2:111122223333:application-inference-profile/abc",
	} {
		if m, ok := DefaultCatalogue().Lookup(id); ok {
			t.Errorf("%q is taken for %s", id, m.ID)
		}
	}
}

// A successor is itself known, so that moving to it is one setting.
func TestSuccessorsAreKnown(t *testing.T) {
	for _, m := range DefaultCatalogue().Models() {
		if _, ok := DefaultCatalogue().Lookup(m.Successor); m.Successor != "" && !ok {
			t.Errorf("%s: successor %s is not in the catalogue", m.ID, m.Successor)
		}
	}
}

func TestWarning(t *testing.T) {
	m, _ := DefaultCatalogue().Lookup(DefaultModelID)
	for on, want := range map[string]string{
		"2026-03-09": "",
		"2026-03-10": "anthropic.claude-3-haiku-20240307-v1:0 is legacy since 2026-03-10; AWS may price it higher and refuses accounts that have not used it lately; its end of life is 2026-09-10; the successor is us.anthropic.claude-haiku-4-5-20251001-v1:0",
		"2026-09-10": "anthropic.claude-3-haiku-20240307-v1:0 reached its end of life on 2026-09-10; the successor is us.anthropic.claude-haiku-4-5-20251001-v1:0",
	} {
		if got := m.Warning(day(on)); got != want {
			t.Errorf("on %s:\n got %s\nwant %s", on, got, want)
		}
	}
}

func TestPriceBeforeTheFirst(t *testing.T) {
	m, _ := DefaultCatalogue().Lookup(DefaultModelID)
	if _, err := m.PriceAt(day("2024-03-12")); !errors.Is(err, ErrNoPrice) {
		t.Errorf("error is %v, want ErrNoPrice", err)
	}
}

func TestCostIsRoundedUpOnce(t *testing.T) {
	p := Price{Input: 37_500_000, Output: 500_000} // 37.5 and 0.5 nano-USD per token
	for _, tt := range []struct {
		in, out int
		want    int64
	}{{0, 0, 0}, {1, 0, 38}, {2, 0, 75}, {1, 1, 38}, {0, 1, 1}, {3, 2, 114}, {1, plausibleTokens + 1, math.MaxInt64}} {
		if got := p.Cost(tt.in, tt.out); got != tt.want {
			t.Errorf("Cost(%d, %d) is %d, want %d", tt.in, tt.out, got, tt.want)
		}
	}
}

// The cost never falls below the exact one, never exceeds it by a nano-USD,
// and never overflows at any price a catalogue accepts.
func TestCostBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := rapid.Int64Range(1, 1000e9)
		p := Price{Input: price.Draw(t, "input"), Output: price.Draw(t, "output")}
		tokens := rapid.IntRange(0, plausibleTokens)
		in, out := tokens.Draw(t, "in"), tokens.Draw(t, "out")
		exact := int64(in)*p.Input + int64(out)*p.Output // millionths of a nano-USD
		cost := p.Cost(in, out)
		if exact < 0 || cost*1e6 < exact || (cost-1)*1e6 >= exact && cost > 0 {
			t.Fatalf("cost %d of exactly %d", cost, exact)
		}
	})
}

const validModel = `{"id":"m","name":"M","family":"f","context_tokens":10,"max_output_tokens":5,"prefill":true,
"prices":[{"from":"2024-01-01","input":"0.25","output":"1.25"}]}`

func TestParseCatalogueNamesEveryFault(t *testing.T) {
	tests := map[string]struct {
		data  string
		wants []string
	}{
		"not JSON":         {`{`, []string{"unexpected EOF"}},
		"unknown field":    {`{"models":[{"ids":"m"}]}`, []string{`unknown field "ids"`}},
		"a price unquoted": {change(`"input":"0.25"`, `"input":0.25`), []string{"models.prices.input: want a text in quotes (line 2)"}},
		"no whole number":  {change(`"context_tokens":10`, `"context_tokens":1.5`), []string{"models.context_tokens: want a whole number (line 1)"}},
		"no list":          {`{"models":{}}`, []string{"models: want a list"}},
		"no object":        {`[]`, []string{"the file: want an object"}},
		"a text":           {`{"models":["m"]}`, []string{"models: want an object"}},
		"trailing data":    {`{"models":[]} {}`, []string{"data after"}},
		"twice":            {`{"models":[` + validModel + `,` + validModel + `]}`, []string{`models[1] "m"`, "listed twice"}},
		"everything":       {`{"models":[{}]}`, []string{"id is empty", "max_output_tokens", "prices is empty"}},
		"context":          {change(`"context_tokens":10`, `"context_tokens":4`), []string{"context_tokens is smaller"}},
		"free input":       {change(`"input":"0.25"`, `"input":"0"`), []string{`prices[0]: price "0"`}},
		"negative":         {change(`"output":"1.25"`, `"output":"-1"`), []string{`price "-1"`}},
		"finer than nano":  {change(`"input":"0.25"`, `"input":"0.0000000001"`), []string{"nine places"}},
		"huge exponent":    {change(`"input":"0.25"`, `"input":"1e900000000"`), []string{"nine places"}},
		"dear":             {change(`"input":"0.25"`, `"input":"1000.01"`), []string{"at most 1000"}},
		"not a number":     {change(`"input":"0.25"`, `"input":"cheap"`), []string{`"cheap"`}},
		"price date":       {change(`"from":"2024-01-01"`, `"from":"1.1.2024"`), []string{`from "1.1.2024"`}},
		"no price date":    {change(`"from":"2024-01-01",`, ``), []string{"from is empty"}},
		"prices in disorder": {change(`"prices":[`, `"prices":[{"from":"2025-01-01","input":"1","output":"1"},`),
			[]string{"prices[1]", "not after"}},
		"lifecycle in disorder": {change(`"prefill":true`, `"prefill":true,"legacy":"2026-09-10","end_of_life":"2026-03-10"`),
			[]string{"legacy is not before end_of_life"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseCatalogue([]byte(tt.data))
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.wants {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not say %q", err, want)
				}
			}
		})
	}
	if _, err := ParseCatalogue([]byte(`{"models":[` + validModel + `]}`)); err != nil {
		t.Errorf("the valid model: %v", err)
	}
}

// change is a catalogue of the valid model with one part replaced.
func change(old, with string) string {
	if !strings.Contains(validModel, old) {
		panic(old + " is not in the valid model")
	}
	return `{"models":[` + strings.Replace(validModel, old, with, 1) + `]}`
}

func FuzzParseCatalogue(f *testing.F) {
	f.Add(defaultModels)
	f.Add([]byte(`{"models":[` + validModel + `]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseCatalogue(data)
		if err != nil {
			return
		}
		for _, m := range c.Models() {
			p, err := m.PriceAt(day("2999-12-31"))
			if err != nil && !m.Prices[0].From.After(day("2999-12-31")) || p.Cost(plausibleTokens, plausibleTokens) < 0 {
				t.Errorf("%s: %+v, %v", m.ID, p, err)
			}
		}
	})
}
