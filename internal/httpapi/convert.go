package httpapi

import (
	"fmt"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// The defaults of the contract.
const (
	defaultAudience = recommend.AudienceClient
	defaultLanguage = "en"
	defaultMode     = recommend.ModeAuto
	// defaultRecommendations is the most that a reader takes in.
	defaultRecommendations = 5
	// defaultWholeShares: an order for whole shares can be placed everywhere, and one
	// for fractions where they are held already.
	defaultWholeShares = true
)

// converter turns the contract's types into the domain's. What it cannot
// represent there, dates, it records as faults.
type converter struct {
	faults portfolio.Faults
}

func (c *converter) request(r *api.RecommendationRequest) recommend.Request {
	p := c.portfolio(&r.Portfolio)
	p.ExcludeUnconvertible = r.Options != nil && orZero(r.Options.UnconvertibleHoldings) == api.UnconvertibleHoldingsExclude
	return recommend.Request{
		Portfolio:   p,
		Profile:     toProfile(r.InvestorProfile),
		Target:      portfolio.Allocation(toShares[portfolio.AssetClass](r.TargetAllocation)),
		Constraints: toConstraints(r.Constraints),
		Options:     toOptions(r.Options),
	}
}

func (c *converter) portfolio(p *api.Portfolio) portfolio.Portfolio {
	out := portfolio.Portfolio{
		AsOf:            c.date(p.AsOf, "/portfolio/as_of"),
		BaseCurrency:    portfolio.Currency(p.BaseCurrency),
		MonthlyExpenses: p.MonthlyExpenses,
	}
	out.FXRates = convert(p.FXRates, func(i int, x *api.FXRate) portfolio.FXRate {
		return portfolio.FXRate{
			From: portfolio.Currency(x.From), To: portfolio.Currency(x.To), Rate: x.Rate,
			AsOf: c.date(orZero(x.AsOf), "/portfolio/fx_rates/", i, "/as_of"),
		}
	})
	out.Accounts = convert(p.Accounts, func(_ int, a *api.Account) portfolio.Account {
		return portfolio.Account{ID: a.AccountID, TaxTreatment: portfolio.TaxTreatment(or(a.TaxTreatment, api.TaxTreatmentTaxable))}
	})
	out.Cash = convert(p.Cash, func(_ int, b *api.CashBalance) portfolio.Cash {
		return portfolio.Cash{AccountID: orZero(b.AccountID), Currency: portfolio.Currency(b.Currency), Amount: b.Amount}
	})
	out.Positions = convert(p.Positions, c.position)
	out.Liabilities = convert(p.Liabilities, toLiability)
	out.Income = convert(p.Income, func(_ int, x *api.Income) portfolio.Income {
		return portfolio.Income{Type: orZero(x.Type), MonthlyAmount: x.MonthlyAmount, Currency: portfolio.Currency(orZero(x.Currency))}
	})
	out.PriceHistory = convert(p.PriceHistory, c.history)
	return out
}

func (c *converter) position(i int, p *api.Position) portfolio.Position {
	return portfolio.Position{
		PositionID:  orZero(p.PositionID),
		AccountID:   orZero(p.AccountID),
		Instrument:  toInstrument(&p.Instrument),
		Quantity:    p.Quantity,
		Price:       p.Price,
		PriceAsOf:   c.date(orZero(p.PriceAsOf), "/portfolio/positions/", i, "/price_as_of"),
		Currency:    portfolio.Currency(p.Currency),
		MarketValue: p.MarketValue,
		CostBasis:   p.CostBasis,
		AverageCost: p.AverageCost,
		TaxLots: convert(p.TaxLots, func(k int, l *api.TaxLot) portfolio.TaxLot {
			return portfolio.TaxLot{
				LotID: orZero(l.LotID), Quantity: l.Quantity, UnitCost: l.UnitCost,
				AcquiredOn: c.date(l.AcquiredOn, "/portfolio/positions/", i, "/tax_lots/", k, "/acquired_on"),
			}
		}),
	}
}

func (c *converter) history(i int, h *api.PriceHistory) portfolio.PriceHistory {
	return portfolio.PriceHistory{
		PositionID: h.PositionID,
		Closes: convert(h.Closes, func(k int, x *api.Close) portfolio.Close {
			return portfolio.Close{Date: c.date(x.Date, "/portfolio/price_history/", i, "/closes/", k, "/0"), Price: x.Price}
		}),
	}
}

// date reads a date; "" is none. The pointer is only put together for a fault.
func (c *converter) date(s string, pointer ...any) portfolio.Date {
	if s == "" {
		return portfolio.Date{}
	}
	d, err := portfolio.ParseDate(s)
	if err != nil {
		c.faults = append(c.faults, portfolio.Fault{
			Pointer: fmt.Sprint(pointer...), Code: "bad_date", Detail: "The date is not on the calendar, or not from 1900 to 2199.",
		})
	}
	return d
}

func toLiability(_ int, l *api.Liability) portfolio.Liability {
	return portfolio.Liability{
		Type: portfolio.LiabilityType(orZero(l.Type)), Balance: l.Balance, Currency: portfolio.Currency(orZero(l.Currency)),
		InterestRate: l.InterestRate, MonthlyPayment: l.MonthlyPayment,
	}
}

func toInstrument(x *api.Instrument) portfolio.Instrument {
	return portfolio.Instrument{
		ID:         toInstrumentID(&x.ID),
		Name:       orZero(x.Name),
		Issuer:     orZero(x.Issuer),
		Type:       portfolio.InstrumentType(orZero(x.Type)),
		AssetClass: portfolio.AssetClass(orZero(x.AssetClass)),
		Sector:     orZero(x.Sector),
		Country:    orZero(x.Country),
		Region:     orZero(x.Region),

		ExpenseRatio: x.ExpenseRatio,
		Exposures:    toExposures(x.Exposures),
	}
}

func toInstrumentID(x *api.InstrumentID) portfolio.InstrumentID {
	return portfolio.InstrumentID{
		Ticker: orZero(x.Ticker), ISIN: orZero(x.ISIN), CUSIP: orZero(x.CUSIP), FIGI: orZero(x.FIGI), SEDOL: orZero(x.SEDOL),
	}
}

func toExposures(x *api.Exposures) *portfolio.Exposures {
	if x == nil {
		return nil
	}
	return &portfolio.Exposures{
		AssetClasses: toShares[portfolio.AssetClass](x.AssetClasses),
		Sectors:      toShares[string](x.Sectors),
		Regions:      toShares[string](x.Regions),
		Currencies:   toShares[portfolio.Currency](x.Currencies),
	}
}

// toShares gives nil for nil, and an empty map for an empty one: an empty
// target allocation is a fault, an absent one is not.
func toShares[K ~string, M ~map[string]decimal.Decimal](shares *M) map[K]decimal.Decimal {
	if shares == nil {
		return nil
	}
	out := make(map[K]decimal.Decimal, len(*shares))
	for name, share := range *shares {
		out[K(name)] = share
	}
	return out
}

func toProfile(p *api.InvestorProfile) portfolio.Profile {
	if p == nil {
		return portfolio.Profile{}
	}
	tax := orZero(p.Tax)
	return portfolio.Profile{
		Age:                 p.Age,
		RiskTolerance:       portfolio.RiskLevel(orZero(p.RiskTolerance)),
		RiskCapacity:        portfolio.RiskLevel(orZero(p.RiskCapacity)),
		TimeHorizonYears:    p.TimeHorizonYears,
		Objectives:          convert(p.Objectives, func(_ int, o *api.Objective) string { return string(*o) }),
		LiquidityNeeds:      string(orZero(p.LiquidityNeeds)),
		Experience:          string(orZero(p.Experience)),
		EmergencyFundMonths: p.EmergencyFundMonths,
		Tax:                 portfolio.TaxRates{ShortTermRate: tax.ShortTermRate, LongTermRate: tax.LongTermRate},
	}
}

func toConstraints(x *api.Constraints) portfolio.Constraints {
	if x == nil {
		x = &api.Constraints{}
	}
	return portfolio.Constraints{
		ExcludeTickers:  x.ExcludeTickers,
		ExcludeSectors:  x.ExcludeSectors,
		NoSell:          x.NoSell,
		BuyList:         convert(x.BuyList, toCandidate),
		MinTradeAmount:  orZero(x.MinTradeAmount),
		WholeSharesOnly: or(x.WholeSharesOnly, defaultWholeShares),
		FractionsAsHeld: x.WholeSharesOnly == nil,
		MaxTurnover:     x.MaxTurnover,
	}
}

func toCandidate(_ int, x *api.Candidate) portfolio.Candidate {
	return portfolio.Candidate{
		Instrument: toInstrument(&api.Instrument{
			ID: x.ID, Name: x.Name, Issuer: x.Issuer, Type: x.Type, AssetClass: x.AssetClass, Sector: x.Sector,
			Country: x.Country, Region: x.Region, ExpenseRatio: x.ExpenseRatio, Exposures: x.Exposures,
		}),
		Price: x.Price, Currency: portfolio.Currency(orZero(x.Currency)),
	}
}

func toOptions(x *api.Options) recommend.Options {
	if x == nil {
		x = &api.Options{}
	}
	return recommend.Options{
		Audience:           recommend.Audience(or(x.Audience, api.Audience(defaultAudience))),
		Language:           string(or(x.Language, defaultLanguage)),
		MaxRecommendations: or(x.MaxRecommendations, defaultRecommendations),
		Mode:               recommend.Mode(or(x.Mode, api.Mode(defaultMode))),
		Descriptive:        orZero(x.Output) == api.OutputDescriptive,
	}
}

// convert maps a list; no list and an empty one both become nil.
func convert[From, To any](list []From, one func(i int, x *From) To) []To {
	if len(list) == 0 {
		return nil
	}
	out := make([]To, len(list))
	for i := range list {
		out[i] = one(i, &list[i])
	}
	return out
}

func orZero[T any](p *T) T {
	var zero T
	return or(p, zero)
}

func or[T any](p *T, absent T) T {
	if p == nil {
		return absent
	}
	return *p
}
