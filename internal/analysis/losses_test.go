package analysis

import (
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// A loss down to a price of 0 is a finding and not harvested, with or without lots.
func TestNoHarvestAtAPriceOfZero(t *testing.T) {
	for name, lots := range map[string][]portfolio.TaxLot{
		"whole": nil, "lots": {{LotID: "1", Quantity: dec("100"), UnitCost: dec("90"), AcquiredOn: asOf.AddDays(-500)}},
	} {
		p := p0()
		p.Positions[0].Price, p.Positions[0].TaxLots = dec("0"), lots
		p.Positions[0].Quantity, p.Positions[0].CostBasis = dec("100"), decPtr("9000")
		r := analyze(t, input(t, p))
		ref := p.Positions[0].Instrument.Ref()
		if f := findingOf(r, FindingZeroPrices, ""); f == nil || f.Severity != High || factOf(r, FactHarvestableLoss, ref) != nil {
			t.Errorf("%s: %+v", name, r.Findings)
		}
		for _, a := range r.Actions {
			for _, x := range a.Trades {
				if x.Ticker == ref && x.Side == Sell {
					t.Errorf("%s: %s sells %+v", name, a.Kind, x)
				}
			}
		}
	}
}

// 200 bought at 66 long ago are at 60, and so at a loss of 1,200. What was bought
// of the same in the 30 days before, wherever, disallows its share of it, and what
// is left is told as a loss to harvest from 500 on.
func TestDisallowedLoss(t *testing.T) {
	old, sale := lot("1", "2024-01-15", "200", "66"), portfolio.NewDate(2026, 11, 23)
	for name, tt := range map[string]struct {
		bought            string // on this day
		quantity, account string
		unitCost          string
		want, usable      string
	}{
		"half, as in the reference":             {bought: "2026-11-10", quantity: "100", unitCost: "63", want: "600.00", usable: "600.00"},
		"on the 30th day before":                {bought: "2026-10-24", quantity: "100", unitCost: "63", want: "600.00", usable: "600.00"},
		"on the 31st day before":                {bought: "2026-10-23", quantity: "100", unitCost: "63", want: "-", usable: "1200.00"},
		"on the day":                            {bought: "2026-11-23", quantity: "100", unitCost: "63", want: "600.00", usable: "600.00"},
		"in a pension":                          {bought: "2026-11-10", quantity: "100", unitCost: "63", account: "ira", want: "600.00", usable: "600.00"},
		"a fraction of a share":                 {bought: "2026-11-10", quantity: "0.5", unitCost: "63", want: "3.00", usable: "1197.00"},
		"more than is sold":                     {bought: "2026-11-10", quantity: "300", unitCost: "63", want: "1200.00", usable: "-"},
		"none, where it would be sold as well":  {bought: "2026-11-10", quantity: "100", unitCost: "70", want: "-", usable: "2200.00"},
		"all the same, where it could not be":   {bought: "2026-11-10", quantity: "100", unitCost: "70", account: "ira", want: "600.00", usable: "600.00"},
		"with a gain, by which nothing changes": {bought: "2026-11-10", quantity: "100", unitCost: "50", want: "600.00", usable: "600.00"},
	} {
		t.Run(name, func(t *testing.T) {
			p := inBands(withLots(position("VXUS", portfolio.ETF, portfolio.ClassEquity, "200", "60", "0", ""), old), "168")
			p.AsOf = sale
			p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
			more := withLots(position("VXUS", portfolio.ETF, portfolio.ClassEquity, tt.quantity, "60", "0", ""),
				lot("2", tt.bought, tt.quantity, tt.unitCost))
			more.AccountID = tt.account
			p.Positions = append(p.Positions, more)
			r := analyze(t, input(t, p))
			checkFacts(t, r, []want{
				{FactDisallowedLoss, "VXUS", tt.want}, {FactHarvestableLoss, "VXUS", tt.usable}, {FactHarvestableLoss, SubjectPortfolio, tt.usable}})
			if told := findingOf(r, FindingHarvestableLoss, "VXUS"); told != nil && told.Observed != tt.usable || told == nil && tt.usable != "-" {
				t.Errorf("the finding is %+v, want %s", told, tt.usable)
			}
		})
	}
}

// A loss without lots is one of all its units.
func TestDisallowedLossWithoutLots(t *testing.T) {
	p := inBands(position("VXUS", portfolio.ETF, portfolio.ClassEquity, "200", "60", "13200", ""), "168")
	more := withLots(position("VXUS", portfolio.ETF, portfolio.ClassEquity, "50", "60", "0", ""), lot("2", "2026-11-10", "50", "55"))
	p.Positions = append(p.Positions, more)
	r := analyze(t, input(t, p))
	checkFacts(t, r, []want{{FactHarvestableLoss, "VXUS", "900.00"}, {FactDisallowedLoss, "VXUS", "300.00"}})
}

// What a pension bought within the days of the rule disallows a loss even where the
// plan sells it as well: nothing can be deducted there.
func TestPensionsPurchaseDisallowsThoughSold(t *testing.T) {
	p := p0()
	p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
	p.Positions = []portfolio.Position{
		withLots(position("XYZ", portfolio.Equity, portfolio.ClassEquity, "900", "60", "0", ""), lot("1", "2024-01-15", "900", "66")),
		withLots(position("XYZ", portfolio.Equity, portfolio.ClassEquity, "100", "60", "0", ""), lot("2", "2026-11-10", "100", "63")),
	}
	p.Positions[1].AccountID, p.Cash = "ira", nil
	in := input(t, p)
	in.Constraints = whole()
	want := "reduce_concentration XYZ: sell XYZ 100 6000.00 in ira, sell XYZ 700 42000.00 [leads_away wash_sale] {off_target wash_sale_visibility}"
	if got := proposals(analyze(t, in)); got[0] != want {
		t.Errorf("actions %q, want %q first", got, want)
	}
}
