package analysis

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

func TestDeployCash(t *testing.T) {
	p := p0()
	p.Positions = p.Positions[:1] // 50,000
	p.Positions = append(p.Positions, position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "300", "100", "30000", "0.0003"))
	p.Cash[0].Amount = dec("20000")
	in := input(t, p)
	in.Constraints = whole()
	r := analyze(t, in)
	wantProposals(t, r, "deploy_cash: buy VTI 40 10000.00, buy BND 50 5000.00 [] {}")
	wantMoves(t, r, 0, "portfolio_drift: 0.15 > 0", "cash_drag: 0.15 > 0", "excess_cash: 15000.00 > 0.00", "asset_class_weight equity: 0.5 > 0.6",
		"asset_class_weight fixed_income: 0.3 > 0.35", "asset_class_weight cash: 0.2 > 0.05")

	// The emergency fund is not idle: 3 months of 5,000 leave 5,000.
	p.MonthlyExpenses = decPtr("5000")
	in = input(t, p)
	in.Constraints = whole()
	wantProposals(t, analyze(t, in), "deploy_cash: buy VTI 14 3500.00, buy BND 13 1300.00 [cash_reserve] {}")
}

// What a repayment leaves of the idle cash is what calls for its investment, and what
// it leaves within the limit calls for nothing.
func TestDeployWhatADebtLeaves(t *testing.T) {
	for owed, want := range map[string]string{"2000": "deploy_cash: buy BND 33 3300.00, buy VTI 3 750.00 [] {}", "5500": ""} {
		p := p0()
		p.Positions = []portfolio.Position{p.Positions[0], position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "310", "100", "31000", "0.0003")}
		p.Positions[0].Quantity, p.Cash[0].Amount = dec("232"), dec("11000")
		p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec(owed), InterestRate: decPtr("0.22")}}
		in := input(t, p)
		in.Constraints = whole()
		r := analyze(t, in)
		if want == "" {
			wantProposals(t, r, "pay_down_debt credit_card [] {debt_terms}")
			continue
		}
		wantProposals(t, r, "pay_down_debt credit_card [] {debt_terms}", want)
		wantMoves(t, r, 1, "portfolio_drift: 0.0418367346938775510204081633 > 0.0005102040816326530612244898",
			"cash_drag: 0.0418367346938775510204081633 > 0.0005102040816326530612244898", "excess_cash: 4100.00 > 50.00",
			"asset_class_weight equity: 0.5918367346938775510204081633 > 0.5994897959183673469387755102",
			"asset_class_weight fixed_income: 0.3163265306122448979591836735 > 0.35",
			"asset_class_weight cash: 0.0918367346938775510204081633 > 0.0505102040816326530612244898")
	}
}

func TestRaiseCash(t *testing.T) {
	p := p0()
	p.MonthlyExpenses = decPtr("2500")
	in := input(t, p)
	in.Constraints = whole()
	in.Constraints.MaxTurnover = decPtr("0.03")
	in.Constraints.NoSell = []string{"AAPL"}
	in.Profile.EmergencyFundMonths = decPtr("4") // 10,000: 5,000 are missing, 3,000 may be sold
	r := analyze(t, in)
	if got, want := proposals(r)[1], "raise_cash: sell VTI 12 3000.00 [max_turnover] {taxable_gain}"; got != want {
		t.Errorf("second action %q, want %q", got, want)
	}
	wantMoves(t, r, 1, "emergency_fund_months: 2 > 3.2", "liquidity_ratio: 0.05 > 0.08", "cash_balance: 5000.00 > 8000.00")

	// Money in a retirement account is not free to be spent.
	p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
	for i := range p.Positions {
		p.Positions[i].AccountID = "ira"
	}
	in.Valuation = input(t, p).Valuation
	if got, want := proposals(analyze(t, in))[1], "raise_cash [account_cash] {}"; got != want {
		t.Errorf("second action %q, want %q", got, want)
	}
}

