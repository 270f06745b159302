package analysis

import (
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// The policy lines. The first word is the topic, and Finding.Policy cites the
// whole name.
const (
	lineWatch           = "concentration.watch"
	lineConcentrated    = "concentration.concentrated"
	lineHigh            = "concentration.high"
	lineSector          = "concentration.sector"
	lineRegion          = "concentration.region"
	lineHomeBias        = "concentration.home_bias"
	lineAccount         = "concentration.account"
	lineEmerging        = "concentration.emerging"
	lineDeveloped       = "concentration.developed"
	lineSingleAccount   = "concentration.single_account"
	lineForeign         = "currency.foreign"
	lineBase            = "currency.base"
	lineAbsoluteBand    = "rebalance.absolute_band"
	lineRelativeBand    = "rebalance.relative_band"
	lineUntargetedBand  = "rebalance.untargeted_band"
	linePortfolioDrift  = "rebalance.portfolio_drift"
	linePortfolioFees   = "fees.portfolio"
	lineFundFees        = "fees.fund"
	linePayback         = "fees.payback_years"
	lineAssumedTax      = "fees.assumed_tax"
	lineHarvestLoss     = "tax.harvest_loss"
	lineHarvestRatio    = "tax.harvest_ratio"
	lineWashSaleDays    = "tax.wash_sale_days"
	lineCashDrag        = "cash.drag"
	lineMargin          = "cash.margin"
	lineLiquidityLow    = "liquidity.low"
	lineLiquidityMid    = "liquidity.medium"
	lineLiquidityHigh   = "liquidity.high"
	lineEmergency       = "emergency.months"
	lineCritical        = "emergency.critical"
	lineHighInterest    = "debt.high_interest"
	lineDebtRatio       = "debt.ratio"
	lineDebtService     = "debt.service"
	lineSavings         = "savings.rate"
	lineDrawdown        = "risk.drawdown"
	lineObservations    = "risk.observations"
	lineRiskCoverage    = "risk.coverage"
	lineTradingDays     = "risk.trading_days"
	lineFreeRate        = "risk.free_rate"
	lineGlideStartAge   = "glide.start_age"
	lineGlideStart      = "glide.start_equity"
	lineGlideEndAge     = "glide.end_age"
	lineGlideEnd        = "glide.end_equity"
	lineGlideTolerance  = "glide.tolerance"
	lineCapacity        = "suitability.capacity"
	lineHorizon         = "suitability.horizon"
	lineObjective       = "suitability.objective"
	lineLiquidityFit    = "suitability.liquidity"
	lineTarget          = "suitability.target"
	lineHoldings        = "suitability.holdings"
	lineProfile         = "suitability.profile"
	lineStaleDays       = "quality.stale_days"
	lineMismatch        = "quality.value_mismatch"
	lineBondAccrual     = "quality.bond_accrual"
	lineContradicted    = "quality.contradicted"
	lineRateMismatch    = "quality.fx_mismatch"
	lineClassCoverage   = "quality.class_coverage"
	lineSectorCoverage  = "quality.sector_coverage"
	lineCountryCoverage = "quality.country_coverage"
	lineCostCoverage    = "quality.cost_coverage"
	lineFeeCoverage     = "quality.expense_coverage"
	lineDuplicates      = "quality.duplicates"
	lineShorts          = "quality.shorts"
	lineUnconvertible   = "quality.unconvertible"
	lineZeroPrices      = "quality.zero_prices"
	lineMaxTrades       = "plan.max_trades"
	linePureShare       = "plan.pure_share"
	lineAlikeShare      = "plan.alike_share"
	lineExcludedShare   = "plan.excluded_share"
	lineMaxSubjects     = "facts.max_subjects"
)

// lineKind says what a line holds.
type lineKind int

const (
	limitLine lineKind = iota // a value and the severity of crossing it
	paramLine                 // a value alone
	flagLine                  // a severity alone
)

// lineSpec is the kind of a line and the range of its value, ends included.
type lineSpec struct {
	kind     lineKind
	max, min int64
	wholeNum bool
	money    bool // in the base currency
}

// mostMoney is the largest amount of a line in money, in any currency.
const mostMoney = 1_000_000_000

// lineSpecs is every line that a policy must have.
var lineSpecs = map[string]lineSpec{
	lineWatch: {max: 1}, lineConcentrated: {max: 1}, lineHigh: {max: 1},
	lineSector: {max: 1}, lineRegion: {max: 1}, lineHomeBias: {max: 1}, lineAccount: {max: 1}, lineEmerging: {max: 1},
	lineDeveloped: {max: 1}, lineSingleAccount: {max: 100, wholeNum: true},
	lineForeign: {max: 1}, lineBase: {max: 1},
	lineAbsoluteBand: {max: 1}, lineRelativeBand: {max: 1}, lineUntargetedBand: {max: 1}, linePortfolioDrift: {max: 1},
	linePortfolioFees: {max: 1}, lineFundFees: {max: 1},
	linePayback:     {kind: paramLine, max: 100},
	lineAssumedTax:  {kind: paramLine, max: 1},
	lineHarvestLoss: {max: mostMoney, money: true}, lineHarvestRatio: {kind: paramLine, max: 1},
	lineWashSaleDays: {kind: paramLine, max: 365, wholeNum: true},
	lineCashDrag:     {max: 1}, lineMargin: {kind: flagLine},
	lineLiquidityLow: {max: 1}, lineLiquidityMid: {max: 1}, lineLiquidityHigh: {max: 1},
	lineEmergency: {max: 120}, lineCritical: {max: 120},
	lineHighInterest: {max: 1}, lineDebtRatio: {max: 10}, lineDebtService: {max: 1}, lineSavings: {max: 1},
	lineDrawdown: {max: 1}, lineObservations: {max: 5000, min: 2, wholeNum: true}, lineRiskCoverage: {max: 1},
	lineTradingDays: {kind: paramLine, max: 366, min: 1, wholeNum: true}, lineFreeRate: {kind: paramLine, max: 1, min: -1},
	lineGlideStartAge: {kind: paramLine, max: 130}, lineGlideStart: {kind: paramLine, max: 1},
	lineGlideEndAge: {kind: paramLine, max: 130}, lineGlideEnd: {kind: paramLine, max: 1}, lineGlideTolerance: {max: 1},
	lineCapacity: {kind: flagLine}, lineHorizon: {kind: flagLine}, lineObjective: {kind: flagLine},
	lineLiquidityFit: {kind: flagLine}, lineTarget: {max: 1}, lineHoldings: {max: 1}, lineProfile: {kind: flagLine},
	lineStaleDays: {max: 3650, wholeNum: true}, lineMismatch: {max: 1}, lineContradicted: {max: 1}, lineRateMismatch: {max: 1},
	lineBondAccrual:   {kind: paramLine, max: 1},
	lineClassCoverage: {max: 1}, lineSectorCoverage: {max: 1}, lineCountryCoverage: {kind: paramLine, max: 1},
	lineCostCoverage: {max: 1}, lineFeeCoverage: {max: 1},
	lineDuplicates: {max: 5000, wholeNum: true}, lineShorts: {max: 1}, lineUnconvertible: {max: 6000, wholeNum: true},
	lineZeroPrices:    {max: 5000, wholeNum: true},
	lineMaxTrades:     {kind: paramLine, max: 5000, min: 1, wholeNum: true},
	linePureShare:     {kind: paramLine, max: 1},
	lineAlikeShare:    {kind: paramLine, max: 1},
	lineExcludedShare: {kind: paramLine, max: 1},
	lineMaxSubjects:   {kind: paramLine, max: 5000, min: 1, wholeNum: true},
}

// ascending are lines of which each must be above the one before.
var ascending = [...][]string{
	{lineWatch, lineConcentrated, lineHigh},
	{lineLiquidityLow, lineLiquidityMid, lineLiquidityHigh},
	{lineCritical, lineEmergency},
	{lineMismatch, lineContradicted},
	{lineGlideStartAge, lineGlideEndAge},
}

func (p *Policy) readLines(lines map[string]lineFile, faults *PolicyError) {
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		if _, ok := lineSpecs[name]; !ok {
			faults.add("lines.%s: unknown", name)
			continue
		}
		p.readLine(name, lines[name], faults)
	}
	for _, name := range slices.Sorted(maps.Keys(lineSpecs)) {
		if _, ok := lines[name]; !ok {
			faults.add("lines.%s: missing", name)
		}
	}
	for _, names := range ascending {
		for i, name := range names[1:] {
			if below := names[i]; !p.lines[below].Value.LessThan(p.lines[name].Value) {
				faults.add("lines.%s: must be above %s", name, below)
			}
		}
	}
}

