package analysis

import (
	"fmt"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// Trades change nothing about the total, and a repayment takes from it what it
// takes from the debts. No account is overdrawn.
func TestPlanConservesValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		conserves(t, in, mustAnalyzeInput(t, in))
	})
}

func conserves(t fataler, in Input, r *Result) {
	after, want := replay(t, in, r), in.Valuation.Total
	for _, a := range r.Actions {
		want = want.Sub(repaid(r, a))
	}
	if !after.Total.Equal(want) {
		t.Fatalf("total %s, and after the trades %s, want %s", in.Valuation.Total, after.Total, want)
	}
	before := cashOf(in.Valuation)
	for account, cash := range cashOf(after) {
		if cash.IsNegative() && cash.LessThan(before[account]) {
			t.Fatalf("account %q has %s left of %s", account, cash, before[account])
		}
	}
	minor := decimal.New(1, -in.Valuation.Portfolio.BaseCurrency.MinorDigits()) // what is told is rounded
	least := decimal.Min(decimal.Decimal{}, taxableCash(in.Valuation)).Sub(minor)
	if left := taxableCash(after); left.LessThan(least) {
		t.Fatalf("%s is left to settle what an account has borrowed, of %s", left, taxableCash(in.Valuation))
	}
}

func mustAnalyzeInput(t fataler, in Input) *Result {
	r, err := Analyze(in)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return r
}

// beyondReplay reports a figure that the replay of a plan does not tell: it carries no
// costs on, see TestSaleTakesItsCost, and settles in the base currency.
func beyondReplay(code string) bool {
	return code == FactUnrealisedGain || code == FactHarvestableLoss || code == FactCurrencyWeight
}

// The emergency fund stays where it can be spent: whatever a pension holds, taxable
// accounts are left with it or with no less than they had.
func TestReserveStaysAtHand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		before, after := newModel(in), in
		after.Valuation = replay(t, in, mustAnalyzeInput(t, in))
		had, has := decimal.Min(before.freeCash(), before.emergencyReserve()), newModel(after).freeCash()
		if has.LessThan(had) {
			t.Fatalf("%s of %s are left at hand, a reserve of %s", has, before.freeCash(), before.emergencyReserve())
		}
	})
}

// The impact that the last action claims is what an analysis of the traded
// portfolio from scratch finds.
func TestImpactIsThatOfAnalysingAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		r := mustAnalyzeInput(t, in)
		traded := in
		traded.Valuation = replay(t, in, r)
		again := newModel(traded)
		for _, a := range slices.Backward(r.Actions) {
			for _, i := range a.Impact {
				f := factByID(r, i.Fact)
				if beyondReplay(f.Code) {
					continue
				}
				if got, _ := again.value(f.Code, f.Subject); got != i.After || got == i.Before {
					t.Fatalf("%s: %s %s = %s > %s, and analysed again %s", a.Kind, f.Code, f.Subject, i.Before, i.After, got)
				}
			}
			if len(a.Trades) > 0 || !repaid(r, a).IsZero() {
				return
			}
		}
	})
}

// The total is that of the trades, and its impact that of analysing again.
func TestTotalIsThatOfTheActions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		r := mustAnalyzeInput(t, in)
		if r.Plan == nil {
			if len(r.Actions) > 0 {
				t.Fatal("actions without a total")
			}
			return
		}
		sum, trades := map[Side]decimal.Decimal{}, 0
		for _, a := range r.Actions {
			for _, x := range a.Trades {
				sum[x.Side], trades = sum[x.Side].Add(dec(x.Amount)), trades+1
			}
		}
		rounding := decimal.New(int64(trades+1), -in.Valuation.Portfolio.BaseCurrency.MinorDigits())
		for side, told := range map[Side]string{Sell: r.Plan.Sold, Buy: r.Plan.Bought} {
			if sum[side].Sub(dec(told)).Abs().GreaterThan(rounding) {
				t.Fatalf("%s: trades of %s, total of %s", side, sum[side], told)
			}
		}
		traded := in
		traded.Valuation = replay(t, in, r)
		again := newModel(traded)
		for _, i := range r.Plan.Impact {
			f := factByID(r, i.Fact)
			if beyondReplay(f.Code) {
				continue
			}
			if got, _ := again.value(f.Code, f.Subject); got != i.After || i.Before != f.Value {
				t.Fatalf("%s %s = %s > %s, and analysed again %s", f.Code, f.Subject, i.Before, i.After, got)
			}
		}
	})
}

func TestConstraintsHoldAlways(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		c := &in.Constraints
		sides := make(map[string]Side)
		var sold decimal.Decimal
		for _, a := range mustAnalyzeInput(t, in).Actions {
			for _, x := range a.Trades {
				if slices.Contains(c.ExcludeTickers, x.Ticker) || x.Side == Sell && slices.Contains(c.NoSell, x.Ticker) {
					t.Fatalf("%s trades %+v", a.Kind, x)
				}
				whole := c.WholeSharesOnly && !(c.FractionsAsHeld && heldInFractions(in, x.Ticker))
				if whole && !dec(x.Quantity).IsInteger() || !dec(x.Quantity).IsPositive() || dec(x.Amount).LessThan(c.MinTradeAmount) {
					t.Fatalf("%s trades %+v", a.Kind, x)
				}
				if side, met := sides[x.Ticker]; met && side != x.Side {
					t.Fatalf("%s is bought and sold", x.Ticker)
				}
				sides[x.Ticker] = x.Side
				if x.Side == Sell {
					sold = sold.Add(dec(x.Amount))
				} else if x.Holding >= 0 && len(c.ExcludeSectors) > 0 {
					withoutEnergy(t, a, &in.Valuation.Holdings[x.Holding].Instrument)
				}
			}
		}
		cent := dec("0.01").Mul(decimal.NewFromInt(100)) // the amounts are rounded
		if c.MaxTurnover != nil && sold.GreaterThan(c.MaxTurnover.Mul(in.Valuation.Total).Add(cent)) {
			t.Fatalf("sold %s of %s at a turnover of %s", sold, in.Valuation.Total, c.MaxTurnover)
		}
	})
}

