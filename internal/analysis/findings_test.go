package analysis

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// change is one way to spoil a portfolio that has no findings.
type change func(in *Input, p *portfolio.Portfolio)

// sound is an input without a single finding.
func sound() (Input, *portfolio.Portfolio) {
	fund := func(ticker, region string, class portfolio.AssetClass, price string) portfolio.Position {
		p := position(ticker, portfolio.ETF, class, "10", price, "1000", "0.001")
		p.Instrument.Region, p.Instrument.Sector = region, "broad"
		if class == portfolio.ClassEquity {
			p.Instrument.Exposures = &portfolio.Exposures{Sectors: map[string]decimal.Decimal{
				"technology": dec("0.3"), "financials": dec("0.3"), "health_care": dec("0.3"), "energy": dec("0.1"),
			}}
		}
		return p
	}
	p := &portfolio.Portfolio{
		AsOf: asOf, BaseCurrency: "USD",
		Cash: []portfolio.Cash{{Currency: "USD", Amount: dec("500")}},
		Positions: []portfolio.Position{
			fund("US", "north_america", portfolio.ClassEquity, "400"),
			fund("EU", "europe", portfolio.ClassEquity, "200"),
			fund("BONDS", "north_america", portfolio.ClassFixedIncome, "350"),
		},
	}
	p.Positions[2].Instrument.Sector = "government"
	in := Input{Profile: moderate(), Policy: DefaultPolicy()}
	in.Profile.Age = ptr(56) // the glide path's 60 %
	return in, p
}

