package analysis

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

func lot(id, acquired, quantity, unitCost string) portfolio.TaxLot {
	d, err := portfolio.ParseDate(acquired)
	if err != nil {
		panic(err)
	}
	return portfolio.TaxLot{LotID: id, AcquiredOn: d, Quantity: dec(quantity), UnitCost: dec(unitCost)}
}

// withLots replaces a position's cost by lots.
func withLots(p portfolio.Position, lots ...portfolio.TaxLot) portfolio.Position {
	p.CostBasis, p.TaxLots = nil, lots
	return p
}

// Sheltered accounts first, then losses, then long gains by their size in
// relation to cost, then what tells no lots, and short gains last. Where these are
// taxed at no higher rate, all gains are as the long ones.
func TestOrderOfSales(t *testing.T) {
	fund := func(ticker, account string, lots ...portfolio.TaxLot) portfolio.Position {
		p := withLots(position(ticker, portfolio.ETF, portfolio.ClassEquity, "100", "100", "0", ""), lots...)
		p.AccountID = account
		return p
	}
	plain := fund("PLAIN", "")
	plain.CostBasis = decPtr("20000") // at a loss, but nothing tells for how long
	p := &portfolio.Portfolio{
		AsOf: asOf, BaseCurrency: "USD", Accounts: []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}},
		Positions: []portfolio.Position{
			fund("SHORT", "", lot("s", "2026-11-01", "100", "90")),
			fund("MIXED", "", lot("gain", "2020-01-02", "40", "50"), lot("loss", "2026-05-01", "60", "125")),
			plain,
			fund("LONG", "", lot("l", "2020-01-02", "100", "80")),
			fund("IRA", "ira", lot("i", "2026-11-01", "100", "10")),
		},
		Cash: []portfolio.Cash{{Currency: "USD", Amount: dec("1")}},
	}
	byTerm, bySize := "IRA MIXED/loss LONG/l MIXED/gain PLAIN SHORT/s", "IRA MIXED/loss SHORT/s LONG/l MIXED/gain PLAIN"
	for _, tt := range []struct {
		short, long *decimal.Decimal
		want        string
	}{
		{nil, nil, byTerm}, {decPtr("0.32"), decPtr("0.15"), byTerm}, {decPtr("0.25"), nil, byTerm},
		{decPtr("0.25"), decPtr("0.25"), bySize}, {decPtr("0"), decPtr("0.15"), bySize},
	} {
		in := input(t, p)
		in.Profile.Tax = portfolio.TaxRates{ShortTermRate: tt.short, LongTermRate: tt.long}
		if got := strings.Join(orderOfSales(in), " "); got != tt.want {
			t.Errorf("at %v and %v: %s, want %s", tt.short, tt.long, got, tt.want)
		}
	}
}

// orderOfSales names all that may be sold, in order.
func orderOfSales(in Input) (names []string) {
	m := newModel(in)
	m.buildFacts()
	d := newPlan(in, m).draft()
	stakes, _ := d.sellable(func(*portfolio.Holding) bool { return true })
	for _, s := range stakes {
		h := &d.book.val.Holdings[s.holding]
		name := h.Instrument.Ref()
		if s.lot >= 0 {
			name += "/" + h.TaxLots[s.lot].LotID
		}
		names = append(names, name)
	}
	return names
}

// A lot without an id is told by its day and cost, and not by an empty name.
func TestSaleNamesItsLots(t *testing.T) {
	p := p0()
	p.Positions[2] = withLots(p.Positions[2],
		lot("", "2015-06-01", "60", "30"), lot("year", "2025-11-23", "30", "150"), lot("loss", "2026-02-02", "10", "200"))
	in := input(t, p)
	in.Constraints = whole()
	a := analyze(t, in).Actions[0]
	want := []LotSale{
		{"loss", "2026-02-02", "200", "10", "-200.00", "short"},
		{"", "2015-06-01", "30", "35", "5250.00", "long"}, // before "year", which is short until tomorrow
	}
	if diff := cmp.Diff(want, a.Trades[0].Lots); diff != "" {
		t.Errorf("lots (-want +got):\n%s", diff)
	}
	if text, err := json.Marshal(a.Trades[0].Lots); err != nil || strings.Count(string(text), "lot_id") != 1 {
		t.Errorf("%s, %v", text, err)
	}
	if diff := cmp.Diff([]string{CaveatTaxableGain, CaveatWashSale}, a.Caveats); diff != "" {
		t.Errorf("caveats (-want +got):\n%s", diff)
	}
}

// Money does not move between accounts: what is sold in one is invested in it.
func TestMoneyStaysInItsAccount(t *testing.T) {
	p := p0()
	p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}, {ID: "plain", TaxTreatment: portfolio.Taxable}}
	for i, account := range []string{"ira", "plain", "plain", "plain"} {
		p.Positions[i].AccountID = account
	}
	p.Cash[0].AccountID = "plain"
	in := input(t, p)
	in.Constraints = whole()
	r := analyze(t, in)
	wantProposals(t, r,
		"reduce_concentration AAPL: sell AAPL 45 8100.00 in plain [] {taxable_gain}",
		"rebalance: sell VTI 71 17750.00 in ira, buy BND 236 17700.00 in ira, buy BND 108 8100.00 in plain [] {}")
}

