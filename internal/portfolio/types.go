// Package portfolio holds the caller's data in the field's own terms (FDC3,
// Plaid, FINRA), checks it, and values it in one currency with exact decimals.
//
// It is pure: no clock, no I/O, no other package of this module.
package portfolio

import (
	"cmp"

	"github.com/shopspring/decimal"
)

// Currency is an ISO 4217 code in upper case.
type Currency string

// A Portfolio is everything the caller says an investor owns and owes on one
// day. Amounts are exact; nothing in it has been valued yet (see Value).
type Portfolio struct {
	AsOf         Date
	BaseCurrency Currency
	FXRates      []FXRate
	Accounts     []Account
	Cash         []Cash
	Positions    []Position
	Liabilities  []Liability
	Income       []Income
	// MonthlyExpenses is a flow in the base currency; nil means not told.
	MonthlyExpenses *decimal.Decimal
	PriceHistory    []PriceHistory
	// ExcludeUnconvertible leaves holdings out that no rate converts, and lists
	// them, where they would otherwise be refused. Debts and incomes without a
	// rate are refused in any case.
	ExcludeUnconvertible bool
}

// FXRate says that one unit of From costs Rate units of To.
type FXRate struct {
	From, To Currency
	Rate     decimal.Decimal
	AsOf     Date // zero: the portfolio's own date
}

// TaxTreatment is how gains inside an account are taxed.
type TaxTreatment string

// The tax treatments a caller may name.
const (
	Taxable       TaxTreatment = "taxable"
	TaxDeferred   TaxTreatment = "tax_deferred"
	TaxExempt     TaxTreatment = "tax_exempt"
	TaxAdvantaged TaxTreatment = "tax_advantaged"
)

// Account groups holdings that are taxed alike. A holding without an account
// is treated as taxable.
type Account struct {
	ID           string
	TaxTreatment TaxTreatment
}

// Cash is a balance in one currency; it may be negative (a margin debit).
type Cash struct {
	AccountID string
	Currency  Currency
	Amount    decimal.Decimal
}

// InstrumentType is the legal form of a holding, in Plaid's terms.
type InstrumentType string

// The instrument types a caller may name.
const (
	Equity         InstrumentType = "equity"
	ETF            InstrumentType = "etf"
	MutualFund     InstrumentType = "mutual_fund"
	FixedIncome    InstrumentType = "fixed_income"
	CashEquivalent InstrumentType = "cash_equivalent"
	Cryptocurrency InstrumentType = "cryptocurrency"
	Derivative     InstrumentType = "derivative"
	Commodity      InstrumentType = "commodity"
	RealEstate     InstrumentType = "real_estate"
	OtherType      InstrumentType = "other"
)

// AssetClass is what a holding is exposed to.
type AssetClass string

// The asset classes. Unclassified is never accepted from a caller: it is what
// remains when neither the class, the exposures nor the type tells.
const (
	ClassEquity         AssetClass = "equity"
	ClassFixedIncome    AssetClass = "fixed_income"
	ClassCash           AssetClass = "cash"
	ClassRealEstate     AssetClass = "real_estate"
	ClassCommodity      AssetClass = "commodity"
	ClassCryptocurrency AssetClass = "cryptocurrency"
	ClassAlternative    AssetClass = "alternative"
	ClassOther          AssetClass = "other"
	ClassUnclassified   AssetClass = "unclassified"
)

// InstrumentID names an instrument; at least one member is set.
type InstrumentID struct {
	Ticker, ISIN, CUSIP, FIGI, SEDOL string
}

// Exposures are the look-through shares of a fund, each map's values in 0..1
// with a sum of at most 1; what is missing to 1 is unclassified.
type Exposures struct {
	AssetClasses map[AssetClass]decimal.Decimal
	Sectors      map[string]decimal.Decimal
	Regions      map[string]decimal.Decimal
	Currencies   map[Currency]decimal.Decimal
}

// Instrument describes what is held. Every string in it is untrusted text.
type Instrument struct {
	ID         InstrumentID
	Name       string
	Issuer     string // groups share classes of one company; "" means the instrument itself
	Type       InstrumentType
	AssetClass AssetClass // "" when not told
	Sector     string
	Country    string // ISO 3166-1 alpha-2
	Region     string
	// ExpenseRatio is a fraction of one a year; nil means not told.
	ExpenseRatio *decimal.Decimal
	Exposures    *Exposures
}

// Position is a holding of one instrument in one account.
type Position struct {
	PositionID string
	AccountID  string
	Instrument Instrument
	Quantity   decimal.Decimal // negative: short
	Price      decimal.Decimal // per unit, in Currency
	PriceAsOf  Date            // zero: the portfolio's own date
	Currency   Currency
	// MarketValue is what the custodian says, in Currency; only cross-checked.
	MarketValue *decimal.Decimal
	// CostBasis is the total, in Currency. AverageCost is per unit. At most one
	// of the two is set.
	CostBasis   *decimal.Decimal
	AverageCost *decimal.Decimal
	TaxLots     []TaxLot
}

// TaxLot is one purchase; UnitCost is in the position's currency.
type TaxLot struct {
	LotID      string
	AcquiredOn Date
	Quantity   decimal.Decimal
	UnitCost   decimal.Decimal
}

// LiabilityType is the kind of a debt.
type LiabilityType string

// The liability types a caller may name.
const (
	CreditCard   LiabilityType = "credit_card"
	PersonalLoan LiabilityType = "personal_loan"
	StudentLoan  LiabilityType = "student_loan"
	AutoLoan     LiabilityType = "auto_loan"
	Mortgage     LiabilityType = "mortgage"
	MarginLoan   LiabilityType = "margin_loan"
	OtherDebt    LiabilityType = "other"
)

// Liability is a debt: a stock, with the flow that services it when told.
type Liability struct {
	Type           LiabilityType   // "": not told, see Kind
	Balance        decimal.Decimal // >= 0
	Currency       Currency        // "": the base currency
	InterestRate   *decimal.Decimal
	MonthlyPayment *decimal.Decimal
}

// Kind is the type of the debt, OtherDebt where none is told.
func (l *Liability) Kind() LiabilityType { return cmp.Or(l.Type, OtherDebt) }

// Income is a monthly flow.
type Income struct {
	Type          string
	MonthlyAmount decimal.Decimal
	Currency      Currency // "": the base currency
}

// PriceHistory is a series of daily closes of one position's instrument.
type PriceHistory struct {
	PositionID string // the position's position_id or, without one, its ticker
	Closes     []Close
}

// Close is one day's closing price, in the position's currency.
type Close struct {
	Date  Date
	Price decimal.Decimal
}