// What has to be sold of a single name in any case fills the reserve first, and
// the rest comes from what there is too much of. Where hardly anything is left for an
// emergency, that is no less urgent than the single name, and its action is the first.
func TestRaiseCashFromSingleNames(t *testing.T) {
	for expenses, want := range map[string][]string{
		"2000": { // 6,000 in three months
			"reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}",
			"rebalance: sell VTI 74 18500.00, buy BND 341 25575.00 [cash_reserve] {taxable_gain}",
		},
		"5000": { // 15,000
			"reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}",
			"raise_cash: sell VTI 8 2000.00 [] {taxable_gain}",
			"rebalance: sell VTI 88 22000.00, buy BND 294 22050.00 [cash_reserve] {taxable_gain}",
		},
		"5100": { // less than one month is left
			"raise_cash: sell AAPL 45 8100.00, sell VTI 9 2250.00 [] {taxable_gain}",
			"rebalance: sell VTI 88 22000.00, buy BND 294 22050.00 [cash_reserve] {taxable_gain}",
		},
	} {
		p := p0()
		p.MonthlyExpenses = decPtr(expenses)
		in := input(t, p)
		in.Constraints = whole()
		r := analyze(t, in)
		wantProposals(t, r, want...)
		if expenses == "2000" {
			wantMoves(t, r, 0, "issuer_weight AAPL: 0.18 > 0.099", "cash_balance: 5000.00 > 13100.00", "emergency_fund_months: 2.5 > 6.55")
		}
	}
}

func TestDeployMoneyMarketFunds(t *testing.T) {
	p := p0()
	p.Positions = []portfolio.Position{p.Positions[0], position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "300", "100", "30000", "0.0003"),
		position("MMF", portfolio.CashEquivalent, "", "20000", "1", "20000", "")}
	p.Cash[0].Amount = dec("0")
	in := input(t, p)
	in.Constraints = whole()
	wantProposals(t, analyze(t, in), "deploy_cash: sell MMF 15000 15000.00, buy VTI 40 10000.00, buy BND 50 5000.00 [] {}")
}

// The proceeds of a short sale are owed, and not invested.
func TestShortProceedsAreNotDeployed(t *testing.T) {
	p := p0()
	p.Positions = []portfolio.Position{p.Positions[0], position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "300", "100", "30000", "0.0003"),
		position("XYZ", portfolio.Equity, "", "-100", "100", "10000", "")}
	p.Cash[0].Amount = dec("30000") // 10,000 of them owed: 100,000 in all
	in := input(t, p)
	in.Constraints = whole()
	r := analyze(t, in)
	if got := r.Plan.Allocation; !slices.ContainsFunc(got, func(l AllocationLine) bool { return l.Key == cashKey && dec(l.Value).GreaterThanOrEqual(dec("10000")) }) {
		t.Errorf("%q leave %+v", proposals(r), got)
	}
}

func TestRaiseCashForMarginDebt(t *testing.T) {
	p := p0()
	p.Cash[0].Amount = dec("-1000")
	in := input(t, p)
	in.Constraints = whole()
	r := analyze(t, in)
	if got, want := proposals(r)[0], "raise_cash: sell AAPL 6 1080.00 [] {taxable_gain}"; got != want {
		t.Errorf("first action %q, want %q", got, want)
	}
}

// What a money market fund can settle is not borrowed on.
func TestRaiseCashFromMoneyMarketFunds(t *testing.T) {
	for name, tt := range map[string]struct{ units, want string }{
		"enough": {"3000", "raise_cash: sell MMF 1000 1000.00 [] {}"},
		"some":   {"400", "raise_cash: sell MMF 400 400.00, sell AAPL 4 720.00 [] {taxable_gain}"},
	} {
		p := p0()
		p.Cash[0].Amount = dec("-1000")
		p.Positions = append(p.Positions, position("MMF", portfolio.CashEquivalent, "", tt.units, "1", tt.units, ""))
		in := input(t, p)
		in.Constraints = whole()
		if got := proposals(analyze(t, in))[0]; got != tt.want {
			t.Errorf("%s: first action %q, want %q", name, got, tt.want)
		}
	}
}