func TestBuysTheBroadAndCheap(t *testing.T) {
	fund := func(ticker, sector, fee string) portfolio.Candidate {
		c := portfolio.Candidate{Price: decPtr("10"), Instrument: portfolio.Instrument{
			ID: portfolio.InstrumentID{Ticker: ticker}, Type: portfolio.ETF, AssetClass: portfolio.ClassFixedIncome, Sector: sector,
		}}
		if fee != "" {
			c.ExpenseRatio = decPtr(fee)
		}
		return c
	}
	unpriced := fund("FREE", "", "0")
	unpriced.Price = nil
	single := portfolio.Candidate{Price: decPtr("10"), Instrument: portfolio.Instrument{
		ID: portfolio.InstrumentID{Ticker: "BOND"}, Type: portfolio.FixedIncome,
	}}
	mixed := fund("MIX", "", "0.0001")
	mixed.Exposures = &portfolio.Exposures{AssetClasses: map[portfolio.AssetClass]decimal.Decimal{
		portfolio.ClassEquity: dec("0.6"), portfolio.ClassFixedIncome: dec("0.4")}}
	list := []portfolio.Candidate{single, fund("UNTOLD", "", ""), fund("DEAR", "", "0.004"), fund("GOV", "Government", "0.0003"),
		fund("CORP", "corporate", "0.0001"), fund("CHEAP", "", "0.0002"), unpriced, mixed}
	in := input(t, p0())
	in.Constraints = whole()
	in.Constraints.BuyList, in.Constraints.ExcludeTickers = list, []string{"DEAR"}
	m := newModel(in)
	m.buildFacts()
	var got []string
	for _, w := range newPlan(in, m).wares(portfolio.ClassFixedIncome) {
		got = append(got, w.ref)
	}
	// BND, at the price of GOV and held, comes before it.
	want := []string{"CHEAP", "BND", "GOV", "UNTOLD", "CORP", "BOND"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("on the shelf (-want +got):\n%s", diff)
	}
	r := analyze(t, in)
	if got := r.Actions[1].Trades[1]; got.Ticker != "CHEAP" || got.Holding != -1 || got.Quantity != "2585" {
		t.Errorf("bought %+v", got)
	}
}

// A single name of the buy list never comes to be one that must be watched.
func TestSingleNameStaysBelowTheWatchLine(t *testing.T) {
	p := p0()
	p.Positions = p.Positions[:2]
	in := input(t, p) // 73,000
	in.Constraints = whole()
	in.Constraints.BuyList = []portfolio.Candidate{{Price: decPtr("100"), Instrument: portfolio.Instrument{
		ID: portfolio.InstrumentID{Ticker: "BOND"}, Type: portfolio.FixedIncome}}}
	for _, a := range analyze(t, in).Actions {
		for _, x := range a.Trades {
			if x.Ticker == "BOND" && x.Quantity != "36" { // 3,650 is 5 %
				t.Errorf("bought %+v", x)
			}
		}
	}
}

// A purchase is paid from its own currency first, then from the base currency,
// and no balance goes below zero as long as another has money.
func TestSettlement(t *testing.T) {
	p := &portfolio.Portfolio{
		AsOf: asOf, BaseCurrency: "USD",
		FXRates: []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("2")}, {From: "GBP", To: "USD", Rate: dec("4")}},
		Cash: []portfolio.Cash{{Currency: "USD", Amount: dec("50")}, {Currency: "EUR", Amount: dec("100")},
			{Currency: "GBP", Amount: dec("100")}, {Currency: "USD", Amount: dec("1000"), AccountID: "other"}},
		Positions: []portfolio.Position{position("VTI", portfolio.ETF, portfolio.ClassEquity, "1", "1", "1", "")},
	}
	v := input(t, p).Valuation
	b := newBook(v)
	fund := &portfolio.Instrument{ID: portfolio.InstrumentID{Ticker: "EXS1"}}
	w := &ware{ref: "EXS1", instrument: fund, quote: dec("60"), currency: "EUR", rate: dec("2"), price: dec("120"), holding: -1}
	if spent := b.buy("", w, dec("3")); !spent.Equal(dec("360")) {
		t.Errorf("spent %s", spent)
	}
	var got []string
	for _, c := range b.val.Cash {
		got = append(got, string(c.Currency)+" "+c.Amount.String()+" is "+c.Value.String())
	}
	want := []string{"USD 0 is 0", "EUR 0 is 0", "GBP 72.5 is 290", "USD 1000 is 1000"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("balances (-want +got):\n%s", diff)
	}
	if !b.val.Invested.Add(b.val.CashTotal).Equal(v.Total) || !v.CashTotal.Equal(dec("1650")) || !p.Cash[1].Amount.Equal(dec("100")) {
		t.Error("a purchase changes the total, or the portfolio that it starts from")
	}
}

