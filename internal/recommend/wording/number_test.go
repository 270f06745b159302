package wording

import (
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

const nb, thin = "\u00a0", "\u202f"

func TestMoney(t *testing.T) {
	for _, tt := range []struct {
		lang, amount string
		currency     portfolio.Currency
		want         string
	}{
		{"en", "8100", "USD", "USD 8,100.00"}, {"en", "-1234567.5", "EUR", "EUR -1,234,567.50"},
		{"en", "2670", "JPY", "JPY 2,670"}, {"en", "-0.001", "USD", "USD 0.00"},
		{"en", "123456789012345678901234.5", "USD", "USD 123,456,789,012,345,678,901,234.50"},
		{"de", "8100", "USD", "8.100,00" + nb + "USD"}, {"fr", "8100", "USD", "8" + thin + "100,00" + nb + "USD"},
		{"es", "8100", "USD", "8100,00" + nb + "USD"}, {"es", "18100", "USD", "18.100,00" + nb + "USD"},
		{"it", "8100", "USD", "8100,00" + nb + "USD"}, {"it", "18100", "USD", "18.100,00" + nb + "USD"},
		{"pt", "8100", "USD", "USD" + nb + "8.100,00"},
		{"nl", "8100", "USD", "USD" + nb + "8.100,00"}, {"ja", "8100", "USD", "8,100.00" + nb + "USD"},
	} {
		if got := catalogueOf(tt.lang).Number.money(decimal.RequireFromString(tt.amount), tt.currency); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.lang, tt.amount, got, tt.want)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, tt := range []struct{ lang, ratio, want string }{
		{"en", "0.18", "18.0 %"}, {"en", "0", "0.0 %"}, {"en", "1", "100.0 %"}, {"en", "-0.26", "-26.0 %"},
		{"en", "0.000267", "0.0267 %"}, {"en", "0.0005", "0.05 %"}, {"en", "0.005", "0.5 %"},
		{"en", "0.0000123456", "0.0012 %"}, {"en", "0.0099996", "1.0 %"}, {"en", "12.5", "1,250.0 %"},
		{"de", "0.18", "18,0" + nb + "%"}, {"fr", "0.18", "18,0" + thin + "%"}, {"es", "0.18", "18,0" + nb + "%"},
		{"it", "0.18", "18,0%"}, {"pt", "0.18", "18,0%"}, {"nl", "0.18", "18,0%"}, {"ja", "0.18", "18.0%"},
	} {
		if got := catalogueOf(tt.lang).Number.percent(decimal.RequireFromString(tt.ratio)); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.lang, tt.ratio, got, tt.want)
		}
	}
}

// TestRate keeps the hundredths in which fees are quoted.
func TestRate(t *testing.T) {
	n := catalogueOf("en").Number
	for ratio, want := range map[string]string{
		"0.0145": "1.45", "0.015": "1.5", "0.229": "22.9", "0.2299": "22.99", "0.08": "8.0", "0.01004": "1.0",
		"0.000333": "0.0333", "0.0075": "0.75", "0": "0.0", "-0.0145": "-1.45",
	} {
		if got := n.rate(decimal.RequireFromString(ratio)); got != want {
			t.Errorf("%s: %q, want %q", ratio, got, want)
		}
	}
}

// TestDistance agrees with the shares that it stands beside.
func TestDistance(t *testing.T) {
	n := catalogueOf("en").Number
	for ratio, want := range map[string]string{
		"0.26": "26.0", "0.00691": "0.7", "0.0005": "0.1", "0.0004": "0.04", "0.000012": "0.0012", "0": "0.0", "-0.00691": "-0.7",
	} {
		if got := n.distance(decimal.RequireFromString(ratio)); got != want {
			t.Errorf("%s: %q, want %q", ratio, got, want)
		}
	}
}

func TestLimit(t *testing.T) {
	n := catalogueOf("en").Number
	for ratio, want := range map[string]string{"0.1": "10 %", "0.0125": "1.25 %", "0": "0 %", "0.005": "0.5 %"} {
		if got := n.limit(decimal.RequireFromString(ratio)); got != want {
			t.Errorf("%s: %q, want %q", ratio, got, want)
		}
	}
}

func TestCounted(t *testing.T) {
	for _, tt := range []struct{ lang, number, want string }{
		{"en", "1", "1 month"}, {"en", "1.5", "1.5 months"}, {"en", "0", "0 months"},
		{"de", "1", "1 Monat"}, {"de", "0.5", "0,5 Monate"}, {"fr", "1.5", "1,5 mois"},
		{"pt", "1.5", "1,5 mês"}, {"pt", "2", "2 meses"},
	} {
		c, d := catalogueOf(tt.lang), decimal.RequireFromString(tt.number)
		if got := c.Number.counted(c.Number.trimmed(d, 1), d, c.Units["months"]); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.lang, tt.number, got, tt.want)
		}
	}
}