// A single name that has given all that it has sends the rest of the need on to
// what else there is.
func TestRaiseCashBeyondTheSingleName(t *testing.T) {
	p := p0()
	p.Cash[0].Amount = dec("-5200")
	p.Positions = []portfolio.Position{
		position("COIN", portfolio.Cryptocurrency, "", "50", "100", "5000", ""),
		position("FUND", portfolio.ETF, "", "110", "100", "11000", ""),
	}
	in := input(t, p)
	in.Constraints = whole()
	r := analyze(t, in)
	if got, want := proposals(r)[0], "raise_cash: sell COIN 50 5000.00, sell FUND 2 200.00 [] {}"; got != want {
		t.Errorf("first action %q, want %q", got, want)
	}
}

// A class with more than its target gives what exceeds it before any other, though
// nothing is known of what it cost and another has a loss to realise.
func TestRaiseCashFromWhatIsTooMuch(t *testing.T) {
	p := p0()
	p.Positions = []portfolio.Position{
		withLots(position("VTI", portfolio.ETF, portfolio.ClassEquity, "600", "100", "0", ""), lot("a", "2021-03-01", "600", "120")),
		position("REIT", portfolio.ETF, portfolio.ClassRealEstate, "80", "100", "1", ""),
		position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "270", "100", "27000", ""),
	}
	p.Positions[1].CostBasis = nil
	p.MonthlyExpenses = decPtr("2500")
	in := input(t, p)
	in.Constraints, in.Profile.EmergencyFundMonths = whole(), decPtr("6")
	if got, want := proposals(analyze(t, in))[0], "raise_cash: sell REIT 80 8000.00, sell VTI 20 2000.00 [] {cost_unknown off_target wash_sale_visibility}"; got != want {
		t.Errorf("first action %q, want %q", got, want)
	}
}

// What is sold of a lot for what a single name has too much of, and then for the
// rest of the need, is one sale of it.
func TestALotIsSoldOnceInATrade(t *testing.T) {
	p := p0()
	p.Cash = nil
	p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
	p.Positions = []portfolio.Position{
		withLots(position("AAPL", portfolio.Equity, portfolio.ClassEquity, "120", "100", "0", ""), lot("a", "2021-03-01", "120", "40")),
		position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "880", "100", "88000", ""),
	}
	p.Positions[1].AccountID = "ira"
	p.MonthlyExpenses = decPtr("1000")
	in := input(t, p)
	in.Constraints = whole()
	trade := analyze(t, in).Actions[0].Trades[0]
	if diff := cmp.Diff([]LotSale{{"a", "2021-03-01", "40", "30", "1800.00", "long"}}, trade.Lots); trade.Quantity != "30" || diff != "" {
		t.Errorf("sold %s by lots (-want +got):\n%s", trade.Quantity, diff)
	}
}

// Cash inside a fund is no part of the emergency fund, whatever class it is of.
func TestCashInsideFundsIsNoReserve(t *testing.T) {
	p := p0()
	p.Positions = p.Positions[:1]
	p.Positions[0].Quantity = dec("80") // 20,000
	bonds := position("AGG", portfolio.ETF, portfolio.ClassFixedIncome, "400", "100", "40000", "0.0003")
	bonds.Instrument.Exposures = &portfolio.Exposures{AssetClasses: map[portfolio.AssetClass]decimal.Decimal{
		portfolio.ClassFixedIncome: dec("0.95"), portfolio.ClassCash: dec("0.05"),
	}}
	p.Positions = append(p.Positions, bonds)
	p.Cash[0].Amount = dec("10000")
	p.MonthlyExpenses = decPtr("2500")
	in := input(t, p)
	in.Profile.EmergencyFundMonths = decPtr("4")
	in.Constraints = whole()
	r := analyze(t, in)
	for _, line := range moves(r, Action{Impact: r.Plan.Impact}) {
		if strings.HasPrefix(line, FactEmergencyFund) {
			t.Errorf("%q move %s", proposals(r), line)
		}
	}
	wantProposals(t, r, "rebalance: sell AGG 166 16600.00, buy VTI 66 16500.00 [cash_reserve] {}")
}

// wantMove wants one line of an action's impact.
func wantMove(t *testing.T, r *Result, action int, want string) {
	t.Helper()
	if got := moves(r, r.Actions[action]); !slices.Contains(got, want) {
		t.Errorf("impact %q, want %q in it", got, want)
	}
}
