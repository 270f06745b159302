package portfolio

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Limits of one request.
const (
	MaxPositions    = 5000
	maxOthers       = 1000 // accounts, cash balances, debts, incomes, rates, lots of a position, tickers of a list
	maxCloses       = 5000 // about 20 years of one instrument
	maxIDLength     = 64
	maxNameLength   = 200
	maxSectorLength = 80
)

// sumTolerance is how far shares of a whole may be from one, and lots from
// their position in relation to it, to allow for rounding at the source.
var sumTolerance = decimal.New(1, -6)

// Validate checks every rule of the domain that the shape of the request does
// not show, and returns the first hundred faults in the order of the request.
// Pointers start at the root of the request. prof, target and limits may be nil.
// A portfolio without faults can be valued, and its total is above zero.
func Validate(p *Portfolio, prof *Profile, target Allocation, limits *Constraints) Faults {
	c := &checker{portfolio: p, rates: NewRates(p), accounts: make(map[string]bool, len(p.Accounts)), isins: map[string]string{}}
	c.checkPortfolio("/portfolio")
	if prof != nil {
		c.checkProfile("/investor_profile", prof)
	}
	if target != nil {
		c.checkTarget("/target_allocation", target)
	}
	if limits != nil {
		c.checkConstraints("/constraints", limits)
	}
	if len(c.faults) == 0 {
		c.checkTotal("/portfolio")
	}
	return c.faults
}

// futureDays is how far a portfolio's date may lie ahead: enough for a weekend's
// next trading day, for time zones and for a clock that is wrong, and too few
// for a lot to be taken for one held long that is not.
const futureDays = 7

// CheckDate wants a portfolio that is not told for a day to come. It is apart
// from Validate, because a request on record stays valid whatever the clock.
func CheckDate(p *Portfolio, now time.Time) Faults {
	now = now.UTC()
	if p.AsOf.After(NewDate(now.Year(), now.Month(), now.Day()+futureDays)) {
		return Faults{{
			Pointer: "/portfolio/as_of", Code: "future_date",
			Detail: "The date must not be more than " + strconv.Itoa(futureDays) + " days ahead.",
		}}
	}
	return nil
}

func (c *checker) checkPortfolio(at string) {
	p := c.portfolio
	if p.AsOf.IsZero() {
		c.fault(at, "/as_of", "required", "The date of the portfolio is required.")
	}
	c.currency(at, "/base_currency", p.BaseCurrency)
	c.checkRates(at + "/fx_rates")
	c.checkAccounts(at + "/accounts")
	c.checkCash(at + "/cash")
	c.checkPositions(at + "/positions")
	c.checkLiabilities(at + "/liabilities")
	c.checkIncome(at + "/income")
	if p.MonthlyExpenses != nil {
		c.notNegative(at, "/monthly_expenses", *p.MonthlyExpenses)
	}
	c.checkHistory(at + "/price_history")
	if len(p.Positions) == 0 && len(p.Cash) == 0 {
		c.fault(at, "", "no_holdings", "The portfolio must hold at least one position or cash balance.")
	}
}

// checkTotal comes last: it needs a portfolio that can be valued.
func (c *checker) checkTotal(at string) {
	v, err := Value(c.portfolio)
	if err != nil || !v.Total.IsPositive() {
		c.fault(at, "", "no_value", "The total value of the portfolio in its base currency must be above zero.")
	}
}

// inverseTolerance is how far the product of a rate and its inverse, or the
// quotient of two ways into the base currency, may be from one before they
// contradict one another.
var inverseTolerance = decimal.New(1, -2)

func (c *checker) checkRates(at string) {
	if !c.count(at, "", len(c.portfolio.FXRates), maxOthers) {
		return
	}
	seen := make(map[[2]Currency]decimal.Decimal)
	for i, x := range c.portfolio.FXRates {
		at := item(at, i)
		from, to := c.currency(at, "/from", x.From), c.currency(at, "/to", x.To)
		c.notAfter(at, "/as_of", x.AsOf)
		if !c.positive(at, "/rate", x.Rate) || !from || !to {
			continue
		}
		if x.From == x.To {
			c.fault(at, "/to", "conflicting_fx_rate", "A rate must be between two different currencies.")
			continue
		}
		same, told := seen[[2]Currency{x.From, x.To}]
		inverse, inverted := seen[[2]Currency{x.To, x.From}]
		if told && !same.Equal(x.Rate) ||
			inverted && inverse.Mul(x.Rate).Sub(one).Abs().GreaterThan(inverseTolerance) {
			c.fault(at, "/rate", "conflicting_fx_rate", "Another rate between the same currencies says otherwise.")
		}
		seen[[2]Currency{x.From, x.To}] = x.Rate
		c.checkCross(at, x)
	}
}

