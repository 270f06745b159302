package analysis

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// average has the costs of taxable holdings without lots tell what they gained: what
// an account has of an instrument has one gain, in however many parts it is told. A
// loss is one whatever its term, and a single name is no share in a market to be kept
// for the mix.
func average(s []stake, holdings []portfolio.Holding) {
	type pool struct{ value, cost decimal.Decimal }
	pools := make(map[place]pool)
	for i := range s {
		if h := &holdings[s[i].holding]; s[i].averaged {
			at := place{h.AccountID, h.Instrument.Ref()}
			pools[at] = pool{pools[at].value.Add(h.Value), pools[at].cost.Add(*h.Cost)}
		}
	}
	for i := range s {
		if h := &holdings[s[i].holding]; s[i].averaged {
			whole := pools[place{h.AccountID, h.Instrument.Ref()}]
			s[i].gain = returnOn(whole.value, whole.cost)
			if s[i].gain.IsNegative() && !h.Instrument.Diversified() {
				s[i].rank = rankLoss
			}
		}
	}
}

// amongLikes has tax decide which of those taxable stakes goes first that are exposed
// to the same, where costs without lots tell: in the places that they have together,
// losses come before gains and small gains before large ones. Of what differs, a cost
// that is an average is no reason to give up a region rather than another.
func (p *plan) amongLikes(s []stake, holdings []portfolio.Holding) {
	if !slices.ContainsFunc(s, func(x stake) bool { return x.averaged }) {
		return
	}
	places := make(map[int][]int) // by kind
	for i := range s {
		if s[i].rank != rankSheltered {
			kind := p.kindOf(s[i].holding, &holdings[s[i].holding].Instrument)
			places[kind] = append(places[kind], i)
		}
	}
	for _, at := range places {
		likes := make([]stake, len(at))
		for k, i := range at {
			likes[k] = s[i]
		}
		slices.SortStableFunc(likes, p.compareTax)
		for k, i := range at {
			s[i] = likes[k]
		}
	}
}

// compareTax puts what costs less in tax first, by an average cost where it tells no
// more.
func (p *plan) compareTax(a, b stake) int {
	return cmp.Or(cmp.Compare(p.due(&a), p.due(&b)), a.gain.Cmp(b.gain))
}

// due is the place of a stake among its likes: an average gain has a term that
// matters, unless one rate is for both, and a loss has none.
func (p *plan) due(s *stake) taxRank {
	switch {
	case s.averaged && s.gain.IsNegative():
		return rankLoss
	case s.averaged && p.oneRate():
		return rankLong
	default:
		return s.rank
	}
}

// kinds tells which instruments stand for each other.
type kinds struct {
	firsts []*portfolio.Instrument // what each kind began with
	named  map[string]int          // by description: what is described alike is looked for once
	held   map[int]int             // by holding
}

func newKinds() kinds { return kinds{named: make(map[string]int), held: make(map[int]int)} }

// kindOf is the number of a holding's kind.
func (p *plan) kindOf(holding int, i *portfolio.Instrument) int {
	k, met := p.kinds.held[holding]
	if !met {
		k = p.kindNamed(i)
		p.kinds.held[holding] = k
	}
	return k
}

func (p *plan) kindNamed(i *portfolio.Instrument) int {
	name := fmt.Sprint(i.Type, i.Class(), i.Issuer == "", i.Region, i.Country, i.Sector, i.Exposures)
	if !p.interchangeable(i, i) { // of what nobody told
		name += i.Ref()
	}
	k, met := p.kinds.named[name]
	if met {
		return k
	}
	k = slices.IndexFunc(p.kinds.firsts, func(first *portfolio.Instrument) bool { return p.interchangeable(first, i) })
	if k < 0 {
		k, p.kinds.firsts = len(p.kinds.firsts), append(p.kinds.firsts, i)
	}
	p.kinds.named[name] = k
	return k
}

// interchangeable reports whether each of two instruments of one class stands for the
// other.
func (p *plan) interchangeable(x, y *portfolio.Instrument) bool {
	class := p.classOf(x)
	return class != "" && p.facts.serves(y, class) && x.Diversified() == y.Diversified() &&
		p.facts.standsFor(x, y) && p.facts.standsFor(y, x)
}
