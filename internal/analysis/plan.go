package analysis

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// A plan collects consecutive actions.
type plan struct {
	facts  *model          // the caller's portfolio: what actions cite
	now    *model          // as the actions so far leave it
	only   []step          // to be planned; nil: all
	spared decimal.Decimal // see onCourse
	target portfolio.Allocation
	// lowers is set when the target is that of a level below what the investor
	// or the caller asked for.
	lowers    bool
	overruled bool // the target is not the caller's, which is too risky

	limits       portfolio.Constraints
	noSell, omit map[string]bool
	written      map[string]bool  // issuers with short derivatives, by IssuerKey
	doubtful     map[string]bool  // by Ref, whose value is contradicted
	heldPlaces   map[string]int32 // see places
	shelf        []*ware
	losers       map[string]bool // instruments whose loss is worth harvesting, by Ref
	bought, sold map[string]bool // likewise
	kinds        kinds
	turnover     decimal.Decimal // sold so far, in the base currency
	realised     decimal.Decimal // gains of taxable sales so far
	goals        []string        // what the actions were meant to move, as in cause.impact
	befores      []*model        // what each action found
	actions      []Action
}

func newPlan(in Input, m *model) *plan {
	p := &plan{
		facts: m, now: m, limits: in.Constraints,
		noSell: setOf(in.Constraints.NoSell), omit: setOf(in.Constraints.ExcludeTickers),
		bought: make(map[string]bool), sold: make(map[string]bool), kinds: newKinds(),
	}
	p.written, p.doubtful, p.heldPlaces = writtenOn(m.val), m.contradicted(), heldPlaces(m.folded())
	p.target, p.lowers = m.suitableTarget()
	_, _, p.overruled = m.targetRisk()
	p.shelf = p.stock()
	p.leaveCostly()
	p.leaveLosers()
	return p
}

// writtenOn lists the issuers on which derivatives are short. Whether they are
// calls, and on how many shares, is not told.
func writtenOn(v *portfolio.Valuation) map[string]bool {
	issuers := make(map[string]bool)
	for i := range v.Holdings {
		if h := &v.Holdings[i]; h.Instrument.Type == portfolio.Derivative && h.Quantity.IsNegative() {
			issuers[h.Instrument.IssuerKey()] = true
		}
	}
	return issuers
}

func setOf(keys []string) map[string]bool {
	set := make(map[string]bool, len(keys))
	for _, k := range keys {
		set[k] = true
	}
	return set
}

// names reports whether a set of tickers names the instrument, by whichever
// identifier.
func names(set map[string]bool, i *portfolio.Instrument) bool {
	id := &i.ID
	return set[id.Ticker] && id.Ticker != "" || set[id.ISIN] && id.ISIN != "" ||
		set[id.CUSIP] && id.CUSIP != "" || set[id.FIGI] && id.FIGI != "" || set[id.SEDOL] && id.SEDOL != ""
}

// cause is why an action is proposed.
type cause struct {
	kind     string
	severity Severity
	subject  string
	holding  int
	trigger  string   // id of a fact
	evidence []string // ids of further facts
	// impact lists the figures that the action is meant to move, as pairs of
	// code and subject.
	impact []string
	// always keeps the action even if it moves nothing.
	always bool
}

// commit makes a draft an action and the portfolio that it leaves the present
// one. An action without a trigger, one that does nothing and is not wanted even so,
// and one that is no step of the plan, is forgotten.
func (p *plan) commit(d *draft, c cause) {
	if c.trigger == "" || !d.moved && !c.always || !p.wants(stepOf(c.kind, c.subject)) {
		return
	}
	before := p.now
	if d.moved {
		p.now = d.outcome()
	}
	for i := range d.orders {
		o := &d.orders[i]
		if o.side == Sell {
			if o.atLoss() && p.facts.replaced(d.book.val, o.ref).IsPositive() {
				d.limits.add(LimitWashSale)
			}
			p.sold[o.ref] = true
			p.turnover, p.realised = p.turnover.Add(o.amount), p.realised.Add(o.told(p.facts.base().MinorDigits()))
		} else {
			p.bought[o.ref] = true
		}
	}
	a := Action{
		ID: "A" + strconv.Itoa(len(p.actions)+1), Kind: c.kind, Severity: c.severity, Subject: c.subject, Holding: c.holding,
		Trigger: c.trigger, Evidence: evidence(c.trigger, c.evidence), Trades: p.trades(d.orders), Payments: d.payments,
		Impact: p.impact(before, c.impact), Limits: d.limits.sorted(), Caveats: d.caveats.sorted(), Sectors: d.sectors,
	}
	if a.Moves() {
		a.DependsOn = p.moving()
	}
	p.actions, p.goals = append(p.actions, a), append(p.goals, c.impact...)
	p.befores = append(p.befores, before)
}

// moving lists the actions so far that move something: each is computed on what
// they leave.
func (p *plan) moving() (ids []string) {
	for i := range p.actions {
		if p.actions[i].Moves() {
			ids = append(ids, p.actions[i].ID)
		}
	}
	return ids
}

// total is what all actions together come to; nil without any.
func (p *plan) total() *PlanTotal {
	if len(p.actions) == 0 {
		return nil
	}
	base := p.facts.base()
	return &PlanTotal{
		Sold: p.told(Sell), Bought: p.told(Buy), Turnover: p.facts.weight(p.turnover).String(),
		RealisedGain: base.Format(p.realised), Allocation: p.aimed().classLines(), Impact: p.totalImpact(),
	}
}

// told adds up the trades of one side as their reader does: each is settled in
// whole minor units, and their exact sum may round to another one.
func (p *plan) told(side Side) string {
	var total sum
	for i := range p.actions {
		for _, t := range p.actions[i].Trades {
			if t.Side == side {
				total.add(decimal.RequireFromString(t.Amount))
			}
		}
	}
	return p.facts.base().Format(total.decimal())
}

// evidence is the trigger and then the others, each once.
func evidence(trigger string, others []string) []string {
	ids := []string{trigger}
	for _, id := range others {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// trades writes orders down, sales before purchases: done in this order, none is
// bought on credit.
func (p *plan) trades(orders []order) []Trade {
	slices.SortStableFunc(orders, func(x, y order) int { return compareBools(x.side == Buy, y.side == Buy) })
	trades := make([]Trade, 0, len(orders))
	base := p.facts.base()
	for i := range orders {
		o := &orders[i]
		t := Trade{
			Side: o.side, Ticker: o.ref, AccountID: o.account, Holding: o.holding,
			Quantity: o.quantity.String(), Amount: base.Format(o.amount), Lots: []LotSale{},
		}
		for _, l := range o.lots {
			t.Lots = append(t.Lots, LotSale{
				LotID: l.id, AcquiredOn: l.acquired.String(), UnitCost: l.unitCost.String(),
				Quantity: l.quantity.String(), Gain: base.Format(l.gain), Term: l.term(),
			})
		}
		trades = append(trades, t)
	}
	return trades
}

// term is short or long.
func (l *lotSale) term() string {
	if l.long {
		return "long"
	}
	return "short"
}

// codes is a set of limits or caveats.
type codes []string

func (c *codes) add(code string) {
	if code != "" && !slices.Contains(*c, code) {
		*c = append(*c, code)
	}
}

// sorted is the set in order, never nil.
func (c codes) sorted() []string {
	list := append([]string{}, c...)
	slices.Sort(list)
	return list
}
