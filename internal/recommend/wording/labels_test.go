package wording

import (
	"testing"

	"ballast.internal/ballast/internal/analysis"
)

func TestValuesOnTheirOwn(t *testing.T) {
	de := New(Config{Language: "de"})
	for _, c := range []struct{ got, want string }{
		{de.Percent("0.4333333333333333"), "43,3\u00a0%"},
		{de.Percent(""), ""},
		{de.Money("1234567.8", "JPY"), "1.234.568\u00a0JPY"},
		{de.Money("", "EUR"), ""},
		{de.Label("class", "equity"), "Aktien"},
		{de.Label("sector", "own words"), "own words"},
		{New(Config{Language: "ja"}).Label("region", "international"), "国際"},
		{de.Day("2026-11-20"), "20.11.2026"},
		{de.Value(&analysis.Fact{Unit: analysis.Ratio}, "0.18"), "18,0\u00a0%"},
		{de.Value(&analysis.Fact{Unit: analysis.Money, Currency: "EUR"}, "8100"), "8.100,00\u00a0EUR"},
		{de.Value(&analysis.Fact{Unit: analysis.Months}, "5.164"), "5,2"},
		{de.Value(&analysis.Fact{Unit: analysis.Count}, "0.3254"), "0,325"},
		{de.Value(&analysis.Fact{Unit: analysis.Level}, "moderate"), "ausgewogen"},
		{de.Value(&analysis.Fact{Unit: analysis.Count}, "no number"), "no number"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
