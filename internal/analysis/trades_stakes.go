package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// taxRank orders what is sold first.
type taxRank int

const (
	rankSheltered taxRank = iota // in an account where gains are not taxed
	rankLoss                     // a taxable lot at a loss, and a single name without lots at one
	rankLong                     // a taxable lot with a gain, held for more than a year; any with one where the term does not matter
	rankUnknown                  // a taxable holding without lots: its term is not known
	rankShort                    // a taxable lot with a gain, held for a year or less
)

// A stake is a holding, or one of its lots, that may be sold as a piece.
type stake struct {
	holding  int
	lot      int // of the holding's lots, or -1
	rank     taxRank
	quantity decimal.Decimal
	gain     decimal.Decimal // over cost, as a fraction
	averaged bool            // what gain is over is the cost of a holding without lots
	spread   bool            // over many issuers, where no tax speaks for or against its sale
	size     decimal.Decimal // value of all that is held of the instrument
}

// stakes lists what of h may be sold. Lots matter where gains are taxed.
func (p *plan) stakes(i int, h *portfolio.Holding) []stake {
	size := p.now.holdings().value(h.Instrument.Ref())
	whole := stake{holding: i, lot: -1, rank: rankUnknown, quantity: h.Quantity, size: size}
	if h.TaxTreatment != portfolio.Taxable {
		whole.rank, whole.spread = rankSheltered, h.Instrument.Diversified()
		return []stake{whole}
	}
	if len(h.TaxLots) == 0 {
		whole.averaged, whole.gain = h.Cost != nil, beyondMeasure
		return []stake{whole}
	}
	pieces := make([]stake, len(h.TaxLots))
	for k := range h.TaxLots {
		lot := &h.TaxLots[k]
		pieces[k] = stake{
			holding: i, lot: k, rank: p.rankLot(h, lot), quantity: lot.Quantity, size: size, gain: lotReturn(h, lot),
		}
	}
	return pieces
}

// rankLot is the place of a lot in a taxable account: a loss is a price below
// the unit cost, and longTerm tells gains apart where the term matters.
func (p *plan) rankLot(h *portfolio.Holding, lot *portfolio.TaxLot) taxRank {
	switch {
	case h.Price.LessThan(lot.UnitCost):
		return rankLoss
	case longTerm(lot.AcquiredOn, p.facts.val.Portfolio.AsOf) || p.oneRate():
		return rankLong
	default:
		return rankShort
	}
}

// oneRate reports whether the caller's rates tax short-term gains no more than
// others, as many countries do: then nothing is saved by selling these first.
func (p *plan) oneRate() bool {
	tax := p.facts.in.Profile.Tax
	return tax.ShortTermRate != nil && tax.LongTermRate != nil && tax.ShortTermRate.LessThanOrEqual(*tax.LongTermRate)
}

// beyondMeasure is the gain of what was free, over its cost.
var beyondMeasure = decimal.New(1, portfolio.WordDigits)

// lotReturn is a lot's gain over its cost.
func lotReturn(h *portfolio.Holding, lot *portfolio.TaxLot) decimal.Decimal {
	return returnOn(h.Price, lot.UnitCost)
}

// returnOn is the gain of a value over its cost.
func returnOn(value, cost decimal.Decimal) decimal.Decimal {
	if r, ok := ratio(value.Sub(cost), cost); ok {
		return r
	}
	return beyondMeasure
}

// sortStakes puts what costs least in tax first: within losses the largest, within
// gains the smallest, in relation to cost. Where nothing is taxed single names go
// before what is spread over many, and where no lot tells the largest instrument,
// which takes the fewest trades; what its cost tells counts among its likes. Equal
// stakes are in an order that does not depend on that of the positions.
func sortStakes(s []stake, holdings []portfolio.Holding) {
	slices.SortStableFunc(s, func(a, b stake) int {
		x, y := &holdings[a.holding], &holdings[b.holding]
		return cmp.Or(
			cmp.Compare(a.rank, b.rank), compareGains(a, b), compareBools(a.spread, b.spread), b.size.Cmp(a.size),
			cmp.Compare(x.Instrument.Ref(), y.Instrument.Ref()), cmp.Compare(x.AccountID, y.AccountID), y.Value.Cmp(x.Value),
			compareCosts(x.Cost, y.Cost), compareLots(a, b, x, y),
		)
	})
}

// compareGains puts the smaller gain of one rank first, where its term is known.
func compareGains(a, b stake) int {
	if a.rank == rankUnknown {
		return 0
	}
	return a.gain.Cmp(b.gain)
}

// compareCosts puts the dearer purchase first, and one of unknown cost last.
func compareCosts(x, y *decimal.Decimal) int {
	if x == nil || y == nil {
		return compareBools(x == nil, y == nil)
	}
	return y.Cmp(*x)
}

// compareLots puts the older lot first.
func compareLots(a, b stake, x, y *portfolio.Holding) int {
	if a.lot < 0 || b.lot < 0 {
		return cmp.Compare(a.lot, b.lot)
	}
	p, q := &x.TaxLots[a.lot], &y.TaxLots[b.lot]
	return cmp.Or(p.AcquiredOn.DaysSince(q.AcquiredOn), q.Quantity.Cmp(p.Quantity), cmp.Compare(p.LotID, q.LotID))
}