// withoutEnergy wants what is bought to be of other sectors for its greater part, and
// its action to tell of the rest.
func withoutEnergy(t fataler, a Action, bought *portfolio.Instrument) {
	var share decimal.Decimal
	if bought.Exposures != nil {
		share = bought.Exposures.Sectors["energy"]
	}
	if bought.Sector == "energy" || share.GreaterThanOrEqual(half) {
		t.Fatalf("%s is of an excluded sector", bought.Ref())
	}
	if share.IsPositive() && !slices.Contains(a.Caveats, CaveatExcludedSector) {
		t.Fatalf("%s: %s holds %s of an excluded sector, which is not said", a.Kind, bought.Ref(), share)
	}
}

func heldInFractions(in Input, ref string) bool {
	return slices.ContainsFunc(in.Valuation.Holdings, func(h portfolio.Holding) bool {
		return h.Instrument.Ref() == ref && (h.Instrument.Type == portfolio.Cryptocurrency || !h.Quantity.IsInteger())
	})
}

// An action cites facts that exist, does what it is for or says what keeps it
// from that, and leaves no drift worse without saying so.
func TestActionsDoWhatTheyAreFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		r := mustAnalyzeInput(t, in)
		for i, a := range r.Actions {
			if a.ID != fmt.Sprintf("A%d", i+1) || a.Evidence[0] != a.Trigger {
				t.Fatalf("action %d is %+v", i, a)
			}
			for _, id := range a.Evidence {
				if factByID(r, id) == nil {
					t.Fatalf("%s cites %s", a.Kind, id)
				}
			}
			if len(a.Trades) == 0 && len(a.Limits) == 0 && repaid(r, a).IsZero() {
				t.Fatalf("%s does nothing and says not why", a.Kind)
			}
			for _, m := range a.Impact {
				f := factByID(r, m.Fact)
				switch {
				case f.Code == FactIssuerWeight && dec(m.After).GreaterThan(dec("0.10")) && len(a.Limits) == 0 &&
					!slices.Contains(a.Caveats, CaveatBeyondLimit):
					t.Fatalf("%s is left at %s", f.Subject, m.After)
				case f.Code == FactPortfolioDrift && a.Kind != ActionHarvestLosses && dec(m.After).GreaterThan(dec(m.Before)) &&
					!slices.Contains(a.Caveats, CaveatOffTarget):
					t.Fatalf("%s: drift %s > %s", a.Kind, m.Before, m.After)
				}
			}
		}
	})
}

// What calls for an action is out of its limit: no figure inside it is told as the
// reason of anything.
func TestTriggersAreOutOfTheirLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := mustAnalyzeInput(t, anyRequest(t))
		for _, a := range r.Actions {
			f := factByID(r, a.Trigger)
			if f.Threshold == "" {
				continue
			}
			off := Compare(dec(f.Value), dec(f.Threshold))
			if f.Code == FactClassDrift {
				off = Compare(dec(f.Value).Abs(), dec(f.Threshold))
			}
			k := slices.IndexFunc(rules, func(x rule) bool { return x.fact == f.Code })
			if rules[k].direction == below {
				off = -off
			}
			if off < 0 {
				t.Fatalf("%s for %s %s = %s, within %s", a.Kind, f.Code, f.Subject, f.Value, f.Threshold)
			}
		}
	})
}

// No action makes the figure worse that called for it.
func TestActionsLessenWhatCallsForThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		if rapid.Bool().Draw(t, "targeted") {
			in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.2"), portfolio.ClassFixedIncome: dec("0.8")}
		}
		r := mustAnalyzeInput(t, in)
		for _, a := range r.Actions {
			for _, x := range a.Impact {
				f := factByID(r, x.Fact)
				k := slices.IndexFunc(rules, func(x rule) bool { return x.fact == f.Code })
				if x.Fact != a.Trigger || k < 0 || f.Code == FactClassDrift {
					continue
				}
				if grows := Compare(dec(x.After), dec(x.Before)); rules[k].direction == above && grows > 0 || rules[k].direction == below && grows < 0 {
					t.Fatalf("%s for %s %s: %s > %s", a.Kind, f.Code, f.Subject, x.Before, x.After)
				}
			}
		}
	})
}

// With every class in its band, no idle cash and no single name, there is
// nothing to rebalance.
func TestNoTradeInsideTheBand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		off := rapid.Int64Range(-500, 500).Draw(t, "basis points of equity")
		cash := rapid.Int64Range(-120, 120).Draw(t, "basis points of cash")
		p := p0()
		p.Cash[0].Amount = decimal.NewFromInt(5000 + cash)
		p.Positions = []portfolio.Position{p.Positions[0], p.Positions[3]}
		p.Positions[0].Price, p.Positions[0].Quantity = one, decimal.NewFromInt(60_000+10*off/2)
		p.Positions[1].Price, p.Positions[1].Quantity = one, decimal.NewFromInt(35_000-10*off/2-cash)
		for i := range p.Positions {
			p.Positions[i].CostBasis = nil
		}
		v, err := portfolio.Value(p)
		if err != nil {
			t.Fatal(err)
		}
		if r := mustAnalyzeInput(t, Input{Valuation: v, Profile: moderate()}); len(r.Actions) > 0 {
			t.Fatalf("%q", proposals(r))
		}
	})
}
