package httpapi

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// fromRequest is the way back from the domain: the one body that stands for
// all that say the same. Defaults are told, what is absent is left out, and
// decimals lose their trailing zeros when they are encoded. The generated
// types, and so the encoding, have their members in alphabetical order.
func fromRequest(r *recommend.Request) api.RecommendationRequest {
	return api.RecommendationRequest{
		Portfolio:        fromPortfolio(&r.Portfolio),
		InvestorProfile:  fromProfile(&r.Profile),
		TargetAllocation: fromShares[api.TargetAllocation](map[portfolio.AssetClass]decimal.Decimal(r.Target)),
		Constraints:      fromConstraints(&r.Constraints),
		Options:          fromOptions(r),
	}
}

func fromPortfolio(p *portfolio.Portfolio) api.Portfolio {
	return api.Portfolio{
		AsOf:         p.AsOf.String(),
		BaseCurrency: api.Currency(p.BaseCurrency),
		FXRates: convert(p.FXRates, func(_ int, x *portfolio.FXRate) api.FXRate {
			return api.FXRate{From: string(x.From), To: string(x.To), Rate: x.Rate, AsOf: told(x.AsOf.String())}
		}),
		Accounts: convert(p.Accounts, func(_ int, a *portfolio.Account) api.Account {
			return api.Account{AccountID: a.ID, TaxTreatment: told(api.TaxTreatment(a.TaxTreatment))}
		}),
		Cash: convert(p.Cash, func(_ int, b *portfolio.Cash) api.CashBalance {
			return api.CashBalance{AccountID: told(b.AccountID), Currency: string(b.Currency), Amount: b.Amount}
		}),
		Positions:   convert(p.Positions, fromPosition),
		Liabilities: convert(p.Liabilities, fromLiability),
		Income: convert(p.Income, func(_ int, x *portfolio.Income) api.Income {
			return api.Income{Type: told(x.Type), MonthlyAmount: x.MonthlyAmount, Currency: told(string(x.Currency))}
		}),
		MonthlyExpenses: p.MonthlyExpenses,
		PriceHistory:    convert(p.PriceHistory, fromHistory),
	}
}

func fromPosition(_ int, p *portfolio.Position) api.Position {
	return api.Position{
		PositionID:  told(p.PositionID),
		AccountID:   told(p.AccountID),
		Instrument:  fromInstrument(&p.Instrument),
		Quantity:    p.Quantity,
		Price:       p.Price,
		PriceAsOf:   told(p.PriceAsOf.String()),
		Currency:    string(p.Currency),
		MarketValue: p.MarketValue,
		CostBasis:   p.CostBasis,
		AverageCost: p.AverageCost,
		TaxLots: convert(p.TaxLots, func(_ int, l *portfolio.TaxLot) api.TaxLot {
			return api.TaxLot{LotID: told(l.LotID), AcquiredOn: l.AcquiredOn.String(), Quantity: l.Quantity, UnitCost: l.UnitCost}
		}),
	}
}

func fromLiability(_ int, l *portfolio.Liability) api.Liability {
	return api.Liability{
		Type: told(api.LiabilityType(l.Type)), Balance: l.Balance, Currency: told(string(l.Currency)),
		InterestRate: l.InterestRate, MonthlyPayment: l.MonthlyPayment,
	}
}

func fromHistory(_ int, h *portfolio.PriceHistory) api.PriceHistory {
	out := api.PriceHistory{PositionID: h.PositionID, Closes: []api.Close{}} // required: never null
	for _, x := range h.Closes {
		out.Closes = append(out.Closes, api.Close{Date: x.Date.String(), Price: x.Price})
	}
	return out
}

