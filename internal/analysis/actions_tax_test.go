package analysis

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/portfolio"
)

func TestHarvestingAndWashSales(t *testing.T) {
	bonds := position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "300", "75", "22500", "")
	for name, tt := range map[string]struct {
		lots    []portfolio.TaxLot
		want    []string
		harvest bool
	}{
		"recent lot disallows half": {
			[]portfolio.TaxLot{lot("1", "2024-01-15", "200", "66"), lot("2", "2026-11-10", "100", "63")},
			[]string{"harvest_losses: sell VXUS 200 12000.00, buy VTI 48 12000.00 [wash_sale] {wash_sale_visibility}"}, true,
		},
		"recent lot leaves too little": {
			[]portfolio.TaxLot{lot("1", "2024-01-15", "160", "66"), lot("2", "2026-11-10", "140", "63")}, nil, false,
		},
		"recent lot is sold as well": {
			[]portfolio.TaxLot{lot("1", "2024-01-15", "200", "66"), lot("2", "2026-11-10", "100", "70")},
			[]string{"harvest_losses: sell VXUS 300 18000.00, buy VTI 72 18000.00 [] {wash_sale_visibility}"}, true,
		},
		"31 days ago": {
			[]portfolio.TaxLot{lot("1", "2024-01-15", "200", "66"), lot("2", "2026-10-23", "100", "63")},
			[]string{"harvest_losses: sell VXUS 200 12000.00, buy VTI 48 12000.00 [] {wash_sale_visibility}"}, true,
		},
		"small in relation": {
			[]portfolio.TaxLot{lot("1", "2024-01-15", "300", "62")}, nil, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0() // 50,000 and 18,000 of equity, 37,500 of bonds, 5,500 of cash: in their bands
			p.Positions = []portfolio.Position{p.Positions[0], withLots(p.Positions[1], tt.lots...), bonds}
			p.Positions[2].Quantity = dec("500")
			p.Cash[0].Amount = dec("5500")
			in := input(t, p)
			in.Constraints = whole()
			wantProposals(t, analyze(t, in), tt.want...)
		})
	}
}

func TestHarvestingKeepsOutOfRetirementAccounts(t *testing.T) {
	p := p0()
	p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxExempt}}
	for i := range p.Positions {
		p.Positions[i].AccountID = "ira"
	}
	in := input(t, p)
	in.Constraints = whole()
	in.Constraints.ExcludeTickers = []string{"BND"}
	for _, a := range analyze(t, in).Actions {
		if a.Kind == ActionHarvestLosses {
			t.Errorf("a loss without a tax is harvested: %+v", a)
		}
	}
}

func TestSubstituteIsAnotherIssuer(t *testing.T) {
	share := func(ticker, issuer string) portfolio.Instrument {
		return portfolio.Instrument{ID: portfolio.InstrumentID{Ticker: ticker}, Type: portfolio.Equity, Issuer: issuer}
	}
	in := input(t, p0())
	in.Constraints = whole()
	in.Constraints.BuyList = []portfolio.Candidate{
		{Instrument: share("B", "one"), Price: decPtr("1")}, {Instrument: share("C", "two"), Price: decPtr("1")}}
	m := newModel(in)
	m.buildFacts()
	a := share("A", "One")
	var got []string
	for _, w := range newPlan(in, m).substitutes(&a) {
		got = append(got, w.ref)
	}
	if diff := cmp.Diff([]string{"VTI", "VXUS", "C"}, got); diff != "" {
		t.Errorf("substitutes (-want +got):\n%s", diff)
	}
}

func TestReplaceCostlyFund(t *testing.T) {
	dear := func(account, cost string) portfolio.Position {
		p := position("ARKK", portfolio.ETF, portfolio.ClassEquity, "100", "50", cost, "0.0115")
		p.AccountID = account
		return p
	}
	rates := portfolio.TaxRates{ShortTermRate: decPtr("0.30"), LongTermRate: decPtr("0.15")}
	for name, tt := range map[string]struct {
		fund portfolio.Position
		tax  portfolio.TaxRates
		want string
	}{
		// 5,000 save 56 a year, 280 in five years.
		"no gain":             {dear("", "5000"), rates, "replace_costly_fund ARKK: sell ARKK 100 5000.00, buy VTI 20 5000.00 [] {}"},
		"gain pays back":      {dear("", "4100"), rates, "replace_costly_fund ARKK: sell ARKK 100 5000.00, buy VTI 20 5000.00 [] {taxable_gain}"},
		"gain costs too much": {dear("", "4000"), rates, ""},
		"long gain": {withLots(dear("", "0"), lot("1", "2020-01-02", "100", "32")), rates,
			"replace_costly_fund ARKK: sell ARKK 100 5000.00, buy VTI 20 5000.00 [] {taxable_gain}"},
		"sheltered": {dear("ira", "100"), rates,
			"replace_costly_fund ARKK: sell ARKK 100 5000.00 in ira, buy VTI 20 5000.00 in ira [] {}"},
		"rates untold": {dear("", "100"), portfolio.TaxRates{},
			"replace_costly_fund ARKK: sell ARKK 100 5000.00, buy VTI 20 5000.00 [] {taxable_gain}"},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
			p.Positions = []portfolio.Position{p.Positions[0], tt.fund, position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "400", "75", "30000", "0.0003")}
			in := input(t, p)
			in.Constraints, in.Profile.Tax = whole(), tt.tax
			r := analyze(t, in)
			got := ""
			for i, line := range proposals(r) {
				if r.Actions[i].Kind == ActionReplaceCostlyFund {
					got = line
				}
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
