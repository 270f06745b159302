package wording

import "ballast.internal/ballast/internal/analysis"

// format is how a figure is written.
type format int

const (
	asPercent format = iota // a ratio as a percentage
	asPoints                // a difference of ratios in percentage points
	asNumber                // a plain number
	asMoney
	asMonths
	asDays      // business days
	asPositions // a count of positions
	asReturns   // a count of daily returns
	asLevel     // a risk level
)

// bound is what a fact's threshold means.
type bound int

const (
	unbounded bound = iota
	maximum
	minimum
	band       // a distance from the target, either way
	byCurrency // a minimum for the base currency, else a maximum
)

// form is how a fact is put into words, besides what its message says.
type form struct {
	format format
	terms  string // the vocabulary of the subject; "" for names of the caller's
	bound  bound
	// magnitude leaves the sign of the value to the message's variants above,
	// below and zero.
	magnitude bool
}

// The vocabularies of subjects.
const (
	termClass     = "asset_class"
	termSector    = "sector"
	termRegion    = "region"
	termMarket    = "market"
	termLevel     = "level"
	termLiability = "liability"
	termObjective = "objective"
	termFactor    = "factor"
	termWhole     = "whole" // the portfolio as a subject beside holdings
)

var forms = map[string]form{
	analysis.FactTotalValue:          {format: asMoney},
	analysis.FactRiskLevel:           {format: asLevel},
	analysis.FactClassWeight:         {terms: termClass},
	analysis.FactClassDrift:          {format: asPoints, terms: termClass, bound: band, magnitude: true},
	analysis.FactClassDriftRelative:  {terms: termClass, magnitude: true},
	analysis.FactPortfolioDrift:      {bound: maximum},
	analysis.FactIssuerWeight:        {bound: maximum},
	analysis.FactTopNWeight:          {},
	analysis.FactHHI:                 {format: asNumber},
	analysis.FactHHIInvested:         {format: asNumber},
	analysis.FactEffectiveNumber:     {format: asNumber},
	analysis.FactEffectiveInvested:   {format: asNumber},
	analysis.FactSectorWeight:        {terms: termSector, bound: maximum},
	analysis.FactRegionWeight:        {terms: termRegion, bound: maximum},
	analysis.FactCurrencyWeight:      {bound: byCurrency},
	analysis.FactMarketWeight:        {terms: termMarket, bound: maximum},
	analysis.FactHomeBias:            {bound: maximum},
	analysis.FactAccountWeight:       {bound: maximum},
	analysis.FactExpenseRatio:        {bound: maximum},
	analysis.FactExpenseInvested:     {},
	analysis.FactAnnualFee:           {format: asMoney},
	analysis.FactFundExpenseRatio:    {bound: maximum},
	analysis.FactUnrealisedGain:      {format: asMoney, terms: termWhole, magnitude: true},
	analysis.FactUnrealisedReturn:    {terms: termWhole, magnitude: true},
	analysis.FactUnrealisedShort:     {format: asMoney, terms: termWhole, magnitude: true},
	analysis.FactUnrealisedLong:      {format: asMoney, terms: termWhole, magnitude: true},
	analysis.FactTaxIfSold:           {format: asMoney},
	analysis.FactHarvestableLoss:     {format: asMoney, terms: termWhole},
	analysis.FactCashBalance:         {format: asMoney, magnitude: true},
	analysis.FactLiquidityRatio:      {bound: minimum},
	analysis.FactExcessCash:          {format: asMoney, magnitude: true},
	analysis.FactCashDrag:            {bound: maximum},
	analysis.FactEmergencyFund:       {format: asMonths, bound: minimum},
	analysis.FactNetWorth:            {format: asMoney, magnitude: true},
	analysis.FactDebtRatio:           {bound: maximum},
	analysis.FactDebtService:         {bound: maximum},
	analysis.FactHighInterestDebt:    {format: asMoney, magnitude: true},
	analysis.FactDebtInterestRate:    {terms: termLiability, bound: maximum},
	analysis.FactSavingsRate:         {bound: minimum, magnitude: true},
	analysis.FactVolatility:          {},
	analysis.FactMaxDrawdown:         {bound: maximum},
	analysis.FactSharpe:              {format: asNumber},
	analysis.FactVaR95:               {format: asMoney},
	analysis.FactGlidePath:           {},
	analysis.FactStalePrices:         {format: asPositions},
	analysis.FactStalePriceDays:      {format: asDays, bound: maximum},
	analysis.FactValueMismatch:       {bound: maximum},
	analysis.FactClassCoverage:       {bound: minimum},
	analysis.FactSectorCoverage:      {bound: minimum},
	analysis.FactCostCoverage:        {bound: minimum},
	analysis.FactExpenseCoverage:     {bound: minimum},
	analysis.FactHistoryCoverage:     {bound: minimum},
	analysis.FactHistoryObservations: {format: asReturns, bound: minimum},
	analysis.FactDuplicatePositions:  {format: asPositions},
	analysis.FactShortExposure:       {},
}

// The variants of a message by the sign of a figure or by its place against a
// threshold.
const (
	variantAbove = "above"
	variantBelow = "below"
	variantZero  = "zero"
	variantEqual = "equal"
)

// findingForms is how the figures of a finding are written where they are not
// those of the fact that is its first evidence.
var findingForms = map[string]form{
	analysis.FindingToleranceCapacity:   {format: asLevel},
	analysis.FindingToleranceHorizon:    {format: asLevel},
	analysis.FindingObjectiveConflict:   {format: asLevel, terms: termObjective},
	analysis.FindingTargetAboveLevel:    {},
	analysis.FindingGlidePath:           {},
	analysis.FindingInsufficientProfile: {terms: termFactor},
}
