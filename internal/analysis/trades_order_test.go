package analysis

import (
	"strings"
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// Where no gain is taxed, what hangs on one issuer is sold before what is spread over
// many: the fund was sold first, being the largest, and the single names kept.
func TestSingleNamesAreSoldFirstWhereNothingIsTaxed(t *testing.T) {
	for _, tt := range []struct {
		tax  portfolio.TaxTreatment
		want string
	}{
		{portfolio.TaxDeferred, "SAP ALV WORLD"}, {portfolio.TaxExempt, "SAP ALV WORLD"}, {portfolio.Taxable, "WORLD SAP ALV"},
	} {
		p := &portfolio.Portfolio{
			AsOf: asOf, BaseCurrency: "USD", Accounts: []portfolio.Account{{ID: "a", TaxTreatment: tt.tax}},
			Positions: []portfolio.Position{
				position("ALV", portfolio.Equity, portfolio.ClassEquity, "50", "300", "9000", ""),
				position("WORLD", portfolio.ETF, portfolio.ClassEquity, "400", "100", "30000", ""),
				position("SAP", portfolio.Equity, portfolio.ClassEquity, "100", "200", "9000", ""),
			},
		}
		for i := range p.Positions {
			p.Positions[i].AccountID = "a"
		}
		if got := strings.Join(orderOfSales(input(t, p)), " "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.tax, got, tt.want)
		}
	}
}

// A sale leaves no stray: at most a twentieth of the holding and half a percent of the
// total.
func TestSalesLeaveNoStrays(t *testing.T) {
	for _, tt := range []struct{ quantity, price, cash, amount, want string }{
		{"400", "98.2", "960000", "39083.60", "400"}, // two of them would be left
		{"400", "98.2", "960000", "37316", "400"},    // a twentieth
		{"400", "98.2", "960000", "37200", "379"},    // more
		{"20", "2000", "60000", "38000", "19"},       // two percent of the total
	} {
		p := &portfolio.Portfolio{
			AsOf: asOf, BaseCurrency: "USD", Cash: []portfolio.Cash{{Currency: "USD", Amount: dec(tt.cash)}},
			Positions: []portfolio.Position{position("WORLD", portfolio.ETF, portfolio.ClassEquity, tt.quantity, tt.price, "1", "")},
		}
		in := input(t, p)
		in.Constraints = whole()
		m := newModel(in)
		m.buildFacts()
		d := newPlan(in, m).draft()
		d.sell(dec(tt.amount), roundUp, func(*portfolio.Holding) bool { return true })
		if got := d.orders[0].quantity.String(); got != tt.want {
			t.Errorf("of %s at %s for %s: sold %s, want %s", tt.quantity, tt.price, tt.amount, got, tt.want)
		}
	}
}