// checkCross refuses a rate that leads into the base currency through one other,
// and elsewhere than the rate that counts.
func (c *checker) checkCross(at string, x FXRate) {
	for _, cur := range [...]Currency{x.From, x.To} {
		rate, _, ok := c.rates.cross(x, cur)
		if counts := c.rates.derived[cur]; ok && rate.Sub(counts).Abs().GreaterThan(counts.Mul(inverseTolerance)) {
			c.fault(at, "/rate", "conflicting_fx_rate", "Another way into the base currency says otherwise.")
		}
	}
}

func (c *checker) checkAccounts(at string) {
	if !c.count(at, "", len(c.portfolio.Accounts), maxOthers) {
		return
	}
	for i, a := range c.portfolio.Accounts {
		at := item(at, i)
		if a.ID == "" {
			c.fault(at, "/account_id", "required", "An account needs an id.")
		}
		c.text(at, "/account_id", a.ID, maxIDLength)
		c.unique(c.accounts, at, "/account_id", a.ID)
		optional(c, at, "/tax_treatment", a.TaxTreatment, Taxable, TaxDeferred, TaxExempt, TaxAdvantaged)
	}
}

func (c *checker) checkCash(at string) {
	if !c.count(at, "", len(c.portfolio.Cash), maxOthers) {
		return
	}
	for i, cash := range c.portfolio.Cash {
		at := item(at, i)
		c.account(at, "/account_id", cash.AccountID)
		c.holdable(at, "/currency", cash.Currency)
		c.bounded(at, "/amount", cash.Amount)
	}
}

func (c *checker) checkLiabilities(at string) {
	if !c.count(at, "", len(c.portfolio.Liabilities), maxOthers) {
		return
	}
	for i, l := range c.portfolio.Liabilities {
		at := item(at, i)
		optional(c, at, "/type", l.Type, CreditCard, PersonalLoan, StudentLoan, AutoLoan, Mortgage, MarginLoan, OtherDebt)
		c.notNegative(at, "/balance", l.Balance)
		c.optionalMoney(at, "/currency", l.Currency)
		if l.InterestRate != nil {
			// Above 200 % a year a percentage was given for a fraction.
			c.between(at, "/interest_rate", *l.InterestRate, 2)
		}
		if l.MonthlyPayment != nil {
			c.notNegative(at, "/monthly_payment", *l.MonthlyPayment)
		}
	}
}

func (c *checker) checkIncome(at string) {
	if !c.count(at, "", len(c.portfolio.Income), maxOthers) {
		return
	}
	for i, income := range c.portfolio.Income {
		at := item(at, i)
		c.text(at, "/type", income.Type, maxSectorLength)
		c.notNegative(at, "/monthly_amount", income.MonthlyAmount)
		c.optionalMoney(at, "/currency", income.Currency)
	}
}

func (c *checker) checkHistory(at string) {
	if !c.count(at, "", len(c.portfolio.PriceHistory), MaxPositions) {
		return
	}
	known := make(map[string]bool, len(c.portfolio.Positions))
	for i := range c.portfolio.Positions {
		known[c.portfolio.Positions[i].PositionID] = true
		known[c.portfolio.Positions[i].Instrument.ID.Ticker] = true
	}
	seen := make(map[string]bool, len(c.portfolio.PriceHistory))
	for i, h := range c.portfolio.PriceHistory {
		at := item(at, i)
		if h.PositionID == "" || !known[h.PositionID] {
			c.fault(at, "/position_id", "unknown_position", "No position has this position_id or ticker.")
		}
		c.unique(seen, at, "/position_id", h.PositionID)
		if c.count(at, "/closes", len(h.Closes), maxCloses) {
			c.checkCloses(at+"/closes", h.Closes)
		}
	}
}

// checkCloses speaks of a close as the pair it is in a request: /0 is its date,
// /1 its price.
func (c *checker) checkCloses(at string, closes []Close) {
	for i, x := range closes {
		at := item(at, i)
		switch {
		case x.Date.IsZero():
			c.fault(at, "/0", "required", "A close needs a date.")
		case i > 0 && !x.Date.After(closes[i-1].Date):
			c.fault(at, "/0", "not_ascending", "Dates must ascend, each given once.")
		}
		c.notAfter(at, "/0", x.Date)
		c.positive(at, "/1", x.Price)
	}
}

func (c *checker) checkTarget(at string, target Allocation) {
	var sum decimal.Decimal
	for _, class := range slices.Sorted(maps.Keys(target)) {
		member := "/" + escape(string(class))
		oneOf(c, at, member, class, assetClasses...)
		if !c.between(at, member, target[class], 1) {
			return
		}
		sum = sum.Add(target[class])
	}
	if sum.Sub(one).Abs().GreaterThan(sumTolerance) {
		c.fault(at, "", "bad_sum", "The shares must add up to one.")
	}
}

// escape writes a member name as an RFC 6901 reference token.
func escape(name string) string { return pointerEscaper.Replace(name) }

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")
