// Package analysis computes what the product knows: facts, findings and
// candidate actions, as pure functions of a valued portfolio, a profile, a
// policy and a date. The language model only orders and explains them.
package analysis

import (
	"strconv"
	"strings"

	"ballast.internal/ballast/internal/portfolio"
)

// Unit says how a Fact's value is to be read.
type Unit string

// The units of facts. A ratio is a fraction of one.
const (
	Ratio  Unit = "ratio"
	Money  Unit = "money"
	Count  Unit = "count"
	Years  Unit = "years"
	Months Unit = "months"
	Level  Unit = "level" // a risk level, spelt out
)

// Fact is one computed figure. Value and Threshold are decimal strings: a
// ratio or count is unrounded, money has the currency's minor digits. Text is
// the only place where a ratio is rounded; it is left empty here and written by
// package wording in the caller's language.
type Fact struct {
	ID        string             `json:"id"` // F1, F2, … in order
	Code      string             `json:"code"`
	Subject   string             `json:"subject,omitempty"`
	Value     string             `json:"value"`
	Unit      Unit               `json:"unit"`
	Currency  portfolio.Currency `json:"currency,omitempty"`
	Threshold string             `json:"threshold,omitempty"`
	Text      string             `json:"text"`
	// Holding is the index in Valuation.Holdings of the largest position the
	// fact speaks of, or -1. The prompt uses it to write H1 for the subject.
	Holding int `json:"-"`
}

// Severity ranks findings and actions; higher is worse.
type Severity string

// The severities, mildest first.
const (
	Info   Severity = "info"
	Low    Severity = "low"
	Medium Severity = "medium"
	High   Severity = "high"
)

// Rank gives 0 for info up to 3 for high.
func (s Severity) Rank() int {
	switch s {
	case High:
		return 3
	case Medium:
		return 2
	case Low:
		return 1
	default:
		return 0
	}
}

// Finding is a rule of the policy that the portfolio breaks or that its reader
// should know of.
type Finding struct {
	ID           string   `json:"id"` // N1, N2, … in order
	Code         string   `json:"code"`
	Severity     Severity `json:"severity"`
	Subject      string   `json:"subject,omitempty"`
	Observed     string   `json:"observed,omitempty"`
	Threshold    string   `json:"threshold,omitempty"`
	EqualityPass bool     `json:"equality_passes"`
	Policy       string   `json:"policy"` // the policy line, such as concentration.concentrated
	Evidence     []string `json:"evidence"`
	Text         string   `json:"text"`
}

// AllocationLine is one share of the portfolio along one dimension.
type AllocationLine struct {
	By     string `json:"by"` // asset_class, sector, region, currency
	Key    string `json:"key"`
	Value  string `json:"value"`
	Weight string `json:"weight"`
	Target string `json:"target,omitempty"` // asset_class only
}

// Side is the direction of a trade.
type Side string

// The sides of a trade.
const (
	Buy  Side = "buy"
	Sell Side = "sell"
)

// LotSale says how much of which lot a sale takes. Day and cost tell lots apart
// that the caller gave no id.
type LotSale struct {
	LotID      string `json:"lot_id,omitempty"`
	AcquiredOn string `json:"acquired_on"`
	UnitCost   string `json:"unit_cost"` // in the position's currency
	Quantity   string `json:"quantity"`
	Gain       string `json:"gain"` // in the base currency, negative for a loss
	Term       string `json:"term"` // short or long
}

// Trade is one order. Amount is in the base currency, without costs.
type Trade struct {
	Side      Side      `json:"side"`
	Ticker    string    `json:"ticker"` // or the best identifier the caller gave
	AccountID string    `json:"account_id,omitempty"`
	Quantity  string    `json:"quantity"`
	Amount    string    `json:"amount"`
	Lots      []LotSale `json:"lots"`
	// Holding is the index in Valuation.Holdings, or -1 for a new instrument.
	Holding int `json:"-"`
}

// Payment is what one account pays towards one debt.
type Payment struct {
	Liability string                  `json:"liability"` // RFC 6901, from the root of the request
	Type      portfolio.LiabilityType `json:"type"`
	AccountID string                  `json:"account_id,omitempty"`
	Amount    string                  `json:"amount"` // in the base currency
}

