package analysis

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/portfolio"
)

// Of the reference's 300 shares in two lots only the first loss is large enough;
// selling its 200 leaves 100 bought 13 days ago, which disallow half of it.
func TestHarvestingAndWashSales(t *testing.T) {
	bonds := position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "300", "75", "22500", "")
	for name, tt := range map[string]struct {
		lots     []portfolio.TaxLot
		turnover string
		want     []string
	}{
		"recent lot disallows half": {
			[]portfolio.TaxLot{lot("1", "2024-01-15", "200", "66"), lot("2", "2026-11-10", "100", "63")}, "",
			[]string{"harvest_losses: sell VXUS 200 12000.00, buy VTI 48 12000.00 [wash_sale] {wash_sale_visibility}"},
		},
		"recent lot leaves too little": {
			[]portfolio.TaxLot{lot("1", "2024-01-15", "160", "66"), lot("2", "2026-11-10", "140", "63")}, "", nil,
		},
		"recent lot is sold as well": {
			[]portfolio.TaxLot{lot("1", "2024-01-15", "200", "66"), lot("2", "2026-11-10", "100", "70")}, "",
			[]string{"harvest_losses: sell VXUS 300 18000.00, buy VTI 72 18000.00 [] {wash_sale_visibility}"},
		},
		"31 days ago": {
			[]portfolio.TaxLot{lot("1", "2024-01-15", "200", "66"), lot("2", "2026-10-23", "100", "63")}, "",
			[]string{"harvest_losses: sell VXUS 200 12000.00, buy VTI 48 12000.00 [] {wash_sale_visibility}"},
		},
		"small in relation": {[]portfolio.TaxLot{lot("1", "2024-01-15", "300", "62")}, "", nil},
		// 111,000 in all. Of 300 bought 19 days ago, what the cap leaves behind
		// replaces as much of what it lets go: of 150 sold all are washed, of 200
		// one hundred, and with the last one none is.
		"half of a recent lot": {[]portfolio.TaxLot{lot("1", "2026-11-04", "300", "70")}, "0.0811", nil},
		"two thirds of a recent lot": {[]portfolio.TaxLot{lot("1", "2026-11-04", "300", "70")}, "0.1082",
			[]string{"harvest_losses: sell VXUS 200 12000.00, buy VTI 48 12000.00 [max_turnover wash_sale] {wash_sale_visibility}"},
		},
		"all of a recent lot": {[]portfolio.TaxLot{lot("1", "2026-11-04", "300", "70")}, "0.17",
			[]string{"harvest_losses: sell VXUS 300 18000.00, buy VTI 72 18000.00 [] {wash_sale_visibility}"},
		},
		// The loss of the lot is 1,200, that of what may be sold of it 300.
		"cap leaves too little": {[]portfolio.TaxLot{lot("1", "2024-01-15", "300", "64")}, "0.0406", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0() // 50,000 and 18,000 of equity, 37,500 of bonds, 5,500 of cash: in their bands
			p.Positions = []portfolio.Position{p.Positions[0], withLots(p.Positions[1], tt.lots...), bonds}
			p.Positions[2].Quantity = dec("500")
			p.Cash[0].Amount = dec("5500")
			in := input(t, inOneRegion(p))
			in.Constraints = whole()
			if tt.turnover != "" {
				in.Constraints.MaxTurnover = decPtr(tt.turnover)
			}
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

// A loss that recent purchases disallow is told of whatever it is realised for.
func TestAnySaleTellsOfWashedLosses(t *testing.T) {
	for name, tt := range map[string]struct{ acquired, want string }{
		"bought within 30 days": {"2026-11-10", "reduce_concentration AAPL: sell AAPL 45 8100.00 [wash_sale] {wash_sale_visibility}"},
		"bought before":         {"2026-10-01", "reduce_concentration AAPL: sell AAPL 45 8100.00 [] {wash_sale_visibility}"},
	} {
		p := p0()
		p.Positions[2] = withLots(p.Positions[2], lot("old", "2024-01-01", "50", "200"), lot("new", tt.acquired, "50", "170"))
		in := input(t, p)
		in.Constraints = whole()
		if got := proposals(analyze(t, in))[0]; got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// What is at a loss itself takes the place of no other loss: it would be sold next.
func TestSubstituteIsNotHarvested(t *testing.T) {
	p := p0()
	// 60,000 of equities, 35,000 of bonds, 5,000 of cash; both stock funds at a loss.
	p.Positions = []portfolio.Position{
		position("VTI", portfolio.ETF, portfolio.ClassEquity, "120", "250", "34000", "0.0003"),
		position("ITOT", portfolio.ETF, portfolio.ClassEquity, "100", "100", "10000", "0.0004"),
		position("VXUS", portfolio.ETF, portfolio.ClassEquity, "200", "100", "25000", "0.0005"),
		position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "350", "100", "35000", "0.0003"),
	}
	in := input(t, inOneRegion(p))
	in.Constraints = whole()
	wantProposals(t, analyze(t, in), "harvest_losses: sell VXUS 200 20000.00, sell VTI 120 30000.00, buy ITOT 500 50000.00 [] {wash_sale_visibility}")
}

// A share of the same issuer is no substitute for a single name.
func TestSubstituteIsAnotherIssuer(t *testing.T) {
	share := func(ticker, issuer string) portfolio.Instrument {
		return portfolio.Instrument{ID: portfolio.InstrumentID{Ticker: ticker}, Type: portfolio.Equity, Issuer: issuer, Region: "global"}
	}
	in := input(t, inOneRegion(p0()))
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
	if diff := cmp.Diff([]string{"VTI", "C"}, got); diff != "" {
		t.Errorf("substitutes (-want +got):\n%s", diff)
	}
}

// The fee of a fund is that of all of its positions, whichever of them tells it.
// What is sold in any account pays before anything is bought.
func TestReplaceCostlyFundThatOnePositionTells(t *testing.T) {
	p := p0()
	dear := position("ARKK", portfolio.ETF, portfolio.ClassEquity, "100", "50", "5000", "0.0115")
	silent := position("ARKK", portfolio.ETF, portfolio.ClassEquity, "20", "50", "900", "")
	silent.AccountID, p.Accounts = "second", []portfolio.Account{{ID: "second"}}
	p.Positions = []portfolio.Position{p.Positions[0], dear, silent, position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "400", "75", "30000", "0.0003")}
	in := input(t, inOneRegion(p))
	in.Constraints = whole()
	in.Profile.Tax = portfolio.TaxRates{ShortTermRate: decPtr("0.30"), LongTermRate: decPtr("0.15")}
	want := "replace_costly_fund ARKK: sell ARKK 100 5000.00, sell ARKK 20 1000.00 in second, " +
		"buy VTI 20 5000.00, buy VTI 4 1000.00 in second [] {taxable_gain}"
	if got := proposals(analyze(t, in)); !slices.Contains(got, want) {
		t.Errorf("actions %q, want %q", got, want)
	}
}

// A cheap fund of one sector is no substitute for a broad one, but for its like.
func TestReplaceCostlyFundByOneAsBroad(t *testing.T) {
	for sector, replaced := range map[string]bool{"": false, "energy": false, "technology": true} {
		p := p0()
		cheap := position("XLK", portfolio.ETF, portfolio.ClassEquity, "200", "250", "50000", "0.0003")
		cheap.Instrument.Sector = "technology"
		dear := position("DEAR", portfolio.ETF, portfolio.ClassEquity, "100", "50", "5000", "0.0115")
		dear.Instrument.Sector = sector
		p.Positions = []portfolio.Position{cheap, dear, position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "400", "75", "30000", "0.0003")}
		in := input(t, inOneRegion(p))
		in.Constraints = whole()
		got := slices.Contains(proposals(analyze(t, in)), "replace_costly_fund DEAR: sell DEAR 100 5000.00, buy XLK 20 5000.00 [] {}")
		if got != replaced {
			t.Errorf("a costly fund of sector %q is replaced: %t, want %t", sector, got, replaced)
		}
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
		// A quarter of 900 is 225, of 1,200 it is 300.
		"rates untold, a small gain": {dear("", "4100"), portfolio.TaxRates{},
			"replace_costly_fund ARKK: sell ARKK 100 5000.00, buy VTI 20 5000.00 [] {taxable_gain}"},
		"rates untold, a gain that costs too much": {dear("", "3800"), portfolio.TaxRates{}, ""},
		"rates untold, nearly all a gain":          {dear("", "100"), portfolio.TaxRates{}, ""},
		"rates untold, sheltered": {dear("ira", "100"), portfolio.TaxRates{},
			"replace_costly_fund ARKK: sell ARKK 100 5000.00 in ira, buy VTI 20 5000.00 in ira [] {}"},
		"no tax": {dear("", "100"), portfolio.TaxRates{ShortTermRate: decPtr("0"), LongTermRate: decPtr("0")},
			"replace_costly_fund ARKK: sell ARKK 100 5000.00, buy VTI 20 5000.00 [] {taxable_gain}"},
		"the short rate alone": {dear("", "3800"), portfolio.TaxRates{ShortTermRate: decPtr("0.10")},
			"replace_costly_fund ARKK: sell ARKK 100 5000.00, buy VTI 20 5000.00 [] {taxable_gain}"},
		"the long rate alone": {dear("", "3800"), portfolio.TaxRates{LongTermRate: decPtr("0.10")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
			p.Positions = []portfolio.Position{p.Positions[0], tt.fund, position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "400", "75", "30000", "0.0003")}
			in := input(t, inOneRegion(p))
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
