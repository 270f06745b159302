package analysis

import "github.com/shopspring/decimal"

// The kinds of actions: part of the contract, never renamed.
const (
	ActionRaiseCash           = "raise_cash"
	ActionPayDownDebt         = "pay_down_debt"
	ActionReduceConcentration = "reduce_concentration"
	ActionDeployCash          = "deploy_cash"
	ActionLowerRisk           = "lower_risk"
	ActionRebalance           = "rebalance"
	ActionReplaceCostlyFund   = "replace_costly_fund"
	ActionHarvestLosses       = "harvest_losses"
)

// What can keep an action from going all the way (Action.Limits).
const (
	LimitMaxTurnover    = "max_turnover"       // the cap on sales over the whole plan is reached
	LimitNoSell         = "no_sell"            // the caller does not want it sold
	LimitExcludeTickers = "exclude_tickers"    // the caller does not want it traded
	LimitMinTradeAmount = "min_trade_amount"   // a trade would be too small
	LimitWholeShares    = "whole_shares_only"  // a fraction of a share would have to be traded
	LimitMaxTrades      = "max_trades"         // the policy's cap on the trades of one action
	LimitNotTradable    = "not_tradable"       // property and derivatives are not sold by the share
	LimitCoversShort    = "covers_short"       // options were written on it, which its sale would leave uncovered
	LimitContradicted   = "value_contradicted" // its reported value is not that of its quantity and price
	LimitIndivisible    = "cannot_be_divided"  // a whole unit is far more than what is called for
	LimitNoInstrument   = "no_instrument"      // nothing held or on the buy list serves the class
	LimitAccountCash    = "account_cash"       // the money is in accounts where it cannot be used
	LimitCashReserve    = "cash_reserve"       // the cash is needed for the emergency fund or liquidity
	LimitShortProceeds  = "short_proceeds"     // the cash is owed for short positions
	LimitNoCash         = "no_cash"            // there is no more cash
	LimitNothingToSell  = "nothing_to_sell"    // no more holdings that could be sold for this
	LimitMixedFund      = "mixed_fund"         // what is too much is within funds of several classes
	LimitWashSale       = "wash_sale"          // recent purchases disallow a part of the loss
	LimitRiskAssets     = "risk_assets"        // what is at risk and not sold takes up the target's share of it
	LimitIssuerUntold   = "issuer_untold"      // a bond may be a government's, which is no single name
	LimitLeadsAway      = "leads_away"         // to sell more would lead away from the target, and nothing takes the money
)

// What must be said along with an action (Action.Caveats).
const (
	// CaveatWashSale: purchases in accounts that are not told, by a spouse or by reinvestment, within
	// 30 days of a sale at a loss are not visible here.
	CaveatWashSale    = "wash_sale_visibility"
	CaveatTaxableGain = "taxable_gain" // the sale realises gains that are taxed
	CaveatCostUnknown = "cost_unknown" // a taxable sale whose gain is not known
	CaveatDebtTerms   = "debt_terms"   // early repayment may cost a fee
	CaveatOffTarget   = "off_target"   // the plan ends further from its target, by this action
	// CaveatTargetOverruled: it aims at the mix of the risk level, since the target asked for takes more risk.
	CaveatTargetOverruled = "target_overruled"
	// CaveatCostlyPurchase: it buys a fund above the policy's expense ratio.
	CaveatCostlyPurchase = "costly_purchase"
	CaveatBeyondLimit    = "beyond_limit" // the plan ends with a figure out of a limit that held, by this action
	// CaveatExcludedSector: a fund that it buys holds some of what the caller excludes, but mostly other things.
	CaveatExcludedSector = "excluded_sector"
)

// candidateActions lists what may suitably be done, in this order: money for
// emergencies, dear debt, single names, the allocation, fees, taxes. Single names
// come before a debt that cash does not repay, and before cash that is less urgent
// than they are: these have first call on what they and classes above their bands
// bring (decision 160).
// Each action assumes the ones before it; m has its facts built.
//
// Direction and size are decided here and nowhere else. The constraints hold
// over the whole plan: nothing is bought that another action sells, and the
// reverse. An action that is called for but held back altogether stays, without
// trades, and names its limits; those that only serve taxes or fees do not. only
// are the steps to be planned, or nil for all.
func candidateActions(in Input, m *model, only []step) *plan {
	p := onCourse(func(spared decimal.Decimal) *plan { return allActions(in, m, only, spared) })
	p.dropMoot()
	p.warnOfDrift()
	p.warnOfLimits()
	return p
}

// allActions is the plan whose single names are left so much larger; see onCourse.
func allActions(in Input, m *model, only []step, spared decimal.Decimal) *plan {
	p := newPlan(in, m)
	p.only, p.spared = only, spared
	debts := p.dueFromSales()
	if debts.IsPositive() {
		p.spared = decimal.Decimal{} // they repay what is dear
	}
	first := debts.IsPositive() || p.cashCanWait()
	if first {
		p.reduceConcentration(debts)
	}
	p.raiseCash()
	p.payDownDebt()
	if !first {
		p.reduceConcentration(debts)
	}
	p.rebalance()
	p.replaceCostlyFunds()
	p.harvestLosses()
	return p
}