// Each case spoils a sound portfolio. Together they cite every line of the
// policy that can become a finding: a threshold that nothing reads would be a
// promise that nothing keeps.
func TestFindings(t *testing.T) {
	cited := map[string]bool{
		// Tested by TestIssuerLines.
		lineWatch: true, lineConcentrated: true, lineHigh: true,
		// At zero no cash is too little, so that only another policy cites it.
		lineLiquidityLow: true,
	}
	first := func(do func(*portfolio.Position)) change {
		return func(_ *Input, p *portfolio.Portfolio) { do(&p.Positions[0]) }
	}
	for _, tt := range []struct {
		name     string
		spoil    change
		want     string // code and subject
		severity Severity
		observed string
	}{
		{"sector", first(func(h *portfolio.Position) {
			h.Instrument.Exposures.Sectors = map[string]decimal.Decimal{"technology": dec("0.9")}
		}), "sector_concentration technology", Low, "0.42"},
		{"region", func(_ *Input, p *portfolio.Portfolio) { p.Positions[1].Instrument.Region = "north_america" },
			"region_concentration north_america", Low, "0.95"},
		{"emerging markets", first(func(h *portfolio.Position) { h.Instrument.Country = "IN"; h.Instrument.Region = "" }),
			"emerging_markets emerging", Low, "0.6666666666666666666666666667"},
		{"home bias", func(_ *Input, p *portfolio.Portfolio) {
			p.Positions[0].Instrument.Country = "US"
			p.Positions[1].Instrument.Country, p.Positions[1].Instrument.Region = "US", "north_america"
		}, "home_bias", Info, "1"},
		{"foreign currency", func(_ *Input, p *portfolio.Portfolio) {
			p.FXRates = []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1")}}
			p.Positions[0].Currency = "EUR"
		}, "foreign_currency EUR", Medium, "0.4"},
		{"base currency", func(_ *Input, p *portfolio.Portfolio) {
			p.FXRates = []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1")}, {From: "CHF", To: "USD", Rate: dec("1")}}
			p.Positions[0].Currency, p.Positions[1].Currency = "EUR", "CHF"
		}, "base_currency_low USD", Low, "0.4"},
		{"nothing in the base currency", func(_ *Input, p *portfolio.Portfolio) {
			p.FXRates = []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1")}}
			p.Cash[0].Currency = "EUR"
			for i := range p.Positions {
				p.Positions[i].Currency = "EUR"
			}
		}, "base_currency_low USD", Low, "0"},
		{"account", func(_ *Input, p *portfolio.Portfolio) {
			p.Accounts = []portfolio.Account{{ID: "a"}, {ID: "b"}}
			p.Cash[0].AccountID = "b"
			for i := range p.Positions {
				p.Positions[i].AccountID = "a"
			}
		}, "account_concentration a", Info, "0.95"},
		{"single account", func(_ *Input, p *portfolio.Portfolio) {
			p.Accounts, p.Cash[0].AccountID = []portfolio.Account{{ID: "a"}, {ID: "empty"}}, "a"
			for i := range p.Positions {
				p.Positions[i].AccountID = "a"
			}
		}, "single_account a", Info, "1"},
		{"single account beside nothing", func(_ *Input, p *portfolio.Portfolio) {
			p.Accounts, p.Cash[0].AccountID = []portfolio.Account{{ID: "a"}, {ID: "empty"}}, "a"
			for i := range p.Positions {
				p.Positions[i].AccountID = "a"
			}
			p.Cash = append(p.Cash, portfolio.Cash{Currency: "USD"}, portfolio.Cash{Currency: "USD", AccountID: "empty"})
		}, "single_account a", Info, "1"},
		{"class", func(_ *Input, p *portfolio.Portfolio) { p.Positions[0].Quantity = dec("15") },
			"class_out_of_band equity", Medium, "0.0666666666666666666666666667"},
		{"drift", func(_ *Input, p *portfolio.Portfolio) { p.Positions[0].Quantity = dec("15") },
			"portfolio_drift", Medium, "0.0666666666666666666666666667"},
		{"class of no target", func(_ *Input, p *portfolio.Portfolio) {
			p.Positions = append(p.Positions, position("GOLD", portfolio.Commodity, "", "1", "700", "700", ""))
		}, "class_out_of_band commodity", Medium, "0.0654205607476635514018691589"},
		{"fees", func(_ *Input, p *portfolio.Portfolio) {
			for i := range p.Positions {
				p.Positions[i].Instrument.ExpenseRatio = decPtr("0.0074")
			}
		}, "portfolio_fees", Medium, "0.00703"},
		{"dear fund", first(func(h *portfolio.Position) { h.Instrument.ExpenseRatio = decPtr("0.0076") }),
			"fund_fees US", Low, "0.0076"},
		{"loss", first(func(h *portfolio.Position) { h.CostBasis = decPtr("4500") }), "harvestable_loss US", Info, "500.00"},
		{"idle cash", func(_ *Input, p *portfolio.Portfolio) { p.Cash[0].Amount = dec("900") },
			"excess_cash", Low, "0.0365384615384615384615384615"},
		{"liquidity", func(in *Input, _ *portfolio.Portfolio) { in.Profile.LiquidityNeeds = "high" }, "low_liquidity", Medium, "0.05"},
		{"some liquidity", func(in *Input, p *portfolio.Portfolio) {
			in.Profile.LiquidityNeeds, p.Cash[0].Amount = "medium", dec("190")
		}, "low_liquidity", Medium, "0.0196078431372549019607843137"},
		{"margin", func(_ *Input, p *portfolio.Portfolio) { p.Cash[0].Amount = dec("-1") }, "margin_debt", Medium, "-1.00"},
		{"emergency fund", func(in *Input, p *portfolio.Portfolio) {
			p.MonthlyExpenses, in.Profile.EmergencyFundMonths = decPtr("250"), decPtr("2.5")
		}, "emergency_fund", Medium, "2"},
		{"hardly an emergency fund", func(_ *Input, p *portfolio.Portfolio) { p.MonthlyExpenses = decPtr("1000") },
			"emergency_fund", High, "0.5"},
		{"dear debt", func(_ *Input, p *portfolio.Portfolio) {
			p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec("10"), InterestRate: decPtr("0.0801")}}
		}, "high_interest_debt credit_card", High, "0.0801"},
		{"much debt", func(_ *Input, p *portfolio.Portfolio) {
			p.Liabilities = []portfolio.Liability{{Type: portfolio.OtherDebt, Balance: dec("6000")}}
		}, "debt_ratio", Medium, "0.6"},
		{"debt service", func(_ *Input, p *portfolio.Portfolio) {
			p.Liabilities = []portfolio.Liability{{Type: portfolio.Mortgage, Balance: dec("60000"), MonthlyPayment: decPtr("500")}}
			p.Income = []portfolio.Income{{MonthlyAmount: dec("1000")}}
		}, "debt_service", Medium, "0.5"},
		{"savings", func(_ *Input, p *portfolio.Portfolio) {
			p.Income, p.MonthlyExpenses = []portfolio.Income{{MonthlyAmount: dec("110")}}, decPtr("100")
		}, "savings_rate", Low, "0.0909090909090909090909090909"},
		{"drawdown", func(_ *Input, p *portfolio.Portfolio) {
			for i := range p.Positions {
				h := closes(100, func() float64 { return 0 })
				for j := range h[50:] {
					h[50+j].Price = dec("75")
				}
				p.PriceHistory = append(p.PriceHistory, portfolio.PriceHistory{PositionID: p.Positions[i].Instrument.ID.Ticker, Closes: h})
			}
		}, "drawdown_above_level", Low, "0.2375"},
		{"glide path", func(in *Input, _ *portfolio.Portfolio) { in.Profile.Age = ptr(70) }, "glide_path", Info, "0.6"},
		{"capacity", func(in *Input, _ *portfolio.Portfolio) {
			in.Profile.RiskTolerance, in.Profile.Objectives = portfolio.Aggressive, []string{"growth"}
		}, "tolerance_above_capacity", High, "aggressive"},
		{"horizon", func(in *Input, _ *portfolio.Portfolio) { in.Profile.TimeHorizonYears = ptr(4) },
			"tolerance_above_horizon", High, "moderate"},
		{"objective above tolerance", func(in *Input, _ *portfolio.Portfolio) {
			in.Profile.Objectives = []string{"aggressive_growth"}
		}, "objective_conflict aggressive_growth", Medium, "moderate"},
		{"objective below tolerance", func(in *Input, _ *portfolio.Portfolio) {
			in.Profile.Objectives = []string{"capital_preservation"}
		}, "objective_conflict capital_preservation", Medium, "moderate"},
		{"liquidity against level", func(in *Input, p *portfolio.Portfolio) {
			in.Profile.RiskTolerance, in.Profile.RiskCapacity = portfolio.Aggressive, portfolio.Aggressive
			in.Profile.LiquidityNeeds = "high"
		}, "liquidity_conflict", Medium, "aggressive"},
		{"target above level", func(in *Input, _ *portfolio.Portfolio) {
			in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.60"), portfolio.ClassCommodity: dec("0.06"), portfolio.ClassFixedIncome: dec("0.34")}
		}, "target_above_level", High, "0.66"},
		{"holdings above level", func(in *Input, p *portfolio.Portfolio) {
			in.Profile.RiskTolerance, in.Target = portfolio.Conservative, nil
			p.Positions = append(p.Positions, position("VTI", portfolio.ETF, portfolio.ClassEquity, "10000", "100", "900000", ""))
		}, "risk_above_level", High, "0.996039603960396039603960396"},
		{"profile", func(in *Input, _ *portfolio.Portfolio) { in.Profile.Age = nil }, "insufficient_profile age", High, ""},
		{"stale price", first(func(h *portfolio.Position) { h.PriceAsOf = asOf.AddDays(-8) }), "stale_prices", Low, "1"},
		{"short history", func(_ *Input, p *portfolio.Portfolio) {
			for i := range p.Positions {
				p.PriceHistory = append(p.PriceHistory, portfolio.PriceHistory{
					PositionID: p.Positions[i].Instrument.ID.Ticker, Closes: closes(59, func() float64 { return 0 }),
				})
			}
		}, "insufficient_history", Info, "59"},
		{"partial history", func(_ *Input, p *portfolio.Portfolio) {
			p.PriceHistory = []portfolio.PriceHistory{{PositionID: "US", Closes: closes(60, func() float64 { return 0 })}}
		}, "insufficient_history", Info, "0.45"},
		{"value mismatch", first(func(h *portfolio.Position) { h.MarketValue = decPtr("4021") }),
			"market_value_mismatch US", Medium, "0.00525"},
		{"value contradicted", first(func(h *portfolio.Position) { h.MarketValue = decPtr("40") }),
			"market_value_mismatch US", High, "0.99"},
		{"rates that disagree", func(_ *Input, p *portfolio.Portfolio) {
			p.FXRates = []portfolio.FXRate{
				{From: "EUR", To: "USD", Rate: dec("1.25")}, {From: "JPY", To: "USD", Rate: dec("0.01")}, {From: "EUR", To: "JPY", Rate: dec("130")},
			}
		}, "fx_rate_mismatch EUR/JPY", Medium, "0.04"},
		{"cost mismatch", first(func(h *portfolio.Position) {
			*h = withLots(*h, lot("a", "2024-01-15", h.Quantity.String(), "100"))
			h.CostBasis = new(h.Quantity.Mul(dec("100.51")))
		}), "cost_basis_mismatch US", Medium, "0.0051"},
		{"average cost mismatch", first(func(h *portfolio.Position) {
			*h = withLots(*h, lot("a", "2024-01-15", h.Quantity.String(), "100"))
			h.CostBasis, h.AverageCost = nil, decPtr("99.49")
		}), "cost_basis_mismatch US", Medium, "0.0051"},
		{"worthless but valued", func(_ *Input, p *portfolio.Portfolio) {
			x := position("X", portfolio.ETF, portfolio.ClassEquity, "1", "0", "0", "0")
			x.MarketValue = decPtr("5")
			p.Positions = append(p.Positions, x)
		}, "market_value_mismatch X", High, "1"},
		{"class unknown", func(_ *Input, p *portfolio.Portfolio) { p.Positions[1].Instrument.AssetClass = "" },
			"class_coverage", Medium, "0.8"},
		{"sector unknown", func(_ *Input, p *portfolio.Portfolio) {
			p.Positions[1].Instrument.Sector, p.Positions[1].Instrument.Exposures = "", nil
		}, "sector_coverage", Info, "0.6666666666666666666666666667"},
		{"cost unknown", first(func(h *portfolio.Position) { h.CostBasis = nil }), "cost_coverage", Info, "0.5789473684210526315789473684"},
		{"fee unknown", first(func(h *portfolio.Position) { h.Instrument.ExpenseRatio = nil }), "expense_coverage", Info, "0.5789473684210526315789473684"},
		{"duplicate", func(_ *Input, p *portfolio.Portfolio) {
			p.Positions[0].Quantity = dec("5")
			p.Positions = append(p.Positions, p.Positions[0])
		}, "duplicate_positions", Info, "1"},
		{"no rate", func(_ *Input, p *portfolio.Portfolio) {
			p.ExcludeUnconvertible = true
			p.Cash = append(p.Cash, portfolio.Cash{Currency: "CHF", Amount: dec("1000")})
		}, "unconvertible_holdings", High, "1"},
		{"price of 0", func(_ *Input, p *portfolio.Portfolio) {
			p.Positions = append(p.Positions, position("X", portfolio.ETF, portfolio.ClassEquity, "100", "0", "9000", "0.0003"))
		}, "zero_prices", High, "1"},
		{"short", func(_ *Input, p *portfolio.Portfolio) {
			p.Positions = append(p.Positions, position("S", portfolio.Equity, portfolio.ClassEquity, "-1", "10", "10", ""))
			p.Positions[0].Price = dec("401")
		}, "short_positions", Medium, "0.001"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, p := sound()
			tt.spoil(&in, p)
			in.Valuation = input(t, p).Valuation
			r := analyze(t, in)
			for _, f := range r.Findings {
				cited[f.Policy] = true
			}
			code, subject, _ := strings.Cut(tt.want, " ")
			f := findingOf(r, code, subject)
			if f == nil {
				t.Fatalf("no finding %s; got %+v", tt.want, r.Findings)
			}
			if f.Severity != tt.severity || f.Observed != tt.observed {
				t.Errorf("severity %s, observed %s; want %s, %s", f.Severity, f.Observed, tt.severity, tt.observed)
			}
		})
	}
	for name, spec := range lineSpecs {
		if spec.kind != paramLine && !cited[name] {
			t.Errorf("no finding cites %s", name)
		}
	}
}

func TestSoundPortfolioHasNoFindings(t *testing.T) {
	in, p := sound()
	in.Valuation = input(t, p).Valuation
	if r := analyze(t, in); len(r.Findings) > 0 {
		t.Errorf("findings: %+v", r.Findings)
	}
}

func TestFindingsAreOrderedAndCiteFacts(t *testing.T) {
	r := analyze(t, input(t, p0()))
	ids := map[string]bool{}
	for _, f := range r.Facts {
		ids[f.ID] = true
	}
	for i, f := range r.Findings {
		if i > 0 && f.Severity.Rank() > r.Findings[i-1].Severity.Rank() {
			t.Errorf("%s is worse than the finding before it", f.ID)
		}
		if len(f.Evidence) == 0 || slices.ContainsFunc(f.Evidence, func(id string) bool { return !ids[id] }) {
			t.Errorf("%s cites %v", f.ID, f.Evidence)
		}
		if f.Text != "" {
			t.Errorf("%s has words: %q", f.ID, f.Text)
		}
	}
}
