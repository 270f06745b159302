package portfolio

import "github.com/shopspring/decimal"

// Holding is a valued position. Positions of the same instrument in several
// accounts are several Holdings.
type Holding struct {
	*Position
	Index        int // of the position in Portfolio.Positions
	TaxTreatment TaxTreatment
	Rate         decimal.Decimal // base currency per unit of the position's currency
	UnitPrice    decimal.Decimal // in the base currency, unrounded
	Value        decimal.Decimal // in the base currency, unrounded; negative when short
	// Cost is the total cost in the base currency at today's rate, unrounded;
	// nil when the caller told neither a cost nor lots.
	Cost *decimal.Decimal
}

// CashBalance is a valued cash balance.
type CashBalance struct {
	*Cash
	TaxTreatment TaxTreatment
	Rate         decimal.Decimal
	Value        decimal.Decimal // in the base currency, unrounded
}

// Valuation is the whole portfolio in its base currency, all values unrounded.
type Valuation struct {
	Portfolio *Portfolio
	Holdings  []Holding
	Cash      []CashBalance
	CashTotal decimal.Decimal
	Invested  decimal.Decimal // sum of Holdings' values
	Total     decimal.Decimal // Invested + CashTotal
}