func (p *Policy) readLine(name string, f lineFile, faults *PolicyError) {
	spec := lineSpecs[name]
	kind := spec.kind
	if (f.Value == nil) != (kind == flagLine) {
		faults.add("lines.%s: a limit or parameter wants a value, a flag none", name)
	}
	known := slices.Contains([]Severity{Info, Low, Medium, High}, f.Severity)
	if known != (kind != paramLine) || !known && f.Severity != "" {
		faults.add("lines.%s: a limit or flag wants a severity, info to high; a parameter none", name)
	}
	if (f.EqualityPasses == nil) != (kind != limitLine) {
		faults.add("lines.%s: a limit wants equality_passes, others do not", name)
	}
	l := Line{Name: name, ByLevel: f.ByLevel, ByCurrency: f.ByCurrency, Severity: f.Severity}
	if f.EqualityPasses != nil {
		l.EqualityPasses = *f.EqualityPasses
	}
	if f.Value != nil {
		l.Value = *f.Value
		spec.check(name, l.Value, faults)
	}
	for _, level := range slices.Sorted(maps.Keys(f.ByLevel)) {
		if levelRank(level) < 0 {
			faults.add("lines.%s: no risk level %q", name, level)
		}
		spec.check(name+"."+string(level), f.ByLevel[level], faults)
	}
	spec.checkCurrencies(name, f.ByCurrency, faults)
	p.lines[name] = l
}

// checkCurrencies wants values by currency of lines in money alone.
func (s lineSpec) checkCurrencies(name string, values map[portfolio.Currency]decimal.Decimal, faults *PolicyError) {
	if len(values) > 0 && !s.money {
		faults.add("lines.%s: no line in money, which alone has by_currency", name)
	}
	for _, currency := range slices.Sorted(maps.Keys(values)) {
		if !currency.Valid() {
			faults.add("lines.%s: no currency %q", name, currency)
		}
		s.check(name+"."+string(currency), values[currency], faults)
	}
}

func (s lineSpec) check(name string, v decimal.Decimal, faults *PolicyError) {
	if v.LessThan(decimal.NewFromInt(s.min)) || v.GreaterThan(decimal.NewFromInt(s.max)) {
		faults.add("lines.%s: %s is not within %d and %d", name, v, s.min, s.max)
	}
	if s.wholeNum && !v.IsInteger() {
		faults.add("lines.%s: %s is not a whole number", name, v)
	}
}

// levelRank orders the risk levels from 0; an unknown one is -1.
func levelRank(level portfolio.RiskLevel) int {
	return slices.Index(portfolio.RiskLevels[:], level)
}