// Positions of one instrument in one account are sold as one: no part is too
// small for the least trade, and a fraction of each makes a share of both.
func TestPartsAreSoldAsOne(t *testing.T) {
	for _, tt := range []struct{ quantities, costs, want string }{
		{"25 25 25 25", "1250 1250 1250 1250", "reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}"},
		{"20.5 24.5 55", "1025 1225 2750", "reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}"},
		{"33.33 66.67", "1666.67 3333.33", "reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}"}, // to the cent
		// Of two costs each is one of its own.
		{"50 50", "2500 1000", "reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}"},
		{"40 60", "4000 1000", "reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}"},
	} {
		p := p0()
		aapl, costs := p.Positions[2], strings.Fields(tt.costs)
		p.Positions = slices.Delete(p.Positions, 2, 3)
		for i, quantity := range strings.Fields(tt.quantities) {
			part := aapl
			part.Quantity, part.CostBasis = dec(quantity), decPtr(costs[i])
			p.Positions = append(p.Positions, part)
		}
		in := input(t, p)
		in.Constraints = whole()
		in.Constraints.MinTradeAmount = dec("5000")
		if got := proposals(analyze(t, in))[0]; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.quantities, got, tt.want)
		}
	}
}

// Without a tax to save the oldest lot goes first, in whichever order they are
// told.
func TestShelteredLotsAreSoldByAge(t *testing.T) {
	lots := []portfolio.TaxLot{lot("c", "2024-05-01", "30", "90"), lot("a", "2020-01-02", "40", "10"), lot("b", "2021-03-01", "30", "300")}
	for range 2 {
		p := p0()
		p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
		p.Positions[2] = withLots(p.Positions[2], slices.Clone(lots)...)
		p.Positions[2].AccountID = "ira"
		in := input(t, p)
		in.Constraints = whole()
		in.Constraints.MaxTurnover = decPtr("0.081") // 45 of 100
		left := traded(in).Holdings[2]
		if len(left.TaxLots) != 2 || !left.Cost.Equal(dec("10200")) { // 25 at 300 and 30 at 90
			t.Errorf("left: %+v at %s", left.TaxLots, left.Cost)
		}
		slices.Reverse(lots)
	}
}

// What is left of a position has the cost of what is left: that of its lots
// if they make it up, else a share in proportion.
func TestSaleTakesItsCost(t *testing.T) {
	p := p0()
	p.Positions[0] = withLots(p.Positions[0], lot("a", "2020-01-02", "150", "100"), lot("b", "2024-01-02", "50", "240"))
	b := newBook(input(t, p).Valuation)
	b.sell(0, dec("60"), []int{1, 0}) // all of b, and 10 of a
	b.sell(2, dec("45"), nil)
	for i, want := range map[int]string{0: "14000", 1: "19500", 2: "2750"} {
		if got := b.val.Holdings[i].Cost; !got.Equal(dec(want)) {
			t.Errorf("%s cost %s, want %s", b.val.Holdings[i].Instrument.Ref(), got, want)
		}
	}
	if lots := b.val.Holdings[0].TaxLots; len(lots) != 1 || lots[0].LotID != "a" || !lots[0].Quantity.Equal(dec("140")) {
		t.Errorf("lots left: %+v", lots)
	}
	if len(p.Positions[0].TaxLots) != 2 || !p.Positions[0].TaxLots[0].Quantity.Equal(dec("150")) {
		t.Error("the caller's lots have changed")
	}
}

// The books that a plan leaves add up: what is invested, the cash and the total
// are those of their parts, whatever was sold, bought or repaid.
func TestBooksOfThePlanBalance(t *testing.T) {
	in := input(t, p0())
	in.Constraints = whole()
	v := traded(in)
	if !v.Invested.Equal(dec("94950")) || !v.CashTotal.Equal(dec("5050")) {
		t.Fatalf("%s invested and %s in cash, want 94950 and 5050", v.Invested, v.CashTotal)
	}
	rapid.Check(t, func(t *rapid.T) {
		v := traded(anyRequest(t))
		var invested, cash decimal.Decimal
		for i := range v.Holdings {
			invested = invested.Add(v.Holdings[i].Value)
		}
		for i := range v.Cash {
			cash = cash.Add(v.Cash[i].Value)
		}
		if !v.Invested.Equal(invested) || !v.CashTotal.Equal(cash) || !v.Total.Equal(invested.Add(cash)) {
			t.Fatalf("%s invested, %s in cash, %s in all; the parts come to %s and %s", v.Invested, v.CashTotal, v.Total, invested, cash)
		}
	})
}

// traded is the valuation that the plan of a request keeps for itself.
func traded(in Input) *portfolio.Valuation {
	m := newModel(in)
	m.buildFacts()
	return candidateActions(in, m, nil).now.val
}
