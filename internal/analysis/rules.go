package analysis

import (
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// rules is every finding that is a figure against a line of the policy. The
// cluster, fee, currency, market and liquidity rules of the usual portfolio
// "X-rays" are among them, measured against this investor's level, needs and
// target instead of against constants.
var rules = []rule{
	{finding: FindingIssuerConcentration, fact: FactIssuerWeight, line: (*model).issuerLine, evidence: []string{FactUnrealisedGain}},
	{finding: FindingShortConcentration, fact: FactShortIssuerWeight, line: (*model).shortIssuerLine},
	{
		finding: FindingClassDrift, fact: FactClassDrift, line: (*model).driftLine,
		figure: decimal.Decimal.Abs, limit: (*model).band, evidence: []string{FactClassWeight, FactPortfolioDrift},
	},
	{finding: FindingPortfolioDrift, fact: FactPortfolioDrift, line: by(linePortfolioDrift)},
	{finding: FindingSectorConcentration, fact: FactSectorWeight, line: exposed(lineSector)},
	{finding: FindingRegionConcentration, fact: FactRegionWeight, line: exposed(lineRegion)},
	{finding: FindingForeignCurrency, fact: FactCurrencyWeight, line: (*model).foreignLine},
	{finding: FindingBaseCurrency, fact: FactCurrencyWeight, direction: below, line: (*model).baseLine},
	{finding: FindingEmergingMarkets, fact: FactMarketWeight, line: only(marketEmerging, lineEmerging)},
	{finding: FindingDevelopedMarkets, fact: FactMarketWeight, direction: below, line: (*model).developedLine},
	{finding: FindingHomeBias, fact: FactHomeBias, line: by(lineHomeBias)},
	{finding: FindingAccountConcentration, fact: FactAccountWeight, line: by(lineAccount)},
	{finding: FindingPortfolioFees, fact: FactExpenseRatio, line: by(linePortfolioFees), evidence: []string{FactAnnualFee}},
	{finding: FindingFundFees, fact: FactFundExpenseRatio, line: by(lineFundFees)},
	{
		finding: FindingHarvestableLoss, fact: FactHarvestableLoss, line: perHolding(lineHarvestLoss),
		evidence: []string{FactUnrealisedShort, FactUnrealisedLong, FactDisallowedLoss},
	},
	{finding: FindingExcessCash, fact: FactCashDrag, line: by(lineCashDrag), evidence: []string{FactExcessCash, FactEmergencyFund}},
	{finding: FindingLowLiquidity, fact: FactLiquidityRatio, direction: below, line: (*model).needLine},
	{
		finding: FindingEmergencyFund, fact: FactEmergencyFund, direction: below, line: (*model).emergencyLine,
		limit: func(m *model, _ string) decimal.Decimal { return m.emergencyWish() }, evidence: []string{FactCashBalance},
	},
	{finding: FindingHighInterestDebt, fact: FactDebtInterestRate, line: (*model).dearDebtLine, evidence: []string{FactHighInterestDebt}},
	{finding: FindingDebtRatio, fact: FactDebtRatio, line: (*model).debtLine, evidence: []string{FactNetWorth}},
	{finding: FindingDebtService, fact: FactDebtService, line: by(lineDebtService)},
	{finding: FindingSavingsRate, fact: FactSavingsRate, direction: below, line: by(lineSavings)},
	{finding: FindingDrawdown, fact: FactMaxDrawdown, line: by(lineDrawdown), evidence: []string{FactVolatility, FactRiskLevel}},
	{finding: FindingShortHistory, fact: FactHistoryObservations, direction: below, line: by(lineObservations)},
	{finding: FindingShortHistory, fact: FactHistoryCoverage, direction: below, line: by(lineRiskCoverage)},
	{
		finding: FindingValueMismatch, fact: FactValueMismatch, line: (*model).mismatchLine,
		limit: func(m *model, _ string) decimal.Decimal { return m.limit(lineMismatch) },
	},
	{finding: FindingCostMismatch, fact: FactCostMismatch, line: by(lineMismatch)},
	{finding: FindingRateMismatch, fact: FactRateMismatch, line: by(lineRateMismatch)},
	{finding: FindingClassCoverage, fact: FactClassCoverage, direction: below, line: by(lineClassCoverage)},
	{finding: FindingSectorCoverage, fact: FactSectorCoverage, direction: below, line: by(lineSectorCoverage)},
	{finding: FindingCostCoverage, fact: FactCostCoverage, direction: below, line: by(lineCostCoverage)},
	{finding: FindingExpenseCoverage, fact: FactExpenseCoverage, direction: below, line: by(lineFeeCoverage)},
	{finding: FindingDuplicatePositions, fact: FactDuplicatePositions, line: by(lineDuplicates)},
	{finding: FindingShortPositions, fact: FactShortExposure, line: by(lineShorts)},
	{finding: FindingUnconvertible, fact: FactUnconvertible, line: by(lineUnconvertible)},
	{finding: FindingZeroPrices, fact: FactZeroPrices, line: by(lineZeroPrices)},
}

// only applies a line to one subject.
func only(subject, line string) func(*model, string) string {
	return func(_ *model, s string) string {
		if s != subject {
			return ""
		}
		return line
	}
}

// exposed applies a line to real exposures: not to cash and not to what is
// unclassified.
func exposed(line string) func(*model, string) string {
	return func(_ *model, s string) string {
		if s == unclassified || s == cashKey {
			return ""
		}
		return line
	}
}

// perHolding applies a line to each holding but not to their sum.
func perHolding(line string) func(*model, string) string {
	return func(_ *model, s string) string {
		if s == SubjectPortfolio {
			return ""
		}
		return line
	}
}

// issuerLine is the highest of the three lines that an issuer crosses.
func (m *model) issuerLine(issuer string) string {
	weight, _ := m.figure(FactIssuerWeight, issuer)
	return m.concentrationLine(weight)
}

// shortIssuerLine is the same of what is short of an issuer.
func (m *model) shortIssuerLine(issuer string) string {
	weight, _ := m.figure(FactShortIssuerWeight, issuer)
	return m.concentrationLine(weight)
}

func (m *model) concentrationLine(weight decimal.Decimal) string {
	for _, name := range [...]string{lineHigh, lineConcentrated} {
		if crosses(m.policy.Line(name), weight, m.limit(name), above) {
			return name
		}
	}
	return lineWatch
}

// driftLine is the line of the class's band. What is unclassified is a matter
// of coverage, not of drift, and cash that must stay at hand is not too much.
func (m *model) driftLine(class string) string {
	if class == unclassified || class == cashKey && m.mustStay() {
		return ""
	}
	return m.bandLine(class)
}

// mustStay reports whether cash above its target is no more, or not by its band,
// than what must stay at hand.
func (m *model) mustStay() bool {
	drift, _ := m.classDrift(cashKey)
	line := m.policy.Line(m.bandLine(cashKey))
	return drift.IsPositive() && !crosses(line, m.weight(m.idleCash()), m.band(cashKey), above)
}

// foreignLine is the maximum for every currency but the base currency.
func (m *model) foreignLine(currency string) string {
	if currency == unclassified || currency == string(m.base()) {
		return ""
	}
	return lineForeign
}

// baseLine is the minimum for the base currency.
func (m *model) baseLine(currency string) string {
	if currency != string(m.base()) {
		return ""
	}
	return lineBase
}

// developedLine is no line where what is unclassified could lift the developed
// markets to it.
func (m *model) developedLine(market string) string {
	if market != marketDeveloped {
		return ""
	}
	share, _ := m.figure(FactMarketWeight, marketDeveloped)
	unknown, _ := m.figure(FactMarketWeight, unclassified)
	if line := m.policy.Line(lineDeveloped); !crosses(line, share.Add(unknown), line.At(m.level), below) {
		return ""
	}
	return lineDeveloped
}

// needLine is the minimum of cash for the profile's liquidity needs, if told.
func (m *model) needLine(string) string {
	line, _ := m.liquidityLine()
	return line
}

// emergencyLine is the critical line for a fund below it, else the usual one.
// Either way the threshold is the wish.
func (m *model) emergencyLine(string) string {
	months, _ := m.figure(FactEmergencyFund, "")
	critical := m.policy.Line(lineCritical)
	if crosses(critical, months, critical.At(m.level), below) && m.emergencyWish().GreaterThan(critical.At(m.level)) {
		return lineCritical
	}
	return lineEmergency
}

// mismatchLine is the line of a contradiction for a value beyond it, else the usual
// one. Either way the threshold is the tolerance.
func (m *model) mismatchLine(ref string) string {
	if off, _ := m.figure(FactValueMismatch, ref); m.contradicts(off) {
		return lineContradicted
	}
	return lineMismatch
}

// dearDebtLine is no line for what is owed of next to nothing.
func (m *model) dearDebtLine(string) string {
	if m.petty() {
		return ""
	}
	return lineHighInterest
}

// debtLine is no line for a mortgage on a property that is not told: the ratio
// then counts the debt without its asset.
func (m *model) debtLine(string) string {
	mortgaged := slices.ContainsFunc(m.val.Portfolio.Liabilities, func(l portfolio.Liability) bool {
		return l.Type == portfolio.Mortgage
	})
	property := slices.ContainsFunc(m.val.Holdings, func(h portfolio.Holding) bool {
		return h.Instrument.Type == portfolio.RealEstate
	})
	if mortgaged && !property {
		return ""
	}
	return lineDebtRatio
}

// specialFindings are those that are not a figure against a line of its own.
func (m *model) specialFindings() {
	m.marginFindings()
	m.singleAccount()
	m.staleFinding()
	m.glideFinding()
}

// singleAccount observes that everything stands in fewer accounts than the
// policy's, where the caller tells accounts at all.
func (m *model) singleAccount() {
	places, line := m.accounts().parts, m.policy.Line(lineSingleAccount)
	count := decimal.NewFromInt(int64(len(places)))
	if len(m.val.Portfolio.Accounts) == 0 || len(places) == 0 || places[0].key == "" || !crosses(line, count, line.At(m.level), below) {
		return
	}
	m.note(FindingSingleAccount, line, Finding{
		Subject: places[0].key, Observed: count.String(), Threshold: line.At(m.level).String(),
		EqualityPass: line.EqualityPasses, Evidence: m.ids(FactTotalValue, ""),
	})
}

// staleFinding is one for all stale prices, with the stalest as evidence.
func (m *model) staleFinding() {
	count, ok := m.fact(FactStalePrices, "")
	if !ok {
		return
	}
	line := m.policy.Line(lineStaleDays)
	evidence := []string{count.ID}
	for _, f := range m.factsOf(FactStalePriceDays) {
		evidence = append(evidence, f.ID)
	}
	m.note(FindingStalePrices, line, Finding{
		Observed: count.Value, Threshold: line.At(m.level).String(), EqualityPass: line.EqualityPasses, Evidence: evidence,
	})
}

// glideFinding observes an equity share far from that of the glide path:
// |equities over total - path| above the tolerance, in points.
func (m *model) glideFinding() {
	path, ok := m.figure(FactGlidePath, "")
	if !ok {
		return
	}
	line := m.policy.Line(lineGlideTolerance)
	weight := m.weight(m.equity())
	if !crosses(line, weight.Sub(path).Abs(), line.At(m.level), above) {
		return
	}
	m.note(FindingGlidePath, line, Finding{
		Observed: weight.String(), Threshold: path.String(), EqualityPass: line.EqualityPasses,
		Evidence: m.ids(FactGlidePath, "", FactClassWeight, "equity"),
	})
}