func fromInstrument(x *portfolio.Instrument) api.Instrument {
	return api.Instrument{
		ID: api.InstrumentID{
			Ticker: told(x.ID.Ticker), ISIN: told(x.ID.ISIN), CUSIP: told(x.ID.CUSIP), FIGI: told(x.ID.FIGI), SEDOL: told(x.ID.SEDOL),
		},
		Name:       told(x.Name),
		Issuer:     told(x.Issuer),
		Type:       told(api.InstrumentType(x.Type)),
		AssetClass: told(api.AssetClass(x.AssetClass)),
		Sector:     told(x.Sector),
		Country:    told(x.Country),
		Region:     told(x.Region),

		ExpenseRatio: x.ExpenseRatio,
		Exposures:    fromExposures(x.Exposures),
	}
}

func fromExposures(x *portfolio.Exposures) *api.Exposures {
	if x == nil {
		return nil
	}
	return &api.Exposures{
		AssetClasses: fromShares[api.Shares](x.AssetClasses),
		Sectors:      fromShares[api.Shares](x.Sectors),
		Regions:      fromShares[api.Shares](x.Regions),
		Currencies:   fromShares[api.Shares](x.Currencies),
	}
}

func fromShares[M ~map[string]decimal.Decimal, K ~string](shares map[K]decimal.Decimal) *M {
	if shares == nil {
		return nil
	}
	out := make(M, len(shares))
	for name, share := range shares {
		out[string(name)] = share
	}
	return &out
}

func fromProfile(p *portfolio.Profile) *api.InvestorProfile {
	return &api.InvestorProfile{
		Age:                 p.Age,
		RiskTolerance:       told(api.RiskLevel(p.RiskTolerance)),
		RiskCapacity:        told(api.RiskLevel(p.RiskCapacity)),
		TimeHorizonYears:    p.TimeHorizonYears,
		Objectives:          convert(p.Objectives, func(_ int, o *string) api.Objective { return api.Objective(*o) }),
		LiquidityNeeds:      told(api.LiquidityNeeds(p.LiquidityNeeds)),
		Experience:          told(api.Experience(p.Experience)),
		EmergencyFundMonths: p.EmergencyFundMonths,
		Tax:                 &api.TaxRates{ShortTermRate: p.Tax.ShortTermRate, LongTermRate: p.Tax.LongTermRate},
	}
}

func fromConstraints(x *portfolio.Constraints) *api.Constraints {
	whole := &x.WholeSharesOnly
	if x.FractionsAsHeld {
		whole = nil
	}
	return &api.Constraints{
		ExcludeTickers:  x.ExcludeTickers,
		ExcludeSectors:  x.ExcludeSectors,
		NoSell:          x.NoSell,
		BuyList:         convert(x.BuyList, fromCandidate),
		MinTradeAmount:  &x.MinTradeAmount,
		WholeSharesOnly: whole,
		MaxTurnover:     x.MaxTurnover,
	}
}

func fromCandidate(_ int, x *portfolio.Candidate) api.Candidate {
	i := fromInstrument(&x.Instrument)
	return api.Candidate{
		ID: i.ID, Name: i.Name, Issuer: i.Issuer, Type: i.Type, AssetClass: i.AssetClass, Sector: i.Sector,
		Country: i.Country, Region: i.Region, ExpenseRatio: i.ExpenseRatio, Exposures: i.Exposures,
		Price: x.Price, Currency: told(string(x.Currency)),
	}
}

func fromOptions(r *recommend.Request) *api.Options {
	o, output, unconvertible := &r.Options, api.OutputIllustrative, api.UnconvertibleHoldingsRefuse
	if o.Descriptive {
		output = api.OutputDescriptive
	}
	if r.Portfolio.ExcludeUnconvertible {
		unconvertible = api.UnconvertibleHoldingsExclude
	}
	return &api.Options{
		Audience:           told(api.Audience(o.Audience)),
		Language:           told(api.Language(o.Language)),
		MaxRecommendations: &o.MaxRecommendations,
		Mode:               told(api.Mode(o.Mode)),
		Output:             &output,

		UnconvertibleHoldings: &unconvertible,
	}
}

// told is nil for the zero value, which the domain has for what the caller did
// not tell.
func told[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
