package portfolio

import "github.com/shopspring/decimal"

// RiskLevel orders investors from short-term savers to aggressive ones; it is
// the scale of tolerance, of capacity and of the model allocations.
type RiskLevel string

// The risk levels, lowest first.
const (
	ShortTerm              RiskLevel = "short_term"
	Conservative           RiskLevel = "conservative"
	ModeratelyConservative RiskLevel = "moderately_conservative"
	Moderate               RiskLevel = "moderate"
	ModeratelyAggressive   RiskLevel = "moderately_aggressive"
	Aggressive             RiskLevel = "aggressive"
)

// RiskLevels lists the levels in ascending order.
var RiskLevels = [...]RiskLevel{ShortTerm, Conservative, ModeratelyConservative, Moderate, ModeratelyAggressive, Aggressive}

// Profile is the investor profile of FINRA Rule 2111(a) and Regulation Best
// Interest. Pointers are nil, and strings empty, where the caller did not tell.
type Profile struct {
	Age                 *int
	RiskTolerance       RiskLevel // willingness
	RiskCapacity        RiskLevel // ability
	TimeHorizonYears    *int
	Objectives          []string // capital_preservation, income, balanced, growth, aggressive_growth
	LiquidityNeeds      string   // low, medium, high
	Experience          string   // none, limited, intermediate, extensive
	EmergencyFundMonths *decimal.Decimal
	Tax                 TaxRates
}

// TaxRates are marginal rates as fractions of one; nil means not told.
type TaxRates struct {
	ShortTermRate *decimal.Decimal
	LongTermRate  *decimal.Decimal
}

// Constraints bound what may be proposed; they hold always.
type Constraints struct {
	ExcludeTickers  []string // neither bought nor sold
	ExcludeSectors  []string // not bought
	NoSell          []string // tickers never sold
	BuyList         []Candidate
	MinTradeAmount  decimal.Decimal // in the base currency
	WholeSharesOnly bool
	// FractionsAsHeld leaves out of WholeSharesOnly what is held in fractions and
	// cryptocurrencies.
	FractionsAsHeld bool
	MaxTurnover     *decimal.Decimal // fraction of total value; nil: no cap
}

// Candidate is an instrument that may be bought. Without a price, and not held
// either, no order for it can be sized, so that it is passed over.
type Candidate struct {
	Instrument
	Price    *decimal.Decimal // per unit, in Currency; nil: not told
	Currency Currency         // "": the base currency
}

// Allocation maps asset classes to shares of the total that sum to one.
type Allocation map[AssetClass]decimal.Decimal