// Impact is one fact before and after an action's trades, both computed by the
// same analysis.
type Impact struct {
	Fact   string `json:"fact"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Action is a candidate: code decided that it is suitable, which way it goes
// and how large it is. Actions are consecutive: each assumes the ones before.
type Action struct {
	ID       string   `json:"id"` // A1, A2, … in policy order
	Kind     string   `json:"kind"`
	Severity Severity `json:"severity"`
	Subject  string   `json:"subject,omitempty"`
	Trigger  string   `json:"trigger"`  // the fact that called for it, one of Evidence
	Evidence []string `json:"evidence"` // every fact the action may cite
	Trades   []Trade  `json:"trades"`
	// Payments are made after the trades, in this order.
	Payments []Payment `json:"payments,omitempty"`
	// DependsOn lists the earlier actions that its trades and figures assume.
	DependsOn []string `json:"depends_on,omitempty"`
	Impact    []Impact `json:"impact"`
	// Limits names what kept the action from going all the way, such as
	// max_turnover or no_sell.
	Limits []string `json:"limits"`
	// Caveats are codes of statements that must accompany the action, such as
	// wash_sale_visibility.
	Caveats []string `json:"caveats"`
	// Sectors are the excluded ones that funds it buys hold some of; see CaveatExcludedSector.
	Sectors []string `json:"-"`
	// Holding is as in Fact.
	Holding int `json:"-"`
}

// Moves reports whether there is anything to carry out. An action that moves nothing
// is called for, and held back by its limits.
func (a *Action) Moves() bool { return len(a.Trades) > 0 || len(a.Payments) > 0 }

// PlanTotal is what taking every action comes to. Amounts are in the base
// currency, without costs.
type PlanTotal struct {
	Sold     string `json:"sold"`
	Bought   string `json:"bought"`
	Turnover string `json:"turnover"` // sold, as a share of the total value
	// RealisedGain is that of the sales in taxable accounts whose cost is known;
	// negative for a loss.
	RealisedGain string           `json:"realised_gain"`
	Allocation   []AllocationLine `json:"allocation"` // by asset class, after the last action
	// Impact is what the actions move and every share of a class or issuer, from the caller's portfolio to
	// what the last action leaves; see totalImpact.
	Impact []Impact `json:"impact"`
}

// Excluded is a holding or cash balance that is in no figure.
type Excluded struct {
	Pointer  string             `json:"pointer"` // RFC 6901, from the root of the request
	Subject  string             `json:"subject,omitempty"`
	Currency portfolio.Currency `json:"currency"`
	Reason   string             `json:"reason"` // missing_fx_rate
}

// Result is the whole analysis. It is the "analysis" of the answer.
type Result struct {
	AsOf         string             `json:"as_of"`
	BaseCurrency portfolio.Currency `json:"base_currency"`
	TotalValue   string             `json:"total_value"`
	RiskLevel    string             `json:"effective_risk_level,omitempty"`
	Allocation   []AllocationLine   `json:"allocation"`
	Facts        []Fact             `json:"facts"`
	Findings     []Finding          `json:"findings"`
	Actions      []Action           `json:"actions"`
	LeftOut      int                `json:"actions_left_out,omitempty"` // see Input.MostActions
	// Plan is the total of Actions; nil when there are none.
	Plan *PlanTotal `json:"plan,omitempty"`
	// Excluded lists what could not be valued, if the caller wanted it left out.
	Excluded []Excluded `json:"excluded,omitempty"`
	// Insufficient lists the mandatory profile factors that are missing; when
	// not empty, Actions is empty.
	Insufficient []string `json:"insufficient_profile,omitempty"`
}

// Fact returns the fact of an id, or nil. Facts are numbered in their order, so
// that it is nearly always where its number says.
func (r *Result) Fact(id string) *Fact {
	number, _ := strings.CutPrefix(id, "F")
	if n, err := strconv.Atoi(number); err == nil && n >= 1 && n <= len(r.Facts) && r.Facts[n-1].ID == id {
		return &r.Facts[n-1]
	}
	for i := range r.Facts {
		if r.Facts[i].ID == id {
			return &r.Facts[i]
		}
	}
	return nil
}

// Input is everything an analysis depends on.
type Input struct {
	Valuation   *portfolio.Valuation
	Profile     portfolio.Profile
	Target      portfolio.Allocation // nil: the model allocation of the effective level
	Constraints portfolio.Constraints
	Descriptive bool // no actions and no trades at all
	MostActions int  // to be planned, the severest; 0: all
	Policy      *Policy
}
